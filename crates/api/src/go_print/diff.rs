//! What changed between two texts, in hunks of three lines around.
//!
//! *Models*: `github.com/pmezard/go-difflib/difflib` (SequenceMatcher, WriteUnifiedDiff).
//! *Invariants*: the same blocks match as upstream's, lines that are too common left aside.
//! *Not modelled*: names of files.
//! *Cost*: of an error only.

use std::collections::BTreeMap;
use std::fmt::Write;

const CONTEXT: usize = 3;
/// Of a text this long, lines are left aside that come up often.
const POPULAR_FROM: usize = 200;

/// `a[from..from + len]` equals `b[to..to + len]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Block {
    from: usize,
    to: usize,
    len: usize,
}

/// A stretch that is the same, or is replaced.
#[derive(Clone, Copy, Debug)]
struct Step {
    same: bool,
    from: (usize, usize),
    to: (usize, usize),
}

/// The hunks; empty if nothing changed.
pub(crate) fn unified(old: &[String], new: &[String]) -> String {
    let mut out = String::new();
    for group in groups(&steps(old, new)) {
        let (first, last) = (group[0], group[group.len() - 1]);
        // writing to a String does not fail
        let _ = writeln!(
            out,
            "@@ -{} +{} @@",
            range(first.from.0, last.from.1),
            range(first.to.0, last.to.1)
        );
        for step in group {
            let mut push = |sign: char, lines: &[String]| {
                lines.iter().for_each(|line| {
                    let _ = writeln!(out, "{sign}{line}");
                });
            };
            if step.same {
                push(' ', &old[step.from.0..step.from.1]);
            } else {
                push('-', &old[step.from.0..step.from.1]);
                push('+', &new[step.to.0..step.to.1]);
            }
        }
    }
    out
}

fn range(start: usize, stop: usize) -> String {
    match stop - start {
        1 => format!("{}", start + 1),
        0 => format!("{start},0"),
        len => format!("{},{len}", start + 1),
    }
}

fn steps(old: &[String], new: &[String]) -> Vec<Step> {
    let mut out = Vec::new();
    let (mut from, mut to) = (0, 0);
    for block in blocks(old, new) {
        if from < block.from || to < block.to {
            out.push(Step {
                same: false,
                from: (from, block.from),
                to: (to, block.to),
            });
        }
        (from, to) = (block.from + block.len, block.to + block.len);
        if block.len > 0 {
            out.push(Step {
                same: true,
                from: (block.from, from),
                to: (block.to, to),
            });
        }
    }
    out
}

fn groups(steps: &[Step]) -> Vec<Vec<Step>> {
    let mut steps = steps.to_vec();
    let trim_start = |step: &mut Step| {
        step.from.0 = step.from.0.max(step.from.1.saturating_sub(CONTEXT));
        step.to.0 = step.to.0.max(step.to.1.saturating_sub(CONTEXT));
    };
    let trim_end = |step: &mut Step| {
        step.from.1 = step.from.1.min(step.from.0 + CONTEXT);
        step.to.1 = step.to.1.min(step.to.0 + CONTEXT);
    };
    if let Some(first) = steps.first_mut().filter(|step| step.same) {
        trim_start(first);
    }
    if let Some(last) = steps.last_mut().filter(|step| step.same) {
        trim_end(last);
    }
    let mut out = Vec::new();
    let mut group = Vec::new();
    for step in steps {
        if step.same && step.from.1 - step.from.0 > 2 * CONTEXT {
            let (mut end, mut start) = (step, step);
            trim_end(&mut end);
            trim_start(&mut start);
            group.push(end);
            out.push(std::mem::take(&mut group));
            group.push(start);
        } else {
            group.push(step);
        }
    }
    out.push(group);
    out.retain(|group: &Vec<Step>| group.iter().any(|step| !step.same));
    out
}

/// Matching blocks in order, with an empty one at the end.
fn blocks(old: &[String], new: &[String]) -> Vec<Block> {
    let mut places: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, line) in new.iter().enumerate() {
        places.entry(line).or_default().push(at);
    }
    if new.len() >= POPULAR_FROM {
        let limit = new.len() / 100 + 1;
        places.retain(|_, at| at.len() <= limit);
    }
    let mut found = Vec::new();
    let mut waiting = vec![((0, old.len()), (0, new.len()))];
    while let Some((from, to)) = waiting.pop() {
        let block = longest(old, new, &places, from, to);
        if block.len == 0 {
            continue;
        }
        found.push(block);
        waiting.push(((from.0, block.from), (to.0, block.to)));
        waiting.push((
            (block.from + block.len, from.1),
            (block.to + block.len, to.1),
        ));
    }
    found.sort_by_key(|block| (block.from, block.to));
    let mut joined: Vec<Block> = Vec::new();
    for block in found {
        match joined.last_mut() {
            Some(last) if last.from + last.len == block.from && last.to + last.len == block.to => {
                last.len += block.len;
            }
            _ => joined.push(block),
        }
    }
    joined.push(Block {
        from: old.len(),
        to: new.len(),
        len: 0,
    });
    joined
}

/// The longest match, of these the first; grown by lines that were left aside.
fn longest(
    old: &[String],
    new: &[String],
    places: &BTreeMap<&str, Vec<usize>>,
    from: (usize, usize),
    to: (usize, usize),
) -> Block {
    let mut best = Block {
        from: from.0,
        to: to.0,
        len: 0,
    };
    let mut lengths: BTreeMap<usize, usize> = BTreeMap::new();
    for (at, line) in old.iter().enumerate().take(from.1).skip(from.0) {
        let mut next = BTreeMap::new();
        for &place in places.get(&**line).map_or(&[][..], Vec::as_slice) {
            if place < to.0 {
                continue;
            }
            if place >= to.1 {
                break;
            }
            let before = place.checked_sub(1).and_then(|before| lengths.get(&before));
            let len = before.copied().unwrap_or(0) + 1;
            next.insert(place, len);
            if len > best.len {
                best = Block {
                    from: at + 1 - len,
                    to: place + 1 - len,
                    len,
                };
            }
        }
        lengths = next;
    }
    while best.from > from.0 && best.to > to.0 && old[best.from - 1] == new[best.to - 1] {
        best = Block {
            from: best.from - 1,
            to: best.to - 1,
            len: best.len + 1,
        };
    }
    while best.from + best.len < from.1
        && best.to + best.len < to.1
        && old[best.from + best.len] == new[best.to + best.len]
    {
        best.len += 1;
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hunks() {
        let text = |text: &str| -> Vec<String> { text.chars().map(String::from).collect() };
        assert_eq!(unified(&text("abc"), &text("abc")), "");
        assert_eq!(
            unified(&text("abcdefghijklmn"), &text("abXdefghijklmnY")),
            "@@ -1,6 +1,6 @@\n a\n b\n-c\n+X\n d\n e\n f\n@@ -12,3 +12,4 @@\n l\n m\n n\n+Y\n"
        );
        assert_eq!(unified(&text(""), &text("a")), "@@ -0,0 +1 @@\n+a\n");
    }
}
