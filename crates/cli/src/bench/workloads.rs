//! The workloads, named by their ids.

use super::{Host, Measure, Record, Workload};
use api::Kind;
use cluster::{Command, Outcome, Request, Verb};
use engine::SEC;
use session::{ClusterSpec, Options, Session};

/// Every workload, in the order of their ids.
pub const WORKLOADS: &[Workload] = &[
    Workload {
        id: "B1",
        about: "5,000 nodes, 10,000 pods: first create to last bind",
        run: b1,
    },
    Workload {
        id: "B8",
        about: "5,000 nodes, 1,500 Deployments of 100: first apply to all Available",
        run: b8,
    },
    Workload {
        id: "B9",
        about: "a Deployment of 1,000 on 10 nodes: applied to all Ready",
        run: b9,
    },
    Workload {
        id: "B16",
        about: "clone of the whole world at B8's size, then 10,000 writes",
        run: b16,
    },
    Workload {
        id: "B17",
        about: "an idle k3, one simulated year",
        run: b17,
    },
    Workload {
        id: "S1",
        about: "digest, snapshot, save and opening at 1,000 pods",
        run: |host| saves(host, "S1", 10, 1_000),
    },
    Workload {
        id: "S10",
        about: "the same at 10,000 pods",
        run: |host| saves(host, "S10", 100, 10_000),
    },
];

const IMAGE: &str = "registry.k8s.io/pause:3.10";

fn open(cluster: ClusterSpec) -> Session {
    Session::new(&Options {
        cluster,
        ..Options::default()
    })
    .expect("a benchmark's cluster is sound")
}

/// A cluster of equal nodes: 4 CPUs, 32Gi, 110 pods, the benchmarks' image on each of them.
fn nodes(count: u32) -> Session {
    let mut session = open(ClusterSpec::Named("empty".into()));
    for n in 0..count {
        let name = format!("node-{n:05}");
        let cidr = format!("10.{}.{}.0/24", 128 + n / 256, n % 256);
        let resources = r#"{"cpu":"4","memory":"32Gi","pods":"110"}"#;
        let body = format!(
            r#"{{"apiVersion":"v1","kind":"Node","metadata":{{"name":"{name}"}},"spec":{{"podCIDR":"{cidr}","podCIDRs":["{cidr}"]}},"status":{{"capacity":{resources},"allocatable":{resources},"images":[{{"names":["{IMAGE}"],"sizeBytes":320000}}]}}}}"#
        );
        request(&mut session, Verb::Create, Kind::Node, "", &name, body);
    }
    let settled = session.now() + 60 * SEC;
    while !session.run(settled, u32::MAX).reached {}
    session
}

fn request(
    session: &mut Session,
    verb: Verb,
    kind: Kind,
    namespace: &str,
    name: &str,
    body: String,
) {
    let request = Request::new(verb, kind, namespace, name, body);
    if let Outcome::Reply(Err(status)) = session.apply(Command::Request(request)) {
        panic!("a benchmark's request was refused: {}", status.message);
    }
}

fn deployment(name: &str, replicas: u32, resources: &str) -> String {
    format!(
        r#"{{"apiVersion":"apps/v1","kind":"Deployment","metadata":{{"name":"{name}"}},"spec":{{"replicas":{replicas},"selector":{{"matchLabels":{{"app":"{name}"}}}},"template":{{"metadata":{{"labels":{{"app":"{name}"}}}},"spec":{{"containers":[{{"name":"app","image":"{IMAGE}"{resources}}}]}}}}}}}}"#
    )
}

/// Runs until `done`, looked at each `slice` events; gives up when nothing is left to happen.
fn run_until(session: &mut Session, slice: u32, done: impl Fn(&Session) -> bool) {
    while !done(session) {
        let before = session.timeline().step();
        session.run(session.now() + 3600 * SEC, slice);
        assert!(
            session.timeline().step() > before,
            "the benchmark's goal is out of reach"
        );
    }
}

fn available(session: &Session) -> i64 {
    let world = session.world();
    let deployments = world.api.store().table(Kind::Deployment);
    deployments
        .iter()
        .filter_map(|(_, object)| object.get::<api::Deployment>())
        .map(|deployment| i64::from(deployment.status.available_replicas))
        .sum()
}

fn b1(host: &Host) -> Record {
    const PODS: u32 = 10_000;
    let mut session = nodes(5_000);
    let measure = Measure::start(host, &session);
    for n in 0..PODS {
        let name = format!("pod-{n:05}");
        let body = format!(
            r#"{{"apiVersion":"v1","kind":"Pod","metadata":{{"name":"{name}"}},"spec":{{"containers":[{{"name":"pause","image":"{IMAGE}","resources":{{"requests":{{"cpu":"100m","memory":"500Mi"}}}}}}]}}}}"#
        );
        request(
            &mut session,
            Verb::Create,
            Kind::Pod,
            "default",
            &name,
            body,
        );
    }
    let all_bound = |session: &Session| {
        let pods = session.world().api.store().table(Kind::Pod);
        pods.iter()
            .filter_map(|(_, object)| object.get::<api::Pod>())
            .all(|pod| !pod.node_name.is_empty())
    };
    run_until(&mut session, 5_000, all_bound);
    measure
        .stop(host, &session, "B1", "5,000 nodes, 10,000 pods".into())
        .rate(f64::from(PODS), "pods/s")
}

const B8_DEPLOYMENTS: u32 = 1_500;
const B8_REPLICAS: u32 = 100;

fn b8_apply(session: &mut Session) {
    let resources = r#","resources":{"requests":{"cpu":"100m","memory":"128Mi"}}"#;
    for n in 0..B8_DEPLOYMENTS {
        let name = format!("app-{n:04}");
        let body = deployment(&name, B8_REPLICAS, resources);
        request(
            session,
            Verb::Create,
            Kind::Deployment,
            "default",
            &name,
            body,
        );
    }
    run_until(session, 200_000, |session| {
        available(session) == i64::from(B8_DEPLOYMENTS * B8_REPLICAS)
    });
}

fn b8(host: &Host) -> Record {
    let mut session = nodes(5_000);
    let measure = Measure::start(host, &session);
    b8_apply(&mut session);
    let pods = f64::from(B8_DEPLOYMENTS * B8_REPLICAS);
    let mut record = measure
        .stop(
            host,
            &session,
            "B8",
            "5,000 nodes, 1,500 Deployments of 100".into(),
        )
        .rate(pods, "pods/s");
    record
        .more
        .push(("changes a pod", record.changes as f64 / pods));
    record
        .more
        .push(("events a pod", record.events as f64 / pods));
    record
}

fn b9(host: &Host) -> Record {
    let mut session = nodes(10);
    let measure = Measure::start(host, &session);
    request(
        &mut session,
        Verb::Create,
        Kind::Deployment,
        "default",
        "web",
        deployment("web", 1_000, ""),
    );
    run_until(&mut session, 2_000, |session| available(session) == 1_000);
    measure
        .stop(host, &session, "B9", "10 nodes, 1,000 pods".into())
        .rate(1_000.0, "pods/s")
}

fn b16(host: &Host) -> Record {
    const WRITES: u32 = 10_000;
    const CLONES: u32 = 20;
    let mut session = nodes(5_000);
    b8_apply(&mut session);
    let plain = writes(host, &mut session, WRITES);
    let began = (host.now_ms)();
    let cold = session.timeline().state().clone();
    let cold_ms = (host.now_ms)() - began;
    let began = (host.now_ms)();
    for _ in 0..CLONES {
        std::hint::black_box(session.timeline().state().clone());
    }
    let warm_ms = ((host.now_ms)() - began) / f64::from(CLONES);
    let measure = Measure::start(host, &session);
    let shared = writes(host, &mut session, WRITES);
    let mut record = measure
        .stop(
            host,
            &session,
            "B16",
            "clone at B8's size, 10,000 writes".into(),
        )
        .rate(f64::from(WRITES), "writes/s");
    drop(cold);
    record.more.extend([
        ("clone cold ms", cold_ms),
        ("clone warm ms", warm_ms),
        ("writes without a clone ms", plain),
        ("writes after a clone ms", shared),
        ("ratio", shared / plain.max(f64::MIN_POSITIVE)),
    ]);
    record
}

/// Labels pods spread over the whole table; returns milliseconds.
fn writes(host: &Host, session: &mut Session, count: u32) -> f64 {
    let names: Vec<String> = {
        let pods = session.world().api.store().table(Kind::Pod);
        let step = (pods.len() / count).max(1) as usize;
        pods.iter()
            .step_by(step)
            .take(count as usize)
            .map(|(_, object)| object.meta().name.to_string())
            .collect()
    };
    let stamp = session.world().api.store().revision();
    let began = (host.now_ms)();
    for name in names {
        let body = format!(r#"{{"metadata":{{"annotations":{{"bench":"{stamp}"}}}}}}"#);
        request(
            session,
            Verb::Patch(cluster::Patch::Merge),
            Kind::Pod,
            "default",
            &name,
            body,
        );
    }
    (host.now_ms)() - began
}

fn b17(host: &Host) -> Record {
    let mut session = open(ClusterSpec::Named("k3".into()));
    let measure = Measure::start(host, &session);
    let year = session.now() + 365 * 24 * 3600 * SEC;
    while !session.run(year, u32::MAX).reached {}
    measure.stop(host, &session, "B17", "k3, 365 days".into())
}

/// A Deployment that has just become ready, with all its Events still there.
fn saves(host: &Host, id: &'static str, node_count: u32, pods: u32) -> Record {
    let mut session = nodes(node_count);
    let body = deployment("web", pods, "");
    request(
        &mut session,
        Verb::Create,
        Kind::Deployment,
        "default",
        "web",
        body,
    );
    run_until(&mut session, 20_000, |session| {
        available(session) == i64::from(pods)
    });
    let measure = Measure::start(host, &session);
    let clocked = |work: &mut dyn FnMut() -> usize| {
        let began = (host.now_ms)();
        let bytes = work();
        ((host.now_ms)() - began, bytes as f64)
    };
    let state = session.timeline().state();
    let (digest_ms, _) = clocked(&mut || state.digest().len());
    let mut bytes = Vec::new();
    let (encode_ms, snapshot) = clocked(&mut || {
        bytes = engine::encode(state);
        bytes.len()
    });
    let world_bytes = engine::encode(session.world()).len() as f64;
    let (decode_ms, _) = clocked(&mut || {
        let read = engine::decode::<engine::State<cluster::Cluster>>(&bytes);
        read.map_or(0, |_| 1)
    });
    let (save_ms, save) = clocked(&mut || session.save().len());
    let sizes = format!("{node_count} nodes, {pods} pods");
    let mut record = measure.stop(host, &session, id, sizes);
    record.more.extend([
        ("digest ms", digest_ms),
        ("encode ms", encode_ms),
        ("decode ms", decode_ms),
        ("snapshot bytes a pod", snapshot / f64::from(pods)),
        ("of it the cluster", world_bytes / f64::from(pods)),
        ("save ms", save_ms),
        ("save bytes a pod", save / f64::from(pods)),
    ]);
    record
}
