//! RFC 7386.
use crate::value::Value;
pub fn apply(document: &Value, patch: &Value) -> Value {
    let _ = patch;
    document.clone()
}
pub fn create(original: &Value, modified: &Value) -> Value {
    let _ = original;
    modified.clone()
}
