//! Reading RFC 3339.
//!
//! *Models* Go's time.Parse with its RFC3339 layout, and its error texts.
//! *Invariants*: years that do not fit are clamped.
//! *Not modelled*: leap seconds.

use super::{DAY_SECONDS, NANOS, days_from_civil, days_in_month};

const LAYOUT: &str = "2006-01-02T15:04:05Z07:00";

pub(super) fn parse_rfc3339(text: &str) -> Result<i64, String> {
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
