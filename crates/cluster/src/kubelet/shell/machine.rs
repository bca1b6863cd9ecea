//! Runs a parsed script against a clock that only `sleep` moves.
//!
//! *Invariants*: bounded: [`STEPS_MAX`] commands; an endless loop is wound forward once its rhythm is known.
//! *Not modelled*: see the shell.

use super::super::process::{End, Printed, Run};
use super::commands::{
    date, digits_of, echo, expr, is_known, redirect, sequence, sleep_length, unescape,
};
use super::{Node, Script};
use apimachinery::Time;
use core::time::Duration;

/// Commands looked at before a script counts as running for ever.
const STEPS_MAX: u32 = 20_000;
const SECOND: Duration = Duration::from_secs(1);
/// Rounds of an endless loop whose lines are kept.
const ROUNDS_KEPT: u128 = 2_000;
/// With a limit beyond this only the end is of interest, not the lines.
const LINES_WANTED_MAX: Duration = Duration::from_secs(5 * 365 * 86_400);
/// What a command takes that only looks at something.
const INSTANT: Duration = Duration::ZERO;

/// Where a run is.
struct Machine {
    now: Duration,
    limit: Duration,
    kept: u128,
    boot: Time,
    steps: u32,
    variables: Vec<(String, String)>,
    lines: Vec<Printed>,
}

/// Why a node stopped: with a status, or for good.
enum Flow {
    Status(i32),
    Exit(i32),
    /// The limit has passed, or nothing will ever happen again.
    Forever,
}

/// Runs a script until it ends or `limit` has passed.
pub(in super::super) fn execute(
    script: &Script,
    boot: Time,
    limit: Duration,
    variables: Vec<(String, String)>,
) -> Run {
    let kept = if limit > LINES_WANTED_MAX {
        1
    } else {
        ROUNDS_KEPT
    };
    let mut machine = Machine {
        now: Duration::ZERO,
        limit,
        kept,
        boot,
        steps: 0,
        variables,
        lines: Vec::new(),
    };
    let end = match machine.node(&script.0) {
        Flow::Status(code) | Flow::Exit(code) => Some(End {
            after: machine.now,
            code,
        }),
        Flow::Forever => None,
    };
    Run {
        end,
        lines: machine.lines,
    }
}

impl Machine {
    fn node(&mut self, node: &Node) -> Flow {
        self.steps += 1;
        if self.steps > STEPS_MAX {
            return Flow::Forever;
        }
        match node {
            Node::Command(words) => self.command(words),
            Node::List(list) => self.list(list),
            Node::Loop { until, test, body } => self.repeat(*until, test, body),
            Node::For { name, items, body } => {
                let items: Vec<String> = items
                    .iter()
                    .flat_map(|item| sequence(&self.expand(item)))
                    .collect();
                for item in items {
                    self.variables.push((name.clone(), item));
                    match self.node(body) {
                        Flow::Status(_) => {}
                        other => return other,
                    }
                }
                Flow::Status(0)
            }
            Node::If { test, then, other } => match self.node(test) {
                Flow::Status(0) => self.node(then),
                Flow::Status(_) => other
                    .as_ref()
                    .map_or(Flow::Status(0), |other| self.node(other)),
                flow => flow,
            },
        }
    }

    fn list(&mut self, list: &[(Node, &'static str)]) -> Flow {
        let (mut status, mut skip) = (0, false);
        for (node, mark) in list {
            let background = *mark == "&";
            if !skip {
                let (now, lines) = (self.now, self.lines.len());
                match self.node(node) {
                    Flow::Status(code) => status = code,
                    Flow::Forever if background => status = 0,
                    flow => return flow,
                }
                if background {
                    self.now = now;
                }
                if *mark == "|" {
                    self.lines.truncate(lines);
                }
            }
            skip = match *mark {
                "&&" => status != 0,
                "||" => status == 0,
                _ => false,
            };
        }
        Flow::Status(status)
    }

    fn repeat(&mut self, until: bool, test: &Node, body: &Node) -> Flow {
        let mut first = true;
        loop {
            let (before, lines) = (self.now, self.lines.len());
            match self.node(test) {
                Flow::Status(code) if (code == 0) != until => {}
                Flow::Status(_) => return Flow::Status(0),
                flow => return flow,
            }
            match self.node(body) {
                Flow::Status(_) => {}
                flow => return flow,
            }
            let round = self.now - before;
            if round.is_zero() {
                return Flow::Forever;
            }
            if first {
                first = false;
                self.wind(round, self.lines.len() - lines);
            }
        }
    }

    /// Leaves out rounds of an endless loop whose lines nobody would keep.
    fn wind(&mut self, round: Duration, lines: usize) {
        let rounds = (self.limit.saturating_sub(self.now)).as_nanos() / round.as_nanos();
        let kept = if lines == 0 { 1 } else { self.kept };
        let left_out = u64::try_from(rounds.saturating_sub(kept)).unwrap_or(0);
        let nanos = u128::from(left_out) * round.as_nanos();
        self.now += Duration::from_nanos(u64::try_from(nanos).unwrap_or(0));
    }

    fn print(&mut self, text: &str) {
        for line in text.split('\n') {
            self.lines.push(Printed {
                after: self.now,
                text: line.to_string(),
            });
        }
    }

    fn pass(&mut self, length: Duration) -> Flow {
        self.now = self.now.saturating_add(length);
        if self.now > self.limit {
            Flow::Forever
        } else {
            Flow::Status(0)
        }
    }

    fn command(&mut self, words: &[String]) -> Flow {
        let mut words: Vec<String> = words.iter().map(|word| self.expand(word)).collect();
        let silent = redirect(&mut words);
        while words
            .first()
            .is_some_and(|word| word == "exec" || word == "sudo" || word == "time")
        {
            words.remove(0);
        }
        let Some(name) = words
            .first()
            .map(|name| name.rsplit('/').next().unwrap_or(name).to_string())
        else {
            return Flow::Status(0);
        };
        let arguments = &words[1..];
        let printed = match name.as_str() {
            "sleep" => return self.pass(sleep_length(arguments)),
            "exit" => {
                return Flow::Exit(
                    arguments
                        .first()
                        .and_then(|code| code.parse().ok())
                        .unwrap_or(0),
                );
            }
            "false" => return Flow::Status(1),
            "tail" if arguments.iter().any(|word| word == "-f" || word == "-F") => {
                return Flow::Forever;
            }
            "echo" => Some(echo(arguments)),
            "printf" => arguments
                .first()
                .map(|text| unescape(text).trim_end_matches('\n').to_string()),
            "date" => Some(date(self.boot, self.now, arguments)),
            "hostname" => Some(self.variable("HOSTNAME")),
            "whoami" => Some("root".into()),
            "uname" => Some("Linux".into()),
            "pwd" => Some("/".into()),
            "expr" => expr(arguments),
            "perl" => {
                let flow = self.pass(10 * SECOND);
                if matches!(flow, Flow::Status(_))
                    && arguments.iter().any(|word| word.contains("bpi"))
                {
                    let digits = arguments
                        .iter()
                        .find_map(|word| digits_of(word))
                        .unwrap_or(2000);
                    self.print(&super::super::pi::pi(digits));
                }
                return flow;
            }
            name if name.contains('=') => {
                if let Some((name, value)) = words[0].split_once('=') {
                    self.variables.push((name.into(), value.into()));
                }
                None
            }
            name if is_known(name) => None,
            _ => return Flow::Forever,
        };
        if let Some(text) = printed.filter(|_| !silent) {
            self.print(&text);
        }
        self.pass(INSTANT)
    }

    fn variable(&self, name: &str) -> String {
        self.variables
            .iter()
            .rev()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.clone())
            .unwrap_or_default()
    }

    /// Puts variables and `$(date)` into a word.
    fn expand(&self, word: &str) -> String {
        let mut out = String::new();
        let mut rest = word;
        while let Some(at) = rest.find('$') {
            out.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            if let Some(inner) = rest.strip_prefix('(') {
                let (command, after) = inner.split_once(')').unwrap_or((inner, ""));
                let mut words = command.split_whitespace();
                match words.next() {
                    Some("date") => {
                        let arguments: Vec<String> = words
                            .map(|word| word.trim_matches(['"', '\'']).into())
                            .collect();
                        out.push_str(&date(self.boot, self.now, &arguments));
                    }
                    Some("hostname") => out.push_str(&self.variable("HOSTNAME")),
                    Some("seq") => out.push_str(&words.collect::<Vec<_>>().join("..")),
                    _ => {}
                }
                rest = after;
                continue;
            }
            let braced = rest.strip_prefix('{');
            let from = braced.unwrap_or(rest);
            let end = from
                .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                .unwrap_or(from.len());
            out.push_str(&self.variable(&from[..end]));
            rest = if braced.is_some() {
                from[end..].strip_prefix('}').unwrap_or(&from[end..])
            } else {
                &from[end..]
            };
        }
        out.push_str(rest);
        out.replace('\u{0}', "$")
    }
}
