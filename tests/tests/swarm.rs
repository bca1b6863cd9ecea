//! Random commands and faults, then the faults end and all must converge.
//!
//! `SWARM_RUNS=200` plays more seeds, `SWARM_FIRST=17` begins elsewhere. A failure prints the shortest transcript
//! found that still fails, in the suite's form.

use orrery_tests::swarm::{Script, shrink};

const RUNS: u64 = 20;

#[expect(
    clippy::disallowed_methods,
    reason = "a test run is told by its environment how much to play"
)]
fn told(name: &str) -> Option<u64> {
    std::env::var(name)
        .ok()
        .and_then(|value| value.parse().ok())
}

#[test]
fn faults_off_means_converged() {
    let first = told("SWARM_FIRST").unwrap_or(1);
    for seed in first..first + told("SWARM_RUNS").unwrap_or(RUNS) {
        let script = Script::random(seed);
        if let Err(why) = script.play() {
            let (short, why) = shrink(script, why);
            panic!(
                "seed {seed} does not converge\n\n{}\n{why}",
                short.transcript()
            );
        }
    }
}

/// A swarm whose commands all fail would prove nothing.
#[test]
fn most_random_commands_do_something() {
    let (mut done, mut all) = (0, 0);
    for seed in 1..=3 {
        let (succeeded, lines) = Script::random(seed).succeeded();
        done += succeeded;
        all += lines;
    }
    assert!(done * 4 >= all * 3, "only {done} of {all} lines succeeded");
}

/// The checkers see what is wrong, and the transcript keeps only what it takes.
#[test]
fn a_swarm_that_cannot_converge_fails_and_is_shrunk() {
    let mut script = Script::random(1);
    let lonely = "kubectl create -f - <<EOF\n{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: lonely}, spec: {\
                  replicas: 2, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, \
                  spec: {schedulerName: nobody, containers: [{name: c, image: nginx}]}}}}\nEOF";
    script.lines.insert(20, lonely.to_string());
    let why = script.play().expect_err("nobody schedules these pods");
    assert!(
        why.contains("ReplicaSet default/lonely: 2 wanted, 2 owned, status (2, 0)"),
        "{why}"
    );
    let (short, _) = shrink(script, why);
    assert_eq!(short.lines, [lonely]);
    assert!(
        short
            .transcript()
            .contains("\nreplicaset.apps/lonely created\n")
    );
}
