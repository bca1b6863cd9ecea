//! Lengths of time and how Kubernetes prints them.
//!
//! *Models* metav1.Duration, Go's time.Duration text, apimachinery/pkg/util/duration.
//! *Invariants*: integers only.
//! *Not modelled*: nothing.

use std::fmt;
use std::ops::{Add, AddAssign, Sub};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

const NANOS: i64 = 1_000_000_000;

/// A signed length of time in nanoseconds, printed as Go prints it (`1m0s`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration {
    pub nanos: i64,
}

impl Add for Duration {
    type Output = Duration;
    fn add(self, other: Duration) -> Duration {
        Duration {
            nanos: self.nanos.saturating_add(other.nanos),
        }
    }
}

impl AddAssign for Duration {
    fn add_assign(&mut self, other: Duration) {
        *self = *self + other;
    }
}

impl Sub for Duration {
    type Output = Duration;
    fn sub(self, other: Duration) -> Duration {
        Duration {
            nanos: self.nanos.saturating_sub(other.nanos),
        }
    }
}

impl Duration {
    pub const ZERO: Duration = Duration { nanos: 0 };

    pub const fn from_nanos(nanos: i64) -> Self {
        Self { nanos }
    }

    pub const fn from_millis(millis: i64) -> Self {
        Self {
            nanos: millis * 1_000_000,
        }
    }

    pub const fn from_secs(seconds: i64) -> Self {
        Self {
            nanos: seconds * NANOS,
        }
    }

    /// Whole seconds, towards zero.
    pub const fn as_secs(self) -> i64 {
        self.nanos / NANOS
    }

    pub const fn as_millis(self) -> i64 {
        self.nanos / 1_000_000
    }

    /// Parses Go's duration text (`1h2m3.5s`). Errors are Go's.
    pub fn parse(text: &str) -> Result<Self, String> {
        parse_go_duration(text)
    }
}

impl From<std::time::Duration> for Duration {
    fn from(length: std::time::Duration) -> Self {
        Self {
            nanos: i64::try_from(length.as_nanos()).unwrap_or(i64::MAX),
        }
    }
}

/// Go's `time.Duration.String`.
impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let total = self.nanos.unsigned_abs();
        if self.nanos < 0 {
            f.write_str("-")?;
        }
        match total {
            0 => f.write_str("0s"),
            1..1_000 => write!(f, "{total}ns"),
            1_000..1_000_000 => write!(f, "{}µs", decimal(total, 1_000)),
            1_000_000..1_000_000_000 => write!(f, "{}ms", decimal(total, 1_000_000)),
            _ => {
                let (hours, rest) = (total / 3_600_000_000_000, total % 3_600_000_000_000);
                let (minutes, rest) = (rest / 60_000_000_000, rest % 60_000_000_000);
                if hours > 0 {
                    write!(f, "{hours}h")?;
                }
                if hours > 0 || minutes > 0 {
                    write!(f, "{minutes}m")?;
                }
                write!(f, "{}s", decimal(rest, 1_000_000_000))
            }
        }
    }
}

/// `value / unit` as a decimal without trailing zeros; `unit` is a power of ten.
fn decimal(value: u64, unit: u64) -> String {
    let fraction = value % unit;
    if fraction == 0 {
        return (value / unit).to_string();
    }
    let width = unit.ilog10() as usize;
    let digits = format!("{fraction:0width$}");
    format!("{}.{}", value / unit, digits.trim_end_matches('0'))
}

fn parse_go_duration(text: &str) -> Result<Duration, String> {
    let invalid = || format!("time: invalid duration {text:?}");
    let (negative, mut rest) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    if rest == "0" {
        return Ok(Duration::ZERO);
    }
    if rest.is_empty() {
        return Err(invalid());
    }
    let mut total: i128 = 0;
    while !rest.is_empty() {
        let whole_end = rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len());
        let (whole, after) = rest.split_at(whole_end);
        let (fraction, after) = match after.strip_prefix('.') {
            Some(after) => {
                let end = after
                    .find(|c: char| !c.is_ascii_digit())
                    .unwrap_or(after.len());
                after.split_at(end)
            }
            None => ("", after),
        };
        if whole.is_empty() && fraction.is_empty() {
            return Err(invalid());
        }
        let unit_end = after
            .find(|c: char| c == '.' || c.is_ascii_digit())
            .unwrap_or(after.len());
        let (unit, after) = after.split_at(unit_end);
        let scale: i128 = match unit {
            "" => return Err(format!("time: missing unit in duration {text:?}")),
            "ns" => 1,
            "us" | "µs" | "μs" => 1_000,
            "ms" => 1_000_000,
            "s" => 1_000_000_000,
            "m" => 60_000_000_000,
            "h" => 3_600_000_000_000,
            _ => return Err(format!("time: unknown unit {unit:?} in duration {text:?}")),
        };
        let whole: i128 = if whole.is_empty() {
            0
        } else {
            whole.parse().map_err(|_| invalid())?
        };
        total = whole
            .checked_mul(scale)
            .and_then(|n| n.checked_add(total))
            .ok_or_else(invalid)?;
        let fraction = &fraction[..fraction.len().min(18)];
        if !fraction.is_empty() {
            let digits: i128 = fraction.parse().map_err(|_| invalid())?;
            total += digits * scale / 10i128.pow(fraction.len() as u32);
        }
        rest = after;
    }
    let nanos = if negative { -total } else { total };
    i64::try_from(nanos)
        .map(Duration::from_nanos)
        .map_err(|_| invalid())
}

/// An age as kubectl prints it, with up to two units.
/// Kubernetes: apimachinery/pkg/util/duration HumanDuration.
pub fn human_duration(length: impl Into<Duration>) -> String {
    let seconds = length.into().as_secs();
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    let two = |first: i64, unit: &str, second: i64, second_unit: &str| match second {
        0 => format!("{first}{unit}"),
        _ => format!("{first}{unit}{second}{second_unit}"),
    };
    match seconds {
        ..-1 => "<invalid>".into(),
        -1 => "0s".into(),
        0..120 => format!("{seconds}s"),
        120..600 => two(minutes, "m", seconds % 60, "s"),
        600..10_800 => format!("{minutes}m"),
        10_800..28_800 => two(hours, "h", minutes % 60, "m"),
        28_800..172_800 => format!("{hours}h"),
        172_800..691_200 => two(days, "d", hours % 24, "h"),
        691_200..63_072_000 => format!("{days}d"),
        63_072_000..252_288_000 => two(days / 365, "y", days % 365, "d"),
        _ => format!("{}y", days / 365),
    }
}

/// An age with one unit. Kubernetes: apimachinery/pkg/util/duration ShortHumanDuration.
pub fn short_human_duration(length: impl Into<Duration>) -> String {
    let seconds = length.into().as_secs();
    match seconds {
        ..-1 => "<invalid>".into(),
        -1 => "0s".into(),
        0..60 => format!("{seconds}s"),
        60..3600 => format!("{}m", seconds / 60),
        3600..86_400 => format!("{}h", seconds / 3600),
        86_400..31_536_000 => format!("{}d", seconds / 86_400),
        _ => format!("{}y", seconds / 31_536_000),
    }
}

impl Serialize for Duration {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        if s.is_human_readable() {
            s.collect_str(self)
        } else {
            s.serialize_i64(self.nanos)
        }
    }
}

impl<'de> Deserialize<'de> for Duration {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        if !d.is_human_readable() {
            return i64::deserialize(d).map(Duration::from_nanos);
        }
        Duration::parse(&String::deserialize(d)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        for text in [
            "0s",
            "1ns",
            "1.5µs",
            "100ms",
            "1.5s",
            "1m0s",
            "1h0m0.25s",
            "-2m3s",
        ] {
            assert_eq!(Duration::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Duration::parse("90m").unwrap().to_string(), "1h30m0s");
        assert_eq!(
            Duration::parse("3").unwrap_err(),
            r#"time: missing unit in duration "3""#
        );
        assert_eq!(
            Duration::parse("3x").unwrap_err(),
            r#"time: unknown unit "x" in duration "3x""#
        );
        assert_eq!(
            Duration::parse("").unwrap_err(),
            r#"time: invalid duration """#
        );
    }

    #[test]
    fn ages() {
        let cases = [
            (-2, "<invalid>", "<invalid>"),
            (-1, "0s", "0s"),
            (119, "119s", "1m"),
            (120, "2m", "2m"),
            (121, "2m1s", "2m"),
            (600, "10m", "10m"),
            (10_860, "3h1m", "3h"),
            (90_000, "25h", "1d"),
            (176_400, "2d1h", "2d"),
            (86_400 * 8, "8d", "8d"),
            (86_400 * 366, "366d", "1y"),
            (86_400 * 731, "2y1d", "2y"),
            (86_400 * 365 * 9, "9y", "9y"),
        ];
        for (seconds, long, short) in cases {
            assert_eq!(human_duration(Duration::from_secs(seconds)), long);
            assert_eq!(short_human_duration(Duration::from_secs(seconds)), short);
        }
    }
}
