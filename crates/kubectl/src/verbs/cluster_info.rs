//! `kubectl cluster-info`.
//!
//! *Models*: `staging/src/k8s.io/kubectl/pkg/cmd/clusterinfo/clusterinfo.go`.
//! *Invariants*: none.
//! *Not modelled*: `dump`; services with the label `kubernetes.io/cluster-service`.

use super::config::SERVER;
use crate::client::{Client, Item, Printed, Sequence, Step};
use crate::flags::{Args, Flag};
use crate::invocation::Failure;

pub const FLAGS: &[Flag] = &[];

pub fn start(_args: Args, _cx: &Step<'_>) -> Result<Box<dyn Client>, Failure> {
    let out = format!(
        "Kubernetes control plane is running at {SERVER}\n\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.\n"
    );
    Ok(Box::new(Sequence::new(vec![Item::Text(Printed::out(out))])))
}
