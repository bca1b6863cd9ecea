//! DefaultTolerationSeconds: every pod stays five minutes on a node that is lost.
//!
//! *Models*: `plugin/pkg/admission/defaulttolerationseconds/admission.go`.
//! *Invariants*: a pure function of the tolerations.
//! *Not modelled*: other values of the two flags.

use api::Toleration;

const NOT_READY: &str = "node.kubernetes.io/not-ready";
const UNREACHABLE: &str = "node.kubernetes.io/unreachable";
const NO_EXECUTE: &str = "NoExecute";
/// `--default-not-ready-toleration-seconds`, `--default-unreachable-toleration-seconds`.
const SECONDS: i64 = 300;

fn tolerates(tolerations: &[Toleration], key: &str) -> bool {
    tolerations.iter().any(|toleration| {
        (&*toleration.key == key || toleration.key.is_empty())
            && (toleration.effect == NO_EXECUTE || toleration.effect.is_empty())
    })
}

/// True if nothing needs to be added.
pub fn tolerates_by_default(tolerations: &[Toleration]) -> bool {
    tolerates(tolerations, NOT_READY) && tolerates(tolerations, UNREACHABLE)
}

/// Adds the two tolerations unless the pod says something about these taints.
// fixture: admission TestForgivenessAdmission
pub fn add_default_tolerations(tolerations: &mut Vec<Toleration>) {
    let missing: Vec<&str> = [NOT_READY, UNREACHABLE]
        .into_iter()
        .filter(|key| !tolerates(tolerations, key))
        .collect();
    tolerations.extend(missing.into_iter().map(|key| Toleration {
        key: key.into(),
        operator: "Exists".into(),
        effect: NO_EXECUTE.into(),
        toleration_seconds: Some(SECONDS),
        ..Default::default()
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_missing_is_added() {
        let mut tolerations = vec![Toleration {
            key: NOT_READY.into(),
            effect: NO_EXECUTE.into(),
            ..Default::default()
        }];
        add_default_tolerations(&mut tolerations);
        let keys: Vec<&str> = tolerations.iter().map(|t| &*t.key).collect();
        assert_eq!(keys, [NOT_READY, UNREACHABLE]);
        let mut all = vec![Toleration {
            operator: "Exists".into(),
            ..Default::default()
        }];
        add_default_tolerations(&mut all);
        assert_eq!(all.len(), 1);
    }
}
