//! Adding taints to a node and taking them away.
//!
//! *Models*: `pkg/controller/controller_utils.go` (AddOrUpdateTaintOnNode, RemoveTaintOffNode),
//! `pkg/util/taints`.

use api::{Node, Taint};

/// True if both have the same key and effect.
pub fn matches_taint(a: &Taint, b: &Taint) -> bool {
    a.key == b.key && a.effect == b.effect
}

/// The node with the taints added or updated; `None` if it has them all already.
/// Fixture table `controller_utils.TestAddOrUpdateTaintOnNode`.
pub fn add_or_update_taints(node: &Node, taints: &[Taint]) -> Option<Node> {
    let mut changed = node.clone();
    let mut updated = false;
    for taint in taints {
        match changed
            .spec
            .taints
            .iter_mut()
            .find(|other| matches_taint(other, taint))
        {
            Some(other) if other == taint => continue,
            Some(other) => *other = taint.clone(),
            None => changed.spec.taints.push(taint.clone()),
        }
        updated = true;
    }
    updated.then_some(changed)
}

/// The node without the taints; `None` if it has none of them.
/// Fixture table `controller_utils.TestRemoveTaintOffNode`.
pub fn remove_taints(node: &Node, taints: &[Taint]) -> Option<Node> {
    let unwanted = |taint: &Taint| taints.iter().any(|other| matches_taint(other, taint));
    if !node.spec.taints.iter().any(unwanted) {
        return None;
    }
    let mut changed = node.clone();
    changed.spec.taints.retain(|taint| !unwanted(taint));
    Some(changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taint(key: &str, value: &str) -> Taint {
        Taint {
            key: key.into(),
            value: value.into(),
            effect: "NoSchedule".into(),
            time_added: None,
        }
    }

    #[test]
    fn a_taint_is_known_by_key_and_effect() {
        let node = Node::default();
        let tainted = add_or_update_taints(&node, &[taint("a", "1"), taint("b", "1")]).unwrap();
        assert!(add_or_update_taints(&tainted, &[taint("a", "1")]).is_none());
        let updated = add_or_update_taints(&tainted, &[taint("a", "2")]).unwrap();
        assert_eq!(updated.spec.taints, [taint("a", "2"), taint("b", "1")]);
        assert_eq!(
            remove_taints(&updated, &[taint("a", "?")])
                .unwrap()
                .spec
                .taints,
            [taint("b", "1")]
        );
        assert!(remove_taints(&node, &[taint("a", "1")]).is_none());
    }
}
