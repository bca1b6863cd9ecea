//! What differs between two texts, line by line.

/// Unchanged lines shown around a change.
const CONTEXT: usize = 3;

/// The two texts as one: `-` was expected, `+` came; long unchanged stretches are left out.
pub fn diff(expected: &[String], got: &[String]) -> String {
    let marked = merge(expected, got);
    let changed: Vec<usize> = (0..marked.len())
        .filter(|&at| marked[at].0 != ' ')
        .collect();
    let near = |at: usize| changed.iter().any(|&change| change.abs_diff(at) <= CONTEXT);
    let mut text = String::new();
    let mut skipped = false;
    for (at, (mark, line)) in marked.iter().enumerate() {
        if near(at) {
            if skipped {
                text.push_str("  …\n");
            }
            text.push_str(&format!("{mark} {line}\n"));
        }
        skipped = !near(at);
    }
    text
}

/// By a longest common subsequence; transcripts are short.
fn merge<'a>(old: &'a [String], new: &'a [String]) -> Vec<(char, &'a str)> {
    let width = new.len() + 1;
    let mut longest = vec![0_u32; (old.len() + 1) * width];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            longest[i * width + j] = if old[i] == new[j] {
                longest[(i + 1) * width + j + 1] + 1
            } else {
                longest[(i + 1) * width + j].max(longest[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut marked = Vec::new();
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            marked.push((' ', &*old[i]));
            (i, j) = (i + 1, j + 1);
        } else if i < old.len()
            && (j == new.len() || longest[(i + 1) * width + j] >= longest[i * width + j + 1])
        {
            marked.push(('-', &*old[i]));
            i += 1;
        } else {
            marked.push(('+', &*new[j]));
            j += 1;
        }
    }
    marked
}

#[cfg(test)]
mod tests {
    use super::diff;

    fn lines(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_string).collect()
    }

    #[test]
    fn shows_what_went_and_what_came_with_its_surroundings() {
        let text = diff(&lines("a b c d e f g h"), &lines("a b c d e f x h i"));
        assert_eq!(text, "  …\n  d\n  e\n  f\n- g\n+ x\n  h\n+ i\n");
        assert_eq!(diff(&lines("a b"), &lines("a b")), "");
    }
}
