//! Pods that cannot start, the stand-in, nodes, power, logs.

use super::Play;
use crate::faults::Fault;
use crate::{Command, Key, Outcome};
use api::{Kind, Object};

#[test]
fn missing_configuration() {
    let mut play = Play::new(false);
    let container = "name: c, image: 'nginx:1.27', imagePullPolicy: IfNotPresent";
    play.pod("env", "", &format!("restartPolicy: Always, containers: [{{{container}, envFrom: [{{configMapRef: {{name: nope}}}}]}}]"));
    play.pod(
        "volume",
        "",
        &format!(
            "volumes: [{{name: v, configMap: {{name: nope}}}}], containers: [{{{container}}}]"
        ),
    );
    play.wait_ms(20_000);
    let pod = play.get("env").expect("it is there");
    let waiting = pod.status.container_statuses[0]
        .state
        .waiting
        .clone()
        .expect("it waits");
    assert_eq!(
        (&*waiting.reason, &*waiting.message),
        ("CreateContainerConfigError", "configmap \"nope\" not found")
    );
    assert_eq!(
        play.shapes("volume").last().map(String::as_str),
        Some("Pending c:ContainerCreating / PF IT RF")
    );
    play.create(
        Kind::ConfigMap,
        "default",
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: nope}, data: {a: b}}",
    );
    play.wait_ms(40_000);
    for name in ["env", "volume"] {
        assert_eq!(
            play.get(name)
                .map(|pod| pod.status.phase.to_string())
                .as_deref(),
            Some("Running"),
            "{name}"
        );
    }
}

#[test]
fn a_pod_that_does_not_fit_is_rejected() {
    let mut play = Play::new(false);
    play.pod(
        "forced-big",
        "",
        "containers: [{name: c, image: nginx, resources: {requests: {cpu: '99'}}}]",
    );
    play.wait_ms(1_000);
    let pod = play.get("forced-big").expect("it is there");
    assert_eq!(
        (&*pod.status.phase, &*pod.status.reason),
        ("Failed", "OutOfcpu")
    );
    assert_eq!(
        pod.status.message,
        "Pod was rejected: Node didn't have enough resource: cpu, requested: 99000, used: 0, capacity: 4000"
    );
    assert!(pod.status.conditions.is_empty());
}

#[test]
fn active_deadline() {
    let mut play = Play::new(false);
    play.pod("deadline", "orrery.dev/term-delay: 1s", "activeDeadlineSeconds: 20, containers: [{name: c, image: nginx, imagePullPolicy: IfNotPresent}]");
    play.wait_ms(40_000);
    let history = play.history("deadline").split_off(3);
    let shapes: Vec<&str> = history.iter().map(|(_, shape)| &**shape).collect();
    assert_eq!(
        shapes,
        [
            "Running c:running* / PT IT RT",
            "Running c:running* / PT IT RF(PodFailed)",
            "Failed c:exit 0 / PF IT RF(PodFailed)",
        ]
    );
    assert!(
        (20_000..21_100).contains(&history[1].0) && history[2].0 == history[1].0 + 1_000,
        "{history:?}"
    );
    assert_eq!(
        play.get("deadline")
            .map(|pod| pod.status.reason.to_string())
            .as_deref(),
        Some("DeadlineExceeded")
    );
}

#[test]
fn the_scripted_stand_in() {
    let mut play = Play::new(true);
    play.pod("plain", "", "containers: [{name: c, image: whatever}]");
    play.pod(
        "job",
        "orrery.dev/exit-after: 2s",
        "restartPolicy: Never, containers: [{name: c, image: busybox}]",
    );
    play.pod(
        "late",
        "orrery.dev/ready-after: 3s",
        "containers: [{name: c, image: x}]",
    );
    play.wait_ms(10_000);
    play.delete("plain", None);
    play.wait_ms(10_000);
    let at = |name: &str, want: &str| {
        let history = play.history(name);
        history
            .iter()
            .find(|(_, shape)| shape.starts_with(want))
            .map(|(ms, _)| *ms)
    };
    assert_eq!(at("plain", "Running c:running*"), Some(1_000));
    assert_eq!(at("plain", "gone"), Some(11_001));
    assert_eq!(at("job", "Succeeded"), Some(3_000));
    assert_eq!(
        (
            at("late", "Running c:running /"),
            at("late", "Running c:running*")
        ),
        (Some(1_000), Some(4_000))
    );
}

#[test]
fn a_kubelet_that_returns_catches_up() {
    let mut play = Play::new(false);
    let container = "restartPolicy: Always, containers: [{name: c, image: nginx, imagePullPolicy: IfNotPresent}]";
    play.pod("stays", "", container);
    play.pod("goes", "", container);
    play.wait_ms(5_000);
    let power = |on: bool, play: &mut Play| {
        let fault = Fault::NodePower {
            node: "node-1".into(),
            on,
        };
        let outcome = play.timeline.apply(Command::Fault(fault));
        assert!(matches!(outcome, Outcome::Fault(Ok(()))), "{outcome:?}");
    };
    power(false, &mut play);
    play.delete("goes", None);
    play.pod("new", "", container);
    play.wait_ms(75_000);
    assert!(
        play.get("goes")
            .is_some_and(|pod| pod.meta.deletion_timestamp.is_some())
    );
    assert_eq!(
        play.get("new").map(|pod| pod.status.conditions.len()),
        Some(0)
    );
    power(true, &mut play);
    play.wait_ms(10_000);
    assert!(play.get("goes").is_none());
    for name in ["stays", "new"] {
        let pod = play.get(name).expect("it is there");
        assert_eq!(
            (
                &*pod.status.phase,
                pod.status.container_statuses[0].restart_count
            ),
            ("Running", 0),
            "{name}"
        );
    }
}

#[test]
fn nodes_say_what_they_are() {
    let play = Play::new(false);
    let (_, object) = play
        .timeline
        .world()
        .api
        .find(Kind::Node, "", "node-1")
        .expect("it is there");
    let Object::Node(node) = object else {
        panic!("a node")
    };
    let conditions: Vec<(&str, &str)> = node
        .status
        .conditions
        .iter()
        .map(|one| (&*one.type_, &*one.status))
        .collect();
    let want = [
        ("MemoryPressure", "False"),
        ("DiskPressure", "False"),
        ("PIDPressure", "False"),
        ("Ready", "True"),
    ];
    assert_eq!(conditions, want);
    assert_eq!(&*node.spec.pod_cidr, "10.244.0.0/24");
    assert_eq!(&*node.status.node_info.kubelet_version, "v1.36.2");
    assert_eq!(
        node.meta.labels.get_str("kubernetes.io/hostname"),
        Some("node-1")
    );
    assert_eq!(node.status.capacity, node.status.allocatable);
}

#[test]
fn logs_are_worked_out() {
    let mut play = Play::new(false);
    play.pod(
        "clock",
        "",
        "containers: [{name: c, image: busybox, imagePullPolicy: IfNotPresent, \
         command: [sh, -c, 'while true; do echo tick; sleep 10; done']}]",
    );
    play.wait_ms(25_000);
    let world = play.timeline.world();
    let (Key { id, .. }, _) = world
        .api
        .find(Kind::Pod, "default", "clock")
        .expect("it is there");
    let lines =
        crate::kubelet::logs(world, id, "c", false, play.timeline.now()).expect("it has run");
    let ms: Vec<u64> = lines
        .iter()
        .map(|line| line.at.since(play.begin).as_millis() as u64)
        .collect();
    assert_eq!(ms, [986, 10_986, 20_986]);
    assert!(lines.iter().all(|line| line.text == "tick"));
    assert_eq!(
        crate::kubelet::logs(world, id, "c", true, play.timeline.now()),
        None
    );
}

#[test]
fn events_of_a_pod() {
    let mut play = Play::new(false);
    play.pod(
        "badimage",
        "",
        "restartPolicy: Always, containers: [{name: c, image: 'nginx:does-not-exist', imagePullPolicy: IfNotPresent}]",
    );
    play.pod(
        "crash",
        "orrery.dev/exit-after: 1s, orrery.dev/exit-code: '1'",
        "restartPolicy: Always, containers: [{name: c, image: 'busybox:1.36', imagePullPolicy: IfNotPresent}]",
    );
    play.wait_ms(8_000);
    let not_found = "docker.io/library/nginx:does-not-exist: not found";
    let events = play.events("badimage");
    assert!(events[1].starts_with(
        "Warning Failed x1: Failed to pull image \"nginx:does-not-exist\": rpc error"
    ));
    assert!(events[1].ends_with(not_found), "{}", events[1]);
    assert_eq!(
        [&events[0], &events[2], &events[3], &events[4]],
        [
            "Normal Pulling x1: Pulling image \"nginx:does-not-exist\"",
            "Warning Failed x1: Error: ErrImagePull",
            "Normal BackOff x1: Back-off pulling image \"nginx:does-not-exist\"",
            "Warning Failed x1: Error: ImagePullBackOff",
        ]
    );
    let uid = play.get("crash").expect("it is there").meta.uid;
    assert_eq!(
        play.events("crash"),
        [
            "Normal Pulling x1: Pulling image \"busybox:1.36\"".to_string(),
            "Normal Pulled x1: Successfully pulled image \"busybox:1.36\" in 500ms (1s including waiting). \
             Image size: 2200000 bytes."
                .to_string(),
            "Normal Created x2: Container created".to_string(),
            "Normal Started x2: Container started".to_string(),
            "Normal Pulled x1: Container image \"busybox:1.36\" already present on machine and can be accessed by the \
             pod"
            .to_string(),
            format!(
                "Warning BackOff x1: Back-off restarting failed container c in pod crash_default({uid})"
            ),
        ]
    );
}

#[test]
fn a_saved_cluster_goes_on_the_same() {
    let mut play = Play::new(false);
    let container = "restartPolicy: Always, containers: [{name: c, image: busybox, imagePullPolicy: IfNotPresent}]";
    play.pod(
        "crash",
        "orrery.dev/exit-after: 1s, orrery.dev/exit-code: '1'",
        container,
    );
    play.pod("plain", "orrery.dev/exit-after: 1h", container);
    play.wait_ms(7_300);
    let save = play.timeline.save();
    play.wait_ms(120_000);
    let mut loaded = engine::Timeline::<crate::Cluster>::load(save).expect("the save is good");
    let until = play.timeline.now();
    while loaded.now() < until {
        loaded.run(until, 1_000_000);
    }
    assert_eq!(loaded.digest(), play.timeline.digest());
}

#[test]
fn a_scripted_pod_takes_two_writes() {
    let mut play = Play::new(true);
    for number in 0..100 {
        play.pod(
            &format!("p{number}"),
            "",
            "containers: [{name: c, image: nginx}]",
        );
    }
    let before = play.timeline.step();
    let revision = play.timeline.world().api.store().revision();
    play.wait_ms(5_000);
    let writes = play.timeline.world().api.store().revision() - revision;
    let steps = play.timeline.step() - before;
    assert_eq!(writes, 200);
    assert!(steps <= 500, "{steps}");
}
