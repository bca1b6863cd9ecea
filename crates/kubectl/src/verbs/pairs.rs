//! `TYPE NAME key=value key-`: sorting resources from changes.
//!
//! *Models*: `kubectl/pkg/cmd/util/helpers.go` (GetResourcesAndPairs, ParsePairs), `cmd/label/label.go` (parseLabels).
//! *Not modelled*: nothing.

use std::collections::BTreeMap;

/// Splits words into resources and changes.
///
/// # Errors
/// A resource after a change.
pub fn split(words: &[String], what: &str) -> Result<(Vec<String>, Vec<String>), String> {
    let (mut resources, mut changes) = (Vec::new(), Vec::new());
    for word in words {
        let is_change =
            word.contains('=') && !word.starts_with('=') || word.ends_with('-') && word != "-";
        match (is_change, changes.is_empty()) {
            (true, _) => changes.push(word.clone()),
            (false, true) => resources.push(word.clone()),
            (false, false) => {
                return Err(format!(
                    "all resources must be specified before {what} changes: {word}"
                ));
            }
        }
    }
    Ok((resources, changes))
}

/// What is to be set and what is to go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pairs {
    pub set: BTreeMap<String, String>,
    pub remove: Vec<String>,
}

/// `key=value` and, if `removals`, `key-`. Fixture table: `annotate.TestParseAnnotations`.
///
/// # Errors
/// kubectl's words.
pub fn parse(changes: &[String], what: &str, removals: bool) -> Result<Pairs, String> {
    let mut pairs = Pairs::default();
    let mut invalid = Vec::new();
    for change in changes {
        match change.split_once('=') {
            Some((key, value)) if !key.is_empty() => {
                pairs.set.insert(key.to_string(), value.to_string());
            }
            None if removals && change.ends_with('-') && change != "-" => {
                pairs.remove.push(change[..change.len() - 1].to_string());
            }
            _ => invalid.push(change.as_str()),
        }
    }
    if !invalid.is_empty() {
        return Err(format!("invalid {what} format: {}", invalid.join(", ")));
    }
    Ok(pairs)
}

/// Annotations that are both to be set and to go. Fixture table: `annotate.TestValidateAnnotations`.
///
/// # Errors
/// There are some.
// kubernetes: kubectl/pkg/cmd/annotate/annotate.go (validateAnnotations)
pub fn validate_annotations(pairs: &Pairs) -> Result<(), String> {
    let both = pairs
        .remove
        .iter()
        .filter(|key| pairs.set.contains_key(*key));
    let both: Vec<&str> = both.map(String::as_str).collect();
    match both.is_empty() {
        true => Ok(()),
        false => Err(format!(
            "can not both modify and remove the following annotation(s) in the same command: {}",
            both.join(", ")
        )),
    }
}

/// Labels, whose values are checked here. Fixture table: `label.TestParseLabels`.
///
/// # Errors
/// kubectl's words.
pub fn parse_labels(changes: &[String]) -> Result<Pairs, String> {
    let mut pairs = Pairs::default();
    for change in changes {
        if change.contains('=') {
            let parts: Vec<&str> = change.split('=').collect();
            let [key, value] = parts[..] else {
                return Err(format!("invalid label spec: {change}"));
            };
            let faults = apimachinery::validation::is_valid_label_value(value);
            if !faults.is_empty() {
                return Err(format!(
                    "invalid label value: \"{change}\": {}",
                    faults.join(";")
                ));
            }
            pairs.set.insert(key.to_string(), value.to_string());
        } else if let Some(key) = change.strip_suffix('-') {
            pairs.remove.push(key.to_string());
        } else {
            return Err(format!("unknown label spec: {change}"));
        }
    }
    match pairs.remove.iter().any(|key| pairs.set.contains_key(key)) {
        true => Err("can not both modify and remove a label in the same command".to_string()),
        false => Ok(pairs),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(String::from).collect()
    }

    #[test]
    fn resources_come_first() {
        let (resources, changes) = split(&words("pod web a=b c-"), "label").unwrap();
        assert_eq!((resources, changes), (words("pod web"), words("a=b c-")));
        assert_eq!(
            split(&words("pod web a=b other"), "label").unwrap_err(),
            "all resources must be specified before label changes: other"
        );
    }

    #[test]
    fn bad_pairs() {
        for (line, wanted) in [
            ("ab c=d", "invalid annotation format: ab"),
            ("ab x", "invalid annotation format: ab, x"),
            ("=bar", "invalid annotation format: =bar"),
        ] {
            assert_eq!(parse(&words(line), "annotation", true).unwrap_err(), wanted);
        }
        let both = parse(&words("a=b a- c-"), "annotation", true).unwrap();
        assert_eq!(
            validate_annotations(&both).unwrap_err(),
            "can not both modify and remove the following annotation(s) in the same command: a"
        );
        assert_eq!(
            parse_labels(&words("a=b=c")).unwrap_err(),
            "invalid label spec: a=b=c"
        );
    }
}
