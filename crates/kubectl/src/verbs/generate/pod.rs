//! `kubectl run`.
//!
//! *Models*: `kubectl/pkg/cmd/run/run.go`, `kubectl/pkg/generate/versioned/run.go` (BasicPod).
//! *Not modelled*: attaching (`-i`, `-t`, `--attach`, `--rm`), `--expose`: refused.

use super::words;
use crate::client::{Client, Step};
use crate::flags::{Args, Flag, optional, short_switch, short_value, switch, value};
use crate::invocation::Failure;
use crate::verbs::dry_run::{self, DryRun};
use ::api::Kind;
use ::api::schema::TypePatch;
use apimachinery::{Map, Value, json, patch};

pub const FLAGS: &[Flag] = &[
    value("image"),
    value("image-pull-policy"),
    value("env"),
    value("port"),
    value("restart"),
    value("annotations"),
    short_value("labels", 'l'),
    value("overrides"),
    value("override-type"),
    switch("command"),
    switch("expose"),
    switch("privileged"),
    short_switch("stdin", 'i'),
    short_switch("tty", 't'),
    switch("attach"),
    switch("rm"),
    switch("leave-stdin-open"),
    short_switch("quiet", 'q'),
    value("pod-running-timeout"),
    optional("dry-run", "unchanged"),
    short_value("output", 'o'),
    switch("save-config"),
    switch("record"),
    value("field-manager"),
    short_value("filename", 'f'),
    switch("force"),
    value("grace-period"),
    value("timeout"),
    switch("wait"),
    optional("cascade", "background"),
    switch("show-managed-fields"),
];

pub fn start(args: Args, cx: &Step<'_>) -> Result<Box<dyn Client>, Failure> {
    super::required(&args, &["image"])?;
    let (name, image) = checked(&args)?;
    let object = object(&args, name, image)?;
    super::create(Kind::Pod, object, &args, cx)
}

/// Name and image, once everything about the flags is in order. Fixture table: `run.TestRunValidations`.
///
/// # Errors
/// kubectl's words.
pub fn checked(args: &Args) -> Result<(&str, &str), Failure> {
    let name = match args.positional.first() {
        Some(name) if args.dash_dash != Some(0) => name.as_str(),
        _ => return Err(Failure::error("NAME is required for run")),
    };
    let image = args.get("image").unwrap_or_default();
    check(args, image)?;
    Ok((name, image))
}

/// What `--restart` says; without it, a session ends for good once it succeeds. Fixture table:
/// `run.TestGetRestartPolicy`.
///
/// # Errors
/// Any other word.
// kubernetes: kubectl/pkg/cmd/run/run.go (getRestartPolicy)
pub fn restart_policy(text: &str, interactive: bool) -> Result<&str, Failure> {
    match text {
        "" if interactive => Ok("OnFailure"),
        "" => Ok("Always"),
        "Always" | "OnFailure" | "Never" => Ok(text),
        other => Err(Failure::error(format!("invalid restart policy: {other}"))),
    }
}

fn check(args: &Args, image: &str) -> Result<(), Failure> {
    if image.is_empty() {
        return Err(Failure::error("--image is required"));
    }
    if !is_reference(image) {
        return Err(Failure::error(format!(
            "Invalid image name {}: invalid reference format",
            json::quote_go(image)
        )));
    }
    if args.is_set("tty") && !args.is_set("stdin") {
        return Err(Failure::error(
            "-i/--stdin is required for containers with -t/--tty=true",
        ));
    }
    if args.is_set("expose") && args.get("port").is_none() {
        return Err(Failure::error("--port must be set when exposing a service"));
    }
    let attaches = args.is_set("attach") || args.is_set("stdin");
    if args.is_set("rm") && !attaches {
        return Err(Failure::error(
            "--rm should only be used for attached containers",
        ));
    }
    if attaches && dry_run::parse(args)? != DryRun::None {
        return Err(Failure::error(
            "--dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)",
        ));
    }
    match args.get("image-pull-policy") {
        None | Some("" | "Always" | "IfNotPresent" | "Never") => {}
        Some(other) => {
            return Err(Failure::error(format!(
                "invalid image pull policy: {other}"
            )));
        }
    }
    restart_policy(args.get("restart").unwrap_or_default(), attaches)?;
    if attaches || args.is_set("expose") {
        return Err(Failure::error(
            "attaching (-i, -t, --attach) and --expose are not modelled yet",
        ));
    }
    Ok(())
}

/// Whether an image's name can be one: lower case path, tag, digest.
// kubernetes: github.com/distribution/reference (ReferenceRegexp)
fn is_reference(image: &str) -> bool {
    let (rest, _digest) = image.split_once('@').unwrap_or((image, ""));
    let (domain, path) = match rest.split_once('/') {
        Some((first, path)) if first.contains(['.', ':']) || first == "localhost" => (first, path),
        _ => ("", rest),
    };
    let (path, tag) = match path.rsplit_once(':') {
        Some((path, tag)) => (path, Some(tag)),
        None => (path, None),
    };
    let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    let part = |part: &str| {
        let edge =
            |c: Option<char>| c.is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
        edge(part.chars().next())
            && edge(part.chars().last())
            && part.chars().all(|c| word(c) && !c.is_ascii_uppercase())
    };
    domain.chars().all(|c| word(c) || c == ':')
        && path.split('/').all(part)
        && tag.is_none_or(|tag| {
            !tag.is_empty()
                && tag.len() <= 128
                && tag.chars().all(word)
                && !tag.starts_with(['.', '-'])
        })
}

fn object(args: &Args, name: &str, image: &str) -> Result<Value, Failure> {
    let mut container = Value::map();
    container.set(&["name"], name);
    container.set(&["image"], image);
    if let Some(policy) = args
        .get("image-pull-policy")
        .filter(|text| !text.is_empty())
    {
        container.set(&["imagePullPolicy"], policy);
    }
    let extra = &args.positional[1..];
    if !extra.is_empty() {
        container.set(
            &[if args.is_set("command") {
                "command"
            } else {
                "args"
            }],
            words(extra),
        );
    }
    let env = env(args)?;
    if !env.is_empty() {
        container.set(&["env"], Value::List(env));
    }
    if let Some(port) = args.int("port").map_err(Failure::error)? {
        let mut entry = Value::map();
        entry.set(&["containerPort"], port);
        container.set(&["ports"], Value::List(vec![entry]));
    }
    if args.is_set("privileged") {
        container.set(&["securityContext", "privileged"], true);
    }
    container.set(&["resources"], Value::map());
    let mut object = Value::map();
    object.set(&["metadata", "name"], name);
    object.set(&["metadata", "labels"], labels(args, name)?);
    for annotation in args.all("annotations") {
        let (key, value) = pair(annotation, "annotations")?;
        object.set(&["metadata", "annotations", key], value);
    }
    object.set(&["spec", "containers"], Value::List(vec![container]));
    object.set(&["spec", "dnsPolicy"], "ClusterFirst");
    object.set(
        &["spec", "restartPolicy"],
        restart_policy(args.get("restart").unwrap_or_default(), false)?,
    );
    object.set(&["status"], Value::map());
    match args.get("overrides") {
        None | Some("") => Ok(object),
        Some(text) => {
            let overrides = json::parse_json(text)
                .map_err(|error| Failure::error(format!("Invalid JSON Patch: {error}")))?;
            overridden(&object, &overrides, args.get("override-type")).map_err(Failure::error)
        }
    }
}

/// The object with `--overrides`, in the sense of `--override-type`.
// kubernetes: kubectl/pkg/cmd/util/override_options.go
fn overridden(object: &Value, overrides: &Value, how: Option<&str>) -> Result<Value, String> {
    match how.unwrap_or("merge") {
        "merge" => Ok(patch::merge_patch(object, overrides)),
        "json" => patch::json::apply(object, overrides),
        "strategic" => match TypePatch::of(Kind::Pod.info()) {
            Some(schema) => patch::strategic::apply(object, overrides, schema),
            None => Ok(patch::merge_patch(object, overrides)),
        },
        other => Err(format!("invalid overrides type: {other}")),
    }
}

fn pair<'a>(text: &'a str, what: &str) -> Result<(&'a str, &'a str), Failure> {
    text.split_once('=')
        .filter(|(key, _)| !key.is_empty())
        .ok_or_else(|| Failure::error(format!("unexpected {what} spec: {text}")))
}

// kubernetes: kubectl/pkg/generate/generate.go (ParseLabels)
fn labels(args: &Args, name: &str) -> Result<Map, Failure> {
    let mut labels = Map::new();
    match args.get("labels") {
        None | Some("") => {
            labels.insert("run", name);
        }
        Some(text) => {
            for part in text.split(',') {
                let (key, value) = part
                    .split_once('=')
                    .filter(|(key, value)| !key.is_empty() && !value.contains('='))
                    .ok_or_else(|| Failure::error(format!("unexpected label spec: {part}")))?;
                labels.insert(key, value);
            }
        }
    }
    Ok(labels)
}

fn env(args: &Args) -> Result<Vec<Value>, Failure> {
    args.all("env")
        .iter()
        .map(|text| {
            let (name, value) = text
                .split_once('=')
                .ok_or_else(|| Failure::error(format!("invalid env: {text}")))?;
            let mut entry = Value::map();
            entry.set(&["name"], name);
            entry.set(&["value"], value);
            Ok(entry)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::is_reference;

    #[test]
    fn references() {
        for (image, wanted) in [
            ("nginx", true),
            ("nginx:1.27", true),
            ("ghcr.io/Team/app", false),
            ("ghcr.io/team/app:V1", true),
            ("localhost:5000/app", true),
            ("app@sha256:abc", true),
            ("#", false),
            ("a b", false),
            ("nginx:", false),
        ] {
            assert_eq!(is_reference(image), wanted, "{image}");
        }
    }
}
