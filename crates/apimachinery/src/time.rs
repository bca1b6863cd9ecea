//! Points in time, durations and how Kubernetes prints them.
//!
//! *Models* apimachinery/pkg/apis/meta/v1 (time.go, micro_time.go, duration.go),
//! apimachinery/pkg/util/duration, and Go's RFC 3339 parsing with its error texts.
//! *Invariants*: integers only; UTC only.
//! *Not modelled*: years outside 1678–2261 (clamped), leap seconds.

use std::fmt;
use std::ops::{Add, AddAssign, Sub};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::value::Value;

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

/// A signed length of time in nanoseconds, printed as Go prints it (`1m0s`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration {
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

const LAYOUT: &str = "2006-01-02T15:04:05Z07:00";

fn parse_rfc3339(text: &str) -> Result<i64, String> {
    let mut rest = text;
    let year = number(text, &mut rest, 4, "2006")?;
    literal(text, &mut rest, "-")?;
    let month = number(text, &mut rest, 2, "01")?;
    if !(1..=12).contains(&month) {
        return Err(out_of_range(text, "month"));
    }
    literal(text, &mut rest, "-")?;
    let day = number(text, &mut rest, 2, "02")?;
    literal(text, &mut rest, "T")?;
    let hour = number(text, &mut rest, 2, "15")?;
    if hour > 23 {
        return Err(out_of_range(text, "hour"));
    }
    literal(text, &mut rest, ":")?;
    let minute = number(text, &mut rest, 2, "04")?;
    if minute > 59 {
        return Err(out_of_range(text, "minute"));
    }
    literal(text, &mut rest, ":")?;
    let second = number(text, &mut rest, 2, "05")?;
    if second > 59 {
        return Err(out_of_range(text, "second"));
    }
    let nanosecond = fraction(&mut rest);
    let offset = zone(text, &mut rest)?;
    if !rest.is_empty() {
        return Err(format!("parsing time {text:?}: extra text: {rest:?}"));
    }
    if day < 1 || day > i64::from(days_in_month(year, month as u32)) {
        return Err(out_of_range(text, "day"));
    }
    let seconds = days_from_civil(year, month as u32, day as u32) * DAY_SECONDS
        + hour * 3600
        + minute * 60
        + second
        - offset;
    let nanos = i128::from(seconds) * i128::from(NANOS) + i128::from(nanosecond);
    Ok(nanos.clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64)
}

fn cannot_parse(text: &str, rest: &str, element: &str) -> String {
    format!("parsing time {text:?} as {LAYOUT:?}: cannot parse {rest:?} as {element:?}")
}

fn out_of_range(text: &str, what: &str) -> String {
    format!("parsing time {text:?}: {what} out of range")
}

fn number(text: &str, rest: &mut &str, width: usize, element: &str) -> Result<i64, String> {
    match rest.get(..width) {
        Some(digits) if digits.bytes().all(|b| b.is_ascii_digit()) => {
            *rest = &rest[width..];
            digits
                .parse()
                .map_err(|_| cannot_parse(text, rest, element))
        }
        _ => Err(cannot_parse(text, rest, element)),
    }
}

fn literal(text: &str, rest: &mut &str, element: &str) -> Result<(), String> {
    *rest = rest
        .strip_prefix(element)
        .ok_or_else(|| cannot_parse(text, rest, element))?;
    Ok(())
}

/// Digits after a point or comma, as nanoseconds.
fn fraction(rest: &mut &str) -> i64 {
    let Some(after) = rest.strip_prefix(['.', ',']) else {
        return 0;
    };
    let end = after
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(after.len());
    if end == 0 {
        return 0;
    }
    let digits = &after[..end];
    *rest = &after[end..];
    let padded = format!("{digits:0<9}");
    padded[..9].parse().unwrap_or(0)
}

/// Seconds east of UTC.
fn zone(text: &str, rest: &mut &str) -> Result<i64, String> {
    if let Some(after) = rest.strip_prefix('Z') {
        *rest = after;
        return Ok(0);
    }
    let bad = |rest: &str| cannot_parse(text, rest, "Z07:00");
    let part = rest.get(..6).ok_or_else(|| bad(rest))?;
    let bytes = part.as_bytes();
    let sign = match bytes[0] {
        b'+' => 1,
        b'-' => -1,
        _ => return Err(bad(rest)),
    };
    let digits = [bytes[1], bytes[2], bytes[4], bytes[5]];
    if bytes[3] != b':' || !digits.iter().all(u8::is_ascii_digit) {
        return Err(bad(rest));
    }
    let digit = |at: usize| i64::from(digits[at] - b'0');
    *rest = &rest[6..];
    Ok(sign * ((digit(0) * 10 + digit(1)) * 3600 + (digit(2) * 10 + digit(3)) * 60))
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
