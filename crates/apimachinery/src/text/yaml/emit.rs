//! YAML as `kubectl -o yaml` prints it.
//!
//! *Models* goyaml.v2: key order (sorter.go), style choice (encode.go) and the emitter (emitterc.go)
//! with its line width of 80.
//! *Invariants*: what is printed reads back as the same value.
//! *Not modelled*: comments, anchors.

use std::cmp::Ordering;
use std::fmt::Write;
use std::sync::Arc;

use super::scalar::{is_base60, is_timestamp, resolve_plain};
use crate::value::{Map, Value};

const WIDTH: usize = 80;
const SIMPLE_KEY_MAX: usize = 128;

/// The text of a value, with a newline at the end.
pub fn to_yaml(value: &Value) -> String {
    let mut emitter = Emitter {
        out: String::new(),
        column: 0,
    };
    match value {
        Value::Map(map) if !map.is_empty() => emitter.map(map, 0, false),
        Value::List(list) if !list.is_empty() => emitter.list(list, 0, false),
        scalar => {
            emitter.scalar(scalar, 0);
            emitter.newline();
        }
    }
    emitter.out
}

struct Emitter {
    out: String,
    column: usize,
}

#[derive(Clone, Copy, PartialEq)]
enum Style {
    Plain,
    Single,
    Double,
    Literal,
}

impl Emitter {
    fn put(&mut self, text: &str) {
        self.out.push_str(text);
        self.column += text.chars().count();
    }

    fn put_char(&mut self, c: char) {
        self.out.push(c);
        self.column += 1;
    }

    fn newline(&mut self) {
        self.out.push('\n');
        self.column = 0;
    }

    fn indent(&mut self, indent: usize) {
        self.out.extend(std::iter::repeat_n(' ', indent));
        self.column += indent;
    }

    /// Entries at this indent; `inline` if the first stands behind a dash.
    fn map(&mut self, map: &Map, indent: usize, inline: bool) {
        let mut entries: Vec<(&Arc<str>, &Value)> = map.iter().collect();
        entries.sort_by(|a, b| natural(a.0, b.0));
        for (at, (key, value)) in entries.into_iter().enumerate() {
            if at > 0 || !inline {
                self.indent(indent);
            }
            let simple = key.chars().count() <= SIMPLE_KEY_MAX && !key.contains('\n');
            if !simple {
                self.put("? ");
            }
            self.text(key, indent, simple);
            if !simple {
                if self.column > 0 {
                    self.newline();
                }
                self.indent(indent);
            }
            self.put(":");
            self.value(value, indent, true);
        }
    }

    fn list(&mut self, list: &[Value], indent: usize, inline: bool) {
        for (at, item) in list.iter().enumerate() {
            if at > 0 || !inline {
                self.indent(indent);
            }
            self.put("-");
            self.value(item, indent, false);
        }
    }

    /// What stands behind `key:` or `-`.
    fn value(&mut self, value: &Value, indent: usize, of_key: bool) {
        match value {
            Value::Map(map) if !map.is_empty() => {
                if of_key {
                    self.newline();
                } else {
                    self.put(" ");
                }
                self.map(map, indent + 2, !of_key);
            }
            Value::List(list) if !list.is_empty() => {
                if of_key {
                    self.newline();
                    self.list(list, indent, false);
                } else {
                    self.put(" ");
                    self.list(list, indent + 2, true);
                }
            }
            scalar => {
                self.put(" ");
                self.scalar(scalar, indent);
                if self.column > 0 {
                    self.newline();
                }
            }
        }
    }

    fn scalar(&mut self, value: &Value, indent: usize) {
        match value {
            Value::Null => self.put("null"),
            Value::Bool(b) => self.put(if *b { "true" } else { "false" }),
            Value::Int(n) => self.put(&n.to_string()),
            Value::Float(f) => self.put(&float(*f)),
            Value::Str(text) => self.text(text, indent, false),
            Value::List(_) => self.put("[]"),
            Value::Map(_) => self.put("{}"),
        }
    }

    fn text(&mut self, text: &str, indent: usize, is_key: bool) {
        let indent = indent + 2;
        match style(text, is_key) {
            Style::Plain => self.folded(text, indent, is_key, |out, c| out.put_char(c)),
            Style::Single => {
                self.put_char('\'');
                self.folded(text, indent, is_key, |out, c| {
                    if c == '\'' {
                        out.put_char('\'');
                    }
                    out.put_char(c);
                });
                self.put_char('\'');
            }
            Style::Double => self.double_quoted(text, indent, is_key),
            Style::Literal => self.literal(text, indent),
        }
    }

    /// Writes characters; a lone space beyond the width becomes a line break.
    fn folded(&mut self, text: &str, indent: usize, is_key: bool, put: fn(&mut Self, char)) {
        let chars: Vec<char> = text.chars().collect();
        let mut after_space = false;
        for (at, &c) in chars.iter().enumerate() {
            let inside = at > 0 && at + 1 < chars.len();
            let next_is_space = chars.get(at + 1) == Some(&' ');
            if c == ' '
                && !is_key
                && !after_space
                && self.column > WIDTH
                && inside
                && !next_is_space
            {
                self.newline();
                self.indent(indent);
            } else {
                put(self, c);
            }
            after_space = c == ' ';
        }
    }

    fn double_quoted(&mut self, text: &str, indent: usize, is_key: bool) {
        self.put_char('"');
        let chars: Vec<char> = text.chars().collect();
        let mut after_space = false;
        for (at, &c) in chars.iter().enumerate() {
            if !is_printable(c)
                || matches!(c, '"' | '\\' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}')
            {
                self.put(&escape(c));
                after_space = false;
            } else if c == ' ' {
                let inside = at > 0 && at + 1 < chars.len();
                if !is_key && !after_space && self.column > WIDTH && inside {
                    self.newline();
                    self.indent(indent);
                    if chars[at + 1] == ' ' {
                        self.put_char('\\');
                    }
                } else {
                    self.put_char(c);
                }
                after_space = true;
            } else {
                self.put_char(c);
                after_space = false;
            }
        }
        self.put_char('"');
    }

    fn literal(&mut self, text: &str, indent: usize) {
        self.put("|");
        if text.starts_with([' ', '\n']) {
            self.put("2");
        }
        if !text.ends_with('\n') {
            self.put("-");
        } else if text == "\n" || text.ends_with("\n\n") {
            self.put("+");
        }
        self.newline();
        for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
            if !line.is_empty() {
                self.indent(indent);
                self.put(line);
            }
            self.newline();
        }
    }
}

fn escape(c: char) -> String {
    match c {
        '\0' => "\\0".into(),
        '\u{7}' => "\\a".into(),
        '\u{8}' => "\\b".into(),
        '\t' => "\\t".into(),
        '\n' => "\\n".into(),
        '\u{b}' => "\\v".into(),
        '\u{c}' => "\\f".into(),
        '\r' => "\\r".into(),
        '\u{1b}' => "\\e".into(),
        '"' => "\\\"".into(),
        '\\' => "\\\\".into(),
        '\u{85}' => "\\N".into(),
        '\u{a0}' => "\\_".into(),
        '\u{2028}' => "\\L".into(),
        '\u{2029}' => "\\P".into(),
        c => {
            let mut out = String::new();
            let _ = match c as u32 {
                n @ 0..=0xff => write!(out, "\\x{n:02X}"),
                n @ 0x100..=0xffff => write!(out, "\\u{n:04X}"),
                n => write!(out, "\\U{n:08X}"),
            };
            out
        }
    }
}

fn is_printable(c: char) -> bool {
    matches!(c, '\n' | ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}')
        && c != '\u{feff}'
}

fn is_blank(c: Option<&char>) -> bool {
    matches!(
        c,
        None | Some(' ' | '\t' | '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
    )
}

/// The style that go-yaml asks for, corrected by what the emitter allows.
fn style(text: &str, is_key: bool) -> Style {
    let wanted = if text.contains('\n') {
        Style::Literal
    } else if is_string(text) {
        Style::Plain
    } else {
        Style::Double
    };
    let allowed = analyse(text);
    match wanted {
        Style::Literal if is_key || !allowed.block => Style::Double,
        Style::Plain if allowed.plain => Style::Plain,
        Style::Plain if allowed.single => Style::Single,
        Style::Plain => Style::Double,
        other => other,
    }
}

/// True if it would be read as a string without quotes.
fn is_string(text: &str) -> bool {
    matches!(resolve_plain(text), Value::Str(_))
        && text != "<<"
        && !is_timestamp(text)
        && !is_base60(text)
}

struct Allowed {
    plain: bool,
    single: bool,
    block: bool,
}

/// Which styles can hold a text.
// kubernetes: goyaml.v2/emitterc.go yaml_emitter_analyze_scalar
fn analyse(text: &str) -> Allowed {
    let chars: Vec<char> = text.chars().collect();
    let mut allowed = Allowed {
        plain: true,
        single: true,
        block: true,
    };
    if text.starts_with("---") || text.starts_with("...") {
        allowed.plain = false;
    }
    let (mut after_space, mut after_break) = (false, false);
    for (at, &c) in chars.iter().enumerate() {
        let (first, last) = (at == 0, at + 1 == chars.len());
        let before_blank = is_blank(chars.get(at + 1));
        let after_blank = first || is_blank(chars.get(at - 1));
        let indicator = match c {
            '#' => after_blank,
            ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@'
            | '`' => first,
            '?' | '-' => first && before_blank,
            ':' => before_blank,
            _ => false,
        };
        if indicator {
            allowed.plain = false;
        }
        let is_break = matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}');
        if !is_printable(c) {
            (allowed.plain, allowed.single, allowed.block) = (false, false, false);
        }
        if c == ' ' {
            if first || last {
                allowed.plain = false;
            }
            if last {
                allowed.block = false;
            }
            if after_break {
                (allowed.plain, allowed.single) = (false, false);
            }
        }
        if is_break {
            allowed.plain = false;
            if after_space {
                (allowed.single, allowed.block) = (false, false);
            }
        }
        (after_space, after_break) = (c == ' ', is_break);
    }
    allowed
}

/// strconv.FormatFloat with `g` and the shortest digits.
fn float(f: f64) -> String {
    if f == 0.0 {
        return "0".into();
    }
    let text = format!("{f:e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..6).contains(&exponent) {
        return format!("{f}");
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", exponent.abs())
}

/// go-yaml's order of keys: runs of digits by number, letters after everything else.
// kubernetes: goyaml.v2/sorter.go
fn natural(a: &str, b: &str) -> Ordering {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let Some(at) = a.iter().zip(&b).position(|(x, y)| x != y) else {
        return a.len().cmp(&b.len());
    };
    let (x, y) = (a[at], b[at]);
    match (x.is_alphabetic(), y.is_alphabetic()) {
        (true, true) => return x.cmp(&y),
        (true, false) => return Ordering::Greater,
        (false, true) => return Ordering::Less,
        (false, false) => {}
    }
    // Inside a number that began with a digit other than 0, zeros count.
    let mut start = 0u64;
    if x == '0' || y == '0' {
        let digits = a[..at].iter().rev().take_while(|c| c.is_ascii_digit());
        start = u64::from(digits.into_iter().any(|c| *c != '0'));
    }
    let run = |chars: &[char]| {
        let digits = chars[at..].iter().take_while(|c| c.is_ascii_digit());
        digits.fold((start, 0usize), |(n, count), c| {
            let digit = u64::from(c.to_digit(10).unwrap_or(0));
            (n.wrapping_mul(10).wrapping_add(digit), count + 1)
        })
    };
    run(&a).cmp(&run(&b)).then(x.cmp(&y))
}
