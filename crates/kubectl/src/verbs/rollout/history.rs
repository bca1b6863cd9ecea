//! `kubectl rollout history`.
//!
//! *Models*: `kubectl/pkg/cmd/rollout/rollout_history.go`, `kubectl/pkg/polymorphichelpers/history.go`.
//! *Not modelled*: `-o`, DaemonSets, StatefulSets: refused.

use super::revisions::{self, CHANGE_CAUSE};
use crate::client::{Client, Item, Printed, Sequence, Step};
use crate::describe;
use crate::flags::{Args, Flag, short_switch, short_value, switch, value};
use crate::invocation::Failure;
use crate::printers::tabwriter;
use crate::verbs::targets::{self, Target};

pub const FLAGS: &[Flag] = &[
    short_value("filename", 'f'),
    short_value("kustomize", 'k'),
    short_switch("recursive", 'R'),
    short_value("selector", 'l'),
    short_value("output", 'o'),
    value("revision"),
    switch("show-managed-fields"),
];

pub fn start(args: Args, cx: &Step<'_>) -> Result<Box<dyn Client>, Failure> {
    let revision = args.int("revision").map_err(Failure::error)?.unwrap_or(0);
    if revision < 0 {
        return Err(Failure::error(format!(
            "revision must be a positive integer: {revision}"
        )));
    }
    if args.get("output").is_some_and(|format| !format.is_empty()) {
        return Err(Failure::error("-o is not modelled for this command yet"));
    }
    let targets = super::find(&args, cx)?;
    let items = targets::items(targets, |target| Item::Text(show(&target, revision, cx)));
    Ok(Box::new(Sequence::failures_last(items)))
}

fn show(target: &Target, revision: i64, cx: &Step<'_>) -> Printed {
    match target.info.plural {
        "deployments" => {}
        "daemonsets" | "statefulsets" => {
            let resource = target.info.resource();
            return Printed::failure(format!(
                "error: rollout history of {resource} is not modelled yet\n"
            ));
        }
        _ => {
            let kind = target.info.qualified_kind();
            return Printed::failure(format!(
                "error: no history viewer has been implemented for \"{kind}\"\n"
            ));
        }
    }
    match view(target, revision, cx) {
        Ok((title, text)) => Printed::out(format!("{} {title}\n{text}\n", target.shown())),
        Err(error) => Printed::failure(format!("error: {error}\n")),
    }
}

// kubernetes: kubectl/pkg/polymorphichelpers/history.go (DeploymentHistoryViewer)
fn view(target: &Target, revision: i64, cx: &Step<'_>) -> Result<(String, String), String> {
    let history = revisions::of(target, cx);
    if revision > 0 {
        let set = history
            .get(&revision)
            .ok_or("unable to find the specified revision")?;
        let mut template = (*set.spec.template).clone();
        if let Some(cause) = set.meta.annotations.get(CHANGE_CAUSE) {
            template
                .meta
                .annotations
                .insert(CHANGE_CAUSE, cause.clone());
        }
        return Ok((
            format!("with revision #{revision}"),
            describe::pod_template(&template),
        ));
    }
    if history.is_empty() {
        return Ok((String::new(), "No rollout history found.".to_string()));
    }
    let mut text = "REVISION\tCHANGE-CAUSE\n".to_string();
    for (revision, set) in &history {
        let cause = set
            .meta
            .annotations
            .get_str(CHANGE_CAUSE)
            .filter(|cause| !cause.is_empty());
        text.push_str(&format!("{revision}\t{}\n", cause.unwrap_or("<none>")));
    }
    Ok((String::new(), tabwriter::elastic(&text, 0, 2)))
}
