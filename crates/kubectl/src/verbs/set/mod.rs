//! `kubectl set …`: changes to the pod templates of workloads.
//!
//! *Models*: `kubectl/pkg/cmd/set`.
//! *Invariants*: an object that does not change is not written and prints nothing.
//! *Not modelled*: `set subject`, `set selector`, `--local`: refused.

pub mod env;
pub mod image;
pub mod resources;
pub mod serviceaccount;

use crate::client::{Client, Item, Printed, Sequence, Step};
use crate::errors;
use crate::flags::Args;
use crate::invocation::Failure;
use crate::output;
use crate::polymorphic;
use crate::verbs::dry_run::DryRun;
use crate::verbs::targets::{self, Ask, Target, Write, difference};
use apimachinery::{Map, Status, Value, json};
use cluster::{Patch, Verb};
use std::rc::Rc;

/// Changes the pod specification inside an object; errors are whole lines.
pub type Edit = Rc<dyn Fn(&mut Map, &Target) -> Result<(), Vec<String>>>;

/// What one `set` command does.
#[derive(Clone)]
pub struct Set {
    pub edit: Edit,
    /// `image updated`.
    pub operation: &'static str,
    /// What a refused patch is told with: `failed to patch image update to pod template`.
    pub refusal: &'static str,
    pub write: Write,
}

/// Where the pod specification of a kind is.
pub fn pod_spec_path(target: &Target) -> Option<&'static [&'static str]> {
    polymorphic::pod_spec_path(target.info.kind)
}

/// Runs an edit on everything the words name.
///
/// # Errors
/// kubectl's words if nothing may be done at all.
pub fn run(
    set: Set,
    args: &Args,
    resources: &[String],
    cx: &Step<'_>,
) -> Result<Box<dyn Client>, Failure> {
    let selects = args.get("selector").is_some_and(|text| !text.is_empty());
    if args.is_set("all") && selects {
        return Err(Failure::error(
            "cannot set --all and --selector at the same time",
        ));
    }
    if resources.is_empty() && args.all("filename").is_empty() {
        return Err(Failure::error(
            "one or more resources must be specified as <resource> <name> or <resource>/<name>",
        ));
    }
    let targets = targets::find(args, resources, cx, Ask::default())?;
    if !targets.failures.is_empty() {
        // What cannot be found ends these commands before anything is written.
        let items = targets
            .failures
            .into_iter()
            .map(|text| Item::Text(Printed::failure(text)));
        return Ok(Box::new(Sequence::failures_last(items.collect())));
    }
    let items = targets::items(targets, |target| {
        let set = set.clone();
        Item::Decide(Box::new(move |cx: &Step<'_>| set.apply(target, cx)))
    });
    Ok(Box::new(Sequence::failures_last(items)))
}

impl Set {
    fn apply(self, target: Target, cx: &Step<'_>) -> Vec<Item> {
        let Some(object) = target.object(cx) else {
            return targets::failed(errors::text(&target.not_found()));
        };
        let old = output::shown(target.info, object);
        let mut new = old.clone();
        let mut items = Vec::new();
        match pod_spec_path(&target).and_then(|path| map_at(&mut new, path)) {
            Some(spec) => {
                if let Err(lines) = (self.edit)(spec, &target) {
                    items.extend(
                        lines
                            .into_iter()
                            .map(|line| Item::Text(Printed::failure(line + "\n"))),
                    );
                }
            }
            None => {
                let why = format!(
                    "the object is not a pod or does not have a pod template: {}",
                    target.info.kind
                );
                return targets::failed(format!("error: {} {why}\n", target.object_name()));
            }
        }
        let patch = match difference(&target, &old, &new) {
            Ok(Some(patch)) => patch,
            Ok(None) => return items,
            Err(error) => {
                return targets::failed(format!("error: {} {error}\n", target.object_name()));
            }
        };
        if self.write.dry_run == DryRun::Client {
            let text = self.write.text(&target, self.operation, &new);
            items.push(Item::Text(Printed::out(text)));
            return items;
        }
        let request = target.request(Verb::Patch(Patch::Strategic), json::to_json(&patch));
        let (operation, refusal) = (self.operation.to_string(), self.refusal);
        let fail = move |status: &Status| match refusal {
            "" => errors::text(status),
            refusal => format!("{refusal}: {}\n", status.message),
        };
        items.push(self.write.item(target, request, move |_| operation, fail));
        items
    }
}

/// The map at a path, if everything on the way is there.
pub fn map_at<'v>(value: &'v mut Value, path: &[&str]) -> Option<&'v mut Map> {
    path.iter()
        .try_fold(value, |at, key| at.get_mut(key))
        .and_then(Value::as_map_mut)
}

/// The containers of a list (`containers`, `initContainers`) whose name fits.
pub fn containers<'m>(
    spec: &'m mut Map,
    list: &str,
    fits: impl Fn(&str) -> bool,
) -> impl Iterator<Item = &'m mut Map> {
    spec.get_mut(list)
        .and_then(Value::as_list_mut)
        .into_iter()
        .flatten()
        .filter_map(Value::as_map_mut)
        .filter(move |container| {
            fits(
                container
                    .get("name")
                    .and_then(Value::as_str)
                    .unwrap_or_default(),
            )
        })
}

/// Whether a name fits a container selector with `*` at any place.
// kubernetes: kubectl/pkg/cmd/set/helper.go (selectString)
pub fn name_fits(name: &str, pattern: &str) -> bool {
    let parts: Vec<&str> = pattern.split('*').collect();
    let [first, middle @ .., last] = &parts[..] else {
        return name == pattern;
    };
    let Some(rest) = name.strip_prefix(first) else {
        return false;
    };
    let mut rest = rest;
    for part in middle {
        let Some(at) = rest.find(part) else {
            return false;
        };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn container_selectors() {
        for (name, pattern, wanted) in [
            ("app", "*", true),
            ("app", "app", true),
            ("app", "a*p", true),
            ("app", "b*", false),
            ("app", "ap", false),
            ("sidecar-1", "side*-*", true),
        ] {
            assert_eq!(name_fits(name, pattern), wanted, "{name} {pattern}");
        }
    }
}
