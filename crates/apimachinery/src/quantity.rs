//! Exact resource amounts.
//!
//! *Models* apimachinery/pkg/api/resource (quantity.go, amount.go, suffix.go).
//! *Invariants*: exact to one billionth; equality and order look at the amount, not at the format.
//! *Not modelled*: amounts beyond ±1.7·10²⁹ (refused, or clamped when they arise from sums).

use std::cmp::Ordering;
use std::fmt;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::value::Value;

// kubernetes: apimachinery/pkg/api/resource/quantity.go
pub const ERR_FORMAT: &str =
    "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
pub const ERR_NUMERIC: &str = "unable to parse numeric part of quantity";
pub const ERR_SUFFIX: &str = "unable to parse quantity's suffix";

const NANO: i128 = 1_000_000_000;
const NANO_DIGITS: i64 = 9;
const DECIMAL_SUFFIXES: [&str; 10] = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
const BINARY_SUFFIXES: [&str; 7] = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

/// How an amount is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// `12e6`
    DecimalExponent,
    /// `12Mi`
    BinarySI,
    /// `12M`
    #[default]
    DecimalSI,
}

/// An amount of a resource.
#[derive(Clone, Copy, Default)]
pub struct Quantity {
    // An i128 in two halves, so that the whole takes 24 bytes.
    high: i64,
    low: u64,
    format: Format,
}

impl Quantity {
    pub const ZERO: Quantity = Quantity {
        high: 0,
        low: 0,
        format: Format::DecimalSI,
    };

    /// The amount of so many billionths.
    pub const fn from_nanos(nanos: i128, format: Format) -> Self {
        Self {
            high: (nanos >> 64) as i64,
            low: nanos as u64,
            format,
        }
    }

    /// `n` in a given format (kubernetes: resource.NewQuantity).
    pub const fn new(n: i64, format: Format) -> Self {
        Self::from_nanos(n as i128 * NANO, format)
    }

    /// `n`, printed in decimal.
    pub const fn from_value(n: i64) -> Self {
        Self::new(n, Format::DecimalSI)
    }

    /// `n` thousandths, printed in decimal (kubernetes: resource.NewMilliQuantity).
    pub const fn from_milli(n: i64) -> Self {
        Self::from_nanos(n as i128 * (NANO / 1000), Format::DecimalSI)
    }

    /// `n` multiples of 10^scale, rounded away from zero to a billionth (kubernetes: resource.NewScaledQuantity).
    pub fn from_scaled(n: i64, scale: i32, format: Format) -> Self {
        Self::from_nanos(
            scale_up(i128::from(n), scale.saturating_neg().saturating_sub(18)),
            format,
        )
    }

    /// The amount in billionths.
    pub const fn nanos(&self) -> i128 {
        ((self.high as i128) << 64) | self.low as i128
    }

    pub const fn format(&self) -> Format {
        self.format
    }

    #[must_use]
    pub const fn with_format(self, format: Format) -> Self {
        Self { format, ..self }
    }

    pub fn parse(text: &str) -> Result<Self, &'static str> {
        parse(text)
    }

    pub const fn is_zero(&self) -> bool {
        self.high == 0 && self.low == 0
    }

    /// -1, 0 or 1.
    pub fn sign(&self) -> i32 {
        self.nanos().signum() as i32
    }

    /// Rounded away from zero to a whole number; clamped to 64 bits.
    pub fn value(&self) -> i64 {
        self.scaled_value(0)
    }

    /// Thousandths, rounded away from zero; clamped to 64 bits.
    pub fn milli_value(&self) -> i64 {
        self.scaled_value(-3)
    }

    /// Multiples of 10^scale, rounded away from zero; clamped to 64 bits.
    pub fn scaled_value(&self, scale: i32) -> i64 {
        clamp(scale_up(self.nanos(), scale))
    }

    /// The whole number, if the amount is one and fits.
    pub fn as_i64(&self) -> Option<i64> {
        let nanos = self.nanos();
        (nanos % NANO == 0)
            .then_some(nanos / NANO)
            .and_then(|n| i64::try_from(n).ok())
    }

    /// Rounds away from zero to a multiple of 10^scale; true if nothing was lost.
    pub fn round_up(&mut self, scale: i32) -> bool {
        let nanos = self.nanos();
        if scale <= -9 {
            return true;
        }
        let unit = 10i128.saturating_pow((scale + 9) as u32);
        let rounded = div_away(nanos, unit).saturating_mul(unit);
        *self = Self::from_nanos(rounded, self.format);
        rounded == nanos
    }

    /// Number times power of ten, as upstream multiplies it; for ratios only, never stored.
    pub fn as_approximate_f64(&self) -> f64 {
        let nanos = self.nanos();
        if nanos % NANO == 0 {
            return (nanos / NANO) as f64;
        }
        let (number, powers) = remove_factors(nanos, 1000, 2);
        number as f64 * [1e-9, 1e-6, 1e-3][powers]
    }

    /// The nearest float (kubernetes: AsFloat64Slow).
    pub fn as_f64(&self) -> f64 {
        let nanos = self.nanos();
        let digits = nanos.unsigned_abs();
        let (whole, fraction) = (digits / NANO as u128, digits % NANO as u128);
        let sign = if nanos < 0 { "-" } else { "" };
        let nearest = format!("{sign}{whole}.{fraction:09}").parse();
        nearest.expect("bug: digits are a float")
    }

    /// The product with a whole number; clamped.
    #[must_use]
    pub fn times(self, n: i64) -> Self {
        Self::from_nanos(self.nanos().saturating_mul(i128::from(n)), self.format)
    }

    /// The canonical number and suffix.
    fn canonical(&self) -> (i128, String) {
        let nanos = self.nanos();
        if nanos == 0 {
            return (0, String::new());
        }
        let small = nanos > -1024 * NANO && nanos < 1024 * NANO;
        if self.format == Format::BinarySI && !small && nanos % NANO == 0 {
            let (number, power) = remove_factors(nanos / NANO, 1024, BINARY_SUFFIXES.len() - 1);
            return (number, BINARY_SUFFIXES[power].into());
        }
        let power_max = match self.format {
            Format::DecimalExponent => usize::MAX,
            _ => DECIMAL_SUFFIXES.len() - 1,
        };
        let (number, power) = remove_factors(nanos, 1000, power_max); // above 10^-9
        let exponent = power as i64 * 3 - NANO_DIGITS;
        let suffix = match (self.format, exponent) {
            (_, 0) => String::new(),
            (Format::DecimalExponent, exponent) => format!("e{exponent}"),
            _ => DECIMAL_SUFFIXES[power].into(),
        };
        (number, suffix)
    }
}

fn clamp(n: i128) -> i64 {
    n.clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64
}

/// Division that rounds away from zero.
fn div_away(n: i128, unit: i128) -> i128 {
    let quotient = n / unit;
    if n % unit == 0 {
        quotient
    } else {
        quotient + n.signum()
    }
}

/// Divides by `base` while that leaves no rest, at most `times_max` times; how often it did. Zero stays as it is.
///
/// Fixture table: `math.TestRemoveInt64Factors`.
pub fn remove_factors(mut number: i128, base: i128, times_max: usize) -> (i128, usize) {
    let mut times = 0;
    while number != 0 && number % base == 0 && times < times_max {
        number /= base;
        times += 1;
    }
    (number, times)
}

fn scale_up(nanos: i128, scale: i32) -> i128 {
    let shift = scale.saturating_add(9);
    match shift {
        0.. => div_away(nanos, 10i128.saturating_pow(shift as u32)),
        _ => nanos.saturating_mul(10i128.saturating_pow(-shift as u32)),
    }
}

/// A quantity's text in its parts; leading zeros are gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parts<'a> {
    pub negative: bool,
    pub whole: &'a str,
    pub fraction: &'a str,
    pub suffix: &'a str,
}

/// Fixture table: `quantity.TestParseQuantityString`.
///
/// # Errors
/// [`ERR_FORMAT`].
pub fn split(text: &str) -> Result<Parts<'_>, &'static str> {
    if text.is_empty() {
        return Err(ERR_FORMAT);
    }
    let negative = text.starts_with('-');
    let rest = text.strip_prefix(['-', '+']).unwrap_or(text);
    let digits_end = |s: &str| s.find(|c: char| !c.is_ascii_digit()).unwrap_or(s.len());
    let (whole, rest) = rest.split_at(digits_end(rest));
    let whole = whole.trim_start_matches('0');
    let (fraction, suffix) = match rest.strip_prefix('.') {
        Some(rest) => rest.split_at(digits_end(rest)),
        None => ("", rest),
    };
    let letters = suffix
        .find(|c: char| !"eEinumkKMGTP".contains(c))
        .unwrap_or(suffix.len());
    let tail = suffix[letters..]
        .strip_prefix(['-', '+'])
        .unwrap_or(&suffix[letters..]);
    if !tail.bytes().all(|b| b.is_ascii_digit()) {
        return Err(ERR_FORMAT);
    }
    Ok(Parts {
        negative,
        whole,
        fraction,
        suffix,
    })
}

enum Scale {
    Ten(i64),
    Two(u32),
}

fn interpret(suffix: &str) -> Result<(Scale, Format), &'static str> {
    if let Some(at) = DECIMAL_SUFFIXES.iter().position(|s| *s == suffix) {
        return Ok((Scale::Ten(at as i64 * 3 - NANO_DIGITS), Format::DecimalSI));
    }
    if let Some(at) = BINARY_SUFFIXES.iter().position(|s| *s == suffix) {
        return Ok((Scale::Two(at as u32 * 10), Format::BinarySI));
    }
    match suffix.strip_prefix(['e', 'E']) {
        Some(digits) if !digits.is_empty() => {
            let exponent = digits.parse::<i64>().map_err(|_| ERR_SUFFIX)?;
            Ok((Scale::Ten(exponent), Format::DecimalExponent))
        }
        _ => Err(ERR_SUFFIX),
    }
}

fn parse(text: &str) -> Result<Quantity, &'static str> {
    let parts = split(text)?;
    let (scale, mut format) = interpret(parts.suffix)?;
    let fraction = parts.fraction.trim_end_matches('0');
    let (base, exponent) = match scale {
        Scale::Ten(exponent) => (1i128, exponent),
        Scale::Two(bits) => (1i128 << bits, 0),
    };
    // The amount is digits · base · 10^shift billionths.
    let shift = exponent + NANO_DIGITS - fraction.len() as i64;
    let nanos = billionths(parts.whole, fraction, base, shift).ok_or(ERR_NUMERIC)?;
    let nanos = match format {
        Format::BinarySI => nanos.min(i128::from(i64::MAX) * NANO),
        _ => nanos,
    };
    if format == Format::BinarySI && nanos > 0 && nanos < NANO {
        format = Format::DecimalSI;
    }
    Ok(Quantity::from_nanos(
        if parts.negative { -nanos } else { nanos },
        format,
    ))
}

/// Digits scaled by a power of ten, rounded up to a whole number; `None` if too large.
fn billionths(whole: &str, fraction: &str, base: i128, shift: i64) -> Option<i128> {
    let mut digits = String::with_capacity(whole.len() + fraction.len());
    digits.push_str(whole);
    digits.push_str(fraction);
    let significant = digits.trim_start_matches('0');
    if significant.is_empty() {
        return Some(0);
    }
    if shift >= 0 {
        let power = 10i128.checked_pow(u32::try_from(shift).ok()?)?;
        return significant
            .parse::<i128>()
            .ok()?
            .checked_mul(base)?
            .checked_mul(power);
    }
    let drop = usize::try_from(-shift).ok()?;
    if base == 1 {
        // Cut the digits that lie below one billionth; anything cut rounds up.
        if significant.len() <= drop {
            return Some(1);
        }
        let (kept, cut) = significant.split_at(significant.len() - drop);
        let kept = kept.parse::<i128>().ok()?;
        return kept.checked_add(i128::from(cut.bytes().any(|b| b != b'0')));
    }
    let number = significant.parse::<i128>().ok()?.checked_mul(base)?;
    Some(div_away(
        number,
        10i128.checked_pow(u32::try_from(drop).ok()?)?,
    ))
}

/// The canonical text.
impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (number, suffix) = self.canonical();
        f.pad(&format!("{number}{suffix}"))
    }
}

impl fmt::Debug for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

impl PartialEq for Quantity {
    fn eq(&self, other: &Self) -> bool {
        self.high == other.high && self.low == other.low
    }
}

impl Eq for Quantity {}

impl Ord for Quantity {
    fn cmp(&self, other: &Self) -> Ordering {
        self.nanos().cmp(&other.nanos())
    }
}

impl PartialOrd for Quantity {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl std::hash::Hash for Quantity {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.nanos().hash(state);
    }
}

/// The sum, in the format of the first unless that is zero.
impl Add for Quantity {
    type Output = Quantity;
    fn add(self, other: Quantity) -> Quantity {
        let format = if self.is_zero() {
            other.format
        } else {
            self.format
        };
        Quantity::from_nanos(self.nanos().saturating_add(other.nanos()), format)
    }
}

impl Sub for Quantity {
    type Output = Quantity;
    fn sub(self, other: Quantity) -> Quantity {
        let format = if self.is_zero() {
            other.format
        } else {
            self.format
        };
        Quantity::from_nanos(self.nanos().saturating_sub(other.nanos()), format)
    }
}

impl Neg for Quantity {
    type Output = Quantity;
    fn neg(self) -> Quantity {
        Quantity::from_nanos(self.nanos().saturating_neg(), self.format)
    }
}

impl AddAssign for Quantity {
    fn add_assign(&mut self, other: Quantity) {
        *self = *self + other;
    }
}

impl SubAssign for Quantity {
    fn sub_assign(&mut self, other: Quantity) {
        *self = *self - other;
    }
}

impl std::iter::Sum for Quantity {
    fn sum<I: Iterator<Item = Quantity>>(iter: I) -> Quantity {
        iter.fold(Quantity::ZERO, Add::add)
    }
}

impl std::str::FromStr for Quantity {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, &'static str> {
        parse(text)
    }
}

impl From<Quantity> for Value {
    fn from(quantity: Quantity) -> Self {
        Value::from(quantity.to_string())
    }
}

impl Serialize for Quantity {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        if s.is_human_readable() {
            return s.collect_str(self);
        }
        (self.high, self.low, self.format as u8).serialize(s)
    }
}

impl<'de> Deserialize<'de> for Quantity {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        if !d.is_human_readable() {
            let (high, low, format) = <(i64, u64, u8)>::deserialize(d)?;
            let format = match format {
                0 => Format::DecimalExponent,
                1 => Format::BinarySI,
                _ => Format::DecimalSI,
            };
            return Ok(Quantity { high, low, format });
        }
        let text = match Value::deserialize(d)? {
            Value::Null => return Ok(Quantity::ZERO),
            Value::Str(text) => text,
            // Anything else is parsed as it stands in the JSON text.
            other => crate::text::json::to_json(&other).into(),
        };
        parse(text.trim()).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canonical_text() {
        let cases = [
            ("0", "0"),
            ("0n", "0"),
            ("1000m", "1"),
            ("1024Mi", "1Gi"),
            ("1.5Gi", "1536Mi"),
            ("0.5Gi", "512Mi"),
            ("100m", "100m"),
            ("0.1", "100m"),
            ("1e3", "1e3"),
            ("1E", "1E"),
            ("12e6", "12e6"),
            ("1.1e-1", "110e-3"),
            ("512", "512"),
            ("512Ki", "512Ki"),
            ("-5Gi", "-5Gi"),
            (".5", "500m"),
            ("0.0000000001", "1n"),
            ("10000k", "10M"),
            ("128974848", "128974848"),
            ("1000000", "1M"),
            ("0.5Ki", "512"),
            ("+4", "4"),
        ];
        for (text, want) in cases {
            assert_eq!(Quantity::parse(text).unwrap().to_string(), want, "{text}");
        }
        assert_eq!(Quantity::parse("1Zi"), Err(ERR_FORMAT));
        assert_eq!(Quantity::parse("1mm"), Err(ERR_SUFFIX));
        assert_eq!(Quantity::parse(""), Err(ERR_FORMAT));
        assert!(std::mem::size_of::<Quantity>() <= 24);
    }

    #[test]
    fn arithmetic() {
        let q = |text: &str| Quantity::parse(text).unwrap();
        assert_eq!((q("1Gi") + q("512Mi")).to_string(), "1536Mi");
        assert_eq!((q("1") - q("250m")).to_string(), "750m");
        assert_eq!((-q("1500m")).value(), -2);
        assert_eq!(q("1500u").milli_value(), 2);
        assert_eq!(q("1Gi").value(), 1 << 30);
        assert!(q("1Ki") > q("1k"));
        assert_eq!(q("1000m"), q("1"));
    }
}
