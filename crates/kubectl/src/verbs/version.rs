//! `kubectl version`.
//!
//! *Models*: `staging/src/k8s.io/kubectl/pkg/cmd/version/version.go`.
//! *Invariants*: none.
//! *Not modelled*: build dates and commits.

use crate::client::{Client, Item, Printed, Sequence, Step};
use crate::flags::{Args, Flag, short_value, switch};
use crate::invocation::Failure;
use apimachinery::{Map, Value, to_json_pretty, to_yaml};

pub const FLAGS: &[Flag] = &[short_value("output", 'o'), switch("client")];

/// Client and server are of one release.
const VERSION: &str = "v1.36.2";
const KUSTOMIZE: &str = "v5.8.1";

pub fn start(args: Args, _cx: &Step<'_>) -> Result<Box<dyn Client>, Failure> {
    let client_only = args.is_set("client");
    let out = match args.get("output") {
        None | Some("") => {
            let server = match client_only {
                true => String::new(),
                false => format!("Server Version: {VERSION}\n"),
            };
            format!("Client Version: {VERSION}\nKustomize Version: {KUSTOMIZE}\n{server}")
        }
        Some("json") => to_json_pretty(&value(client_only)) + "\n",
        Some("yaml") => to_yaml(&value(client_only)),
        Some(_) => return Err(Failure::error("--output must be 'yaml' or 'json'")),
    };
    Ok(Box::new(Sequence::new(vec![Item::Text(Printed::out(out))])))
}

fn value(client_only: bool) -> Value {
    let mut version = Map::new();
    version.insert("gitVersion", VERSION);
    version.insert("major", "1");
    version.insert("minor", "36");
    let mut out = Map::new();
    out.insert("clientVersion", version.clone());
    out.insert("kustomizeVersion", KUSTOMIZE);
    if !client_only {
        out.insert("serverVersion", version);
    }
    Value::Map(out)
}
