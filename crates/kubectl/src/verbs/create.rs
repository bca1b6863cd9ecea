//! `kubectl create -f`, and what generators share.
//!
//! *Models*: `kubectl/pkg/cmd/create/create.go`.

use crate::client::{Client, Item, Printed, Sequence, Step};
use crate::errors;
use crate::flags::{Args, Flag, optional, short_switch, short_value, switch, value};
use crate::invocation::Failure;
use crate::manifest;
use crate::verbs::apply;
use crate::verbs::dry_run::{self, DryRun};
use ::api::KindInfo;
use apimachinery::{Value, json, to_yaml};
use cluster::{Request, Validation, Verb};

pub const FLAGS: &[Flag] = &[
    short_value("filename", 'f'),
    short_value("kustomize", 'k'),
    short_switch("recursive", 'R'),
    optional("dry-run", "unchanged"),
    optional("validate", "strict"),
    short_value("output", 'o'),
    short_value("selector", 'l'),
    switch("save-config"),
    switch("record"),
    value("field-manager"),
];

const FIELD_MANAGER: &str = "kubectl-create";

pub fn start(args: Args, cx: &Step<'_>) -> Result<Box<dyn Client>, Failure> {
    if let Some(extra) = args.positional.first() {
        return Err(Failure::error(format!(
            "Unexpected args: [{extra}]\nSee 'kubectl create -h' for help and examples"
        )));
    }
    if args.all("filename").is_empty() && args.get("kustomize").is_none() {
        return Err(Failure::error("must specify one of -f and -k"));
    }
    let dry_run = dry_run::parse(&args)?;
    let validation = apply::validation(&args)?;
    let format = format(&args)?;
    let (manifests, problems) = manifest::read(&args, cx.env)?;
    if manifests.is_empty() && problems.is_empty() {
        return Err(Failure::error("no objects passed to create"));
    }
    let mut items = Vec::new();
    for manifest in manifests {
        let value = if args.is_set("save-config") {
            apply::with_last_applied(&manifest.value)
        } else {
            manifest.value
        };
        let creation = Creation {
            info: manifest.info,
            namespace: manifest.namespace,
            source: manifest.source,
            value,
            dry_run,
            validation,
            format,
        };
        items.push(creation.item());
    }
    items.extend(
        problems
            .into_iter()
            .map(|error| Item::Text(Printed::failure(format!("error: {error}\n")))),
    );
    Ok(Box::new(Sequence::failures_last(items)))
}

/// How the created object is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `pod/web created`.
    Message,
    Name,
    Yaml,
    Json,
}

/// `-o` of commands that create one object.
///
/// # Errors
/// kubectl's words for a format it does not know.
pub fn format(args: &Args) -> Result<Format, Failure> {
    match args.get("output") {
        None | Some("") => Ok(Format::Message),
        Some("name") => Ok(Format::Name),
        Some("yaml") => Ok(Format::Yaml),
        Some("json") => Ok(Format::Json),
        Some(other) => Err(Failure::error(format!(
            "unable to match a printer suitable for the output format \"{other}\", allowed formats are: go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,kyaml,name,template,templatefile,yaml"
        ))),
    }
}

/// One object to create, from a file or a generator.
pub struct Creation {
    pub info: &'static KindInfo,
    pub namespace: String,
    /// The file, or empty for a generator.
    pub source: String,
    pub value: Value,
    pub dry_run: DryRun,
    pub validation: Validation,
    pub format: Format,
}

impl Creation {
    /// The request and its message.
    pub fn item(self) -> Item {
        let Some(kind) = self.info.modelled else {
            return Item::Text(Printed::failure(format!(
                "error: {} is not modelled yet\n",
                self.info.resource()
            )));
        };
        let name = self
            .value
            .at_path("metadata.name")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_string();
        if self.dry_run == DryRun::Client {
            let text = self.text(&name, &self.value);
            return Item::Text(Printed::out(text));
        }
        let mut request = Request::new(
            Verb::Create,
            kind,
            &self.namespace,
            &name,
            json::to_json(&self.value),
        );
        request.dry_run = self.dry_run == DryRun::Server;
        request.validation = self.validation;
        request.field_manager = FIELD_MANAGER.to_string();
        let print = move |reply: cluster::Reply, _: &Step<'_>| match reply {
            Ok(response) => {
                let text = self.text(&response.object.meta().name, &response.object.encode());
                Printed {
                    err: apply::warnings(&response.warnings),
                    ..Printed::out(text)
                }
            }
            Err(status) if self.source.is_empty() => {
                Printed::failure(self.generator_error(&status))
            }
            Err(status) => Printed::failure(errors::with_source("creating", &self.source, &status)),
        };
        Item::Request(request, Box::new(print))
    }

    /// `error: failed to create deployment: deployments.apps "web" already exists`.
    // kubernetes: kubectl/pkg/cmd/create/create_*.go
    fn generator_error(&self, status: &apimachinery::Status) -> String {
        match self.info.plural {
            "pods" | "namespaces" => errors::text(status),
            _ if status.is_invalid() => errors::text(status),
            "secrets" => format!("error: failed to create secret {}\n", status.message),
            _ => format!(
                "error: failed to create {}: {}\n",
                self.info.singular, status.message
            ),
        }
    }

    fn text(&self, name: &str, value: &Value) -> String {
        let resource = format!("{}/{name}", self.info.resource_singular());
        match self.format {
            Format::Message => format!("{resource} created{}\n", self.dry_run.suffix()),
            Format::Name => format!("{resource}\n"),
            Format::Yaml => to_yaml(value),
            Format::Json => format!("{}\n", json::to_json_pretty(value)),
        }
    }
}
