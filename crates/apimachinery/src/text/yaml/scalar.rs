//! What a plain scalar means.
//!
//! *Models* goyaml.v2/resolve.go (YAML 1.1).
//! *Invariants*: total; whatever is nothing else is a string.
//! *Not modelled*: timestamps (they stay strings, as upstream for untyped targets).

use crate::value::Value;

/// The value of an unquoted scalar. Infinities and NaN come back as such floats.
pub fn resolve_plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            return Value::Bool(true);
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            return Value::Bool(false);
        }
        ".nan" | ".NaN" | ".NAN" => return Value::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => {
            return Value::Float(f64::INFINITY);
        }
        "-.inf" | "-.Inf" | "-.INF" => return Value::Float(f64::NEG_INFINITY),
        _ => {}
    }
    match text.as_bytes()[0] {
        b'0'..=b'9' | b'+' | b'-' => number(text).unwrap_or_else(|| Value::str(text)),
        b'.' if is_float(text) => float(text).unwrap_or_else(|| Value::str(text)),
        _ => Value::str(text),
    }
}

fn number(text: &str) -> Option<Value> {
    let plain = text.replace('_', "");
    if let Some(n) = integer(&plain) {
        return Some(match i64::try_from(n) {
            Ok(n) => Value::Int(n),
            Err(_) => Value::Float(n as f64),
        });
    }
    if is_float(&plain) {
        float(&plain)
    } else {
        None
    }
}

/// strconv.ParseInt and ParseUint with base 0.
fn integer(text: &str) -> Option<i128> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let lower = digits.to_ascii_lowercase();
    let (base, digits) = if let Some(rest) = lower.strip_prefix("0x") {
        (16, rest)
    } else if let Some(rest) = lower.strip_prefix("0o") {
        (8, rest)
    } else if let Some(rest) = lower.strip_prefix("0b") {
        (2, rest)
    } else if lower.len() > 1 && lower.starts_with('0') {
        (8, &lower[1..])
    } else {
        (10, lower.as_str())
    };
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(base)) {
        return None;
    }
    let n = i128::from_str_radix(digits, base).ok()?;
    let n = if negative { -n } else { n };
    (n >= i128::from(i64::MIN) && n <= i128::from(u64::MAX)).then_some(n)
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
pub(super) fn is_float(text: &str) -> bool {
    let rest = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match rest.find(['e', 'E']) {
        Some(at) => (&rest[..at], Some(&rest[at + 1..])),
        None => (rest, None),
    };
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    let mantissa_ok = match mantissa.split_once('.') {
        Some(("", fraction)) => digits(fraction),
        Some((whole, fraction)) => digits(whole) && (fraction.is_empty() || digits(fraction)),
        None => digits(mantissa),
    };
    let exponent_ok = exponent.is_none_or(|e| digits(e.strip_prefix(['-', '+']).unwrap_or(e)));
    mantissa_ok && exponent_ok
}

/// A float; a whole one becomes an integer, as the trip through JSON text makes it.
fn float(text: &str) -> Option<Value> {
    let f: f64 = text.parse().ok()?;
    Some(match f {
        f if f == f.trunc() && f.abs() < 1e15 => Value::Int(f as i64),
        f => Value::Float(f),
    })
}

/// Texts that go-yaml reads as timestamps, and so quotes.
pub(super) fn is_timestamp(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.len() < 8 || !bytes[..4].iter().all(u8::is_ascii_digit) || bytes[4] != b'-' {
        return false;
    }
    let (date, time) = match text.find(['T', 't', ' ']) {
        Some(at) => (&text[..at], Some(&text[at..])),
        None => (text, None),
    };
    let small = |s: &str| (1..=2).contains(&s.len()) && s.bytes().all(|b| b.is_ascii_digit());
    let mut parts = date.splitn(3, '-').skip(1);
    let in_range = |s: Option<&str>, max: u32| {
        s.is_some_and(|s| small(s) && s.parse::<u32>().is_ok_and(|n| (1..=max).contains(&n)))
    };
    if !in_range(parts.next(), 12) || !in_range(parts.next(), 31) {
        return false;
    }
    let Some(time) = time else { return true };
    let clock = &time[1..];
    let (clock, zoned) = match clock.find(['Z', '+', '-']) {
        Some(at) => (&clock[..at], is_zone(&clock[at..])),
        None => (clock, false),
    };
    // With a letter the zone must be there, with a space it must not.
    let has_letter = !time.starts_with(' ');
    let whole = clock.split('.').next().unwrap_or("");
    let fields: Vec<&str> = whole.split(':').collect();
    fields.len() == 3 && fields.iter().all(|f| small(f)) && has_letter == zoned
}

fn is_zone(zone: &str) -> bool {
    let bytes = zone.as_bytes();
    zone == "Z"
        || (bytes.len() == 6
            && bytes[3] == b':'
            && [1, 2, 4, 5]
                .iter()
                .all(|at: &usize| bytes[*at].is_ascii_digit()))
}

/// Base-60 numbers of YAML 1.1, such as `12:30`, which go-yaml quotes.
pub(super) fn is_base60(text: &str) -> bool {
    let rest = text.strip_prefix(['-', '+']).unwrap_or(text);
    let Some((first, tail)) = rest.split_once(':') else {
        return false;
    };
    let first_ok = first.starts_with(|c: char| c.is_ascii_digit())
        && first.bytes().all(|b| b.is_ascii_digit() || b == b'_');
    let (tail, fraction) = tail.split_once('.').unwrap_or((tail, ""));
    let part_ok = |p: &str| {
        p.bytes().all(|b| b.is_ascii_digit())
            && match p.len() {
                1 => true,
                2 => p.as_bytes()[0] <= b'5',
                _ => false,
            }
    };
    first_ok
        && tail.split(':').all(part_ok)
        && fraction.bytes().all(|b| b.is_ascii_digit() || b == b'_')
}
