//! What must hold of every run: the same seed and lines give the same world, however time was sliced, wound or saved.

use core::time::Duration;
use engine::{Moment, Seed, SimTime, Timeline};
use orrery_tests::drive;
use session::Session;

const WEB: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 5
  minReadySeconds: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: \"nginx:1.27\", resources: {requests: {cpu: 250m, memory: 128Mi}}}]
";

const CELLS: &str = "\
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: cells}
spec:
  replicas: 4
  selector: {matchLabels: {app: cells}}
  template:
    metadata: {labels: {app: cells}}
    spec:
      terminationGracePeriodSeconds: 5
      containers: [{name: c, image: busybox, command: [sh, -c, \"sleep 40; exit 1\"]}]
";

/// A working day: deployments, rollouts, scaling, pods deleted, a node without power, a crash loop.
const DAY: &[&str] = &[
    "kubectl apply -f web.yaml",
    "kubectl create -f cells.yaml",
    "wait 700ms",
    "kubectl delete pod -l app=cells --wait=false",
    "kubectl scale deployment web --replicas=8",
    "wait 10s",
    "kubectl set image deployment/web web=nginx:1.28",
    "wait 2500ms",
    "node power off worker2",
    "kubectl rollout undo deployment/web",
    "wait 90s",
    "kubectl label pod -l app=web tier=front",
    "kubectl cordon worker3",
    "kubectl rollout restart deployment web",
    "wait 30s",
    "node power on worker2",
    "kubectl uncordon worker3",
    "kubectl scale rs cells --replicas=2",
    "wait 5m",
    "kubectl delete rs cells --wait=false",
    "kubectl rollout status deployment web",
];

fn open(seed: u64) -> Session {
    let mut session = drive::open("k3", seed);
    session.place_file("web.yaml", WEB);
    session.place_file("cells.yaml", CELLS);
    session
}

/// Plays the day; every line must do what it says.
fn day(seed: u64, slice: u32) -> Session {
    let mut session = open(seed);
    for line in DAY {
        let output = drive::type_line(&mut session, line, slice);
        assert_eq!(output.exit, 0, "{line}\n{}", output.terminal);
    }
    session
}

#[test]
fn a_seed_says_everything() {
    let (one, again, other) = (day(7, u32::MAX), day(7, u32::MAX), day(8, u32::MAX));
    assert_eq!(drive::digest(&one), drive::digest(&again));
    assert_eq!(drive::objects(one.world()), drive::objects(again.world()));
    assert_ne!(
        drive::objects(one.world()),
        drive::objects(other.world()),
        "the seed names the pods"
    );
}

#[test]
fn how_time_is_sliced_changes_nothing() {
    let whole = day(3, u32::MAX);
    for slice in [1, 7, 1_000_000] {
        let sliced = day(3, slice);
        assert_eq!(
            drive::digest(&whole),
            drive::digest(&sliced),
            "in slices of {slice}"
        );
        assert_eq!(whole.timeline().step(), sliced.timeline().step());
    }
}

#[test]
fn reading_changes_nothing() {
    let mut session = day(3, u32::MAX);
    let before = (drive::digest(&session), session.timeline().step());
    for line in [
        "kubectl get pods -A -o wide",
        "kubectl get events",
        "kubectl get all -o yaml",
        "why deploy/web",
    ] {
        session.run_line(line);
    }
    assert_eq!(before, (drive::digest(&session), session.timeline().step()));
}

#[test]
fn winding_to_and_fro_comes_back_to_the_same_moment() {
    let mut session = day(5, u32::MAX);
    let end = (session.timeline().moment(), drive::digest(&session));
    let mut seen = std::collections::BTreeMap::new();
    let draws = Seed(99);
    for round in 0..50 {
        let timeline = session.timeline_mut();
        match draws.below("what", b"", round, 4) {
            0 => drop(timeline.undo()),
            1 => drop(timeline.redo()),
            2 => timeline.seek_step(draws.below("step", b"", round, timeline.end().step)),
            // Whole seconds are few, so that moments come again.
            _ => timeline.seek_time(
                SimTime::ZERO + Duration::from_secs(draws.below("time", b"", round, 400)),
            ),
        }
        let digest = session.timeline().digest();
        let first = *seen.entry(session.timeline().moment()).or_insert(digest);
        assert_eq!(
            first,
            digest,
            "round {round} at {:?}",
            session.timeline().moment()
        );
    }
    session.timeline_mut().seek(engine::Target::Moment(end.0));
    assert_eq!(end, (session.timeline().moment(), drive::digest(&session)));
}

/// Lines that only read leave no mark, and undo passes over them.
#[test]
fn every_line_is_taken_back_and_done_again() {
    let mut session = open(4);
    let mut digests = vec![drive::digest(&session)];
    for line in DAY {
        drive::type_line(&mut session, line, u32::MAX);
        let marked = session.timeline().lines().len();
        digests.truncate(marked);
        digests.push(drive::digest(&session));
    }
    let lines: Vec<String> = session
        .timeline()
        .lines()
        .iter()
        .map(|line| line.text.clone())
        .collect();
    assert!(lines.len() >= DAY.len() - 1, "{lines:?}");
    for (done, line) in lines.iter().enumerate().rev() {
        assert_eq!(
            session.run_line("undo").terminal,
            format!("undone: {line}\n")
        );
        assert_eq!(drive::digest(&session), digests[done], "before `{line}`");
    }
    assert_eq!(
        session.run_line("undo").terminal,
        "error: there is nothing to undo\n"
    );
    for (done, line) in lines.iter().enumerate() {
        assert_eq!(
            session.run_line("redo").terminal,
            format!("redone: {line}\n")
        );
        assert_eq!(drive::digest(&session), digests[done + 1], "after `{line}`");
    }
}

/// Lines between two saves: a digest of a whole world takes a while.
const SAVED_EVERY: usize = 5;

/// Saves on the way, loaded by replay and from the snapshot alone; both go on as the saved run did.
#[test]
fn a_save_goes_on_identically() {
    let mut session = open(6);
    let mut saves = Vec::new();
    for (index, line) in DAY.iter().enumerate() {
        drive::type_line(&mut session, line, u32::MAX);
        if index % SAVED_EVERY == 3 {
            saves.push((
                session.timeline_mut().save(),
                session.timeline().digest(),
                line,
            ));
        }
    }
    let until = session.now() + Duration::from_secs(600);
    let commands: Vec<_> = session
        .timeline()
        .log()
        .iter()
        .map(|(_, logged)| logged.clone())
        .collect();
    drive::run(&mut session, until, u32::MAX);
    let end = session.timeline().digest();
    for (save, digest, line) in saves {
        let bytes = engine::encode(&save);
        for replays in [true, false] {
            let mut save: engine::Save<cluster::Command> =
                engine::decode(&bytes).expect("it was just written");
            save.model_version += u32::from(!replays);
            let mut loaded: Timeline<cluster::Cluster> =
                Timeline::load(save).expect("it was just saved");
            assert_eq!(loaded.began_from_snapshot(), !replays, "after `{line}`");
            assert_eq!(loaded.digest(), digest, "after `{line}`");
            let from = loaded.step();
            for logged in commands.iter().filter(|logged| logged.at.step >= from) {
                advance(&mut loaded, logged.at);
                loaded.apply(logged.command.clone());
            }
            while !loaded.run(until, u32::MAX).reached {}
            assert_eq!(loaded.digest(), end, "after `{line}`, replays: {replays}");
        }
    }
}

/// As far as the run that is repeated was when a command came.
fn advance(timeline: &mut Timeline<cluster::Cluster>, to: Moment) {
    let steps = to.step - timeline.step();
    timeline.run(to.now, steps as u32);
    timeline.run(to.now, 0);
    assert_eq!(timeline.moment(), to, "the command comes at its moment");
}

/// The first half of the day is sent as a link; the second half, and taking all back, is the same on both sides.
#[test]
fn a_link_is_the_whole_session() {
    let mut here = open(2);
    let (first, second) = DAY.split_at(DAY.len() / 2);
    for line in first {
        drive::type_line(&mut here, line, u32::MAX);
    }
    let mut there = Session::from_link(&here.link()).expect("it was just made");
    for line in second
        .iter()
        .chain(&["undo 3", "redo", "seek -40s", "undo 4"])
    {
        let (one, other) = (here.run_line(line), there.run_line(line));
        assert_eq!(one, other, "{line}");
        assert_eq!(
            drive::digest(&here),
            drive::digest(&there),
            "after `{line}`"
        );
    }
    assert_eq!(here.context(), there.context());
}

/// INV-8: nothing ticks.
#[test]
fn an_idle_year_is_a_handful_of_events() {
    let mut session = open(1);
    session.run_line("kubectl apply -f web.yaml");
    session.run_line("wait 2h");
    let before = session.timeline().step();
    session.run_line("wait 365d");
    let steps = session.timeline().step() - before;
    assert!(steps <= 50, "{steps} events in an idle year");
}
