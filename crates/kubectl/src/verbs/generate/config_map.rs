//! `kubectl create configmap`, and the sources it shares with `create secret generic`.
//!
//! *Models*: `kubectl/pkg/cmd/create/create_configmap.go`, `kubectl/pkg/util/util.go` (ParseLiteralSource,
//! ParseFileSource), `kubectl/pkg/cmd/util/env_file.go`.
//! *Not modelled*: binary files.

use crate::client::{Client, Step};
use crate::flags::{Args, Flag, optional, short_value, switch, value};
use crate::invocation::Failure;
use ::api::Kind;
use apimachinery::validation::{is_config_map_key, is_env_var_name};
use apimachinery::{Map, Value, json::quote_go};
use std::collections::BTreeMap;

pub const FLAGS: &[Flag] = &[
    value("from-literal"),
    value("from-file"),
    value("from-env-file"),
    switch("append-hash"),
    optional("dry-run", "unchanged"),
    optional("validate", "strict"),
    short_value("output", 'o'),
    switch("save-config"),
    value("field-manager"),
    switch("show-managed-fields"),
];

pub fn start(args: Args, cx: &Step<'_>) -> Result<Box<dyn Client>, Failure> {
    let name = super::name(&args, "create configmap")?;
    let data = data(&args, cx, "ConfigMap", name)?;
    let mut object = Value::map();
    object.set(&["metadata", "name"], name);
    if !data.is_empty() {
        let data: Map = data
            .iter()
            .map(|(key, text)| (key.as_str(), Value::str(text)))
            .collect();
        object.set(&["data"], data);
    }
    super::create(Kind::ConfigMap, object, &args, cx)
}

/// What `--from-file`, `--from-literal` and `--from-env-file` say.
///
/// # Errors
/// kubectl's words: bad sources, missing files, keys twice.
pub fn data(
    args: &Args,
    cx: &Step<'_>,
    kind: &str,
    name: &str,
) -> Result<BTreeMap<String, String>, Failure> {
    let (files, literals, envs) = (
        args.all("from-file"),
        args.all("from-literal"),
        args.all("from-env-file"),
    );
    if !envs.is_empty() && (!files.is_empty() || !literals.is_empty()) {
        return Err(Failure::error(
            "from-env-file cannot be combined with from-file or from-literal",
        ));
    }
    let mut data = Data {
        kind,
        name,
        entries: BTreeMap::new(),
    };
    let all = || -> Result<BTreeMap<String, String>, String> {
        for source in files {
            data.file(source, cx)?;
        }
        for source in literals {
            let pair = source.split_once('=').filter(|(key, _)| !key.is_empty());
            let (key, value) =
                pair.ok_or_else(|| format!("invalid literal source {source}, expected key=value"))?;
            data.add(key, value)?;
        }
        for source in envs {
            data.env_file(source, cx)?;
        }
        Ok(data.entries)
    };
    all().map_err(Failure::error)
}

struct Data<'a> {
    kind: &'a str,
    name: &'a str,
    entries: BTreeMap<String, String>,
}

impl Data<'_> {
    fn add(&mut self, key: &str, value: &str) -> Result<(), String> {
        let faults = is_config_map_key(key);
        if !faults.is_empty() {
            return Err(format!(
                "{} is not a valid key name for a {}: {}",
                quote_go(key),
                self.kind,
                faults.join(",")
            ));
        }
        if self.entries.contains_key(key) {
            return Err(format!(
                "cannot add key {}, another key by that name already exists in Data for {} {}",
                quote_go(key),
                self.kind,
                quote_go(self.name)
            ));
        }
        self.entries.insert(key.to_string(), value.to_string());
        Ok(())
    }

    fn file(&mut self, source: &str, cx: &Step<'_>) -> Result<(), String> {
        let parts: Vec<&str> = source.split('=').collect();
        let (key, path) = match parts[..] {
            [path] => (
                path.trim_end_matches('/')
                    .rsplit('/')
                    .next()
                    .unwrap_or(path),
                path,
            ),
            ["", _] => {
                return Err(format!(
                    "key name for file path {} missing",
                    source.trim_start_matches('=')
                ));
            }
            [key, ""] => return Err(format!("file path for key name {key} missing")),
            [key, path] => (key, path),
            _ => return Err("key names or file paths cannot contain '='".to_string()),
        };
        if let Some(text) = cx.env.files.read(path) {
            return self.add(key, &text);
        }
        let names = cx
            .env
            .files
            .list(path)
            .ok_or_else(|| format!("error reading {path}: no such file or directory"))?;
        if parts.len() > 1 {
            return Err("cannot give a key name for a directory path".to_string());
        }
        for name in names {
            if let Some(text) = cx
                .env
                .files
                .read(&format!("{}/{name}", path.trim_end_matches('/')))
            {
                self.add(&name, &text)?;
            }
        }
        Ok(())
    }

    // kubernetes: kubectl/pkg/cmd/util/env_file.go
    fn env_file(&mut self, path: &str, cx: &Step<'_>) -> Result<(), String> {
        let Some(text) = cx.env.files.read(path) else {
            return Err(match cx.env.files.list(path) {
                Some(_) => "env config file cannot be a directory".to_string(),
                None => format!("error reading {path}: no such file or directory"),
            });
        };
        for line in text.lines() {
            let line = line.trim_start();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (key, value) = line.split_once('=').unwrap_or((line, ""));
            let faults = is_env_var_name(key);
            if !faults.is_empty() {
                return Err(format!(
                    "{} is not a valid key name: {}",
                    quote_go(key),
                    faults.join(";")
                ));
            }
            self.add(key, value)?;
        }
        Ok(())
    }
}
