//! `kubectl logs`.
//!
//! *Models*: `staging/src/k8s.io/kubectl/pkg/cmd/logs/logs.go`, `polymorphichelpers/logsforobject.go`.
//! *Invariants*: lines come from the node agent's model of the program, not from a store.
//! *Not modelled*: `--limit-bytes` within a line, nodes that cannot be reached.

pub mod source;
mod stream;

use crate::client::{Client, Item, Printed, Sequence, Step};
use crate::flags::{Args, Flag, optional, short_switch, short_value, switch, value};
use crate::invocation::{Failure, namespace};
use crate::verbs::duration;
use apimachinery::Time;
use source::sources;
use stream::Stream;

pub const FLAGS: &[Flag] = &[
    short_switch("follow", 'f'),
    short_switch("previous", 'p'),
    short_value("container", 'c'),
    short_value("selector", 'l'),
    switch("all-containers"),
    switch("all-pods"),
    switch("timestamps"),
    switch("prefix"),
    switch("ignore-errors"),
    value("tail"),
    value("since"),
    value("since-time"),
    value("limit-bytes"),
    value("max-log-requests"),
    value("pod-running-timeout"),
    switch("insecure-skip-tls-verify-backend"),
    optional("color", "auto"),
];

// kubernetes: staging/src/k8s.io/kubectl/pkg/cmd/logs/logs.go
const USAGE: &str = "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command\nSee 'kubectl logs -h' for help and examples";
const TWO_SINCE: &str = "at most one of `sinceTime` or `sinceSeconds` may be specified";
const FOLLOW_AND_PREVIOUS: &str = "only one of follow (-f) or previous (-p) may be specified";
/// Lines of each container when pods are chosen by label.
const SELECTOR_TAIL: i64 = 10;
const FOLLOWED_MAX: i64 = 5;

/// How lines are chosen and shown.
#[derive(Clone, Debug)]
pub(super) struct Options {
    pub previous: bool,
    pub timestamps: bool,
    pub prefix: bool,
    /// All if `None`.
    pub tail: Option<i64>,
    pub since: Option<Time>,
}

pub fn start(args: Args, cx: &Step<'_>) -> Result<Box<dyn Client>, Failure> {
    let selector = args.get("selector");
    if args.positional.is_empty() && selector.is_none() {
        return Err(Failure::error(USAGE));
    }
    if args.is_set("follow") && args.is_set("previous") {
        return Err(Failure::error(FOLLOW_AND_PREVIOUS));
    }
    let options = options(&args, cx)?;
    let (sources, notes) = sources(&args, namespace(&args, cx.env), cx)?;
    let follow = args.is_set("follow");
    if follow {
        let most = args.int("max-log-requests").map_err(Failure::error)?;
        let most = most.unwrap_or(FOLLOWED_MAX);
        if i64::try_from(sources.len()).unwrap_or(i64::MAX) > most {
            return Err(Failure::error(format!(
                "you are attempting to follow {} log streams, but maximum allowed concurrency is {most}, use --max-log-requests to increase the limit",
                sources.len()
            )));
        }
        return Ok(Box::new(Stream::new(sources, options, notes)));
    }
    let ignore = args.is_set("ignore-errors");
    let mut items = vec![Item::Text(Printed {
        err: notes,
        ..Printed::default()
    })];
    for source in &sources {
        match source.text(&options, cx) {
            Ok(text) => items.push(Item::Text(Printed::out(text))),
            Err(error) => {
                items.push(Item::Text(Printed {
                    err: error,
                    failed: !ignore,
                    ..Printed::default()
                }));
                if !ignore {
                    break;
                }
            }
        }
    }
    Ok(Box::new(Sequence::new(items)))
}

fn options(args: &Args, cx: &Step<'_>) -> Result<Options, Failure> {
    let now = cx.world.clock().exact(cx.now);
    let since = duration::flag(args, "since")?.filter(|nanos| *nanos > 0);
    let since_time = match args.get("since-time") {
        Some(text) => Some(Time::parse(text).map_err(Failure::error)?),
        None => None,
    };
    if since.is_some() && since_time.is_some() {
        return Err(Failure::error(TWO_SINCE));
    }
    let tail = args.int("tail").map_err(Failure::error)?;
    if tail.is_some_and(|tail| tail < -1) {
        return Err(Failure::error("--tail must be greater than or equal to -1"));
    }
    let default_tail = args.get("selector").map(|_| SELECTOR_TAIL);
    Ok(Options {
        previous: args.is_set("previous"),
        timestamps: args.is_set("timestamps"),
        prefix: args.is_set("prefix"),
        tail: tail.or(default_tail).filter(|tail| *tail >= 0),
        since: since_time.or(since.map(|nanos| Time::from_unix_nanos(now.nanos - nanos))),
    })
}
