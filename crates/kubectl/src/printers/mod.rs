//! Tables of `kubectl get`: columns and cells, one file a group of kinds.
//!
//! *Models*: `pkg/printers/internalversion/printers.go` (columns and cells are the server's),
//! `staging/src/k8s.io/cli-runtime/pkg/printers/tableprinter.go` (layout is the client's).
//! *Invariants*: a printer is pure: object and instant in, cells out.
//! *Not modelled*: custom columns of custom resources.

pub mod core;
pub mod events;
pub mod nodes;
pub mod pods;
pub mod table;
pub mod tabwriter;
pub mod workloads;

use api::{Kind, Object};
use apimachinery::{MicroTime, Time, human_duration};

pub use table::{Table, TableOptions};

/// One column of a kind's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// As the server names it; the client prints it in capitals.
    pub name: &'static str,
    /// Only under `-o wide`.
    pub wide: bool,
}

pub(crate) const fn column(name: &'static str) -> Column {
    Column { name, wide: false }
}

pub(crate) const fn wide(name: &'static str) -> Column {
    Column { name, wide: true }
}

/// How a kind is shown in a table.
#[derive(Clone, Copy)]
pub struct Printer {
    pub columns: &'static [Column],
    /// Cells of an object at an instant, for the columns that `wide` asks for.
    pub cells: fn(&Object, Time, bool) -> Vec<String>,
}

/// The printer of a kind.
pub fn printer(kind: Kind) -> Printer {
    match kind {
        Kind::Pod => pods::PRINTER,
        Kind::Node => nodes::PRINTER,
        Kind::Namespace => core::NAMESPACE,
        Kind::ConfigMap => core::CONFIG_MAP,
        Kind::Secret => core::SECRET,
        Kind::ServiceAccount => core::SERVICE_ACCOUNT,
        Kind::Event => events::PRINTER,
        Kind::ReplicationController => workloads::REPLICATION_CONTROLLER,
        Kind::ReplicaSet => workloads::REPLICA_SET,
        Kind::Deployment => workloads::DEPLOYMENT,
        Kind::Lease => core::LEASE,
        #[allow(unreachable_patterns)]
        _ => core::DEFAULT,
    }
}

/// How long ago, as tables say it; `<unknown>` without a time.
///
/// kubernetes: pkg/printers/internalversion/printers.go (translateTimestampSince); fixture
/// `printers.TestTranslateTimestampSince`.
pub fn since(time: Option<Time>, now: Time) -> String {
    match time {
        Some(time) => human_duration(now - time),
        None => "<unknown>".into(),
    }
}

/// The same for a time in microseconds.
pub fn since_micro(time: Option<MicroTime>, now: Time) -> String {
    since(time.map(Time::from), now)
}

pub(crate) fn or_none(text: &str) -> String {
    or(text, "<none>")
}

pub(crate) fn or(text: &str, otherwise: &str) -> String {
    if text.is_empty() { otherwise } else { text }.to_string()
}

pub(crate) fn age(object: &Object, now: Time) -> String {
    since(object.meta().creation_timestamp, now)
}
