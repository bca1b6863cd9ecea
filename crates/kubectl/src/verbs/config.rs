//! `kubectl config`: the one context there is, and its namespace.
//!
//! *Models*: `staging/src/k8s.io/kubectl/pkg/cmd/config`.
//! *Invariants*: the namespace belongs to the session; it is changed by [`Need::Namespace`].
//! *Not modelled*: other contexts, users and clusters.

use crate::client::{Client, Env, Item, Need, Printed, Sequence, Step};
use crate::flags::{Args, Flag, short_value, switch, value};
use crate::invocation::Failure;
use crate::output::{self, Output};
use crate::printers::tabwriter;
use apimachinery::{Map, Value, to_yaml};

pub const FLAGS: &[Flag] = &[
    short_value("output", 'o'),
    switch("current"),
    switch("minify"),
    switch("raw"),
    switch("flatten"),
    switch("no-headers"),
    switch("allow-missing-template-keys"),
    value("user"),
];

/// As kubeadm names them.
pub const CONTEXT: &str = "kubernetes-admin@kubernetes";
pub const CLUSTER: &str = "kubernetes";
pub const USER: &str = "kubernetes-admin";
/// Where the API server says it is.
pub const SERVER: &str = "https://127.0.0.1:6443";

fn done(out: impl Into<String>) -> Result<Box<dyn Client>, Failure> {
    Ok(Box::new(Sequence::new(vec![Item::Text(Printed::out(out))])))
}

fn no_context(name: &str) -> Failure {
    Failure::error(format!("no context exists with the name: \"{name}\""))
}

pub fn current_context(_args: Args, _cx: &Step<'_>) -> Result<Box<dyn Client>, Failure> {
    done(format!("{CONTEXT}\n"))
}

pub fn use_context(args: Args, _cx: &Step<'_>) -> Result<Box<dyn Client>, Failure> {
    match args.positional.first() {
        Some(name) if name == CONTEXT => done(format!("Switched to context \"{name}\".\n")),
        Some(name) => Err(no_context(name)),
        None => Err(Failure::error("Unexpected args: []")),
    }
}

pub fn get_contexts(args: Args, cx: &Step<'_>) -> Result<Box<dyn Client>, Failure> {
    if let Some(name) = args.positional.iter().find(|name| *name != CONTEXT) {
        return Err(Failure::error(format!("context {name} not found")));
    }
    if args.get("output") == Some("name") {
        return done(format!("{CONTEXT}\n"));
    }
    let headers = ["CURRENT", "NAME", "CLUSTER", "AUTHINFO", "NAMESPACE"];
    let row = ["*", CONTEXT, CLUSTER, USER, shown_namespace(cx.env)];
    let cells = |row: [&str; 5]| row.map(String::from).to_vec();
    let mut rows = vec![cells(headers), cells(row)];
    if args.is_set("no-headers") {
        rows.remove(0);
    }
    done(tabwriter::table(&rows, &mut Vec::new()))
}

/// The default namespace is not written into a context.
fn shown_namespace<'a>(env: &Env<'a>) -> &'a str {
    match env.namespace {
        "default" => "",
        namespace => namespace,
    }
}

pub fn get_clusters(_args: Args, _cx: &Step<'_>) -> Result<Box<dyn Client>, Failure> {
    done(format!("NAME\n{CLUSTER}\n"))
}

pub fn view(args: Args, cx: &Step<'_>) -> Result<Box<dyn Client>, Failure> {
    let value = config(shown_namespace(cx.env));
    match output::parse(&args, cx.env)? {
        Output::Table(_) | Output::Name => done(to_yaml(&value)),
        other => done(other.print(&value)?),
    }
}

fn config(namespace: &str) -> Value {
    let named = |key: &str, name: &str, fields: &[(&str, &str)]| {
        let mut inner = Map::new();
        for (name, text) in fields.iter().filter(|(_, text)| !text.is_empty()) {
            inner.insert(*name, *text);
        }
        let mut map = Map::new();
        map.insert(key, inner);
        map.insert("name", name);
        Value::List(vec![Value::Map(map)])
    };
    let context = [
        ("cluster", CLUSTER),
        ("namespace", namespace),
        ("user", USER),
    ];
    let mut out = Map::new();
    out.insert("apiVersion", "v1");
    out.insert("clusters", named("cluster", CLUSTER, &[("server", SERVER)]));
    out.insert("contexts", named("context", CONTEXT, &context));
    out.insert("current-context", CONTEXT);
    out.insert("kind", "Config");
    out.insert("users", named("user", USER, &[]));
    Value::Map(out)
}

pub fn set_context(args: Args, _cx: &Step<'_>) -> Result<Box<dyn Client>, Failure> {
    match args.positional.first() {
        None if args.is_set("current") => {}
        Some(name) if name == CONTEXT => {}
        Some(name) => return Err(no_context(name)),
        // kubernetes: staging/src/k8s.io/kubectl/pkg/cmd/config/set_context.go
        None => {
            return Err(Failure::error(
                "Unexpected args: []\nSee 'kubectl config set-context -h' for help and examples",
            ));
        }
    }
    let namespace = args.get("namespace").map(|name| match name {
        "" => "default".to_string(),
        name => name.to_string(),
    });
    Ok(Box::new(SetContext {
        namespace,
        said: false,
    }))
}

/// Hands the namespace to the session and says so.
struct SetContext {
    namespace: Option<String>,
    said: bool,
}

impl Client for SetContext {
    fn step(&mut self, _cx: &mut Step<'_>) -> Need {
        if let Some(namespace) = self.namespace.take() {
            return Need::Namespace(namespace);
        }
        match std::mem::replace(&mut self.said, true) {
            false => Need::Out(format!("Context \"{CONTEXT}\" modified.\n")),
            true => Need::Done(0),
        }
    }
}
