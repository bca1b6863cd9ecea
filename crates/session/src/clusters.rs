//! The clusters one can open: named ones, and Node objects of one's own.
//!
//! Every node of a named cluster has 4 CPUs, 8Gi and room for 110 pods; the kubelet fills in the rest.

use apimachinery::{Value, yaml};
use core::fmt::Write as _;

/// A cluster to start with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClusterSpec {
    /// A name of [`NAMES`].
    Named(String),
    /// The text of a YAML file of Node objects.
    Nodes(String),
}

/// The named clusters.
pub const NAMES: &[&str] = &["empty", "k1", "k3", "k3-cloud", "mini", "spray", "aws"];

struct NodeSpec {
    name: &'static str,
    role: &'static str,
    tainted: bool,
}

const fn node(name: &'static str, role: &'static str, tainted: bool) -> NodeSpec {
    NodeSpec {
        name,
        role,
        tainted,
    }
}

const K1: &[NodeSpec] = &[
    node("master", "control-plane", true),
    node("worker1", "worker", false),
];
const K3: &[NodeSpec] = &[
    node("cp1", "control-plane", true),
    node("worker1", "", false),
    node("worker2", "", false),
    node("worker3", "", false),
];
const MINI: &[NodeSpec] = &[node("minikube", "control-plane", false)];

impl ClusterSpec {
    /// The Node objects to create, in order.
    ///
    /// # Errors
    /// A sentence for an unknown name or a file that holds something else.
    pub fn nodes(&self) -> Result<Vec<Value>, String> {
        match self {
            ClusterSpec::Nodes(text) => parse(text),
            ClusterSpec::Named(name) => match &**name {
                "empty" => Ok(Vec::new()),
                "k1" => Ok(build(K1, |n| format!("192.168.{n}.0/24"))),
                "k3" | "k3-cloud" | "aws" => Ok(build(K3, |n| format!("10.244.{n}.0/24"))),
                "spray" => Ok(build(K3, |n| format!("10.233.{}.0/24", 64 + n))),
                "mini" => Ok(build(MINI, |n| format!("10.244.{n}.0/24"))),
                other => Err(format!(
                    "there is no cluster \"{other}\"; the named ones are {}",
                    NAMES.join(", ")
                )),
            },
        }
    }
}

fn parse(text: &str) -> Result<Vec<Value>, String> {
    let mut nodes = Vec::new();
    for document in yaml::parse_yaml_documents(text) {
        let value = document.map_err(|error| error.to_string())?.value;
        let items = match value.get("items").and_then(Value::as_list) {
            Some(items) => items.to_vec(),
            None => vec![value],
        };
        for item in items {
            match item.get("kind").and_then(Value::as_str) {
                Some("Node") => nodes.push(item),
                Some(other) => {
                    return Err(format!(
                        "a cluster file holds Node objects only, not {other}"
                    ));
                }
                None if item.is_null() => {}
                None => return Err("a cluster file holds Node objects only".to_string()),
            }
        }
    }
    Ok(nodes)
}

fn build(specs: &[NodeSpec], cidr: impl Fn(usize) -> String) -> Vec<Value> {
    let mut text = String::new();
    for (index, spec) in specs.iter().enumerate() {
        let cidr = cidr(index);
        let _ = write!(
            text,
            "---\napiVersion: v1\nkind: Node\nmetadata:\n  name: {}\n",
            spec.name
        );
        if !spec.role.is_empty() {
            let _ = write!(
                text,
                "  labels:\n    node-role.kubernetes.io/{}: \"\"\n",
                spec.role
            );
        }
        let _ = write!(text, "spec:\n  podCIDR: {cidr}\n  podCIDRs: [{cidr}]\n");
        if spec.tainted {
            text.push_str("  taints:\n  - key: node-role.kubernetes.io/control-plane\n    effect: NoSchedule\n");
        }
    }
    parse(&text).expect("the built-in clusters are Node objects")
}
