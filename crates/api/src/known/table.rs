//! The rows of the table of resources.
//!
//! *Models*: discovery of a v1.36 server; group order from
//! `staging/src/k8s.io/kube-aggregator` and `cmd/kube-apiserver` (priorities of API services).
//! *Invariants*: discovery order.
//! *Not modelled*: what a server does not serve by default.

use super::KindInfo;
use crate::registry::Kind;

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

impl KindInfo {
    const fn short(mut self, names: &'static [&'static str]) -> Self {
        self.short_names = names;
        self
    }

    const fn cluster_wide(mut self) -> Self {
        self.namespaced = false;
        self
    }

    const fn category(mut self, categories: &'static [&'static str]) -> Self {
        self.categories = categories;
        self
    }

    const fn with_verbs(mut self, verbs: &'static [&'static str]) -> Self {
        self.verbs = verbs;
        self
    }

    const fn stored_as(mut self, kind: Kind) -> Self {
        self.modelled = Some(kind);
        self
    }
}

/// All resources, in discovery order.
pub static KNOWN: &[KindInfo] = &[
    row("", "v1", "Binding", "bindings", "binding").with_verbs(CREATE),
    row(
        "",
        "v1",
        "ComponentStatus",
        "componentstatuses",
        "componentstatus",
    )
    .short(&["cs"])
    .cluster_wide()
    .with_verbs(READ),
    row("", "v1", "ConfigMap", "configmaps", "configmap")
        .short(&["cm"])
        .stored_as(Kind::ConfigMap),
    row("", "v1", "Endpoints", "endpoints", "endpoints").short(&["ep"]),
    row("", "v1", "Event", "events", "event")
        .short(&["ev"])
        .stored_as(Kind::Event),
    row("", "v1", "LimitRange", "limitranges", "limitrange").short(&["limits"]),
    row("", "v1", "Namespace", "namespaces", "namespace")
        .short(&["ns"])
        .cluster_wide()
        .with_verbs(NAMESPACE)
        .stored_as(Kind::Namespace),
    row("", "v1", "Node", "nodes", "node")
        .short(&["no"])
        .cluster_wide()
        .stored_as(Kind::Node),
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
        .category(ALL)
        .stored_as(Kind::Pod),
    row("", "v1", "PodTemplate", "podtemplates", "podtemplate"),
    row(
        "",
        "v1",
        "ReplicationController",
        "replicationcontrollers",
        "replicationcontroller",
    )
    .short(&["rc"])
    .category(ALL)
    .stored_as(Kind::ReplicationController),
    row("", "v1", "ResourceQuota", "resourcequotas", "resourcequota").short(&["quota"]),
    row("", "v1", "Secret", "secrets", "secret").stored_as(Kind::Secret),
    row(
        "",
        "v1",
        "ServiceAccount",
        "serviceaccounts",
        "serviceaccount",
    )
    .short(&["sa"])
    .stored_as(Kind::ServiceAccount),
    row("", "v1", "Service", "services", "service")
        .short(&["svc"])
        .category(ALL),
    row(
        "apiregistration.k8s.io",
        "v1",
        "APIService",
        "apiservices",
        "apiservice",
    )
    .cluster_wide()
    .category(API_EXTENSIONS),
    row(
        "apps",
        "v1",
        "ControllerRevision",
        "controllerrevisions",
        "controllerrevision",
    ),
    row("apps", "v1", "DaemonSet", "daemonsets", "daemonset")
        .short(&["ds"])
        .category(ALL),
    row("apps", "v1", "Deployment", "deployments", "deployment")
        .short(&["deploy"])
        .category(ALL)
        .stored_as(Kind::Deployment),
    row("apps", "v1", "ReplicaSet", "replicasets", "replicaset")
        .short(&["rs"])
        .category(ALL)
        .stored_as(Kind::ReplicaSet),
    row("apps", "v1", "StatefulSet", "statefulsets", "statefulset")
        .short(&["sts"])
        .category(ALL),
    row("events.k8s.io", "v1", "Event", "events", "event")
        .short(&["ev"])
        .stored_as(Kind::Event),
    row(
        "authentication.k8s.io",
        "v1",
        "SelfSubjectReview",
        "selfsubjectreviews",
        "selfsubjectreview",
    )
    .cluster_wide()
    .with_verbs(CREATE),
    row(
        "authentication.k8s.io",
        "v1",
        "TokenReview",
        "tokenreviews",
        "tokenreview",
    )
    .cluster_wide()
    .with_verbs(CREATE),
    row(
        "authorization.k8s.io",
        "v1",
        "LocalSubjectAccessReview",
        "localsubjectaccessreviews",
        "localsubjectaccessreview",
    )
    .with_verbs(CREATE),
    row(
        "authorization.k8s.io",
        "v1",
        "SelfSubjectAccessReview",
        "selfsubjectaccessreviews",
        "selfsubjectaccessreview",
    )
    .cluster_wide()
    .with_verbs(CREATE),
    row(
        "authorization.k8s.io",
        "v1",
        "SelfSubjectRulesReview",
        "selfsubjectrulesreviews",
        "selfsubjectrulesreview",
    )
    .cluster_wide()
    .with_verbs(CREATE),
    row(
        "authorization.k8s.io",
        "v1",
        "SubjectAccessReview",
        "subjectaccessreviews",
        "subjectaccessreview",
    )
    .cluster_wide()
    .with_verbs(CREATE),
    row(
        "autoscaling",
        "v2",
        "HorizontalPodAutoscaler",
        "horizontalpodautoscalers",
        "horizontalpodautoscaler",
    )
    .short(&["hpa"])
    .category(ALL),
    row(
        "autoscaling",
        "v1",
        "HorizontalPodAutoscaler",
        "horizontalpodautoscalers",
        "horizontalpodautoscaler",
    )
    .short(&["hpa"])
    .category(ALL),
    row("batch", "v1", "CronJob", "cronjobs", "cronjob")
        .short(&["cj"])
        .category(ALL),
    row("batch", "v1", "Job", "jobs", "job").category(ALL),
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
    .category(API_EXTENSIONS),
    row(
        "admissionregistration.k8s.io",
        "v1",
        "MutatingAdmissionPolicyBinding",
        "mutatingadmissionpolicybindings",
        "mutatingadmissionpolicybinding",
    )
    .cluster_wide()
    .category(API_EXTENSIONS),
    row(
        "admissionregistration.k8s.io",
        "v1",
        "MutatingWebhookConfiguration",
        "mutatingwebhookconfigurations",
        "mutatingwebhookconfiguration",
    )
    .cluster_wide()
    .category(API_EXTENSIONS),
    row(
        "admissionregistration.k8s.io",
        "v1",
        "ValidatingAdmissionPolicy",
        "validatingadmissionpolicies",
        "validatingadmissionpolicy",
    )
    .cluster_wide()
    .category(API_EXTENSIONS),
    row(
        "admissionregistration.k8s.io",
        "v1",
        "ValidatingAdmissionPolicyBinding",
        "validatingadmissionpolicybindings",
        "validatingadmissionpolicybinding",
    )
    .cluster_wide()
    .category(API_EXTENSIONS),
    row(
        "admissionregistration.k8s.io",
        "v1",
        "ValidatingWebhookConfiguration",
        "validatingwebhookconfigurations",
        "validatingwebhookconfiguration",
    )
    .cluster_wide()
    .category(API_EXTENSIONS),
    row(
        "apiextensions.k8s.io",
        "v1",
        "CustomResourceDefinition",
        "customresourcedefinitions",
        "customresourcedefinition",
    )
    .short(&["crd", "crds"])
    .cluster_wide()
    .category(API_EXTENSIONS),
    row(
        "scheduling.k8s.io",
        "v1",
        "PriorityClass",
        "priorityclasses",
        "priorityclass",
    )
    .short(&["pc"])
    .cluster_wide(),
    row("coordination.k8s.io", "v1", "Lease", "leases", "lease").stored_as(Kind::Lease),
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
