//! Priority: from a class's name to a number.
//!
//! *Models*: `plugin/pkg/admission/priority/admission.go`.
//! *Invariants*: a pure function of the specification and the classes.
//! *Not modelled*: PriorityClass objects beyond the two that upstream makes at start.

use api::{PodSpec, Text};

/// What a PriorityClass says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriorityClass {
    pub name: Text,
    pub value: i32,
    pub global_default: bool,
    /// `PreemptLowerPriority` if it says nothing.
    pub preemption_policy: Option<Text>,
}

const PREEMPT: &str = "PreemptLowerPriority";

/// The classes that every cluster has.
// kubernetes: pkg/apis/scheduling/v1/helpers.go
pub const SYSTEM_CLASSES: &[PriorityClass] = &[
    PriorityClass {
        name: Text::Borrowed("system-node-critical"),
        value: 2_000_001_000,
        global_default: false,
        preemption_policy: Some(Text::Borrowed(PREEMPT)),
    },
    PriorityClass {
        name: Text::Borrowed("system-cluster-critical"),
        value: 2_000_000_000,
        global_default: false,
        preemption_policy: Some(Text::Borrowed(PREEMPT)),
    },
];

/// Fills in priority, class and preemption policy.
///
/// # Errors
/// The reason for a 403.
// fixture: admission priority.admission.TestPodAdmission
pub fn admit_priority(spec: &mut PodSpec, classes: &[PriorityClass]) -> Result<(), String> {
    let (priority, policy) = if spec.priority_class_name.is_empty() {
        // kubernetes: of several defaults the lowest value wins
        match classes
            .iter()
            .filter(|class| class.global_default)
            .min_by_key(|class| class.value)
        {
            Some(class) => {
                spec.priority_class_name = (&*class.name).into();
                (class.value, class.preemption_policy.clone())
            }
            None => (0, Some(Text::Borrowed(PREEMPT))),
        }
    } else {
        let name = &*spec.priority_class_name;
        let Some(class) = classes.iter().find(|class| class.name == name) else {
            return Err(format!("no PriorityClass with name {name} was found"));
        };
        (class.value, class.preemption_policy.clone())
    };
    if let Some(given) = spec.priority.filter(|given| *given != priority) {
        return Err(format!(
            "the integer value of priority ({given}) must not be provided in pod spec; priority admission controller computed {priority} from the given PriorityClass name"
        ));
    }
    spec.priority = Some(priority);
    if let Some(policy) = policy {
        if let Some(given) = spec
            .preemption_policy
            .as_ref()
            .filter(|given| **given != policy)
        {
            return Err(format!(
                "the string value of PreemptionPolicy ({given}) must not be provided in pod spec; priority admission controller computed {policy} from the given PriorityClass name"
            ));
        }
        spec.preemption_policy = Some(policy);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn priorities() {
        for (class, given, wanted) in [
            ("", None, Ok(0)),
            ("system-node-critical", None, Ok(2_000_001_000)),
            (
                "nope",
                None,
                Err("no PriorityClass with name nope was found"),
            ),
        ] {
            let mut spec = PodSpec {
                priority_class_name: class.into(),
                priority: given,
                ..Default::default()
            };
            let result = admit_priority(&mut spec, SYSTEM_CLASSES);
            assert_eq!(
                result.map(|()| spec.priority.unwrap()),
                wanted.map_err(str::to_owned)
            );
        }
        let mut spec = PodSpec {
            priority: Some(7),
            ..Default::default()
        };
        assert!(
            admit_priority(&mut spec, SYSTEM_CLASSES)
                .unwrap_err()
                .starts_with("the integer value of priority (7)")
        );
    }
}
