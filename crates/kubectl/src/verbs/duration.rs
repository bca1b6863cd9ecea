//! Durations as Go reads them: `90s`, `1h2m`, `1.5h`.
//!
//! *Models*: Go's `time.ParseDuration`, pflag's DurationVar.
//! *Not modelled*: durations below a nanosecond.

use crate::flags::Args;
use crate::invocation::Failure;
use apimachinery::json::quote_go;
use core::time::Duration;

const UNITS: [(&str, u64); 8] = [
    ("ns", 1),
    ("us", 1_000),
    ("µs", 1_000),
    ("μs", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
];

/// Reads a duration in nanoseconds; negative ones too.
///
/// # Errors
/// Go's words.
pub fn parse(text: &str) -> Result<i64, String> {
    let invalid = || format!("time: invalid duration {}", quote_go(text));
    let (sign, body) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    if body == "0" {
        return Ok(0);
    }
    if body.is_empty() {
        return Err(invalid());
    }
    let mut rest = body;
    let mut total: u64 = 0;
    while !rest.is_empty() {
        let digits = rest
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(rest.len());
        let (number, tail) = rest.split_at(digits);
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if whole.is_empty() && fraction.is_empty() || fraction.contains('.') {
            return Err(invalid());
        }
        let unit_len = tail
            .find(|c: char| c.is_ascii_digit() || c == '.')
            .unwrap_or(tail.len());
        let (unit, next) = tail.split_at(unit_len);
        if unit.is_empty() {
            return Err(format!("time: missing unit in duration {}", quote_go(text)));
        }
        let Some((_, size)) = UNITS.iter().find(|(name, _)| *name == unit) else {
            return Err(format!(
                "time: unknown unit {} in duration {}",
                quote_go(unit),
                quote_go(text)
            ));
        };
        total = amount(whole, fraction, *size)
            .and_then(|nanos| total.checked_add(nanos))
            .ok_or_else(invalid)?;
        rest = next;
    }
    i64::try_from(total)
        .map(|nanos| sign * nanos)
        .map_err(|_| invalid())
}

fn amount(whole: &str, fraction: &str, size: u64) -> Option<u64> {
    let mut nanos = if whole.is_empty() {
        0
    } else {
        whole.parse::<u64>().ok()?.checked_mul(size)?
    };
    let mut place = size;
    for digit in fraction.bytes() {
        place /= 10;
        nanos = nanos.checked_add(place * u64::from(digit - b'0'))?;
    }
    Some(nanos)
}

/// A flag's duration in nanoseconds; `None` if it was not given.
///
/// # Errors
/// pflag's words.
pub fn flag(args: &Args, name: &str) -> Result<Option<i64>, Failure> {
    let Some(text) = args.get(name) else {
        return Ok(None);
    };
    parse(text).map(Some).map_err(|error| {
        Failure::error(format!(
            "invalid argument \"{text}\" for \"--{name}\" flag: {error}"
        ))
    })
}

/// A week: what kubectl calls for ever.
pub const WEEK: Duration = Duration::from_secs(168 * 3600);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn go_durations() {
        const S: i64 = 1_000_000_000;
        for (text, wanted) in [
            ("0", Ok(0)),
            ("90s", Ok(90 * S)),
            ("1h2m", Ok(3720 * S)),
            ("1.5m", Ok(90 * S)),
            ("-1s", Ok(-S)),
            ("250ms", Ok(S / 4)),
            ("30", Err("time: missing unit in duration \"30\"")),
            ("x", Err("time: invalid duration \"x\"")),
            ("3d", Err("time: unknown unit \"d\" in duration \"3d\"")),
            ("", Err("time: invalid duration \"\"")),
        ] {
            assert_eq!(parse(text), wanted.map_err(String::from), "{text}");
        }
    }
}
