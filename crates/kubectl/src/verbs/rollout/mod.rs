//! `kubectl rollout …`.
//!
//! *Models*: `kubectl/pkg/cmd/rollout`, `kubectl/pkg/polymorphichelpers`.
//! *Not modelled*: histories of DaemonSets and StatefulSets (they come with ControllerRevisions).

pub mod change;
pub mod history;
pub mod revisions;
pub mod status;
pub mod undo;

use crate::client::Step;
use crate::flags::Args;
use crate::invocation::Failure;
use crate::verbs::targets::{self, Ask, Targets};

/// What the words of a rollout command name.
///
/// # Errors
/// kubectl's words if nothing may be done at all.
pub fn find(args: &Args, cx: &Step<'_>) -> Result<Targets, Failure> {
    if args.positional.is_empty() && args.all("filename").is_empty() {
        return Err(Failure::error("required resource not specified"));
    }
    targets::find(
        args,
        &args.positional,
        cx,
        Ask {
            all: true,
            blind: false,
        },
    )
}
