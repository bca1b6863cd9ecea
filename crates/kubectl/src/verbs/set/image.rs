//! `kubectl set image`.
//!
//! *Models*: `kubectl/pkg/cmd/set/set_image.go`.
//! *Not modelled*: `--local`: refused.

use super::{Set, containers};
use crate::client::{Client, Step};
use crate::flags::{Args, Flag, optional, short_switch, short_value, switch, value};
use crate::invocation::Failure;
use crate::verbs::pairs;
use crate::verbs::targets::Write;
use std::rc::Rc;

pub const FLAGS: &[Flag] = &[
    short_value("filename", 'f'),
    short_value("kustomize", 'k'),
    short_switch("recursive", 'R'),
    short_value("selector", 'l'),
    switch("all"),
    switch("local"),
    short_value("output", 'o'),
    optional("dry-run", "unchanged"),
    switch("record"),
    value("field-manager"),
    switch("show-managed-fields"),
];

pub fn start(args: Args, cx: &Step<'_>) -> Result<Box<dyn Client>, Failure> {
    let (resources, changes) = pairs::split(&args.positional, "image").map_err(Failure::error)?;
    let images = pairs::parse(&changes, "image", false)
        .map_err(Failure::error)?
        .set;
    if images.is_empty() {
        return Err(Failure::error("at least one image update is required"));
    }
    if images.len() > 1 && images.contains_key("*") {
        return Err(Failure::error(
            "all containers are already specified by *, but saw more than one container_name=container_image pairs",
        ));
    }
    let set = Set {
        edit: Rc::new(move |spec, _| {
            let mut missing = Vec::new();
            for (name, image) in &images {
                let mut found = false;
                for list in ["initContainers", "containers"] {
                    for container in containers(spec, list, |own| name == "*" || own == name) {
                        container.insert("image", image.as_str());
                        found = true;
                    }
                }
                if !found {
                    missing.push(format!("error: unable to find container named \"{name}\""));
                }
            }
            if missing.is_empty() {
                Ok(())
            } else {
                Err(missing)
            }
        }),
        operation: "image updated",
        refusal: "failed to patch image update to pod template",
        write: Write::new(&args, "kubectl-set")?,
    };
    super::run(set, &args, &resources, cx)
}
