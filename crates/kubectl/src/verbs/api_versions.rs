//! `kubectl api-versions`.
//!
//! *Models*: `staging/src/k8s.io/kubectl/pkg/cmd/apiresources/apiversions.go`.
//! *Invariants*: sorted as text.
//! *Not modelled*: nothing.

use crate::client::{Client, Item, Printed, Sequence, Step};
use crate::flags::{Args, Flag};
use crate::invocation::Failure;
use api::{KNOWN, KindInfo};

pub const FLAGS: &[Flag] = &[];

pub fn start(_args: Args, _cx: &Step<'_>) -> Result<Box<dyn Client>, Failure> {
    let mut versions: Vec<String> = KNOWN.iter().map(KindInfo::api_version).collect();
    versions.sort();
    versions.dedup();
    let out = versions.join("\n") + "\n";
    Ok(Box::new(Sequence::new(vec![Item::Text(Printed::out(out))])))
}
