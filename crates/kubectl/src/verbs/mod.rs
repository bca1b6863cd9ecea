//! The verbs: one file each, one line in [`VERBS`].

pub mod apply;
pub mod create;
pub mod dry_run;

use crate::client::{Client, Step};
use crate::flags::{Args, Flag};
use crate::invocation::Failure;

/// A kubectl command.
pub struct Verb {
    /// `get`, or two words: `rollout status`.
    pub name: &'static str,
    pub aliases: &'static [&'static str],
    /// Its own flags; the global ones are added.
    pub flags: &'static [Flag],
    pub start: fn(Args, &Step<'_>) -> Result<Box<dyn Client>, Failure>,
}

/// Every verb, in the order of `kubectl --help`.
pub const VERBS: &[Verb] = &[
    Verb {
        name: "apply",
        aliases: &[],
        flags: apply::FLAGS,
        start: apply::start,
    },
    Verb {
        name: "create",
        aliases: &[],
        flags: create::FLAGS,
        start: create::start,
    },
];

/// What `kubectl` alone prints.
pub const USAGE: &str = "kubectl controls the Kubernetes cluster manager.\n";
