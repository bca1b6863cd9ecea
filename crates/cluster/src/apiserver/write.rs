//! Create and update: names, defaults, admission, validation, preconditions, commit.
//!
//! *Models*: `staging/src/k8s.io/apiserver/pkg/registry/generic/registry/store.go` (Create, Update),
//! `registry/rest/create.go`, `update.go`; name generation of `storage/names/generate.go`.

use super::{Api, admission};
use crate::{Cx, Key};
use api::{Kind, Object, PodScheduling};
use apimachinery::{ErrorList, Status, Uid, names};
use engine::hash_str;

/// How often an already taken generated name is drawn again.
// kubernetes: staging/src/k8s.io/apiserver/pkg/registry/generic/registry/store.go (maxNameGenerationCreateAttempts)
const NAME_DRAWS_MAX: u32 = 8;

/// The cause of a refusal in a namespace that is going away; controllers keep quiet about it.
pub const NAMESPACE_TERMINATING: &str = "NamespaceTerminating";

/// What a create may ask for beside the object.
#[derive(Clone, Copy, Debug, Default)]
pub struct CreateOptions {
    pub dry_run: bool,
}

/// Which part of the object an update writes; the others keep their stored values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpdatePart {
    Main,
    Status,
}

impl Api {
    /// Creates an object: defaulting, admission, validation, then commit. Returns the stored object.
    ///
    /// # Errors
    /// The API server's own `Status`: AlreadyExists, Invalid, Forbidden, NotFound (namespace).
    pub fn create(
        &mut self,
        cx: &mut Cx<'_>,
        mut object: Object,
        options: CreateOptions,
    ) -> Result<Object, Status> {
        let kind = object.kind();
        admission::check_namespace(self, &object)?;
        let known = admission::admit_create(self, cx, &mut object)?;
        object.prepare_for_create();
        self.name(cx, &mut object)?;
        if let Err(invalid) = check_new(&object, known.valid_spec) {
            self.admitted.settle(None);
            return Err(invalid);
        }
        if let Object::Pod(pod) = &object {
            self.admitted.settle(Some(&pod.spec));
        }
        let meta = object.meta();
        if self
            .store
            .table(kind)
            .find(&meta.namespace, &meta.name)
            .is_some()
        {
            return Err(Status::already_exists(&kind.info().resource(), &meta.name));
        }
        let id = self.store.next_id(kind);
        self.fill_system_fields(cx, &mut object, id);
        if options.dry_run {
            return Ok(object);
        }
        let key = Key { kind, id };
        self.commit(cx, key, Some(object));
        if kind == Kind::Event {
            self.event_written(cx, id);
        }
        Ok(self
            .object(key)
            .expect("INV-4: the row was just written")
            .clone())
    }

    /// What the server alone sets on a new object.
    // kubernetes: staging/src/k8s.io/apiserver/pkg/registry/rest/meta.go (FillObjectMetaSystemFields)
    pub(super) fn fill_system_fields(&self, cx: &Cx<'_>, object: &mut Object, id: u32) {
        let kind = object.kind();
        let created = self.clock.time(cx.now());
        let mut key = [0u8; 13];
        key[0] = kind as u8;
        key[1..5].copy_from_slice(&id.to_be_bytes());
        key[5..].copy_from_slice(
            &hash_str(&[&object.meta().namespace, &object.meta().name]).to_be_bytes(),
        );
        let uid = Uid::from_u128(cx.seed().uuid("uid", &key, cx.now().0));
        let meta = object.meta_mut();
        meta.uid = uid;
        meta.creation_timestamp = Some(created);
        meta.deletion_timestamp = None;
        meta.deletion_grace_period_seconds = None;
        meta.self_link = Default::default();
    }

    /// Replaces the main part or the status of an object. A non-zero `resourceVersion` must be current.
    /// An update that changes nothing writes nothing.
    ///
    /// # Errors
    /// NotFound, Conflict, Invalid, Forbidden.
    pub fn update(
        &mut self,
        cx: &mut Cx<'_>,
        object: Object,
        part: UpdatePart,
    ) -> Result<(Object, bool), Status> {
        self.update_or_dry_run(cx, object, part, false)
    }

    pub(super) fn update_or_dry_run(
        &mut self,
        cx: &mut Cx<'_>,
        mut object: Object,
        part: UpdatePart,
        dry_run: bool,
    ) -> Result<(Object, bool), Status> {
        let kind = object.kind();
        let (namespace, name) = (object.meta().namespace.clone(), object.meta().name.clone());
        let Some((key, old)) = self.find(kind, &namespace, &name) else {
            return Err(Status::not_found(&kind.info().resource(), &name));
        };
        let old = old.clone();
        check_preconditions(kind, &object, &old)?;
        keep_system_fields(&mut object, &old);
        // kubernetes: an unconditional update takes the current version
        object.meta_mut().resource_version = old.meta().resource_version;
        match part {
            UpdatePart::Main => {
                object.set_defaults();
                object.prepare_for_update(&old);
            }
            UpdatePart::Status => object.prepare_for_status_update(&old),
        }
        admission::admit_update(&mut object, part);
        let mut errors = ErrorList::default();
        match part {
            UpdatePart::Main => object.validate(Some(&old), &mut errors),
            UpdatePart::Status => object.validate_status(&old, &mut errors),
        }
        if !errors.is_empty() {
            return Err(Status::invalid(
                &kind.info().qualified_kind(),
                &name,
                &errors,
            ));
        }
        if object == old {
            return Ok((old, false));
        }
        if dry_run {
            return Ok((object, true));
        }
        if self.delete_is_due(&object) {
            self.remove(cx, key, object.clone());
            return Ok((object, true));
        }
        self.commit(cx, key, Some(object));
        Ok((
            self.object(key)
                .expect("INV-4: the row was just written")
                .clone(),
            true,
        ))
    }

    /// Binds a pod to a node, as the `binding` subresource does.
    ///
    /// # Errors
    /// NotFound; Conflict if the pod is bound already or is being deleted.
    // kubernetes: pkg/registry/core/pod/storage/storage.go (BindingREST.setPodNodeAndMetadata)
    pub fn bind(
        &mut self,
        cx: &mut Cx<'_>,
        namespace: &str,
        name: &str,
        node: &str,
    ) -> Result<Object, Status> {
        let Some((key, Object::Pod(pod))) = self.find(Kind::Pod, namespace, name) else {
            return Err(Status::not_found("pods", name));
        };
        if pod.meta.deletion_timestamp.is_some() {
            let why = format!("pod {name} is being deleted, cannot be assigned to a host");
            return Err(Status::conflict("pods/binding", name, &why));
        }
        if !pod.node_name.is_empty() {
            let why = format!(
                "pod {name} is already assigned to node \"{}\"",
                pod.node_name
            );
            return Err(Status::conflict("pods/binding", name, &why));
        }
        let mut bound = (**pod).clone();
        bound.node_name = node.into();
        bound.set_scheduled(self.clock.time(cx.now()));
        self.copy_topology_labels(&mut bound, node);
        self.commit(cx, key, Some(Object::Pod(std::sync::Arc::new(bound))));
        Ok(self
            .object(key)
            .expect("INV-4: the row was just written")
            .clone())
    }

    /// Copies the node's zone and region labels to a pod that is being bound.
    // kubernetes: plugin/pkg/admission/podtopologylabels
    fn copy_topology_labels(&self, pod: &mut api::Pod, node: &str) {
        const LABELS: [&str; 2] = [
            "topology.kubernetes.io/zone",
            "topology.kubernetes.io/region",
        ];
        let Some(node) = self.get::<api::Node>("", node) else {
            return;
        };
        for label in LABELS {
            if let Some(value) = node.meta.labels.get(label) {
                pod.meta.labels.insert(label, value.clone());
            }
        }
    }

    /// Fills `metadata.name` from `generateName`.
    fn name(&mut self, cx: &Cx<'_>, object: &mut Object) -> Result<(), Status> {
        let kind = object.kind();
        let meta = object.meta_mut();
        if !meta.name.is_empty() || meta.generate_name.is_empty() {
            return Ok(());
        }
        let (namespace, base) = (meta.namespace.clone(), meta.generate_name.clone());
        let plural = kind.info().plural;
        let counter = hash_str(&[plural, &namespace, &base]);
        let mut drawn = self.drawn.get(&counter).copied().unwrap_or(0);
        let key = format!("{plural}/{namespace}/{base}");
        let mut last = base.clone();
        for _ in 0..NAME_DRAWS_MAX {
            last = names::generate_name(
                &base,
                cx.seed().draw("name", key.as_bytes(), u64::from(drawn)),
            );
            drawn += 1;
            self.drawn.insert(counter, drawn);
            if self.store.table(kind).find(&namespace, &last).is_none() {
                object.meta_mut().name = last;
                return Ok(());
            }
        }
        Err(Status::already_exists(&kind.info().resource(), &last))
    }
}

/// The name an error speaks of: the name, or the base of a name to be generated.
fn object_name(object: &Object) -> &str {
    let meta = object.meta();
    if meta.name.is_empty() {
        &meta.generate_name
    } else {
        &meta.name
    }
}

fn check_preconditions(kind: Kind, object: &Object, old: &Object) -> Result<(), Status> {
    let (meta, stored) = (object.meta(), old.meta());
    let resource = kind.info().resource();
    if meta.resource_version != 0 && meta.resource_version != stored.resource_version {
        return Err(Status::conflict(
            &resource,
            &meta.name,
            "the object has been modified; please apply your changes to the latest version and try again",
        ));
    }
    if !meta.uid.is_empty() && meta.uid != stored.uid {
        return Err(Status::conflict(
            &resource,
            &meta.name,
            format!(
                "Precondition failed: UID in precondition: {}, UID in object meta: {}",
                meta.uid, stored.uid
            ),
        ));
    }
    Ok(())
}

/// What a client cannot change.
// kubernetes: staging/src/k8s.io/apiserver/pkg/registry/rest/update.go (BeforeUpdate)
fn keep_system_fields(object: &mut Object, old: &Object) {
    let stored = old.meta();
    let meta = object.meta_mut();
    meta.uid = stored.uid.clone();
    meta.creation_timestamp = stored.creation_timestamp;
    meta.deletion_timestamp = stored.deletion_timestamp;
    meta.deletion_grace_period_seconds = stored.deletion_grace_period_seconds;
    meta.generate_name = stored.generate_name.clone();
    meta.generation = stored.generation;
    meta.self_link = stored.self_link.clone();
    meta.managed_fields = stored.managed_fields.clone();
}

/// Faults of a new object. A specification that was found valid before is not read again.
fn check_new(object: &Object, valid_spec: bool) -> Result<(), Status> {
    let mut errors = ErrorList::default();
    match object {
        Object::Pod(pod) if valid_spec => api::validation::pod::validate_pod_meta(pod, &mut errors),
        _ => object.validate(None, &mut errors),
    }
    if errors.is_empty() {
        return Ok(());
    }
    Err(Status::invalid(
        &object.kind().info().qualified_kind(),
        object_name(object),
        &errors,
    ))
}
