//! Texts written lately, so that equal texts of many Events are one allocation.
//!
//! *Models*: nothing upstream.
//! *Invariants*: a hit and a miss give equal texts, so this is no state: it is neither saved nor digested.
//! *Cost*: a hash and a comparison; one place a hash, the newest text stays.

use engine::hash_str;
use std::sync::Arc;

/// How many texts are remembered.
const PLACES: usize = 256;

#[derive(Clone)]
pub(super) struct Texts {
    places: Arc<Vec<Arc<str>>>,
}

impl Default for Texts {
    fn default() -> Texts {
        Texts {
            places: Arc::new(vec![Arc::default(); PLACES]),
        }
    }
}

impl Texts {
    /// The text, shared with its last use if that is not long ago.
    pub(super) fn share(&mut self, text: &str) -> Arc<str> {
        if text.is_empty() {
            return Arc::default();
        }
        let at = hash_str(&[text]) as usize % PLACES;
        if *self.places[at] == *text {
            return self.places[at].clone();
        }
        let new: Arc<str> = text.into();
        Arc::make_mut(&mut self.places)[at] = new.clone();
        new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_are_one() {
        let mut texts = Texts::default();
        let first = texts.share("Container started");
        for n in 0..1000 {
            assert_eq!(*texts.share(&n.to_string()), n.to_string());
        }
        assert_eq!(texts.share("Container started"), first);
        let again = texts.share("Container started");
        assert!(Arc::ptr_eq(&again, &texts.share("Container started")));
    }
}
