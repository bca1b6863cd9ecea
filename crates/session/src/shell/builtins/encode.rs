//! `base64` and `tr`.
//!
//! *Models* coreutils 9. *Not modelled*: binary output of `base64 -d`; `tr -c`, equivalence classes.

use super::options::Spec;
use super::{Output, inputs};
use crate::shell::Shell;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

pub(super) fn base64(shell: &mut Shell, argv: &[String], stdin: &str) -> Output {
    let long = &[("decode", 'd'), ("wrap", 'w')];
    let options = match (Spec {
        tool: "base64",
        letters: "dDw:",
        long,
        exit: 1,
    })
    .read(argv)
    {
        Ok(options) => options,
        Err(output) => return output,
    };
    let mut output = Output::default();
    let texts = inputs(shell, "base64", 1, &options.rest, stdin, &mut output);
    let text: String = texts.into_iter().map(|(_, text)| text).collect();
    if output.exit != 0 {
        return output;
    }
    if options.has('d') || options.has('D') {
        return match decode(&text).map(String::from_utf8) {
            None => Output::failed(1, "base64: invalid input"),
            Some(Ok(text)) => Output::ok(text),
            Some(Err(bytes)) => Output::ok(String::from_utf8_lossy(bytes.as_bytes())),
        };
    }
    let encoded = encode(text.as_bytes());
    let width = match options.number('w') {
        Some(Err(value)) => {
            return Output::failed(1, format!("base64: invalid wrap size: ‘{value}’"));
        }
        Some(Ok(width)) => width as usize,
        None => 76,
    };
    if width == 0 {
        return Output::ok(encoded);
    }
    let mut rest = encoded.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(width.min(rest.len()));
        output.stdout.extend([line, "\n"]);
        rest = after;
    }
    output
}

fn encode(bytes: &[u8]) -> String {
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let value = chunk
            .iter()
            .fold(0_u32, |value, byte| value << 8 | u32::from(*byte))
            << (8 * (3 - chunk.len()));
        for at in 0..4 {
            let letter = ALPHABET[(value >> (18 - 6 * at) & 63) as usize];
            out.push(if at > chunk.len() {
                '='
            } else {
                char::from(letter)
            });
        }
    }
    out
}

fn decode(text: &str) -> Option<Vec<u8>> {
    let letters: Vec<u8> = text
        .bytes()
        .filter(|byte| !byte.is_ascii_whitespace())
        .collect();
    let mut out = Vec::new();
    for chunk in letters.chunks(4) {
        let used = chunk
            .iter()
            .position(|byte| *byte == b'=')
            .unwrap_or(chunk.len());
        if chunk.len() < 4 || used < 2 || chunk[used..].iter().any(|byte| *byte != b'=') {
            return None;
        }
        let mut value = 0_u32;
        for byte in &chunk[..used] {
            value = value << 6 | ALPHABET.iter().position(|letter| letter == byte)? as u32;
        }
        value <<= 6 * (4 - used);
        out.extend_from_slice(&value.to_be_bytes()[1..used]);
    }
    Some(out)
}

pub(super) fn tr(_shell: &mut Shell, argv: &[String], stdin: &str) -> Output {
    let options = match (Spec {
        tool: "tr",
        letters: "ds",
        long: &[("delete", 'd'), ("squeeze-repeats", 's')],
        exit: 1,
    })
    .read(argv)
    {
        Ok(options) => options,
        Err(output) => return output,
    };
    let hint = "\nTry 'tr --help' for more information.";
    let sets: Vec<Vec<char>> = options.rest.iter().map(|set| characters(set)).collect();
    let (delete, squeeze) = (options.has('d'), options.has('s'));
    match sets.as_slice() {
        [] => Output::failed(1, format!("tr: missing operand{hint}")),
        [from] if delete => Output::ok(
            stdin
                .chars()
                .filter(|c| !from.contains(c))
                .collect::<String>(),
        ),
        [from] if squeeze => Output::ok(squeezed(stdin.chars(), from)),
        [_] => Output::failed(
            1,
            format!(
                "tr: missing operand after ‘{}’\nTwo strings must be given when translating.{hint}",
                options.rest[0]
            ),
        ),
        [from, to] if delete && squeeze => {
            Output::ok(squeezed(stdin.chars().filter(|c| !from.contains(c)), to))
        }
        [_, _] if delete => Output::failed(
            1,
            format!(
                "tr: extra operand ‘{}’\nOnly one string may be given when deleting without squeezing repeats.{hint}",
                options.rest[1]
            ),
        ),
        [_, to] if to.is_empty() => {
            Output::failed(1, "tr: when not truncating set1, string2 must be non-empty")
        }
        [from, to] => {
            let translate = |c: char| match from.iter().rposition(|candidate| *candidate == c) {
                Some(at) => to[at.min(to.len() - 1)],
                None => c,
            };
            let translated = stdin.chars().map(translate);
            Output::ok(if squeeze {
                squeezed(translated, to)
            } else {
                translated.collect()
            })
        }
        [_, _, ..] => Output::failed(1, format!("tr: extra operand ‘{}’{hint}", options.rest[2])),
    }
}

fn squeezed(text: impl Iterator<Item = char>, set: &[char]) -> String {
    let mut out = String::new();
    for c in text {
        if !(out.ends_with(c) && set.contains(&c)) {
            out.push(c);
        }
    }
    out
}

/// A set with its ranges, classes and escapes written out.
fn characters(set: &str) -> Vec<char> {
    const CLASSES: [(&str, &str); 7] = [
        ("[:upper:]", "A-Z"),
        ("[:lower:]", "a-z"),
        ("[:digit:]", "0-9"),
        ("[:alpha:]", "A-Za-z"),
        ("[:alnum:]", "0-9A-Za-z"),
        ("[:space:]", "\t\n\u{b}\u{c}\r "),
        ("[:blank:]", "\t "),
    ];
    let mut set = set.to_owned();
    for (class, members) in CLASSES {
        set = set.replace(class, members);
    }
    let mut plain: Vec<(char, bool)> = Vec::new();
    let mut rest = set.chars();
    while let Some(c) = rest.next() {
        plain.push(match (c, c == '\\') {
            (_, true) => match rest.next() {
                Some('n') => ('\n', true),
                Some('t') => ('\t', true),
                Some('r') => ('\r', true),
                Some(other) => (other, true),
                None => ('\\', true),
            },
            (other, false) => (other, false),
        });
    }
    let mut out = Vec::new();
    let mut at = 0;
    while at < plain.len() {
        match plain[at..] {
            [(from, _), ('-', false), (to, _), ..] if from <= to => {
                out.extend(from..=to);
                at += 3;
            }
            _ => {
                out.push(plain[at].0);
                at += 1;
            }
        }
    }
    out
}
