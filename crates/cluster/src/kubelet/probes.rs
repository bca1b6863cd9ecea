//! When a container's probes pass or fail, worked out once at its start.
//!
//! *Models*: `pkg/kubelet/prober` (worker.go): startup before the others, `initialDelaySeconds`, thresholds; a first
//! tick at a keyed offset within the period.
//! *Invariants*: INV-8: no event a tick; only the instants at which an outcome differs.
//! *Not modelled*: whether the program really answers (a probe passes unless an annotation says otherwise); Events of
//! failing readiness probes; readiness that comes and goes.

use super::annotations::{self, Answer};
use api::{Container, Pod, Probe};
use core::time::Duration;
use engine::{Seed, SimTime};

/// What a container's probes will say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Outlook {
    pub started_at: SimTime,
    pub ready_at: SimTime,
    pub failing: Option<Failing>,
}

/// A probe whose failures are reported one by one, and which kills the container at its threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Failing {
    pub first: SimTime,
    pub period: Duration,
    /// How many failures there will be before it passes; at `threshold` the container is killed.
    pub failures: u32,
    pub threshold: u32,
    pub startup: bool,
}

fn seconds(n: i32) -> Duration {
    Duration::from_secs(u64::try_from(n).unwrap_or(0))
}

fn period(probe: &Probe) -> Duration {
    seconds(if probe.period_seconds > 0 {
        probe.period_seconds
    } else {
        10
    })
}

fn threshold(probe: &Probe) -> u32 {
    u32::try_from(probe.failure_threshold)
        .ok()
        .filter(|n| *n > 0)
        .unwrap_or(3)
}

/// The first tick of a probe's worker at or after `wanted`.
fn tick(first: SimTime, period: Duration, wanted: SimTime) -> SimTime {
    let late = wanted.since(first);
    let ticks = late.as_nanos().div_ceil(period.as_nanos().max(1));
    first + period * u32::try_from(ticks).unwrap_or(u32::MAX)
}

/// Looks ahead from a container's start.
pub(super) fn outlook(pod: &Pod, container: &Container, since: SimTime, seed: Seed) -> Outlook {
    let name = &container.name;
    let key = format!("{}/{name}", pod.meta.uid);
    let first = |probe: &Probe, kind: &str| {
        let offset = seed.below(
            kind,
            key.as_bytes(),
            since.0,
            period(probe).as_nanos() as u64,
        );
        since + Duration::from_nanos(offset)
    };
    let mut outlook = Outlook {
        started_at: since,
        ready_at: since,
        failing: None,
    };
    let startup = annotations::answer(pod, "startup", name);
    if let Some(probe) = &container.startup_probe {
        let first = tick(
            first(probe, "startup-probe"),
            period(probe),
            since + seconds(probe.initial_delay_seconds),
        );
        outlook.started_at = match startup {
            Some(Answer::Never) => SimTime::MAX,
            Some(Answer::From(after)) => tick(first, period(probe), since + after),
            _ => first,
        };
        outlook.failing = failing(probe, first, outlook.started_at, true);
        if outlook
            .failing
            .is_some_and(|failing| failing.failures >= failing.threshold)
        {
            outlook.started_at = SimTime::MAX;
        }
    }
    outlook.ready_at = ready_at(pod, container, since, outlook.started_at, &first);
    if let (Some(probe), Some(Answer::Until(until)), None) = (
        &container.liveness_probe,
        annotations::answer(pod, "live", name),
        outlook.failing,
    ) {
        let from = (since + until)
            .max(since + seconds(probe.initial_delay_seconds))
            .max(outlook.started_at);
        let first = tick(first(probe, "liveness-probe"), period(probe), from);
        outlook.failing = failing(probe, first, SimTime::MAX, false);
    }
    outlook
}

fn failing(probe: &Probe, first: SimTime, passes: SimTime, startup: bool) -> Option<Failing> {
    let period = period(probe);
    let threshold = threshold(probe);
    let failures = passes.since(first).as_nanos().div_ceil(period.as_nanos());
    let failures = u32::try_from(failures).unwrap_or(u32::MAX).min(threshold);
    (failures > 0).then_some(Failing {
        first,
        period,
        failures,
        threshold,
        startup,
    })
}

fn ready_at(
    pod: &Pod,
    container: &Container,
    since: SimTime,
    started: SimTime,
    first: &dyn Fn(&Probe, &str) -> SimTime,
) -> SimTime {
    let name = &container.name;
    let after = match annotations::answer(pod, "ready", name) {
        Some(Answer::Never) => return SimTime::MAX,
        Some(Answer::From(after)) => after,
        Some(Answer::Until(_)) | None => {
            annotations::duration(pod, "ready-after", name).unwrap_or_default()
        }
    };
    if started == SimTime::MAX {
        return SimTime::MAX;
    }
    let Some(probe) = &container.readiness_probe else {
        return started.max(since + after);
    };
    let wanted = (since + after)
        .max(since + seconds(probe.initial_delay_seconds))
        .max(started);
    let more = u32::try_from(probe.success_threshold - 1).unwrap_or(0);
    // A container that is not ready is probed at once when its status changes; later tries follow the ticks.
    let passes = if wanted == started {
        wanted
    } else {
        tick(first(probe, "readiness-probe"), period(probe), wanted)
    };
    passes + period(probe) * more
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: SimTime = SimTime::from_secs(100);

    fn look(annotations: &[(&str, &str)], change: impl FnOnce(&mut Container)) -> Outlook {
        let mut pod = Pod::default();
        for (key, value) in annotations {
            pod.meta
                .annotations
                .insert(format!("orrery.dev/{key}"), *value);
        }
        let mut container = Container {
            name: "c".into(),
            ..Container::default()
        };
        change(&mut container);
        outlook(&pod, &container, START, Seed(7))
    }

    fn probe(period_seconds: i32, failure_threshold: i32) -> Option<Probe> {
        Some(Probe {
            period_seconds,
            failure_threshold,
            success_threshold: 1,
            ..Probe::default()
        })
    }

    #[test]
    fn without_probes_ready_at_once() {
        let outlook = look(&[], |_| {});
        assert_eq!(
            outlook,
            Outlook {
                started_at: START,
                ready_at: START,
                failing: None
            }
        );
        assert_eq!(
            look(&[("ready-after", "3s")], |_| {}).ready_at,
            START + Duration::from_secs(3)
        );
        assert_eq!(look(&[("ready", "false")], |_| {}).ready_at, SimTime::MAX);
    }

    #[test]
    fn readiness_follows_the_ticks_of_its_period() {
        let outlook = look(&[("ready", "after:8s")], |c| {
            c.readiness_probe = probe(2, 3)
        });
        let late = outlook.ready_at.since(START + Duration::from_secs(8));
        assert!(late < Duration::from_secs(2), "{late:?}");
        assert_eq!(
            look(&[], |c| c.readiness_probe = probe(2, 3)).ready_at,
            START
        );
    }

    #[test]
    fn failing_probes_kill_at_their_threshold() {
        let live = look(&[("live", "until:6s")], |c| c.liveness_probe = probe(2, 2))
            .failing
            .expect("fails");
        assert!(
            live.failures == 2
                && live.threshold == 2
                && live.first >= START + Duration::from_secs(6)
        );
        let slow = look(&[("startup", "after:25s")], |c| {
            c.startup_probe = probe(5, 10)
        });
        let failures = slow.failing.expect("fails for a while").failures;
        assert!(
            failures == 5 && slow.started_at >= START + Duration::from_secs(25),
            "{slow:?}"
        );
        let never = look(&[("startup", "false")], |c| c.startup_probe = probe(5, 3));
        assert_eq!(
            (never.started_at, never.ready_at),
            (SimTime::MAX, SimTime::MAX)
        );
        assert_eq!(never.failing.map(|failing| failing.failures), Some(3));
    }
}
