//! `kubectl label` and `kubectl annotate`.
//!
//! *Models*: `kubectl/pkg/cmd/label/label.go`, `kubectl/pkg/cmd/annotate/annotate.go`.
//! *Not modelled*: `--local`: refused.

use crate::client::{Client, Item, Printed, Sequence, Step};
use crate::flags::{Args, Flag, optional, short_switch, short_value, switch, value};
use crate::invocation::Failure;
use crate::output;
use crate::verbs::create::Format;
use crate::verbs::dry_run::DryRun;
use crate::verbs::pairs::{self, Pairs};
use crate::verbs::targets::{self, Ask, Target, Write, failed};
use apimachinery::{Map, Value};
use cluster::Patch;

pub const FLAGS: &[Flag] = &[
    short_value("filename", 'f'),
    short_value("kustomize", 'k'),
    short_switch("recursive", 'R'),
    short_value("selector", 'l'),
    value("field-selector"),
    short_value("output", 'o'),
    optional("dry-run", "unchanged"),
    switch("overwrite"),
    switch("list"),
    switch("local"),
    switch("all"),
    short_switch("all-namespaces", 'A'),
    value("resource-version"),
    value("field-manager"),
    switch("record"),
    switch("show-managed-fields"),
];

/// Which map is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    Labels,
    Annotations,
}

impl Which {
    fn field(self) -> &'static str {
        match self {
            Which::Labels => "labels",
            Which::Annotations => "annotations",
        }
    }
}

struct Change {
    which: Which,
    pairs: Pairs,
    overwrite: bool,
    list: bool,
    single: bool,
    resource_version: Option<String>,
    write: Write,
}

pub fn label(args: Args, cx: &Step<'_>) -> Result<Box<dyn Client>, Failure> {
    start(Which::Labels, args, cx)
}

pub fn annotate(args: Args, cx: &Step<'_>) -> Result<Box<dyn Client>, Failure> {
    start(Which::Annotations, args, cx)
}

fn start(which: Which, args: Args, cx: &Step<'_>) -> Result<Box<dyn Client>, Failure> {
    let (what, manager) = match which {
        Which::Labels => ("label", "kubectl-label"),
        Which::Annotations => ("annotation", "kubectl-annotate"),
    };
    let (resources, changes) = pairs::split(&args.positional, what).map_err(Failure::error)?;
    let pairs = match which {
        Which::Labels => pairs::parse_labels(&changes),
        Which::Annotations => pairs::parse(&changes, what, true)
            .and_then(|pairs| pairs::validate_annotations(&pairs).map(|()| pairs)),
    }
    .map_err(Failure::error)?;
    let list = args.is_set("list");
    if list && args.get("output").is_some() {
        return Err(Failure::error(
            "--list and --output may not be specified together",
        ));
    }
    if args.is_set("all") && args.get("selector").is_some_and(|text| !text.is_empty()) {
        return Err(Failure::error(
            "cannot set --all and --selector at the same time",
        ));
    }
    if args.is_set("all")
        && args
            .get("field-selector")
            .is_some_and(|text| !text.is_empty())
    {
        return Err(Failure::error(
            "cannot set --all and --field-selector at the same time",
        ));
    }
    if resources.is_empty() && args.all("filename").is_empty() {
        return Err(Failure::error(
            "one or more resources must be specified as <resource> <name> or <resource>/<name>",
        ));
    }
    if changes.is_empty() && !list {
        return Err(Failure::error(format!(
            "at least one {what} update is required"
        )));
    }
    let write = Write::new(&args, manager)?;
    let targets = targets::find(&args, &resources, cx, Ask::default())?;
    let resource_version = args
        .get("resource-version")
        .filter(|text| !text.is_empty())
        .map(String::from);
    if resource_version.is_some() && !targets.single {
        return Err(Failure::error(
            "--resource-version may only be used with a single resource",
        ));
    }
    let change = std::rc::Rc::new(Change {
        which,
        pairs,
        overwrite: args.is_set("overwrite"),
        list,
        single: targets.single,
        resource_version,
        write,
    });
    let items = targets::items(targets, |target| {
        let change = change.clone();
        Item::Decide(Box::new(move |cx: &Step<'_>| change.apply(target, cx)))
    });
    Ok(Box::new(Sequence::failures_last(items)))
}

/// The labels or annotations of an object.
pub fn map_of(which: Which, object: &Value) -> Map {
    let map = object.pointer(&["metadata", which.field()]);
    map.and_then(Value::as_map).cloned().unwrap_or_default()
}

/// The map after a change. Fixture tables: `label.TestLabelFunc`, `annotate.TestUpdateAnnotations`.
///
/// # Errors
/// A key that has another value already, unless `overwrite`.
pub fn edited(which: Which, old: &Map, pairs: &Pairs, overwrite: bool) -> Result<Map, String> {
    if !overwrite {
        not_taken(which, old, pairs)?;
    }
    let mut map = old.clone();
    for (key, value) in &pairs.set {
        map.insert(key.as_str(), value.as_str());
    }
    for key in &pairs.remove {
        map.remove(key);
    }
    Ok(map)
}

fn not_taken(which: Which, current: &Map, pairs: &Pairs) -> Result<(), String> {
    let taken: Vec<String> = pairs
        .set
        .iter()
        // kubernetes: the change cause may always be overwritten
        .filter(|(key, _)| which == Which::Labels || key.as_str() != "kubernetes.io/change-cause")
        .filter_map(|(key, value)| {
            let old = current.get(key).and_then(Value::as_str)?;
            (old != value).then(|| format!("'{key}' already has a value ({old})"))
        })
        .collect();
    match (taken.is_empty(), which) {
        (true, _) => Ok(()),
        (false, Which::Annotations) => Err(format!(
            "--overwrite is false but found the following declared annotation(s): {}",
            taken.join("; ")
        )),
        (false, Which::Labels) => {
            let texts: Vec<String> = taken
                .iter()
                .map(|text| format!("{text}, and --overwrite is false"))
                .collect();
            Err(match &texts[..] {
                [one] => one.clone(),
                several => format!("[{}]", several.join(", ")),
            })
        }
    }
}

/// What a change is called. Fixture table: `label.TestLabelMsg`.
// kubernetes: kubectl/pkg/cmd/label/label.go (updateDataChangeMsg)
pub fn operation(which: Which, old: &Map, new: &Map) -> &'static str {
    if which == Which::Annotations {
        return "annotated";
    }
    let removed = old.keys().any(|key| !new.contains_key(key));
    let set = new.iter().any(|(key, value)| old.get(key) != Some(value));
    match (set, removed) {
        (true, true) => "modified",
        (true, false) => "labeled",
        (false, true) => "unlabeled",
        (false, false) => "not labeled",
    }
}

impl Change {
    fn apply(&self, target: Target, cx: &Step<'_>) -> Vec<Item> {
        let Some(object) = target.object(cx) else {
            return failed(crate::errors::text(&target.not_found()));
        };
        let old = output::shown(target.info, object);
        let current = map_of(self.which, &old);
        let map = match edited(self.which, &current, &self.pairs, self.overwrite) {
            Ok(map) => map,
            Err(error) => return failed(format!("error: {error}\n")),
        };
        if self.list {
            return vec![Item::Text(Printed::out(self.listing(&target, &map)))];
        }
        let operation = operation(self.which, &current, &map);
        let mut new = old.clone();
        new.set(&["metadata", self.which.field()], map);
        let mut items = Vec::new();
        if self.write.dry_run == DryRun::Client {
            items.push(Item::Text(Printed::out(
                self.write.text(&target, operation, &new),
            )));
            return items;
        }
        if self.which == Which::Labels && self.write.format == Format::Message {
            for key in self
                .pairs
                .remove
                .iter()
                .filter(|key| !current.contains_key(key))
            {
                items.push(Item::Text(Printed::out(format!(
                    "label \"{key}\" not found.\n"
                ))));
            }
        }
        items.push(
            self.write
                .patch(target, Patch::Merge, &self.patch(), operation),
        );
        items
    }

    fn patch(&self) -> Value {
        let mut changes = Map::new();
        for (key, value) in &self.pairs.set {
            changes.insert(key.as_str(), value.as_str());
        }
        for key in &self.pairs.remove {
            changes.insert(key.as_str(), Value::Null);
        }
        let mut patch = Value::map();
        patch.set(&["metadata", self.which.field()], changes);
        if let Some(version) = &self.resource_version {
            patch.set(&["metadata", "resourceVersion"], version);
        }
        patch
    }

    fn listing(&self, target: &Target, map: &Map) -> String {
        let indent = if self.single { "" } else { " " };
        let mut text = match self.single {
            true => String::new(),
            false => format!(
                "Listing {} for {}.{}/{}:\n",
                self.which.field(),
                target.info.kind,
                target.info.group,
                target.name
            ),
        };
        for (key, value) in map.sorted() {
            text.push_str(&format!(
                "{indent}{key}={}\n",
                value.as_str().unwrap_or_default()
            ));
        }
        text
    }
}
