//! Points in time.
//!
//! *Models* apimachinery/pkg/apis/meta/v1 (time.go, micro_time.go).
//! *Invariants*: integers only; UTC only.
//! *Not modelled*: years outside 1678–2261 (clamped), leap seconds.

mod duration;
mod parse;

use std::fmt;
use std::ops::{Add, Sub};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::value::Value;

pub use duration::{Duration, human_duration, short_human_duration};
use parse::parse_rfc3339;

const NANOS: i64 = 1_000_000_000;
const DAY_SECONDS: i64 = 86_400;
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];
const WEEKDAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/// A point in time: nanoseconds since the Unix epoch. Printed in whole seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time {
    pub nanos: i64,
}

/// A point in time that is printed with microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MicroTime {
    pub nanos: i64,
}

/// Calendar fields of an instant, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Civil {
    pub year: i64,
    /// 1 to 12.
    pub month: u32,
    /// 1 to 31.
    pub day: u32,
    pub hour: u32,
    pub minute: u32,
    pub second: u32,
    pub nanosecond: u32,
    /// 0 is Sunday.
    pub weekday: u32,
}

impl Civil {
    /// Fields of the instant `nanos` after the Unix epoch.
    pub fn from_unix_nanos(nanos: i64) -> Self {
        let seconds = nanos.div_euclid(NANOS);
        let days = seconds.div_euclid(DAY_SECONDS);
        let of_day = seconds.rem_euclid(DAY_SECONDS);
        let (year, month, day) = civil_from_days(days);
        Civil {
            year,
            month,
            day,
            hour: (of_day / 3600) as u32,
            minute: (of_day / 60 % 60) as u32,
            second: (of_day % 60) as u32,
            nanosecond: nanos.rem_euclid(NANOS) as u32,
            weekday: (days + 4).rem_euclid(7) as u32,
        }
    }

    /// Seconds since the Unix epoch.
    pub fn unix(&self) -> i64 {
        days_from_civil(self.year, self.month, self.day) * DAY_SECONDS
            + i64::from(self.hour) * 3600
            + i64::from(self.minute) * 60
            + i64::from(self.second)
    }
}

/// Days since 1970-01-01 of a date in the proleptic Gregorian calendar.
pub fn days_from_civil(year: i64, month: u32, day: u32) -> i64 {
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let year_of_era = y.rem_euclid(400);
    let shifted = i64::from((month + 9) % 12);
    let day_of_year = (153 * shifted + 2) / 5 + i64::from(day) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// Year, month and day of a day number since 1970-01-01.
pub fn civil_from_days(days: i64) -> (i64, u32, u32) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let day_of_era = z.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = (day_of_year - (153 * shifted + 2) / 5 + 1) as u32;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    } as u32;
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

pub fn days_in_month(year: i64, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

impl Time {
    pub const fn from_unix(seconds: i64) -> Self {
        Self {
            nanos: seconds * NANOS,
        }
    }

    pub const fn from_unix_nanos(nanos: i64) -> Self {
        Self { nanos }
    }

    /// Whole seconds since the Unix epoch.
    pub const fn unix(self) -> i64 {
        self.nanos.div_euclid(NANOS)
    }

    /// The same instant with the fraction of a second cut off, as it is after a trip over the wire.
    pub const fn truncate_to_seconds(self) -> Self {
        Self::from_unix(self.unix())
    }

    pub fn civil(self) -> Civil {
        Civil::from_unix_nanos(self.nanos)
    }

    /// Parses RFC 3339. Errors are Go's.
    pub fn parse(text: &str) -> Result<Self, String> {
        parse_rfc3339(text).map(|nanos| Self { nanos })
    }

    /// `2026-01-01T00:00:00Z`, with a fraction if there is one.
    pub fn rfc3339_nano(self) -> String {
        let civil = self.civil();
        let mut text = seconds_text(&civil);
        if civil.nanosecond != 0 {
            let digits = format!("{:09}", civil.nanosecond);
            text.push('.');
            text.push_str(digits.trim_end_matches('0'));
        }
        text.push('Z');
        text
    }

    /// `Mon, 02 Jan 2026 15:04:05 +0000`.
    pub fn rfc1123z(self) -> String {
        let c = self.civil();
        format!(
            "{}, {:02} {} {:04} {:02}:{:02}:{:02} +0000",
            WEEKDAYS[c.weekday as usize],
            c.day,
            MONTHS[c.month as usize - 1],
            c.year,
            c.hour,
            c.minute,
            c.second
        )
    }
}

fn seconds_text(c: &Civil) -> String {
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
        c.year, c.month, c.day, c.hour, c.minute, c.second
    )
}

/// `2026-01-01T00:00:00Z`.
impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}Z", seconds_text(&self.civil()))
    }
}

/// `2026-01-01T00:00:00.000000Z`.
impl fmt::Display for MicroTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let civil = Civil::from_unix_nanos(self.nanos);
        write!(
            f,
            "{}.{:06}Z",
            seconds_text(&civil),
            civil.nanosecond / 1000
        )
    }
}

impl From<Time> for MicroTime {
    fn from(time: Time) -> Self {
        Self { nanos: time.nanos }
    }
}

impl From<MicroTime> for Time {
    fn from(time: MicroTime) -> Self {
        Self { nanos: time.nanos }
    }
}

impl Add<Duration> for Time {
    type Output = Time;
    fn add(self, length: Duration) -> Time {
        Time {
            nanos: self.nanos.saturating_add(length.nanos),
        }
    }
}

impl Sub<Duration> for Time {
    type Output = Time;
    fn sub(self, length: Duration) -> Time {
        Time {
            nanos: self.nanos.saturating_sub(length.nanos),
        }
    }
}

impl Add<std::time::Duration> for Time {
    type Output = Time;
    fn add(self, length: std::time::Duration) -> Time {
        self + Duration::from(length)
    }
}

impl Sub<std::time::Duration> for Time {
    type Output = Time;
    fn sub(self, length: std::time::Duration) -> Time {
        self - Duration::from(length)
    }
}

impl Sub<Time> for Time {
    type Output = Duration;
    fn sub(self, other: Time) -> Duration {
        Duration {
            nanos: self.nanos.saturating_sub(other.nanos),
        }
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        if s.is_human_readable() {
            s.collect_str(self)
        } else {
            s.serialize_i64(self.nanos)
        }
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        deserialize_nanos(d).map(|nanos| Self { nanos })
    }
}

impl Serialize for MicroTime {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        if s.is_human_readable() {
            s.collect_str(self)
        } else {
            s.serialize_i64(self.nanos)
        }
    }
}

impl<'de> Deserialize<'de> for MicroTime {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        deserialize_nanos(d).map(|nanos| Self { nanos })
    }
}

fn deserialize_nanos<'de, D: Deserializer<'de>>(d: D) -> Result<i64, D::Error> {
    if !d.is_human_readable() {
        return i64::deserialize(d);
    }
    parse_rfc3339(&String::deserialize(d)?).map_err(serde::de::Error::custom)
}

impl From<Time> for Value {
    fn from(time: Time) -> Self {
        Value::from(time.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc3339() {
        let cases = [
            ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"),
            ("2026-02-28T23:30:00.250-01:00", "2026-03-01T00:30:00.25Z"),
            ("1969-12-31T23:59:59Z", "1969-12-31T23:59:59Z"),
            ("2024-02-29T12:00:00+02:00", "2024-02-29T10:00:00Z"),
        ];
        for (text, want) in cases {
            assert_eq!(Time::parse(text).unwrap().rfc3339_nano(), want);
        }
        assert_eq!(
            Time::parse("x").unwrap_err(),
            r#"parsing time "x" as "2006-01-02T15:04:05Z07:00": cannot parse "x" as "2006""#
        );
        assert_eq!(
            Time::parse("2026-13-01T00:00:00Z").unwrap_err(),
            r#"parsing time "2026-13-01T00:00:00Z": month out of range"#
        );
        assert_eq!(
            Time::parse("2026-02-30T00:00:00Z").unwrap_err(),
            r#"parsing time "2026-02-30T00:00:00Z": day out of range"#
        );
        assert_eq!(
            Time::from_unix(1_767_225_600).rfc1123z(),
            "Thu, 01 Jan 2026 00:00:00 +0000"
        );
        let micro = MicroTime { nanos: 1_500_000 };
        assert_eq!(micro.to_string(), "1970-01-01T00:00:00.001500Z");
    }
}
