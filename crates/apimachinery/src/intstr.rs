//! A number or a text, usually a percentage or a port name.
//!
//! *Models* apimachinery/pkg/util/intstr.
//! *Invariants*: integer arithmetic only.
//! *Not modelled*: nothing.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::value::Value;

/// An int32 or a string.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum IntOrString {
    Int(i32),
    Str(Arc<str>),
}

impl Default for IntOrString {
    fn default() -> Self {
        IntOrString::Int(0)
    }
}

impl IntOrString {
    /// A number if the text is one, else the text.
    pub fn parse(text: &str) -> Self {
        match parse_i32(text) {
            Some(n) => IntOrString::Int(n),
            None => IntOrString::Str(text.into()),
        }
    }

    /// The number; a text is parsed, and is 0 if it is none.
    pub fn int_value(&self) -> i32 {
        match self {
            IntOrString::Int(n) => *n,
            IntOrString::Str(text) => parse_i32(text).unwrap_or(0),
        }
    }

    /// A number as it is, or the percentage of `total`.
    pub fn get_scaled_value_from_int_or_percent(
        &self,
        total: i32,
        round_up: bool,
    ) -> Result<i32, String> {
        let percent = match self.int_or_percent()? {
            (n, false) => return Ok(n.clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32),
            (percent, true) => percent,
        };
        let product = i128::from(percent) * i128::from(total);
        let floor = product.div_euclid(100);
        let scaled = floor + i128::from(round_up && product.rem_euclid(100) != 0);
        Ok(scaled.clamp(i128::from(i32::MIN), i128::from(i32::MAX)) as i32)
    }

    /// The number, and whether it is a percentage. Fixture table: `intstr.TestGetIntFromIntOrString`.
    ///
    /// # Errors
    /// A text that is no percentage.
    pub fn int_or_percent(&self) -> Result<(i64, bool), String> {
        let text = match self {
            IntOrString::Int(n) => return Ok((i64::from(*n), false)),
            IntOrString::Str(text) => text,
        };
        // kubernetes: apimachinery/pkg/util/intstr/intstr.go
        let Some(digits) = text.strip_suffix('%') else {
            return Err(
                "invalid value for IntOrString: invalid type: string is not a percentage".into(),
            );
        };
        let Some(percent) = parse_i64(digits) else {
            return Err(format!(
                "invalid value for IntOrString: invalid value {:?}: strconv.Atoi: parsing {digits:?}: invalid syntax",
                &**text
            ));
        };
        Ok((percent, true))
    }
}

/// Go's strconv.Atoi accepts one sign and digits.
fn parse_i64(text: &str) -> Option<i64> {
    text.parse().ok()
}

fn parse_i32(text: &str) -> Option<i32> {
    text.parse().ok()
}

impl fmt::Display for IntOrString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            IntOrString::Int(n) => write!(f, "{n}"),
            IntOrString::Str(text) => f.write_str(text),
        }
    }
}

impl From<i32> for IntOrString {
    fn from(n: i32) -> Self {
        IntOrString::Int(n)
    }
}

impl From<&str> for IntOrString {
    fn from(text: &str) -> Self {
        IntOrString::Str(text.into())
    }
}

impl From<&IntOrString> for Value {
    fn from(value: &IntOrString) -> Self {
        match value {
            IntOrString::Int(n) => Value::from(*n),
            IntOrString::Str(text) => Value::Str(text.clone()),
        }
    }
}

impl Serialize for IntOrString {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        if !s.is_human_readable() {
            return Value::from(self).serialize(s);
        }
        match self {
            IntOrString::Int(n) => s.serialize_i32(*n),
            IntOrString::Str(text) => s.serialize_str(text),
        }
    }
}

impl<'de> Deserialize<'de> for IntOrString {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        match Value::deserialize(d)? {
            Value::Null => Ok(IntOrString::Int(0)),
            Value::Str(text) => Ok(IntOrString::Str(text)),
            Value::Int(n) => i32::try_from(n).map(IntOrString::Int).map_err(|_| {
                D::Error::custom(format!(
                    "json: cannot unmarshal number {n} into Go value of type int32"
                ))
            }),
            other => Err(D::Error::custom(format!(
                "json: cannot unmarshal {} into Go value of type int32",
                match other {
                    Value::Float(_) => format!("number {other}"),
                    other => other.kind_name().to_string(),
                }
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scaled() {
        let get = |v: IntOrString, total, up| v.get_scaled_value_from_int_or_percent(total, up);
        assert_eq!(get(123.into(), 0, true), Ok(123));
        assert_eq!(get("90%".into(), 100, true), Ok(90));
        assert_eq!(get("90%".into(), 95, true), Ok(86));
        assert_eq!(get("90%".into(), 95, false), Ok(85));
        assert_eq!(
            get("x".into(), 100, true),
            Err("invalid value for IntOrString: invalid type: string is not a percentage".into())
        );
        assert_eq!(
            get("%".into(), 100, true),
            Err(r#"invalid value for IntOrString: invalid value "%": strconv.Atoi: parsing "": invalid syntax"#.into())
        );
        assert_eq!(IntOrString::parse("80"), IntOrString::Int(80));
        assert_eq!(IntOrString::parse("http"), IntOrString::Str("http".into()));
    }
}
