//! Volumes, tolerations, spread constraints in a description.
//!
//! *Models*: `staging/src/k8s.io/kubectl/pkg/describe (describeVolumes, printTolerationsMultilineWithIndent)`.
//! *Invariants*: none beyond the parent's.
//! *Not modelled*: details of volume sources that nothing here reads; they are `<unknown>`.

use super::lines::Lines;
use api::{PodSpec, Toleration, TopologySpreadConstraint, Volume, VolumeProjection};
use apimachinery::format_label_selector;

pub fn volumes(lines: &mut Lines, volumes: &[Volume], space: &str) {
    if volumes.is_empty() {
        lines.field(0, &format!("{space}Volumes"), "<none>");
        return;
    }
    lines.line(0, &format!("{space}Volumes:"));
    let indent = if space.is_empty() { "" } else { " " };
    for volume in volumes {
        lines.line(1, &format!("{indent}{}:", volume.name));
        match fields(volume) {
            Some(fields) => fields
                .into_iter()
                .for_each(|(name, value)| lines.field(2, name, value)),
            None => lines.line(1, "<unknown>"),
        }
    }
}

fn fields(volume: &Volume) -> Option<Vec<(&'static str, String)>> {
    let optional = |optional: Option<bool>| optional.unwrap_or(false).to_string();
    Some(if let Some(host) = &volume.host_path {
        let kind = host.type_.as_deref().unwrap_or("<none>");
        vec![
            ("Type", "HostPath (bare host directory volume)".into()),
            ("Path", host.path.to_string()),
            ("HostPathType", kind.into()),
        ]
    } else if let Some(dir) = &volume.empty_dir {
        let size = dir.size_limit.as_ref();
        let size = size.filter(|size| size.sign() > 0);
        vec![
            (
                "Type",
                "EmptyDir (a temporary directory that shares a pod's lifetime)".into(),
            ),
            ("Medium", dir.medium.to_string()),
            (
                "SizeLimit",
                size.map_or("<unset>".into(), |size| size.to_string()),
            ),
        ]
    } else if let Some(secret) = &volume.secret {
        vec![
            ("Type", "Secret (a volume populated by a Secret)".into()),
            ("SecretName", secret.secret_name.to_string()),
            ("Optional", optional(secret.optional)),
        ]
    } else if let Some(map) = &volume.config_map {
        vec![
            (
                "Type",
                "ConfigMap (a volume populated by a ConfigMap)".into(),
            ),
            ("Name", map.name.to_string()),
            ("Optional", optional(map.optional)),
        ]
    } else if let Some(projected) = &volume.projected {
        let kind = "Projected (a volume that contains injected data from multiple sources)";
        let mut out = vec![("Type", kind.into())];
        projected
            .sources
            .iter()
            .for_each(|source| out.extend(projection(source)));
        out
    } else if let Some(claim) = &volume.persistent_volume_claim {
        let kind =
            "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)";
        vec![
            ("Type", kind.into()),
            ("ClaimName", claim.claim_name.to_string()),
            ("ReadOnly", claim.read_only.to_string()),
        ]
    } else if let Some(nfs) = &volume.nfs {
        vec![
            (
                "Type",
                "NFS (an NFS mount that lasts the lifetime of a pod)".into(),
            ),
            ("Server", nfs.server.to_string()),
            ("Path", nfs.path.to_string()),
            ("ReadOnly", nfs.read_only.to_string()),
        ]
    } else if volume.downward_api.is_some() {
        let kind = "DownwardAPI (a volume populated by information about the pod)";
        vec![("Type", kind.into())]
    } else {
        return None;
    })
}

fn projection(source: &VolumeProjection) -> Vec<(&'static str, String)> {
    let optional = |optional: Option<bool>| optional.unwrap_or(false).to_string();
    if let Some(secret) = &source.secret {
        vec![
            ("SecretName", secret.name.to_string()),
            ("Optional", optional(secret.optional)),
        ]
    } else if source.downward_api.is_some() {
        vec![("DownwardAPI", "true".into())]
    } else if let Some(map) = &source.config_map {
        vec![
            ("ConfigMapName", map.name.to_string()),
            ("Optional", optional(map.optional)),
        ]
    } else if let Some(token) = &source.service_account_token {
        let seconds = token.expiration_seconds.unwrap_or_default();
        vec![("TokenExpirationSeconds", seconds.to_string())]
    } else {
        Vec::new()
    }
}

/// Node selector, tolerations and spread constraints, as pods and templates end.
pub fn placement(lines: &mut Lines, spec: &PodSpec, space: &str) {
    lines.labels(&format!("{space}Node-Selectors"), &spec.node_selector);
    let mut sorted: Vec<&Toleration> = spec.tolerations.iter().collect();
    sorted.sort_by(|a, b| a.key.cmp(&b.key));
    lines.list(
        &format!("{space}Tolerations"),
        sorted.into_iter().map(toleration),
    );
}

pub fn toleration(toleration: &Toleration) -> String {
    let mut text = toleration.key.to_string();
    if !toleration.value.is_empty() {
        text.push_str(&format!("={}", toleration.value));
    }
    if !toleration.effect.is_empty() {
        text.push_str(&format!(":{}", toleration.effect));
    }
    if toleration.operator == "Exists" && toleration.value.is_empty() {
        text.push_str(if text.is_empty() {
            "op=Exists"
        } else {
            " op=Exists"
        });
    }
    if let Some(seconds) = toleration.toleration_seconds {
        text.push_str(&format!(" for {seconds}s"));
    }
    text
}

pub fn spread(lines: &mut Lines, constraints: &[TopologySpreadConstraint], space: &str) {
    if constraints.is_empty() {
        return;
    }
    let mut sorted: Vec<&TopologySpreadConstraint> = constraints.iter().collect();
    sorted.sort_by(|a, b| a.topology_key.cmp(&b.topology_key));
    let text = |constraint: &TopologySpreadConstraint| {
        let mut text = format!(
            "{}:{} when max skew {} is exceeded",
            constraint.topology_key, constraint.when_unsatisfiable, constraint.max_skew
        );
        if let Some(selector) = &constraint.label_selector {
            let selector = format_label_selector(Some(selector));
            text.push_str(&format!(" for selector {selector}"));
        }
        text
    };
    lines.list(
        &format!("{space}Topology Spread Constraints"),
        sorted.into_iter().map(text),
    );
}
