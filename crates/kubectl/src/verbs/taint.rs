//! `kubectl taint`.
//!
//! *Models*: `kubectl/pkg/cmd/taint/{taint,utils}.go`.
//! *Not modelled*: nothing.

use crate::client::{Client, Item, Printed, Sequence, Step};
use crate::errors;
use crate::flags::{Args, Flag, optional, short_value, switch, value};
use crate::invocation::Failure;
use crate::output;
use crate::verbs::dry_run::DryRun;
use crate::verbs::targets::{self, Ask, Target, Write, difference, failed};
use ::api::{KindInfo, Taint};
use apimachinery::validation::{is_qualified_name, is_valid_label_value};
use apimachinery::{Value, to_value};
use cluster::Patch;

pub const FLAGS: &[Flag] = &[
    short_value("selector", 'l'),
    switch("all"),
    switch("overwrite"),
    short_value("output", 'o'),
    optional("dry-run", "unchanged"),
    optional("validate", "strict"),
    value("field-manager"),
    switch("show-managed-fields"),
];

#[derive(Clone, Debug)]
struct Change {
    add: Vec<Taint>,
    remove: Vec<Taint>,
    overwrite: bool,
}

pub fn start(args: Args, cx: &Step<'_>) -> Result<Box<dyn Client>, Failure> {
    let (resources, specs) = split(&args.positional)?;
    let Some(kind) = resources.first() else {
        return Err(Failure::error(
            "one or more resources must be specified as <resource> <name>",
        ));
    };
    if specs.is_empty() {
        return Err(Failure::error("at least one taint update is required"));
    }
    let (add, remove) = parse(&specs).map_err(|error| {
        Failure::error(format!(
            "{error}\nSee 'kubectl taint -h' for help and examples"
        ))
    })?;
    let kind = kind.to_lowercase();
    let Some(info) = KindInfo::by_argument(&kind) else {
        return Err(Failure::error(format!(
            "the server doesn't have a resource type \"{kind}\""
        )));
    };
    if info.kind != "Node" {
        return Err(Failure::error(format!(
            "invalid resource type {kind}, only node types are supported"
        )));
    }
    contradictions(&add, &remove)?;
    let selects = args.get("selector").is_some_and(|text| !text.is_empty());
    if args.is_set("all") && selects {
        return Err(Failure::error(
            "setting 'all' parameter with a non empty selector is prohibited",
        ));
    }
    if !args.is_set("all") && !selects && resources.len() < 2 {
        return Err(Failure::error(
            "at least one resource name must be specified since 'all' parameter is not set",
        ));
    }
    let write = Write::new(&args, "kubectl-taint")?;
    let targets = targets::find(&args, &resources, cx, Ask::default())?;
    let change = Change {
        add,
        remove,
        overwrite: args.is_set("overwrite"),
    };
    let items = targets::items(targets, |target| {
        let change = change.clone();
        Item::Decide(Box::new(move |cx: &Step<'_>| {
            change.apply(target, write, cx)
        }))
    });
    Ok(Box::new(Sequence::failures_last(items)))
}

fn split(words: &[String]) -> Result<(Vec<String>, Vec<String>), Failure> {
    let (mut resources, mut specs) = (Vec::new(), Vec::new());
    for word in words {
        let is_taint = word.contains('=') || word.contains(':') || word.ends_with('-');
        match (is_taint, specs.is_empty()) {
            (true, _) => specs.push(word.clone()),
            (false, true) => resources.push(word.clone()),
            (false, false) => {
                return Err(Failure::error(format!(
                    "all resources must be specified before taint changes: {word}"
                )));
            }
        }
    }
    Ok((resources, specs))
}

/// Taints to add and to remove. Fixture table: `utils.TestParseTaints`.
///
/// # Errors
/// kubectl's words.
pub fn parse(specs: &[String]) -> Result<(Vec<Taint>, Vec<Taint>), String> {
    let (mut add, mut remove): (Vec<Taint>, Vec<Taint>) = Default::default();
    for spec in specs {
        if let Some(spec) = spec.strip_suffix('-') {
            remove.push(Taint {
                value: "".into(),
                ..parse_one(spec)?
            });
            continue;
        }
        let taint = parse_one(spec)?;
        if taint.effect.is_empty() {
            return Err(format!("invalid taint spec: {spec}"));
        }
        if add.iter().any(|other| same(other, &taint)) {
            return Err(format!(
                "duplicated taints with the same key and effect: {{{} {} {} <nil>}}",
                taint.key, taint.value, taint.effect
            ));
        }
        add.push(taint);
    }
    Ok((add, remove))
}

fn parse_one(spec: &str) -> Result<Taint, String> {
    let parts: Vec<&str> = spec.split(':').collect();
    let (key, value, effect) = match parts[..] {
        [key] => (key, "", ""),
        [pair, effect] => {
            if !matches!(effect, "NoSchedule" | "PreferNoSchedule" | "NoExecute") {
                return Err(format!(
                    "invalid taint effect: {effect}, unsupported taint effect"
                ));
            }
            let halves: Vec<&str> = pair.split('=').collect();
            match halves[..] {
                [key] => (key, "", effect),
                [key, value] => {
                    let faults = is_valid_label_value(value);
                    if !faults.is_empty() {
                        return Err(format!("invalid taint spec: {spec}, {}", faults.join("; ")));
                    }
                    (key, value, effect)
                }
                _ => return Err(format!("invalid taint spec: {spec}")),
            }
        }
        _ => return Err(format!("invalid taint spec: {spec}")),
    };
    let faults = is_qualified_name(key);
    if !faults.is_empty() {
        return Err(format!("invalid taint spec: {spec}, {}", faults.join("; ")));
    }
    Ok(Taint {
        key: key.into(),
        value: value.into(),
        effect: effect.to_string().into(),
        time_added: None,
    })
}

fn contradictions(add: &[Taint], remove: &[Taint]) -> Result<(), Failure> {
    let both: Vec<String> = add
        .iter()
        .flat_map(|added| {
            remove.iter().filter(move |removed| {
                added.key == removed.key
                    && (removed.effect.is_empty() || removed.effect == added.effect)
            })
        })
        .map(|removed| format!("{{\"{}\":\"{}\"}}", removed.key, removed.effect))
        .collect();
    match both.is_empty() {
        true => Ok(()),
        false => Err(Failure::error(format!(
            "can not both modify and remove the following taint(s) in the same command: {}",
            both.join(", ")
        ))),
    }
}

fn same(a: &Taint, b: &Taint) -> bool {
    a.key == b.key && a.effect == b.effect
}

/// Keys of the taints that a node has already. Fixture table: `utils.TestCheckIfTaintsAlreadyExists`.
pub fn already_there(old: &[Taint], add: &[Taint]) -> String {
    let taken: Vec<&str> = add
        .iter()
        .flat_map(|added| old.iter().filter(move |old| same(added, old)))
        .map(|old| &*old.key)
        .collect();
    taken.join(",")
}

/// The node's taints afterwards, and what to call that. Fixture table: `utils.TestReorganizeTaints`.
///
/// # Errors
/// A taint that is to go is not there.
pub fn reorganize(
    old: &[Taint],
    overwrite: bool,
    add: &[Taint],
    remove: &[Taint],
) -> Result<(&'static str, Vec<Taint>), String> {
    let mut new = add.to_vec();
    new.extend(
        old.iter()
            .filter(|old| !add.iter().any(|added| same(added, old)))
            .cloned(),
    );
    let added = old.len() != new.len();
    let mut faults = Vec::new();
    let mut removed = false;
    for gone in remove {
        let before = new.len();
        new.retain(|taint| {
            taint.key != gone.key || !gone.effect.is_empty() && taint.effect != gone.effect
        });
        removed = new.len() != before;
        if !removed {
            let name = if gone.effect.is_empty() {
                gone.key.to_string()
            } else {
                format!("{}:{}", gone.key, gone.effect)
            };
            faults.push(format!("taint \"{name}\" not found"));
        }
    }
    match &faults[..] {
        [] if added && removed || overwrite => Ok(("modified", new)),
        [] if added => Ok(("tainted", new)),
        [] => Ok(("untainted", new)),
        [one] => Err(one.clone()),
        several => Err(format!("[{}]", several.join(", "))),
    }
}

impl Change {
    fn apply(self, target: Target, write: Write, cx: &Step<'_>) -> Vec<Item> {
        let Some(object) = target.object(cx) else {
            return failed(errors::text(&target.not_found()));
        };
        let Some(node) = object.get::<::api::Node>() else {
            return Vec::new();
        };
        if !self.overwrite {
            let taken = already_there(&node.spec.taints, &self.add);
            if !taken.is_empty() {
                return failed(format!(
                    "error: node {} already has {taken} taint(s) with same effect(s) and --overwrite is false\n",
                    target.name
                ));
            }
        }
        let (operation, taints) =
            match reorganize(&node.spec.taints, self.overwrite, &self.add, &self.remove) {
                Ok(result) => result,
                Err(error) => return failed(format!("error: {error}\n")),
            };
        let old = output::shown(target.info, object);
        let mut new = old.clone();
        let list: Vec<Value> = taints.iter().map(to_value).collect();
        match (
            list.is_empty(),
            new.get_mut("spec").and_then(Value::as_map_mut),
        ) {
            (true, Some(spec)) => {
                spec.remove("taints");
            }
            _ => new.set(&["spec", "taints"], Value::List(list)),
        }
        if write.dry_run == DryRun::Client {
            return vec![Item::Text(Printed::out(
                write.text(&target, operation, &new),
            ))];
        }
        match difference(&target, &old, &new) {
            Ok(patch) => vec![write.patch(
                target,
                Patch::Strategic,
                &patch.unwrap_or_else(Value::map),
                operation,
            )],
            Err(error) => failed(format!("error: {error}\n")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn specs(line: &str) -> Vec<String> {
        line.split_whitespace().map(String::from).collect()
    }

    #[test]
    fn specs_are_read() {
        for (line, wanted) in [
            ("foo", "invalid taint spec: foo"),
            ("foo=abc", "invalid taint spec: foo=abc, "),
            (
                "foo=abc:xyz",
                "invalid taint effect: xyz, unsupported taint effect",
            ),
            (
                "foo=abc:xyz:NoSchedule",
                "invalid taint spec: foo=abc:xyz:NoSchedule",
            ),
            (
                "a=b:NoSchedule a=c:NoSchedule",
                "duplicated taints with the same key and effect: {a c NoSchedule <nil>}",
            ),
        ] {
            let error = parse(&specs(line)).unwrap_err();
            assert!(error.starts_with(wanted), "{line}: {error}");
        }
    }

    #[test]
    fn taints_after_a_change() {
        let taints = |line: &str| parse(&specs(line)).unwrap();
        let (old, _) = taints("foo=bar:NoSchedule");
        for (line, overwrite, wanted) in [
            ("x=y:NoExecute", false, Ok(("tainted", 2))),
            ("foo-", false, Ok(("untainted", 0))),
            ("foo=z:NoSchedule", true, Ok(("modified", 1))),
            ("x=y:NoExecute foo:NoSchedule-", false, Ok(("modified", 1))),
            (
                "gone:NoSchedule-",
                false,
                Err("taint \"gone:NoSchedule\" not found".to_string()),
            ),
        ] {
            let (add, remove) = taints(line);
            let got = reorganize(&old, overwrite, &add, &remove)
                .map(|(what, taints)| (what, taints.len()));
            assert_eq!(got, wanted, "{line}");
        }
    }
}
