//! `kubectl scale`.
//!
//! *Models*: `kubectl/pkg/cmd/scale/scale.go`, `kubectl/pkg/scale/scale.go`.
//! *Not modelled*: nothing.

use crate::client::{Client, Item, Printed, Sequence, Step, Wake, Watched};
use crate::errors;
use crate::flags::{Args, Flag, optional, short_switch, short_value, switch, value};
use crate::invocation::Failure;
use crate::output;
use crate::verbs::dry_run::DryRun;
use crate::verbs::duration;
use crate::verbs::targets::{self, Ask, Target, Write, failed, of_part};
use apimachinery::{Value, json};
use cluster::{Part, Patch, Verb};
use core::time::Duration;
use engine::SimTime;

pub const FLAGS: &[Flag] = &[
    short_value("filename", 'f'),
    short_value("kustomize", 'k'),
    short_switch("recursive", 'R'),
    short_value("selector", 'l'),
    switch("all"),
    value("replicas"),
    value("current-replicas"),
    value("resource-version"),
    value("timeout"),
    short_value("output", 'o'),
    optional("dry-run", "unchanged"),
    switch("record"),
    switch("show-managed-fields"),
];

/// Kinds with a `scale` subresource.
const SCALABLE: [&str; 4] = [
    "deployments",
    "replicasets",
    "replicationcontrollers",
    "statefulsets",
];

#[derive(Clone)]
struct Scale {
    replicas: i64,
    current: Option<i64>,
    resource_version: Option<String>,
    timeout: Duration,
    write: Write,
}

pub fn start(args: Args, cx: &Step<'_>) -> Result<Box<dyn Client>, Failure> {
    let replicas = args.int("replicas").map_err(Failure::error)?.unwrap_or(-1);
    if replicas < 0 {
        return Err(Failure::error(
            "The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0",
        ));
    }
    let current = args
        .int("current-replicas")
        .map_err(Failure::error)?
        .unwrap_or(-1);
    if current < -1 {
        return Err(Failure::error(
            "The --current-replicas must specify an integer of -1 or greater",
        ));
    }
    let scale = Scale {
        replicas,
        current: (current >= 0).then_some(current),
        resource_version: args
            .get("resource-version")
            .filter(|text| !text.is_empty())
            .map(String::from),
        timeout: Duration::from_nanos(
            duration::flag(&args, "timeout")?
                .and_then(|nanos| u64::try_from(nanos).ok())
                .unwrap_or(0),
        ),
        write: Write::new(&args, "kubectl-scale")?,
    };
    let targets = targets::find(&args, &args.positional, cx, Ask::default())?;
    if scale.resource_version.is_some() && targets.list.len() > 1 {
        return Err(Failure::error(
            "cannot use --resource-version with multiple resources",
        ));
    }
    if targets.list.is_empty() && targets.failures.is_empty() {
        return Err(Failure::error("no objects passed to scale"));
    }
    let items = targets::items(targets, |target| {
        let scale = scale.clone();
        Item::Decide(Box::new(move |cx: &Step<'_>| scale.apply(target, cx)))
    });
    Ok(Box::new(Sequence::failures_last(items)))
}

impl Scale {
    fn apply(self, target: Target, cx: &Step<'_>) -> Vec<Item> {
        if !SCALABLE.contains(&target.info.plural) {
            // kubernetes: the scale client's NotFound for a type without the subresource
            return failed(
                "Error from server (NotFound): the server could not find the requested resource\n",
            );
        }
        let Some(object) = target.object(cx) else {
            return failed(errors::text(&target.not_found()));
        };
        let mut value = output::shown(target.info, object);
        if self.write.dry_run == DryRun::Client {
            value.set(&["spec", "replicas"], self.replicas);
            return vec![Item::Text(Printed::out(
                self.write.text(&target, "scaled", &value),
            ))];
        }
        let actual = value
            .at_path("spec.replicas")
            .and_then(Value::as_i64)
            .unwrap_or(0);
        if let Some(expected) = self.current.filter(|expected| *expected != actual) {
            return failed(format!(
                "error: Expected replicas to be {expected}, was {actual}\n"
            ));
        }
        let version = object.meta().resource_version.to_string();
        if let Some(expected) = self
            .resource_version
            .as_ref()
            .filter(|expected| **expected != version)
        {
            return failed(format!(
                "error: Expected resourceVersion to be {expected}, was {version}\n"
            ));
        }
        let mut body = Value::map();
        body.set(&["spec", "replicas"], self.replicas);
        let request = of_part(
            target.request(Verb::Patch(Patch::Merge), json::to_json(&body)),
            Part::Scale,
        );
        let write = self.write;
        let waits = !self.timeout.is_zero() && write.dry_run == DryRun::None;
        let item = write.item(
            target.clone(),
            request,
            |_| "scaled".to_string(),
            errors::text,
        );
        match waits {
            false => vec![item],
            true => self.and_wait(target, item),
        }
    }

    /// The write, a wait for as many replicas, then the text.
    fn and_wait(self, target: Target, item: Item) -> Vec<Item> {
        let Item::Request(request, print) = item else {
            return vec![item];
        };
        let timeout = self.timeout;
        let then = move |reply: cluster::Reply, cx: &Step<'_>| print(reply, cx);
        vec![
            Item::Request(request, Box::new(then)),
            Item::StopIfFailed,
            wait(target, timeout),
        ]
    }
}

/// Waits until the status shows as many replicas as the specification.
// kubernetes: kubectl/pkg/scale/scale.go (WaitForScaleHasDesiredReplicas)
fn wait(target: Target, timeout: Duration) -> Item {
    let mut deadline: Option<SimTime> = None;
    Item::Watch(Box::new(move |cx| {
        let deadline = *deadline.get_or_insert(cx.now + timeout);
        let Some(object) = target.object(cx) else {
            return Watched::Then(Vec::new());
        };
        let value = object.encode();
        let number = |path: &str| value.at_path(path).and_then(Value::as_i64).unwrap_or(0);
        let observed = number("status.observedGeneration") >= number("metadata.generation");
        if observed && number("spec.replicas") == number("status.replicas") {
            return Watched::Then(Vec::new());
        }
        if cx.now >= deadline {
            return Watched::Then(failed(format!(
                "error: timed out waiting for {} to be synced\n",
                crate::verbs::targets::quoted(&target.name)
            )));
        }
        Watched::Wait(Wake {
            after_revision: Some(cx.world.api.store().revision()),
            at: Some(deadline),
        })
    }))
}
