//! `sed`: substitution, deletion and printing.
//!
//! *Models* GNU sed 4: `s///` with `g`, `p`, `I` and a number; `d`, `p`, `q`; addresses `N`, `$`, `/re/`, ranges, `!`.
//! *Not modelled*: hold space, branches, `a`, `i`, `c`, `y`, files (refused as unknown commands).

use super::options::Spec;
use super::regex::{Syntax, compile};
use super::{Output, inputs, lines};
use crate::shell::Shell;
use regex_lite::{Captures, Regex};

enum Address {
    Line(u32),
    Last,
    Matching(Regex),
}

enum Action {
    Substitute {
        pattern: Regex,
        with: String,
        all: bool,
        print: bool,
        nth: u32,
    },
    Delete,
    Print,
    Quit,
}

struct Command {
    from: Option<Address>,
    to: Option<Address>,
    negated: bool,
    action: Action,
    /// Inside a range that has begun.
    active: bool,
}

pub(super) fn sed(shell: &mut Shell, argv: &[String], stdin: &str) -> Output {
    let long = &[
        ("quiet", 'n'),
        ("silent", 'n'),
        ("expression", 'e'),
        ("regexp-extended", 'E'),
        ("in-place", 'i'),
    ];
    let mut options = match (Spec {
        tool: "sed",
        letters: "ne:Eri",
        long,
        exit: 1,
    })
    .read(argv)
    {
        Ok(options) => options,
        Err(output) => return output,
    };
    let mut script: Vec<String> = options.values('e').map(str::to_owned).collect();
    if script.is_empty() {
        if options.rest.is_empty() {
            return Output::failed(
                1,
                "Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...",
            );
        }
        script.push(options.rest.remove(0));
    }
    let extended = options.has('E') || options.has('r');
    let mut commands = Vec::new();
    for (at, expression) in script.iter().enumerate() {
        let mut reader = Reader {
            text: expression,
            at: 0,
            syntax: if extended {
                Syntax::Extended
            } else {
                Syntax::Basic
            },
        };
        if let Err(why) = reader.commands(&mut commands) {
            let place = expression[..reader.at.min(expression.len())]
                .chars()
                .count();
            return Output::failed(
                1,
                format!("sed: -e expression #{}, char {place}: {why}", at + 1),
            );
        }
    }
    let in_place = options.has('i');
    if in_place && options.rest.is_empty() {
        return Output::failed(1, "sed: no input files");
    }
    let mut output = Output::default();
    let mut texts = Vec::new();
    for path in if options.rest.is_empty() {
        vec!["-".to_owned()]
    } else {
        options.rest.clone()
    } {
        if path == "-" || shell.files.is_file(&path) {
            texts.extend(inputs(shell, "sed", 2, &[path], stdin, &mut output));
        } else {
            output.complain(
                2,
                format!("sed: can't read {path}: No such file or directory"),
            );
        }
    }
    if in_place {
        for (name, text) in texts {
            let edited = edit(&text, &mut commands, options.has('n'));
            if let Err(error) = shell.files.write(&name, &edited) {
                output.complain(
                    4,
                    format!("sed: couldn't open file {name}: {}", error.text()),
                );
            }
        }
        return output;
    }
    let text: String = texts.into_iter().map(|(_, text)| text).collect();
    output.stdout = edit(&text, &mut commands, options.has('n'));
    output
}

fn edit(text: &str, commands: &mut [Command], quiet: bool) -> String {
    let mut out = String::new();
    let all: Vec<&str> = lines(text).collect();
    commands
        .iter_mut()
        .for_each(|command| command.active = false);
    'lines: for (at, line) in all.iter().enumerate() {
        let mut line = (*line).to_owned();
        let (number, last) = (at as u32 + 1, at + 1 == all.len());
        for command in commands.iter_mut() {
            if !command.applies(&line, number, last) {
                continue;
            }
            match &command.action {
                Action::Delete => continue 'lines,
                Action::Print => out.extend([line.as_str(), "\n"]),
                Action::Quit => {
                    if !quiet {
                        out.extend([line.as_str(), "\n"]);
                    }
                    return out;
                }
                Action::Substitute {
                    pattern,
                    with,
                    all,
                    print,
                    nth,
                } => {
                    if let Some(changed) = substitute(&line, pattern, with, *all, *nth) {
                        line = changed;
                        if *print {
                            out.extend([line.as_str(), "\n"]);
                        }
                    }
                }
            }
        }
        if !quiet {
            out.push_str(&line);
            if !last || text.ends_with('\n') {
                out.push('\n');
            }
        }
    }
    out
}

fn substitute(line: &str, pattern: &Regex, with: &str, all: bool, nth: u32) -> Option<String> {
    let mut out = String::new();
    let (mut end, mut changed) = (0, false);
    for (at, captures) in pattern.captures_iter(line).enumerate() {
        if (at as u32) + 1 < nth {
            continue;
        }
        let whole = captures.get(0).expect("INV: group 0 is the match");
        out.push_str(&line[end..whole.start()]);
        replacement(with, &captures, &mut out);
        end = whole.end();
        changed = true;
        if !all {
            break;
        }
    }
    out.push_str(&line[end..]);
    changed.then_some(out)
}

fn replacement(with: &str, captures: &Captures<'_>, out: &mut String) {
    let group = |at: usize| captures.get(at).map_or("", |found| found.as_str());
    let mut rest = with.chars();
    while let Some(c) = rest.next() {
        match c {
            '&' => out.push_str(group(0)),
            '\\' => match rest.next() {
                Some(digit @ '0'..='9') => out.push_str(group(digit as usize - '0' as usize)),
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some(other) => out.push(other),
                None => out.push('\\'),
            },
            other => out.push(other),
        }
    }
}

impl Address {
    fn matches(&self, line: &str, number: u32, last: bool) -> bool {
        match self {
            Address::Line(wanted) => *wanted == number,
            Address::Last => last,
            Address::Matching(pattern) => pattern.is_match(line),
        }
    }
}

impl Command {
    fn applies(&mut self, line: &str, number: u32, last: bool) -> bool {
        let inside = match (&self.from, &self.to) {
            (None, _) => true,
            (Some(from), None) => from.matches(line, number, last),
            (Some(from), Some(to)) => {
                if self.active {
                    self.active = match to {
                        Address::Line(end) => number < *end,
                        other => !other.matches(line, number, last),
                    };
                    !matches!(to, Address::Line(end) if number > *end)
                } else if from.matches(line, number, last) {
                    self.active = !matches!(to, Address::Line(end) if *end <= number);
                    true
                } else {
                    false
                }
            }
        };
        inside != self.negated
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    syntax: Syntax,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    fn commands(&mut self, commands: &mut Vec<Command>) -> Result<(), String> {
        loop {
            while self.peek().is_some_and(|c| c.is_whitespace() || c == ';') {
                self.next();
            }
            if self.peek().is_none() {
                return Ok(());
            }
            let from = self.address()?;
            let mut to = None;
            if from.is_some() && self.peek() == Some(',') {
                self.next();
                to = Some(self.address()?.ok_or_else(|| {
                    self.next();
                    "unexpected `,'".to_owned()
                })?);
            }
            let negated = self.peek() == Some('!') && self.next().is_some();
            let action = match self.next() {
                Some('s') => self.substitution()?,
                Some('d') => Action::Delete,
                Some('p') => Action::Print,
                Some('q') => Action::Quit,
                Some(other) => return Err(format!("unknown command: `{other}'")),
                None => return Err("missing command".into()),
            };
            commands.push(Command {
                from,
                to,
                negated,
                action,
                active: false,
            });
            while self.peek().is_some_and(|c| c == ' ' || c == '}') {
                self.next();
            }
            if self.peek().is_some_and(|c| c != ';' && c != '\n') {
                self.next();
                return Err("extra characters after command".into());
            }
        }
    }

    fn address(&mut self) -> Result<Option<Address>, String> {
        match self.peek() {
            Some('$') => {
                self.next();
                Ok(Some(Address::Last))
            }
            Some('/') => {
                self.next();
                let pattern = self.until('/').ok_or("unterminated address regex")?;
                compile(&pattern, self.syntax, false)
                    .map(|pattern| Some(Address::Matching(pattern)))
            }
            Some('0'..='9') => {
                let mut number = 0_u32;
                while let Some(digit) = self.peek().and_then(|c| c.to_digit(10)) {
                    number = number.saturating_mul(10).saturating_add(digit);
                    self.next();
                }
                Ok(Some(Address::Line(number)))
            }
            _ => Ok(None),
        }
    }

    /// Text up to an unescaped `end`, which `\end` stands for in it.
    fn until(&mut self, end: char) -> Option<String> {
        let mut out = String::new();
        loop {
            match self.next()? {
                '\\' => match self.next()? {
                    c if c == end => out.push(c),
                    other => out.extend(['\\', other]),
                },
                c if c == end => return Some(out),
                other => out.push(other),
            }
        }
    }

    fn substitution(&mut self) -> Result<Action, String> {
        let unterminated = "unterminated `s' command";
        let end = self.next().ok_or(unterminated)?;
        let pattern = self.until(end).ok_or(unterminated)?;
        let with = self.until(end).ok_or(unterminated)?;
        let (mut all, mut print, mut ignore_case, mut nth) = (false, false, false, 1);
        loop {
            match self.peek() {
                Some('g') => all = true,
                Some('p') => print = true,
                Some('I' | 'i') => ignore_case = true,
                Some(digit @ '1'..='9') => nth = digit as u32 - '0' as u32,
                None | Some(';' | '\n' | ' ' | '}') => break,
                Some(_) => {
                    self.next();
                    return Err("unknown option to `s'".into());
                }
            }
            self.next();
        }
        Ok(Action::Substitute {
            pattern: compile(&pattern, self.syntax, ignore_case)?,
            with,
            all,
            print,
            nth,
        })
    }
}
