//! From template text to nodes.
//!
//! *Models*: `staging/src/k8s.io/client-go/util/jsonpath/parser.go`.
//! *Invariants*: errors are upstream's; fixture `parser.TestFailParser`.
//! *Not modelled*: nothing.

use super::slice::Slice;

/// A parsed template.
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    pub(super) pieces: Vec<Piece>,
}

/// Text between braces, a path, or a loop.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Piece {
    Text(String),
    Path(Vec<Node>),
    Range(Vec<Node>, Vec<Piece>),
    /// `{end}` outside a loop.
    StrayEnd,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node {
    Text(String),
    Identifier(String),
    Field(String),
    Wildcard,
    Recursive,
    Int(i64),
    Float(f64),
    Bool(bool),
    Array(Slice),
    Filter(Vec<Node>, String, Vec<Node>),
    Union(Vec<Vec<Node>>),
}

impl Template {
    /// Parses a template.
    ///
    /// # Errors
    /// Upstream's own words.
    pub fn parse(text: &str) -> Result<Template, String> {
        let mut flat = Vec::new();
        let mut rest = text;
        while let Some(open) = rest.find('{') {
            if open > 0 {
                flat.push(Piece::Text(rest[..open].to_string()));
            }
            let mut parser = Parser::new(&rest[open + 1..], true);
            let nodes = parser.action()?;
            flat.push(Piece::Path(nodes));
            rest = &rest[open + 1 + parser.at..];
        }
        if !rest.is_empty() {
            flat.push(Piece::Text(rest.to_string()));
        }
        let mut flat = flat.into_iter();
        let mut pieces = Vec::new();
        while nest(&mut flat, &mut pieces) {
            pieces.push(Piece::StrayEnd);
        }
        Ok(Template { pieces })
    }
}

/// Gathers pieces up to `{end}`; true if one was met.
fn nest(flat: &mut impl Iterator<Item = Piece>, into: &mut Vec<Piece>) -> bool {
    while let Some(piece) = flat.next() {
        let Piece::Path(nodes) = piece else {
            into.push(piece);
            continue;
        };
        match nodes.first() {
            Some(Node::Identifier(name)) if name == "end" => return true,
            Some(Node::Identifier(name)) if name == "range" => {
                let mut body = Vec::new();
                nest(flat, &mut body);
                into.push(Piece::Range(nodes[1..].to_vec(), body));
            }
            _ => into.push(Piece::Path(nodes)),
        }
    }
    false
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    /// Inside braces; else the text is a path of its own (filter side, union member).
    braces: bool,
}

/// A path without braces.
pub(super) fn path(text: &str) -> Result<Vec<Node>, String> {
    Parser::new(text, false).action()
}

impl<'a> Parser<'a> {
    fn new(text: &'a str, braces: bool) -> Parser<'a> {
        Parser {
            text,
            at: 0,
            braces,
        }
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn action(&mut self) -> Result<Vec<Node>, String> {
        let mut nodes = Vec::new();
        loop {
            let Some(next) = self.peek() else {
                return match self.braces {
                    true => Err("unclosed action".into()),
                    false => Ok(nodes),
                };
            };
            match next {
                '}' if self.braces => {
                    self.at += 1;
                    return Ok(nodes);
                }
                '\r' | '\n' => return Err("unclosed action".into()),
                ' ' | '@' | '$' => self.at += 1,
                '[' if self.rest().starts_with("[?(") => nodes.push(self.filter()?),
                '[' => self.array(&mut nodes)?,
                '"' | '\'' => nodes.push(self.quote(next)?),
                '.' if self.rest().starts_with("..") => self.recursive(&mut nodes)?,
                '.' => {
                    self.at += 1;
                    nodes.push(self.field());
                }
                '+' | '-' | '0'..='9' => nodes.push(self.number()?),
                _ if is_word(next) => nodes.push(self.identifier()),
                _ => {
                    return Err(format!(
                        "unrecognized character in action: U+{:04X} '{next}'",
                        next as u32
                    ));
                }
            }
        }
    }

    /// Text up to a terminator; a backslash takes the next character as it is.
    fn word(&mut self) -> &'a str {
        let start = self.at;
        let mut escaped = false;
        while let Some(next) = self.peek() {
            if !escaped && is_terminator(next) {
                break;
            }
            escaped = !escaped && next == '\\';
            self.at += next.len_utf8();
        }
        &self.text[start..self.at]
    }

    fn field(&mut self) -> Node {
        match self.word() {
            "*" => Node::Wildcard,
            name => Node::Field(name.replace('\\', "")),
        }
    }

    fn recursive(&mut self, nodes: &mut Vec<Node>) -> Result<(), String> {
        if nodes.last() == Some(&Node::Recursive) {
            return Err("invalid multiple recursive descent".into());
        }
        self.at += 2;
        nodes.push(Node::Recursive);
        if self.peek().is_some_and(is_word) {
            nodes.push(self.field());
        }
        Ok(())
    }

    fn identifier(&mut self) -> Node {
        match self.word() {
            "true" => Node::Bool(true),
            "false" => Node::Bool(false),
            name => Node::Identifier(name.to_string()),
        }
    }

    fn number(&mut self) -> Result<Node, String> {
        let len = self
            .rest()
            .bytes()
            .take_while(|byte| matches!(byte, b'+' | b'-' | b'.' | b'0'..=b'9'))
            .count();
        let text = &self.rest()[..len];
        self.at += len;
        if let Ok(number) = text.parse() {
            return Ok(Node::Int(number));
        }
        text.parse()
            .map(Node::Float)
            .map_err(|_| format!("cannot parse number {text}"))
    }

    fn quote(&mut self, end: char) -> Result<Node, String> {
        self.at += 1;
        let mut out = String::new();
        let mut chars = self.rest().char_indices();
        while let Some((at, next)) = chars.next() {
            match next {
                '\n' | '\r' => break,
                '\\' => match chars.next().map(|(_, next)| next) {
                    Some('n') => out.push('\n'),
                    Some('t') => out.push('\t'),
                    Some('r') => out.push('\r'),
                    Some(other) => out.push(other),
                    None => break,
                },
                _ if next == end => {
                    self.at += at + 1;
                    return Ok(Node::Text(out));
                }
                _ => out.push(next),
            }
        }
        Err("unterminated quoted string".into())
    }

    fn array(&mut self, nodes: &mut Vec<Node>) -> Result<(), String> {
        let end = self.rest().find([']', '\n']);
        let Some(end) = end.filter(|end| self.rest()[*end..].starts_with(']')) else {
            return Err("unterminated array".into());
        };
        let text = &self.rest()[1..end];
        self.at += end + 1;
        if text.contains(',') {
            let members: Result<Vec<_>, _> = text
                .split(',')
                .map(|member| path(&format!("[{}]", member.trim_matches(' '))))
                .collect();
            nodes.push(Node::Union(members?));
            return Ok(());
        }
        let quoted = text
            .strip_prefix('\'')
            .and_then(|rest| rest.strip_suffix('\''))
            .filter(|inner| !inner.contains('\''));
        if let Some(key) = quoted {
            nodes.extend(path(&format!(".{key}"))?);
            return Ok(());
        }
        let text = if text == "*" { ":" } else { text };
        nodes.push(Node::Array(Slice::parse(text)?));
        Ok(())
    }

    fn filter(&mut self) -> Result<Node, String> {
        self.at += 3;
        let mut quote = None;
        let end = self.rest().char_indices().find(|(_, next)| {
            match quote {
                Some(open) if *next == open => quote = None,
                None if matches!(next, '"' | '\'') => quote = Some(*next),
                None => return matches!(next, ')' | '\n'),
                _ => {}
            }
            false
        });
        let Some((end, ')')) = end else {
            return Err("unterminated filter".into());
        };
        let text = &self.rest()[..end];
        self.at += end + 1;
        if self.peek() != Some(']') {
            return Err("unclosed array expect ]".into());
        }
        self.at += 1;
        let is_operator = |next: char| matches!(next, '!' | '<' | '>' | '=');
        let Some(start) = text.find(is_operator).filter(|start| *start > 0) else {
            return Ok(Node::Filter(path(text)?, "exists".into(), Vec::new()));
        };
        let length = text[start..]
            .chars()
            .take_while(|c| is_operator(*c))
            .count();
        let (operator, right) = text[start..].split_at(length);
        Ok(Node::Filter(
            path(&text[..start])?,
            operator.to_string(),
            path(right)?,
        ))
    }
}

fn is_word(next: char) -> bool {
    next == '_' || next.is_alphanumeric()
}

fn is_terminator(next: char) -> bool {
    matches!(
        next,
        ' ' | '\t' | '\r' | '\n' | '.' | ',' | '[' | ']' | '$' | '@' | '{' | '}'
    )
}
