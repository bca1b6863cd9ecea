//! `--dry-run`.
//!
//! *Models*: `kubectl/pkg/cmd/util/helpers.go` (GetDryRunStrategy).

use crate::flags::Args;
use crate::invocation::Failure;

/// Where a dry run stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DryRun {
    None,
    Client,
    Server,
}

impl DryRun {
    /// What messages end with.
    pub fn suffix(self) -> &'static str {
        match self {
            DryRun::None => "",
            DryRun::Client => " (dry run)",
            DryRun::Server => " (server dry run)",
        }
    }
}

/// # Errors
/// kubectl's words for a value it does not know.
pub fn parse(args: &Args) -> Result<DryRun, Failure> {
    match args.get("dry-run") {
        None | Some("none" | "false") => Ok(DryRun::None),
        Some("client" | "true") => Ok(DryRun::Client),
        Some("server") => Ok(DryRun::Server),
        Some("unchanged") => Err(Failure::error(
            "Invalid dry-run value (unchanged). Must be \"none\", \"server\", or \"client\"."
                .to_string(),
        )),
        Some(other) => Err(Failure::error(format!(
            "Invalid dry-run value ({other}). Must be \"none\", \"server\", or \"client\"."
        ))),
    }
}
