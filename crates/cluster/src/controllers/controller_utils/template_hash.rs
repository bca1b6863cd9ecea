//! The hash of a pod template: the suffix of ReplicaSet names and the label `pod-template-hash`.
//!
//! *Models*: `pkg/controller/controller_utils.go` (ComputeHash).
//! *Invariants*: a function of the template's canonical JSON and the collision count only (INV-1).
//! *Not modelled*: upstream hashes Go's dump of the struct, so the characters differ from a real cluster's.

use api::PodTemplateSpec;
use apimachinery::{names, to_json, to_value};

/// FNV-1a (32 bit) in decimal, in the safe alphabet: at most ten characters. The collision count, if there is
/// one, is hashed after the template.
pub fn compute_hash(template: &PodTemplateSpec, collision_count: Option<i32>) -> String {
    let mut hash = fnv1a(0x811c_9dc5, to_json(&to_value(template)).as_bytes());
    if let Some(count) = collision_count {
        hash = fnv1a(hash, &(count as u64).to_le_bytes());
    }
    names::safe_encode_string(&hash.to_string())
}

fn fnv1a(start: u32, bytes: &[u8]) -> u32 {
    bytes.iter().fold(start, |hash, byte| {
        (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fnv1a_is_the_well_known_function() {
        assert_eq!(fnv1a(0x811c_9dc5, b"foobar"), 0xbf9c_f968);
    }

    #[test]
    fn hash_depends_on_template_and_collisions() {
        let empty = PodTemplateSpec::default();
        let mut other = empty.clone();
        other.meta.labels.insert("app", "web");
        let hashes = [
            compute_hash(&empty, None),
            compute_hash(&other, None),
            compute_hash(&other, Some(0)),
            compute_hash(&other, Some(1)),
        ];
        for (at, hash) in hashes.iter().enumerate() {
            assert!((1..=10).contains(&hash.len()), "{hash}");
            assert!(hashes[at + 1..].iter().all(|later| later != hash));
        }
    }
}
