//! "Did you mean": the known name nearest to an unknown one.
//!
//! *Models*: nothing upstream.
//! *Invariants*: of equally near names the first in order wins.
//! *Not modelled*: nothing.

use super::Type;

/// The field of a type that an unknown name most likely stands for.
pub(super) fn nearest(ty: &Type, unknown: &str) -> Option<&'static str> {
    let lower = unknown.to_lowercase();
    let limit = (lower.chars().count() / 3).clamp(1, 3);
    ty.fields
        .iter()
        .map(|field| (distance(&lower, &field.name.to_lowercase()), field.name))
        .filter(|(far, _)| *far <= limit)
        .min_by_key(|(far, _)| *far)
        .map(|(_, name)| name)
}

/// How many letters must be added, dropped, changed or swapped with their neighbour.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let changed = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = changed.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(before[j - 2] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::schema;

    #[test]
    fn near_names() {
        let spec = schema().get(schema().find("apps-v1", "DeploymentSpec").unwrap());
        for (unknown, wanted) in [
            ("replcas", Some("replicas")),
            ("Replicas", Some("replicas")),
            ("repilcas", Some("replicas")),
            ("templete", Some("template")),
            ("foo", None),
            ("containers", None),
        ] {
            assert_eq!(nearest(spec, unknown), wanted, "{unknown}");
        }
    }
}
