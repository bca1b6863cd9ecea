//! How long a pod waits after a failed attempt.
//!
//! *Models*: `pkg/scheduler/backend/queue/backoff_queue.go`.
//! *Invariants*: expiry is a whole second since boot; clusters boot on a whole second of the calendar.

use core::time::Duration;
use engine::SimTime;

/// Back-off after the first failure.
pub const INITIAL: Duration = Duration::from_secs(1);
/// Back-off never grows beyond this.
pub const MAX: Duration = Duration::from_secs(10);
const WINDOW_NANOS: u64 = 1_000_000_000;

/// `initial · 2^(count-1)`, at most `max`; nothing for a pod that never failed.
///
/// Fixture table: `backoff_queue.TestBackoffQueue_calculateBackoffDuration`.
pub fn duration(count: u32, initial: Duration, max: Duration) -> Duration {
    let Some(shift) = count.checked_sub(1) else {
        return Duration::ZERO;
    };
    let (initial, max) = (initial.as_nanos(), max.as_nanos());
    let nanos = if initial > max.checked_shr(shift).unwrap_or(0) {
        max
    } else {
        initial << shift
    };
    Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
}

/// When a pod's back-off ends: errors in a row count before rejections. Zero if there is none.
///
/// Fixture table: `backoff_queue.TestBackoffQueue_getBackoffTime`.
pub fn expiry(
    timestamp: SimTime,
    unschedulable: u32,
    errors: u32,
    initial: Duration,
    max: Duration,
) -> SimTime {
    let count = if errors > 0 { errors } else { unschedulable };
    if count == 0 {
        SimTime::ZERO
    } else {
        window(timestamp + duration(count, initial, max))
    }
}

/// Whether a pod with this expiry still waits.
pub fn is_backing_off(expiry: SimTime, now: SimTime) -> bool {
    expiry > SimTime::ZERO && expiry >= window(now)
}

/// The second at which a finished back-off is noticed.
pub fn flushed_at(expiry: SimTime) -> SimTime {
    expiry + Duration::from_nanos(WINDOW_NANOS)
}

fn window(at: SimTime) -> SimTime {
    SimTime(at.0 - at.0 % WINDOW_NANOS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_double_and_stop() {
        let seconds: Vec<u64> = (0..7)
            .map(|count| duration(count, INITIAL, MAX).as_secs())
            .collect();
        assert_eq!(seconds, [0, 1, 2, 4, 8, 10, 10]);
        assert_eq!(
            duration(
                32,
                Duration::from_nanos(1),
                Duration::from_nanos(2_147_483_647)
            )
            .as_nanos(),
            2_147_483_647
        );
        assert_eq!(duration(200, INITIAL, MAX), MAX);
    }

    #[test]
    fn expiry_lies_on_a_whole_second() {
        let at = SimTime::from_millis(2_300);
        assert_eq!(expiry(at, 2, 0, INITIAL, MAX), SimTime::from_secs(4));
        assert_eq!(
            expiry(at, 5, 1, INITIAL, MAX),
            SimTime::from_secs(3),
            "errors in a row count alone"
        );
        assert!(is_backing_off(
            SimTime::from_secs(4),
            SimTime::from_millis(4_999)
        ));
        assert!(!is_backing_off(
            SimTime::from_secs(4),
            SimTime::from_secs(5)
        ));
        assert!(!is_backing_off(
            expiry(at, 0, 0, INITIAL, MAX),
            SimTime::from_millis(2)
        ));
    }
}
