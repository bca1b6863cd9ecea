//! The scheduler in a whole cluster: goldens of small clusters, timing, and what wakes a pod.

use crate::{Clock, Cluster, Command, Options, Outcome, Part, Request, Verb, WatchClient};
use api::{Kind, Node, Pod, Resource};
use apimachinery::{Quantity, to_json};
use core::time::Duration;
use engine::{Seed, SimTime, Timeline};

struct World(Timeline<Cluster>);

impl World {
    fn new() -> World {
        World(Timeline::new(
            Cluster::new(Clock::DEFAULT_BOOT, Options::default()),
            Seed(1),
        ))
    }

    fn request(
        &mut self,
        verb: Verb,
        kind: Kind,
        namespace: &str,
        name: &str,
        part: Part,
        body: &str,
    ) {
        let mut request = Request::new(verb, kind, namespace, name, body.into());
        request.part = part;
        match self.0.apply(Command::Request(request)) {
            Outcome::Reply(Ok(_)) => {}
            other => panic!("{other:?}"),
        }
    }

    fn create(&mut self, kind: Kind, namespace: &str, body: &str) {
        self.request(Verb::Create, kind, namespace, "", Part::Main, body);
    }

    fn node(&mut self, name: &str, more: &str, allocatable: &str) {
        let status = format!(r#""status":{{"allocatable":{{"pods":"110",{allocatable}}}}}"#);
        let more = if more.is_empty() {
            String::new()
        } else {
            format!("{more},")
        };
        let body = format!(r#"{{"metadata":{{"name":"{name}"}},{more}{status}}}"#);
        self.create(Kind::Node, "", &body);
    }

    fn pod(&mut self, name: &str, requests: &str, more: &str) {
        let more = if more.is_empty() {
            String::new()
        } else {
            format!(",{more}")
        };
        let body = format!(
            r#"{{"metadata":{{"name":"{name}"}},"spec":{{"containers":[{{"name":"app","image":"nginx:1.27","resources":{{"requests":{{{requests}}}}}}}]{more}}}}}"#
        );
        self.create(Kind::Pod, "default", &body);
    }

    /// Changes a live object and writes it back.
    fn edit<R: Resource>(
        &mut self,
        namespace: &str,
        name: &str,
        part: Part,
        change: impl FnOnce(&mut R),
    ) {
        let live = self
            .0
            .world()
            .api
            .get::<R>(namespace, name)
            .expect("the object is there");
        let mut object = (**live).clone();
        change(&mut object);
        self.request(
            Verb::Update,
            R::KIND,
            namespace,
            name,
            part,
            &to_json(&object.encode()),
        );
    }

    fn run(&mut self, duration: Duration) {
        let until = self.0.now() + duration;
        self.0.run(until, 1_000_000);
        assert_eq!(self.0.now(), until);
    }

    fn get(&self, name: &str) -> &Pod {
        self.0
            .world()
            .api
            .get::<Pod>("default", name)
            .expect("the pod is there")
    }

    fn node_of(&self, name: &str) -> &str {
        &self.get(name).node_name
    }

    fn message(&self, name: &str) -> &str {
        let conditions = &self.get(name).status.conditions;
        let found = conditions
            .iter()
            .find(|condition| condition.type_ == "PodScheduled");
        found.map_or("", |condition| &condition.message)
    }

    fn attempts(&self, name: &str) -> u32 {
        let world = self.0.world();
        let cache = &world.informers[WatchClient::Scheduler.index()].cache;
        let (id, _) = cache
            .find::<Pod>("default", name)
            .expect("the pod is in the cache");
        world.scheduler.queue.get(id).map_or(0, |row| row.attempts)
    }
}

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn fit_cpu_as_recorded() {
    let mut world = World::new();
    for (name, cpu) in [("node-1", "1"), ("node-2", "2"), ("node-3", "4")] {
        world.node(name, "", &format!(r#""cpu":"{cpu}","memory":"8Gi""#));
    }
    for (name, cpu) in [("a", "3"), ("b", "1500m"), ("c", "900m"), ("d", "500m")] {
        world.pod(name, &format!(r#""cpu":"{cpu}""#), "");
    }
    world.run(SECOND);
    world.pod("e", r#""cpu":"200m""#, "");
    world.run(SECOND);
    let nodes: Vec<&str> = ["a", "b", "c", "d", "e"]
        .map(|name| world.node_of(name))
        .into();
    assert_eq!(nodes, ["node-3", "node-2", "node-3", "node-1", "node-1"]);
}

#[test]
fn binpacking_order_as_recorded() {
    let mut world = World::new();
    for (name, cpu, memory) in [("node-1", 8, 16), ("node-2", 4, 8), ("node-3", 2, 4)] {
        world.node(name, "", &format!(r#""cpu":"{cpu}","memory":"{memory}Gi""#));
    }
    let pods = [
        ("a", "2", "1Gi"),
        ("b", "1", "2Gi"),
        ("c", "500m", "512Mi"),
        ("d", "1500m", "1Gi"),
    ];
    for (name, cpu, memory) in pods {
        world.pod(name, &format!(r#""cpu":"{cpu}","memory":"{memory}""#), "");
        world.run(SECOND);
    }
    let nodes: Vec<&str> = ["a", "b", "c", "d"].map(|name| world.node_of(name)).into();
    assert_eq!(nodes, ["node-1", "node-2", "node-1", "node-1"]);
}

#[test]
fn mixed_reasons_as_recorded() {
    let mut world = World::new();
    let red = r#""spec":{"taints":[{"key":"team","value":"red","effect":"NoSchedule"}]}"#;
    world.node("node-1", red, r#""cpu":"4","memory":"8Gi""#);
    world.node("node-2", red, r#""cpu":"4","memory":"8Gi""#);
    world.node(
        "node-3",
        r#""spec":{"taints":[{"key":"gpu","effect":"NoExecute"}]}"#,
        r#""cpu":"4","memory":"8Gi""#,
    );
    world.node("node-4", "", r#""cpu":"1","memory":"8Gi""#);
    world.node("node-5", "", r#""cpu":"1","memory":"1Gi""#);
    world.node(
        "node-6",
        r#""spec":{"unschedulable":true}"#,
        r#""cpu":"4","memory":"8Gi""#,
    );
    world.pod("a", r#""cpu":"2","memory":"2Gi""#, "");
    world.pod("s", r#""cpu":"1""#, r#""nodeSelector":{"disk":"ssd"}"#);
    world.run(SECOND);
    assert_eq!(
        world.message("a"),
        "0/6 nodes are available: 1 Insufficient memory, 1 node(s) were unschedulable, 2 Insufficient cpu, \
         3 node(s) had untolerated taint(s). no new claims to deallocate, preemption: 0/6 nodes are available: \
         6 Preemption is not helpful for scheduling."
    );
    assert_eq!(
        world.message("s"),
        "0/6 nodes are available: 1 node(s) were unschedulable, 2 node(s) didn't match Pod's node \
         affinity/selector, 3 node(s) had untolerated taint(s). no new claims to deallocate, preemption: \
         0/6 nodes are available: 6 Preemption is not helpful for scheduling."
    );
}

#[test]
fn soft_taints_push_away() {
    let mut world = World::new();
    let soft = r#""spec":{"taints":[{"key":"k","value":"v","effect":"PreferNoSchedule"}]}"#;
    world.node("node-1", soft, r#""cpu":"4","memory":"8Gi""#);
    world.node("node-2", "", r#""cpu":"4","memory":"8Gi""#);
    world.pod("a", "", "");
    world.pod(
        "b",
        "",
        r#""tolerations":[{"key":"k","operator":"Exists"}]"#,
    );
    world.run(SECOND);
    assert_eq!(
        (world.node_of("a"), world.node_of("b")),
        ("node-2", "node-1")
    );
}

#[test]
fn a_binding_takes_four_milliseconds() {
    let mut world = World::new();
    world.node("node-1", "", r#""cpu":"4","memory":"8Gi""#);
    world.run(SECOND);
    world.pod("a", "", "");
    world.run(Duration::from_millis(3));
    assert_eq!(world.node_of("a"), "");
    world.run(Duration::from_millis(1));
    assert_eq!(world.node_of("a"), "node-1");
}

#[test]
fn a_rejected_pod_waits_for_its_own_reasons() {
    let mut world = World::new();
    world.node("node-1", "", r#""cpu":"4","memory":"8Gi""#);
    world.pod("a", r#""cpu":"3""#, "");
    world.pod("b", r#""cpu":"3""#, "");
    world.run(SECOND);
    assert_eq!((world.node_of("a"), world.node_of("b")), ("node-1", ""));
    assert_eq!(
        world.message("b"),
        "0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: 0/1 nodes are \
         available: 1 No preemption victims found for incoming pod."
    );
    world.edit("", "node-1", Part::Main, |node: &mut Node| {
        drop(node.meta.labels.insert("x", "y"))
    });
    world.run(10 * SECOND);
    assert_eq!(world.attempts("b"), 1, "a label frees no CPU");
    let six = Quantity::parse("6").expect("a quantity");
    world.edit("", "node-1", Part::Status, |node: &mut Node| {
        node.status.allocatable.insert("cpu", six);
    });
    world.run(SECOND);
    assert_eq!(world.node_of("b"), "node-1");
}

#[test]
fn a_rejected_pod_is_tried_again_after_five_minutes() {
    let mut world = World::new();
    world.node("node-1", "", r#""cpu":"1","memory":"8Gi""#);
    world.pod("a", r#""cpu":"3""#, "");
    world.run(329 * SECOND);
    assert_eq!(world.attempts("a"), 1);
    world.run(2 * SECOND);
    assert_eq!(world.attempts("a"), 2);
    assert_eq!(
        world.0.events_pending(),
        2,
        "its next try and the sweep of old Events"
    );
}

#[test]
fn without_nodes_a_pod_backs_off_as_after_an_error() {
    let mut world = World::new();
    world.pod("a", "", "");
    world.run(Duration::from_millis(1_500));
    assert_eq!(world.message("a"), "no nodes available to schedule pods");
    let mut attempts = Vec::new();
    for _ in 0..12 {
        attempts.push(world.attempts("a"));
        world.run(SECOND);
    }
    // Expiries at 1 s, 4 s, 9 s; each is noticed a whole second later.
    assert_eq!(attempts, [1, 2, 2, 2, 3, 3, 3, 3, 3, 4, 4, 4]);
}

#[test]
fn gates_hold_a_pod_back() {
    let mut world = World::new();
    world.node("node-1", "", r#""cpu":"4","memory":"8Gi""#);
    world.pod("g", "", r#""schedulingGates":[{"name":"example.com/one"}]"#);
    world.run(400 * SECOND);
    assert_eq!((world.node_of("g"), world.attempts("g")), ("", 0));
    world.edit("default", "g", Part::Main, |pod: &mut Pod| {
        std::sync::Arc::make_mut(&mut pod.spec)
            .scheduling_gates
            .clear();
    });
    world.run(SECOND);
    assert_eq!(world.node_of("g"), "node-1");
}

#[test]
fn another_scheduler_is_left_alone_and_finished_pods_take_nothing() {
    let mut world = World::new();
    world.node("node-1", "", r#""cpu":"4","memory":"8Gi""#);
    world.pod("other", "", r#""schedulerName":"mine""#);
    world.pod("a", r#""cpu":"3""#, "");
    world.run(SECOND);
    assert_eq!((world.node_of("other"), world.message("other")), ("", ""));
    world.edit("default", "a", Part::Status, |pod: &mut Pod| {
        pod.status.phase = "Succeeded".into()
    });
    world.pod("b", r#""cpu":"3""#, "");
    world.run(SECOND);
    assert_eq!(world.node_of("b"), "node-1");
    let info = world.0.world().scheduler.nodes.node(0).expect("node-1");
    assert_eq!((info.requested_milli_cpu, info.pods), (3_000, 1));
}

#[test]
fn an_explanation_shows_every_score() {
    let mut world = World::new();
    world.node("node-1", "", r#""cpu":"4","memory":"8Gi""#);
    world.node("node-2", "", r#""cpu":"2","memory":"8Gi""#);
    world.node(
        "node-3",
        r#""spec":{"unschedulable":true}"#,
        r#""cpu":"2","memory":"8Gi""#,
    );
    world.run(SECOND);
    world.pod("a", r#""cpu":"1""#, "");
    let cluster = world.0.world();
    let cache = &cluster.informers[WatchClient::Scheduler.index()].cache;
    let explanation = cluster.scheduler.explain(cache, world.get("a"));
    assert_eq!(explanation.node, Some(0));
    assert_eq!(
        explanation.sink.verdicts[2].reasons,
        ["node(s) were unschedulable"]
    );
    let least: Vec<i64> = explanation
        .sink
        .scores
        .iter()
        .filter(|s| s.plugin == "NodeResourcesFit")
        .map(|s| s.raw)
        .collect();
    assert_eq!(least, [86, 73]);
}

#[test]
fn a_saved_scheduler_goes_on_the_same() {
    let mut world = World::new();
    world.node("node-1", "", r#""cpu":"4","memory":"8Gi""#);
    for name in ["a", "b", "c"] {
        world.pod(name, r#""cpu":"2""#, "");
    }
    world.0.run(SimTime::from_millis(2), 1_000);
    let bytes = engine::encode(&world.0.world().scheduler);
    let read: super::Scheduler = engine::decode(&bytes).expect("the scheduler's state decodes");
    assert_eq!(engine::encode(&read), bytes);
}

#[test]
fn what_happens_during_an_attempt_counts() {
    let mut world = World::new();
    world.node("node-1", "", r#""cpu":"1","memory":"8Gi""#);
    world.run(SECOND);
    world.pod("a", r#""cpu":"2""#, "");
    world.run(Duration::from_micros(500));
    // Heard half a millisecond into the attempt, which still sees one CPU.
    let four = Quantity::parse("4").expect("a quantity");
    world.edit("", "node-1", Part::Status, |node: &mut Node| {
        node.status.allocatable.insert("cpu", four);
    });
    world.run(Duration::from_millis(2));
    assert!(world.message("a").contains("1 Insufficient cpu"));
    world.run(Duration::from_millis(3));
    assert_eq!(world.node_of("a"), "node-1");
}

#[test]
fn a_pod_deleted_before_its_binding_frees_its_place() {
    let mut world = World::new();
    world.node("node-1", "", r#""cpu":"4","memory":"8Gi""#);
    world.run(SECOND);
    world.pod("a", r#""cpu":"3""#, "");
    world.pod("b", r#""cpu":"3""#, "");
    world.run(Duration::from_millis(2));
    world.request(Verb::Delete, Kind::Pod, "default", "a", Part::Main, "");
    world.run(SECOND);
    assert_eq!(world.node_of("b"), "node-1");
    let info = world.0.world().scheduler.nodes.node(0).expect("node-1");
    assert_eq!((info.requested_milli_cpu, info.pods), (3_000, 1));
}
