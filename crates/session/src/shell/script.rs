//! Multi-line text to complete commands.
//!
//! A line with an open quote, loop, trailing operator or here-document takes the next lines with it.
//! *Invariants*: each line is read once, and parsed again only when what it left open is closed, so a long
//! here-document costs its length, not its square.

use super::ast::Line;
use super::parse::{Open, ParseError, parse};

/// One complete command of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptLine {
    /// Of its first line, from 1.
    pub number: u32,
    pub text: String,
    pub line: Result<Line, String>,
}

/// Yields the commands of a script; blank lines and comments yield nothing.
#[derive(Clone, Debug)]
pub struct Script<'a> {
    rest: &'a str,
    number: u32,
}

impl<'a> Script<'a> {
    pub fn new(text: &'a str) -> Self {
        Script {
            rest: text,
            number: 1,
        }
    }

    fn next_line(&mut self) -> Option<&'a str> {
        if self.rest.is_empty() {
            return None;
        }
        let (line, rest) = self.rest.split_once('\n').unwrap_or((self.rest, ""));
        self.rest = rest;
        self.number += 1;
        Some(line)
    }

    /// Appends lines until what is open may be closed; false at the end of the script.
    fn extend(&mut self, text: &mut String, open: &Open) -> bool {
        while let Some(line) = self.next_line() {
            text.push('\n');
            text.push_str(line);
            let closed = match open {
                Open::Quote(quote) => line.contains(*quote),
                Open::HereDocument {
                    delimiter,
                    strip_tabs,
                } => {
                    (if *strip_tabs {
                        line.trim_start_matches('\t')
                    } else {
                        line
                    }) == delimiter
                }
                Open::Line => true,
            };
            if closed {
                return true;
            }
        }
        false
    }
}

/// What bash says when a script ends too early.
fn unfinished(open: &Open) -> String {
    match open {
        Open::Quote(quote) => format!("unexpected EOF while looking for matching `{quote}'"),
        Open::HereDocument { delimiter, .. } => {
            format!("here-document delimited by end-of-file (wanted `{delimiter}')")
        }
        Open::Line => "syntax error: unexpected end of file".into(),
    }
}

impl Iterator for Script<'_> {
    type Item = ScriptLine;

    fn next(&mut self) -> Option<ScriptLine> {
        loop {
            let number = self.number;
            let mut text = self.next_line()?.to_owned();
            let line = loop {
                match parse(&text) {
                    Ok(line) => break Ok(line),
                    Err(ParseError::Syntax(message)) => break Err(message),
                    Err(ParseError::Incomplete(open)) => {
                        if !self.extend(&mut text, &open) {
                            break Err(unfinished(&open));
                        }
                    }
                }
            };
            if line.as_ref().is_ok_and(|line| line.list.0.is_empty()) {
                continue;
            }
            return Some(ScriptLine { number, text, line });
        }
    }
}
