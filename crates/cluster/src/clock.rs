//! Wall-clock time of the simulated cluster: virtual nanoseconds since boot on a fixed calendar.

use apimachinery::{MicroTime, Time};
use engine::SimTime;
use serde::{Deserialize, Serialize};

/// Where virtual time zero lies on the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// Unix nanoseconds at `SimTime::ZERO`.
    pub boot_unix_nanos: i64,
}

impl Clock {
    /// 2026-01-01T00:00:00Z, the start unless `--start` says otherwise.
    pub const DEFAULT_BOOT: Clock = Clock {
        boot_unix_nanos: 1_767_225_600_000_000_000,
    };

    /// The instant with its full precision.
    pub fn exact(self, now: SimTime) -> Time {
        Time {
            nanos: self.boot_unix_nanos + now.0 as i64,
        }
    }

    /// The instant as it is written into objects: whole seconds, rounded down, as on the wire.
    pub fn time(self, now: SimTime) -> Time {
        let nanos = self.exact(now).nanos;
        Time {
            nanos: nanos - nanos.rem_euclid(1_000_000_000),
        }
    }

    /// The instant in microseconds, as Leases and events.k8s.io write it.
    pub fn micro_time(self, now: SimTime) -> MicroTime {
        let nanos = self.exact(now).nanos;
        MicroTime {
            nanos: nanos - nanos.rem_euclid(1_000),
        }
    }

    /// Virtual time of a calendar instant; `None` before boot.
    pub fn sim_time(self, time: Time) -> Option<SimTime> {
        u64::try_from(time.nanos - self.boot_unix_nanos)
            .ok()
            .map(SimTime)
    }
}
