//! `kubectl apply view-last-applied`; its siblings, which need an editor or rewrite annotations.
//!
//! *Models*: `kubectl/pkg/cmd/apply/apply_view_last_applied.go`.
//! *Not modelled*: `edit-last-applied`, `set-last-applied`: refused.

use crate::client::{Client, Item, Printed, Sequence, Step};
use crate::flags::{Args, Flag, short_switch, short_value, switch};
use crate::invocation::Failure;
use crate::verbs::apply::LAST_APPLIED;
use crate::verbs::targets::{self, Ask};
use apimachinery::{json, to_yaml};

pub const FLAGS: &[Flag] = &[
    short_value("filename", 'f'),
    short_value("kustomize", 'k'),
    short_switch("recursive", 'R'),
    short_value("selector", 'l'),
    switch("all"),
    switch("create-annotation"),
    short_value("output", 'o'),
];

pub fn view(args: Args, cx: &Step<'_>) -> Result<Box<dyn Client>, Failure> {
    let as_json = match args.get("output") {
        None | Some("" | "yaml") => false,
        Some("json") => true,
        Some(other) => {
            return Err(Failure::error(format!(
                "Unexpected -o output mode: {other}, the flag 'output' must be one of yaml|json\nSee 'view-last-applied -h' for help and examples"
            )));
        }
    };
    let targets = targets::find(
        &args,
        &args.positional,
        cx,
        Ask {
            all: true,
            blind: false,
        },
    )?;
    let items = targets::items(targets, |target| {
        let annotation = target.object(cx).and_then(|object| {
            object
                .meta()
                .annotations
                .get_str(LAST_APPLIED)
                .map(str::to_string)
        });
        let Some(text) = annotation else {
            return Item::Text(Printed::failure(format!(
                "error: no last-applied-configuration annotation found on resource: {}\n",
                target.name
            )));
        };
        Item::Text(match json::parse_json(&text) {
            Ok(value) if as_json => Printed::out(format!("{}\n", json::to_json_indent(&value, 2))),
            Ok(value) => Printed::out(to_yaml(&value)),
            Err(error) => Printed::failure(format!("error: {error}\n")),
        })
    });
    Ok(Box::new(Sequence::failures_last(items)))
}

pub fn refuse(_args: Args, _cx: &Step<'_>) -> Result<Box<dyn Client>, Failure> {
    Err(Failure::error(
        "this command is not modelled yet; use kubectl apply -f",
    ))
}
