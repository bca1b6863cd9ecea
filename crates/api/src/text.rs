//! Short strings of the API, and what "empty" means when an object is written.
//!
//! *Models*: Go's `omitempty`.
//! *Invariants*: a constant costs no allocation; "" and absent are the same thing, as in Go.
//! *Not modelled*: nothing.

use std::borrow::Cow;

use serde::{Serialize, Serializer};

/// A string that is mostly one of a few constants: a reason, a phase, a policy.
pub type Text = Cow<'static, str>;

/// True if a string field is left out of the JSON form.
pub fn is_empty<T: AsRef<str>>(text: &T) -> bool {
    text.as_ref().is_empty()
}

/// True if a number or boolean is left out of the JSON form.
pub fn is_zero<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// A list without `omitempty`: Go prints its nil slice as `null`.
pub fn null_if_empty<T: Serialize, S: Serializer>(list: &[T], out: S) -> Result<S::Ok, S::Error> {
    if list.is_empty() {
        out.serialize_none()
    } else {
        list.serialize(out)
    }
}
