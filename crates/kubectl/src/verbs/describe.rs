//! `kubectl describe`.
//!
//! *Models*: `staging/src/k8s.io/kubectl/pkg/cmd/describe/describe.go`.
//! *Invariants*: reads come from the live store at one instant.
//! *Not modelled*: nothing.

use crate::client::{Client, Item, Printed, Sequence, Step};
use crate::describe::{Around, describe};
use crate::errors;
use crate::flags::{Args, Flag, short_switch, short_value, switch, value};
use crate::invocation::{Failure, namespace};
use crate::resource::{self, Arguments, Filter, Hit, Wanted};

pub const FLAGS: &[Flag] = &[
    short_switch("all-namespaces", 'A'),
    short_value("selector", 'l'),
    short_value("filename", 'f'),
    switch("show-events"),
    value("chunk-size"),
    short_switch("recursive", 'R'),
];

// kubernetes: staging/src/k8s.io/kubectl/pkg/cmd/describe/describe.go
const NO_TYPE: &str = "You must specify the type of resource to describe. Use \"kubectl api-resources\" for a complete list of supported resources.\n";

pub fn start(args: Args, cx: &Step<'_>) -> Result<Box<dyn Client>, Failure> {
    let arguments = match args.get("filename") {
        Some(file) => resource::from_file(file, cx.env)?,
        None => resource::parse(&args.positional)?,
    };
    if arguments.wanted.is_empty() {
        return Err(Failure::error(NO_TYPE));
    }
    let all = args.is_set("all-namespaces");
    let here = namespace(&args, cx.env);
    let filter = Filter {
        labels: args.get("selector").unwrap_or_default().to_string(),
        fields: String::new(),
        namespace: (!all).then(|| here.to_string()),
    };
    let events = args.get("show-events") != Some("false");
    let found = resource::find(cx.world, &arguments, &filter);
    let missing = found
        .errors
        .first()
        .is_some_and(|status| status.is_not_found());
    if missing && arguments.single {
        let near = by_prefix(cx, &arguments, &filter);
        if !near.is_empty() {
            let texts = near.iter().map(|hit| text(cx, hit, events) + "\n");
            return Ok(done(texts.collect(), ""));
        }
    }
    let texts: Vec<String> = found.hits.iter().map(|hit| text(cx, hit, events)).collect();
    let failures: String = found.errors.iter().map(errors::text).collect();
    if texts.is_empty() && failures.is_empty() {
        let err = match all {
            true => "No resources found\n".to_string(),
            false => format!("No resources found in {here} namespace.\n"),
        };
        return Ok(Box::new(Sequence::new(vec![Item::Text(Printed {
            err,
            ..Printed::default()
        })])));
    }
    Ok(done(texts.join("\n\n"), &failures))
}

fn done(out: String, failures: &str) -> Box<dyn Client> {
    let mut items = vec![Item::Text(Printed::out(out))];
    if !failures.is_empty() {
        items.push(Item::Text(Printed::failure(failures)));
    }
    Box::new(Sequence::new(items))
}

/// Objects whose name begins with what was asked for.
fn by_prefix<'w>(cx: &Step<'w>, arguments: &Arguments, filter: &Filter) -> Vec<Hit<'w>> {
    let Some(Wanted {
        info,
        name: Some(name),
    }) = arguments.wanted.first()
    else {
        return Vec::new();
    };
    let list = Arguments {
        wanted: vec![Wanted { info, name: None }],
        ..Arguments::default()
    };
    let mut hits = resource::find(cx.world, &list, filter).hits;
    hits.retain(|hit| hit.object.meta().name.starts_with(name.as_str()));
    hits
}

fn text(cx: &Step<'_>, hit: &Hit<'_>, events: bool) -> String {
    let object = cx.world.as_read(hit.object, cx.now);
    let around = Around::new(cx.world, &object, events, cx.now);
    describe(hit.info, &object, &around, cx.world.clock().exact(cx.now))
}
