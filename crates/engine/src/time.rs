//! Virtual time: nanoseconds since the world was booted.
//!
//! *Invariants* INV-2: nothing here reads a clock. Arithmetic saturates at
//! [`SimTime::ZERO`] and [`SimTime::MAX`], so it never wraps and never panics.
//!
//! *Not modelled* calendars and zones: the world maps its boot to a date.

use core::fmt;
use core::ops::{Add, AddAssign, Sub};
use core::time::Duration;

use serde::{Deserialize, Serialize};

/// One millisecond.
pub const MS: Duration = Duration::from_millis(1);
/// One second.
pub const SEC: Duration = Duration::from_secs(1);

const NANOS_PER_MICRO: u64 = 1_000;
const NANOS_PER_MILLI: u64 = 1_000_000;
const NANOS_PER_SEC: u64 = 1_000_000_000;

/// An instant: nanoseconds since boot. Reaches 584 years.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Debug, Serialize, Deserialize)]
pub struct SimTime(pub u64);

impl SimTime {
    /// The boot of the world.
    pub const ZERO: SimTime = SimTime(0);
    /// Later than anything that happens.
    pub const MAX: SimTime = SimTime(u64::MAX);

    pub const fn from_nanos(nanos: u64) -> Self {
        SimTime(nanos)
    }

    pub const fn from_micros(micros: u64) -> Self {
        SimTime(micros.saturating_mul(NANOS_PER_MICRO))
    }

    pub const fn from_millis(millis: u64) -> Self {
        SimTime(millis.saturating_mul(NANOS_PER_MILLI))
    }

    pub const fn from_secs(secs: u64) -> Self {
        SimTime(secs.saturating_mul(NANOS_PER_SEC))
    }

    pub const fn as_nanos(self) -> u64 {
        self.0
    }

    /// Whole microseconds, rounded down.
    pub const fn as_micros(self) -> u64 {
        self.0 / NANOS_PER_MICRO
    }

    /// Whole milliseconds, rounded down.
    pub const fn as_millis(self) -> u64 {
        self.0 / NANOS_PER_MILLI
    }

    /// Whole seconds, rounded down.
    pub const fn as_secs(self) -> u64 {
        self.0 / NANOS_PER_SEC
    }

    /// The span since `earlier`; zero if `earlier` is later.
    pub const fn since(self, earlier: SimTime) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }

    /// `None` where `+` would saturate.
    pub fn checked_add(self, span: Duration) -> Option<SimTime> {
        let nanos = u64::try_from(span.as_nanos()).ok()?;
        self.0.checked_add(nanos).map(SimTime)
    }

    /// `None` if the span reaches before boot.
    pub fn checked_sub(self, span: Duration) -> Option<SimTime> {
        let nanos = u64::try_from(span.as_nanos()).ok()?;
        self.0.checked_sub(nanos).map(SimTime)
    }

    /// The instant `span` earlier, at least boot.
    pub fn saturating_sub(self, span: Duration) -> SimTime {
        self.checked_sub(span).unwrap_or(SimTime::ZERO)
    }
}

impl Add<Duration> for SimTime {
    type Output = SimTime;
    fn add(self, span: Duration) -> SimTime {
        self.checked_add(span).unwrap_or(SimTime::MAX)
    }
}

impl AddAssign<Duration> for SimTime {
    fn add_assign(&mut self, span: Duration) {
        *self = *self + span;
    }
}

impl Sub for SimTime {
    type Output = Duration;
    fn sub(self, earlier: SimTime) -> Duration {
        self.since(earlier)
    }
}

impl fmt::Display for SimTime {
    /// Seconds and milliseconds since boot, such as `12.345s`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:03}s", self.as_secs(), self.as_millis() % 1_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arithmetic_saturates() {
        assert_eq!(SimTime::from_secs(2) + MS, SimTime::from_millis(2_001));
        assert_eq!(SimTime::MAX + SEC, SimTime::MAX);
        assert_eq!(SimTime::ZERO + Duration::MAX, SimTime::MAX);
        assert_eq!(
            SimTime::from_secs(1) - SimTime::from_secs(3),
            Duration::ZERO
        );
        assert_eq!(SimTime::from_secs(3) - SimTime::from_secs(1), 2 * SEC);
        assert_eq!(SimTime::from_secs(1).checked_sub(2 * SEC), None);
        assert_eq!(SimTime::from_secs(u64::MAX), SimTime::MAX);
    }

    #[test]
    fn prints_seconds_and_milliseconds() {
        assert_eq!(SimTime::from_micros(12_345_678).to_string(), "12.345s");
        assert_eq!(SimTime::ZERO.to_string(), "0.000s");
    }
}
