//! Predicates on pods: active, terminating, ready, available, and when a pod becomes available.
//!
//! *Models*: `pkg/api/v1/pod/util.go`, `pkg/controller/controller_utils.go` (IsPodActive,
//! FindMinNextPodAvailabilityCheck).

use api::{Pod, PodCondition};
use apimachinery::Time;
use core::time::Duration;

const NANOS: i64 = 1_000_000_000;

/// The condition of this type.
pub fn pod_condition<'p>(pod: &'p Pod, type_: &str) -> Option<&'p PodCondition> {
    pod.status
        .conditions
        .iter()
        .find(|condition| condition.type_ == type_)
}

/// Succeeded or Failed.
pub fn is_pod_terminal(pod: &Pod) -> bool {
    matches!(&*pod.status.phase, "Succeeded" | "Failed")
}

/// Neither ended nor being deleted: what counts as a replica.
pub fn is_pod_active(pod: &Pod) -> bool {
    !is_pod_terminal(pod) && pod.meta.deletion_timestamp.is_none()
}

/// Being deleted, but not ended.
pub fn is_pod_terminating(pod: &Pod) -> bool {
    !is_pod_terminal(pod) && pod.meta.deletion_timestamp.is_some()
}

pub fn is_pod_ready(pod: &Pod) -> bool {
    pod_condition(pod, "Ready").is_some_and(|ready| ready.status == "True")
}

/// Ready for at least `min_ready_seconds` at `now`.
pub fn is_pod_available(pod: &Pod, min_ready_seconds: i32, now: Time) -> bool {
    let Some(ready) = pod_condition(pod, "Ready").filter(|ready| ready.status == "True") else {
        return false;
    };
    min_ready_seconds == 0
        || ready.last_transition_time.is_some_and(|since| {
            since
                .nanos
                .saturating_add(i64::from(min_ready_seconds) * NANOS)
                <= now.nanos
        })
}

/// How long after `now` a ready pod becomes available; `None` if it is not ready or available already.
/// Fixture table `controller_utils.TestNextPodAvailabilityCheck`.
pub fn next_pod_availability(pod: &Pod, min_ready_seconds: i32, now: Time) -> Option<Duration> {
    if min_ready_seconds <= 0 {
        return None;
    }
    let ready = pod_condition(pod, "Ready").filter(|ready| ready.status == "True")?;
    let at = ready
        .last_transition_time?
        .nanos
        .saturating_add(i64::from(min_ready_seconds) * NANOS);
    let left = u64::try_from(at - now.nanos)
        .ok()
        .filter(|left| *left > 0)?;
    Some(Duration::from_nanos(left))
}

/// The pod that becomes available first, and how long after `now`.
/// Fixture table `controller_utils.TestFindMinNextPodAvailabilitySimpleCheck`.
pub fn first_pod_availability<'p>(
    pods: impl IntoIterator<Item = &'p Pod>,
    min_ready_seconds: i32,
    now: Time,
) -> Option<(Duration, &'p Pod)> {
    let mut first: Option<(Duration, &Pod)> = None;
    for pod in pods {
        if let Some(next) = next_pod_availability(pod, min_ready_seconds, now)
            && first.is_none_or(|(least, _)| next < least)
        {
            first = Some((next, pod));
        }
    }
    first
}

/// When to look at the pods again: the first availability after a status computed at `evaluated`, counted from
/// `now`; zero if it has passed meanwhile. Fixture table `controller_utils.TestFindMinNextPodAvailability`.
pub fn find_min_next_pod_availability<'p>(
    pods: impl IntoIterator<Item = &'p Pod>,
    min_ready_seconds: i32,
    evaluated: Time,
    now: Time,
) -> Option<Duration> {
    let (_, pod) = first_pod_availability(pods, min_ready_seconds, evaluated)?;
    Some(next_pod_availability(pod, min_ready_seconds, now).unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ready_since(second: i64) -> Pod {
        let mut pod = Pod::default();
        pod.status.conditions.push(PodCondition {
            type_: "Ready".into(),
            status: "True".into(),
            last_transition_time: Some(Time::from_unix(second)),
            ..PodCondition::default()
        });
        pod
    }

    #[test]
    fn availability_begins_after_min_ready_seconds() {
        let pod = ready_since(100);
        for (now, available, next) in [
            (105, false, Some(5)),
            (109, false, Some(1)),
            (110, true, None),
        ] {
            let now = Time::from_unix(now);
            assert_eq!(is_pod_available(&pod, 10, now), available);
            assert_eq!(
                next_pod_availability(&pod, 10, now),
                next.map(Duration::from_secs)
            );
        }
        assert!(is_pod_available(&pod, 0, Time::from_unix(0)));
        assert!(!is_pod_available(&Pod::default(), 0, Time::from_unix(0)));
    }

    #[test]
    fn evaluation_that_took_long_asks_at_once() {
        let pods = [ready_since(96), ready_since(98)];
        let evaluated = Time::from_unix(100);
        for (now, left) in [(102, 4), (107, 0)] {
            let found = find_min_next_pod_availability(&pods, 10, evaluated, Time::from_unix(now));
            assert_eq!(found, Some(Duration::from_secs(left)));
        }
    }
}
