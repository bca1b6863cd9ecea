//! The verbs: one file each, one line in [`VERBS`].

pub mod apply;
pub mod cordon;
pub mod create;
pub mod delete;
pub mod dry_run;
pub mod duration;
pub mod get;
pub mod metadata;
pub mod pairs;
pub mod patch;
pub mod replace;
pub mod rollout;
pub mod scale;
pub mod set;
pub mod taint;
pub mod targets;

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
    pub start: Start,
}

/// Every verb, in the order of `kubectl --help`.
pub const VERBS: &[Verb] = &[
    verb("apply", apply::FLAGS, apply::start),
    verb("create", create::FLAGS, create::start),
    verb("get", get::FLAGS, get::start),
    verb("delete", delete::FLAGS, delete::start),
    verb("scale", scale::FLAGS, scale::start),
    verb("cordon", cordon::FLAGS, cordon::cordon),
    verb("uncordon", cordon::FLAGS, cordon::uncordon),
    verb("taint", taint::FLAGS, taint::start),
    verb("patch", patch::FLAGS, patch::start),
    verb("label", metadata::FLAGS, metadata::label),
    verb("annotate", metadata::FLAGS, metadata::annotate),
    verb("replace", replace::FLAGS, replace::start),
    verb("edit", replace::EDIT_FLAGS, replace::edit),
    verb("set image", set::image::FLAGS, set::image::start),
    verb("set env", set::env::FLAGS, set::env::start),
    verb(
        "set resources",
        set::resources::FLAGS,
        set::resources::start,
    ),
    verb(
        "set serviceaccount",
        set::serviceaccount::FLAGS,
        set::serviceaccount::start,
    )
    .also(&["set sa"]),
    verb(
        "rollout history",
        rollout::history::FLAGS,
        rollout::history::start,
    ),
    verb(
        "rollout pause",
        rollout::change::FLAGS,
        rollout::change::pause,
    ),
    verb(
        "rollout restart",
        rollout::change::FLAGS,
        rollout::change::restart,
    ),
    verb(
        "rollout resume",
        rollout::change::FLAGS,
        rollout::change::resume,
    ),
    verb(
        "rollout status",
        rollout::status::FLAGS,
        rollout::status::start,
    ),
    verb("rollout undo", rollout::undo::FLAGS, rollout::undo::start),
];

type Start = fn(Args, &Step<'_>) -> Result<Box<dyn Client>, Failure>;

const fn verb(name: &'static str, flags: &'static [Flag], start: Start) -> Verb {
    Verb {
        name,
        aliases: &[],
        flags,
        start,
    }
}

impl Verb {
    #[allow(dead_code, reason = "for verbs with a second name")]
    const fn also(mut self, aliases: &'static [&'static str]) -> Verb {
        self.aliases = aliases;
        self
    }
}

/// What `kubectl` alone prints.
pub const USAGE: &str = "kubectl controls the Kubernetes cluster manager.\n";
