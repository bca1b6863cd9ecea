//! Admission: what the API server adds to or refuses of an object before validation.
//!
//! *Models*: `plugin/pkg/admission` in upstream's order (`pkg/kubeapiserver/options/plugins.go`):
//! NamespaceLifecycle, ServiceAccount, RuntimeClass, Priority, DefaultTolerationSeconds.
//! PodTopologyLabels acts on bindings (see `write.rs`).
//! *Invariants*: pods that come with one shared specification leave with one shared specification.
//! *Not modelled*: TaintNodesByCondition (nodes join ready), webhooks and policies, LimitRanger and
//! ResourceQuota (no such objects), the plugins that are off by default.

mod admitted;
mod priority;
mod service_account;
mod tolerations;

pub use admitted::Admitted;
pub use priority::{PriorityClass, SYSTEM_CLASSES, admit_priority};
pub use service_account::mount_token;
pub use tolerations::{add_default_tolerations, tolerates_by_default};

use super::write::NAMESPACE_TERMINATING;
use super::{Api, UpdatePart};
use crate::Cx;
use api::{Kind, Object, Pod, PodSpec, ServiceAccount};
use apimachinery::{Status, to_json, to_value};
use std::sync::Arc;

/// What admission learned of an object.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Known {
    /// Defaulted and prepared already; the specification was found valid before.
    pub valid_spec: bool,
}

/// An account that is missing in a namespace younger than this will be there before upstream stops
/// asking for it.
// kubernetes: plugin/pkg/admission/serviceaccount/admission.go (getServiceAccount: 10 tries, 100 ms apart)
const ACCOUNT_PATIENCE_NANOS: i64 = 1_000_000_000;

/// Annotation of a mirror pod.
const MIRROR: &str = "kubernetes.io/config.mirror";

/// Namespaces that exist and are not going away.
// kubernetes: staging/src/k8s.io/apiserver/pkg/admission/plugin/namespace/lifecycle
pub(super) fn check_namespace(api: &Api, object: &Object) -> Result<(), Status> {
    let info = object.kind().info();
    if !info.namespaced {
        return Ok(());
    }
    let namespace = &object.meta().namespace;
    let Some((_, found)) = api.find(Kind::Namespace, "", namespace) else {
        return Err(Status::not_found("namespaces", namespace));
    };
    if found.meta().deletion_timestamp.is_none() {
        return Ok(());
    }
    let why = format!(
        "unable to create new content in namespace {namespace} because it is being terminated"
    );
    let meta = object.meta();
    let name = if meta.name.is_empty() {
        &meta.generate_name
    } else {
        &meta.name
    };
    Err(Status::forbidden(&info.resource(), name, why).with_cause(
        NAMESPACE_TERMINATING,
        &format!("namespace {namespace} is being terminated"),
        "metadata.namespace",
    ))
}

/// Mutates and checks an object that is about to be created; defaults it first.
pub(super) fn admit_create(
    api: &mut Api,
    cx: &mut Cx<'_>,
    object: &mut Object,
) -> Result<Known, Status> {
    if let Object::Pod(pod) = object {
        return admit_pod(api, cx, Arc::make_mut(pod));
    }
    object.set_defaults();
    Ok(Known::default())
}

/// Mutates and checks an object that is about to be updated.
pub(super) fn admit_update(object: &mut Object, part: UpdatePart) {
    if let (Object::Pod(pod), UpdatePart::Main) = (object, part)
        && !tolerates_by_default(&pod.spec.tolerations)
    {
        let pod = Arc::make_mut(pod);
        add_default_tolerations(&mut Arc::make_mut(&mut pod.spec).tolerations);
    }
}

fn admit_pod(api: &mut Api, cx: &mut Cx<'_>, pod: &mut Pod) -> Result<Known, Status> {
    let account = account_of(api, cx, pod)?;
    if let Some(spec) = api
        .admitted
        .find(&pod.spec, &pod.meta.namespace, account.as_ref())
    {
        pod.spec = spec;
        return Ok(Known { valid_spec: true });
    }
    let input = pod.spec.clone();
    api::Strategy::set_defaults(pod);
    let mirror = pod.meta.annotations.contains_key(MIRROR);
    let draw = suffix_draw(cx, pod);
    let spec = Arc::make_mut(&mut pod.spec);
    if !mirror {
        service_account::admit(spec, account.as_deref(), draw);
    }
    if let Err(why) = check_runtime_class(spec).and_then(|()| admit_priority(spec, SYSTEM_CLASSES))
    {
        return Err(forbidden(pod, why));
    }
    add_default_tolerations(&mut spec.tolerations);
    if !mirror && pod.meta.annotations.is_empty() {
        api.admitted
            .offer(input, &pod.meta.namespace, account, &pod.spec);
    }
    Ok(Known::default())
}

/// The service account a pod runs as; `None` for mirror pods and for one that is about to be made.
fn account_of(api: &Api, cx: &Cx<'_>, pod: &Pod) -> Result<Option<Arc<ServiceAccount>>, Status> {
    if pod.meta.annotations.contains_key(MIRROR) {
        return Ok(None);
    }
    let spec = &pod.spec;
    let named = if spec.service_account_name.is_empty() {
        &spec.service_account
    } else {
        &spec.service_account_name
    };
    let name = if named.is_empty() {
        service_account::DEFAULT
    } else {
        named
    };
    let namespace = &*pod.meta.namespace;
    if let Some(account) = api.get::<ServiceAccount>(namespace, name) {
        return Ok(Some(account.clone()));
    }
    if name == service_account::DEFAULT {
        let now = api.clock.exact(cx.now());
        let born = api
            .find(Kind::Namespace, "", namespace)
            .and_then(|(_, found)| found.meta().creation_timestamp);
        if born.is_some_and(|born| now.nanos - born.nanos < ACCOUNT_PATIENCE_NANOS + 1_000_000_000)
        {
            return Ok(None);
        }
    }
    let why = format!(
        "error looking up service account {namespace}/{name}: serviceaccount {name:?} not found"
    );
    Err(forbidden(pod, why))
}

/// One draw a specification and namespace, so that equal pods share the result.
fn suffix_draw(cx: &Cx<'_>, pod: &Pod) -> u64 {
    let text = format!("{}/{}", pod.meta.namespace, to_json(&to_value(&*pod.spec)));
    cx.seed().draw("kube-api-access", text.as_bytes(), 0)
}

/// No runtime class exists, so naming one is an error.
// kubernetes: plugin/pkg/admission/runtimeclass/admission.go
fn check_runtime_class(spec: &PodSpec) -> Result<(), String> {
    match &spec.runtime_class_name {
        Some(name) => Err(format!("pod rejected: RuntimeClass {name:?} not found")),
        None => Ok(()),
    }
}

fn forbidden(pod: &Pod, why: String) -> Status {
    // kubernetes: a name to be generated is not known yet
    let name = if pod.meta.name.is_empty() {
        &pod.meta.generate_name
    } else {
        &pod.meta.name
    };
    Status::forbidden("pods", name, why)
}
