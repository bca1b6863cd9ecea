//! The verbs: one file each, one line in [`VERBS`].

pub mod api_resources;
pub mod api_versions;
pub mod apply;
pub mod cluster_info;
pub mod config;
pub mod cordon;
pub mod create;
pub mod delete;
pub mod describe;
pub mod drain;
pub mod dry_run;
pub mod duration;
pub mod events;
pub mod explain;
pub mod generate;
pub mod get;
pub mod last_applied;
pub mod logs;
pub mod metadata;
pub mod pairs;
pub mod patch;
pub mod replace;
pub mod rollout;
pub mod scale;
pub mod set;
pub mod taint;
pub mod targets;
pub mod version;
pub mod wait;

#[cfg(test)]
mod tests;

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
    verb(
        "apply view-last-applied",
        last_applied::FLAGS,
        last_applied::view,
    ),
    verb(
        "apply edit-last-applied",
        last_applied::FLAGS,
        last_applied::refuse,
    ),
    verb(
        "apply set-last-applied",
        last_applied::FLAGS,
        last_applied::refuse,
    ),
    verb("create", create::FLAGS, create::start),
    verb(
        "create configmap",
        generate::config_map::FLAGS,
        generate::config_map::start,
    )
    .also(&["create cm"]),
    verb(
        "create deployment",
        generate::deployment::FLAGS,
        generate::deployment::start,
    )
    .also(&["create deploy"]),
    verb(
        "create namespace",
        generate::simple::FLAGS,
        generate::simple::namespace,
    )
    .also(&["create ns"]),
    verb(
        "create secret",
        generate::secret::FLAGS,
        generate::secret::start,
    ),
    verb(
        "create serviceaccount",
        generate::simple::FLAGS,
        generate::simple::service_account,
    )
    .also(&["create sa"]),
    verb("run", generate::pod::FLAGS, generate::pod::start),
    verb("get", get::FLAGS, get::start),
    verb("delete", delete::FLAGS, delete::start),
    verb("scale", scale::FLAGS, scale::start),
    verb("cordon", cordon::FLAGS, cordon::cordon),
    verb("uncordon", cordon::FLAGS, cordon::uncordon),
    verb("drain", drain::FLAGS, drain::start),
    verb("taint", taint::FLAGS, taint::start),
    verb("patch", patch::FLAGS, patch::start),
    verb("label", metadata::FLAGS, metadata::label),
    verb("annotate", metadata::FLAGS, metadata::annotate),
    verb("wait", wait::FLAGS, wait::start),
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
    verb("create job", generate::REFUSED_FLAGS, generate::refuse),
    verb("create cronjob", generate::REFUSED_FLAGS, generate::refuse).also(&["create cj"]),
    verb("create service", generate::REFUSED_FLAGS, generate::refuse).also(&["create svc"]),
    verb("create role", generate::REFUSED_FLAGS, generate::refuse),
    verb(
        "create clusterrole",
        generate::REFUSED_FLAGS,
        generate::refuse,
    ),
    verb(
        "create rolebinding",
        generate::REFUSED_FLAGS,
        generate::refuse,
    ),
    verb(
        "create clusterrolebinding",
        generate::REFUSED_FLAGS,
        generate::refuse,
    ),
    verb("create quota", generate::REFUSED_FLAGS, generate::refuse).also(&["create resourcequota"]),
    verb(
        "create poddisruptionbudget",
        generate::REFUSED_FLAGS,
        generate::refuse,
    )
    .also(&["create pdb"]),
    verb(
        "create priorityclass",
        generate::REFUSED_FLAGS,
        generate::refuse,
    )
    .also(&["create pc"]),
    verb("create ingress", generate::REFUSED_FLAGS, generate::refuse).also(&["create ing"]),
    verb("create token", generate::REFUSED_FLAGS, generate::refuse),
    verb("describe", describe::FLAGS, describe::start),
    verb("logs", logs::FLAGS, logs::start).also(&["log"]),
    verb("events", events::FLAGS, events::start).also(&["event"]),
    verb("explain", explain::FLAGS, explain::start),
    verb("cluster-info", cluster_info::FLAGS, cluster_info::start),
    verb("api-resources", api_resources::FLAGS, api_resources::start),
    verb("api-versions", api_versions::FLAGS, api_versions::start),
    verb(
        "config current-context",
        config::FLAGS,
        config::current_context,
    ),
    verb("config get-clusters", config::FLAGS, config::get_clusters),
    verb("config get-contexts", config::FLAGS, config::get_contexts),
    verb("config set-context", config::FLAGS, config::set_context),
    verb("config use-context", config::FLAGS, config::use_context).also(&["config use"]),
    verb("config view", config::FLAGS, config::view),
    verb("version", version::FLAGS, version::start),
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
    const fn also(mut self, aliases: &'static [&'static str]) -> Verb {
        self.aliases = aliases;
        self
    }
}

/// What `kubectl` alone prints.
pub const USAGE: &str = "kubectl controls the Kubernetes cluster manager.\n";
