//! Deployments, replica sets and replication controllers, described.
//!
//! *Models*: `staging/src/k8s.io/kubectl/pkg/describe (DeploymentDescriber, ReplicaSetDescriber)`.
//! *Invariants*: none beyond the parent's.
//! *Not modelled*: nothing.

use super::Around;
use super::lines::{Lines, controller, rfc1123z};
use super::pods::template;
use crate::printers::table::format_labels;
use api::{Deployment, Pod, PodTemplateSpec, ReplicaSet, ReplicationController};
use apimachinery::{Selector, Time, Uid, format_label_selector};

/// The label that tells the replica sets of a deployment apart.
const TEMPLATE_HASH: &str = "pod-template-hash";

pub fn deployment(deployment: &Deployment, around: &Around<'_>, now: Time) -> String {
    let (meta, spec, status) = (&deployment.meta, &deployment.spec, &deployment.status);
    let mut lines = Lines::default();
    lines.names(meta);
    lines.field(0, "CreationTimestamp", rfc1123z(meta.creation_timestamp));
    lines.labels_and_annotations(meta);
    let selector = Selector::from_label_selector(spec.selector.as_ref()).unwrap_or_default();
    lines.field(0, "Selector", &selector);
    lines.field(
        0,
        "Replicas",
        format!(
            "{} desired | {} updated | {} total | {} available | {} unavailable",
            spec.replicas.unwrap_or_default(),
            status.updated_replicas,
            status.replicas,
            status.available_replicas,
            status.unavailable_replicas
        ),
    );
    lines.field(0, "StrategyType", &spec.strategy.type_);
    lines.field(0, "MinReadySeconds", spec.min_ready_seconds);
    if let Some(rolling) = &spec.strategy.rolling_update {
        let unavailable = rolling.max_unavailable.clone().unwrap_or_default();
        let surge = rolling.max_surge.clone().unwrap_or_default();
        lines.field(
            0,
            "RollingUpdateStrategy",
            format!("{unavailable} max unavailable, {surge} max surge"),
        );
    }
    template(&mut lines, Some(&spec.template));
    let conditions = status.conditions.iter();
    condition_table(
        &mut lines,
        conditions.map(|c| [&*c.type_, &*c.status, &*c.reason]),
    );
    let (old, new) = replica_sets(deployment, around, &selector);
    if !old.is_empty() || new.is_some() {
        lines.field(0, "OldReplicaSets", sets_text(&old));
        lines.field(0, "NewReplicaSet", sets_text(new.as_slice()));
    }
    lines.events(around, now);
    lines.finish()
}

/// The deployment's replica sets: the old ones, and the one whose template is the present one.
fn replica_sets<'a>(
    deployment: &Deployment,
    around: &Around<'a>,
    selector: &Selector,
) -> (Vec<&'a ReplicaSet>, Option<&'a ReplicaSet>) {
    let mut sets: Vec<&ReplicaSet> = around
        .replica_sets
        .iter()
        .copied()
        .filter(|set| {
            set.meta.is_controlled_by(&deployment.meta.uid) && selector.matches(&set.meta.labels)
        })
        .collect();
    sets.sort_by(|a, b| {
        let time = a.meta.creation_timestamp.cmp(&b.meta.creation_timestamp);
        time.then_with(|| a.meta.name.cmp(&b.meta.name))
    });
    let wanted = without_hash(&deployment.spec.template);
    let new = sets
        .iter()
        .position(|set| without_hash(&set.spec.template) == wanted);
    let new = new.map(|at| sets.remove(at));
    (sets, new)
}

fn without_hash(template: &PodTemplateSpec) -> PodTemplateSpec {
    let mut template = template.clone();
    template.meta.labels.remove(TEMPLATE_HASH);
    template
}

fn sets_text(sets: &[&ReplicaSet]) -> String {
    if sets.is_empty() {
        return "<none>".into();
    }
    let texts: Vec<String> = sets
        .iter()
        .map(|set| {
            let (have, want) = (set.status.replicas, set.spec.replicas.unwrap_or_default());
            format!("{} ({have}/{want} replicas created)", set.meta.name)
        })
        .collect();
    texts.join(", ")
}

pub fn replica_set(set: &ReplicaSet, around: &Around<'_>, now: Time) -> String {
    let mut lines = Lines::default();
    lines.names(&set.meta);
    lines.field(
        0,
        "Selector",
        format_label_selector(set.spec.selector.as_ref()),
    );
    lines.labels_and_annotations(&set.meta);
    lines.field_if(0, "Controlled By", &controller(&set.meta));
    replicas(&mut lines, set.status.replicas, set.spec.replicas);
    // A set without a selector asks for all pods: the text of that selector is empty.
    let selector = match &set.spec.selector {
        Some(_) => Selector::from_label_selector(set.spec.selector.as_ref()).unwrap_or_default(),
        None => Selector::everything(),
    };
    pods_status(&mut lines, around, &selector, &set.meta.uid);
    template(&mut lines, Some(&set.spec.template));
    let conditions = set.status.conditions.iter();
    condition_table(
        &mut lines,
        conditions.map(|c| [&*c.type_, &*c.status, &*c.reason]),
    );
    lines.events(around, now);
    lines.finish()
}

pub fn replication_controller(
    this: &ReplicationController,
    around: &Around<'_>,
    now: Time,
) -> String {
    let mut lines = Lines::default();
    lines.names(&this.meta);
    lines.field(0, "Selector", format_labels(&this.spec.selector));
    lines.labels_and_annotations(&this.meta);
    replicas(&mut lines, this.status.replicas, this.spec.replicas);
    let selector = Selector::from_set(&this.spec.selector);
    pods_status(&mut lines, around, &selector, &this.meta.uid);
    template(&mut lines, this.spec.template.as_deref());
    let conditions = this.status.conditions.iter();
    condition_table(
        &mut lines,
        conditions.map(|c| [&*c.type_, &*c.status, &*c.reason]),
    );
    lines.events(around, now);
    lines.finish()
}

fn replicas(lines: &mut Lines, current: i32, desired: Option<i32>) {
    let desired = desired.unwrap_or_default();
    lines.field(
        0,
        "Replicas",
        format!("{current} current / {desired} desired"),
    );
}

/// kubernetes: kubectl/pkg/describe (getPodStatusForController)
fn pods_status(lines: &mut Lines, around: &Around<'_>, selector: &Selector, uid: &Uid) {
    let mine = |pod: &&&Pod| selector.matches(&pod.meta.labels) && pod.meta.is_controlled_by(uid);
    let phases: Vec<&str> = around
        .pods
        .iter()
        .filter(mine)
        .map(|pod| &*pod.status.phase)
        .collect();
    let count = |phase: &str| phases.iter().filter(|have| **have == phase).count();
    lines.field(
        0,
        "Pods Status",
        format!(
            "{} Running / {} Waiting / {} Succeeded / {} Failed",
            count("Running"),
            count("Pending"),
            count("Succeeded"),
            count("Failed")
        ),
    );
}

fn condition_table<'a>(lines: &mut Lines, conditions: impl Iterator<Item = [&'a str; 3]>) {
    let mut first = true;
    for [kind, status, reason] in conditions {
        if std::mem::take(&mut first) {
            lines.raw("Conditions:\n  Type\tStatus\tReason\n");
            lines.line(1, "----\t------\t------");
        }
        lines.line(1, &format!("{kind} \t{status}\t{reason}"));
    }
}
