//! A small shell: enough of `sh` to know how long a container's script takes, how it ends and what it prints.
//!
//! *Invariants*: pure and bounded: at most [`STEPS_MAX`] commands are looked at; a loop that has shown its rhythm is
//! wound forward in one go.
//! *Not modelled*: functions, here-documents, arithmetic, globbing, job control; output that is redirected to a file
//! is dropped.

use super::process::{End, Printed, Run};
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

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Word(String),
    /// `;`, `&&`, `||`, `|`, `&` or a new line (as `;`).
    Mark(&'static str),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Node {
    Command(Vec<String>),
    List(Vec<(Node, &'static str)>),
    Loop { until: bool, test: Box<Node>, body: Box<Node> },
    For { name: String, items: Vec<String>, body: Box<Node> },
    If { test: Box<Node>, then: Box<Node>, other: Option<Box<Node>> },
}

/// A parsed script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Script(Node);

impl Script {
    /// True if what it ends up running is a program that serves for ever.
    pub fn is_server(&self) -> bool {
        match &self.0 {
            Node::Command(words) => words.first().is_some_and(|name| !is_known(name)),
            Node::List(list) => list.last().is_some_and(|(node, _)| Script(node.clone()).is_server()),
            _ => false,
        }
    }
}

pub(super) fn parse(text: &str) -> Script {
    let tokens = tokens(text);
    let mut at = 0;
    Script(parse_list(&tokens, &mut at, &[]))
}

pub(super) fn parse_words(words: &[&str]) -> Script {
    Script(Node::Command(words.iter().map(|word| word.replace('$', "\u{0}")).collect()))
}

fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut word: Option<String> = None;
    let mut chars = text.chars().peekable();
    let flush = |word: &mut Option<String>, tokens: &mut Vec<Token>| tokens.extend(word.take().map(Token::Word));
    while let Some(c) = chars.next() {
        match c {
            '\'' => {
                let quoted: String = chars.by_ref().take_while(|c| *c != '\'').collect();
                // A dollar inside single quotes stays one.
                word.get_or_insert_default().push_str(&quoted.replace('$', "\u{0}"));
            }
            '"' => {
                let word = word.get_or_insert_default();
                while let Some(c) = chars.next().filter(|c| *c != '"') {
                    word.push(if c == '\\' { chars.next().unwrap_or('\\') } else { c });
                }
            }
            '\\' => match chars.next() {
                Some('\n') | None => {}
                Some(c) => word.get_or_insert_default().push(c),
            },
            '$' if chars.peek() == Some(&'(') => {
                chars.next();
                let inner: String = chars.by_ref().take_while(|c| *c != ')').collect();
                word.get_or_insert_default().push_str(&format!("$({inner})"));
            }
            '#' if word.is_none() => while chars.next_if(|c| *c != '\n').is_some() {},
            ' ' | '\t' => flush(&mut word, &mut tokens),
            ';' | '\n' | '&' | '|' => {
                flush(&mut word, &mut tokens);
                let twice = c != '\n' && chars.next_if_eq(&c).is_some();
                tokens.push(Token::Mark(match (c, twice) {
                    ('&', true) => "&&",
                    ('|', true) => "||",
                    ('|', false) => "|",
                    ('&', false) => "&",
                    _ => ";",
                }));
            }
            c => word.get_or_insert_default().push(c),
        }
    }
    flush(&mut word, &mut tokens);
    tokens
}

fn parse_list(tokens: &[Token], at: &mut usize, ends: &[&str]) -> Node {
    let mut list: Vec<(Node, &'static str)> = Vec::new();
    while let Some(token) = tokens.get(*at) {
        match token {
            Token::Mark(mark) => {
                *at += 1;
                if let Some(last) = list.last_mut() {
                    last.1 = mark;
                }
            }
            Token::Word(word) if ends.contains(&word.as_str()) => break,
            Token::Word(_) => list.push((parse_one(tokens, at), ";")),
        }
    }
    if list.len() == 1 { list.remove(0).0 } else { Node::List(list) }
}

fn skip(tokens: &[Token], at: &mut usize, word: &str) {
    if tokens.get(*at) == Some(&Token::Word(word.into())) {
        *at += 1;
    }
}

fn parse_one(tokens: &[Token], at: &mut usize) -> Node {
    let Some(Token::Word(word)) = tokens.get(*at) else { return Node::List(Vec::new()) };
    match word.as_str() {
        "while" | "until" => {
            let until = word == "until";
            *at += 1;
            let test = Box::new(parse_list(tokens, at, &["do"]));
            skip(tokens, at, "do");
            let body = Box::new(parse_list(tokens, at, &["done"]));
            skip(tokens, at, "done");
            Node::Loop { until, test, body }
        }
        "for" => {
            *at += 1;
            let mut words = take_words(tokens, at).into_iter();
            let name = words.next().unwrap_or_default();
            let items = words.skip(1).filter(|word| word != "do").collect();
            while tokens.get(*at) == Some(&Token::Mark(";")) {
                *at += 1;
            }
            skip(tokens, at, "do");
            let body = Box::new(parse_list(tokens, at, &["done"]));
            skip(tokens, at, "done");
            Node::For { name, items, body }
        }
        "if" => {
            *at += 1;
            let test = Box::new(parse_list(tokens, at, &["then"]));
            skip(tokens, at, "then");
            let then = Box::new(parse_list(tokens, at, &["else", "fi"]));
            let other = (tokens.get(*at) == Some(&Token::Word("else".into()))).then(|| {
                *at += 1;
                Box::new(parse_list(tokens, at, &["fi"]))
            });
            skip(tokens, at, "fi");
            Node::If { test, then, other }
        }
        _ => Node::Command(take_words(tokens, at)),
    }
}

fn take_words(tokens: &[Token], at: &mut usize) -> Vec<String> {
    let mut words = Vec::new();
    while let Some(Token::Word(word)) = tokens.get(*at) {
        words.push(word.clone());
        *at += 1;
    }
    words
}

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
pub(super) fn execute(script: &Script, boot: Time, limit: Duration, variables: Vec<(String, String)>) -> Run {
    let kept = if limit > LINES_WANTED_MAX { 1 } else { ROUNDS_KEPT };
    let mut machine = Machine { now: Duration::ZERO, limit, kept, boot, steps: 0, variables, lines: Vec::new() };
    let end = match machine.node(&script.0) {
        Flow::Status(code) | Flow::Exit(code) => Some(End { after: machine.now, code }),
        Flow::Forever => None,
    };
    Run { end, lines: machine.lines }
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
                let items: Vec<String> =
                    items.iter().flat_map(|item| sequence(&self.expand(item))).collect();
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
                Flow::Status(_) => other.as_ref().map_or(Flow::Status(0), |other| self.node(other)),
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
            self.lines.push(Printed { after: self.now, text: line.to_string() });
        }
    }

    fn pass(&mut self, length: Duration) -> Flow {
        self.now = self.now.saturating_add(length);
        if self.now > self.limit { Flow::Forever } else { Flow::Status(0) }
    }

    fn command(&mut self, words: &[String]) -> Flow {
        let mut words: Vec<String> = words.iter().map(|word| self.expand(word)).collect();
        let silent = redirect(&mut words);
        while words.first().is_some_and(|word| word == "exec" || word == "sudo" || word == "time") {
            words.remove(0);
        }
        let Some(name) = words.first().map(|name| name.rsplit('/').next().unwrap_or(name).to_string()) else {
            return Flow::Status(0);
        };
        let arguments = &words[1..];
        let printed = match name.as_str() {
            "sleep" => return self.pass(sleep_length(arguments)),
            "exit" => return Flow::Exit(arguments.first().and_then(|code| code.parse().ok()).unwrap_or(0)),
            "false" => return Flow::Status(1),
            "tail" if arguments.iter().any(|word| word == "-f" || word == "-F") => return Flow::Forever,
            "echo" => Some(echo(arguments)),
            "printf" => arguments.first().map(|text| unescape(text).trim_end_matches('\n').to_string()),
            "date" => Some(date(self.boot, self.now, arguments)),
            "hostname" => Some(self.variable("HOSTNAME")),
            "whoami" => Some("root".into()),
            "uname" => Some("Linux".into()),
            "pwd" => Some("/".into()),
            "expr" => expr(arguments),
            "perl" => {
                let flow = self.pass(10 * SECOND);
                if matches!(flow, Flow::Status(_)) && arguments.iter().any(|word| word.contains("bpi")) {
                    let digits = arguments.iter().find_map(|word| digits_of(word)).unwrap_or(2000);
                    self.print(&super::pi::pi(digits));
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
        self.variables.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.clone()).unwrap_or_default()
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
                        let arguments: Vec<String> = words.map(|word| word.trim_matches(['"', '\'']).into()).collect();
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
            let end = from.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(from.len());
            out.push_str(&self.variable(&from[..end]));
            rest = if braced.is_some() { from[end..].strip_prefix('}').unwrap_or(&from[end..]) } else { &from[end..] };
        }
        out.push_str(rest);
        out.replace('\u{0}', "$")
    }
}

/// Commands that end at once and say nothing that matters here.
const QUIET: &[&str] = &[
    "true", ":", "test", "[", "[[", "touch", "mkdir", "rm", "cp", "mv", "chmod", "chown", "ln", "cat", "ls", "cd",
    "export", "set", "unset", "trap", "wait", "id", "env", "printenv", "nslookup", "dig", "host", "ping", "wget",
    "curl", "nc", "grep", "sed", "awk", "head", "tail", "wc", "sort", "find", "which", "apk", "apt-get", "apt", "yum",
    "pip", "npm", "git", "tar", "dd", "sync", "kill", "ps", "mount", "df", "du", "seq", "xargs", "tee", "cut", "tr",
    "basename", "dirname", "read", "let", "local", "command", "type", "stat", "openssl", "base64",
];
/// Commands with an output or a length of their own.
const SPEAKING: &[&str] =
    &["sleep", "exit", "false", "echo", "printf", "date", "hostname", "whoami", "uname", "pwd", "expr", "perl", "exec"];

fn is_known(name: &str) -> bool {
    let name = name.rsplit('/').next().unwrap_or(name);
    QUIET.contains(&name) || SPEAKING.contains(&name)
}

/// Takes redirections out of the words; true if standard output goes elsewhere than to the log.
fn redirect(words: &mut Vec<String>) -> bool {
    let mut silent = false;
    let mut at = 0;
    while at < words.len() {
        let word = words[at].trim_start_matches(|c: char| c.is_ascii_digit());
        let Some(target) = word.strip_prefix(">>").or_else(|| word.strip_prefix('>')) else {
            at += 1;
            continue;
        };
        let errors_only = words[at].starts_with('2');
        let own_word = target.is_empty();
        let target = if own_word { words.get(at + 1).cloned().unwrap_or_default() } else { target.to_string() };
        let to_log = target.starts_with('&') || target == "/dev/stdout" || target == "/proc/1/fd/1";
        silent |= !errors_only && !to_log;
        words.drain(at..(at + 1 + usize::from(own_word)).min(words.len()));
    }
    silent
}

fn sleep_length(arguments: &[String]) -> Duration {
    arguments.iter().fold(Duration::ZERO, |sum, text| sum.saturating_add(sleep_argument(text)))
}

fn sleep_argument(text: &str) -> Duration {
    if text.starts_with("inf") {
        return Duration::MAX;
    }
    let (number, unit) = text.split_at(text.trim_end_matches(|c: char| c.is_ascii_alphabetic()).len());
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let millis: u64 = format!("{part:0<3}").get(..3).and_then(|part| part.parse().ok()).unwrap_or(0);
    let factor = match unit {
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => 1,
    };
    let millis = whole.parse::<u64>().unwrap_or(0).saturating_mul(1_000).saturating_add(millis);
    Duration::from_millis(millis.saturating_mul(factor))
}

fn echo(arguments: &[String]) -> String {
    let flags = arguments.iter().take_while(|word| matches!(word.as_str(), "-n" | "-e" | "-ne" | "-en")).count();
    let text = arguments[flags..].join(" ");
    if arguments[..flags].iter().any(|flag| flag.contains('e')) { unescape(&text) } else { text }
}

fn unescape(text: &str) -> String {
    text.replace("\\n", "\n").replace("\\t", "\t")
}

fn expr(arguments: &[String]) -> Option<String> {
    let [left, operator, right] = arguments else { return None };
    let (left, right): (i64, i64) = (left.parse().ok()?, right.parse().ok()?);
    let value = match operator.as_str() {
        "+" => left.checked_add(right),
        "-" => left.checked_sub(right),
        "*" | "\\*" => left.checked_mul(right),
        "/" => left.checked_div(right),
        "%" => left.checked_rem(right),
        _ => None,
    };
    value.map(|value| value.to_string())
}

/// Items of a `for`: a word, or the numbers of `$(seq A B)`.
fn sequence(item: &str) -> Vec<String> {
    let Some((first, last)) = item.trim_matches(['{', '}']).split_once("..") else {
        let words: Vec<String> = item.split_whitespace().map(String::from).collect();
        return words;
    };
    match (first.parse::<i64>(), last.parse::<i64>()) {
        (Ok(first), Ok(last)) => (first..=last.min(first + 9_999)).map(|n| n.to_string()).collect(),
        _ => vec![item.to_string()],
    }
}

fn digits_of(word: &str) -> Option<u32> {
    word.split_once("bpi(")?.1.split(')').next()?.parse().ok()
}

/// `date`, in the C locale and UTC.
fn date(boot: Time, after: Duration, arguments: &[String]) -> String {
    let at = Time { nanos: boot.nanos + after.as_nanos() as i64 };
    let civil = at.civil();
    let format = arguments.iter().find_map(|word| word.strip_prefix('+')).unwrap_or("%a %b %e %H:%M:%S UTC %Y");
    let weekday = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][civil.weekday as usize % 7];
    let month = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        [(civil.month as usize + 11) % 12];
    format
        .replace("%F", "%Y-%m-%d")
        .replace("%T", "%H:%M:%S")
        .replace("%a", weekday)
        .replace("%b", month)
        .replace("%e", &format!("{:2}", civil.day))
        .replace("%Y", &civil.year.to_string())
        .replace("%m", &format!("{:02}", civil.month))
        .replace("%d", &format!("{:02}", civil.day))
        .replace("%H", &format!("{:02}", civil.hour))
        .replace("%M", &format!("{:02}", civil.minute))
        .replace("%S", &format!("{:02}", civil.second))
        .replace("%s", &at.unix().to_string())
        .replace("%Z", "UTC")
}
