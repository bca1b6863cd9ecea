//! `kubectl patch`.
//!
//! *Models*: `kubectl/pkg/cmd/patch/patch.go`.
//! *Not modelled*: `--local`: refused.

use crate::client::{Client, Item, Printed, Sequence, Step};
use crate::errors;
use crate::flags::{Args, Flag, optional, short_switch, short_value, switch, value};
use crate::invocation::Failure;
use crate::output;
use crate::verbs::dry_run::DryRun;
use crate::verbs::targets::{self, Ask, Target, Write, failed, of_part};
use ::api::schema::TypePatch;
use apimachinery::{Value, json, parse_yaml_documents, patch};
use cluster::{Part, Patch, Verb};

pub const FLAGS: &[Flag] = &[
    short_value("filename", 'f'),
    short_value("kustomize", 'k'),
    short_switch("recursive", 'R'),
    short_value("patch", 'p'),
    value("patch-file"),
    value("type"),
    value("subresource"),
    short_value("output", 'o'),
    optional("dry-run", "unchanged"),
    switch("local"),
    switch("record"),
    value("field-manager"),
    switch("show-managed-fields"),
];

pub fn start(args: Args, cx: &Step<'_>) -> Result<Box<dyn Client>, Failure> {
    let how = kind_of_patch(&args)?;
    let body = body(&args, cx)?;
    let part = match args.get("subresource") {
        None | Some("") => Part::Main,
        Some("status") => Part::Status,
        Some("scale") => Part::Scale,
        Some(other) => {
            return Err(Failure::error(format!(
                "invalid subresource value: \"{other}\". Must be one of [status scale resize]"
            )));
        }
    };
    let write = Write::new(&args, "kubectl-patch")?;
    let targets = targets::find(&args, &args.positional, cx, Ask::default())?;
    if targets.list.is_empty() && targets.failures.is_empty() {
        return Err(Failure::error("no objects passed to patch"));
    }
    let items = targets::items(targets, |target| {
        let body = body.clone();
        if write.dry_run == DryRun::Client {
            return Item::Decide(Box::new(move |cx: &Step<'_>| {
                local(target, how, &body, write, cx)
            }));
        }
        let request = of_part(target.request(Verb::Patch(how), json::to_json(&body)), part);
        write.item(
            target,
            request,
            |response| operation(response.changed).to_string(),
            errors::text,
        )
    });
    Ok(Box::new(Sequence::failures_last(items)))
}

fn operation(changed: bool) -> &'static str {
    if changed {
        "patched"
    } else {
        "patched (no change)"
    }
}

fn kind_of_patch(args: &Args) -> Result<Patch, Failure> {
    match args.get("type").map(str::to_lowercase).as_deref() {
        None | Some("" | "strategic") => Ok(Patch::Strategic),
        Some("merge") => Ok(Patch::Merge),
        Some("json") => Ok(Patch::Json),
        Some(_) => Err(Failure::error(format!(
            "--type must be one of [json merge strategic], not {}",
            json::quote_go(args.get("type").unwrap_or_default())
        ))),
    }
}

fn body(args: &Args, cx: &Step<'_>) -> Result<Value, Failure> {
    let given = |name: &str| args.get(name).filter(|text| !text.is_empty());
    let text = match (given("patch"), given("patch-file")) {
        (Some(_), Some(_)) => {
            return Err(Failure::error(
                "cannot specify --patch and --patch-file together",
            ));
        }
        (None, None) => {
            return Err(Failure::error(
                "must specify --patch or --patch-file containing the contents of the patch",
            ));
        }
        (Some(text), None) => text.to_string(),
        (None, Some("-")) => cx.env.stdin.to_string(),
        (None, Some(path)) => match cx.env.files.read(path) {
            Some(text) => text.to_string(),
            None => {
                return Err(Failure::error(format!(
                    "unable to read patch file: open {path}: no such file or directory"
                )));
            }
        },
    };
    let unparsable = |error: &str| {
        let shown = json::quote_go(args.get("patch").unwrap_or_default());
        Failure::error(format!("unable to parse {shown}: {error}"))
    };
    match parse_yaml_documents(&text).into_iter().next() {
        Some(Ok(document)) => Ok(document.value),
        Some(Err(error)) => Err(unparsable(&error.message)),
        None => Ok(Value::Null),
    }
}

/// What the patch would give, without asking the server.
fn local(target: Target, how: Patch, body: &Value, write: Write, cx: &Step<'_>) -> Vec<Item> {
    let Some(object) = target.object(cx) else {
        return failed(errors::text(&target.not_found()));
    };
    let old = output::shown(target.info, object);
    let new = match (how, TypePatch::of(target.info)) {
        (Patch::Json, _) => patch::json_patch(&old, body),
        (Patch::Strategic, Some(schema)) => patch::strategic_merge(&old, body, schema),
        _ => Ok(patch::merge_patch(&old, body)),
    };
    match new {
        Ok(new) => {
            let text = write.text(&target, operation(new != old), &new);
            vec![Item::Text(Printed::out(text))]
        }
        Err(error) => failed(format!("error: {error}\n")),
    }
}
