//! Whole clusters written and read again, at rest and in the middle of things.

use super::*;
use crate::{Clock, Command, Outcome, Part, Patch, Request, Verb};
use api::{Deployment, ReplicaSet};
use apimachinery::{to_json, yaml};
use core::time::Duration;
use engine::{Seed, Timeline, decode, encode};

struct World(Timeline<Cluster>);

impl World {
    fn new(nodes: u32) -> World {
        let cluster = Cluster::new(Clock::DEFAULT_BOOT, Options::default());
        let mut world = World(Timeline::new(cluster, Seed(7)));
        for node in 0..nodes {
            world.create(Kind::Node, &format!("{{metadata: {{name: n{node}}}}}"));
        }
        world.run(5_000);
        world
    }

    fn apply(&mut self, request: Request) {
        match self.0.apply(Command::Request(request)) {
            Outcome::Reply(Ok(_)) => {}
            other => panic!("{other:?}"),
        }
    }

    fn create(&mut self, kind: Kind, text: &str) {
        let document = yaml::parse_yaml_documents(text).remove(0).unwrap();
        let namespace = if kind == Kind::Node { "" } else { "default" };
        let body = to_json(&document.value);
        self.apply(Request::new(Verb::Create, kind, namespace, "", body));
    }

    fn deploy(&mut self, replicas: u32) {
        let container = "{name: c, image: 'nginx:1.27', env: [{name: A, value: b}]}";
        let labels = "{metadata: {labels: {app: web}}";
        self.create(
            Kind::Deployment,
            &format!(
                "{{metadata: {{name: web}}, spec: {{replicas: {replicas}, selector: {{matchLabels: \
                 {{app: web}}}}, template: {labels}, spec: {{containers: [{container}]}}}}}}}}"
            ),
        );
    }

    /// Another image, which begins a rollout.
    fn roll(&mut self) {
        let world = self.0.world();
        let mut web = (**world.api.get::<Deployment>("default", "web").unwrap()).clone();
        let template = Arc::make_mut(&mut web.spec.template);
        Arc::make_mut(&mut template.spec).containers[0].image = "nginx:1.28".into();
        let body = to_json(&Object::from(Arc::new(web)).encode());
        let mut request = Request::new(Verb::Update, Kind::Deployment, "default", "web", body);
        request.part = Part::Main;
        self.apply(request);
    }

    fn run(&mut self, ms: u64) {
        let until = self.0.now() + Duration::from_millis(ms);
        while !self.0.run(until, 10_000).reached {}
    }

    /// The same moment, begun from nothing but the snapshot.
    fn reopened(&mut self) -> World {
        let mut save = self.0.save();
        save.origin.clear();
        World(Timeline::load(save).expect("what was saved can be opened"))
    }
}

#[test]
fn a_snapshot_goes_on_as_its_world_at_any_moment_of_a_rollout() {
    let mut world = World::new(2);
    world.deploy(6);
    world.run(3_000);
    world.roll();
    let mut lagging = 0;
    for moment in 0..40 {
        world.0.run(SimTime::MAX, 25);
        let mut copy = world.reopened();
        assert_eq!(copy.0.digest(), world.0.digest(), "at {moment}");
        let store = world.0.world().api.store();
        lagging += u32::from(world.0.world().informers[0].heard < store.revision());
        if moment % 8 == 0 {
            let mut original = World(world.0.clone());
            original.run(20_000);
            copy.run(20_000);
            assert_eq!(copy.0.digest(), original.0.digest(), "after {moment}");
        }
    }
    assert!(lagging > 5, "no moment had news on its way");
}

#[test]
fn versions_and_specifications_are_shared_again() {
    let mut world = World::new(2);
    world.deploy(4);
    world.run(10_000);
    let copy: Cluster = decode(&encode(world.0.world())).unwrap();
    let cache = &copy.informers[WatchClient::ControllerManager.index()].cache;
    let set = copy.api.list(Kind::ReplicaSet, None)[0]
        .get::<ReplicaSet>()
        .unwrap();
    let mut pods = 0;
    for (id, object) in copy.api.store().table(Kind::Pod).iter() {
        let pod = object.get::<Pod>().unwrap();
        assert!(Arc::ptr_eq(pod, cache.get::<Pod>(id).unwrap()));
        assert!(
            Arc::ptr_eq(&pod.spec, &set.spec.template.spec) || pod.spec != set.spec.template.spec
        );
        let first = copy.api.list(Kind::Pod, None)[0].get::<Pod>().unwrap();
        assert!(Arc::ptr_eq(&pod.spec, &first.spec));
        pods += 1;
    }
    assert_eq!(pods, 4);
}

#[test]
fn a_pod_costs_a_bounded_number_of_bytes() {
    let mut world = World::new(2);
    world.deploy(20);
    world.run(20_000);
    let few = encode(world.0.world()).len();
    let body = "{\"spec\":{\"replicas\":120}}".to_owned();
    let verb = Verb::Patch(Patch::Merge);
    let scale = Request::new(verb, Kind::Deployment, "default", "web", body);
    world.apply(scale);
    world.run(60_000);
    assert_eq!(world.0.world().api.list(Kind::Pod, None).len(), 120);
    let each = (encode(world.0.world()).len() - few) / 100;
    assert!((500..3_000).contains(&each), "{each} bytes a pod");
}

#[test]
fn damaged_bytes_are_refused() {
    let mut world = World::new(1);
    world.deploy(2);
    world.run(5_000);
    let bytes = encode(world.0.world());
    let whole = decode::<Cluster>(&bytes);
    assert!(whole.is_ok());
    for at in (0..bytes.len()).step_by(97) {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x15;
        // It may still mean something; it must not panic.
        drop(decode::<Cluster>(&damaged));
        assert!(decode::<Cluster>(&bytes[..at]).is_err(), "cut at {at}");
    }
}
