//! How kubectl prints what the API server refused.
//!
//! *Models*: `kubectl/pkg/cmd/util/helpers.go` (checkErr, StandardErrorMessage, AddSourceToErr).

use apimachinery::{Reason, Status};

/// The text of one refusal, with its newline.
pub fn text(status: &Status) -> String {
    if status.reason == Reason::Invalid {
        return invalid(status);
    }
    let reason = status.reason.as_str();
    if reason.is_empty() {
        return format!("Error from server: {}\n", status.message);
    }
    format!("Error from server ({reason}): {}\n", status.message)
}

/// The same with `error when creating "f.yaml": ` before the message.
pub fn with_source(doing: &str, source: &str, status: &Status) -> String {
    if source.is_empty() || status.reason == Reason::Invalid {
        return text(status);
    }
    let mut status = status.clone();
    status.message = format!("error when {doing} \"{source}\": {}", status.message);
    text(&status)
}

/// `The Pod "x" is invalid: …`, one line a cause if there are several.
fn invalid(status: &Status) -> String {
    let (kind, name) = status
        .details
        .as_ref()
        .map_or(("", ""), |details| (&*details.kind, &*details.name));
    let head = match (kind, name, status.causes().is_empty()) {
        ("", "", true) if !status.message.is_empty() => {
            format!("The request is invalid: {}", status.message)
        }
        ("", "", _) => "The request is invalid".to_string(),
        _ => format!("The {kind} \"{name}\" is invalid"),
    };
    let mut causes: Vec<String> = Vec::new();
    for cause in status.causes() {
        let line = if cause.field.is_empty() {
            cause.message.to_string()
        } else {
            format!("{}: {}", cause.field, cause.message)
        };
        if !causes.contains(&line) {
            causes.push(line);
        }
    }
    match causes.as_slice() {
        [] => format!("{head}\n"),
        [one] => format!("{head}: {one}\n"),
        several => format!(
            "{head}: \n{}",
            several
                .iter()
                .map(|line| format!("* {line}\n"))
                .collect::<String>()
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_with_and_without_details() {
        let bare = Status::failure(422, Reason::Invalid, "the patch is odd");
        assert_eq!(text(&bare), "The request is invalid: the patch is odd\n");
        let cause = bare.with_cause("FieldValueInvalid", "Invalid value: 1", "patch");
        assert_eq!(
            text(&cause),
            "The request is invalid: patch: Invalid value: 1\n"
        );
    }
}
