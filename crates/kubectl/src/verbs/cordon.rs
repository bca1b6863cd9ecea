//! `kubectl cordon` and `kubectl uncordon`.
//!
//! *Models*: `kubectl/pkg/cmd/drain/drain.go` (RunCordonOrUncordon), `kubectl/pkg/drain/cordon.go`.
//! *Not modelled*: nothing.

use crate::client::{Client, Item, Printed, Sequence, Step};
use crate::errors;
use crate::flags::{Args, Flag, optional, short_value};
use crate::invocation::Failure;
use crate::verbs::create::Format;
use crate::verbs::dry_run::{self, DryRun};
use crate::verbs::targets::{self, Ask, Target, Write, failed};
use apimachinery::{Status, Value};
use cluster::Patch;

pub const FLAGS: &[Flag] = &[
    short_value("selector", 'l'),
    optional("dry-run", "unchanged"),
];

pub fn cordon(args: Args, cx: &Step<'_>) -> Result<Box<dyn Client>, Failure> {
    start(args, cx, true)
}

pub fn uncordon(args: Args, cx: &Step<'_>) -> Result<Box<dyn Client>, Failure> {
    start(args, cx, false)
}

fn start(args: Args, cx: &Step<'_>, desired: bool) -> Result<Box<dyn Client>, Failure> {
    let verb = if desired { "cordon" } else { "uncordon" };
    let dry_run = dry_run::parse(&args)?;
    let targets = nodes(&args, cx, verb)?;
    let write = Write {
        dry_run,
        format: Format::Message,
        manager: "kubectl-cordon",
    };
    let items = targets::items(targets, |target| {
        Item::Decide(Box::new(move |cx: &Step<'_>| {
            set(target, desired, write, cx)
        }))
    });
    Ok(Box::new(Sequence::failures_last(items)))
}

/// The nodes that the words name or the selector selects.
///
/// # Errors
/// kubectl's words for missing or contradicting arguments.
pub fn nodes(args: &Args, cx: &Step<'_>, verb: &str) -> Result<targets::Targets, Failure> {
    let selects = args.get("selector").is_some_and(|text| !text.is_empty());
    if args.positional.is_empty() && !selects {
        return Err(Failure::error(format!(
            "USAGE: {verb} NODE [flags]\nSee 'kubectl {verb} -h' for help and examples"
        )));
    }
    if !args.positional.is_empty() && selects {
        return Err(Failure::error(
            "error: cannot specify both a node name and a --selector option",
        ));
    }
    let mut words = args.positional.clone();
    if !words.iter().any(|word| word.contains('/')) {
        words.insert(0, "nodes".to_string());
    }
    targets::find(args, &words, cx, Ask::default())
}

/// Makes a node unschedulable or schedulable.
pub fn set(target: Target, desired: bool, write: Write, cx: &Step<'_>) -> Vec<Item> {
    let verb = if desired { "cordon" } else { "uncordon" };
    let Some(object) = target.object(cx) else {
        return failed(errors::text(&Status::not_found("nodes", &target.name)));
    };
    let value = object.encode();
    let current = value
        .at_path("spec.unschedulable")
        .and_then(Value::as_bool)
        .unwrap_or(false);
    if current == desired {
        let text = write.text(&target, &format!("already {verb}ed"), &value);
        return vec![Item::Text(Printed::out(text))];
    }
    let done = format!("{verb}ed");
    if write.dry_run == DryRun::Client {
        return vec![Item::Text(Printed::out(write.text(&target, &done, &value)))];
    }
    let mut patch = Value::map();
    let wanted = if desired {
        Value::Bool(true)
    } else {
        Value::Null
    };
    patch.set(&["spec", "unschedulable"], wanted);
    let name = target.name.clone();
    let request = target.request(
        cluster::Verb::Patch(Patch::Strategic),
        apimachinery::to_json(&patch),
    );
    let fail = move |status: &Status| {
        format!(
            "error: unable to {verb} node \"{name}\": {}\n",
            status.message
        )
    };
    vec![write.item(target, request, move |_| done, fail)]
}
