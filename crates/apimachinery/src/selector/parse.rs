//! The text form of label selectors.
//!
//! *Models* Lexer and Parser of apimachinery/pkg/labels/selector.go, with their error texts.
//! *Invariants*: values of one requirement are sorted and unique.
//! *Not modelled*: nothing.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Operator, Requirement};
use crate::field::{FieldError, FieldPath};
use crate::string_map::StringMap;
use crate::validation;

/// Checks that a text can be a label key.
pub fn validate_label_key(key: &str, path: &FieldPath) -> Result<(), FieldError> {
    let problems = validation::is_qualified_name(key);
    match problems.is_empty() {
        true => Ok(()),
        false => Err(FieldError::invalid(path, key, problems.join("; "))),
    }
}

/// Kinds of words, numbered as upstream does. Fixture tables: `selector.TestLexer`, `selector.TestParserLookahead`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token {
    Error,
    End,
    ClosedPar,
    Comma,
    DoesNotExist,
    DoubleEquals,
    Equals,
    GreaterThan,
    Identifier,
    In,
    LessThan,
    NotEquals,
    NotIn,
    OpenPar,
}

fn token_of(text: &str) -> Option<Token> {
    Some(match text {
        ")" => Token::ClosedPar,
        "," => Token::Comma,
        "!" => Token::DoesNotExist,
        "==" => Token::DoubleEquals,
        "=" => Token::Equals,
        ">" => Token::GreaterThan,
        "in" => Token::In,
        "<" => Token::LessThan,
        "!=" => Token::NotEquals,
        "notin" => Token::NotIn,
        "(" => Token::OpenPar,
        _ => return None,
    })
}

fn is_special(c: char) -> bool {
    matches!(c, '=' | '!' | '(' | ')' | ',' | '>' | '<')
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

/// The words of a selector, with the end as the last.
pub fn lex(text: &str) -> Vec<(Token, String)> {
    let mut tokens = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(is_space);
        let Some(first) = rest.chars().next() else {
            tokens.push((Token::End, String::new()));
            return tokens;
        };
        if !is_special(first) {
            let end = rest
                .find(|c| is_special(c) || is_space(c))
                .unwrap_or(rest.len());
            let word = &rest[..end];
            tokens.push((
                token_of(word).unwrap_or(Token::Identifier),
                word.to_string(),
            ));
            rest = &rest[end..];
            continue;
        }
        // The longest run of symbols that is a token. Every single symbol is one.
        let length = if rest.len() > 1 && rest.get(..2).and_then(token_of).is_some() {
            2
        } else {
            1
        };
        let symbol = &rest[..length];
        tokens.push((token_of(symbol).unwrap_or(Token::Error), symbol.to_string()));
        rest = &rest[length..];
    }
}

/// The operator that a word stands for. Fixture table: `selector.TestParseOperator`.
///
/// # Errors
/// A word that is no operator.
pub fn operator(token: Token, text: &str) -> Result<Operator, String> {
    Ok(match token {
        Token::In => Operator::In,
        Token::Equals => Operator::Equals,
        Token::DoubleEquals => Operator::DoubleEquals,
        Token::GreaterThan => Operator::GreaterThan,
        Token::LessThan => Operator::LessThan,
        Token::NotIn => Operator::NotIn,
        Token::NotEquals => Operator::NotEquals,
        _ => {
            return Err(format!(
                "found '{text}', expected: in, notin, =, ==, !=, gt, lt"
            ));
        }
    })
}

/// `a=b,c=d` as labels; nothing but equality. Fixture table: `labels.TestLabelSelectorParse`.
///
/// # Errors
/// What is no `key=value`, or no label.
// kubernetes: apimachinery/pkg/labels/labels.go (ConvertSelectorToLabelsMap)
pub fn labels_from_text(text: &str) -> Result<StringMap, String> {
    let mut labels = StringMap::new();
    for label in text.split(',').filter(|_| !text.is_empty()) {
        let parts: Vec<&str> = label.split('=').collect();
        let [key, value] = parts[..] else {
            return Err(format!("invalid selector: {label}"));
        };
        let (key, value) = (key.trim(), value.trim());
        validate_label_key(key, &FieldPath::root()).map_err(|error| error.to_string())?;
        let faults = validation::is_valid_label_value(value);
        if !faults.is_empty() {
            let path = FieldPath::root().key(key);
            return Err(FieldError::invalid(&path, value, faults.join("; ")).to_string());
        }
        labels.insert(key, value);
    }
    Ok(labels)
}

struct Parser<'a> {
    tokens: Vec<(Token, String)>,
    at: usize,
    path: &'a FieldPath,
}

/// Requirements in the order of the text.
pub(super) fn parse(text: &str, path: &FieldPath) -> Result<Vec<Requirement>, String> {
    let mut parser = Parser {
        tokens: lex(text),
        at: 0,
        path,
    };
    let mut requirements = Vec::new();
    loop {
        match parser.peek() {
            (Token::Identifier | Token::DoesNotExist, _) => {
                let requirement = parser
                    .requirement()
                    .map_err(|error| format!("unable to parse requirement: {error}"))?;
                requirements.push(requirement);
                match parser.next() {
                    (Token::End, _) => return Ok(requirements),
                    (Token::Comma, _) => match parser.peek() {
                        (Token::Identifier | Token::DoesNotExist, _) => {}
                        (_, text) => {
                            return Err(format!("found '{text}', expected: identifier after ','"));
                        }
                    },
                    (_, text) => {
                        return Err(format!("found '{text}', expected: ',' or 'end of string'"));
                    }
                }
            }
            (Token::End, _) => return Ok(requirements),
            (_, text) => {
                return Err(format!(
                    "found '{text}', expected: !, identifier, or 'end of string'"
                ));
            }
        }
    }
}

impl Parser<'_> {
    fn raw(&self) -> (Token, String) {
        let last = self.tokens.len() - 1;
        self.tokens[self.at.min(last)].clone()
    }

    /// The next token where `in` and `notin` are plain words.
    fn peek(&self) -> (Token, String) {
        let (token, text) = self.raw();
        match token {
            Token::In | Token::NotIn => (Token::Identifier, text),
            other => (other, text),
        }
    }

    fn next(&mut self) -> (Token, String) {
        let token = self.peek();
        self.at += 1;
        token
    }

    fn requirement(&mut self) -> Result<Requirement, String> {
        let (key, inferred) = self.key()?;
        if let Some(operator) = inferred {
            return Requirement::new(key, operator, Vec::new(), self.path);
        }
        let operator = self.operator()?;
        let values = match operator {
            Operator::In | Operator::NotIn => self.values()?,
            _ => self.exact_value()?,
        };
        let values: Vec<Arc<str>> = values.into_iter().map(Into::into).collect();
        Requirement::new(key, operator, values, self.path)
    }

    /// The key, and the operator if the text behind it settles it.
    fn key(&mut self) -> Result<(String, Option<Operator>), String> {
        let mut operator = None;
        let (mut token, mut text) = self.next();
        if token == Token::DoesNotExist {
            operator = Some(Operator::DoesNotExist);
            (token, text) = self.next();
        }
        if token != Token::Identifier {
            return Err(format!("found '{text}', expected: identifier"));
        }
        validate_label_key(&text, self.path).map_err(|error| error.to_string())?;
        if matches!(self.peek().0, Token::End | Token::Comma) && operator.is_none() {
            operator = Some(Operator::Exists);
        }
        Ok((text, operator))
    }

    fn operator(&mut self) -> Result<Operator, String> {
        let (token, text) = self.raw();
        self.at += 1;
        operator(token, &text)
    }

    fn values(&mut self) -> Result<BTreeSet<String>, String> {
        let (token, text) = self.next();
        if token != Token::OpenPar {
            return Err(format!("found '{text}' expected: '('"));
        }
        match self.peek() {
            (Token::Identifier | Token::Comma, text) => {
                let values = self.identifiers()?;
                match self.next().0 {
                    Token::ClosedPar => Ok(values),
                    _ => Err(format!("found '{text}', expected: ')'")),
                }
            }
            (Token::ClosedPar, _) => {
                self.next();
                Ok(BTreeSet::from([String::new()]))
            }
            (_, text) => Err(format!("found '{text}', expected: ',', ')' or identifier")),
        }
    }

    fn identifiers(&mut self) -> Result<BTreeSet<String>, String> {
        let mut values = BTreeSet::new();
        loop {
            match self.next() {
                (Token::Identifier, text) => {
                    values.insert(text);
                    match self.peek() {
                        (Token::Comma, _) => {}
                        (Token::ClosedPar, _) => return Ok(values),
                        (_, text) => return Err(format!("found '{text}', expected: ',' or ')'")),
                    }
                }
                (Token::Comma, _) => {
                    if values.is_empty() {
                        values.insert(String::new());
                    }
                    match self.peek().0 {
                        Token::ClosedPar => {
                            values.insert(String::new());
                            return Ok(values);
                        }
                        Token::Comma => {
                            values.insert(String::new());
                        }
                        _ => {}
                    }
                }
                (_, text) => return Err(format!("found '{text}', expected: ',', or identifier")),
            }
        }
    }

    fn exact_value(&mut self) -> Result<BTreeSet<String>, String> {
        if matches!(self.peek().0, Token::End | Token::Comma) {
            return Ok(BTreeSet::from([String::new()]));
        }
        match self.next() {
            (Token::Identifier, text) => Ok(BTreeSet::from([text])),
            (_, text) => Err(format!("found '{text}', expected: identifier")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Selector;

    #[test]
    fn canonical_text() {
        let cases = [
            ("", ""),
            ("x=a,y=b,z=c", "x=a,y=b,z=c"),
            ("z=c , x = a", "x=a,z=c"),
            ("x==a", "x==a"),
            ("x in (b,a,)", "x in (,a,b)"),
            ("x in (a,,)", "x in (,a)"),
            ("x notin ()", "x notin ()"),
            ("x notin (b, a)", "x notin (a,b)"),
            ("!x,y", "!x,y"),
            ("x>1,z<5", "x>1,z<5"),
            ("x=", "x="),
            ("in in (in,notin)", "in in (in,notin)"),
            ("x!=a", "x!=a"),
        ];
        for (text, want) in cases {
            assert_eq!(Selector::parse(text).unwrap().to_string(), want, "{text}");
        }
    }

    #[test]
    fn errors() {
        let cases = [
            (
                "x=a||y=b",
                r#"unable to parse requirement: values[0][x]: Invalid value: "a||y""#,
            ),
            (
                "x in (a,!)",
                "unable to parse requirement: found '!', expected: ',', or identifier",
            ),
            ("x,,", "found ',', expected: identifier after ','"),
            (
                "x y",
                "unable to parse requirement: found 'y', expected: in, notin, =, ==, !=, gt, lt",
            ),
            (
                "(",
                "found '(', expected: !, identifier, or 'end of string'",
            ),
            (
                "x in a",
                "unable to parse requirement: found 'a' expected: '('",
            ),
            (
                "!",
                "unable to parse requirement: found '', expected: identifier",
            ),
            (
                "-x",
                "unable to parse requirement: <nil>: Invalid value: \"-x\": name part must consist of",
            ),
            (
                "x>a",
                "unable to parse requirement: values[0]: Invalid value: \"a\": for 'Gt', 'Lt' operators, the value must be an integer",
            ),
        ];
        for (text, want) in cases {
            let error = Selector::parse(text).unwrap_err();
            assert!(error.starts_with(want), "{text}: {error}");
        }
    }
}
