//! One word of a line: quotes, escapes, variables and command substitution.
//!
//! *Models* bash's quoting rules (parse.y, subst.c).
//! *Not modelled*: arithmetic `$((…))`, `${NAME…}` forms other than `${NAME:-default}`.

use super::ast::{Part, Word};
use super::parse::{Open, ParseError, Parser, is_name, unexpected};

/// Collects parts; neighbouring texts of the same quoting join.
#[derive(Default)]
struct Parts(Vec<Part>);

impl Parts {
    fn push(&mut self, c: char, is_quoted: bool) {
        match self.0.last_mut() {
            Some(Part::Text { text, quoted }) if *quoted == is_quoted => text.push(c),
            _ => self.0.push(Part::Text {
                text: c.to_string(),
                quoted: is_quoted,
            }),
        }
    }

    fn push_str(&mut self, s: &str, is_quoted: bool) {
        match self.0.last_mut() {
            Some(Part::Text { text, quoted }) if *quoted == is_quoted => text.push_str(s),
            _ => self.0.push(Part::Text {
                text: s.to_owned(),
                quoted: is_quoted,
            }),
        }
    }
}

/// The text of a here-document as a word; `literal` if its delimiter was quoted.
pub(super) fn heredoc_word(body: &str, literal: bool) -> Result<Word, ParseError> {
    let mut parts = Parts::default();
    if literal {
        parts.push_str(body, true);
        return Ok(Word { parts: parts.0 });
    }
    let mut parser = Parser::new(body);
    parser.expanding_text(&mut parts, None)?;
    if !parser.heredocs.is_empty() {
        return Err(ParseError::Syntax(
            "a here-document inside a here-document is not modelled".into(),
        ));
    }
    Ok(Word { parts: parts.0 })
}

impl Word {
    /// A here-document's delimiter, and whether any of it was quoted.
    pub(super) fn delimiter(&self) -> Result<(String, bool), ParseError> {
        let mut text = String::new();
        let mut literal = false;
        for part in &self.parts {
            let Part::Text {
                text: piece,
                quoted,
            } = part
            else {
                return Err(unexpected("$"));
            };
            text.push_str(piece);
            literal |= quoted;
        }
        Ok((text, literal))
    }
}

impl Parser<'_> {
    /// The word that stands here; the caller has seen that one does.
    pub(super) fn word(&mut self) -> Result<Word, ParseError> {
        let mut parts = Parts::default();
        while let Some(c) = self.peek() {
            if c.is_whitespace() || ";|&<>()".contains(c) {
                break;
            }
            self.at += c.len_utf8();
            match c {
                '\'' => {
                    let end = self.text[self.at..]
                        .find('\'')
                        .ok_or(ParseError::Incomplete(Open::Quote('\'')))?;
                    parts.push_str(&self.text[self.at..self.at + end], true);
                    self.at += end + 1;
                }
                '"' => {
                    parts.push_str("", true);
                    self.expanding_text(&mut parts, Some('"'))?;
                }
                '\\' => match self.next() {
                    None => return Err(ParseError::Incomplete(Open::Line)),
                    Some('\n') => {}
                    Some(other) => parts.push(other, true),
                },
                '$' if self.take("'") => self.ansi_quoted(&mut parts)?,
                '$' => self.dollar(&mut parts, false)?,
                '`' => self.backquoted(&mut parts, false)?,
                other => parts.push(other, false),
            }
        }
        Ok(Word { parts: parts.0 })
    }

    /// Text in double quotes (up to `end`) or in a here-document (up to the end).
    fn expanding_text(&mut self, parts: &mut Parts, end: Option<char>) -> Result<(), ParseError> {
        loop {
            let start = self.at;
            let plain = self.text[start..]
                .find(['"', '\\', '$', '`'])
                .unwrap_or(self.text.len() - start);
            parts.push_str(&self.text[start..start + plain], true);
            self.at += plain;
            match self.next() {
                None if end.is_none() => return Ok(()),
                None => return Err(ParseError::Incomplete(Open::Quote('"'))),
                Some('"') if end.is_some() => return Ok(()),
                Some('\\') => match self.next() {
                    Some('\n') => {}
                    Some(c @ ('$' | '`' | '\\')) => parts.push(c, true),
                    Some('"') if end.is_some() => parts.push('"', true),
                    Some(other) => {
                        parts.push('\\', true);
                        parts.push(other, true);
                    }
                    None if end.is_some() => return Err(ParseError::Incomplete(Open::Quote('"'))),
                    None => parts.push('\\', true),
                },
                Some('$') => self.dollar(parts, true)?,
                Some('`') => self.backquoted(parts, true)?,
                Some(other) => parts.push(other, true),
            }
        }
    }

    /// `$'…'` with its escapes.
    fn ansi_quoted(&mut self, parts: &mut Parts) -> Result<(), ParseError> {
        parts.push_str("", true);
        loop {
            match self
                .next()
                .ok_or(ParseError::Incomplete(Open::Quote('\'')))?
            {
                '\'' => return Ok(()),
                '\\' => match self
                    .next()
                    .ok_or(ParseError::Incomplete(Open::Quote('\'')))?
                {
                    'n' => parts.push('\n', true),
                    't' => parts.push('\t', true),
                    'r' => parts.push('\r', true),
                    c @ ('\\' | '\'' | '"' | '?') => parts.push(c, true),
                    other => {
                        parts.push('\\', true);
                        parts.push(other, true);
                    }
                },
                other => parts.push(other, true),
            }
        }
    }

    /// What follows a `$` that has been read.
    fn dollar(&mut self, parts: &mut Parts, quoted: bool) -> Result<(), ParseError> {
        if self.looking_at("((") {
            return Err(ParseError::Syntax(
                "arithmetic $(( … )) is not modelled: write the number".into(),
            ));
        }
        if self.take("(") {
            let list = self.list(&[])?;
            if !self.take(")") {
                return Err(ParseError::Incomplete(Open::Line));
            }
            parts.0.push(Part::Substitution { list, quoted });
            return Ok(());
        }
        if self.take("{") {
            let end = self.text[self.at..]
                .find('}')
                .ok_or(ParseError::Incomplete(Open::Line))?;
            let inside = &self.text[self.at..self.at + end];
            self.at += end + 1;
            let (name, default) = match inside.split_once(":-") {
                Some((name, default)) => (name, Some(default.to_owned())),
                None => (inside, None),
            };
            if !(is_name(name) || name == "?") {
                return Err(ParseError::Syntax(format!(
                    "${{{inside}}}: bad substitution"
                )));
            }
            parts.0.push(Part::Variable {
                name: name.to_owned(),
                default,
                quoted,
            });
            return Ok(());
        }
        let rest = &self.text[self.at..];
        let length = match rest.chars().next() {
            Some('?' | '#' | '@' | '*' | '0'..='9') => 1,
            Some(c) if c.is_ascii_alphabetic() || c == '_' => rest
                .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
                .unwrap_or(rest.len()),
            _ => 0,
        };
        if length == 0 {
            parts.push('$', quoted);
            return Ok(());
        }
        parts.0.push(Part::Variable {
            name: rest[..length].to_owned(),
            default: None,
            quoted,
        });
        self.at += length;
        Ok(())
    }

    /// `` `command` ``, whose opening mark has been read.
    fn backquoted(&mut self, parts: &mut Parts, quoted: bool) -> Result<(), ParseError> {
        let mut inside = String::new();
        loop {
            match self
                .next()
                .ok_or(ParseError::Incomplete(Open::Quote('`')))?
            {
                '`' => break,
                '\\' => match self.next() {
                    Some(c @ ('`' | '\\' | '$')) => inside.push(c),
                    Some(other) => inside.extend(['\\', other]),
                    None => return Err(ParseError::Incomplete(Open::Quote('`'))),
                },
                other => inside.push(other),
            }
        }
        let line = super::parse::parse(&inside)?;
        if !line.heredocs.is_empty() {
            return Err(ParseError::Syntax(
                "a here-document inside ` … ` is not modelled: use $( … )".into(),
            ));
        }
        parts.0.push(Part::Substitution {
            list: line.list,
            quoted,
        });
        Ok(())
    }
}
