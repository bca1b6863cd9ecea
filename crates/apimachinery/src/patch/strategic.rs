//! Strategic merge patch.
use crate::value::Value;
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Strategy {
    #[default]
    Default,
    Merge,
    Replace,
    RetainKeys,
    MergeRetainKeys,
}
#[derive(Clone, Copy, Debug)]
pub struct FieldPatch<S> {
    pub strategy: Strategy,
    pub merge_key: Option<&'static str>,
    pub element: Option<S>,
}
/// What a strategic merge needs to know about a type.
pub trait PatchSchema: Copy {
    /// `None` if the type has no such field. `element`: the type of the field itself or of its list items or map values.
    fn field(self, name: &str) -> Option<FieldPatch<Self>>;
}
pub fn apply<S: PatchSchema>(original: &Value, patch: &Value, schema: S) -> Result<Value, String> {
    let _ = (patch, schema);
    Ok(original.clone())
}
pub fn create_two_way<S: PatchSchema>(
    original: &Value,
    modified: &Value,
    schema: S,
) -> Result<Value, String> {
    let _ = (original, schema);
    Ok(modified.clone())
}
