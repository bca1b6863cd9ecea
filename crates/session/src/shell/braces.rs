//! `{1..3}` and `{a,b}` in a word.
//!
//! *Models* bash's braces.c for one level. *Not modelled*: nested braces, steps, words with a `$(…)` in them
//! (left as they are).

use super::ast::{Part, Word};

/// The words that one word becomes; mostly itself.
pub(super) fn expand(word: &Word) -> Vec<Word> {
    if word.has_substitution() {
        return vec![word.clone()];
    }
    let found = word
        .parts
        .iter()
        .enumerate()
        .find_map(|(at, part)| match part {
            Part::Text {
                text,
                quoted: false,
            } => alternatives(text).map(|found| (at, found)),
            _ => None,
        });
    let Some((at, (before, choices, after))) = found else {
        return vec![word.clone()];
    };
    let mut words = Vec::new();
    for choice in choices {
        let mut parts = word.parts[..at].to_vec();
        parts.push(Part::Text {
            text: format!("{before}{choice}{after}"),
            quoted: false,
        });
        parts.extend_from_slice(&word.parts[at + 1..]);
        words.extend(expand(&Word { parts }));
    }
    words
}

/// Text before, the choices, text after.
fn alternatives(text: &str) -> Option<(&str, Vec<String>, &str)> {
    for (open, _) in text.match_indices('{') {
        let inside = &text[open + 1..];
        let Some(close) = inside
            .find(['}', '{'])
            .filter(|at| inside[*at..].starts_with('}'))
        else {
            continue;
        };
        let (inside, after) = (&inside[..close], &inside[close + 1..]);
        let choices = match inside.split_once("..") {
            Some((from, to)) => range(from, to),
            None if inside.contains(',') => Some(inside.split(',').map(str::to_owned).collect()),
            None => None,
        };
        if let Some(choices) = choices {
            return Some((&text[..open], choices, after));
        }
    }
    None
}

fn range(from: &str, to: &str) -> Option<Vec<String>> {
    const CHOICES_MAX: i64 = 10_000;
    let (from, to) = match (from.parse::<i64>(), to.parse::<i64>()) {
        (Ok(from), Ok(to)) => (from, to),
        _ => return letters(from, to),
    };
    let steps = to
        .checked_sub(from)?
        .checked_abs()
        .filter(|steps| *steps < CHOICES_MAX)?;
    let direction = if to < from { -1 } else { 1 };
    Some(
        (0..=steps)
            .map(|step| (from + step * direction).to_string())
            .collect(),
    )
}

fn letters(from: &str, to: &str) -> Option<Vec<String>> {
    let ([from], [to]) = (from.as_bytes(), to.as_bytes()) else {
        return None;
    };
    if !(from.is_ascii_alphabetic() && to.is_ascii_alphabetic()) {
        return None;
    }
    let mut letters: Vec<String> = (*from.min(to)..=*from.max(to))
        .map(|c| char::from(c).to_string())
        .collect();
    if to < from {
        letters.reverse();
    }
    Some(letters)
}
