//! The objects a writing verb works on, and how it writes and prints them.
//!
//! *Models*: `cli-runtime/pkg/resource/builder.go` (visitorResult, ContinueOnError), `helper.go`.
//! *Invariants*: what cannot be found does not stop the rest; its error comes last.
//! *Not modelled*: `--local`: refused.

use crate::client::{Item, Printed, Step};
use crate::errors;
use crate::flags::Args;
use crate::invocation::{Failure, namespace};
use crate::manifest;
use crate::resource::{self, Filter};
use crate::verbs::apply::warnings;
use crate::verbs::create::{Format, format};
use crate::verbs::dry_run::{self, DryRun};
use ::api::schema::TypePatch;
use ::api::{Kind, KindInfo, Object};
use apimachinery::{Selector, Status, Value, json, patch, to_yaml};
use cluster::{Part, Patch, Reply, Request, Verb};

/// One object to write to.
#[derive(Clone, Debug)]
pub struct Target {
    pub info: &'static KindInfo,
    pub kind: Kind,
    /// Empty for cluster-scoped kinds.
    pub namespace: String,
    pub name: String,
    /// The file it came from, if any.
    pub source: String,
}

impl Target {
    /// `deployment.apps/web`.
    pub fn shown(&self) -> String {
        format!("{}/{}", self.info.resource_singular(), self.name)
    }

    /// `deployments/web`.
    // kubernetes: cli-runtime/pkg/resource/visitor.go (Info.ObjectName)
    pub fn object_name(&self) -> String {
        format!("{}/{}", self.info.plural, self.name)
    }

    /// The live object.
    pub fn object<'w>(&self, cx: &Step<'w>) -> Option<&'w Object> {
        cx.world
            .api
            .find(self.kind, &self.namespace, &self.name)
            .map(|(_, object)| object)
    }

    /// The answer of the API server when it is not there.
    pub fn not_found(&self) -> Status {
        Status::not_found(&self.info.resource(), &self.name)
    }

    pub fn request(&self, verb: Verb, body: String) -> Request {
        Request::new(verb, self.kind, &self.namespace, &self.name, body)
    }
}

/// What the arguments name.
#[derive(Debug, Default)]
pub struct Targets {
    pub list: Vec<Target>,
    /// Whole texts, to be printed after everything else.
    pub failures: Vec<String>,
    /// Exactly one object was named.
    pub single: bool,
}

/// How arguments are read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ask {
    /// A type without name or selector means all of its objects.
    pub all: bool,
    /// Names are not looked up: the request itself says that there is nothing.
    pub blind: bool,
}

// kubernetes: cli-runtime/pkg/resource/builder.go
const NO_RESOURCES: &str = "You must provide one or more resources by argument or filename.\nExample resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'\n   '<resource> <name>'\n   '<resource>'";
const PATHS_AND_ARGUMENTS: &str = "when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well";
const NO_NAME: &str = "resource(s) were provided, but no name was specified";
const NAME_AND_SELECTOR: &str = "name cannot be provided when a selector is specified";
const NAME_ACROSS: &str = "a resource cannot be retrieved by name across all namespaces";

/// Finds what `-f` or `words` name.
///
/// # Errors
/// kubectl's words if nothing may be done at all.
pub fn find(args: &Args, words: &[String], cx: &Step<'_>, ask: Ask) -> Result<Targets, Failure> {
    if args.is_set("local") {
        return Err(Failure::error("--local is not modelled yet"));
    }
    let from_files = !args.all("filename").is_empty() || args.get("kustomize").is_some();
    match (from_files, words.is_empty()) {
        (true, true) => files(args, cx, ask),
        (true, false) => Err(Failure::error(PATHS_AND_ARGUMENTS)),
        (false, true) => Err(Failure::error(NO_RESOURCES)),
        (false, false) => arguments(args, words, cx, ask),
    }
}

fn files(args: &Args, cx: &Step<'_>, ask: Ask) -> Result<Targets, Failure> {
    let labels = Selector::parse(args.get("selector").unwrap_or_default())
        .map_err(|error| Failure::error(format!("unable to parse requirement: {error}")))?;
    let (manifests, problems) = manifest::read(args, cx.env)?;
    let mut found = Targets::default();
    for manifest in manifests {
        let Some(kind) = manifest.info.modelled else {
            found.failures.push(format!(
                "error: {} is not modelled yet\n",
                manifest.info.resource()
            ));
            continue;
        };
        if !labels.is_everything() && !labels.matches(&labels_of(&manifest.value)) {
            continue;
        }
        let target = Target {
            info: manifest.info,
            kind,
            namespace: manifest.namespace,
            name: manifest.name,
            source: manifest.source,
        };
        if !ask.blind && target.object(cx).is_none() {
            found.failures.push(errors::text(&target.not_found()));
            continue;
        }
        found.list.push(target);
    }
    found.failures.extend(
        problems
            .into_iter()
            .map(|problem| format!("error: {problem}\n")),
    );
    found.single = found.list.len() == 1;
    Ok(found)
}

fn labels_of(value: &Value) -> apimachinery::StringMap {
    let mut labels = apimachinery::StringMap::default();
    if let Some(map) = value.at_path("metadata.labels").and_then(Value::as_map) {
        for (key, value) in map {
            labels.insert(key.clone(), value.as_str().unwrap_or_default());
        }
    }
    labels
}

fn arguments(args: &Args, words: &[String], cx: &Step<'_>, ask: Ask) -> Result<Targets, Failure> {
    let parsed = resource::parse(words)?;
    let text = |name: &str| args.get(name).unwrap_or_default().to_string();
    let filter = Filter {
        labels: text("selector"),
        fields: text("field-selector"),
        namespace: (!args.is_set("all-namespaces")).then(|| namespace(args, cx.env).to_string()),
    };
    let selects = !filter.labels.is_empty() || !filter.fields.is_empty() || args.is_set("all");
    if parsed.by_name && selects {
        return Err(Failure::error(NAME_AND_SELECTOR));
    }
    if parsed.by_name
        && filter.namespace.is_none()
        && parsed.wanted.iter().any(|wanted| wanted.info.namespaced)
    {
        return Err(Failure::error(NAME_ACROSS));
    }
    if !parsed.by_name && !selects && !ask.all {
        return Err(Failure::error(NO_NAME));
    }
    let mut targets = Targets {
        single: parsed.single,
        ..Targets::default()
    };
    if parsed.by_name && ask.blind {
        for wanted in parsed.wanted {
            let (info, name) = (wanted.info, wanted.name.unwrap_or_default());
            match info.modelled {
                Some(kind) => targets.list.push(Target {
                    info,
                    kind,
                    namespace: if info.namespaced {
                        filter.namespace.clone().unwrap_or_default()
                    } else {
                        String::new()
                    },
                    name,
                    source: String::new(),
                }),
                None => targets
                    .failures
                    .push(errors::text(&Status::not_found(&info.resource(), &name))),
            }
        }
        return Ok(targets);
    }
    let found = resource::find(cx.world, &parsed, &filter);
    targets.list.extend(found.hits.iter().map(|hit| Target {
        info: hit.info,
        kind: hit.key.kind,
        namespace: hit.object.meta().namespace.to_string(),
        name: hit.object.meta().name.to_string(),
        source: String::new(),
    }));
    targets
        .failures
        .extend(found.errors.iter().map(errors::text));
    Ok(targets)
}

/// How a verb writes: dry run, output, and who it says it is.
#[derive(Clone, Copy, Debug)]
pub struct Write {
    pub dry_run: DryRun,
    pub format: Format,
    pub manager: &'static str,
}

impl Write {
    /// # Errors
    /// Bad `--dry-run` or `-o`.
    pub fn new(args: &Args, manager: &'static str) -> Result<Write, Failure> {
        Ok(Write {
            dry_run: dry_run::parse(args)?,
            format: format(args)?,
            manager,
        })
    }

    /// What is printed about an object that was written.
    pub fn text(&self, target: &Target, operation: &str, value: &Value) -> String {
        match self.format {
            Format::Message => format!("{} {operation}{}\n", target.shown(), self.dry_run.suffix()),
            Format::Name => format!("{}\n", target.shown()),
            Format::Yaml => to_yaml(value),
            Format::Json => format!("{}\n", json::to_json_pretty(value)),
        }
    }

    /// A request with this verb's options; `print` makes the text of a success, `fail` that of a refusal.
    pub fn item(
        self,
        target: Target,
        mut request: Request,
        operation: impl FnOnce(&cluster::Response) -> String + 'static,
        fail: impl FnOnce(&Status) -> String + 'static,
    ) -> Item {
        request.dry_run = self.dry_run == DryRun::Server;
        request.field_manager = self.manager.to_string();
        let print = move |reply: Reply, _: &Step<'_>| match reply {
            Ok(response) => {
                let value = crate::output::shown(target.info, &response.object);
                let operation = operation(&response);
                Printed {
                    err: warnings(&response.warnings),
                    ..Printed::out(self.text(&target, &operation, &value))
                }
            }
            Err(status) => Printed::failure(fail(&status)),
        };
        Item::Request(request, Box::new(print))
    }

    /// A patch that says `operation` when it is done.
    pub fn patch(self, target: Target, how: Patch, body: &Value, operation: &str) -> Item {
        let request = target.request(Verb::Patch(how), json::to_json(body));
        let operation = operation.to_string();
        self.item(target, request, move |_| operation, errors::text)
    }
}

/// The strategic merge patch from one version of an object to another; `None` if they do not differ.
///
/// # Errors
/// What cannot be merged.
pub fn difference(target: &Target, old: &Value, new: &Value) -> Result<Option<Value>, String> {
    let patch = match TypePatch::of(target.info) {
        Some(schema) => patch::create_strategic_patch(old, new, schema)?,
        None => patch::merge::create(old, new),
    };
    Ok((!patch.as_map().is_some_and(|map| map.is_empty())).then_some(patch))
}

/// One item a target, then what was not found.
pub fn items(targets: Targets, mut item: impl FnMut(Target) -> Item) -> Vec<Item> {
    let mut items: Vec<Item> = targets.list.into_iter().map(&mut item).collect();
    items.extend(
        targets
            .failures
            .into_iter()
            .map(|text| Item::Text(Printed::failure(text))),
    );
    items
}

/// A request to the `scale` or `status` subresource.
pub fn of_part(mut request: Request, part: Part) -> Request {
    request.part = part;
    request
}

/// A failed item.
pub fn failed(text: impl Into<String>) -> Vec<Item> {
    vec![Item::Text(Printed::failure(text))]
}

/// Go's `%q`.
pub fn quoted(text: &str) -> String {
    json::quote_go(text)
}
