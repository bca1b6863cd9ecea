//! Rules for names, labels and other texts.
//!
//! *Models* apimachinery/pkg/util/validation (validation.go, ip.go) and
//! apimachinery/pkg/api/validation (generic.go, objectmeta.go).
//! *Invariants*: a function gives every violation, in upstream's order; empty means valid.
//! *Not modelled*: CIDR and IP warnings.

pub mod net;
pub mod object_meta;

pub use net::{is_valid_cidr, is_valid_ip, is_valid_ipv4, is_valid_ipv6};
pub use object_meta::{
    FIELD_IMMUTABLE, validate_annotations, validate_immutable_field, validate_labels,
    validate_object_meta, validate_object_meta_update, validate_owner_references,
};

use crate::field::{ErrorList, FieldError, FieldPath};

pub const DNS1123_LABEL_MAX: usize = 63;
pub const DNS1123_SUBDOMAIN_MAX: usize = 253;
pub const DNS1035_LABEL_MAX: usize = 63;
pub const QUALIFIED_NAME_MAX: usize = 63;
pub const LABEL_VALUE_MAX: usize = 63;

// kubernetes: apimachinery/pkg/util/validation/validation.go, for all texts below
const DNS1123_LABEL_FMT: &str = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const DNS1123_LABEL_MSG: &str = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character";
const DNS1123_SUBDOMAIN_MSG: &str = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";
const DNS1123_UNDERSCORE_MSG: &str = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character";
const DNS1035_LABEL_MSG: &str = "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character";
const WILDCARD_MSG: &str = "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character";
const QUALIFIED_NAME_MSG: &str = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
const LABEL_VALUE_MSG: &str = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
const C_IDENTIFIER_MSG: &str = "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_'";
const CONFIG_MAP_KEY_MSG: &str =
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.'";
const ENV_VAR_MSG: &str = "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit";
const RELAXED_ENV_VAR_MSG: &str = "a valid environment variable name must consist only of printable ASCII characters other than '='";
const HTTP_HEADER_MSG: &str = "a valid HTTP header must consist of alphanumeric characters or '-'";
const PERCENT_MSG: &str =
    "a valid percent string must be a numeric string followed by an ending '%'";
const QUALIFIED_EXT_FMT: &str = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";

/// `must be no more than N characters`
pub fn max_len_error(length: usize) -> String {
    format!("must be no more than {length} characters")
}

/// `must be non-empty`
pub fn empty_error() -> String {
    "must be non-empty".into()
}

/// The text of a failed pattern with examples (kubernetes: validation.RegexError).
pub fn regex_error(message: &str, pattern: &str, examples: &[&str]) -> String {
    if examples.is_empty() {
        return format!("{message} (regex used for validation is '{pattern}')");
    }
    let mut out = format!("{message} (e.g. ");
    for (at, example) in examples.iter().enumerate() {
        if at > 0 {
            out.push_str(" or ");
        }
        out.push_str(&format!("'{example}', "));
    }
    out.push_str(&format!("regex used for validation is '{pattern}')"));
    out
}

/// `must be between A and B, inclusive`
pub fn inclusive_range_error(low: i64, high: i64) -> String {
    format!("must be between {low} and {high}, inclusive")
}

fn subdomain_fmt() -> String {
    format!("{DNS1123_LABEL_FMT}(\\.{DNS1123_LABEL_FMT})*")
}

fn is_lower_alnum(b: u8) -> bool {
    b.is_ascii_lowercase() || b.is_ascii_digit()
}

/// Begins and ends with `edge`, and holds `edge` or `inner` between; never empty.
fn framed(text: &str, edge: fn(u8) -> bool, inner: &[u8]) -> bool {
    let bytes = text.as_bytes();
    let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else {
        return false;
    };
    edge(*first) && edge(*last) && bytes.iter().all(|b| edge(*b) || inner.contains(b))
}

fn is_label(text: &str) -> bool {
    framed(text, is_lower_alnum, b"-")
}

fn is_subdomain(text: &str) -> bool {
    text.split('.').all(is_label)
}

pub fn is_dns1123_label(value: &str) -> Vec<String> {
    let mut errors = Vec::new();
    if value.len() > DNS1123_LABEL_MAX {
        errors.push(max_len_error(DNS1123_LABEL_MAX));
    }
    if !is_label(value) {
        // A subdomain is nearly right: say so first, as upstream.
        if is_subdomain(value) {
            errors.push("must not contain dots".into());
        } else {
            errors.push(regex_error(
                DNS1123_LABEL_MSG,
                DNS1123_LABEL_FMT,
                &["my-name", "123-abc"],
            ));
        }
    }
    errors
}

pub fn is_dns1123_subdomain(value: &str) -> Vec<String> {
    let mut errors = Vec::new();
    if value.len() > DNS1123_SUBDOMAIN_MAX {
        errors.push(max_len_error(DNS1123_SUBDOMAIN_MAX));
    }
    if !is_subdomain(value) {
        errors.push(regex_error(
            DNS1123_SUBDOMAIN_MSG,
            &subdomain_fmt(),
            &["example.com"],
        ));
    }
    errors
}

pub fn is_dns1123_subdomain_with_underscore(value: &str) -> Vec<String> {
    let mut errors = Vec::new();
    if value.len() > DNS1123_SUBDOMAIN_MAX {
        errors.push(max_len_error(DNS1123_SUBDOMAIN_MAX));
    }
    let label = |part: &str| {
        let rest = part.strip_prefix('_').unwrap_or(part);
        framed(rest, is_lower_alnum, b"-_")
    };
    if !value.split('.').all(label) {
        let part = "_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?";
        errors.push(regex_error(
            DNS1123_UNDERSCORE_MSG,
            &format!("{part}(\\.{part})*"),
            &["example.com"],
        ));
    }
    errors
}

pub fn is_dns1035_label(value: &str) -> Vec<String> {
    let mut errors = Vec::new();
    if value.len() > DNS1035_LABEL_MAX {
        errors.push(max_len_error(DNS1035_LABEL_MAX));
    }
    if !is_label(value) || !value.as_bytes()[0].is_ascii_lowercase() {
        errors.push(regex_error(
            DNS1035_LABEL_MSG,
            "[a-z]([-a-z0-9]*[a-z0-9])?",
            &["my-name", "abc-123"],
        ));
    }
    errors
}

pub fn is_wildcard_dns1123_subdomain(value: &str) -> Vec<String> {
    let mut errors = Vec::new();
    if value.len() > DNS1123_SUBDOMAIN_MAX {
        errors.push(max_len_error(DNS1123_SUBDOMAIN_MAX));
    }
    if !value.strip_prefix("*.").is_some_and(is_subdomain) {
        let pattern = format!("\\*\\.{}", subdomain_fmt());
        errors.push(regex_error(WILDCARD_MSG, &pattern, &["*.example.com"]));
    }
    errors
}

/// A label key, annotation key, finalizer or resource name: `[prefix/]name`.
pub fn is_qualified_name(value: &str) -> Vec<String> {
    let mut errors = Vec::new();
    let parts: Vec<&str> = value.split('/').collect();
    let example = ["MyName", "my.name", "123-abc"];
    let name = match parts.as_slice() {
        [name] => *name,
        [prefix, name] => {
            if prefix.is_empty() {
                errors.push(format!("prefix part {}", empty_error()));
            } else {
                errors.extend(
                    is_dns1123_subdomain(prefix)
                        .iter()
                        .map(|e| format!("prefix part {e}")),
                );
            }
            *name
        }
        _ => {
            errors.push(format!(
                "a valid label key {} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",
                regex_error(QUALIFIED_NAME_MSG, QUALIFIED_EXT_FMT, &example)
            ));
            return errors;
        }
    };
    if name.is_empty() {
        errors.push(format!("name part {}", empty_error()));
    } else if name.len() > QUALIFIED_NAME_MAX {
        errors.push(format!(
            "name part must be no more than {QUALIFIED_NAME_MAX} bytes"
        ));
    }
    if !is_qualified_text(name) {
        errors.push(format!(
            "name part {}",
            regex_error(QUALIFIED_NAME_MSG, QUALIFIED_EXT_FMT, &example)
        ));
    }
    errors
}

fn is_alnum(b: u8) -> bool {
    b.is_ascii_alphanumeric()
}

fn is_qualified_text(text: &str) -> bool {
    framed(text, is_alnum, b"-_.")
}

pub fn is_valid_label_value(value: &str) -> Vec<String> {
    let mut errors = Vec::new();
    if value.len() > LABEL_VALUE_MAX {
        errors.push(max_len_error(LABEL_VALUE_MAX));
    }
    if !value.is_empty() && !is_qualified_text(value) {
        let pattern = "(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?";
        errors.push(regex_error(
            LABEL_VALUE_MSG,
            pattern,
            &["MyValue", "my_value", "12345"],
        ));
    }
    errors
}

pub fn is_c_identifier(value: &str) -> Vec<String> {
    let bytes = value.as_bytes();
    let word = |b: &u8| b.is_ascii_alphanumeric() || *b == b'_';
    let ok = bytes.first().is_some_and(|b| !b.is_ascii_digit()) && bytes.iter().all(word);
    match ok {
        true => Vec::new(),
        false => vec![regex_error(
            C_IDENTIFIER_MSG,
            "[A-Za-z_][A-Za-z0-9_]*",
            &["my_name", "MY_NAME", "MyName"],
        )],
    }
}

pub fn is_env_var_name(value: &str) -> Vec<String> {
    let mut errors = Vec::new();
    let bytes = value.as_bytes();
    let word = |b: &u8| b.is_ascii_alphanumeric() || b"-_.".contains(b);
    let ok = bytes.first().is_some_and(|b| !b.is_ascii_digit()) && bytes.iter().all(word);
    if !ok {
        errors.push(regex_error(
            ENV_VAR_MSG,
            "[-._a-zA-Z][-._a-zA-Z0-9]*",
            &["my.env-name", "MY_ENV.NAME", "MyEnvName1"],
        ));
    }
    errors.extend(no_dot_path(value));
    errors
}

/// The rule since environment variables may hold nearly any printable character.
pub fn is_relaxed_env_var_name(value: &str) -> Vec<String> {
    let mut errors = Vec::new();
    if value.is_empty() {
        errors.push(format!("environment variable name {}", empty_error()));
    }
    if !value.chars().all(|c| (' '..='~').contains(&c) && c != '=') {
        errors.push(RELAXED_ENV_VAR_MSG.into());
    }
    errors
}

pub fn is_config_map_key(value: &str) -> Vec<String> {
    let mut errors = Vec::new();
    if value.len() > DNS1123_SUBDOMAIN_MAX {
        errors.push(max_len_error(DNS1123_SUBDOMAIN_MAX));
    }
    let ok = !value.is_empty() && value.bytes().all(|b| is_alnum(b) || b"-_.".contains(&b));
    if !ok {
        let examples = ["key.name", "KEY_NAME", "key-name"];
        errors.push(regex_error(
            CONFIG_MAP_KEY_MSG,
            "[-._a-zA-Z0-9]+",
            &examples,
        ));
    }
    errors.extend(no_dot_path(value));
    errors
}

fn no_dot_path(value: &str) -> Option<String> {
    match value {
        "." => Some("must not be '.'".into()),
        ".." => Some("must not be '..'".into()),
        _ if value.starts_with("..") => Some("must not start with '..'".into()),
        _ => None,
    }
}

pub fn is_http_header_name(value: &str) -> Vec<String> {
    match !value.is_empty() && value.bytes().all(|b| is_alnum(b) || b == b'-') {
        true => Vec::new(),
        false => vec![regex_error(
            HTTP_HEADER_MSG,
            "[-A-Za-z0-9]+",
            &["X-Header-Name"],
        )],
    }
}

pub fn is_valid_port_num(port: i64) -> Vec<String> {
    match (1..=65535).contains(&port) {
        true => Vec::new(),
        false => vec![inclusive_range_error(1, 65535)],
    }
}

pub fn is_in_range(value: i64, low: i64, high: i64) -> Vec<String> {
    match (low..=high).contains(&value) {
        true => Vec::new(),
        false => vec![inclusive_range_error(low, high)],
    }
}

pub fn is_valid_port_name(port: &str) -> Vec<String> {
    let mut errors = Vec::new();
    if port.len() > 15 {
        errors.push(max_len_error(15));
    }
    if port.is_empty() || !port.bytes().all(|b| is_lower_alnum(b) || b == b'-') {
        errors
            .push("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)".into());
    }
    if !port.bytes().any(|b| b.is_ascii_lowercase()) {
        errors.push("must contain at least one letter (a-z)".into());
    }
    if port.contains("--") {
        errors.push("must not contain consecutive hyphens".into());
    }
    if port.starts_with('-') || port.ends_with('-') {
        errors.push("must not begin or end with a hyphen".into());
    }
    errors
}

pub fn is_valid_percent(percent: &str) -> Vec<String> {
    let digits = percent.strip_suffix('%');
    match digits.is_some_and(|d| !d.is_empty() && d.bytes().all(|b| b.is_ascii_digit())) {
        true => Vec::new(),
        false => vec![regex_error(PERCENT_MSG, "[0-9]+%", &["1%", "93%"])],
    }
}

/// A domain with at least three segments, such as a signer's.
pub fn is_fully_qualified_name(path: &FieldPath, name: &str) -> ErrorList {
    if name.is_empty() {
        return FieldError::required(path, "").into();
    }
    let problems = is_dns1123_subdomain(name);
    if !problems.is_empty() {
        return FieldError::invalid(path, name, problems.join(",")).into();
    }
    if name.split('.').count() < 3 {
        let detail = "should be a domain with at least three segments separated by dots";
        return FieldError::invalid(path, name, detail).into();
    }
    ErrorList::new()
}

/// A domain with at least two segments; a trailing dot is allowed.
pub fn is_fully_qualified_domain_name(path: &FieldPath, name: &str) -> ErrorList {
    if name.is_empty() {
        return FieldError::required(path, "").into();
    }
    let name = name.strip_suffix('.').unwrap_or(name);
    let problems = is_dns1123_subdomain(name);
    if !problems.is_empty() {
        return FieldError::invalid(path, name, problems.join(",")).into();
    }
    if name.split('.').count() < 2 {
        let detail = "should be a domain with at least two segments separated by dots";
        return FieldError::invalid(path, name, detail).into();
    }
    for label in name.split('.') {
        let problems = is_dns1123_label(label);
        if !problems.is_empty() {
            return FieldError::invalid(path, label, problems.join(",")).into();
        }
    }
    ErrorList::new()
}

/// `example.com/some/path`
pub fn is_domain_prefixed_path(path: &FieldPath, value: &str) -> ErrorList {
    let mut errors = ErrorList::new();
    if value.is_empty() {
        return FieldError::required(path, "").into();
    }
    let Some((domain, rest)) = value
        .split_once('/')
        .filter(|(d, r)| !d.is_empty() && !r.is_empty())
    else {
        let detail = "must be a domain-prefixed path (such as \"acme.io/foo\")";
        return FieldError::invalid(path, value, detail).into();
    };
    for problem in is_dns1123_subdomain(domain) {
        errors.push(FieldError::invalid(path, domain, problem));
    }
    if !rest.bytes().all(is_path_byte) {
        let pattern = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";
        errors.push(FieldError::invalid(
            path,
            rest,
            regex_error("Invalid path", pattern, &[]),
        ));
    }
    errors
}

/// `example.com/key`
pub fn is_domain_prefixed_key(path: &FieldPath, key: &str) -> ErrorList {
    if key.is_empty() {
        return FieldError::required(path, "").into();
    }
    let mut errors: ErrorList = is_qualified_name(key)
        .into_iter()
        .map(|problem| FieldError::invalid(path, key, problem))
        .collect();
    if errors.is_empty() && !key.contains('/') {
        let detail = "must be a domain-prefixed key (such as \"acme.io/foo\")";
        errors.push(FieldError::invalid(path, key, detail));
    }
    errors
}

fn is_path_byte(b: u8) -> bool {
    is_alnum(b) || b"/-._~%!$&'()*+,;=:".contains(&b)
}

/// A label or subdomain rule by name, as kinds choose theirs.
pub type NameRule = fn(&str, bool) -> Vec<String>;

/// Cuts a trailing dash (or two), so that a prefix can be checked as a name.
pub fn mask_trailing_dash(name: &str) -> String {
    if name.len() > 1 && name.ends_with('-') {
        return format!("{}a", &name[..name.len() - 2]);
    }
    name.into()
}

pub fn name_is_dns_subdomain(name: &str, prefix: bool) -> Vec<String> {
    is_dns1123_subdomain(&masked(name, prefix))
}

pub fn name_is_dns_label(name: &str, prefix: bool) -> Vec<String> {
    is_dns1123_label(&masked(name, prefix))
}

pub fn name_is_dns1035_label(name: &str, prefix: bool) -> Vec<String> {
    is_dns1035_label(&masked(name, prefix))
}

fn masked(name: &str, prefix: bool) -> String {
    if prefix {
        mask_trailing_dash(name)
    } else {
        name.into()
    }
}

/// A name that can be one segment of a URL path.
pub fn path_segment_name(name: &str, _prefix: bool) -> Vec<String> {
    // kubernetes: apimachinery/pkg/api/validation/path/name.go
    if name == "." || name == ".." {
        return vec![format!("may not be '{name}'")];
    }
    ['/', '%']
        .iter()
        .filter(|c| name.contains(**c))
        .map(|c| format!("may not contain '{c}'"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts() {
        assert_eq!(
            is_dns1123_subdomain("Bad"),
            [
                "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
            ]
        );
        assert_eq!(
            is_dns1035_label("1x"),
            [
                "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"
            ]
        );
        assert_eq!(is_dns1123_label("a.b"), ["must not contain dots"]);
        assert!(is_valid_label_value("").is_empty());
        assert!(is_qualified_name("example.com/My_Name").is_empty());
        assert_eq!(is_qualified_name("/x"), ["prefix part must be non-empty"]);
        assert_eq!(
            is_valid_port_name("80"),
            ["must contain at least one letter (a-z)"]
        );
        assert_eq!(is_config_map_key("..x"), ["must not start with '..'"]);
    }

    #[test]
    fn generate_name_prefixes() {
        assert!(name_is_dns_label("web-", true).is_empty());
        assert_eq!(name_is_dns_label("web-", false).len(), 1);
        assert_eq!(mask_trailing_dash("a--"), "aa");
        assert_eq!(mask_trailing_dash("-"), "-");
    }
}
