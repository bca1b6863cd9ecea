//! `awk`: fields, conditions and print.
//!
//! *Models* the part of POSIX awk that tutorials pipe kubectl's tables through: `-F`, patterns `/re/`, `!/re/`,
//! comparisons of fields, `NR`, `NF` with numbers and strings (joined by `&&`, `||`), actions `print` and
//! `print a, b " " c`, `END { print NR }`.
//! *Not modelled*: variables, `printf`, functions, loops, `BEGIN`: refused with a reason.

use super::options::Spec;
use super::regex::{Syntax, compile};
use super::{Output, inputs, lines};
use crate::shell::Shell;
use regex_lite::Regex;
use std::cmp::Ordering;

enum Term {
    Field(u32),
    LastField,
    Lines,
    Fields,
    Text(String),
}

enum Condition {
    Always,
    Matches {
        term: Term,
        pattern: Regex,
        negated: bool,
    },
    Compares {
        left: Term,
        operator: String,
        right: Term,
    },
    Any(Vec<Condition>),
    All(Vec<Condition>),
}

struct Rule {
    condition: Condition,
    at_end: bool,
    /// Each inner list is joined without a gap.
    prints: Vec<Vec<Vec<Term>>>,
}

pub(super) fn awk(shell: &mut Shell, argv: &[String], stdin: &str) -> Output {
    let mut options = match (Spec {
        tool: "awk",
        letters: "F:v:",
        long: &[("field-separator", 'F')],
        exit: 2,
    })
    .read(argv)
    {
        Ok(options) => options,
        Err(output) => return output,
    };
    if options.rest.is_empty() {
        return Output::failed(
            2,
            "usage: awk [-F fs][-v var=value][prog | -f progfile][file ...]",
        );
    }
    let program = options.rest.remove(0);
    let refused = || {
        Output::failed(
            2,
            format!("awk: not modelled: only conditions and print are: {program}"),
        )
    };
    if options.has('v') {
        return refused();
    }
    let Some(rules) = (Reader { rest: &program }).rules() else {
        return refused();
    };
    let separator = match options
        .value('F')
        .map(|separator| separator.replace("\\t", "\t"))
    {
        None => None,
        Some(separator) if separator == " " => None,
        Some(separator) if separator.chars().count() == 1 => {
            compile(&separator, Syntax::Fixed, false).ok()
        }
        Some(separator) => match compile(&separator, Syntax::Extended, false) {
            Ok(pattern) => Some(pattern),
            Err(message) => return Output::failed(2, format!("awk: {message}")),
        },
    };
    let mut output = Output::default();
    let texts = inputs(shell, "awk", 2, &options.rest, stdin, &mut output);
    let mut record = Record {
        line: "",
        fields: Vec::new(),
        number: 0,
    };
    for line in texts.iter().flat_map(|(_, text)| lines(text)) {
        record.fields = match &separator {
            None => line.split_whitespace().collect(),
            Some(_) if line.is_empty() => Vec::new(),
            Some(separator) => separator.split(line).collect(),
        };
        record.line = line;
        record.number += 1;
        for rule in rules
            .iter()
            .filter(|rule| !rule.at_end && rule.condition.holds(&record))
        {
            rule.print(&record, &mut output.stdout);
        }
    }
    rules
        .iter()
        .filter(|rule| rule.at_end)
        .for_each(|rule| rule.print(&record, &mut output.stdout));
    output
}

struct Record<'a> {
    line: &'a str,
    fields: Vec<&'a str>,
    number: u32,
}

impl Term {
    fn value(&self, record: &Record<'_>) -> String {
        match self {
            Term::Field(0) => record.line.to_owned(),
            Term::Field(at) => record
                .fields
                .get(*at as usize - 1)
                .copied()
                .unwrap_or_default()
                .to_owned(),
            Term::LastField => record
                .fields
                .last()
                .copied()
                .unwrap_or(record.line)
                .to_owned(),
            Term::Lines => record.number.to_string(),
            Term::Fields => record.fields.len().to_string(),
            Term::Text(text) => text.clone(),
        }
    }
}

impl Condition {
    fn holds(&self, record: &Record<'_>) -> bool {
        match self {
            Condition::Always => true,
            Condition::Any(conditions) => {
                conditions.iter().any(|condition| condition.holds(record))
            }
            Condition::All(conditions) => {
                conditions.iter().all(|condition| condition.holds(record))
            }
            Condition::Matches {
                term,
                pattern,
                negated,
            } => pattern.is_match(&term.value(record)) != *negated,
            Condition::Compares {
                left,
                operator,
                right,
            } => {
                let (left, right) = (left.value(record), right.value(record));
                let order = match (left.trim().parse::<i64>(), right.trim().parse::<i64>()) {
                    (Ok(left), Ok(right)) => left.cmp(&right),
                    _ => left.cmp(&right),
                };
                match operator.as_str() {
                    "==" => order == Ordering::Equal,
                    "!=" => order != Ordering::Equal,
                    ">" => order == Ordering::Greater,
                    ">=" => order != Ordering::Less,
                    "<" => order == Ordering::Less,
                    _ => order != Ordering::Greater,
                }
            }
        }
    }
}

impl Rule {
    fn print(&self, record: &Record<'_>, out: &mut String) {
        for print in &self.prints {
            let joined = |terms: &Vec<Term>| {
                terms
                    .iter()
                    .map(|term| term.value(record))
                    .collect::<String>()
            };
            out.push_str(&print.iter().map(joined).collect::<Vec<_>>().join(" "));
            out.push('\n');
        }
    }
}

/// Reads a program; `None` where it leaves the modelled part.
struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn take(&mut self, token: &str) -> bool {
        self.rest = self.rest.trim_start_matches([' ', '\t']);
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn rules(&mut self) -> Option<Vec<Rule>> {
        let mut rules = Vec::new();
        loop {
            self.rest = self
                .rest
                .trim_start_matches(|c: char| c.is_whitespace() || c == ';');
            if self.rest.is_empty() {
                return Some(rules);
            }
            let at_end = self.take("END");
            let condition = if at_end || self.rest.starts_with('{') {
                Condition::Always
            } else {
                self.any()?
            };
            let prints = if self.take("{") {
                self.prints()?
            } else {
                vec![vec![vec![Term::Field(0)]]]
            };
            rules.push(Rule {
                condition,
                at_end,
                prints,
            });
        }
    }

    fn any(&mut self) -> Option<Condition> {
        let mut conditions = vec![self.all()?];
        while self.take("||") {
            conditions.push(self.all()?);
        }
        Some(Condition::Any(conditions))
    }

    fn all(&mut self) -> Option<Condition> {
        let mut conditions = vec![self.condition()?];
        while self.take("&&") {
            conditions.push(self.condition()?);
        }
        Some(Condition::All(conditions))
    }

    fn condition(&mut self) -> Option<Condition> {
        if self.take("(") {
            let inside = self.any()?;
            return self.take(")").then_some(inside);
        }
        if self.take("!/") {
            return Some(Condition::Matches {
                term: Term::Field(0),
                pattern: self.pattern()?,
                negated: true,
            });
        }
        if self.take("/") {
            return Some(Condition::Matches {
                term: Term::Field(0),
                pattern: self.pattern()?,
                negated: false,
            });
        }
        let term = self.term()?;
        for (token, negated) in [("!~", true), ("~", false)] {
            if self.take(token) {
                let pattern = if self.take("/") {
                    self.pattern()?
                } else {
                    return None;
                };
                return Some(Condition::Matches {
                    term,
                    pattern,
                    negated,
                });
            }
        }
        let operator = ["==", "!=", ">=", "<=", ">", "<"]
            .into_iter()
            .find(|operator| self.take(operator))?;
        Some(Condition::Compares {
            left: term,
            operator: operator.into(),
            right: self.term()?,
        })
    }

    /// A pattern whose opening slash has been read.
    fn pattern(&mut self) -> Option<Regex> {
        let mut out = String::new();
        let mut chars = self.rest.char_indices();
        loop {
            match chars.next()? {
                (at, '/') => {
                    self.rest = &self.rest[at + 1..];
                    return compile(&out, Syntax::Extended, false).ok();
                }
                (_, '\\') => match chars.next()?.1 {
                    '/' => out.push('/'),
                    other => out.extend(['\\', other]),
                },
                (_, other) => out.push(other),
            }
        }
    }

    fn prints(&mut self) -> Option<Vec<Vec<Vec<Term>>>> {
        let mut prints = Vec::new();
        loop {
            while self.take(";") || self.take("\n") {}
            if self.take("}") {
                return Some(prints);
            }
            if !self.take("print") || self.rest.starts_with('f') {
                return None;
            }
            prints.push(self.arguments()?);
        }
    }

    fn arguments(&mut self) -> Option<Vec<Vec<Term>>> {
        let mut arguments = vec![Vec::new()];
        loop {
            self.rest = self.rest.trim_start_matches([' ', '\t']);
            if self.rest.starts_with([';', '\n', '}']) || self.rest.is_empty() {
                break;
            }
            if self.take(",") {
                arguments.push(Vec::new());
                continue;
            }
            let term = self.term()?;
            arguments.last_mut()?.push(term);
        }
        match arguments.as_slice() {
            [only] if only.is_empty() => Some(vec![vec![Term::Field(0)]]),
            all if all.iter().any(Vec::is_empty) => None,
            _ => Some(arguments),
        }
    }

    fn term(&mut self) -> Option<Term> {
        if self.take("$NF") {
            return Some(Term::LastField);
        }
        if self.take("$") {
            return self.number().map(Term::Field);
        }
        if self.take("NR") || self.take("FNR") {
            return Some(Term::Lines);
        }
        if self.take("NF") {
            return Some(Term::Fields);
        }
        if self.take("\"") {
            let mut text = String::new();
            let mut chars = self.rest.char_indices();
            loop {
                match chars.next()? {
                    (at, '"') => {
                        self.rest = &self.rest[at + 1..];
                        return Some(Term::Text(text));
                    }
                    (_, '\\') => match chars.next()?.1 {
                        'n' => text.push('\n'),
                        't' => text.push('\t'),
                        other => text.push(other),
                    },
                    (_, other) => text.push(other),
                }
            }
        }
        self.number().map(|number| Term::Text(number.to_string()))
    }

    fn number(&mut self) -> Option<u32> {
        let end = self
            .rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(self.rest.len());
        let number = self.rest[..end].parse().ok()?;
        self.rest = &self.rest[end..];
        Some(number)
    }
}
