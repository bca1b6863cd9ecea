//! `kubectl get`.
//!
//! *Models*: `staging/src/k8s.io/kubectl/pkg/cmd/get/get.go`.
//! *Invariants*: reads come from the live store at one instant; a watch prints one row a change.
//! *Not modelled*: `--raw`, `--subresource`, `--chunk-size` (accepted and ignored).

mod sort;
mod watch;

use crate::client::{Client, Item, Printed, Sequence, Step};
use crate::errors;
use crate::flags::{Args, Flag, short_switch, short_value, switch, value};
use crate::invocation::{Failure, namespace};
use crate::output::{self, Output};
use crate::printers::{Table, TableOptions};
use crate::resource::{self, Arguments, Filter, Found, Hit};
use apimachinery::{Status, Time};
use cluster::Cluster;

pub const FLAGS: &[Flag] = &[
    short_value("output", 'o'),
    short_switch("all-namespaces", 'A'),
    short_value("selector", 'l'),
    value("field-selector"),
    short_switch("watch", 'w'),
    switch("watch-only"),
    switch("output-watch-events"),
    switch("ignore-not-found"),
    switch("no-headers"),
    switch("show-labels"),
    short_value("label-columns", 'L'),
    switch("show-kind"),
    value("sort-by"),
    switch("show-managed-fields"),
    switch("allow-missing-template-keys"),
    switch("server-print"),
    value("chunk-size"),
    short_value("filename", 'f'),
    short_switch("recursive", 'R'),
];

// kubernetes: staging/src/k8s.io/kubectl/pkg/cmd/get/get.go
const NO_TYPE: &str = "You must specify the type of resource to get. Use \"kubectl api-resources\" for a complete list of supported resources.\n\nerror: Required resource not specified.\nUse \"kubectl explain <resource>\" for a detailed description of that resource (e.g. kubectl explain pods).\nSee 'kubectl get -h' for help and examples\n";
const NAME_ACROSS: &str = "a resource cannot be retrieved by name across all namespaces";
const NAME_AND_SELECTOR: &str = "name cannot be provided when a selector is specified";
const WATCH_MANY: &str = "watch is only supported on individual resources and resource collections - more than 1 resource was found";

/// Everything the flags and arguments ask for.
#[derive(Clone, Debug)]
pub struct Options {
    pub arguments: Arguments,
    pub filter: Filter,
    pub output: Output,
    pub table: TableOptions,
    pub all_namespaces: bool,
    pub namespace: String,
    pub ignore_not_found: bool,
    pub sort_by: Option<String>,
}

pub fn start(args: Args, cx: &Step<'_>) -> Result<Box<dyn Client>, Failure> {
    let options = read(&args, cx)?;
    if args.is_set("watch") || args.is_set("watch-only") {
        let many = options.arguments.wanted.len() > 1;
        if many {
            return Err(Failure::error(WATCH_MANY));
        }
        let only = args.is_set("watch-only");
        return Ok(Box::new(watch::Watch::new(options, only)));
    }
    Ok(Box::new(Sequence::new(run(&options, cx)?)))
}

fn read(args: &Args, cx: &Step<'_>) -> Result<Options, Failure> {
    let output = output::parse(args, cx.env)?;
    let arguments = match args.get("filename") {
        Some(file) => resource::from_file(file, cx.env)?,
        None => resource::parse(&args.positional)?,
    };
    if arguments.wanted.is_empty() {
        return Err(Failure::plain(NO_TYPE));
    }
    let all_namespaces = args.is_set("all-namespaces");
    let selects = args.get("selector").is_some() || args.get("field-selector").is_some();
    if arguments.by_name && all_namespaces {
        return Err(Failure::error(NAME_ACROSS));
    }
    if arguments.by_name && selects {
        return Err(Failure::error(NAME_AND_SELECTOR));
    }
    let label_columns = args.all("label-columns").iter();
    Ok(Options {
        table: TableOptions {
            wide: output == Output::Table(true),
            no_headers: args.is_set("no-headers"),
            show_labels: args.is_set("show-labels"),
            label_columns: label_columns
                .flat_map(|keys| keys.split(','))
                .map(String::from)
                .collect(),
            with_namespace: all_namespaces,
            with_kind: arguments.several_types || args.is_set("show-kind"),
            with_event: args.is_set("output-watch-events"),
        },
        filter: Filter {
            labels: args.get("selector").unwrap_or_default().trim().to_string(),
            fields: args.get("field-selector").unwrap_or_default().to_string(),
            namespace: (!all_namespaces).then(|| namespace(args, cx.env).to_string()),
        },
        namespace: namespace(args, cx.env).to_string(),
        ignore_not_found: args.is_set("ignore-not-found"),
        sort_by: args.get("sort-by").map(String::from),
        arguments,
        output,
        all_namespaces,
    })
}

/// One reading of the world, printed.
fn run(options: &Options, cx: &Step<'_>) -> Result<Vec<Item>, Failure> {
    let mut found = resource::find(cx.world, &options.arguments, &options.filter);
    if options.ignore_not_found {
        found.errors.retain(|error| !error.is_not_found());
    }
    if let Some(path) = &options.sort_by {
        sort::sort(&mut found.hits, path)?;
    }
    if options.output.is_table() {
        return Ok(tables(options, &found, cx));
    }
    objects(options, &found, cx)
}

/// The objects in a machine's format.
fn objects(options: &Options, found: &Found<'_>, cx: &Step<'_>) -> Result<Vec<Item>, Failure> {
    let mut items = Vec::new();
    let nothing = found.hits.is_empty() && options.arguments.by_name;
    if !nothing {
        let value = match (&found.hits[..], options.arguments.single) {
            ([hit], true) => output::live(cx.world, hit.info, hit.object, cx.now),
            (hits, _) => output::list(
                hits.iter()
                    .map(|hit| output::live(cx.world, hit.info, hit.object, cx.now))
                    .collect(),
            ),
        };
        items.push(text(options.output.print(&value)?));
    }
    items.extend(failures(&found.errors));
    Ok(items)
}

/// Tables, a blank line between the resources.
fn tables(options: &Options, found: &Found<'_>, cx: &Step<'_>) -> Vec<Item> {
    let now = wall(cx.world, cx);
    let mut out = String::new();
    let mut rest = &found.hits[..];
    while let Some(first) = rest.first() {
        let same = rest.iter().take_while(|hit| hit.info == first.info).count();
        let (group, after) = rest.split_at(same);
        if !out.is_empty() && !options.table.no_headers {
            out.push('\n');
        }
        out.push_str(&table(options, group, now));
        rest = after;
    }
    let mut items = Vec::new();
    if !out.is_empty() {
        items.push(text(out));
    } else if found.errors.is_empty() && !options.ignore_not_found {
        items.push(Item::Text(Printed {
            err: empty(options),
            ..Printed::default()
        }));
    }
    items.extend(failures(&found.errors));
    items
}

fn table(options: &Options, group: &[Hit<'_>], now: Time) -> String {
    let mut table = None;
    for hit in group {
        table = table.or_else(|| Table::new(hit.info, options.table.clone()));
        if let Some(table) = &mut table {
            table.push(hit.object, now, "ADDED");
        }
    }
    table.map(|mut table| table.flush()).unwrap_or_default()
}

/// What stands on standard error when there is nothing to print.
fn empty(options: &Options) -> String {
    let namespaced = options
        .arguments
        .wanted
        .iter()
        .all(|wanted| wanted.info.namespaced);
    match namespaced && !options.all_namespaces {
        true => format!("No resources found in {} namespace.\n", options.namespace),
        false => "No resources found\n".into(),
    }
}

fn failures(found: &[Status]) -> Option<Item> {
    let text: String = found.iter().map(errors::text).collect();
    (!text.is_empty()).then(|| Item::Text(Printed::failure(text)))
}

fn text(out: String) -> Item {
    Item::Text(Printed::out(out))
}

/// The wall clock at this step.
pub fn wall(world: &Cluster, cx: &Step<'_>) -> Time {
    world.clock().exact(cx.now)
}
