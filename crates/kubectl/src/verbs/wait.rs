//! `kubectl wait`.
//!
//! *Models*: `kubectl/pkg/cmd/wait/{wait,condition,create,delete,json}.go`.
//! *Invariants*: objects are waited for one after the other, all within one timeout.
//! *Not modelled*: nothing.

use crate::client::{Client, Item, Printed, Sequence, Step, Wake, Watched};
use crate::flags::{Args, Flag, short_switch, short_value, switch, value};
use crate::invocation::Failure;
use crate::output;
use crate::output::jsonpath::{self, Template};
use crate::verbs::dry_run::DryRun;
use crate::verbs::duration;
use crate::verbs::targets::{self, Ask, Target, Write, failed};
use ::api::Object;
use apimachinery::{Uid, Value, json};
use core::time::Duration;
use engine::SimTime;
use std::rc::Rc;

pub const FLAGS: &[Flag] = &[
    short_value("filename", 'f'),
    short_value("kustomize", 'k'),
    short_switch("recursive", 'R'),
    short_value("selector", 'l'),
    value("field-selector"),
    switch("all"),
    short_switch("all-namespaces", 'A'),
    switch("local"),
    value("for"),
    value("timeout"),
    short_value("output", 'o'),
    switch("show-managed-fields"),
];

const TIMEOUT: Duration = Duration::from_secs(30);

/// What is waited for.
enum Condition {
    Created,
    Deleted,
    /// A condition of the status, and its value.
    Status(String, String),
    /// A path, and its value if it matters.
    Path(Template, Option<String>),
}

pub fn start(args: Args, cx: &Step<'_>) -> Result<Box<dyn Client>, Failure> {
    let condition =
        Rc::new(condition(args.get("for").unwrap_or_default()).map_err(Failure::error)?);
    let timeout = match duration::flag(&args, "timeout")? {
        None => TIMEOUT,
        Some(nanos) if nanos < 0 => duration::WEEK,
        Some(nanos) => Duration::from_nanos(nanos.unsigned_abs()),
    };
    let write = Write {
        format: Write::new(&args, "")?.format,
        dry_run: DryRun::None,
        manager: "",
    };
    let blind = matches!(*condition, Condition::Created);
    let mut targets = targets::find(&args, &args.positional, cx, Ask { all: false, blind })?;
    let deleting = matches!(*condition, Condition::Deleted);
    if deleting {
        // What is not there is deleted.
        targets
            .failures
            .retain(|text| !text.starts_with("Error from server (NotFound)"));
    }
    if targets.list.is_empty() && targets.failures.is_empty() && !deleting {
        return Err(Failure::error("no matching resources found"));
    }
    let deadline = cx.now + timeout;
    let items = targets::items(targets, |target| {
        let uid = target.object(cx).map(|object| object.meta().uid.clone());
        watch(Waiting {
            target,
            uid,
            condition: condition.clone(),
            deadline,
            once: timeout.is_zero(),
            write,
        })
    });
    Ok(Box::new(Sequence::failures_last(items)))
}

/// Fixture-free: `delete`, `create`, `condition=Ready`, `condition=Ready=false`, `jsonpath={.a}=b`.
fn condition(text: &str) -> Result<Condition, String> {
    match text.to_lowercase().as_str() {
        "delete" => return Ok(Condition::Deleted),
        "create" => return Ok(Condition::Created),
        _ => {}
    }
    if let Some(rest) = text.strip_prefix("condition=") {
        let (name, value) = rest.split_once('=').unwrap_or((rest, "true"));
        return Ok(Condition::Status(name.to_string(), value.to_string()));
    }
    let Some(rest) = text.strip_prefix("jsonpath=") else {
        return Err(format!("unrecognized condition: {}", json::quote_go(text)));
    };
    let parts = split_path(rest);
    let (path, value) = match &parts[..] {
        [path] => (path, None),
        [path, value] => (path, Some(value)),
        _ => {
            return Err("jsonpath wait format must be --for=jsonpath='{.status.readyReplicas}'=3 or --for=jsonpath='{.status.readyReplicas}'".to_string());
        }
    };
    let path = jsonpath::relaxed(path)?;
    if path.is_empty() {
        return Err("jsonpath expression cannot be empty".to_string());
    }
    let value = value.map(|value| value.trim_matches(['\'', '"']).to_string());
    if value.as_deref() == Some("") {
        return Err("jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.readyReplicas}'=3".to_string());
    }
    Ok(Condition::Path(Template::parse(&path)?, value))
}

/// Splits at single `=`; `==` belongs to a filter.
// kubernetes: kubectl/pkg/cmd/wait/wait.go (splitJSONPathInput)
fn split_path(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut rest = text;
    while let Some(at) = rest.find('=') {
        let (before, after) = rest.split_at(at);
        if let Some(last) = parts.last_mut() {
            last.push_str(before);
        }
        match after.strip_prefix("==") {
            Some(after) => {
                if let Some(last) = parts.last_mut() {
                    last.push_str("==");
                }
                rest = after;
            }
            None => {
                parts.push(String::new());
                rest = &after[1..];
            }
        }
    }
    if let Some(last) = parts.last_mut() {
        last.push_str(rest);
    }
    parts
}

struct Waiting {
    target: Target,
    /// Of the object when the command began.
    uid: Option<Uid>,
    condition: Rc<Condition>,
    deadline: SimTime,
    /// Look once only.
    once: bool,
    write: Write,
}

fn watch(waiting: Waiting) -> Item {
    Item::Watch(Box::new(move |cx| {
        let name = waiting.target.object_name();
        let object = waiting.target.object(cx);
        match waiting.met(object) {
            Err(error) => return Watched::Then(failed(format!("error: {error}\n"))),
            Ok(true) => {
                let value = object.map_or(Value::Null, |object| {
                    output::shown(waiting.target.info, object)
                });
                let text = waiting.write.text(&waiting.target, "condition met", &value);
                return Watched::Then(vec![Item::Text(Printed::out(text))]);
            }
            Ok(false) => {}
        }
        if waiting.once {
            return Watched::Then(failed(format!("error: condition not met for {name}\n")));
        }
        if cx.now >= waiting.deadline {
            return Watched::Then(failed(format!(
                "error: timed out waiting for the condition on {name}\n"
            )));
        }
        Watched::Wait(Wake {
            after_revision: Some(cx.world.api.store().revision()),
            at: Some(waiting.deadline),
        })
    }))
}

impl Waiting {
    fn met(&self, object: Option<&Object>) -> Result<bool, String> {
        match (&*self.condition, object) {
            (Condition::Deleted, None) => Ok(true),
            (Condition::Deleted, Some(object)) => Ok(self
                .uid
                .as_ref()
                .is_some_and(|uid| object.meta().uid != *uid)),
            (Condition::Created, object) => Ok(object.is_some()),
            (_, None) => Ok(false),
            (Condition::Status(name, value), Some(object)) => {
                Ok(status_is(&object.encode(), name, value))
            }
            (Condition::Path(path, wanted), Some(object)) => {
                path_is(path, wanted.as_deref(), &object.encode())
            }
        }
    }
}

// kubernetes: kubectl/pkg/cmd/wait/condition.go (checkCondition)
fn status_is(value: &Value, name: &str, wanted: &str) -> bool {
    let conditions = value
        .at_path("status.conditions")
        .and_then(Value::as_list)
        .unwrap_or_default();
    for condition in conditions {
        let text = |key: &str| condition.get(key).and_then(Value::as_str);
        let (Some(kind), Some(status)) = (text("type"), text("status")) else {
            continue;
        };
        if !kind.eq_ignore_ascii_case(name) {
            continue;
        }
        let number = |value: &Value, path: &str| value.at_path(path).and_then(Value::as_i64);
        let observed = number(condition, "observedGeneration")
            .or_else(|| number(value, "status.observedGeneration"));
        if let (Some(generation), Some(observed)) = (number(value, "metadata.generation"), observed)
            && observed < generation
        {
            return false;
        }
        return status.eq_ignore_ascii_case(wanted);
    }
    false
}

// kubernetes: kubectl/pkg/cmd/wait/json.go
fn path_is(path: &Template, wanted: Option<&str>, value: &Value) -> Result<bool, String> {
    let results = path.find(value, true)?;
    let Some(first) = results.first().and_then(|group| group.first()) else {
        return Ok(false);
    };
    if results.len() > 1 {
        return Err("given jsonpath expression matches more than one list".to_string());
    }
    if results[0].len() > 1 {
        return Err("given jsonpath expression matches more than one value".to_string());
    }
    let Some(wanted) = wanted else {
        return Ok(true);
    };
    if matches!(first.value(), Value::Map(_) | Value::List(_)) {
        return Err("jsonpath leads to a nested object or list which is not supported".to_string());
    }
    Ok(first.text().trim() == wanted.trim())
}

#[cfg(test)]
mod tests {
    use super::*;
    use apimachinery::parse_json;

    #[test]
    fn paths_are_split_at_single_signs() {
        for (text, wanted) in [
            ("{.a}", &["{.a}"][..]),
            ("{.a}=b", &["{.a}", "b"]),
            (
                "{.c[?(@.type==\"R\")].s}=True",
                &["{.c[?(@.type==\"R\")].s}", "True"],
            ),
            (
                "a.b.c====d.e.f===g.h.i===",
                &["a.b.c====d.e.f==", "g.h.i==", ""],
            ),
        ] {
            assert_eq!(split_path(text), wanted);
        }
    }

    #[test]
    fn conditions_are_met() {
        let pod = parse_json(
            r#"{"metadata":{"generation":2},"status":{"observedGeneration":2,"ready":3,"conditions":[{"type":"Ready","status":"True"}]}}"#,
        )
        .unwrap();
        assert!(status_is(&pod, "ready", "true"));
        assert!(!status_is(&pod, "Ready", "False"));
        for (text, wanted) in [
            ("jsonpath={.status.ready}=3", true),
            ("jsonpath=.status.ready", true),
            ("jsonpath={.status.ready}=4", false),
            ("jsonpath={.status.nope}=4", false),
            (
                "jsonpath={.status.conditions[?(@.type==\"Ready\")].status}=True",
                true,
            ),
        ] {
            let Ok(Condition::Path(path, value)) = condition(text) else {
                panic!("{text}")
            };
            assert_eq!(path_is(&path, value.as_deref(), &pod), Ok(wanted), "{text}");
        }
        assert_eq!(
            condition("x").err().unwrap(),
            "unrecognized condition: \"x\""
        );
    }
}
