//! The API server in a whole cluster: requests, admission, deletion, recorded events, saved worlds.

use crate::apiserver::recorder::{EventType, Regarding};
use crate::{
    Clock, Cluster, Command, DeleteOptions, Options, Outcome, Part, Patch, Propagation, Reply,
    Request, Verb,
};
use api::{ConfigMap, Event, Kind, Namespace, Object, Pod, ReplicaSet, ServiceAccount};
use core::time::Duration;
use engine::{Cause, EventQueue, Seed, SimTime, Timeline, Trace};
use std::sync::Arc;

struct World(Timeline<Cluster>);

impl World {
    fn new() -> World {
        World(Timeline::new(
            Cluster::new(Clock::DEFAULT_BOOT, Options::default()),
            Seed(7),
        ))
    }

    fn ask(&mut self, request: Request) -> Reply {
        match self.0.apply(Command::Request(request)) {
            Outcome::Reply(reply) => reply,
            other => panic!("{other:?}"),
        }
    }

    fn create(&mut self, kind: Kind, body: &str) -> Reply {
        let namespace = if kind.namespaced() { "default" } else { "" };
        self.ask(Request::new(Verb::Create, kind, namespace, "", body.into()))
    }

    fn delete(
        &mut self,
        kind: Kind,
        namespace: &str,
        name: &str,
        propagation: Option<Propagation>,
    ) -> Reply {
        let mut request = Request::new(Verb::Delete, kind, namespace, name, String::new());
        request.delete = DeleteOptions {
            propagation,
            ..DeleteOptions::default()
        };
        self.ask(request)
    }

    fn run(&mut self, millis: u64) {
        let until = self.0.now() + Duration::from_millis(millis);
        self.0.run(until, 1_000_000);
    }

    fn api(&self) -> &crate::Api {
        &self.0.world().api
    }

    /// A ConfigMap `owner` and one `child` of it.
    fn family(&mut self, block: bool) {
        let owner = self
            .create(Kind::ConfigMap, r#"{"metadata":{"name":"owner"}}"#)
            .expect("created")
            .object;
        let uid = &owner.meta().uid;
        let child = format!(
            r#"{{"metadata":{{"name":"child","ownerReferences":[{{"apiVersion":"v1","kind":"ConfigMap","name":"owner","uid":"{uid}","blockOwnerDeletion":{block}}}]}}}}"#
        );
        self.create(Kind::ConfigMap, &child).expect("created");
        self.run(10);
    }

    fn maps(&self) -> Vec<&str> {
        let maps = self.api().list(Kind::ConfigMap, Some("default"));
        maps.iter()
            .map(|map| &*map.meta().name)
            .filter(|name| *name != "kube-root-ca.crt")
            .collect()
    }
}

#[test]
fn every_namespace_gets_its_account_and_certificate() {
    let mut world = World::new();
    world
        .create(Kind::Namespace, r#"{"metadata":{"name":"web"}}"#)
        .expect("created");
    world.run(100);
    for namespace in ["default", "kube-system", "web"] {
        assert!(
            world
                .api()
                .get::<ServiceAccount>(namespace, "default")
                .is_some(),
            "{namespace}"
        );
        assert!(
            world
                .api()
                .get::<ConfigMap>(namespace, "kube-root-ca.crt")
                .is_some(),
            "{namespace}"
        );
    }
    let web = world
        .api()
        .get::<Namespace>("", "web")
        .expect("it is there");
    assert_eq!(
        web.meta.labels.get_str("kubernetes.io/metadata.name"),
        Some("web")
    );
    assert_eq!(
        (&*web.status.phase, &*web.spec.finalizers[0]),
        ("Active", "kubernetes")
    );
}

#[test]
fn a_pod_is_filled_in() {
    let mut world = World::new();
    let body =
        r#"{"metadata":{"name":"web"},"spec":{"containers":[{"name":"c","image":"nginx"}]}}"#;
    let Object::Pod(pod) = world.create(Kind::Pod, body).expect("created").object else {
        panic!("a pod")
    };
    assert_eq!(
        (pod.spec.priority, &*pod.spec.service_account_name),
        (Some(0), "default")
    );
    assert_eq!(pod.spec.tolerations.len(), 2);
    assert!(pod.spec.volumes[0].name.starts_with("kube-api-access-"));
    assert_eq!(&*pod.spec.containers[0].image_pull_policy, "Always");
    assert_eq!(
        (
            &*pod.status.phase,
            &*pod.status.qos_class,
            pod.meta.generation
        ),
        ("Pending", "BestEffort", 1)
    );
    world.run(5000);
    let body = r#"{"metadata":{"name":"x"},"spec":{"serviceAccountName":"robot","containers":[{"name":"c","image":"nginx"}]}}"#;
    let error = world.create(Kind::Pod, body).expect_err("no such account");
    assert_eq!(
        error.message,
        "pods \"x\" is forbidden: error looking up service account default/robot: serviceaccount \"robot\" not found"
    );
}

#[test]
fn pods_of_one_template_share_their_specification() {
    let mut world = World::new();
    let body = r#"{"metadata":{"name":"rs"},"spec":{"replicas":3,"selector":{"matchLabels":{"app":"a"}},"template":{"metadata":{"labels":{"app":"a"}},"spec":{"containers":[{"name":"c","image":"nginx"}]}}}}"#;
    world.create(Kind::ReplicaSet, body).expect("created");
    world.run(1000);
    let pods: Vec<&Arc<Pod>> = world
        .api()
        .list(Kind::Pod, None)
        .into_iter()
        .filter_map(|pod| pod.get::<Pod>())
        .collect();
    assert_eq!(pods.len(), 3);
    assert!(pods.iter().all(|pod| Arc::ptr_eq(&pod.spec, &pods[0].spec)));
}

#[test]
fn dependents_follow_their_owner() {
    for (propagation, block, left) in [
        (Propagation::Background, false, &[][..]),
        (Propagation::Foreground, true, &[][..]),
        (Propagation::Orphan, false, &["child"][..]),
    ] {
        let mut world = World::new();
        world.family(block);
        world
            .delete(Kind::ConfigMap, "default", "owner", Some(propagation))
            .expect("deleted");
        let at_once = world.maps().len();
        assert_eq!(
            at_once,
            if propagation == Propagation::Background {
                1
            } else {
                2
            },
            "{propagation:?}"
        );
        world.run(1000);
        assert_eq!(world.maps(), left, "{propagation:?}");
    }
}

#[test]
fn a_child_of_nobody_goes() {
    let mut world = World::new();
    let body = r#"{"metadata":{"name":"child","ownerReferences":[{"apiVersion":"v1","kind":"ConfigMap","name":"gone","uid":"00000000-0000-4000-8000-000000000000"}]}}"#;
    world.create(Kind::ConfigMap, body).expect("created");
    world.run(1000);
    assert!(world.maps().is_empty());
}

#[test]
fn a_replica_set_takes_its_pods_along() {
    let mut world = World::new();
    let body = r#"{"metadata":{"name":"rs"},"spec":{"replicas":3,"selector":{"matchLabels":{"app":"a"}},"template":{"metadata":{"labels":{"app":"a"}},"spec":{"containers":[{"name":"c","image":"nginx"}]}}}}"#;
    world.create(Kind::ReplicaSet, body).expect("created");
    world.run(1000);
    world
        .delete(
            Kind::ReplicaSet,
            "default",
            "rs",
            Some(Propagation::Background),
        )
        .expect("deleted");
    world.run(1000);
    assert!(world.api().list(Kind::Pod, None).is_empty());
}

#[test]
fn a_namespace_empties_and_goes() {
    let mut world = World::new();
    world
        .create(Kind::Namespace, r#"{"metadata":{"name":"web"}}"#)
        .expect("created");
    world.run(100);
    world
        .delete(Kind::Namespace, "", "web", None)
        .expect("deleted");
    let namespace = world
        .api()
        .get::<Namespace>("", "web")
        .expect("it is there");
    assert_eq!(&*namespace.status.phase, "Terminating");
    let mut request = Request::new(
        Verb::Create,
        Kind::ConfigMap,
        "web",
        "",
        r#"{"metadata":{"name":"late"}}"#.into(),
    );
    request.part = Part::Main;
    let error = world.ask(request).expect_err("it is going away");
    assert_eq!(
        error.message,
        "configmaps \"late\" is forbidden: unable to create new content in namespace web because it is being terminated"
    );
    world.run(4900);
    assert!(
        world.api().get::<Namespace>("", "web").is_some(),
        "nothing happens for five seconds"
    );
    world.run(1000);
    assert!(world.api().get::<Namespace>("", "web").is_none());
    assert!(
        world
            .api()
            .list(Kind::ServiceAccount, Some("web"))
            .is_empty()
    );
    let error = world
        .delete(Kind::Namespace, "", "default", None)
        .expect_err("immortal");
    assert_eq!(
        error.message,
        "namespaces \"default\" is forbidden: this namespace may not be deleted"
    );
}

#[test]
fn scale_reads_and_writes_replicas() {
    let mut world = World::new();
    let body = r#"{"metadata":{"name":"rs"},"spec":{"replicas":0,"selector":{"matchLabels":{"app":"a"}},"template":{"metadata":{"labels":{"app":"a"}},"spec":{"containers":[{"name":"c","image":"nginx"}]}}}}"#;
    world.create(Kind::ReplicaSet, body).expect("created");
    let scale = |verb, body: &str| {
        let mut request = Request::new(verb, Kind::ReplicaSet, "default", "rs", body.into());
        request.part = Part::Scale;
        request
    };
    world
        .ask(scale(
            Verb::Patch(Patch::Merge),
            r#"{"spec":{"replicas":2}}"#,
        ))
        .expect("scaled");
    assert_eq!(
        world
            .api()
            .get::<ReplicaSet>("default", "rs")
            .expect("there")
            .spec
            .replicas,
        Some(2)
    );
    let error = world
        .ask(scale(Verb::Update, r#"{"spec":{"replicas":-1}}"#))
        .expect_err("negative");
    assert_eq!(
        error.message,
        "Scale.autoscaling \"rs\" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0"
    );
}

#[test]
fn patches_fail_in_the_servers_words() {
    let mut world = World::new();
    world
        .create(Kind::ConfigMap, r#"{"metadata":{"name":"m"}}"#)
        .expect("created");
    for (how, body, message) in [
        (
            Patch::Strategic,
            r#"{"immutable":"yes"}"#,
            r#" "" is invalid: patch: Invalid value: "map[immutable:yes]": unrecognized type: bool"#,
        ),
        (
            Patch::Strategic,
            r#"{"date":{}}"#,
            r#" "" is invalid: patch: Invalid value: "{\"date\":{}}": strict decoding error: unknown field "date""#,
        ),
        (
            Patch::Json,
            r#"[{"op":"test","path":"/data/a","value":"1"}]"#,
            "the server rejected our request due to an error in our request",
        ),
    ] {
        let request = Request::new(
            Verb::Patch(how),
            Kind::ConfigMap,
            "default",
            "m",
            body.into(),
        );
        assert_eq!(world.ask(request).expect_err(body).message, message);
    }
}

#[test]
fn events_are_counted_combined_and_forgotten() {
    let mut cluster = Cluster::new(Clock::DEFAULT_BOOT, Options::default());
    let (mut queue, mut trace) = (EventQueue::new(), Trace::new());
    let mut at = |cluster: &mut Cluster, seconds: u64, message: &str| {
        let now = SimTime(seconds * 1_000_000_000);
        let mut cx = crate::Cx::new(now, Seed(1), &mut queue, &mut trace);
        cx.set_cause(Cause::NONE);
        cluster.api.ensure_system_namespaces(&mut cx);
        let namespace = cluster
            .api
            .get::<Namespace>("", "default")
            .expect("there")
            .meta
            .clone();
        let regarding = Regarding {
            namespace: "default".into(),
            ..Regarding::meta(Kind::ConfigMap, &namespace)
        };
        let written = cluster.api.record(
            &mut cx,
            &regarding,
            EventType::Normal,
            "Tested",
            message.into(),
            "tester",
            &Arc::default(),
        );
        cluster.api.expire_events(&mut cx);
        written
    };
    let first = at(&mut cluster, 0, "a").expect("written");
    assert_eq!(
        at(&mut cluster, 1, "a"),
        Some(first),
        "the same Event again"
    );
    let count = |cluster: &Cluster, key| {
        let event = cluster
            .api
            .object(key)
            .and_then(|event| event.get::<Event>())
            .expect("there")
            .clone();
        (event.count, event.message.to_string())
    };
    assert_eq!(count(&cluster, first), (2, "a".into()));
    for n in 2..=9 {
        at(&mut cluster, n, &format!("{n}")).expect("written");
    }
    let combined = at(&mut cluster, 10, "tenth").expect("written");
    assert_eq!(
        count(&cluster, combined),
        (1, "(combined from similar events): tenth".into())
    );
    let swallowed = (11..40)
        .filter(|n| at(&mut cluster, *n, "x").is_none())
        .count();
    assert_eq!(swallowed, 29 - (25 - 11));
    assert!(cluster.api.store().table(Kind::Event).len() > 5);
    at(&mut cluster, 2 * 3600, "later").expect("written");
    assert_eq!(cluster.api.store().table(Kind::Event).len(), 1);
}

#[test]
fn a_saved_world_goes_on_the_same() {
    let mut world = World::new();
    let body = r#"{"metadata":{"name":"rs"},"spec":{"replicas":3,"selector":{"matchLabels":{"app":"a"}},"template":{"metadata":{"labels":{"app":"a"}},"spec":{"containers":[{"name":"c","image":"nginx"}]}}}}"#;
    world.create(Kind::ReplicaSet, body).expect("created");
    world.run(20);
    let bytes = engine::encode(world.0.world());
    let copy: Cluster = engine::decode(&bytes).expect("the same model");
    assert_eq!(engine::digest(&copy), engine::digest(world.0.world()));
}
