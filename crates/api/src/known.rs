//! Every resource a v1.36 server lists, modelled or not, and how a name finds one.
//!
//! *Models*: `kubectl api-resources` of a v1.36 server; short names and categories from
//! `pkg/registry/*/storage`; lookup from `staging/src/k8s.io/cli-runtime/pkg/resource` and
//! `restmapper/shortcut.go`.
//! *Invariants*: rows are in the server's discovery order, which settles ambiguous names; the
//! preferred version of a group comes first.
//! *Not modelled*: beta and alpha versions that a server does not serve by default.

use crate::registry::Kind;

/// One resource as discovery describes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KindInfo {
    pub kind: &'static str,
    /// Empty for the core group.
    pub group: &'static str,
    pub version: &'static str,
    pub plural: &'static str,
    pub singular: &'static str,
    pub short_names: &'static [&'static str],
    pub namespaced: bool,
    pub categories: &'static [&'static str],
    /// The kind it is stored as; none if objects of it are refused.
    pub modelled: Option<Kind>,
    pub verbs: &'static [&'static str],
}

const STANDARD: &[&str] = &[
    "create",
    "delete",
    "deletecollection",
    "get",
    "list",
    "patch",
    "update",
    "watch",
];
const NAMESPACE: &[&str] = &[
    "create", "delete", "get", "list", "patch", "update", "watch",
];
const CREATE: &[&str] = &["create"];
const READ: &[&str] = &["get", "list"];
const ALL: &[&str] = &["all"];
const API_EXTENSIONS: &[&str] = &["api-extensions"];

const fn row(
    group: &'static str,
    version: &'static str,
    kind: &'static str,
    plural: &'static str,
    singular: &'static str,
) -> KindInfo {
    KindInfo {
        kind,
        group,
        version,
        plural,
        singular,
        short_names: &[],
        namespaced: true,
        categories: &[],
        modelled: None,
        verbs: STANDARD,
    }
}

/// All resources, in discovery order.
pub static KNOWN: &[KindInfo] = &[
    row("", "v1", "Binding", "bindings", "binding").verbs(CREATE),
    row(
        "",
        "v1",
        "ComponentStatus",
        "componentstatuses",
        "componentstatus",
    )
    .short(&["cs"])
    .cluster_wide()
    .verbs(READ),
    row("", "v1", "ConfigMap", "configmaps", "configmap")
        .short(&["cm"])
        .modelled(Kind::ConfigMap),
    row("", "v1", "Endpoints", "endpoints", "endpoints").short(&["ep"]),
    row("", "v1", "Event", "events", "event")
        .short(&["ev"])
        .modelled(Kind::Event),
    row("", "v1", "LimitRange", "limitranges", "limitrange").short(&["limits"]),
    row("", "v1", "Namespace", "namespaces", "namespace")
        .short(&["ns"])
        .cluster_wide()
        .verbs(NAMESPACE)
        .modelled(Kind::Namespace),
    row("", "v1", "Node", "nodes", "node")
        .short(&["no"])
        .cluster_wide()
        .modelled(Kind::Node),
    row(
        "",
        "v1",
        "PersistentVolumeClaim",
        "persistentvolumeclaims",
        "persistentvolumeclaim",
    )
    .short(&["pvc"]),
    row(
        "",
        "v1",
        "PersistentVolume",
        "persistentvolumes",
        "persistentvolume",
    )
    .short(&["pv"])
    .cluster_wide(),
    row("", "v1", "Pod", "pods", "pod")
        .short(&["po"])
        .in_category(ALL)
        .modelled(Kind::Pod),
    row("", "v1", "PodTemplate", "podtemplates", "podtemplate"),
    row(
        "",
        "v1",
        "ReplicationController",
        "replicationcontrollers",
        "replicationcontroller",
    )
    .short(&["rc"])
    .in_category(ALL)
    .modelled(Kind::ReplicationController),
    row("", "v1", "ResourceQuota", "resourcequotas", "resourcequota").short(&["quota"]),
    row("", "v1", "Secret", "secrets", "secret").modelled(Kind::Secret),
    row(
        "",
        "v1",
        "ServiceAccount",
        "serviceaccounts",
        "serviceaccount",
    )
    .short(&["sa"])
    .modelled(Kind::ServiceAccount),
    row("", "v1", "Service", "services", "service")
        .short(&["svc"])
        .in_category(ALL),
    row(
        "apiregistration.k8s.io",
        "v1",
        "APIService",
        "apiservices",
        "apiservice",
    )
    .cluster_wide()
    .in_category(API_EXTENSIONS),
    row(
        "apps",
        "v1",
        "ControllerRevision",
        "controllerrevisions",
        "controllerrevision",
    ),
    row("apps", "v1", "DaemonSet", "daemonsets", "daemonset")
        .short(&["ds"])
        .in_category(ALL),
    row("apps", "v1", "Deployment", "deployments", "deployment")
        .short(&["deploy"])
        .in_category(ALL)
        .modelled(Kind::Deployment),
    row("apps", "v1", "ReplicaSet", "replicasets", "replicaset")
        .short(&["rs"])
        .in_category(ALL)
        .modelled(Kind::ReplicaSet),
    row("apps", "v1", "StatefulSet", "statefulsets", "statefulset")
        .short(&["sts"])
        .in_category(ALL),
    row("events.k8s.io", "v1", "Event", "events", "event").short(&["ev"]),
    row(
        "authentication.k8s.io",
        "v1",
        "SelfSubjectReview",
        "selfsubjectreviews",
        "selfsubjectreview",
    )
    .cluster_wide()
    .verbs(CREATE),
    row(
        "authentication.k8s.io",
        "v1",
        "TokenReview",
        "tokenreviews",
        "tokenreview",
    )
    .cluster_wide()
    .verbs(CREATE),
    row(
        "authorization.k8s.io",
        "v1",
        "LocalSubjectAccessReview",
        "localsubjectaccessreviews",
        "localsubjectaccessreview",
    )
    .verbs(CREATE),
    row(
        "authorization.k8s.io",
        "v1",
        "SelfSubjectAccessReview",
        "selfsubjectaccessreviews",
        "selfsubjectaccessreview",
    )
    .cluster_wide()
    .verbs(CREATE),
    row(
        "authorization.k8s.io",
        "v1",
        "SelfSubjectRulesReview",
        "selfsubjectrulesreviews",
        "selfsubjectrulesreview",
    )
    .cluster_wide()
    .verbs(CREATE),
    row(
        "authorization.k8s.io",
        "v1",
        "SubjectAccessReview",
        "subjectaccessreviews",
        "subjectaccessreview",
    )
    .cluster_wide()
    .verbs(CREATE),
    row(
        "autoscaling",
        "v2",
        "HorizontalPodAutoscaler",
        "horizontalpodautoscalers",
        "horizontalpodautoscaler",
    )
    .short(&["hpa"])
    .in_category(ALL),
    row(
        "autoscaling",
        "v1",
        "HorizontalPodAutoscaler",
        "horizontalpodautoscalers",
        "horizontalpodautoscaler",
    )
    .short(&["hpa"])
    .in_category(ALL),
    row("batch", "v1", "CronJob", "cronjobs", "cronjob")
        .short(&["cj"])
        .in_category(ALL),
    row("batch", "v1", "Job", "jobs", "job").in_category(ALL),
    row(
        "certificates.k8s.io",
        "v1",
        "CertificateSigningRequest",
        "certificatesigningrequests",
        "certificatesigningrequest",
    )
    .short(&["csr"])
    .cluster_wide(),
    row(
        "networking.k8s.io",
        "v1",
        "IngressClass",
        "ingressclasses",
        "ingressclass",
    )
    .cluster_wide(),
    row("networking.k8s.io", "v1", "Ingress", "ingresses", "ingress").short(&["ing"]),
    row(
        "networking.k8s.io",
        "v1",
        "IPAddress",
        "ipaddresses",
        "ipaddress",
    )
    .short(&["ip"])
    .cluster_wide(),
    row(
        "networking.k8s.io",
        "v1",
        "NetworkPolicy",
        "networkpolicies",
        "networkpolicy",
    )
    .short(&["netpol"]),
    row(
        "networking.k8s.io",
        "v1",
        "ServiceCIDR",
        "servicecidrs",
        "servicecidr",
    )
    .cluster_wide(),
    row(
        "policy",
        "v1",
        "PodDisruptionBudget",
        "poddisruptionbudgets",
        "poddisruptionbudget",
    )
    .short(&["pdb"]),
    row(
        "rbac.authorization.k8s.io",
        "v1",
        "ClusterRoleBinding",
        "clusterrolebindings",
        "clusterrolebinding",
    )
    .cluster_wide(),
    row(
        "rbac.authorization.k8s.io",
        "v1",
        "ClusterRole",
        "clusterroles",
        "clusterrole",
    )
    .cluster_wide(),
    row(
        "rbac.authorization.k8s.io",
        "v1",
        "RoleBinding",
        "rolebindings",
        "rolebinding",
    ),
    row("rbac.authorization.k8s.io", "v1", "Role", "roles", "role"),
    row(
        "storage.k8s.io",
        "v1",
        "CSIDriver",
        "csidrivers",
        "csidriver",
    )
    .cluster_wide(),
    row("storage.k8s.io", "v1", "CSINode", "csinodes", "csinode").cluster_wide(),
    row(
        "storage.k8s.io",
        "v1",
        "CSIStorageCapacity",
        "csistoragecapacities",
        "csistoragecapacity",
    ),
    row(
        "storage.k8s.io",
        "v1",
        "StorageClass",
        "storageclasses",
        "storageclass",
    )
    .short(&["sc"])
    .cluster_wide(),
    row(
        "storage.k8s.io",
        "v1",
        "VolumeAttachment",
        "volumeattachments",
        "volumeattachment",
    )
    .cluster_wide(),
    row(
        "storage.k8s.io",
        "v1",
        "VolumeAttributesClass",
        "volumeattributesclasses",
        "volumeattributesclass",
    )
    .short(&["vac"])
    .cluster_wide(),
    row(
        "admissionregistration.k8s.io",
        "v1",
        "MutatingAdmissionPolicy",
        "mutatingadmissionpolicies",
        "mutatingadmissionpolicy",
    )
    .cluster_wide()
    .in_category(API_EXTENSIONS),
    row(
        "admissionregistration.k8s.io",
        "v1",
        "MutatingAdmissionPolicyBinding",
        "mutatingadmissionpolicybindings",
        "mutatingadmissionpolicybinding",
    )
    .cluster_wide()
    .in_category(API_EXTENSIONS),
    row(
        "admissionregistration.k8s.io",
        "v1",
        "MutatingWebhookConfiguration",
        "mutatingwebhookconfigurations",
        "mutatingwebhookconfiguration",
    )
    .cluster_wide()
    .in_category(API_EXTENSIONS),
    row(
        "admissionregistration.k8s.io",
        "v1",
        "ValidatingAdmissionPolicy",
        "validatingadmissionpolicies",
        "validatingadmissionpolicy",
    )
    .cluster_wide()
    .in_category(API_EXTENSIONS),
    row(
        "admissionregistration.k8s.io",
        "v1",
        "ValidatingAdmissionPolicyBinding",
        "validatingadmissionpolicybindings",
        "validatingadmissionpolicybinding",
    )
    .cluster_wide()
    .in_category(API_EXTENSIONS),
    row(
        "admissionregistration.k8s.io",
        "v1",
        "ValidatingWebhookConfiguration",
        "validatingwebhookconfigurations",
        "validatingwebhookconfiguration",
    )
    .cluster_wide()
    .in_category(API_EXTENSIONS),
    row(
        "apiextensions.k8s.io",
        "v1",
        "CustomResourceDefinition",
        "customresourcedefinitions",
        "customresourcedefinition",
    )
    .short(&["crd", "crds"])
    .cluster_wide()
    .in_category(API_EXTENSIONS),
    row(
        "scheduling.k8s.io",
        "v1",
        "PriorityClass",
        "priorityclasses",
        "priorityclass",
    )
    .short(&["pc"])
    .cluster_wide(),
    row("coordination.k8s.io", "v1", "Lease", "leases", "lease").modelled(Kind::Lease),
    row(
        "node.k8s.io",
        "v1",
        "RuntimeClass",
        "runtimeclasses",
        "runtimeclass",
    )
    .cluster_wide(),
    row(
        "discovery.k8s.io",
        "v1",
        "EndpointSlice",
        "endpointslices",
        "endpointslice",
    ),
    row(
        "flowcontrol.apiserver.k8s.io",
        "v1",
        "FlowSchema",
        "flowschemas",
        "flowschema",
    )
    .cluster_wide(),
    row(
        "flowcontrol.apiserver.k8s.io",
        "v1",
        "PriorityLevelConfiguration",
        "prioritylevelconfigurations",
        "prioritylevelconfiguration",
    )
    .cluster_wide(),
    row(
        "resource.k8s.io",
        "v1",
        "DeviceClass",
        "deviceclasses",
        "deviceclass",
    )
    .cluster_wide(),
    row(
        "resource.k8s.io",
        "v1",
        "ResourceClaim",
        "resourceclaims",
        "resourceclaim",
    ),
    row(
        "resource.k8s.io",
        "v1",
        "ResourceClaimTemplate",
        "resourceclaimtemplates",
        "resourceclaimtemplate",
    ),
    row(
        "resource.k8s.io",
        "v1",
        "ResourceSlice",
        "resourceslices",
        "resourceslice",
    )
    .cluster_wide(),
];

impl KindInfo {
    const fn short(mut self, names: &'static [&'static str]) -> Self {
        self.short_names = names;
        self
    }

    const fn cluster_wide(mut self) -> Self {
        self.namespaced = false;
        self
    }

    const fn in_category(mut self, categories: &'static [&'static str]) -> Self {
        self.categories = categories;
        self
    }

    const fn verbs(mut self, verbs: &'static [&'static str]) -> Self {
        self.verbs = verbs;
        self
    }

    const fn modelled(mut self, kind: Kind) -> Self {
        self.modelled = Some(kind);
        self
    }

    /// The row of a modelled kind, in the group and version it is stored in.
    pub fn of(kind: Kind) -> &'static KindInfo {
        KNOWN
            .iter()
            .find(|info| info.modelled == Some(kind) && info.group == kind.group())
            .expect("INV-10: every modelled kind has a row")
    }

    /// `v1`, `apps/v1`.
    pub fn api_version(&self) -> String {
        if self.group.is_empty() {
            self.version.to_owned()
        } else {
            format!("{}/{}", self.group, self.version)
        }
    }

    /// `pods`, `deployments.apps`: how messages name the resource.
    pub fn resource(&self) -> String {
        self.qualified(self.plural)
    }

    /// `pod`, `deployment.apps`: how kubectl names one object's type.
    pub fn resource_singular(&self) -> String {
        self.qualified(self.singular)
    }

    /// `Pod`, `Deployment.apps`: how a status names the kind.
    pub fn qualified_kind(&self) -> String {
        self.qualified(self.kind)
    }

    fn qualified(&self, name: &str) -> String {
        if self.group.is_empty() {
            name.to_owned()
        } else {
            format!("{name}.{}", self.group)
        }
    }

    /// The row of an object that says `apiVersion` and `kind`.
    pub fn by_gvk(api_version: &str, kind: &str) -> Option<&'static KindInfo> {
        let (group, version) = api_version.rsplit_once('/').unwrap_or(("", api_version));
        KNOWN
            .iter()
            .find(|info| info.kind == kind && info.group == group && info.version == version)
    }

    /// The row a resource argument means: `po`, `pods`, `Pod`, `pods.v1.`, `deployments.apps`,
    /// `deployments.v1.apps`; any case.
    pub fn by_argument(argument: &str) -> Option<&'static KindInfo> {
        let argument = argument.to_lowercase();
        let Some((name, rest)) = argument.split_once('.') else {
            return find(&argument, |_| true);
        };
        let by_version = rest.split_once('.').and_then(|(version, group)| {
            find(name, |info| info.version == version && info.group == group)
        });
        // kubernetes: cli-runtime prefers resource.version.group over resource.group, and takes a
        // group's first labels for the group
        by_version
            .or_else(|| find(name, |info| info.group == rest))
            .or_else(|| {
                find(name, |info| {
                    !rest.is_empty() && info.group.starts_with(&format!("{rest}."))
                })
            })
    }

    /// Rows of a category (`all`, `api-extensions`), in discovery order.
    pub fn in_category_named(category: &str) -> impl Iterator<Item = &'static KindInfo> {
        KNOWN
            .iter()
            .filter(move |info| info.categories.contains(&category))
    }
}

fn find(name: &str, fits: impl Fn(&KindInfo) -> bool) -> Option<&'static KindInfo> {
    let rows = || KNOWN.iter().filter(|info| fits(info));
    // Full names win over short ones, as a short name is only expanded when nothing has it.
    rows()
        .find(|info| info.plural == name || info.singular == name)
        .or_else(|| rows().find(|info| info.short_names.contains(&name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_find_rows() {
        for (argument, wanted) in [
            ("po", Some("pods")),
            ("pods", Some("pods")),
            ("Pod", Some("pods")),
            ("pods.v1.", Some("pods")),
            ("deploy", Some("deployments.apps")),
            ("deployments.apps", Some("deployments.apps")),
            ("deployments.v1.apps", Some("deployments.apps")),
            ("deployments.v2.apps", None),
            ("events", Some("events")),
            ("events.events.k8s.io", Some("events.events.k8s.io")),
            ("ev", Some("events")),
            (
                "crds",
                Some("customresourcedefinitions.apiextensions.k8s.io"),
            ),
            ("ingresses.networking", Some("ingresses.networking.k8s.io")),
            ("foo", None),
        ] {
            let found = KindInfo::by_argument(argument).map(KindInfo::resource);
            assert_eq!(found.as_deref(), wanted, "{argument}");
        }
    }

    #[test]
    fn every_modelled_kind_has_its_row() {
        for &kind in Kind::ALL {
            assert_eq!(KindInfo::of(kind).kind, kind.name());
            assert_eq!(
                KindInfo::by_gvk(&kind.info().api_version(), kind.name()),
                Some(kind.info())
            );
        }
    }
}
