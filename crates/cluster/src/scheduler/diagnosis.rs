//! Why no node fits, in upstream's words.
//!
//! *Models*: `pkg/scheduler/framework/types.go` (FitError), `pkg/scheduler/framework/preemption`,
//! `plugins/defaultpreemption`, the PostFilter line of `plugins/dynamicresources`.
//! *Not modelled*: preemption itself: a node with pods of lower priority is reported as one without.

use super::framework::{Code, CycleState, Verdict};
use super::plugins::{PluginSet, REGISTRY, of_set};
use api::Pod;
use std::collections::BTreeMap;

/// No nodes at all.
// kubernetes: pkg/scheduler/schedule_one.go (ErrNoNodesAvailable)
pub const NO_NODES: &str = "no nodes available to schedule pods";
// kubernetes: pkg/scheduler/framework/plugins/dynamicresources/dynamicresources.go (PostFilter)
const NO_CLAIMS: &str = "no new claims to deallocate";
// kubernetes: pkg/scheduler/framework/plugins/dynamicresources (state of a PreFilter that did not run)
const NOT_FOUND: &str = "not found";
// kubernetes: pkg/scheduler/framework/plugins/defaultpreemption/default_preemption.go
const NEVER: &str = "not eligible due to preemptionPolicy=Never.";
const NOT_HELPFUL: &str = "Preemption is not helpful for scheduling";
const NO_VICTIMS: &str = "No preemption victims found for incoming pod";

/// One node that was turned down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rejected {
    pub node: u32,
    /// Place in the registry.
    pub plugin: u8,
    pub verdict: Verdict,
}

/// What an attempt found out about each node.
#[derive(Clone, Debug, Default)]
pub struct Diagnosis {
    pub nodes: u32,
    pub rejected: Vec<Rejected>,
    /// Nodes that PreFilter left out, and the plugins that named the others.
    pub left_out: u32,
    pub left_out_by: PluginSet,
    /// The plugins that turned the pod down.
    pub rejectors: PluginSet,
    /// PreFilter's message if no node was looked at.
    pub pre_filter: Option<String>,
}

impl Diagnosis {
    /// The whole message of a failed attempt.
    pub fn message(&self, state: &CycleState, pod: &Pod) -> String {
        if self.nodes == 0 {
            return NO_NODES.into();
        }
        let pre_filter = self.pre_filter.as_deref().unwrap_or("");
        fit_error(
            self.nodes,
            pre_filter,
            &self.reasons(state),
            &self.post_filter(pod),
        )
    }

    /// How many nodes were turned down for each reason.
    pub fn reasons(&self, state: &CycleState) -> BTreeMap<String, u32> {
        let mut verdicts: BTreeMap<(u8, Verdict), u32> = BTreeMap::new();
        for rejected in &self.rejected {
            *verdicts
                .entry((rejected.plugin, rejected.verdict))
                .or_default() += 1;
        }
        let mut reasons = BTreeMap::new();
        for ((plugin, verdict), count) in verdicts {
            for text in reason_texts(state, plugin, verdict) {
                *reasons.entry(text).or_default() += count;
            }
        }
        if self.left_out > 0 {
            let names: Vec<&str> = of_set(self.left_out_by)
                .map(|(_, registered)| registered.plugin.name())
                .collect();
            // kubernetes: pkg/scheduler/schedule_one.go (findNodesThatFitPod)
            let text = format!("node(s) didn't satisfy plugin(s) [{}]", names.join(" "));
            *reasons.entry(text).or_default() += self.left_out;
        }
        reasons
    }

    /// What the PostFilter plugins add.
    fn post_filter(&self, pod: &Pod) -> String {
        if self.pre_filter.is_some() {
            return NOT_FOUND.into();
        }
        if pod.spec.preemption_policy.as_deref() == Some("Never") {
            return format!("{NO_CLAIMS}, preemption: {NEVER}");
        }
        let candidates = self
            .rejected
            .iter()
            .filter(|r| r.verdict.code() == Code::Unschedulable)
            .count() as u32;
        let mut reasons = BTreeMap::new();
        for (text, count) in [
            (NO_VICTIMS, candidates),
            (NOT_HELPFUL, self.nodes - candidates),
        ] {
            if count > 0 {
                reasons.insert(text.to_string(), count);
            }
        }
        format!(
            "{NO_CLAIMS}, preemption: {}",
            fit_error(self.nodes, "", &reasons, "")
        )
    }
}

/// The texts of one verdict, in the plugin's order.
pub fn reason_texts(state: &CycleState, plugin: u8, verdict: Verdict) -> Vec<String> {
    let plugin = REGISTRY[usize::from(plugin)].plugin;
    let bits = (0..u32::BITS)
        .map(|bit| 1 << bit)
        .filter(|bit| verdict.reasons & bit != 0);
    bits.map(|bit| plugin.reason(state, bit).into_owned())
        .collect()
}

/// `0/N nodes are available: …`, the parts sorted as texts.
///
/// Fixture table: `types.TestFitError_Error`.
// kubernetes: pkg/scheduler/framework/types.go (FitError.Error)
pub fn fit_error(
    nodes: u32,
    pre_filter: &str,
    reasons: &BTreeMap<String, u32>,
    post_filter: &str,
) -> String {
    let mut text = format!("0/{nodes} nodes are available:");
    if pre_filter.is_empty() {
        let mut parts: Vec<String> = reasons
            .iter()
            .map(|(reason, count)| format!("{count} {reason}"))
            .collect();
        parts.sort();
        if !parts.is_empty() {
            text.push_str(&format!(" {}.", parts.join(", ")));
        }
    } else {
        text.push_str(&format!(" {pre_filter}."));
    }
    if !post_filter.is_empty() {
        text.push_str(&format!(" {post_filter}"));
    }
    text
}

/// An Event's message has at most 1,024 bytes.
// kubernetes: pkg/scheduler/schedule_one.go (truncateMessage)
pub fn truncated(message: &str) -> String {
    const MAX: usize = 1024;
    const SUFFIX: &str = " ...";
    if message.len() <= MAX {
        return message.into();
    }
    let mut end = MAX - SUFFIX.len();
    while !message.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{SUFFIX}", &message[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_sorted_as_texts() {
        let reasons = BTreeMap::from([
            ("Insufficient cpu".to_string(), 2),
            ("Too many pods".to_string(), 10),
        ]);
        assert_eq!(
            fit_error(12, "", &reasons, "preemption: x"),
            "0/12 nodes are available: 10 Too many pods, 2 Insufficient cpu. preemption: x"
        );
        assert_eq!(
            fit_error(3, "why", &reasons, "not found"),
            "0/3 nodes are available: why. not found"
        );
    }

    #[test]
    fn long_messages_are_cut() {
        assert_eq!(truncated(&"a".repeat(1024)).len(), 1024);
        let cut = truncated(&"a".repeat(1025));
        assert_eq!((cut.len(), cut.ends_with("a ...")), (1024, true));
    }
}
