//! `kubectl rollout restart`, `pause` and `resume`.
//!
//! *Models*: `kubectl/pkg/cmd/rollout/rollout_{restart,pause,resume}.go`, `polymorphichelpers/object{restarter,pauser,resumer}.go`.
//! *Not modelled*: nothing.

use crate::client::{Client, Item, Printed, Sequence, Step};
use crate::errors;
use crate::flags::{Args, Flag, short_switch, short_value, switch, value};
use crate::invocation::Failure;
use crate::output;
use crate::polymorphic;
use crate::verbs::targets::{self, Target, Write, difference, failed};
use apimachinery::{Status, Value, json};
use cluster::{Patch, Verb};

pub const FLAGS: &[Flag] = &[
    short_value("filename", 'f'),
    short_value("kustomize", 'k'),
    short_switch("recursive", 'R'),
    short_value("selector", 'l'),
    short_value("output", 'o'),
    value("field-manager"),
    switch("show-managed-fields"),
];

const RESTARTED_AT: &str = "kubectl.kubernetes.io/restartedAt";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Change {
    Restart,
    Pause,
    Resume,
}

pub fn restart(args: Args, cx: &Step<'_>) -> Result<Box<dyn Client>, Failure> {
    start(Change::Restart, &args, cx)
}

pub fn pause(args: Args, cx: &Step<'_>) -> Result<Box<dyn Client>, Failure> {
    start(Change::Pause, &args, cx)
}

pub fn resume(args: Args, cx: &Step<'_>) -> Result<Box<dyn Client>, Failure> {
    start(Change::Resume, &args, cx)
}

fn start(change: Change, args: &Args, cx: &Step<'_>) -> Result<Box<dyn Client>, Failure> {
    let write = Write::new(args, "kubectl-rollout")?;
    let targets = super::find(args, cx)?;
    if change == Change::Restart && targets.list.is_empty() && targets.failures.is_empty() {
        return Ok(Box::new(Sequence::new(vec![Item::Text(Printed {
            err: format!(
                "No resources found in {} namespace.\n",
                crate::invocation::namespace(args, cx.env)
            ),
            ..Printed::default()
        })])));
    }
    let items = targets::items(targets, |target| {
        Item::Decide(Box::new(move |cx: &Step<'_>| {
            change.apply(target, write, cx)
        }))
    });
    Ok(Box::new(Sequence::failures_last(items)))
}

impl Change {
    fn apply(self, target: Target, write: Write, cx: &Step<'_>) -> Vec<Item> {
        let Some(object) = target.object(cx) else {
            return failed(errors::text(&target.not_found()));
        };
        let old = output::shown(target.info, object);
        let mut new = old.clone();
        let resource = target.info.resource();
        let refuse = |why: &str| failed(format!("error: {resource} \"{}\" {why}\n", target.name));
        if let Err(why) = self.edit(&target, &mut new, cx) {
            return refuse(&why);
        }
        let patch = match difference(&target, &old, &new) {
            Ok(Some(patch)) => patch,
            Ok(None) if self == Change::Restart => {
                return failed(format!(
                    "error: failed to create patch for {}: if restart has already been triggered within the past second, please wait before attempting to trigger another\n",
                    target.name
                ));
            }
            Ok(None) => return refuse("was not changed"),
            Err(error) => return refuse(&error),
        };
        let request = target.request(Verb::Patch(Patch::Strategic), json::to_json(&patch));
        let fail = |status: &Status| format!("failed to patch: {}\n", status.message);
        vec![write.item(target, request, move |_| self.done().to_string(), fail)]
    }

    fn done(self) -> &'static str {
        match self {
            Change::Restart => "restarted",
            Change::Pause => "paused",
            Change::Resume => "resumed",
        }
    }

    // kubernetes: kubectl/pkg/polymorphichelpers/objectrestarter.go, objectpauser.go, objectresumer.go
    fn edit(self, target: &Target, value: &mut Value, cx: &Step<'_>) -> Result<(), String> {
        let plural = target.info.plural;
        let paused = polymorphic::is_paused(value);
        match self {
            Change::Restart => {
                if !matches!(plural, "deployments" | "daemonsets" | "statefulsets") {
                    return Err("restarting is not supported".to_string());
                }
                if plural == "deployments" && paused {
                    return Err(
                        "can't restart paused deployment (run rollout resume first)".to_string()
                    );
                }
                let now = cx.world.clock().time(cx.now).to_string();
                value.set(
                    &["spec", "template", "metadata", "annotations", RESTARTED_AT],
                    now,
                );
            }
            Change::Pause => polymorphic::pause(target.info.kind, value)?,
            Change::Resume => polymorphic::resume(target.info.kind, value)?,
        }
        Ok(())
    }
}
