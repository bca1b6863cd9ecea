//! Field selectors.
//!
//! *Models* apimachinery/pkg/fields/selector.go.
//! *Invariants*: terms keep the order of the text.
//! *Not modelled*: which fields a kind supports (the caller checks).

use std::fmt;
use std::sync::Arc;

/// One term of a field selector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldRequirement {
    pub field: Arc<str>,
    /// False for `!=`.
    pub equals: bool,
    pub value: Arc<str>,
}

/// `metadata.name=x,status.phase!=Running`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldSelector {
    pub requirements: Vec<FieldRequirement>,
}

impl FieldSelector {
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut requirements = Vec::new();
        for part in split_terms(text) {
            if part.is_empty() {
                continue;
            }
            let Some((field, equals, value)) = split_term(part) else {
                // kubernetes: apimachinery/pkg/fields/selector.go
                return Err(format!(
                    "invalid selector: '{text}'; can't understand '{part}'"
                ));
            };
            let value = unescape(value)?.into();
            requirements.push(FieldRequirement {
                field: field.into(),
                equals,
                value,
            });
        }
        Ok(Self { requirements })
    }

    pub fn is_empty(&self) -> bool {
        self.requirements.is_empty()
    }

    /// True if every term holds; a field that `get` does not know counts as empty.
    pub fn matches<'a>(&self, mut get: impl FnMut(&str) -> Option<&'a str>) -> bool {
        self.requirements
            .iter()
            .all(|term| (get(&term.field).unwrap_or("") == &*term.value) == term.equals)
    }

    /// The value that a field must have, if the selector says so exactly.
    pub fn requires_exact_match(&self, field: &str) -> Option<&Arc<str>> {
        self.requirements
            .iter()
            .find(|t| t.equals && &*t.field == field)
            .map(|t| &t.value)
    }
}

impl fmt::Display for FieldSelector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, term) in self.requirements.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            let operator = if term.equals { "=" } else { "!=" };
            write!(
                f,
                "{comma}{}{operator}{}",
                term.field,
                escape_value(&term.value)
            )?;
        }
        Ok(())
    }
}

/// Puts a backslash before `\`, `,` and `=`.
pub fn escape_value(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for c in value.chars() {
        if matches!(c, '\\' | ',' | '=') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// Splits at commas that are not escaped.
pub fn split_terms(text: &str) -> Vec<&str> {
    if text.is_empty() {
        return Vec::new();
    }
    let mut terms = Vec::new();
    let (mut start, mut escaped) = (0, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            ',' => {
                terms.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    terms.push(&text[start..]);
    terms
}

/// Left side, whether the operator is equality, right side.
pub fn split_term(term: &str) -> Option<(&str, bool, &str)> {
    for (at, _) in term.char_indices() {
        let rest = &term[at..];
        for (operator, equals) in [("!=", false), ("==", true), ("=", true)] {
            if let Some(value) = rest.strip_prefix(operator) {
                return Some((&term[..at], equals, value));
            }
        }
    }
    None
}

/// The value behind its backslashes.
///
/// # Errors
/// A backslash before anything else, or a bare `,` or `=`. Fixture table: `selector.TestEscapeValue`.
pub fn unescape(value: &str) -> Result<String, String> {
    let mut out = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some(next @ ('\\' | ',' | '=')) => out.push(next),
                Some(next) => {
                    return Err(format!(
                        "invalid field selector: invalid escape sequence: \\{next}"
                    ));
                }
                None => return Err("invalid field selector: invalid escape sequence: \\".into()),
            },
            ',' | '=' => {
                return Err(format!(
                    "invalid field selector: unescaped character in value: {}",
                    c as u32
                ));
            }
            c => out.push(c),
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parse_and_match() {
        let selector = FieldSelector::parse("metadata.name=x,status.phase!=Running").unwrap();
        assert_eq!(
            selector.to_string(),
            "metadata.name=x,status.phase!=Running"
        );
        let get = |field: &str| match field {
            "metadata.name" => Some("x"),
            "status.phase" => Some("Pending"),
            _ => None,
        };
        assert!(selector.matches(get));
        assert!(
            !FieldSelector::parse("metadata.name!=x")
                .unwrap()
                .matches(get)
        );
        assert_eq!(
            FieldSelector::parse("foo").unwrap_err(),
            "invalid selector: 'foo'; can't understand 'foo'"
        );
        assert_eq!(
            FieldSelector::parse(r"a=b\,c").unwrap().requirements[0].value,
            "b,c".into()
        );
        assert!(FieldSelector::parse("a=b=c").is_err());
    }
}
