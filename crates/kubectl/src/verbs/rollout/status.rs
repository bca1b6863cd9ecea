//! `kubectl rollout status`: one line a change of the object, until the rollout is done.
//!
//! *Models*: `kubectl/pkg/cmd/rollout/rollout_status.go`, `kubectl/pkg/polymorphichelpers/rollout_status.go`.
//! *Invariants*: every version of the object is looked at, in order, as a watch shows them.
//! *Not modelled*: nothing.

use crate::client::{Client, Item, Printed, Sequence, Step, Wake, Watched};
use crate::flags::{Args, Flag, short_switch, short_value, switch, value};
use crate::invocation::Failure;
use crate::verbs::duration;
use crate::verbs::targets::{Target, failed};
use ::api::Object;
use apimachinery::Value;
use cluster::Key;
use core::time::Duration;
use engine::SimTime;
use std::collections::VecDeque;

pub const FLAGS: &[Flag] = &[
    short_value("filename", 'f'),
    short_value("kustomize", 'k'),
    short_switch("recursive", 'R'),
    short_value("selector", 'l'),
    short_switch("watch", 'w'),
    value("revision"),
    value("timeout"),
    switch("show-managed-fields"),
];

/// What one version of an object says about its rollout: text, and whether it is done.
pub type Status = Result<(String, bool), String>;

pub fn start(args: Args, cx: &Step<'_>) -> Result<Box<dyn Client>, Failure> {
    let revision = args.int("revision").map_err(Failure::error)?.unwrap_or(0);
    if revision < 0 {
        return Err(Failure::error(format!(
            "revision must be a positive integer: {revision}"
        )));
    }
    let timeout = duration::flag(&args, "timeout")?
        .and_then(|nanos| u64::try_from(nanos).ok())
        .filter(|nanos| *nanos > 0)
        .map(Duration::from_nanos);
    let targets = super::find(&args, cx)?;
    if !targets.failures.is_empty() {
        let items = targets
            .failures
            .into_iter()
            .map(|text| Item::Text(Printed::failure(text)));
        return Ok(Box::new(Sequence::failures_last(items.collect())));
    }
    if targets.list.is_empty() {
        let none = Printed {
            err: format!(
                "No resources found in {} namespace.\n",
                crate::invocation::namespace(&args, cx.env)
            ),
            ..Printed::default()
        };
        return Ok(Box::new(Sequence::new(vec![Item::Text(none)])));
    }
    let keeps_watching = args.get("watch").is_none() || args.is_set("watch");
    let deadline = timeout.map(|timeout| cx.now + timeout);
    let mut items = Vec::new();
    for target in targets.list {
        let Some(viewer) = viewer(target.info.plural) else {
            let (group, kind) = (target.info.group, target.info.kind);
            return Err(Failure::error(format!(
                "no status viewer has been implemented for \"{kind}.{group}\""
            )));
        };
        items.push(follow(target, viewer, revision, keeps_watching, deadline));
        items.push(Item::StopIfFailed);
    }
    Ok(Box::new(Sequence::new(items)))
}

type Viewer = fn(&Value, i64) -> Status;

fn viewer(plural: &str) -> Option<Viewer> {
    match plural {
        "deployments" => Some(deployment),
        "daemonsets" => Some(daemon_set),
        "statefulsets" => Some(stateful_set),
        _ => None,
    }
}

/// Follows one object.
struct Follow {
    key: Option<Key>,
    /// The store's revision up to which changes were seen.
    seen: u64,
    /// Versions to look at; `None`: the object was deleted.
    versions: VecDeque<Option<Object>>,
}

impl Follow {
    fn look(&mut self, target: &Target, cx: &Step<'_>) {
        let store = cx.world.api.store();
        let Some(key) = self.key else {
            let found = cx
                .world
                .api
                .find(target.kind, &target.namespace, &target.name);
            self.key = found.map(|(key, _)| key);
            self.versions
                .push_back(found.map(|(_, object)| object.clone()));
            self.seen = store.revision();
            return;
        };
        match store.changes_since(self.seen) {
            Some(changes) => self.versions.extend(
                changes
                    .filter(|change| change.key == key)
                    .map(|change| change.new.clone()),
            ),
            // The log no longer reaches back: list again.
            None => self.versions.push_back(cx.world.api.object(key).cloned()),
        }
        self.seen = store.revision();
    }
}

fn follow(
    target: Target,
    viewer: Viewer,
    revision: i64,
    keeps_watching: bool,
    deadline: Option<SimTime>,
) -> Item {
    let mut follow = Follow {
        key: None,
        seen: 0,
        versions: VecDeque::new(),
    };
    let mut done = false;
    Item::Watch(Box::new(move |cx| {
        if done {
            return Watched::Then(Vec::new());
        }
        if follow.versions.is_empty() {
            follow.look(&target, cx);
        }
        match follow.versions.pop_front() {
            Some(Some(object)) => match viewer(&object.encode(), revision) {
                Ok((text, finished)) => {
                    done = finished || !keeps_watching;
                    Watched::Show(Printed::out(text))
                }
                Err(error) => Watched::Then(failed(format!("error: {error}\n"))),
            },
            Some(None) => Watched::Then(failed("error: object has been deleted\n")),
            None if deadline.is_some_and(|deadline| cx.now >= deadline) => {
                Watched::Then(failed("error: timed out waiting for the condition\n"))
            }
            None => Watched::Wait(Wake {
                after_revision: Some(follow.seen),
                at: deadline,
            }),
        }
    }))
}

fn number(value: &Value, path: &str) -> i64 {
    value.at_path(path).and_then(Value::as_i64).unwrap_or(0)
}

fn text<'v>(value: &'v Value, path: &str) -> &'v str {
    value
        .at_path(path)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

fn observed(value: &Value) -> bool {
    number(value, "metadata.generation") <= number(value, "status.observedGeneration")
}

/// Fixture table: `rollout_status.TestDeploymentStatusViewerStatus`.
pub fn deployment(value: &Value, revision: i64) -> Status {
    let name = text(value, "metadata.name");
    if revision > 0 {
        let running: i64 = value
            .pointer(&["metadata", "annotations", super::revisions::REVISION])
            .and_then(Value::as_str)
            .and_then(|text| text.parse().ok())
            .ok_or_else(|| format!("cannot get the revision of deployment \"{name}\""))?;
        if running != revision {
            return Err(format!(
                "desired revision ({revision}) is different from the running revision ({running})"
            ));
        }
    }
    if !observed(value) {
        return Ok((
            "Waiting for deployment spec update to be observed...\n".to_string(),
            false,
        ));
    }
    let timed_out = value
        .at_path("status.conditions")
        .and_then(Value::as_list)
        .unwrap_or_default()
        .iter()
        .any(|condition| {
            text(condition, "type") == "Progressing"
                && text(condition, "reason") == "ProgressDeadlineExceeded"
        });
    if timed_out {
        return Err(format!(
            "deployment \"{name}\" exceeded its progress deadline"
        ));
    }
    let updated = number(value, "status.updatedReplicas");
    let waiting = |what: String| {
        Ok((
            format!("Waiting for deployment \"{name}\" rollout to finish: {what}...\n"),
            false,
        ))
    };
    if let Some(wanted) = value.at_path("spec.replicas").and_then(Value::as_i64)
        && updated < wanted
    {
        return waiting(format!(
            "{updated} out of {wanted} new replicas have been updated"
        ));
    }
    let replicas = number(value, "status.replicas");
    if replicas > updated {
        return waiting(format!(
            "{} old replicas are pending termination",
            replicas - updated
        ));
    }
    let available = number(value, "status.availableReplicas");
    if available < updated {
        return waiting(format!(
            "{available} of {updated} updated replicas are available"
        ));
    }
    Ok((
        format!("deployment \"{name}\" successfully rolled out\n"),
        true,
    ))
}

const ROLLING_UPDATE_ONLY: &str =
    "rollout status is only available for RollingUpdate strategy type";

/// Fixture table: `rollout_status.TestDaemonSetStatusViewerStatus`.
pub fn daemon_set(value: &Value, _revision: i64) -> Status {
    let name = text(value, "metadata.name");
    if text(value, "spec.updateStrategy.type") != "RollingUpdate" {
        return Err(ROLLING_UPDATE_ONLY.to_string());
    }
    if !observed(value) {
        return Ok((
            "Waiting for daemon set spec update to be observed...\n".to_string(),
            false,
        ));
    }
    let wanted = number(value, "status.desiredNumberScheduled");
    let waiting = |what: String| {
        Ok((
            format!("Waiting for daemon set \"{name}\" rollout to finish: {what}...\n"),
            false,
        ))
    };
    let updated = number(value, "status.updatedNumberScheduled");
    if updated < wanted {
        return waiting(format!(
            "{updated} out of {wanted} new pods have been updated"
        ));
    }
    let available = number(value, "status.numberAvailable");
    if available < wanted {
        return waiting(format!(
            "{available} of {wanted} updated pods are available"
        ));
    }
    Ok((
        format!("daemon set \"{name}\" successfully rolled out\n"),
        true,
    ))
}

/// Fixture table: `rollout_status.TestStatefulSetStatusViewerStatus`.
pub fn stateful_set(value: &Value, _revision: i64) -> Status {
    if text(value, "spec.updateStrategy.type") != "RollingUpdate" {
        return Err(ROLLING_UPDATE_ONLY.to_string());
    }
    if number(value, "status.observedGeneration") == 0 || !observed(value) {
        return Ok((
            "Waiting for statefulset spec update to be observed...\n".to_string(),
            false,
        ));
    }
    let wanted = value.at_path("spec.replicas").and_then(Value::as_i64);
    let ready = number(value, "status.readyReplicas");
    if let Some(missing) = wanted
        .map(|wanted| wanted - ready)
        .filter(|missing| *missing > 0)
    {
        return Ok((
            format!("Waiting for {missing} pods to be ready...\n"),
            false,
        ));
    }
    let updated = number(value, "status.updatedReplicas");
    if value.at_path("spec.updateStrategy.rollingUpdate").is_some()
        && let Some(wanted) = wanted
        && let Some(partition) = value
            .at_path("spec.updateStrategy.rollingUpdate.partition")
            .and_then(Value::as_i64)
    {
        let to_do = wanted - partition;
        if updated < to_do {
            return Ok((
                format!(
                    "Waiting for partitioned roll out to finish: {updated} out of {to_do} new pods have been updated...\n"
                ),
                false,
            ));
        }
        return Ok((
            format!("partitioned roll out complete: {updated} new pods have been updated...\n"),
            true,
        ));
    }
    let revision = text(value, "status.updateRevision");
    if revision != text(value, "status.currentRevision") {
        return Ok((
            format!(
                "waiting for statefulset rolling update to complete {updated} pods at revision {revision}...\n"
            ),
            false,
        ));
    }
    let current = number(value, "status.currentReplicas");
    let revision = text(value, "status.currentRevision");
    Ok((
        format!("statefulset rolling update complete {current} pods at revision {revision}...\n"),
        true,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use apimachinery::parse_json;

    #[test]
    fn deployments_in_the_order_of_the_checks() {
        let with = |generation: i64, status: &str| {
            let text = format!(
                "{{\"metadata\":{{\"name\":\"d\",\"generation\":{generation}}},\"spec\":{{\"replicas\":3}},\"status\":{status}}}"
            );
            deployment(&parse_json(&text).unwrap(), 0)
        };
        let head = "Waiting for deployment \"d\" rollout to finish: ";
        for (generation, status, wanted) in [
            (
                2,
                r#"{"observedGeneration":1}"#,
                Ok((
                    "Waiting for deployment spec update to be observed...\n".to_string(),
                    false,
                )),
            ),
            (
                1,
                r#"{"observedGeneration":1,"updatedReplicas":1}"#,
                Ok((
                    format!("{head}1 out of 3 new replicas have been updated...\n"),
                    false,
                )),
            ),
            (
                1,
                r#"{"observedGeneration":1,"updatedReplicas":3,"replicas":4}"#,
                Ok((
                    format!("{head}1 old replicas are pending termination...\n"),
                    false,
                )),
            ),
            (
                1,
                r#"{"observedGeneration":1,"updatedReplicas":3,"replicas":3,"availableReplicas":2}"#,
                Ok((
                    format!("{head}2 of 3 updated replicas are available...\n"),
                    false,
                )),
            ),
            (
                1,
                r#"{"observedGeneration":1,"updatedReplicas":3,"replicas":3,"availableReplicas":3}"#,
                Ok((
                    "deployment \"d\" successfully rolled out\n".to_string(),
                    true,
                )),
            ),
            (
                1,
                r#"{"observedGeneration":1,"conditions":[{"type":"Progressing","reason":"ProgressDeadlineExceeded"}]}"#,
                Err("deployment \"d\" exceeded its progress deadline".to_string()),
            ),
        ] {
            assert_eq!(with(generation, status), wanted, "{status}");
        }
    }
}
