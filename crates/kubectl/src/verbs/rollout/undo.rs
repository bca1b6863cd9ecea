//! `kubectl rollout undo`: puts the pod template of an older revision back.
//!
//! *Models*: `kubectl/pkg/cmd/rollout/rollout_undo.go`, `kubectl/pkg/polymorphichelpers/rollback.go`.
//! *Not modelled*: DaemonSets, StatefulSets: refused.

use super::revisions::{self, REVISION};
use crate::client::{Client, Item, Printed, Sequence, Step};
use crate::describe;
use crate::errors;
use crate::flags::{Args, Flag, optional, short_switch, short_value, switch, value};
use crate::invocation::Failure;
use crate::verbs::apply::LAST_APPLIED;
use crate::verbs::dry_run::DryRun;
use crate::verbs::targets::{self, Target, Write, failed};
use ::api::{Object, PodTemplateSpec, ReplicaSet};
use apimachinery::{Map, Status, Value, json, to_value};
use cluster::{Patch, Verb};
use std::sync::Arc;

pub const FLAGS: &[Flag] = &[
    short_value("filename", 'f'),
    short_value("kustomize", 'k'),
    short_switch("recursive", 'R'),
    short_value("selector", 'l'),
    short_value("output", 'o'),
    value("to-revision"),
    optional("dry-run", "unchanged"),
    switch("show-managed-fields"),
];

const HASH_LABEL: &str = "pod-template-hash";
/// Annotations of the Deployment that a rollback keeps.
// kubernetes: kubectl/pkg/polymorphichelpers/rollback.go (annotationsToSkip)
const KEPT: [&str; 6] = [
    LAST_APPLIED,
    REVISION,
    "deployment.kubernetes.io/revision-history",
    "deployment.kubernetes.io/desired-replicas",
    "deployment.kubernetes.io/max-replicas",
    "deprecated.deployment.rollback.to",
];

pub fn start(args: Args, cx: &Step<'_>) -> Result<Box<dyn Client>, Failure> {
    let to = args
        .int("to-revision")
        .map_err(Failure::error)?
        .unwrap_or(0);
    let write = Write::new(&args, "kubectl-rollout")?;
    let targets = super::find(&args, cx)?;
    let items = targets::items(targets, |target| {
        Item::Decide(Box::new(move |cx: &Step<'_>| undo(target, to, write, cx)))
    });
    Ok(Box::new(Sequence::failures_last(items)))
}

fn undo(target: Target, to: i64, write: Write, cx: &Step<'_>) -> Vec<Item> {
    let Some(object) = target.object(cx) else {
        return failed(errors::text(&target.not_found()));
    };
    let mut items = Vec::new();
    if object.meta().annotations.contains_key(LAST_APPLIED) {
        let err = format!(
            "Warning: resource {} was previously managed with 'kubectl apply'. Rolling back will not update the {LAST_APPLIED} annotation, which may cause unexpected behavior on future 'kubectl apply' operations. Consider using 'kubectl apply' with your previous configuration file instead.\n",
            target.object_name()
        );
        items.push(Item::Text(Printed {
            err,
            ..Printed::default()
        }));
    }
    match roll_back(&target, object, to, write, cx) {
        Ok(item) => items.push(item),
        Err(error) => items.extend(failed(format!("error: {error}\n"))),
    }
    items
}

fn roll_back(
    target: &Target,
    object: &Object,
    to: i64,
    write: Write,
    cx: &Step<'_>,
) -> Result<Item, String> {
    let Object::Deployment(deployment) = object else {
        return Err(match target.info.plural {
            "daemonsets" | "statefulsets" => format!(
                "rollout undo of {} is not modelled yet",
                target.info.resource()
            ),
            _ => format!(
                "no rollbacker has been implemented for \"{}\"",
                target.info.qualified_kind()
            ),
        });
    };
    let set = find(target, to, cx)?;
    if write.dry_run == DryRun::Client {
        let text = describe::pod_template(&set.spec.template);
        let text = format!("{} {text}{}\n", target.shown(), write.dry_run.suffix());
        return Ok(Item::Text(Printed::out(text)));
    }
    if deployment.spec.paused {
        return Err(format!(
            "you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume deployment/{}' and try again",
            target.name
        ));
    }
    let template = template_value(&set.spec.template);
    if template == template_value(&deployment.spec.template) {
        let text = format!("skipped rollback (current template already matches revision {to})");
        return Ok(Item::Text(Printed::out(write.text(
            target,
            &text,
            &object.encode(),
        ))));
    }
    let mut annotations = Map::new();
    for key in KEPT {
        if let Some(value) = deployment.meta.annotations.get_str(key) {
            annotations.insert(key, value);
        }
    }
    for (key, value) in set
        .meta
        .annotations
        .iter()
        .filter(|(key, _)| !KEPT.contains(&&***key))
    {
        annotations.insert(key.clone(), value.clone());
    }
    let replace = |path: &str, value: Value| {
        Value::from(Map::from([
            ("op", Value::str("replace")),
            ("path", Value::str(path)),
            ("value", value),
        ]))
    };
    let body = Value::List(vec![
        replace("/spec/template", template),
        replace("/metadata/annotations", Value::Map(annotations)),
    ]);
    let request = target.request(Verb::Patch(Patch::Json), json::to_json(&body));
    let fail = move |status: &Status| {
        format!(
            "error: failed restoring revision {to}: {}\n",
            status.message
        )
    };
    Ok(write.item(target.clone(), request, |_| "rolled back".to_string(), fail))
}

/// The ReplicaSet of the wanted revision; 0 is the one before the latest.
fn find(target: &Target, to: i64, cx: &Step<'_>) -> Result<Arc<ReplicaSet>, String> {
    let not_found = || format!("unable to find specified revision {to} in history");
    if to < 0 {
        return Err(not_found());
    }
    let history = revisions::of(target, cx);
    if to > 0 {
        return history.get(&to).cloned().ok_or_else(not_found);
    }
    history.values().rev().nth(1).cloned().ok_or_else(|| {
        format!(
            "no rollout history found for deployment \"{}\"",
            target.name
        )
    })
}

/// A template without its hash label.
fn template_value(template: &PodTemplateSpec) -> Value {
    let mut template = template.clone();
    template.meta.labels.remove(HASH_LABEL);
    to_value(&template)
}
