//! `kubectl set resources`.
//!
//! *Models*: `kubectl/pkg/cmd/set/set_resources.go`, `kubectl/pkg/generate/versioned/run.go` (HandleResourceRequirementsV1).
//! *Not modelled*: `--local`: refused.

use super::{Set, containers, name_fits};
use crate::client::{Client, Step};
use crate::flags::{Args, Flag, optional, short_switch, short_value, switch, value};
use crate::invocation::Failure;
use crate::verbs::targets::Write;
use apimachinery::{Map, Quantity, Value};
use std::rc::Rc;

pub const FLAGS: &[Flag] = &[
    short_value("filename", 'f'),
    short_value("kustomize", 'k'),
    short_switch("recursive", 'R'),
    short_value("selector", 'l'),
    short_value("containers", 'c'),
    value("limits"),
    value("requests"),
    switch("all"),
    switch("local"),
    short_value("output", 'o'),
    optional("dry-run", "unchanged"),
    value("field-manager"),
    switch("record"),
    switch("show-managed-fields"),
];

pub fn start(args: Args, cx: &Step<'_>) -> Result<Box<dyn Client>, Failure> {
    let (limits, requests) = (
        args.get("limits").unwrap_or_default(),
        args.get("requests").unwrap_or_default(),
    );
    if limits.is_empty() && requests.is_empty() {
        return Err(Failure::error(
            "you must specify an update to requests or limits (in the form of --requests/--limits)",
        ));
    }
    let wanted = [
        ("limits", quantities(limits)?),
        ("requests", quantities(requests)?),
    ];
    let pattern = args.get("containers").unwrap_or("*").to_string();
    let set = Set {
        edit: Rc::new(move |spec, _| {
            let mut found = false;
            for list in ["initContainers", "containers"] {
                for container in containers(spec, list, |name| name_fits(name, &pattern)) {
                    found = true;
                    change(container, &wanted);
                }
            }
            match found {
                true => Ok(()),
                false => Err(vec![format!(
                    "error: unable to find container named {pattern}"
                )]),
            }
        }),
        operation: "resource requirements updated",
        refusal: "failed to patch resources update to pod template",
        write: Write::new(&args, "kubectl-set")?,
    };
    super::run(set, &args, &args.positional.clone(), cx)
}

/// `cpu=200m,memory=512Mi`.
///
/// # Errors
/// kubectl's words.
pub fn quantities(text: &str) -> Result<Vec<(String, String)>, Failure> {
    let mut list = Vec::new();
    for part in text.split(',').filter(|part| !part.is_empty()) {
        let halves: Vec<&str> = part.split('=').collect();
        let [name, amount] = halves[..] else {
            return Err(Failure::error(format!(
                "invalid argument syntax {part}, expected <resource>=<value>"
            )));
        };
        Quantity::parse(amount).map_err(Failure::error)?;
        list.push((name.to_string(), amount.to_string()));
    }
    Ok(list)
}

fn change(container: &mut Map, wanted: &[(&str, Vec<(String, String)>); 2]) {
    for (field, list) in wanted {
        if list.is_empty() {
            continue;
        }
        let amounts = container.map_entry("resources").map_entry(field);
        for (name, amount) in list {
            let is_zero = Quantity::parse(amount).is_ok_and(|quantity| quantity.sign() == 0);
            if is_zero {
                amounts.remove(name);
            } else {
                amounts.insert(name.as_str(), amount.as_str());
            }
        }
        let is_empty = container
            .get("resources")
            .and_then(|all| all.get(field))
            .is_some_and(Value::is_empty);
        if is_empty {
            container.map_entry("resources").remove(field);
        }
    }
}
