//! A client's request: body to object or patch, the subresources, then the write paths.
//!
//! *Models*: `staging/src/k8s.io/apiserver/pkg/endpoints/handlers` (create, update, patch, delete).
//! *Not modelled*: server-side apply, table and protobuf encodings, watch as a request (clients read the log).

use super::{Api, CreateOptions, UpdatePart, patching};
use crate::{Cx, Part, Patch, Reply, Request, Response, Validation, Verb};
use api::{Kind, Object, schema};
use apimachinery::{ErrorList, FieldError, FieldPath, Selector, Status, Value, json};

/// One document is at most this large.
pub const BODY_BYTES_MAX: usize = 1 << 20;

impl Api {
    /// Serves one write request.
    ///
    /// # Errors
    /// The API server's own `Status`.
    pub fn serve(&mut self, cx: &mut Cx<'_>, request: &Request) -> Reply {
        if request.body.len() > BODY_BYTES_MAX {
            return Err(Status::request_entity_too_large(format!(
                "limit is {BODY_BYTES_MAX}"
            )));
        }
        match (request.verb, request.part) {
            (Verb::Create, Part::Main) => self.serve_create(cx, request),
            (Verb::Create, Part::Eviction) if request.kind == Kind::Pod => {
                self.serve_eviction(cx, request)
            }
            (Verb::Create, Part::Binding) => self.serve_binding(cx, request),
            (Verb::Update, Part::Main) => self.serve_update(cx, request, UpdatePart::Main),
            (Verb::Update, Part::Status) => self.serve_update(cx, request, UpdatePart::Status),
            (Verb::Patch(patch), Part::Main) => {
                self.serve_patch(cx, request, patch, UpdatePart::Main)
            }
            (Verb::Patch(patch), Part::Status) => {
                self.serve_patch(cx, request, patch, UpdatePart::Status)
            }
            (Verb::Update | Verb::Patch(_), Part::Scale) => self.serve_scale(cx, request),
            (Verb::Delete, Part::Main) => self.serve_delete(cx, request),
            (verb, _) => Err(Status::method_not_supported(
                &request.kind.info().resource(),
                verb_name(verb),
            )),
        }
    }

    fn serve_create(&mut self, cx: &mut Cx<'_>, request: &Request) -> Reply {
        let (mut object, warnings) = decode(request)?;
        let info = request.kind.info();
        if info.namespaced {
            let meta = object.meta_mut();
            if meta.namespace.is_empty() {
                meta.namespace = request.namespace.as_str().into();
            } else if *meta.namespace != *request.namespace {
                return Err(Status::bad_request(
                    "the namespace of the provided object does not match the namespace sent on the request",
                ));
            }
        }
        if object.meta().resource_version != 0 {
            return Err(Status::bad_request(
                "resourceVersion should not be set on objects to be created",
            ));
        }
        let object = self.create(
            cx,
            object,
            CreateOptions {
                dry_run: request.dry_run,
            },
        )?;
        Ok(Response {
            object,
            changed: true,
            warnings,
        })
    }

    fn serve_update(&mut self, cx: &mut Cx<'_>, request: &Request, part: UpdatePart) -> Reply {
        let (mut object, warnings) = decode(request)?;
        if request.kind.info().namespaced && object.meta().namespace.is_empty() {
            object.meta_mut().namespace = request.namespace.as_str().into();
        }
        if *object.meta().name != *request.name {
            return Err(Status::bad_request(wrong_name(
                &object.meta().name,
                &request.name,
            )));
        }
        let (object, changed) = self.update_or_dry_run(cx, object, part, request.dry_run)?;
        Ok(Response {
            object,
            changed,
            warnings,
        })
    }

    fn serve_patch(
        &mut self,
        cx: &mut Cx<'_>,
        request: &Request,
        how: Patch,
        part: UpdatePart,
    ) -> Reply {
        let current = self.current(request)?;
        let body = parse(&request.body)?;
        let patched = patching::apply(&current.encode(), &body, how, Some(request.kind.info()))?;
        let (mut object, warnings) = patching::decode(request, &patched, &body, how)?;
        let name = &object.meta().name;
        if part == UpdatePart::Main && **name != *request.name {
            return Err(Status::bad_request(wrong_name(name, &request.name)));
        }
        if patched.at_path("metadata.resourceVersion")
            == current.encode().at_path("metadata.resourceVersion")
        {
            object.meta_mut().resource_version = 0;
        }
        let (object, changed) = self.update_or_dry_run(cx, object, part, request.dry_run)?;
        Ok(Response {
            object,
            changed,
            warnings,
        })
    }

    /// `scale` takes an `autoscaling/v1` Scale, or a patch of one, and writes `spec.replicas`.
    fn serve_scale(&mut self, cx: &mut Cx<'_>, request: &Request) -> Reply {
        let mut object = self.current(request)?;
        let not_found = || Status::not_found(&request.kind.info().resource(), &request.name);
        let stored = scale_of(&object).ok_or_else(not_found)?;
        let body = parse(&request.body)?;
        let scale = match request.verb {
            Verb::Patch(how) => patching::apply(&stored, &body, how, None)?,
            _ => body,
        };
        let replicas = scale
            .at_path("spec.replicas")
            .and_then(Value::as_i64)
            .unwrap_or(0);
        if replicas < 0 {
            return Err(invalid_scale(&request.name, replicas));
        }
        let Ok(replicas) = i32::try_from(replicas) else {
            return Err(Status::bad_request(format!(
                "Scale in version \"v1\" cannot be handled as a Scale: json: cannot unmarshal number {replicas} into Go struct field ScaleSpec.spec.replicas of type int32"
            )));
        };
        object.set_replicas(replicas);
        let version = |scale: &Value| {
            scale
                .at_path("metadata.resourceVersion")
                .and_then(Value::as_str)
                .map(str::to_owned)
        };
        object.meta_mut().resource_version = match version(&scale) {
            // A patch that does not speak of the version does not care.
            Some(text)
                if matches!(request.verb, Verb::Update)
                    || version(&stored) != Some(text.clone()) =>
            {
                text.parse().unwrap_or(0)
            }
            _ => 0,
        };
        let (object, changed) =
            self.update_or_dry_run(cx, object, UpdatePart::Main, request.dry_run)?;
        Ok(Response {
            object,
            changed,
            warnings: Vec::new(),
        })
    }

    /// Evicts a pod. No PodDisruptionBudget exists, so this deletes it as its body asks.
    // kubernetes: pkg/registry/core/pod/storage/eviction.go
    fn serve_eviction(&mut self, cx: &mut Cx<'_>, request: &Request) -> Reply {
        let body = parse(&request.body)?;
        let mut options = request.delete.clone();
        if let Some(seconds) = body
            .at_path("deleteOptions.gracePeriodSeconds")
            .and_then(Value::as_i64)
        {
            options.grace_period_seconds = Some(seconds);
        }
        if request.dry_run {
            return Ok(Response {
                object: self.current(request)?,
                changed: false,
                warnings: Vec::new(),
            });
        }
        let (object, _) = self.delete(
            cx,
            request.kind,
            &request.namespace,
            &request.name,
            &options,
        )?;
        Ok(Response {
            object,
            changed: true,
            warnings: Vec::new(),
        })
    }

    fn serve_binding(&mut self, cx: &mut Cx<'_>, request: &Request) -> Reply {
        let body = parse(&request.body)?;
        let node = body
            .at_path("target.name")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_string();
        let object = self.bind(cx, &request.namespace, &request.name, &node)?;
        Ok(Response {
            object,
            changed: true,
            warnings: Vec::new(),
        })
    }

    fn serve_delete(&mut self, cx: &mut Cx<'_>, request: &Request) -> Reply {
        if request.dry_run {
            let object = self.current(request)?;
            return Ok(Response {
                object,
                changed: false,
                warnings: Vec::new(),
            });
        }
        let (object, _) = self.delete(
            cx,
            request.kind,
            &request.namespace,
            &request.name,
            &request.delete,
        )?;
        Ok(Response {
            object,
            changed: true,
            warnings: Vec::new(),
        })
    }

    fn current(&self, request: &Request) -> Result<Object, Status> {
        self.find(request.kind, &request.namespace, &request.name)
            .map(|(_, object)| object.clone())
            .ok_or_else(|| Status::not_found(&request.kind.info().resource(), &request.name))
    }
}

fn invalid_scale(name: &str, replicas: i64) -> Status {
    let mut errors = ErrorList::default();
    let path = FieldPath::new("spec").child("replicas");
    errors.push(FieldError::invalid(
        &path,
        replicas,
        "must be greater than or equal to 0",
    ));
    Status::invalid("Scale.autoscaling", name, &errors)
}

fn parse(body: &str) -> Result<Value, Status> {
    json::parse_json(body).map_err(|error| Status::bad_request(&error))
}

/// The object of a request's body, decoded as strictly as the client asked.
fn decode(request: &Request) -> Result<(Object, Vec<String>), Status> {
    decode_value(request.kind, &parse(&request.body)?, request.validation)
}

fn decode_value(
    kind: Kind,
    value: &Value,
    validation: Validation,
) -> Result<(Object, Vec<String>), Status> {
    let info = kind.info();
    let cannot = |error: String| {
        let (kind, version) = (info.kind, info.version);
        Status::bad_request(format!(
            "{kind} in version \"{version}\" cannot be handled as a {kind}: {error}"
        ))
    };
    let (object, faults) =
        schema::decode(info, value).map_err(|error| cannot(error.to_string()))?;
    let faults: Vec<String> = faults.into_iter().map(|fault| fault.text).collect();
    match validation {
        Validation::Strict if !faults.is_empty() => Err(cannot(format!(
            "strict decoding error: {}",
            faults.join(", ")
        ))),
        Validation::Warn => Ok((object, faults)),
        _ => Ok((object, Vec::new())),
    }
}

// kubernetes: staging/src/k8s.io/apiserver/pkg/registry/rest/update.go, endpoints/handlers/rest.go (checkName)
fn wrong_name(name: &str, url: &str) -> String {
    format!("the name of the object ({name}) does not match the name on the URL ({url})")
}

/// The `autoscaling/v1` Scale of an object; `None` if its kind has none.
// kubernetes: pkg/registry/apps/{deployment,replicaset}/storage/storage.go (scaleFrom…)
pub fn scale_of(object: &Object) -> Option<Value> {
    let (replicas, current, selector) = match object {
        Object::Deployment(d) => {
            let selector = Selector::from_label_selector(d.spec.selector.as_ref());
            (
                d.spec.replicas,
                d.status.replicas,
                selector.ok()?.to_string(),
            )
        }
        Object::ReplicaSet(r) => {
            let selector = Selector::from_label_selector(r.spec.selector.as_ref());
            (
                r.spec.replicas,
                r.status.replicas,
                selector.ok()?.to_string(),
            )
        }
        Object::ReplicationController(r) => (
            r.spec.replicas,
            r.status.replicas,
            r.spec.selector.to_string(),
        ),
        _ => return None,
    };
    let meta = object.meta();
    let mut scale = Value::map();
    scale.set(&["apiVersion"], "autoscaling/v1");
    scale.set(&["kind"], "Scale");
    scale.set(&["metadata", "name"], &meta.name);
    scale.set(&["metadata", "namespace"], &meta.namespace);
    scale.set(&["metadata", "uid"], &meta.uid);
    scale.set(
        &["metadata", "resourceVersion"],
        meta.resource_version.to_string(),
    );
    scale.set(
        &["metadata", "creationTimestamp"],
        object
            .encode()
            .at_path("metadata.creationTimestamp")
            .cloned(),
    );
    scale.set(&["spec"], Value::map());
    if let Some(replicas) = replicas.filter(|replicas| *replicas != 0) {
        scale.set(&["spec", "replicas"], replicas);
    }
    scale.set(&["status", "replicas"], current);
    if !selector.is_empty() {
        scale.set(&["status", "selector"], selector);
    }
    Some(scale)
}

fn verb_name(verb: Verb) -> &'static str {
    match verb {
        Verb::Create => "create",
        Verb::Update => "update",
        Verb::Patch(_) => "patch",
        Verb::Delete => "delete",
    }
}
