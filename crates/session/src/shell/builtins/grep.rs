//! `grep`, `egrep`, `fgrep`.
//!
//! *Models* GNU grep 3: exit 0 found, 1 not found, 2 trouble. *Not modelled*: `-r`, `-P` beyond extended syntax, colour.

use super::options::{Options, Spec};
use super::regex::{Syntax, compile};
use super::{Output, inputs, lines};
use crate::shell::Shell;
use regex_lite::Regex;

const SPEC: Spec = Spec {
    tool: "grep",
    letters: "ivEFGPcnwxoqlLhHse:A:B:C:m:",
    long: &[
        ("ignore-case", 'i'),
        ("invert-match", 'v'),
        ("extended-regexp", 'E'),
        ("fixed-strings", 'F'),
        ("count", 'c'),
        ("line-number", 'n'),
        ("word-regexp", 'w'),
        ("line-regexp", 'x'),
        ("only-matching", 'o'),
        ("quiet", 'q'),
        ("silent", 'q'),
        ("regexp", 'e'),
        ("after-context", 'A'),
        ("before-context", 'B'),
        ("context", 'C'),
        ("max-count", 'm'),
        ("no-messages", 's'),
        ("color", 'G'),
        ("colour", 'G'),
    ],
    exit: 2,
};
const USAGE: &str =
    "Usage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information.";

pub(super) fn grep(shell: &mut Shell, argv: &[String], stdin: &str) -> Output {
    run(shell, argv, stdin, Syntax::Basic)
}

pub(super) fn egrep(shell: &mut Shell, argv: &[String], stdin: &str) -> Output {
    run(shell, argv, stdin, Syntax::Extended)
}

pub(super) fn fgrep(shell: &mut Shell, argv: &[String], stdin: &str) -> Output {
    run(shell, argv, stdin, Syntax::Fixed)
}

fn run(shell: &Shell, argv: &[String], stdin: &str, syntax: Syntax) -> Output {
    let argv = context_number(argv);
    let mut options = match SPEC.read(&argv) {
        Ok(options) => options,
        Err(mut output) => {
            // grep: src/grep.c prints its usage line before the hint.
            if let Some((message, _)) = output.stderr.split_once('\n') {
                output.stderr = format!("{message}\n{USAGE}\n");
            }
            return output;
        }
    };
    let mut patterns: Vec<String> = options
        .values('e')
        .flat_map(|value| value.split('\n'))
        .map(str::to_owned)
        .collect();
    if patterns.is_empty() {
        if options.rest.is_empty() {
            return Output::failed(2, USAGE);
        }
        patterns = options
            .rest
            .remove(0)
            .split('\n')
            .map(str::to_owned)
            .collect();
    }
    let syntax = match options.last_of("EFGP") {
        Some('E' | 'P') => Syntax::Extended,
        Some('F') => Syntax::Fixed,
        _ => syntax,
    };
    match Search::new(&patterns, syntax, &options) {
        Ok(search) => search.run(shell, &options, stdin),
        Err(message) => Output::failed(2, format!("grep: {message}")),
    }
}

/// `-3` means `-C 3`.
fn context_number(argv: &[String]) -> Vec<String> {
    let number = |argument: &&String| {
        argument
            .strip_prefix('-')
            .is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
    };
    let name = argv.iter().take(1).cloned();
    name.chain(argv.iter().skip(1).map(|argument| {
        if number(&argument) {
            format!("-C{}", &argument[1..])
        } else {
            argument.clone()
        }
    }))
    .collect()
}

struct Search {
    patterns: Vec<Regex>,
    invert: bool,
    whole_word: bool,
    whole_line: bool,
    before: u32,
    after: u32,
    matches_max: u32,
}

impl Search {
    fn new(patterns: &[String], syntax: Syntax, options: &Options) -> Result<Self, String> {
        let number = |letter: char, what: &str| match options.number(letter) {
            Some(Err(value)) => Err(format!("{value}: invalid {what}")),
            Some(Ok(number)) => Ok(Some(number)),
            None => Ok(None),
        };
        let context = number('C', "context length argument")?.unwrap_or(0);
        let compiled = patterns
            .iter()
            .map(|pattern| compile(pattern, syntax, options.has('i')));
        Ok(Search {
            patterns: compiled.collect::<Result<_, _>>()?,
            invert: options.has('v'),
            whole_word: options.has('w'),
            whole_line: options.has('x'),
            before: number('B', "context length argument")?.unwrap_or(context),
            after: number('A', "context length argument")?.unwrap_or(context),
            matches_max: number('m', "max count")?.unwrap_or(u32::MAX),
        })
    }

    /// The earliest, then longest match at or after `from`.
    fn find(&self, line: &str, from: usize) -> Option<(usize, usize)> {
        let word = |c: char| c.is_alphanumeric() || c == '_';
        let fits = |start: usize, end: usize| {
            (!self.whole_line || (start == 0 && end == line.len()))
                && (!self.whole_word
                    || !(line[..start].ends_with(word) || line[end..].starts_with(word)))
        };
        let mut best: Option<(usize, usize)> = None;
        for pattern in &self.patterns {
            let mut at = from;
            while let Some(found) = pattern.find_at(line, at) {
                if fits(found.start(), found.end()) {
                    let earlier = best.is_none_or(|(start, end)| {
                        (found.start(), std::cmp::Reverse(found.end()))
                            < (start, std::cmp::Reverse(end))
                    });
                    if earlier {
                        best = Some((found.start(), found.end()));
                    }
                    break;
                }
                match line[found.start()..].chars().next() {
                    Some(c) => at = found.start() + c.len_utf8(),
                    None => break,
                }
            }
        }
        best
    }

    fn selects(&self, line: &str) -> bool {
        self.find(line, 0).is_some() != self.invert
    }

    fn run(&self, shell: &Shell, options: &Options, stdin: &str) -> Output {
        let mut output = Output::default();
        let files = inputs(shell, "grep", 2, &options.rest, stdin, &mut output);
        if options.has('s') {
            output.stderr.clear();
        }
        let named = (options.rest.len() > 1 || options.has('H')) && !options.has('h');
        let mut found = false;
        for (name, text) in &files {
            let shown = if name == "-" {
                "(standard input)"
            } else {
                name
            };
            let prefix = if named { shown } else { "" };
            let selected = lines(text)
                .filter(|line| self.selects(line))
                .take(self.matches_max as usize)
                .count();
            found |= selected > 0;
            if options.has('q') {
                continue;
            } else if options.has('l') || options.has('L') {
                if (selected > 0) == options.has('l') {
                    output.stdout.push_str(&format!("{shown}\n"));
                }
            } else if options.has('c') {
                let colon = if named { ":" } else { "" };
                output
                    .stdout
                    .push_str(&format!("{prefix}{colon}{selected}\n"));
            } else {
                self.print(text, prefix, options, &mut output.stdout);
            }
        }
        if found && (output.exit == 0 || options.has('q')) {
            output.exit = 0;
        } else if output.exit == 0 {
            output.exit = 1;
        }
        output
    }

    fn print(&self, text: &str, prefix: &str, options: &Options, out: &mut String) {
        let all: Vec<&str> = lines(text).collect();
        let selected: Vec<usize> = (0..all.len())
            .filter(|at| self.selects(all[*at]))
            .take(self.matches_max as usize)
            .collect();
        let head = |at: usize, separator: char| {
            let name = if prefix.is_empty() {
                String::new()
            } else {
                format!("{prefix}{separator}")
            };
            if options.has('n') {
                format!("{name}{}{separator}", at + 1)
            } else {
                name
            }
        };
        if options.has('o') {
            for at in selected.into_iter().filter(|_| !self.invert) {
                let mut from = 0;
                while let Some((start, end)) = self.find(all[at], from) {
                    if end > start {
                        out.push_str(&format!("{}{}\n", head(at, ':'), &all[at][start..end]));
                    }
                    from = if end > start {
                        end
                    } else {
                        end + all[at][end..].chars().next().map_or(1, char::len_utf8)
                    };
                    if from > all[at].len() {
                        break;
                    }
                }
            }
            return;
        }
        let mut next = 0;
        for (position, &at) in selected.iter().enumerate() {
            let first = at.saturating_sub(self.before as usize).max(next);
            if next > 0 && first > next && self.before + self.after > 0 {
                out.push_str("--\n");
            }
            let until = selected.get(position + 1).copied().unwrap_or(all.len());
            let last = (at + self.after as usize).min(all.len() - 1).min(until - 1);
            for (line, text) in all.iter().enumerate().take(last + 1).skip(first) {
                out.push_str(&format!(
                    "{}{}\n",
                    head(line, if line == at { ':' } else { '-' }),
                    text
                ));
            }
            next = last + 1;
        }
    }
}
