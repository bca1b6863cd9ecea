//! `kubectl api-resources`.
//!
//! *Models*: `staging/src/k8s.io/kubectl/pkg/cmd/apiresources/apiresources.go`.
//! *Invariants*: sorted by group, then in discovery order; one version a group.
//! *Not modelled*: `--cached`.

use crate::client::{Client, Item, Printed, Sequence, Step};
use crate::flags::{Args, Flag, optional, short_value, switch, value};
use crate::invocation::Failure;
use crate::output::unknown;
use crate::printers::tabwriter;
use api::{KNOWN, KindInfo};

pub const FLAGS: &[Flag] = &[
    short_value("output", 'o'),
    optional("namespaced", "true"),
    value("api-group"),
    value("verbs"),
    value("categories"),
    value("sort-by"),
    switch("no-headers"),
    switch("cached"),
];

pub fn start(args: Args, _cx: &Step<'_>) -> Result<Box<dyn Client>, Failure> {
    let mut rows: Vec<&KindInfo> = KNOWN
        .iter()
        .enumerate()
        .filter(|(at, info)| {
            let same = |other: &KindInfo| other.group == info.group && other.plural == info.plural;
            !KNOWN[..*at].iter().any(same) && wanted(&args, info)
        })
        .map(|(_, info)| info)
        .collect();
    match args.get("sort-by") {
        None | Some("") => rows.sort_by_key(|info| info.group),
        Some("name") => rows.sort_by_key(|info| info.plural),
        Some("kind") => rows.sort_by_key(|info| info.kind),
        Some(_) => return Err(Failure::error("--sort-by accepts only name or kind")),
    }
    let out = match args.get("output") {
        None | Some("") => table(&rows, false, args.is_set("no-headers")),
        Some("wide") => table(&rows, true, args.is_set("no-headers")),
        Some("name") => rows.iter().map(|info| info.resource() + "\n").collect(),
        Some(other) => return Err(unknown(other)),
    };
    Ok(Box::new(Sequence::new(vec![Item::Text(Printed::out(out))])))
}

fn wanted(args: &Args, info: &KindInfo) -> bool {
    let namespaced = args.get("namespaced").map(|_| args.is_set("namespaced"));
    let all = |flag: &str, have: &[&str]| {
        let asked = args.get(flag).unwrap_or_default().split(',');
        asked
            .filter(|word| !word.is_empty())
            .all(|word| have.contains(&word))
    };
    namespaced.is_none_or(|namespaced| namespaced == info.namespaced)
        && args
            .get("api-group")
            .is_none_or(|group| group == info.group)
        && all("verbs", info.verbs)
        && all("categories", info.categories)
}

fn table(rows: &[&KindInfo], wide: bool, no_headers: bool) -> String {
    let mut lines = Vec::new();
    if !no_headers {
        let headers = [
            "NAME",
            "SHORTNAMES",
            "APIVERSION",
            "NAMESPACED",
            "KIND",
            "VERBS",
            "CATEGORIES",
        ];
        let shown = if wide { 7 } else { 5 };
        lines.push(
            headers[..shown]
                .iter()
                .map(|header| header.to_string())
                .collect(),
        );
    }
    for info in rows {
        let mut line = vec![
            info.plural.to_string(),
            info.short_names.join(","),
            info.api_version(),
            info.namespaced.to_string(),
            info.kind.to_string(),
        ];
        if wide {
            line.push(info.verbs.join(","));
            line.push(info.categories.join(","));
        }
        lines.push(line);
    }
    tabwriter::table(&lines, &mut Vec::new())
}
