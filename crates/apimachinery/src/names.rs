//! Generated names.
//!
//! *Models* apimachinery/pkg/util/rand and apiserver/pkg/storage/names.
//! *Invariants*: pure functions of their arguments; the randomness comes from the caller.
//! *Not modelled*: nothing.

use std::sync::Arc;

/// Letters without vowels and digits without look-alikes.
// kubernetes: apimachinery/pkg/util/rand/rand.go
pub const ALPHANUMS: &str = "bcdfghjklmnpqrstvwxz2456789";

const NAME_LENGTH_MAX: usize = 63;
const RANDOM_LENGTH: usize = 5;
const BASE_LENGTH_MAX: usize = NAME_LENGTH_MAX - RANDOM_LENGTH;

/// The same text in the safe alphabet, letter by letter.
pub fn safe_encode_string(text: &str) -> String {
    let alphabet = ALPHANUMS.as_bytes();
    text.bytes()
        .map(|b| alphabet[b as usize % alphabet.len()] as char)
        .collect()
}

/// Five characters of the safe alphabet from one draw.
pub fn random_suffix(random: u64) -> String {
    let alphabet = ALPHANUMS.as_bytes();
    let mut rest = random;
    let mut out = String::with_capacity(RANDOM_LENGTH);
    for _ in 0..RANDOM_LENGTH {
        let count = alphabet.len() as u64;
        out.push(alphabet[(rest % count) as usize] as char);
        rest /= count;
    }
    out
}

/// A base cut to 58 bytes and a random suffix.
pub fn generate_name(base: &str, random: u64) -> Arc<str> {
    let mut end = base.len().min(BASE_LENGTH_MAX);
    while !base.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{}", &base[..end], random_suffix(random)).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        assert_eq!(&*generate_name("web-", 0), "web-bbbbb");
        assert_eq!(&*generate_name("web-", 1 + 27 * 2), "web-cdbbb");
        assert_eq!(generate_name(&"a".repeat(80), 7).len(), 63);
        assert_eq!(safe_encode_string("az09"), "vs4f");
    }
}
