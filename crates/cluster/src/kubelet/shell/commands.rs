//! Single commands of a script: what they print and how long they take.
//!
//! *Models*: busybox and coreutils in the C locale and UTC.
//! *Not modelled*: commands in neither list; options other than the ones read here.

use apimachinery::Time;
use core::time::Duration;

/// Commands that end at once and say nothing that matters here.
const QUIET: &[&str] = &[
    "true", ":", "test", "[", "[[", "touch", "mkdir", "rm", "cp", "mv", "chmod", "chown", "ln",
    "cat", "ls", "cd", "export", "set", "unset", "trap", "wait", "id", "env", "printenv",
    "nslookup", "dig", "host", "ping", "wget", "curl", "nc", "grep", "sed", "awk", "head", "tail",
    "wc", "sort", "find", "which", "apk", "apt-get", "apt", "yum", "pip", "npm", "git", "tar",
    "dd", "sync", "kill", "ps", "mount", "df", "du", "seq", "xargs", "tee", "cut", "tr",
    "basename", "dirname", "read", "let", "local", "command", "type", "stat", "openssl", "base64",
];
/// Commands with an output or a length of their own.
const SPEAKING: &[&str] = &[
    "sleep", "exit", "false", "echo", "printf", "date", "hostname", "whoami", "uname", "pwd",
    "expr", "perl", "exec",
];

pub(super) fn is_known(name: &str) -> bool {
    let name = name.rsplit('/').next().unwrap_or(name);
    QUIET.contains(&name) || SPEAKING.contains(&name)
}

/// Takes redirections out of the words; true if standard output goes elsewhere than to the log.
pub(super) fn redirect(words: &mut Vec<String>) -> bool {
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
        let target = if own_word {
            words.get(at + 1).cloned().unwrap_or_default()
        } else {
            target.to_string()
        };
        let to_log = target.starts_with('&') || target == "/dev/stdout" || target == "/proc/1/fd/1";
        silent |= !errors_only && !to_log;
        words.drain(at..(at + 1 + usize::from(own_word)).min(words.len()));
    }
    silent
}

pub(super) fn sleep_length(arguments: &[String]) -> Duration {
    arguments.iter().fold(Duration::ZERO, |sum, text| {
        sum.saturating_add(sleep_argument(text))
    })
}

fn sleep_argument(text: &str) -> Duration {
    if text.starts_with("inf") {
        return Duration::MAX;
    }
    let (number, unit) = text.split_at(
        text.trim_end_matches(|c: char| c.is_ascii_alphabetic())
            .len(),
    );
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let millis: u64 = format!("{part:0<3}")
        .get(..3)
        .and_then(|part| part.parse().ok())
        .unwrap_or(0);
    let factor = match unit {
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => 1,
    };
    let millis = whole
        .parse::<u64>()
        .unwrap_or(0)
        .saturating_mul(1_000)
        .saturating_add(millis);
    Duration::from_millis(millis.saturating_mul(factor))
}

pub(super) fn echo(arguments: &[String]) -> String {
    let flags = arguments
        .iter()
        .take_while(|word| matches!(word.as_str(), "-n" | "-e" | "-ne" | "-en"))
        .count();
    let text = arguments[flags..].join(" ");
    if arguments[..flags].iter().any(|flag| flag.contains('e')) {
        unescape(&text)
    } else {
        text
    }
}

pub(super) fn unescape(text: &str) -> String {
    text.replace("\\n", "\n").replace("\\t", "\t")
}

pub(super) fn expr(arguments: &[String]) -> Option<String> {
    let [left, operator, right] = arguments else {
        return None;
    };
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
pub(super) fn sequence(item: &str) -> Vec<String> {
    let Some((first, last)) = item.trim_matches(['{', '}']).split_once("..") else {
        let words: Vec<String> = item.split_whitespace().map(String::from).collect();
        return words;
    };
    match (first.parse::<i64>(), last.parse::<i64>()) {
        (Ok(first), Ok(last)) => (first..=last.min(first + 9_999))
            .map(|n| n.to_string())
            .collect(),
        _ => vec![item.to_string()],
    }
}

pub(super) fn digits_of(word: &str) -> Option<u32> {
    word.split_once("bpi(")?.1.split(')').next()?.parse().ok()
}

/// `date`, in the C locale and UTC.
pub(super) fn date(boot: Time, after: Duration, arguments: &[String]) -> String {
    let at = Time {
        nanos: boot.nanos + after.as_nanos() as i64,
    };
    let civil = at.civil();
    let format = arguments
        .iter()
        .find_map(|word| word.strip_prefix('+'))
        .unwrap_or("%a %b %e %H:%M:%S UTC %Y");
    let weekday = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][civil.weekday as usize % 7];
    let month = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ][(civil.month as usize + 11) % 12];
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
