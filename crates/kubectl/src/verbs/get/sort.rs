//! `--sort-by`.
//!
//! *Models*: `staging/src/k8s.io/kubectl/pkg/cmd/get/sorter.go`.
//! *Invariants*: the sort is stable; objects without the field come first.
//! *Not modelled*: comparing values of different types (upstream panics; here they are equal).

use crate::invocation::Failure;
use crate::output::{jsonpath, shown};
use crate::resource::Hit;
use apimachinery::{Quantity, Value};
use std::cmp::Ordering;

/// Sorts objects by the value at a path.
///
/// # Errors
/// kubectl's own words if no object has the field.
pub fn sort(hits: &mut [Hit<'_>], path: &str) -> Result<(), Failure> {
    let path = jsonpath::relaxed(path).map_err(Failure::error)?;
    let template = jsonpath::parsed(&path)?;
    let mut keyed: Vec<(Option<Value>, Hit<'_>)> = hits
        .iter()
        .map(|hit| {
            let value = shown(hit.info, hit.object);
            let found = template.find(&value, true).unwrap_or_default();
            let first = found.into_iter().flatten().next();
            (first.map(jsonpath::Found::into_value), *hit)
        })
        .collect();
    if !keyed.is_empty() && keyed.iter().all(|(key, _)| key.is_none()) {
        return Err(Failure::error(format!(
            "couldn't find any field with path \"{path}\" in the list of objects"
        )));
    }
    keyed.sort_by(|(a, _), (b, _)| match (a, b) {
        (Some(a), Some(b)) => compare(a, b),
        (a, b) => a.is_some().cmp(&b.is_some()),
    });
    for (slot, (_, hit)) in hits.iter_mut().zip(keyed) {
        *slot = hit;
    }
    Ok(())
}

fn compare(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Str(a), Value::Str(b)) => match (Quantity::parse(a), Quantity::parse(b)) {
            (Ok(a), Ok(b)) => a.cmp(&b),
            _ => natural(a, b),
        },
        (Value::Int(a), Value::Int(b)) => a.cmp(b),
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        (a, b) => match (a.as_f64(), b.as_f64()) {
            (Some(a), Some(b)) => a.total_cmp(&b),
            _ => Ordering::Equal,
        },
    }
}

/// Digits count as numbers: `web-2` before `web-10`. Models `github.com/fvbommel/sortorder`.
fn natural(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a.as_bytes(), b.as_bytes());
    while let (Some(&x), Some(&y)) = (a.first(), b.first()) {
        if x.is_ascii_digit() && y.is_ascii_digit() {
            let (first, second) = (digits(a), digits(b));
            let (p, q) = (without_zeros(first), without_zeros(second));
            let order = p.len().cmp(&q.len()).then(p.cmp(q));
            let order = order.then(first.len().cmp(&second.len()));
            if order != Ordering::Equal {
                return order;
            }
            (a, b) = (&a[first.len()..], &b[second.len()..]);
        } else if x == y {
            (a, b) = (&a[1..], &b[1..]);
        } else {
            return x.cmp(&y);
        }
    }
    a.len().cmp(&b.len())
}

fn digits(text: &[u8]) -> &[u8] {
    let end = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    &text[..end]
}

fn without_zeros(digits: &[u8]) -> &[u8] {
    let zeros = digits.iter().take_while(|byte| **byte == b'0').count();
    &digits[zeros..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn natural_order() {
        let mut names = ["web-10", "web-2", "web", "api-1", "web-02"];
        names.sort_by(|a, b| natural(a, b));
        assert_eq!(names, ["api-1", "web", "web-2", "web-02", "web-10"]);
    }
}
