//! `head`, `tail`, `wc`, `sort`, `uniq`, `cut`.
//!
//! *Models* coreutils 9 in the C locale. *Not modelled*: `tail -f`, byte ranges in sort keys, `sort -V`.

use super::options::Spec;
use super::{Output, inputs, lines};
use crate::shell::Shell;
use std::cmp::Ordering;

/// `-5` means `-n 5`.
fn old_number(argv: &[String]) -> Vec<String> {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let spell = |argument: &String| match argument.strip_prefix('-') {
        Some(number) if is_number(number) => format!("-n{number}"),
        _ => argument.clone(),
    };
    argv.iter().map(spell).collect()
}

pub(super) fn head(shell: &mut Shell, argv: &[String], stdin: &str) -> Output {
    ends(
        shell,
        argv,
        stdin,
        &Spec {
            tool: "head",
            letters: "n:c:qv",
            long: &[("lines", 'n'), ("bytes", 'c')],
            exit: 1,
        },
    )
}

pub(super) fn tail(shell: &mut Shell, argv: &[String], stdin: &str) -> Output {
    ends(
        shell,
        argv,
        stdin,
        &Spec {
            tool: "tail",
            letters: "n:c:qv",
            long: &[("lines", 'n'), ("bytes", 'c')],
            exit: 1,
        },
    )
}

fn ends(shell: &Shell, argv: &[String], stdin: &str, spec: &Spec) -> Output {
    let options = match spec.read(&old_number(argv)) {
        Ok(options) => options,
        Err(output) => return output,
    };
    let bytes = options.value('c');
    let amount = bytes.or(options.value('n')).unwrap_or("10");
    let sign = amount.chars().next().filter(|c| *c == '-' || *c == '+');
    let Ok(count) = amount.trim_start_matches(['-', '+']).parse::<u32>() else {
        let what = if bytes.is_some() { "bytes" } else { "lines" };
        return Output::failed(
            1,
            format!("{}: invalid number of {what}: ‘{amount}’", spec.tool),
        );
    };
    let is_head = spec.tool == "head";
    let mut output = Output::default();
    let mut texts = Vec::new();
    for path in if options.rest.is_empty() {
        vec!["-".to_owned()]
    } else {
        options.rest.clone()
    } {
        if path == "-" || shell.files.is_file(&path) {
            texts.extend(inputs(shell, spec.tool, 1, &[path], stdin, &mut output));
        } else {
            let why = if shell.files.is_directory(&path) {
                format!("error reading '{path}': Is a directory")
            } else {
                format!("cannot open '{path}' for reading: No such file or directory")
            };
            output.complain(1, format!("{}: {why}", spec.tool));
        }
    }
    let headers = (options.rest.len() > 1 || options.has('v')) && !options.has('q');
    for (at, (name, text)) in texts.iter().enumerate() {
        if headers {
            let name = if name == "-" { "standard input" } else { name };
            output.stdout.push_str(&format!(
                "{}==> {name} <==\n",
                if at > 0 { "\n" } else { "" }
            ));
        }
        let pieces: Vec<&str> = match bytes {
            Some(_) => text.split_inclusive(|_| true).collect(),
            None => text.split_inclusive('\n').collect(),
        };
        let count = count as usize;
        let kept = match (is_head, sign) {
            (true, Some('-')) => &pieces[..pieces.len().saturating_sub(count)],
            (true, _) => &pieces[..count.min(pieces.len())],
            (false, Some('+')) => &pieces[count.saturating_sub(1).min(pieces.len())..],
            (false, _) => &pieces[pieces.len().saturating_sub(count)..],
        };
        output.stdout.extend(kept.iter().copied());
    }
    output
}

pub(super) fn wc(shell: &mut Shell, argv: &[String], stdin: &str) -> Output {
    let long = &[
        ("lines", 'l'),
        ("words", 'w'),
        ("bytes", 'c'),
        ("chars", 'm'),
    ];
    let spec = Spec {
        tool: "wc",
        letters: "lwcm",
        long,
        exit: 1,
    };
    let options = match spec.read(argv) {
        Ok(options) => options,
        Err(output) => return output,
    };
    let all = options.last_of("lwcm").is_none();
    let mut output = Output::default();
    let texts = inputs(shell, "wc", 1, &options.rest, stdin, &mut output);
    let mut rows: Vec<([usize; 4], String)> = Vec::new();
    for (name, text) in texts {
        let counts = [
            text.matches('\n').count(),
            text.split_whitespace().count(),
            text.chars().count(),
            text.len(),
        ];
        rows.push((
            counts,
            if options.rest.is_empty() {
                String::new()
            } else {
                name
            },
        ));
    }
    if options.rest.len() > 1 {
        let total = rows.iter().fold([0; 4], |sum, (row, _)| {
            std::array::from_fn(|at| sum[at] + row[at])
        });
        rows.push((total, "total".into()));
    }
    let shown = [
        all || options.has('l'),
        all || options.has('w'),
        options.has('m'),
        all || options.has('c'),
    ];
    let columns = shown.iter().filter(|shown| **shown).count();
    // coreutils: src/wc.c pads to 7 on a pipe, and to the widest number of regular files.
    let width = match (columns, options.rest.is_empty()) {
        (1, _) if rows.len() < 2 => 1,
        (_, true) => 7,
        _ => rows
            .iter()
            .flat_map(|(row, _)| row)
            .max()
            .map_or(1, |widest| widest.to_string().len()),
    };
    for (row, name) in rows {
        let numbers: Vec<String> = row
            .iter()
            .zip(shown)
            .filter(|(_, shown)| *shown)
            .map(|(n, _)| format!("{n:>width$}"))
            .collect();
        let name = if name.is_empty() {
            name
        } else {
            format!(" {name}")
        };
        output
            .stdout
            .push_str(&format!("{}{name}\n", numbers.join(" ")));
    }
    output
}

pub(super) fn sort(shell: &mut Shell, argv: &[String], stdin: &str) -> Output {
    let long = &[
        ("numeric-sort", 'n'),
        ("reverse", 'r'),
        ("unique", 'u'),
        ("key", 'k'),
        ("field-separator", 't'),
    ];
    let spec = Spec {
        tool: "sort",
        letters: "nrufbk:t:",
        long,
        exit: 2,
    };
    let options = match spec.read(argv) {
        Ok(options) => options,
        Err(output) => return output,
    };
    let mut keys = Vec::new();
    for key in options.values('k') {
        match Key::read(key, options.value('t')) {
            Some(key) => keys.push(key),
            None => {
                return Output::failed(
                    2,
                    format!(
                        "sort: invalid number at field start: invalid count at start of ‘{key}’"
                    ),
                );
            }
        }
    }
    let mut output = Output::default();
    let mut texts = Vec::new();
    for path in if options.rest.is_empty() {
        vec!["-".to_owned()]
    } else {
        options.rest.clone()
    } {
        if path != "-" && !shell.files.is_file(&path) {
            return Output::failed(
                2,
                format!("sort: cannot read: {path}: No such file or directory"),
            );
        }
        texts.extend(inputs(shell, "sort", 2, &[path], stdin, &mut output));
    }
    let mut all: Vec<&str> = texts.iter().flat_map(|(_, text)| lines(text)).collect();
    let (numeric, reverse, fold) = (options.has('n'), options.has('r'), options.has('f'));
    let by_keys = |a: &&str, b: &&str| {
        let whole = [Key::whole()];
        for key in if keys.is_empty() {
            &whole[..]
        } else {
            &keys[..]
        } {
            let (left, right) = (key.of(a), key.of(b));
            let order = match (numeric || key.numeric, fold || key.fold) {
                (true, _) => leading_number(left).cmp(&leading_number(right)),
                (_, true) => left.to_uppercase().cmp(&right.to_uppercase()),
                _ => left.cmp(right),
            };
            if order != Ordering::Equal {
                return if reverse != key.reverse {
                    order.reverse()
                } else {
                    order
                };
            }
        }
        Ordering::Equal
    };
    if options.has('u') {
        all.sort_by(by_keys);
        all.dedup_by(|a, b| by_keys(a, b) == Ordering::Equal);
    } else {
        all.sort_by(|a, b| by_keys(a, b).then_with(|| if reverse { b.cmp(a) } else { a.cmp(b) }));
    }
    all.into_iter()
        .for_each(|line| output.stdout.extend([line, "\n"]));
    output
}

struct Key {
    /// From 1; 0 is the whole line.
    first: u32,
    last: u32,
    separator: Option<char>,
    numeric: bool,
    reverse: bool,
    fold: bool,
}

impl Key {
    fn whole() -> Key {
        Key {
            first: 0,
            last: u32::MAX,
            separator: None,
            numeric: false,
            reverse: false,
            fold: false,
        }
    }

    fn read(text: &str, separator: Option<&str>) -> Option<Key> {
        let letters: String = text.chars().filter(char::is_ascii_alphabetic).collect();
        let numbers: String = text.chars().filter(|c| !c.is_ascii_alphabetic()).collect();
        let (first, last) = match numbers.split_once(',') {
            Some((first, last)) => (first, last.parse().ok()?),
            None => (numbers.as_str(), u32::MAX),
        };
        let has = |letter| letters.contains(letter);
        let first = first.parse().ok().filter(|first| *first > 0)?;
        Some(Key {
            first,
            last,
            separator: separator.and_then(|s| s.chars().next()),
            numeric: has('n'),
            reverse: has('r'),
            fold: has('f'),
        })
    }

    fn of<'a>(&self, line: &'a str) -> &'a str {
        if self.first == 0 {
            return line;
        }
        let (mut start, mut end, mut at) = (line.len(), line.len(), 0);
        let mut field = 1;
        while at <= line.len() {
            let length = match self.separator {
                Some(separator) => line[at..].find(separator).unwrap_or(line.len() - at),
                None => {
                    let blanks =
                        line[at..].len() - line[at..].trim_start_matches([' ', '\t']).len();
                    blanks
                        + line[at + blanks..]
                            .find([' ', '\t'])
                            .unwrap_or(line.len() - at - blanks)
                }
            };
            if field == self.first {
                start = at;
            }
            if field == self.last {
                end = at + length;
            }
            if at + length >= line.len() {
                break;
            }
            at += length + self.separator.map_or(0, char::len_utf8);
            field += 1;
        }
        &line[start..end.max(start)]
    }
}

/// The number at the start of a text, in millionths; none counts as 0.
fn leading_number(text: &str) -> i128 {
    let text = text.trim_start();
    let (negative, text) = text
        .strip_prefix('-')
        .map_or((false, text), |rest| (true, rest));
    let digits = |text: &str| {
        text.chars()
            .take_while(char::is_ascii_digit)
            .take(18)
            .collect::<String>()
    };
    let whole = digits(text);
    let fraction = text[whole.len()..]
        .strip_prefix('.')
        .map(digits)
        .unwrap_or_default();
    let millionths = format!("{whole}{fraction:0<6.6}")
        .parse::<i128>()
        .unwrap_or(0);
    if negative { -millionths } else { millionths }
}

pub(super) fn uniq(shell: &mut Shell, argv: &[String], stdin: &str) -> Output {
    let spec = Spec {
        tool: "uniq",
        letters: "cdui",
        long: &[("count", 'c'), ("repeated", 'd'), ("unique", 'u')],
        exit: 1,
    };
    let options = match spec.read(argv) {
        Ok(options) => options,
        Err(output) => return output,
    };
    let mut output = Output::default();
    let texts = inputs(shell, "uniq", 1, &options.rest, stdin, &mut output);
    let fold = |line: &str| {
        if options.has('i') {
            line.to_lowercase()
        } else {
            line.to_owned()
        }
    };
    let mut groups: Vec<(&str, u32)> = Vec::new();
    for line in texts.iter().flat_map(|(_, text)| lines(text)) {
        match groups.last_mut() {
            Some((first, count)) if fold(first) == fold(line) => *count += 1,
            _ => groups.push((line, 1)),
        }
    }
    for (line, count) in groups {
        if (options.has('d') && count < 2) || (options.has('u') && count > 1) {
            continue;
        }
        let number = if options.has('c') {
            format!("{count:>7} ")
        } else {
            String::new()
        };
        output.stdout.push_str(&format!("{number}{line}\n"));
    }
    output
}

pub(super) fn cut(shell: &mut Shell, argv: &[String], stdin: &str) -> Output {
    let long = &[
        ("delimiter", 'd'),
        ("fields", 'f'),
        ("characters", 'c'),
        ("bytes", 'b'),
        ("only-delimited", 's'),
    ];
    let spec = Spec {
        tool: "cut",
        letters: "d:f:c:b:s",
        long,
        exit: 1,
    };
    let options = match spec.read(argv) {
        Ok(options) => options,
        Err(output) => return output,
    };
    let hint = "\nTry 'cut --help' for more information.";
    let Some(list) = options
        .value('f')
        .or(options.value('c'))
        .or(options.value('b'))
    else {
        return Output::failed(
            1,
            format!("cut: you must specify a list of bytes, characters, or fields{hint}"),
        );
    };
    let Some(ranges) = list.split(',').map(range).collect::<Option<Vec<_>>>() else {
        return Output::failed(1, format!("cut: invalid field value ‘{list}’{hint}"));
    };
    let delimiter = options.value('d').unwrap_or("\t");
    if delimiter.chars().count() != 1 {
        return Output::failed(
            1,
            format!("cut: the delimiter must be a single character{hint}"),
        );
    }
    let keeps = |at: usize| ranges.iter().any(|(from, to)| *from <= at + 1 && at < *to);
    let mut output = Output::default();
    let texts = inputs(shell, "cut", 1, &options.rest, stdin, &mut output);
    for line in texts.iter().flat_map(|(_, text)| lines(text)) {
        let kept: String = if options.value('f').is_none() {
            line.chars()
                .enumerate()
                .filter(|(at, _)| keeps(*at))
                .map(|(_, c)| c)
                .collect()
        } else if !line.contains(delimiter) {
            if options.has('s') {
                continue;
            }
            line.to_owned()
        } else {
            let fields = line
                .split(delimiter)
                .enumerate()
                .filter(|(at, _)| keeps(*at))
                .map(|(_, field)| field);
            fields.collect::<Vec<_>>().join(delimiter)
        };
        output.stdout.extend([kept.as_str(), "\n"]);
    }
    output
}

/// `3`, `2-`, `-4` or `2-4` as first and last.
fn range(text: &str) -> Option<(usize, usize)> {
    let number = |text: &str, default| {
        if text.is_empty() {
            Some(default)
        } else {
            text.parse().ok().filter(|n| *n > 0)
        }
    };
    match text.split_once('-') {
        Some((from, to)) if text.len() > 1 => Some((number(from, 1)?, number(to, usize::MAX)?)),
        Some(_) => None,
        None if text.is_empty() => None,
        None => number(text, 1).map(|at| (at, at)),
    }
}
