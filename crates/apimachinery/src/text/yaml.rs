//! YAML text in and out.
use crate::value::Value;
#[derive(Clone, Debug, Default)]
pub struct Spans {
    entries: Vec<(String, Span)>,
}
/// Lines and columns count from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    pub key: (u32, u32),
    pub value: (u32, u32),
}
impl Spans {
    /// Line and column of the key (or list item) at a field path.
    pub fn key(&self, path: &str) -> Option<(u32, u32)> {
        self.get(path).map(|s| s.key)
    }
    pub fn value(&self, path: &str) -> Option<(u32, u32)> {
        self.get(path).map(|s| s.value)
    }
    pub fn get(&self, path: &str) -> Option<Span> {
        self.entries
            .iter()
            .find(|(p, _)| p == path)
            .map(|(_, s)| *s)
    }
}
#[derive(Clone, Debug, Default)]
pub struct Document {
    pub value: Value,
    pub spans: Spans,
    pub duplicate_keys: Vec<(String, u32)>,
    pub start_line: u32,
}
/// `message` as kubectl prints it behind `error converting YAML to JSON: `; line in the whole text, 0 if unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct YamlError {
    pub message: String,
    pub line: u32,
    pub column: u32,
}
impl std::fmt::Display for YamlError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}
pub fn parse_yaml_documents(text: &str) -> Vec<Result<Document, YamlError>> {
    text.split("\n---")
        .filter(|d| !d.trim().is_empty())
        .map(|d| {
            serde_yaml::from_str::<Value>(d)
                .map(|value| Document {
                    value,
                    ..Default::default()
                })
                .map_err(|e| YamlError {
                    message: e.to_string(),
                    line: 0,
                    column: 0,
                })
        })
        .collect()
}
pub fn to_yaml(value: &Value) -> String {
    serde_yaml::to_string(value).unwrap_or_default()
}
