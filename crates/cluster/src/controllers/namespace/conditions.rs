//! What a namespace that is being deleted says about what is left.
//!
//! *Models*: `pkg/controller/namespace/deletion/status_condition_utils.go`.
//! *Invariants*: lists in messages are sorted.
//! *Not modelled*: failures of discovery and deletion.

use api::{Kind, NamespaceCondition};
use apimachinery::Time;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What is left, by resource and by finalizer.
#[derive(Default)]
pub(super) struct Remaining {
    resources: BTreeMap<String, u32>,
    finalizers: BTreeMap<Arc<str>, u32>,
}

impl Remaining {
    pub(super) fn is_empty(&self) -> bool {
        self.resources.is_empty()
    }

    pub(super) fn add(&mut self, kind: Kind, finalizers: &[Arc<str>]) {
        let info = kind.info();
        *self
            .resources
            .entry(format!("{}.{}", info.plural, info.group))
            .or_default() += 1;
        for finalizer in finalizers {
            *self.finalizers.entry(finalizer.clone()).or_default() += 1;
        }
    }
}

/// Type, reason and message when all is well.
const CALM: [(&str, &str, &str); 5] = [
    (
        "NamespaceDeletionDiscoveryFailure",
        "ResourcesDiscovered",
        "All resources successfully discovered",
    ),
    (
        "NamespaceDeletionGroupVersionParsingFailure",
        "ParsedGroupVersions",
        "All legacy kube types successfully parsed",
    ),
    (
        "NamespaceDeletionContentFailure",
        "ContentDeleted",
        "All content successfully deleted, may be waiting on finalization",
    ),
    (
        "NamespaceContentRemaining",
        "ContentRemoved",
        "All content successfully removed",
    ),
    (
        "NamespaceFinalizersRemaining",
        "ContentHasNoFinalizers",
        "All content-preserving finalizers finished",
    ),
];

/// Brings the conditions up to date; true if that changed them.
pub(super) fn update(
    conditions: &mut Vec<NamespaceCondition>,
    remaining: &Remaining,
    now: Time,
) -> bool {
    let before = conditions.clone();
    for (type_, reason, message) in CALM {
        let trouble = match type_ {
            "NamespaceContentRemaining" => list(&remaining.resources, "has").map(|list| {
                (
                    "SomeResourcesRemain",
                    format!("Some resources are remaining: {list}"),
                )
            }),
            "NamespaceFinalizersRemaining" => list(&remaining.finalizers, "in").map(|list| {
                (
                    "SomeFinalizersRemain",
                    format!("Some content in the namespace has finalizers remaining: {list}"),
                )
            }),
            _ => None,
        };
        let (status, reason, message) = match trouble {
            Some((reason, message)) => ("True", reason, message),
            None => ("False", reason, message.to_owned()),
        };
        let found = match conditions
            .iter()
            .position(|condition| condition.type_ == type_)
        {
            Some(found) => found,
            None => {
                conditions.push(NamespaceCondition {
                    type_: type_.into(),
                    ..Default::default()
                });
                conditions.len() - 1
            }
        };
        let condition = &mut conditions[found];
        if condition.status != status || condition.reason != reason || condition.message != message
        {
            condition.last_transition_time = Some(now);
            condition.status = status.into();
            condition.reason = reason.into();
            condition.message = message.into();
        }
    }
    *conditions != before
}

fn list<K: AsRef<str>>(counts: &BTreeMap<K, u32>, verb: &str) -> Option<String> {
    let items: Vec<String> = counts
        .iter()
        .map(|(name, n)| format!("{} {verb} {n} resource instances", name.as_ref()))
        .collect();
    (!items.is_empty()).then(|| items.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_what_remains() {
        let mut remaining = Remaining::default();
        remaining.add(Kind::Pod, &[]);
        remaining.add(Kind::Pod, &["example.com/hold".into()]);
        let mut conditions = Vec::new();
        assert!(update(
            &mut conditions,
            &remaining,
            Time::from_unix_nanos(0)
        ));
        assert_eq!(
            conditions[3].message,
            "Some resources are remaining: pods. has 2 resource instances"
        );
        assert_eq!(
            conditions[4].message,
            "Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances"
        );
        assert!(!update(
            &mut conditions,
            &remaining,
            Time::from_unix_nanos(9)
        ));
        assert!(update(
            &mut conditions,
            &Remaining::default(),
            Time::from_unix_nanos(9)
        ));
        assert_eq!(
            (&*conditions[3].status, &*conditions[3].reason),
            ("False", "ContentRemoved")
        );
    }
}
