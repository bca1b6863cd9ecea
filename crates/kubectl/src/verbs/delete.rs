//! `kubectl delete`: deletes, then waits until everything is gone.
//!
//! *Models*: `kubectl/pkg/cmd/delete/delete.go`, `cmd/wait/wait.go` (IsDeleted).
//! *Not modelled*: `--raw`, `--interactive`: refused.

use crate::client::{Client, Item, Printed, Sequence, Step, Wake, Watched};
use crate::errors;
use crate::flags::{Args, Flag, optional, short_switch, short_value, switch, value};
use crate::invocation::Failure;
use crate::verbs::dry_run::{self, DryRun};
use crate::verbs::duration;
use crate::verbs::targets::{self, Ask, Target};
use apimachinery::Uid;
use cluster::{Propagation, Reply, Verb};
use core::time::Duration;
use engine::SimTime;
use std::cell::RefCell;
use std::rc::Rc;

pub const FLAGS: &[Flag] = &[
    short_value("filename", 'f'),
    short_value("kustomize", 'k'),
    short_switch("recursive", 'R'),
    short_value("selector", 'l'),
    value("field-selector"),
    switch("all"),
    short_switch("all-namespaces", 'A'),
    switch("force"),
    optional("cascade", "background"),
    switch("now"),
    value("grace-period"),
    value("timeout"),
    switch("wait"),
    switch("ignore-not-found"),
    optional("dry-run", "unchanged"),
    short_value("output", 'o'),
    value("raw"),
    short_switch("interactive", 'i'),
];

// kubernetes: kubectl/pkg/cmd/delete/delete.go
const IMMEDIATE: &str = "Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.\n";
const CLUSTER_SCOPE: &str =
    "Warning: deleting cluster-scoped resources, not scoped to the provided namespace\n";

/// What was deleted and has to go.
type Deleted = Rc<RefCell<Vec<(Target, Uid)>>>;

#[derive(Clone, Copy)]
struct Options {
    grace_period: Option<i64>,
    propagation: Propagation,
    dry_run: DryRun,
    name_only: bool,
    ignore_not_found: bool,
}

pub fn start(args: Args, cx: &Step<'_>) -> Result<Box<dyn Client>, Failure> {
    for refused in ["raw", "interactive"] {
        if args.get(refused).is_some_and(|text| text != "false") {
            return Err(Failure::error(format!("--{refused} is not modelled yet")));
        }
    }
    let (options, mut err) = options(&args)?;
    let given = |name: &str| args.get(name).is_some_and(|text| !text.is_empty());
    for selector in ["selector", "field-selector"] {
        if args.is_set("all") && given(selector) {
            return Err(Failure::error(format!(
                "cannot set --all and --{selector} at the same time"
            )));
        }
    }
    let found = targets::find(
        &args,
        &args.positional,
        cx,
        Ask {
            all: false,
            blind: true,
        },
    )?;
    if found.list.is_empty() && found.failures.is_empty() {
        return Ok(Box::new(Sequence::new(vec![Item::Text(Printed {
            err,
            ..Printed::out("No resources found\n")
        })])));
    }
    if args.get("namespace").is_some()
        && !args.is_set("all-namespaces")
        && found.list.iter().any(|target| !target.info.namespaced)
    {
        err.push_str(CLUSTER_SCOPE);
    }
    let deleted = Deleted::default();
    let mut items = vec![Item::Text(Printed {
        err,
        ..Printed::default()
    })];
    items.extend(targets::items(found, |target| {
        delete(target, options, deleted.clone())
    }));
    let waits = args.get("wait").is_none() || args.is_set("wait");
    if waits && options.dry_run == DryRun::None {
        let timeout = match duration::flag(&args, "timeout")? {
            None | Some(0) => duration::WEEK,
            Some(nanos) => Duration::from_nanos(u64::try_from(nanos).unwrap_or(0)),
        };
        items.push(Item::StopIfFailed);
        items.push(wait_gone(deleted, timeout));
    }
    Ok(Box::new(Sequence::failures_last(items)))
}

fn options(args: &Args) -> Result<(Options, String), Failure> {
    let mut err = String::new();
    let propagation = propagation(args.get("cascade").unwrap_or("background"), &mut err)?;
    let mut grace_period = args
        .int("grace-period")
        .map_err(Failure::error)?
        .filter(|seconds| *seconds >= 0);
    let force = args.is_set("force");
    if args.is_set("now") {
        if grace_period.is_some() {
            return Err(Failure::error(
                "--now and --grace-period cannot be specified together",
            ));
        }
        grace_period = Some(1);
    }
    if grace_period == Some(0) && !force {
        // A slip must not lose data: only --force deletes at once.
        grace_period = Some(1);
    }
    if force && grace_period.is_none() {
        grace_period = Some(0);
    }
    let dry_run = dry_run::parse(args)?;
    let name_only = match args.get("output") {
        None | Some("") => false,
        Some("name") => true,
        Some(other) => {
            return Err(Failure::error(format!(
                "unexpected -o output mode: {other}. We only support '-o name'"
            )));
        }
    };
    match (force, grace_period) {
        (true, Some(0)) => err.push_str(IMMEDIATE),
        (true, _) => {
            return Err(Failure::error(
                "--force and --grace-period greater than 0 cannot be specified together",
            ));
        }
        _ => {}
    }
    let selects = args.is_set("all")
        || ["selector", "field-selector"]
            .iter()
            .any(|name| args.get(name).is_some_and(|text| !text.is_empty()));
    let ignore_not_found = match args.get("ignore-not-found") {
        None => selects,
        Some(_) => args.is_set("ignore-not-found"),
    };
    Ok((
        Options {
            grace_period,
            propagation,
            dry_run,
            name_only,
            ignore_not_found,
        },
        err,
    ))
}

// kubernetes: kubectl/pkg/cmd/util/helpers.go (GetCascadingStrategy)
fn propagation(text: &str, err: &mut String) -> Result<Propagation, Failure> {
    let (boolean, strategy) = match text {
        "background" => return Ok(Propagation::Background),
        "foreground" => return Ok(Propagation::Foreground),
        "orphan" => return Ok(Propagation::Orphan),
        "true" | "1" | "t" | "T" | "TRUE" | "True" => ("background", Propagation::Background),
        "false" | "0" | "f" | "F" | "FALSE" | "False" => ("orphan", Propagation::Orphan),
        _ => {
            return Err(Failure::error(format!(
                "invalid cascade value ({text}). Must be \"background\", \"foreground\", or \"orphan\""
            )));
        }
    };
    err.push_str(&format!(
        "warning: --cascade={text} is deprecated (boolean value) and can be replaced with --cascade={boolean}.\n"
    ));
    Ok(strategy)
}

fn delete(target: Target, options: Options, deleted: Deleted) -> Item {
    let text = text(&target, options);
    if options.dry_run == DryRun::Client {
        return Item::Text(Printed::out(text));
    }
    let mut request = target.request(Verb::Delete, String::new());
    request.dry_run = options.dry_run == DryRun::Server;
    request.delete.grace_period_seconds = options.grace_period;
    request.delete.propagation = Some(options.propagation);
    let print = move |reply: Reply, _: &Step<'_>| match reply {
        Ok(response) => {
            deleted
                .borrow_mut()
                .push((target, response.object.meta().uid.clone()));
            Printed::out(text)
        }
        Err(status) if status.is_not_found() && options.ignore_not_found => Printed::default(),
        Err(status) => Printed::failure(errors::with_source("deleting", &target.source, &status)),
    };
    Item::Request(request, Box::new(print))
}

// kubernetes: kubectl/pkg/cmd/delete/delete.go (PrintObj)
fn text(target: &Target, options: Options) -> String {
    if options.name_only {
        return format!("{}\n", target.shown());
    }
    let operation = if options.grace_period == Some(0) {
        "force deleted"
    } else {
        "deleted"
    };
    let from = match target.namespace.as_str() {
        "" => String::new(),
        namespace => format!(" from {namespace} namespace"),
    };
    let (singular, name) = (target.info.resource_singular(), &target.name);
    format!(
        "{singular} \"{name}\" {operation}{}{from}\n",
        options.dry_run.suffix()
    )
}

/// Waits until none of the objects is there any more, one after the other.
fn wait_gone(deleted: Deleted, timeout: Duration) -> Item {
    let mut deadline: Option<SimTime> = None;
    Item::Watch(Box::new(move |cx| {
        let deadline = *deadline.get_or_insert(cx.now + timeout);
        let mut waiting = deleted.borrow_mut();
        waiting.retain(|(target, uid)| {
            target
                .object(cx)
                .is_some_and(|object| object.meta().uid == *uid)
        });
        if waiting.is_empty() {
            return Watched::Then(Vec::new());
        }
        if cx.now >= deadline {
            let failures = waiting
                .iter()
                .map(|(target, _)| {
                    let name = target.object_name();
                    Item::Text(Printed::failure(format!(
                        "error: timed out waiting for the condition on {name}\n"
                    )))
                })
                .collect();
            return Watched::Then(failures);
        }
        Watched::Wait(Wake {
            after_revision: Some(cx.world.api.store().revision()),
            at: Some(deadline),
        })
    }))
}

/// Deletes one object with default options and waits for it: the first half of `replace --force`.
pub fn replace_first(target: Target, grace_period: Option<i64>) -> Vec<Item> {
    let options = Options {
        grace_period,
        propagation: Propagation::Background,
        dry_run: DryRun::None,
        name_only: false,
        ignore_not_found: true,
    };
    let deleted = Deleted::default();
    vec![
        delete(target, options, deleted.clone()),
        Item::StopIfFailed,
        wait_gone(deleted, duration::WEEK),
    ]
}
