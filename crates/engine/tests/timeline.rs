//! Properties of the timeline: slices, seeks, undo, branches, saves.

mod toy;

use std::collections::BTreeMap;

use engine::{
    BranchError, Digest, LoadError, MS, Moment, SEC, Seed, SimTime, Target, Timeline, World,
    decode, encode, hex,
};
use toy::{Dice, Machines, Order, live, order, run};

#[test]
fn slices_change_nothing() {
    for seed in 0..6 {
        let (whole, replies) = live(seed, 20, u32::MAX);
        assert!(
            whole.step() > 100,
            "the toy must do something: {}",
            whole.step()
        );
        for slice in [1, 7, 1_000_000] {
            let (sliced, same) = live(seed, 20, slice);
            assert_eq!(replies, same);
            assert_eq!(whole.moment(), sliced.moment());
            assert_eq!(hex(&whole.digest()), hex(&sliced.digest()), "slice {slice}");
        }
    }
}

#[test]
fn seeds_matter() {
    let (mut a, mut b) = (live(1, 0, 1).0, live(2, 0, 1).0);
    for timeline in [&mut a, &mut b] {
        timeline.apply(Order::Add("x".to_owned()));
        run(timeline, SimTime::from_secs(1), 9);
    }
    assert_ne!(encode(a.world()), encode(b.world()));
}

/// A timeline of many steps and the digest at every moment between them.
fn recorded(seed: u64) -> (Timeline<Machines>, BTreeMap<Moment, Digest>) {
    let mut timeline = Timeline::new(Machines::default(), Seed(seed));
    let mut dice = Dice::new(seed + 100);
    let mut seen = BTreeMap::from([(timeline.moment(), timeline.digest())]);
    for n in 0..25 {
        timeline.begin_line(&format!("line {n}"));
        for _ in 0..dice.below(4) {
            timeline.apply(order(&mut dice, n));
            seen.insert(timeline.moment(), timeline.digest());
        }
        let until = timeline.now() + MS * dice.below(30) as u32;
        while !timeline.run(until, 1).reached {
            seen.insert(timeline.moment(), timeline.digest());
        }
        seen.insert(timeline.moment(), timeline.digest());
    }
    (timeline, seen)
}

#[test]
fn random_seeks_undos_and_redos_come_back() {
    for seed in 0..4 {
        let (mut timeline, seen) = recorded(seed);
        let (end, at_end) = (timeline.moment(), timeline.digest());
        let moments: Vec<Moment> = seen.keys().copied().collect();
        let mut dice = Dice::new(seed + 7);
        for round in 0..50 {
            let pick = moments[dice.below(moments.len() as u64) as usize];
            match dice.below(7) {
                0 => timeline.seek(Target::Moment(pick)),
                1 => timeline.seek_step(pick.step),
                2 => timeline.seek_time(pick.now),
                3 => drop(timeline.redo()),
                4 => {
                    // After an undo time would drop what was taken back: look from where one stands.
                    let here = timeline.moment();
                    timeline.seek(Target::Moment(here));
                    let until = pick.now.max(timeline.now());
                    run(&mut timeline, until, 5);
                }
                5 => {
                    timeline.seek_begin(Target::Moment(pick));
                    while !timeline.seek_advance(3).done {}
                    assert_eq!(timeline.moment(), pick);
                }
                _ => drop(timeline.undo()),
            }
            if let Some(digest) = seen.get(&timeline.moment()) {
                assert_eq!(
                    hex(&timeline.digest()),
                    hex(digest),
                    "seed {seed} round {round}"
                );
            }
            assert_eq!(timeline.end(), end);
        }
        timeline.seek(Target::Moment(end));
        assert_eq!((timeline.moment(), timeline.digest()), (end, at_end));
    }
}

#[test]
fn every_recorded_moment_can_be_sought() {
    let (mut timeline, seen) = recorded(3);
    timeline.set_checkpoint_budget(0);
    assert_eq!(timeline.checkpoint_stats().count, 2);
    for (moment, digest) in seen.iter().rev().step_by(17) {
        timeline.seek(Target::Moment(*moment));
        assert_eq!((timeline.moment(), &timeline.digest()), (*moment, digest));
    }
}

#[test]
fn undo_takes_back_a_line_and_redo_brings_it() {
    let mut timeline = Timeline::new(Machines::default(), Seed(5));
    let mut stops = vec![(timeline.moment(), timeline.digest())];
    for n in 0..4 {
        timeline.begin_line(&format!("line {n}"));
        timeline.apply(Order::Add(format!("m{n}")));
        run(&mut timeline, SimTime::from_millis(10 * (n + 1)), 100);
        stops.push((timeline.moment(), timeline.digest()));
    }
    timeline.begin_line("looks only");
    for n in (0..4_usize).rev() {
        assert_eq!(timeline.undo().expect("a line").text, format!("line {n}"));
        assert_eq!((timeline.moment(), timeline.digest()), stops[n]);
        assert_eq!(timeline.lines_done(), n as u32);
    }
    assert_eq!(timeline.undo(), None);
    for (n, stop) in stops.iter().enumerate().skip(1) {
        assert_eq!(
            timeline.redo().expect("a line").text,
            format!("line {}", n - 1)
        );
        assert_eq!((timeline.moment(), timeline.digest()), *stop);
    }
    assert_eq!(timeline.redo(), None);
}

#[test]
fn time_after_an_undo_drops_what_was_taken_back() {
    let mut timeline = Timeline::new(Machines::default(), Seed(5));
    let mut without = Timeline::new(Machines::default(), Seed(5));
    for timeline in [&mut timeline, &mut without] {
        timeline.begin_line("kept");
        timeline.apply(Order::Add("kept".to_owned()));
        run(timeline, SimTime::from_millis(10), 100);
    }
    timeline.begin_line("taken back");
    timeline.apply(Order::Add("other".to_owned()));
    timeline.undo();
    assert!(
        timeline.run(timeline.now(), 100).reached,
        "no time, nothing dropped"
    );
    assert!(timeline.redo().is_some());
    timeline.undo();
    for timeline in [&mut timeline, &mut without] {
        run(timeline, SimTime::from_millis(50), 100);
    }
    assert_eq!(timeline.redo(), None);
    assert_eq!(timeline.lines().len(), 1);
    assert_eq!(timeline.digest(), without.digest());
}

#[test]
fn a_command_in_the_past_drops_the_future() {
    let (mut timeline, _) = recorded(1);
    let lines = timeline.lines().len();
    timeline.undo();
    timeline.undo();
    let here = timeline.moment();
    timeline.begin_line("other");
    assert_eq!(
        timeline.lines().len(),
        lines,
        "a line without a command drops nothing"
    );
    timeline.apply(Order::Add("other".to_owned()));
    assert_eq!(timeline.end(), timeline.moment());
    assert_eq!(timeline.lines().last().expect("a line").from, here);
    assert_eq!(
        timeline.log().end(),
        timeline.log().back().map_or(0, |_| timeline.log().len())
    );
    assert_eq!(timeline.redo(), None);
    let (end, digest) = (timeline.moment(), timeline.digest());
    timeline.seek_step(0);
    timeline.seek(Target::Moment(end));
    assert_eq!(timeline.digest(), digest);
}

#[test]
fn a_fork_keeps_the_future() {
    let (mut timeline, _) = recorded(2);
    let (end, digest) = (timeline.end(), timeline.digest());
    timeline.seek_time(SimTime(end.now.0 / 2));
    let parting = timeline.moment();
    assert_eq!(
        timeline.fork("main"),
        Err(BranchError::Exists("main".to_owned()))
    );
    timeline.fork("old").expect("a new name");
    assert_eq!(timeline.end(), parting);
    timeline.apply(Order::Add("elsewhere".to_owned()));
    run(&mut timeline, end.now + SEC, 1_000);
    let (other_end, other) = (timeline.end(), timeline.digest());
    timeline.switch("old").expect("the old future");
    assert_eq!((timeline.moment(), timeline.end()), (parting, end));
    assert_eq!(timeline.branches().collect::<Vec<_>>(), ["main"]);
    timeline.seek(Target::Moment(end));
    assert_eq!(timeline.digest(), digest);
    timeline.switch("main").expect("back");
    assert_eq!((timeline.end(), timeline.digest()), (other_end, other));
    timeline.drop_branch("old").expect("there");
    assert_eq!(
        timeline.switch("old"),
        Err(BranchError::NotFound("old".to_owned()))
    );
}

#[test]
fn a_loaded_timeline_goes_on_identically() {
    for seed in 0..5 {
        let (mut original, _) = recorded(seed);
        let bytes = encode(&original.save());
        let mut replayed = Timeline::<Machines>::load(decode(&bytes).expect("a save")).expect("ok");
        assert!(!replayed.began_from_snapshot());
        assert_eq!(replayed.lines(), original.lines());
        let mut foreign = original.save();
        foreign.model_version += 1;
        let mut snapshot = Timeline::<Machines>::load(foreign).expect("ok");
        assert!(snapshot.began_from_snapshot());
        let again = snapshot.save();
        let mut third = Timeline::<Machines>::load(again).expect("ok");
        for n in 0..30 {
            let order = order(&mut Dice::new(n), n);
            let until = original.now() + MS * n as u32;
            let reply = original.apply(order.clone());
            run(&mut original, until, 50);
            for other in [&mut replayed, &mut snapshot, &mut third] {
                assert_eq!(other.apply(order.clone()), reply);
                run(other, until, 3);
                assert_eq!(hex(&other.digest()), hex(&original.digest()), "seed {seed}");
            }
        }
        assert_eq!(snapshot.step(), original.step());
    }
}

#[test]
fn a_save_in_the_past_keeps_the_future() {
    let (mut original, _) = recorded(4);
    let (end, digest) = (original.end(), original.digest());
    original.undo();
    let mut loaded = Timeline::<Machines>::load(original.save()).expect("ok");
    assert_eq!((loaded.moment(), loaded.end()), (original.moment(), end));
    loaded.seek(Target::Moment(end));
    assert_eq!(loaded.digest(), digest);
}

#[test]
fn a_log_that_replays_otherwise_yields_to_the_snapshot() {
    let (mut original, _) = recorded(0);
    let mut save = original.save();
    save.log.last_mut().expect("commands").command = Order::Add("changed".to_owned());
    let loaded = Timeline::<Machines>::load(save.clone()).expect("the snapshot");
    assert!(loaded.began_from_snapshot());
    assert_eq!(loaded.digest(), original.digest());
    save.snapshot.truncate(9);
    assert!(matches!(
        Timeline::<Machines>::load(save.clone()),
        Err(LoadError::Snapshot(_))
    ));
    save.format_version = 99;
    assert_eq!(
        Timeline::<Machines>::load(save).err(),
        Some(LoadError::Format { found: 99 })
    );
}

#[test]
fn checkpoints_keep_replay_short_and_the_budget() {
    let mut timeline = Timeline::new(Machines::default(), Seed(8));
    for n in 0..40 {
        timeline.apply(Order::Add(format!("m{n}")));
    }
    timeline.run(SimTime::MAX, 150_000);
    let stats = timeline.checkpoint_stats();
    assert!(stats.gap_steps_max <= 20_000, "{stats:?}");
    assert!(stats.count >= 8, "{stats:?}");
    let bytes = stats.bytes_estimate / 2;
    timeline.set_checkpoint_budget(bytes);
    let thinned = timeline.checkpoint_stats();
    assert!(
        thinned.bytes_estimate <= bytes && thinned.count < stats.count,
        "{thinned:?}"
    );
    let (end, digest) = (timeline.moment(), timeline.digest());
    assert!(timeline.seek_begin(Target::Step(30_000)).steps_left <= 30_000);
    assert_eq!(
        timeline.moment(),
        end,
        "a seek under way shows where it came from"
    );
    while !timeline.seek_advance(1_000).done {}
    assert_eq!(timeline.step(), 30_000);
    timeline.seek(Target::Moment(end));
    assert_eq!(timeline.digest(), digest);
    assert!(timeline.checkpoint_stats().bytes_estimate <= bytes);
}

#[test]
fn causes_chain_from_an_event_to_its_command() {
    let mut timeline = Timeline::new(Machines::default(), Seed(1));
    timeline.apply(Order::Look);
    timeline.apply(Order::Add("m".to_owned()));
    run(&mut timeline, SimTime::from_secs(1), 1_000);
    let trace = timeline.trace();
    let labels: Vec<u64> = trace
        .chain(trace.last())
        .map(|(_, entry)| entry.label)
        .collect();
    let ticks = labels.len() as u64 - 1;
    let expected: Vec<u64> = (1..=ticks).rev().chain([1 << 32]).collect();
    assert_eq!(labels, expected);
}

#[test]
fn one_step_can_be_replayed_aside() {
    let (mut timeline, seen) = recorded(2);
    let here = timeline.digest();
    for step in [1, timeline.step() / 2, timeline.step()] {
        let mut before = None;
        let after = timeline.replay_step(step, |world| before = Some(world.clone()));
        timeline.seek_step(step - 1);
        assert_eq!(encode(timeline.world()), encode(&before.expect("called")));
        timeline.seek_step(step);
        assert_eq!(encode(timeline.world()), encode(&after.expect("a step")));
    }
    assert!(timeline.replay_step(0, |_| ()).is_none());
    assert!(
        timeline
            .replay_step(timeline.end().step + 1, |_| ())
            .is_none()
    );
    timeline.seek(Target::Moment(*seen.keys().last().expect("moments")));
    assert_eq!(timeline.digest(), here);
}

#[test]
fn the_digest_is_pinned() {
    let (timeline, _) = live(7, 12, 100);
    assert_eq!(Machines::MODEL_VERSION, 1);
    assert_eq!(hex(&timeline.digest()), "06b56d2dec676ab53c894af8b9108388");
}
