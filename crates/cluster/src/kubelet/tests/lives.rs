//! Lives of pods, from binding to their end.

use super::Play;
use core::time::Duration;

#[test]
fn a_plain_pod_goes_from_binding_to_ready_in_three_writes() {
    let mut play = Play::new(false);
    play.pod(
        "plain",
        "",
        "containers: [{name: c, image: 'nginx:1.27', imagePullPolicy: IfNotPresent}]",
    );
    play.wait_ms(30_000);
    let history = play.history("plain");
    assert_eq!(
        history
            .iter()
            .skip(1)
            .map(|(ms, shape)| (*ms, &**shape))
            .collect::<Vec<_>>(),
        [
            (16, "Pending c:ContainerCreating / PF IT RF"),
            (466, "Pending c:ContainerCreating / PT IT RF"),
            (986, "Running c:running* / PT IT RT"),
        ]
    );
    let pod = play.get("plain").expect("it is there");
    assert_eq!(&*pod.status.pod_ip, "10.244.0.2");
    assert_eq!(&*pod.status.host_ip, "172.18.0.2");
    assert_eq!(pod.status.qos_class, "BestEffort");
    let types: Vec<&str> = pod
        .status
        .conditions
        .iter()
        .map(|one| &*one.type_)
        .collect();
    assert_eq!(types, crate::kubelet::status::KUBELET_CONDITIONS);
    let container = &pod.status.container_statuses[0];
    assert_eq!(&*container.image, "docker.io/library/nginx:1.27");
    assert!(
        container.container_id.starts_with("containerd://") && container.container_id.len() == 77
    );
    assert_eq!(container.started, Some(true));
}

#[test]
fn a_pod_that_runs_makes_no_events() {
    let mut play = Play::new(false);
    play.pod(
        "plain",
        "",
        "containers: [{name: c, image: 'nginx:1.27', imagePullPolicy: IfNotPresent}]",
    );
    // Events live for an hour; after that nothing is left to happen.
    play.wait_ms(3 * 3_600_000);
    assert_eq!(play.timeline.events_pending(), 0);
    play.wait_ms(365 * 86_400_000);
    let now = play.timeline.now();
    let beat = play
        .timeline
        .world()
        .node_heartbeat("node-1", now)
        .expect("the node is up");
    assert!(now.since(beat) <= Duration::from_secs(10));
}

#[test]
fn graceful_deletion() {
    let mut play = Play::new(false);
    play.pod(
        "plain",
        "orrery.dev/term-delay: 1s",
        "containers: [{name: c, image: nginx, imagePullPolicy: IfNotPresent}]",
    );
    play.wait_ms(5_000);
    play.delete("plain", None);
    play.wait_ms(40_000);
    let history = play.history("plain");
    let tail: Vec<&str> = history
        .iter()
        .rev()
        .take(4)
        .rev()
        .map(|(_, shape)| &**shape)
        .collect();
    assert_eq!(
        tail,
        [
            "Running c:running* / PT IT RT",
            "Running DELETING c:running* / PT IT RT",
            "Succeeded DELETING c:exit 0 / PF IT(PodCompleted) RF(PodCompleted)",
            "gone"
        ]
    );
    let times: Vec<u64> = history
        .iter()
        .rev()
        .take(3)
        .rev()
        .map(|(ms, _)| *ms)
        .collect();
    assert_eq!((times[0], times[1]), (5_000, 6_001));
    assert!(times[2] > 6_001 && times[2] <= 7_001, "{times:?}");
}

#[test]
fn a_deaf_process_is_killed_at_the_end_of_the_grace_period() {
    let mut play = Play::new(false);
    play.pod(
        "stubborn",
        "orrery.dev/term-delay: 60s",
        "containers: [{name: c, image: 'nginx:1.27', imagePullPolicy: IfNotPresent}]",
    );
    play.pod("sleeper", "", "containers: [{name: c, image: busybox, imagePullPolicy: IfNotPresent, command: [sleep, '3600']}]");
    play.wait_ms(5_000);
    play.delete("stubborn", Some(10));
    play.delete("sleeper", Some(5));
    play.wait_ms(30_000);
    for (name, at) in [("stubborn", 15_001), ("sleeper", 10_001)] {
        let history = play.history(name);
        let last = &history[history.len() - 2];
        assert_eq!(last.1, "Failed DELETING c:exit 137 / PF IT RF(PodFailed)");
        assert_eq!(last.0, at, "{name}");
        assert_eq!(history[history.len() - 1].1, "gone");
    }
}

#[test]
fn crash_loop_backs_off() {
    let mut play = Play::new(false);
    let spec = "restartPolicy: Always, containers: [{name: c, image: 'busybox:1.36', imagePullPolicy: IfNotPresent}]";
    play.pod(
        "crash",
        "orrery.dev/exit-after: 1s, orrery.dev/exit-code: '1'",
        spec,
    );
    play.wait_ms(660_000);
    let history = play.history("crash");
    let shapes: Vec<&str> = history
        .iter()
        .skip(3)
        .take(8)
        .map(|(_, shape)| &**shape)
        .collect();
    assert_eq!(
        shapes,
        [
            "Running c:running* / PT IT RT",
            "Running c:exit 1 / PT IT RF",
            "Running c:running* r1 / PT IT RT",
            "Running c:exit 1 r1 / PT IT RF",
            "Running c:CrashLoopBackOff r1 / PT IT RF",
            "Running c:running* r2 / PT IT RT",
            "Running c:exit 1 r2 / PT IT RF",
            "Running c:CrashLoopBackOff r2 / PT IT RF",
        ]
    );
    let starts: Vec<u64> = history
        .iter()
        .filter(|(_, shape)| shape.contains("running"))
        .map(|(ms, _)| *ms)
        .collect();
    let gaps: Vec<u64> = starts.windows(2).map(|pair| pair[1] - pair[0]).collect();
    // Back-off 0, 10, 20, 40, 80, 160, 300 s after an exit, then up to half as much again until the worker looks.
    let limits = [
        (1_000, 2_100),
        (11_000, 17_100),
        (21_000, 33_000),
        (41_000, 64_000),
        (81_000, 108_000),
        (161_000, 212_000),
    ];
    for (gap, (least, most)) in gaps.iter().zip(limits) {
        assert!((least..=most).contains(gap), "{gaps:?}");
    }
    assert!(gaps.len() >= 6, "{gaps:?}");
    let pod = play.get("crash").expect("it is there");
    assert_eq!(
        pod.status.container_statuses[0].restart_count,
        starts.len() as i32 - 1
    );
}

#[test]
fn restart_policies() {
    let mut play = Play::new(false);
    let container = "containers: [{name: c, image: 'busybox:1.36', imagePullPolicy: IfNotPresent}]";
    let codes = |list: &str| format!("orrery.dev/exit-after: 2s, orrery.dev/exit-code: '{list}'");
    play.pod(
        "on-failure",
        &codes("1,0"),
        &format!("restartPolicy: OnFailure, {container}"),
    );
    play.pod(
        "never",
        &codes("3"),
        &format!("restartPolicy: Never, {container}"),
    );
    play.wait_ms(60_000);
    let tail = |name: &str| play.shapes(name).split_off(3);
    assert_eq!(
        tail("on-failure"),
        [
            "Running c:running* / PT IT RT",
            "Running c:exit 1 / PT IT RF",
            "Running c:running* r1 / PT IT RT",
            "Running c:exit 0 r1 / PT IT(PodCompleted) RF(PodCompleted)",
            "Succeeded c:exit 0 r1 / PF IT(PodCompleted) RF(PodCompleted)",
        ]
    );
    assert_eq!(
        tail("never"),
        [
            "Running c:running* / PT IT RT",
            "Running c:exit 3 / PT IT RF(PodFailed)",
            "Failed c:exit 3 / PF IT RF(PodFailed)",
        ]
    );
}

#[test]
fn an_image_that_is_not_there() {
    let mut play = Play::new(false);
    play.pod("badimage", "", "restartPolicy: Always, containers: [{name: c, image: 'nginx:does-not-exist', imagePullPolicy: IfNotPresent}]");
    play.wait_ms(60_000);
    let shapes: Vec<String> = play.shapes("badimage").split_off(3);
    assert_eq!(
        shapes[..3],
        [
            "Pending c:ErrImagePull / PT IT RF",
            "Pending c:ImagePullBackOff / PT IT RF",
            "Pending c:ErrImagePull / PT IT RF",
        ]
    );
    let pod = play.get("badimage").expect("it is there");
    let waiting = pod.status.container_statuses[0]
        .state
        .waiting
        .clone()
        .expect("it waits");
    assert!(
        waiting
            .message
            .contains("docker.io/library/nginx:does-not-exist: not found"),
        "{}",
        waiting.message
    );
}

#[test]
fn init_containers_and_sidecars_in_their_order() {
    let mut play = Play::new(false);
    play.pod(
        "inits",
        "orrery.dev/init-duration: 2s, orrery.dev/exit-after.main: 4s",
        "restartPolicy: Never, initContainers: [{name: i1, image: busybox, imagePullPolicy: Always}, \
         {name: side, image: envoy, imagePullPolicy: Always, restartPolicy: Always}, \
         {name: i2, image: busybox, imagePullPolicy: Always}], \
         containers: [{name: main, image: busybox, imagePullPolicy: Always}]",
    );
    play.wait_ms(60_000);
    assert_eq!(
        play.shapes("inits").split_off(1),
        [
            "Pending i1:PodInitializing side:PodInitializing i2:PodInitializing main:PodInitializing / PF IF RF",
            "Pending i1:PodInitializing side:PodInitializing i2:PodInitializing main:PodInitializing / PT IF RF",
            "Pending i1:running side:PodInitializing i2:PodInitializing main:PodInitializing / PT IF RF",
            "Pending i1:exit 0* side:PodInitializing i2:PodInitializing main:PodInitializing / PT IF RF",
            "Pending i1:exit 0* side:running* i2:PodInitializing main:PodInitializing / PT IF RF",
            "Pending i1:exit 0* side:running* i2:running main:PodInitializing / PT IF RF",
            "Pending i1:exit 0* side:running* i2:exit 0* main:PodInitializing / PT IT RF",
            "Running i1:exit 0* side:running* i2:exit 0* main:running* / PT IT RT",
            "Running i1:exit 0* side:running* i2:exit 0* main:exit 0 / PT IT RF",
            "Running i1:exit 0* side:exit 0 i2:exit 0* main:exit 0 / PT IT(PodCompleted) RF(PodCompleted)",
            "Succeeded i1:exit 0* side:exit 0 i2:exit 0* main:exit 0 / PF IT(PodCompleted) RF(PodCompleted)",
        ]
    );
}

#[test]
fn a_failing_init_container_is_tried_again() {
    let mut play = Play::new(false);
    play.pod(
        "init-fail",
        "orrery.dev/init-exit-code: '1,1,0'",
        "restartPolicy: Always, initContainers: [{name: i1, image: busybox, imagePullPolicy: IfNotPresent}], \
         containers: [{name: main, image: nginx, imagePullPolicy: IfNotPresent}]",
    );
    play.wait_ms(60_000);
    assert_eq!(
        play.shapes("init-fail").split_off(3),
        [
            "Pending i1:running main:PodInitializing / PT IF RF",
            "Pending i1:exit 1 main:PodInitializing / PT IF RF",
            "Pending i1:running r1 main:PodInitializing / PT IF RF",
            "Pending i1:exit 1 r1 main:PodInitializing / PT IF RF",
            "Pending i1:CrashLoopBackOff r1 main:PodInitializing / PT IF RF",
            "Pending i1:running r2 main:PodInitializing / PT IF RF",
            "Pending i1:exit 0* r2 main:PodInitializing / PT IT RF",
            "Running i1:exit 0* r2 main:running* / PT IT RT",
        ]
    );
}

#[test]
fn probes_by_annotation() {
    let mut play = Play::new(false);
    let probe = |kind: &str, failures: u32| {
        format!(
            "restartPolicy: Always, containers: [{{name: c, image: 'nginx:1.27', imagePullPolicy: IfNotPresent, \
             {kind}: {{httpGet: {{port: 80}}, periodSeconds: 2, failureThreshold: {failures}, successThreshold: 1}}}}]"
        )
    };
    play.pod(
        "ready-later",
        "orrery.dev/ready: 'after:8s'",
        &probe("readinessProbe", 3),
    );
    play.pod(
        "live-fail",
        "orrery.dev/live: 'until:6s', orrery.dev/term-delay: 1s",
        &probe("livenessProbe", 2),
    );
    play.wait_ms(35_000);
    let history = play.history("ready-later");
    let running = &history[3..];
    assert_eq!(running[0].1, "Running c:running / PT IT RF");
    assert_eq!(running[1].1, "Running c:running* / PT IT RT");
    let late = running[1].0 - running[0].0;
    assert!((8_000..10_000).contains(&late), "{late}");
    let shapes = play.shapes("live-fail").split_off(3);
    assert_eq!(
        shapes[..2],
        [
            "Running c:running* / PT IT RT",
            "Running c:running* r1 / PT IT RT"
        ]
    );
}
