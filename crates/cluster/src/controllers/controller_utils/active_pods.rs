//! Which pods are deleted first when there are too many.
//!
//! *Models*: `pkg/controller/controller_utils.go` (ActivePods, ActivePodsWithRanks), gates PodDeletionCost and
//! LogarithmicScaleDown as in v1.36.
//! *Invariants*: the sort is stable and survives an order that is not transitive (the rules below mix buckets
//! and exact times), where a library sort may panic.

use super::pods::is_pod_ready;
use api::Pod;
use apimachinery::{StringMap, Time};

/// `controller.kubernetes.io/pod-deletion-cost`.
pub const POD_DELETION_COST: &str = "controller.kubernetes.io/pod-deletion-cost";

/// What the order depends on beside the pods.
#[derive(Clone, Copy, Debug)]
pub struct Order {
    /// `None`: exact times, no buckets.
    pub now: Option<Time>,
    pub deletion_cost: bool,
    pub logarithmic: bool,
}

impl Order {
    /// The rules of v1.36 at this instant.
    pub fn at(now: Time) -> Order {
        Order {
            now: Some(now),
            deletion_cost: true,
            logarithmic: true,
        }
    }
}

/// True if the first pod is to go before the second one. A rank is the number of active related pods on the
/// pod's node. Fixture table `controller_utils.TestSortingActivePodsWithRanks`.
pub fn less_with_ranks(order: Order, (a, rank_a): (&Pod, u32), (b, rank_b): (&Pod, u32)) -> bool {
    if let Some(less) = less_by_stage(a, b) {
        return less;
    }
    if order.deletion_cost {
        let (cost_a, cost_b) = (
            deletion_cost(&a.meta.annotations),
            deletion_cost(&b.meta.annotations),
        );
        if cost_a != cost_b {
            return cost_a < cost_b;
        }
    }
    if rank_a != rank_b {
        return rank_a > rank_b;
    }
    let now = if order.logarithmic { order.now } else { None };
    less_by_age(now, a, b)
}

/// The order without ranks, costs and buckets. Fixture table `controller_utils.TestSortingActivePods`.
pub fn less(a: &Pod, b: &Pod) -> bool {
    less_by_stage(a, b).unwrap_or_else(|| less_by_age(None, a, b))
}

/// Unassigned before assigned, Pending before Unknown before Running, not ready before ready.
fn less_by_stage(a: &Pod, b: &Pod) -> Option<bool> {
    if a.node_name.is_empty() != b.node_name.is_empty() {
        return Some(a.node_name.is_empty());
    }
    let (phase_a, phase_b) = (phase_ordinal(a), phase_ordinal(b));
    if phase_a != phase_b {
        return Some(phase_a < phase_b);
    }
    let (ready_a, ready_b) = (is_pod_ready(a), is_pod_ready(b));
    (ready_a != ready_b).then_some(!ready_a)
}

/// Ready for a shorter time first, then more restarts first, then newer first.
fn less_by_age(now: Option<Time>, a: &Pod, b: &Pod) -> bool {
    if is_pod_ready(a) && is_pod_ready(b) {
        let (since_a, since_b) = (ready_since(a), ready_since(b));
        if since_a != since_b {
            return later(now, (since_a, a), (since_b, b));
        }
    }
    let (restarts_a, restarts_b) = (max_restarts(a), max_restarts(b));
    if restarts_a != restarts_b {
        return restarts_a > restarts_b;
    }
    let (created_a, created_b) = (a.meta.creation_timestamp, b.meta.creation_timestamp);
    created_a != created_b && later(now, (created_a, a), (created_b, b))
}

/// A missing time is before all; with `now`, ages are compared by the power of two that they reach.
fn later(
    now: Option<Time>,
    (at_a, a): (Option<Time>, &Pod),
    (at_b, b): (Option<Time>, &Pod),
) -> bool {
    let (Some(at_a), Some(at_b)) = (at_a, at_b) else {
        return at_a.is_none();
    };
    let Some(now) = now else { return at_a > at_b };
    let (bucket_a, bucket_b) = (age_bucket(at_a, now), age_bucket(at_b, now));
    if bucket_a == bucket_b {
        a.meta.uid < b.meta.uid
    } else {
        bucket_a < bucket_b
    }
}

/// ⌊log2⌋ of the age in nanoseconds, -1 for what is not older than `now`.
fn age_bucket(at: Time, now: Time) -> i64 {
    match u64::try_from(now.nanos - at.nanos) {
        Ok(age) if age > 0 => i64::from(age.ilog2()),
        _ => -1,
    }
}

fn phase_ordinal(pod: &Pod) -> u32 {
    match &*pod.status.phase {
        "Unknown" => 1,
        "Running" => 2,
        // Pending, and what the table upstream does not name.
        _ => 0,
    }
}

fn ready_since(pod: &Pod) -> Option<Time> {
    pod.status
        .conditions
        .iter()
        .find(|c| c.type_ == "Ready" && c.status == "True")?
        .last_transition_time
}

/// Most restarts of a container, then of a sidecar.
fn max_restarts(pod: &Pod) -> (i32, i32) {
    let regular = pod
        .status
        .container_statuses
        .iter()
        .map(|status| status.restart_count)
        .max()
        .unwrap_or(0);
    let is_sidecar = |name: &str| {
        pod.spec.init_containers.iter().any(|container| {
            &*container.name == name && container.restart_policy.as_deref() == Some("Always")
        })
    };
    let statuses = pod
        .status
        .init_container_statuses
        .iter()
        .filter(|status| is_sidecar(&status.name));
    let sidecar = statuses
        .map(|status| status.restart_count)
        .max()
        .unwrap_or(0);
    (regular.max(0), sidecar.max(0))
}

/// The cost of deleting a pod; 0 if there is none or it is not a plain 32-bit number.
// kubernetes: pkg/apis/core/helper (GetDeletionCostFromPodAnnotations)
pub fn deletion_cost(annotations: &StringMap) -> i32 {
    let Some(text) = annotations.get_str(POD_DELETION_COST) else {
        return 0;
    };
    let plain = text == "0" || matches!(text.as_bytes().first(), Some(b'-' | b'1'..=b'9'));
    if plain { text.parse().unwrap_or(0) } else { 0 }
}

/// Stable merge sort by a `less` that need not be transitive.
pub fn sort_by_less<T: Copy>(items: &mut [T], less: &mut impl FnMut(T, T) -> bool) {
    let mut from = items.to_vec();
    let mut width = 1;
    while width < items.len() {
        let mut at = 0;
        for run in from.chunks(2 * width) {
            let (left, right) = run.split_at(width.min(run.len()));
            let (mut l, mut r) = (0, 0);
            while l < left.len() || r < right.len() {
                let take_right = l == left.len() || (r < right.len() && less(right[r], left[l]));
                items[at] = if take_right { right[r] } else { left[l] };
                at += 1;
                if take_right { r += 1 } else { l += 1 }
            }
        }
        from.copy_from_slice(items);
        width *= 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merge_sort_is_stable() {
        for size in 0_u32..40 {
            let mut items: Vec<(u32, u32)> = (0..size).map(|n| (n * 7 % 5, n)).collect();
            let mut expected = items.clone();
            expected.sort_by_key(|(key, _)| *key);
            sort_by_less(&mut items, &mut |a, b| a.0 < b.0);
            assert_eq!(items, expected);
        }
    }

    #[test]
    fn deletion_cost_is_a_plain_number() {
        for (text, cost) in [
            ("10", 10),
            ("-5", -5),
            ("0", 0),
            ("+10", 0),
            ("008", 0),
            ("x", 0),
            ("", 0),
            ("99999999999", 0),
        ] {
            assert_eq!(
                deletion_cost(&StringMap::from([(POD_DELETION_COST, text)])),
                cost,
                "{text}"
            );
        }
    }

    #[test]
    fn ages_fall_into_buckets() {
        let now = Time::from_unix_nanos(1_000_000);
        for (age, bucket) in [(0, -1), (-5, -1), (1, 0), (2, 1), (1023, 9), (1024, 10)] {
            assert_eq!(
                age_bucket(Time::from_unix_nanos(now.nanos - age), now),
                bucket
            );
        }
    }
}
