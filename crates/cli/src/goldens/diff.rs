//! Two lists of lines as a short diff: what differs, with two lines around it.

const LINES_MAX: usize = 2000;
const AROUND: usize = 2;

/// Lines with a leading ` `, `-` (expected only) or `+` (got only); `@@` where some are left out.
pub fn diff(expected: &[String], got: &[String]) -> Vec<String> {
    let (expected, got) = (
        &expected[..expected.len().min(LINES_MAX)],
        &got[..got.len().min(LINES_MAX)],
    );
    let start = expected.iter().zip(got).take_while(|(a, b)| a == b).count();
    let end = expected[start..]
        .iter()
        .rev()
        .zip(got[start..].iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let edits = edits(
        &expected[start..expected.len() - end],
        &got[start..got.len() - end],
    );
    let same = |lines: &[String]| {
        lines
            .iter()
            .map(|line| (' ', line.clone()))
            .collect::<Vec<_>>()
    };
    let all = [
        same(&expected[..start]),
        edits,
        same(&expected[expected.len() - end..]),
    ]
    .concat();
    let near = |at: usize| {
        let from = at.saturating_sub(AROUND);
        all[from..(at + AROUND + 1).min(all.len())]
            .iter()
            .any(|(mark, _)| *mark != ' ')
    };
    let mut out = Vec::new();
    let mut left_out = true;
    for (at, (mark, line)) in all.iter().enumerate() {
        if !near(at) {
            left_out = true;
            continue;
        }
        if std::mem::take(&mut left_out) {
            out.push("@@".to_owned());
        }
        out.push(format!("{mark}{line}"));
    }
    out
}

/// By the longest common subsequence.
fn edits(expected: &[String], got: &[String]) -> Vec<(char, String)> {
    let width = got.len() + 1;
    let mut longest = vec![0_u32; (expected.len() + 1) * width];
    for i in (0..expected.len()).rev() {
        for j in (0..got.len()).rev() {
            longest[i * width + j] = if expected[i] == got[j] {
                longest[(i + 1) * width + j + 1] + 1
            } else {
                longest[(i + 1) * width + j].max(longest[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j, mut out) = (0, 0, Vec::new());
    while i < expected.len() || j < got.len() {
        if i < expected.len() && j < got.len() && expected[i] == got[j] {
            out.push((' ', expected[i].clone()));
            (i, j) = (i + 1, j + 1);
        } else if i < expected.len()
            && (j == got.len() || longest[(i + 1) * width + j] >= longest[i * width + j + 1])
        {
            out.push(('-', expected[i].clone()));
            i += 1;
        } else {
            out.push(('+', got[j].clone()));
            j += 1;
        }
    }
    out
}
