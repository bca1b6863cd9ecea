//! `kubectl set env`.
//!
//! *Models*: `kubectl/pkg/cmd/set/set_env.go`, `cmd/set/env/env_parse.go`.
//! *Not modelled*: `--resolve`, `--local`: refused.

use super::{Set, containers, name_fits, pod_spec_path};
use crate::client::{Client, Item, Printed, Sequence, Step};
use crate::flags::{Args, Flag, optional, short_switch, short_value, switch, value};
use crate::invocation::{Failure, namespace};
use crate::resource::{self, Filter};
use crate::verbs::targets::{self, Ask, Target, Write};
use ::api::Object;
use apimachinery::validation::is_env_var_name;
use apimachinery::{Map, Value};
use std::rc::Rc;

pub const FLAGS: &[Flag] = &[
    short_value("filename", 'f'),
    short_value("kustomize", 'k'),
    short_switch("recursive", 'R'),
    short_value("selector", 'l'),
    short_value("containers", 'c'),
    short_value("env", 'e'),
    value("from"),
    value("prefix"),
    value("keys"),
    switch("list"),
    switch("resolve"),
    switch("overwrite"),
    switch("all"),
    switch("local"),
    short_value("output", 'o'),
    optional("dry-run", "unchanged"),
    value("field-manager"),
    switch("record"),
    switch("show-managed-fields"),
];

/// The variables to set, each as a whole EnvVar, and the names to remove.
#[derive(Clone, Debug, Default)]
struct Changes {
    set: Vec<Map>,
    remove: Vec<String>,
    overwrite: bool,
}

pub fn start(args: Args, cx: &Step<'_>) -> Result<Box<dyn Client>, Failure> {
    if args.is_set("resolve") {
        return Err(Failure::error("--resolve is not modelled yet"));
    }
    let (resources, words) = split(&args.positional)?;
    if args.is_set("list") && args.get("output").is_some() {
        return Err(Failure::error(
            "--list and --output may not be specified together",
        ));
    }
    if args.get("keys").is_some() && args.get("from").is_none() {
        return Err(Failure::error(
            "when specifying --keys, a configmap or secret must be provided with --from",
        ));
    }
    let words: Vec<String> = args.all("env").iter().cloned().chain(words).collect();
    let mut changes = parse(&words, cx)?;
    changes.overwrite = args.get("overwrite").is_none() || args.is_set("overwrite");
    if let Some(from) = args.get("from") {
        changes.set.extend(from_object(from, &args, cx)?);
    }
    if let Some(prefix) = args.get("prefix") {
        for variable in &mut changes.set {
            let name = format!("{prefix}{}", name_of(variable));
            variable.insert("name", name);
        }
    }
    let pattern = args.get("containers").unwrap_or("*").to_string();
    if args.is_set("list") {
        return list(&args, &resources, pattern, cx);
    }
    if changes.set.is_empty() && changes.remove.is_empty() {
        return Err(Failure::error(
            "at least one environment variable must be provided",
        ));
    }
    let set = Set {
        edit: Rc::new(move |spec, target| edit(spec, target, &pattern, &changes)),
        operation: "env updated",
        refusal: "failed to patch env update to pod template",
        write: Write::new(&args, "kubectl-set")?,
    };
    super::run(set, &args, &resources, cx)
}

fn name_of(variable: &Map) -> &str {
    variable
        .get("name")
        .and_then(Value::as_str)
        .unwrap_or_default()
}

// kubernetes: kubectl/pkg/cmd/set/env/env_parse.go (SplitEnvironmentFromResources)
fn split(words: &[String]) -> Result<(Vec<String>, Vec<String>), Failure> {
    let (mut resources, mut variables) = (Vec::new(), Vec::new());
    for word in words {
        let is_variable = word.contains('=') || word.ends_with('-');
        match (is_variable, variables.is_empty()) {
            (true, _) => variables.push(word.clone()),
            (false, true) => resources.push(word.clone()),
            (false, false) => {
                return Err(Failure::error(format!(
                    "all resources must be specified before environment changes: {word}"
                )));
            }
        }
    }
    Ok((resources, variables))
}

fn variable(name: &str) -> Map {
    let mut map = Map::new();
    map.insert("name", name);
    map
}

fn parse(words: &[String], cx: &Step<'_>) -> Result<Changes, Failure> {
    let mut changes = Changes::default();
    let mut pairs: Vec<(String, String)> = Vec::new();
    for word in words {
        if word == "-" {
            for line in cx
                .env
                .stdin
                .lines()
                .filter(|line| !line.trim().is_empty() && !line.starts_with('#'))
            {
                if let Some((name, value)) = line.split_once('=') {
                    pairs.push((name.to_string(), value.to_string()));
                }
            }
        } else if let Some((name, value)) = word.split_once('=') {
            let faults = is_env_var_name(name);
            if !faults.is_empty() {
                return Err(Failure::error(format!(
                    "\"{name}\" is not a valid key name: {}",
                    faults.join(";")
                )));
            }
            pairs.push((name.to_string(), value.to_string()));
        } else if let Some(name) = word.strip_suffix('-') {
            changes.remove.push(name.to_string());
        } else {
            return Err(Failure::error(format!(
                "unknown environment setting: {word}"
            )));
        }
    }
    if let Some(name) = changes
        .remove
        .iter()
        .find(|name| pairs.iter().any(|(set, _)| set == *name))
    {
        return Err(Failure::error(format!(
            "can not both modify and remove environment variable {name} in the same command"
        )));
    }
    for (name, value) in pairs {
        let mut map = variable(&name);
        if !value.is_empty() {
            map.insert("value", value);
        }
        changes.set.push(map);
    }
    Ok(changes)
}

/// One variable a key of a ConfigMap or Secret.
fn from_object(from: &str, args: &Args, cx: &Step<'_>) -> Result<Vec<Map>, Failure> {
    let arguments = resource::parse(&[from.to_string()])?;
    let filter = Filter {
        namespace: Some(namespace(args, cx.env).to_string()),
        ..Filter::default()
    };
    let found = resource::find(cx.world, &arguments, &filter);
    if let Some(status) = found.errors.first() {
        return Err(Failure::plain(crate::errors::text(status)));
    }
    let wanted: Vec<&str> = args
        .all("keys")
        .iter()
        .flat_map(|keys| keys.split(','))
        .collect();
    let mut variables = Vec::new();
    for hit in found.hits {
        let reference = match hit.object {
            Object::ConfigMap(_) => "configMapKeyRef",
            Object::Secret(_) => "secretKeyRef",
            _ => return Err(Failure::error("unsupported resource specified in --from")),
        };
        let value = hit.object.encode();
        let Some(entries) = value.get("data").and_then(Value::as_map) else {
            continue;
        };
        for (key, _) in entries.sorted() {
            if !wanted.is_empty() && !wanted.contains(&&**key) {
                continue;
            }
            let name: String = key
                .chars()
                .map(|c| {
                    if c.is_ascii_alphanumeric() || c == '_' {
                        c.to_ascii_uppercase()
                    } else {
                        '_'
                    }
                })
                .collect();
            let mut whole = Value::Map(variable(&name));
            whole.set(&["valueFrom", reference, "name"], &hit.object.meta().name);
            whole.set(&["valueFrom", reference, "key"], key);
            if let Value::Map(map) = whole {
                variables.push(map);
            }
        }
    }
    Ok(variables)
}

fn edit(
    spec: &mut Map,
    target: &Target,
    pattern: &str,
    changes: &Changes,
) -> Result<(), Vec<String>> {
    let mut found = false;
    for list in ["containers", "initContainers"] {
        for container in containers(spec, list, |name| name_fits(name, pattern)) {
            found = true;
            let old: Vec<Map> = variables_of(container).cloned().collect();
            if !changes.overwrite {
                check_overwrites(&old, changes)
                    .map_err(|error| vec![format!("error: {} {error}", target.object_name())])?;
            }
            let new = updated(&old, changes);
            match new.is_empty() {
                true => {
                    container.remove("env");
                }
                false => {
                    let list: Vec<Value> = new.into_iter().map(Value::Map).collect();
                    container.insert("env", Value::List(list));
                }
            }
        }
    }
    match found {
        true => Ok(()),
        false => Err(vec![format!(
            "warning: {}/{} does not have any containers matching \"{pattern}\"",
            target.info.kind, target.name
        )]),
    }
}

fn variables_of(container: &Map) -> impl Iterator<Item = &Map> {
    container
        .get("env")
        .and_then(Value::as_list)
        .unwrap_or_default()
        .iter()
        .filter_map(Value::as_map)
}

fn check_overwrites(old: &[Map], changes: &Changes) -> Result<(), String> {
    for new in &changes.set {
        if let Some(old) = old.iter().find(|old| name_of(old) == name_of(new)) {
            let value = old.get("value").and_then(Value::as_str).unwrap_or_default();
            return Err(format!(
                "'{}' already has a value ({value}), and --overwrite is false",
                name_of(new)
            ));
        }
    }
    Ok(())
}

// kubernetes: kubectl/pkg/cmd/set/helper.go (updateEnv)
fn updated(old: &[Map], changes: &Changes) -> Vec<Map> {
    let mut done: Vec<&str> = changes.remove.iter().map(String::as_str).collect();
    let mut out = Vec::new();
    for variable in old {
        if done.contains(&name_of(variable)) {
            continue;
        }
        match changes
            .set
            .iter()
            .rev()
            .find(|new| name_of(new) == name_of(variable))
        {
            Some(new) => {
                done.push(name_of(new));
                out.push(new.clone());
            }
            None => out.push(variable.clone()),
        }
    }
    for new in &changes.set {
        if !done.contains(&name_of(new)) {
            done.push(name_of(new));
            out.push(new.clone());
        }
    }
    out
}

fn list(
    args: &Args,
    resources: &[String],
    pattern: String,
    cx: &Step<'_>,
) -> Result<Box<dyn Client>, Failure> {
    let targets = targets::find(args, resources, cx, Ask::default())?;
    let items = targets::items(targets, |target| {
        let text = listing(&target, &pattern, cx);
        Item::Text(Printed::out(text))
    });
    Ok(Box::new(Sequence::failures_last(items)))
}

fn listing(target: &Target, pattern: &str, cx: &Step<'_>) -> String {
    let mut text = String::new();
    let (Some(object), Some(path)) = (target.object(cx), pod_spec_path(target)) else {
        return text;
    };
    let mut value = object.encode();
    let Some(spec) = super::map_at(&mut value, path) else {
        return text;
    };
    for list in ["containers", "initContainers"] {
        for container in containers(spec, list, |name| name_fits(name, pattern)) {
            let name = name_of(container);
            text.push_str(&format!(
                "# {} {}, container {name}\n",
                target.info.kind, target.name
            ));
            for variable in variables_of(container) {
                let name = name_of(variable);
                match variable.get("valueFrom") {
                    Some(from) => text.push_str(&format!("# {name} from {}\n", reference(from))),
                    None => {
                        let value = variable
                            .get("value")
                            .and_then(Value::as_str)
                            .unwrap_or_default();
                        text.push_str(&format!("{name}={value}\n"));
                    }
                }
            }
        }
    }
    text
}

// kubernetes: kubectl/pkg/cmd/set/env/env_resolve.go (GetEnvVarRefString)
fn reference(from: &Value) -> String {
    let text = |path: &str| {
        from.at_path(path)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    if from.get("configMapKeyRef").is_some() {
        return format!(
            "configmap {}, key {}",
            text("configMapKeyRef.name"),
            text("configMapKeyRef.key")
        );
    }
    if from.get("secretKeyRef").is_some() {
        return format!(
            "secret {}, key {}",
            text("secretKeyRef.name"),
            text("secretKeyRef.key")
        );
    }
    if from.get("fieldRef").is_some() {
        return format!("field path {}", text("fieldRef.fieldPath"));
    }
    if from.get("resourceFieldRef").is_some() {
        let container = match text("resourceFieldRef.containerName") {
            "" => String::new(),
            name => format!("{name}/"),
        };
        return format!(
            "resource field {container}{}",
            text("resourceFieldRef.resource")
        );
    }
    "invalid valueFrom".to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vars(line: &str) -> Vec<Map> {
        line.split_whitespace()
            .filter_map(|word| word.split_once('='))
            .map(|(name, value)| {
                let mut map = variable(name);
                map.insert("value", value);
                map
            })
            .collect()
    }

    #[test]
    fn variables_keep_their_places() {
        let changes = Changes {
            set: vars("B=2 D=4"),
            remove: vec!["A".to_string()],
            overwrite: true,
        };
        assert_eq!(updated(&vars("A=0 B=1 C=3"), &changes), vars("B=2 C=3 D=4"));
    }
}
