//! `kubectl create secret generic` and `docker-registry`.
//!
//! *Models*: `kubectl/pkg/cmd/create/create_secret.go`, `create_secret_docker.go`.
//! *Not modelled*: `tls`: refused.

use super::config_map;
use crate::client::{Client, Step};
use crate::flags::{Args, Flag, optional, short_value, switch, value};
use crate::invocation::Failure;
use ::api::Kind;
use apimachinery::{Map, Value, json};

pub const FLAGS: &[Flag] = &[
    value("from-literal"),
    value("from-file"),
    value("from-env-file"),
    switch("append-hash"),
    value("type"),
    value("docker-server"),
    value("docker-username"),
    value("docker-password"),
    value("docker-email"),
    value("cert"),
    value("key"),
    optional("dry-run", "unchanged"),
    optional("validate", "strict"),
    short_value("output", 'o'),
    switch("save-config"),
    value("field-manager"),
    switch("show-managed-fields"),
];

const DOCKER_SERVER: &str = "https://index.docker.io/v1/";

pub fn start(mut args: Args, cx: &Step<'_>) -> Result<Box<dyn Client>, Failure> {
    if args.positional.is_empty() {
        return Err(Failure::error(
            "name a kind of secret: generic or docker-registry\nSee 'kubectl create secret -h' for help and examples",
        ));
    }
    let kind = args.positional.remove(0);
    match kind.as_str() {
        "generic" => generic(&args, cx),
        "docker-registry" => docker_registry(&args, cx),
        "tls" => Err(Failure::error("create secret tls is not modelled yet")),
        other => Err(Failure::error(format!(
            "unknown command \"secret {other}\"\nSee 'kubectl create -h' for help and examples"
        ))),
    }
}

fn generic(args: &Args, cx: &Step<'_>) -> Result<Box<dyn Client>, Failure> {
    let name = super::name(args, "create secret generic")?;
    let data = config_map::data(args, cx, "Secret", name)?;
    let entries: Map = data
        .iter()
        .map(|(key, text)| (key.as_str(), Value::from(base64(text.as_bytes()))))
        .collect();
    create(name, entries, args.get("type"), args, cx)
}

fn docker_registry(args: &Args, cx: &Step<'_>) -> Result<Box<dyn Client>, Failure> {
    let name = super::name(args, "create secret docker-registry")?;
    let text = |flag: &str| args.get(flag).unwrap_or_default();
    let (user, password) = (text("docker-username"), text("docker-password"));
    if args.all("from-file").is_empty() && (user.is_empty() || password.is_empty()) {
        return Err(Failure::error(
            "either --from-file or the combination of --docker-username, --docker-password and --docker-server is required",
        ));
    }
    let server = args.get("docker-server").unwrap_or(DOCKER_SERVER);
    let mut config = Value::map();
    let mut set = |key: &str, value: &str| config.set(&["auths", server, key], value);
    set("username", user);
    set("password", password);
    if !text("docker-email").is_empty() {
        set("email", text("docker-email"));
    }
    set("auth", &base64(format!("{user}:{password}").as_bytes()));
    let mut entries = Map::new();
    entries.insert(
        ".dockerconfigjson",
        base64(json::to_json_ordered(&config).as_bytes()),
    );
    create(
        name,
        entries,
        Some("kubernetes.io/dockerconfigjson"),
        args,
        cx,
    )
}

fn create(
    name: &str,
    data: Map,
    kind: Option<&str>,
    args: &Args,
    cx: &Step<'_>,
) -> Result<Box<dyn Client>, Failure> {
    let mut object = Value::map();
    object.set(&["metadata", "name"], name);
    if !data.is_empty() {
        object.set(&["data"], data);
    }
    if let Some(kind) = kind.filter(|kind| !kind.is_empty()) {
        object.set(&["type"], kind);
    }
    super::create(Kind::Secret, object, args, cx)
}

/// Standard base64 with padding.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group = chunk
            .iter()
            .fold(0u32, |group, byte| group << 8 | u32::from(*byte))
            << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let index = group >> (18 - 6 * place) & 63;
            out.push(if place > chunk.len() {
                '='
            } else {
                char::from(ALPHABET[index as usize])
            });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::base64;

    #[test]
    fn base64_with_every_padding() {
        for (text, wanted) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
        ] {
            assert_eq!(base64(text.as_bytes()), wanted);
        }
    }
}
