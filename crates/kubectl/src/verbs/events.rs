//! `kubectl events`.
//!
//! *Models*: `staging/src/k8s.io/kubectl/pkg/cmd/events`.
//! *Invariants*: sorted by the last time seen.
//! *Not modelled*: nothing.

use crate::client::{Client, Item, Need, Printed, Sequence, Step, Wake};
use crate::describe::interval;
use crate::flags::{Args, Flag, short_switch, short_value, switch, value};
use crate::invocation::{Failure, namespace};
use crate::output::{self, Output};
use crate::printers::tabwriter;
use crate::resource;
use api::{Event, Kind, Object};
use apimachinery::Time;
use std::sync::Arc;

pub const FLAGS: &[Flag] = &[
    short_value("output", 'o'),
    short_switch("all-namespaces", 'A'),
    short_switch("watch", 'w'),
    value("for"),
    value("types"),
    switch("no-headers"),
    value("chunk-size"),
    switch("allow-missing-template-keys"),
];

/// Which Events are asked for.
#[derive(Clone)]
struct Query {
    namespace: Option<String>,
    /// Kind and name.
    about: Option<(&'static str, String)>,
    types: Vec<String>,
    no_headers: bool,
}

pub fn start(args: Args, cx: &Step<'_>) -> Result<Box<dyn Client>, Failure> {
    let output = output::parse(&args, cx.env)?;
    let types: Vec<String> = args
        .get("types")
        .map(|types| types.split(',').map(String::from).collect())
        .unwrap_or_default();
    for name in &types {
        if !matches!(name.to_lowercase().as_str(), "normal" | "warning") {
            return Err(Failure::error("valid --types are Normal or Warning"));
        }
    }
    let about = match args.get("for") {
        Some(target) => {
            let wanted = resource::parse(&[target.to_string()])?.wanted;
            let Some((info, name)) = wanted
                .into_iter()
                .find_map(|wanted| Some((wanted.info, wanted.name?)))
            else {
                return Err(Failure::error("--for must be in resource/name form"));
            };
            Some((info.kind, name))
        }
        None => None,
    };
    let all = args.is_set("all-namespaces");
    let query = Query {
        namespace: (!all).then(|| namespace(&args, cx.env).to_string()),
        about,
        types,
        no_headers: args.is_set("no-headers"),
    };
    if args.is_set("watch") {
        return Ok(Box::new(Watch {
            query,
            seen: None,
            widths: Vec::new(),
        }));
    }
    let events = query.find(cx);
    if !output.is_table() {
        let info = Kind::Event.info();
        let shown = |event: &Arc<Event>| output::shown(info, &Object::Event(event.clone()));
        let list = output::list(events.iter().map(shown).collect());
        return text(Printed::out(output.print(&list)?));
    }
    debug_assert!(matches!(output, Output::Table(_)));
    if events.is_empty() {
        // kubernetes: staging/src/k8s.io/kubectl/pkg/cmd/events/events.go
        let err = match &query.namespace {
            Some(namespace) => format!("No events found in {namespace} namespace.\n"),
            None => "No events found.\n".into(),
        };
        return text(Printed {
            err,
            ..Printed::default()
        });
    }
    let now = cx.world.clock().exact(cx.now);
    let mut rows = query.headers();
    rows.extend(events.iter().map(|event| query.row(event, now)));
    text(Printed::out(tabwriter::table(&rows, &mut Vec::new())))
}

fn text(printed: Printed) -> Result<Box<dyn Client>, Failure> {
    Ok(Box::new(Sequence::new(vec![Item::Text(printed)])))
}

impl Query {
    fn find(&self, cx: &Step<'_>) -> Vec<Arc<Event>> {
        let objects = cx.world.api.list(Kind::Event, self.namespace.as_deref());
        let mut events: Vec<Arc<Event>> = objects
            .into_iter()
            .filter_map(|object| object.get::<Event>())
            .filter(|event| self.wants(event))
            .cloned()
            .collect();
        events.sort_by_key(|event| event.last_timestamp.or(event.event_time.map(Time::from)));
        events
    }

    fn wants(&self, event: &Event) -> bool {
        let about = &event.involved_object;
        let here = self.namespace.as_deref();
        here.is_none_or(|here| &*event.meta.namespace == here)
            && self
                .about
                .as_ref()
                .is_none_or(|(kind, name)| about.kind == *kind && *about.name == **name)
            && (self.types.is_empty()
                || self
                    .types
                    .iter()
                    .any(|name| name.eq_ignore_ascii_case(&event.type_)))
    }

    fn headers(&self) -> Vec<Vec<String>> {
        if self.no_headers {
            return Vec::new();
        }
        let mut row = match self.namespace {
            Some(_) => Vec::new(),
            None => vec!["NAMESPACE"],
        };
        row.extend(["LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"]);
        vec![row.into_iter().map(String::from).collect()]
    }

    fn row(&self, event: &Event, now: Time) -> Vec<String> {
        let about = &event.involved_object;
        let mut row = match self.namespace {
            Some(_) => Vec::new(),
            None => vec![event.meta.namespace.to_string()],
        };
        row.push(interval(event, now));
        row.push(event.type_.to_string());
        row.push(event.reason.to_string());
        row.push(format!("{}/{}", about.kind, about.name));
        row.push(event.message.trim().to_string());
        row
    }
}

/// `--watch`: a row for each Event as it is written.
struct Watch {
    query: Query,
    seen: Option<u64>,
    widths: Vec<usize>,
}

impl Client for Watch {
    fn step(&mut self, cx: &mut Step<'_>) -> Need {
        let now = cx.world.clock().exact(cx.now);
        let store = cx.world.api.store();
        let mut rows = Vec::new();
        match self.seen {
            None => {
                rows = self.query.headers();
                let events = self.query.find(cx);
                rows.extend(events.iter().map(|event| self.query.row(event, now)));
            }
            Some(seen) => {
                for change in store.changes_since(seen).into_iter().flatten() {
                    if let Some(Object::Event(event)) = &change.new
                        && self.query.wants(event)
                    {
                        rows.push(self.query.row(event, now));
                    }
                }
            }
        }
        self.seen = Some(store.revision());
        if !rows.is_empty() {
            return Need::Out(tabwriter::table(&rows, &mut self.widths));
        }
        Need::Until(Wake {
            after_revision: self.seen,
            at: None,
        })
    }
}
