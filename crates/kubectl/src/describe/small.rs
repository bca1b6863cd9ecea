//! Namespaces, config maps, secrets and service accounts, described.
//!
//! *Models*: `staging/src/k8s.io/kubectl/pkg/describe`.
//! *Invariants*: secrets show sizes, never values (but for service account tokens, as upstream).
//! *Not modelled*: quotas and limit ranges of a namespace.

use super::Around;
use super::lines::{Lines, rfc1123z};
use api::{ConfigMap, Namespace, Secret, ServiceAccount};
use apimachinery::Time;

/// Fixture `describe.TestDescribeNamespace`.
pub fn namespace(namespace: &Namespace) -> String {
    let mut lines = Lines::default();
    lines.field(0, "Name", &namespace.meta.name);
    lines.labels_and_annotations(&namespace.meta);
    lines.field(0, "Status", &namespace.status.phase);
    if !namespace.status.conditions.is_empty() {
        lines.line(0, "Conditions:");
        lines.line(1, "Type\tStatus\tLastTransitionTime\tReason\tMessage");
        lines.line(1, "----\t------\t------------------\t------\t-------");
    }
    for condition in &namespace.status.conditions {
        let text = format!(
            "{}\t{}\t{}\t{}\t{}",
            condition.type_,
            condition.status,
            rfc1123z(condition.last_transition_time),
            condition.reason,
            condition.message
        );
        lines.line(1, &text);
    }
    lines.raw("\nNo resource quota.\n\nNo LimitRange resource.\n");
    lines.finish()
}

pub fn config_map(map: &ConfigMap, around: &Around<'_>, now: Time) -> String {
    let mut lines = Lines::default();
    lines.names(&map.meta);
    lines.labels_and_annotations(&map.meta);
    lines.raw("\nData\n====\n");
    for (key, value) in map.data.iter() {
        lines.raw(&format!("{key}:\n----\n{value}\n\n"));
    }
    lines.raw("\nBinaryData\n====\n");
    for (key, value) in map.binary_data.iter() {
        lines.raw(&format!("{key}: {} bytes\n", decoded_len(value)));
    }
    lines.raw("\n");
    lines.events(around, now);
    lines.finish()
}

/// Fixture `describe.TestDescribeSecret`.
pub fn secret(secret: &Secret) -> String {
    let mut lines = Lines::default();
    lines.names(&secret.meta);
    lines.labels_and_annotations(&secret.meta);
    lines.raw(&format!("\nType:\t{}\n\nData\n====\n", secret.type_));
    for (key, value) in secret.data.iter() {
        lines.field(0, key, format!("{} bytes", decoded_len(value)));
    }
    lines.finish()
}

/// How many bytes a base64 text stands for.
fn decoded_len(base64: &str) -> usize {
    let digits = base64
        .bytes()
        .filter(|byte| !matches!(byte, b'=' | b'\n' | b'\r'))
        .count();
    digits * 3 / 4
}

pub fn service_account(account: &ServiceAccount, around: &Around<'_>, now: Time) -> String {
    let mut lines = Lines::default();
    let meta = &account.meta;
    lines.names(meta);
    lines.labels_and_annotations(meta);
    let exists = |name: &str| {
        around
            .secrets
            .iter()
            .any(|secret| &*secret.meta.name == name)
    };
    let shown = |name: &str| match exists(name) {
        true => name.to_string(),
        false => format!("{name} (not found)"),
    };
    let pull = account.image_pull_secrets.iter();
    let mountable = account.secrets.iter();
    let tokens = around.secrets.iter().filter(|secret| {
        let of = secret
            .meta
            .annotations
            .get_str("kubernetes.io/service-account.name");
        secret.type_ == "kubernetes.io/service-account-token" && of == Some(&*meta.name)
    });
    let blocks: [(&str, Vec<String>); 3] = [
        (
            "Image pull secrets:",
            pull.map(|secret| shown(&secret.name)).collect(),
        ),
        (
            "Mountable secrets: ",
            mountable.map(|secret| shown(&secret.name)).collect(),
        ),
        (
            "Tokens:            ",
            tokens.map(|secret| secret.meta.name.to_string()).collect(),
        ),
    ];
    for (header, names) in blocks {
        if names.is_empty() {
            lines.line(0, &format!("{header}\t<none>"));
        }
        for (at, name) in names.iter().enumerate() {
            let header = if at == 0 {
                header
            } else {
                "                   "
            };
            lines.line(0, &format!("{header}\t{name}"));
        }
    }
    lines.events(around, now);
    lines.finish()
}
