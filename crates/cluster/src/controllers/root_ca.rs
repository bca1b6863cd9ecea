//! Root CA publisher: the ConfigMap `kube-root-ca.crt` in every namespace.
//!
//! *Models*: `pkg/controller/certificates/rootcacertpublisher/publisher.go`.
//! *Invariants*: INV-7.
//! *Not modelled*: a real certificate: the text is a placeholder in PEM form.

use super::{Controller, ObserveCx, ReconcileCx, Requeue};
use crate::{Change, Key};
use api::{ConfigMap, Kind, Namespace};
use apimachinery::{ObjectMeta, Status, StringMap};

const NAME: &str = "kube-root-ca.crt";
const KEY: &str = "ca.crt";
const CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----\nT3JyZXJ5\n-----END CERTIFICATE-----\n";
// kubernetes: publisher.go (DescriptionAnnotation, Description)
const DESCRIPTION_ANNOTATION: &str = "kubernetes.io/description";
const DESCRIPTION: &str = "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.";

pub const CONTROLLER: Controller = Controller {
    name: "root-ca-certificate-publisher-controller",
    observe,
    reconcile,
};

fn observe(cx: &mut ObserveCx<'_, '_>, change: &Change) {
    match change.key.kind {
        Kind::Namespace if change.new.is_some() => cx.enqueue(change.key),
        Kind::ConfigMap if change.old.is_some() => {
            let meta = change.object().meta();
            if &*meta.name == NAME
                && let Some((id, _)) = cx.cache.find::<Namespace>("", &meta.namespace)
            {
                cx.enqueue(Key {
                    kind: Kind::Namespace,
                    id,
                });
            }
        }
        _ => {}
    }
}

fn reconcile(cx: &mut ReconcileCx<'_, '_>, key: Key) -> Result<Requeue, Status> {
    let Some(namespace) = cx.cache.get::<Namespace>(key.id) else {
        return Ok(Requeue::Done);
    };
    if namespace.status.phase == "Terminating" {
        return Ok(Requeue::Done);
    }
    let name = namespace.meta.name.clone();
    let data: StringMap = [(KEY, CERTIFICATE)].into();
    let annotations: StringMap = [(DESCRIPTION_ANNOTATION, DESCRIPTION)].into();
    let result = match cx.cache.find::<ConfigMap>(&name, NAME) {
        Some((_, found))
            if found.data == data
                && found.meta.annotations.get_str(DESCRIPTION_ANNOTATION) == Some(DESCRIPTION) =>
        {
            return Ok(Requeue::Done);
        }
        Some((_, found)) => {
            let mut map = (**found).clone();
            map.data = data;
            map.meta
                .annotations
                .insert(DESCRIPTION_ANNOTATION, DESCRIPTION);
            cx.update(map)
        }
        None => {
            let meta = ObjectMeta {
                annotations,
                ..ObjectMeta::named(name, NAME)
            };
            cx.create(ConfigMap {
                meta,
                data,
                ..Default::default()
            })
        }
    };
    match result {
        Err(error) if !error.is_already_exists() && !error.has_cause("NamespaceTerminating") => {
            Err(error)
        }
        _ => Ok(Requeue::Done),
    }
}
