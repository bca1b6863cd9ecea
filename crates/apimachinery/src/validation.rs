//! Rules for names, labels and values.
pub fn is_qualified_name(text: &str) -> Vec<String> {
    let _ = text;
    Vec::new()
}
pub fn is_valid_label_value(text: &str) -> Vec<String> {
    let _ = text;
    Vec::new()
}
pub fn is_dns1123_label(text: &str) -> Vec<String> {
    let _ = text;
    Vec::new()
}
pub fn is_dns1123_subdomain(text: &str) -> Vec<String> {
    let _ = text;
    Vec::new()
}
pub fn is_dns1035_label(text: &str) -> Vec<String> {
    let _ = text;
    Vec::new()
}
