//! One watch client's copy of the objects, with the indices its readers need.

use super::Table;
use crate::Key;
use crate::apiserver::Change;
use api::{Kind, Object, Pod, Resource};
use apimachinery::Uid;
use engine::{CowMap, hash_str};
use std::sync::Arc;

/// Tables by kind, and pods and owned objects by owner, pods by node.
#[derive(Clone)]
pub struct Cache {
    tables: Vec<Table>,
    /// (hash of namespace and controller's uid or "", key): see [`Cache::controlled_by`].
    owned: CowMap<(u64, Key), ()>,
    /// (hash of the node's name, pod id).
    on_node: CowMap<(u64, u32), ()>,
}

impl Default for Cache {
    fn default() -> Cache {
        Cache {
            tables: Kind::ALL.iter().map(|_| Table::default()).collect(),
            owned: CowMap::default(),
            on_node: CowMap::default(),
        }
    }
}

impl Cache {
    /// A cache of these rows, a table a kind.
    pub(crate) fn of(tables: Vec<Table>) -> Cache {
        let mut cache = Cache {
            tables: Vec::new(),
            ..Cache::default()
        };
        for (table, kind) in tables.iter().zip(Kind::ALL) {
            for (id, object) in table.iter() {
                cache.index(Key { kind: *kind, id }, object, None);
            }
        }
        cache.tables = tables;
        cache
    }

    pub fn table(&self, kind: Kind) -> &Table {
        &self.tables[kind as usize]
    }

    pub fn object(&self, key: Key) -> Option<&Object> {
        self.table(key.kind).get(key.id)
    }

    /// The typed row; `None` if it is gone.
    pub fn get<R: Resource>(&self, id: u32) -> Option<&Arc<R>> {
        self.table(R::KIND).get(id).and_then(R::from_object)
    }

    /// The typed row of this name, with its id.
    pub fn find<R: Resource>(&self, namespace: &str, name: &str) -> Option<(u32, &Arc<R>)> {
        let (id, object) = self.table(R::KIND).find(namespace, name)?;
        Some((id, R::from_object(object)?))
    }

    /// All rows of a kind in order of creation.
    pub fn list<R: Resource>(&self) -> impl Iterator<Item = (u32, &Arc<R>)> {
        self.table(R::KIND)
            .iter()
            .filter_map(|(id, object)| Some((id, R::from_object(object)?)))
    }

    /// Objects of kind `R` in `namespace` whose controller has this uid, in order of creation.
    pub fn controlled_by<R: Resource>(
        &self,
        namespace: &str,
        uid: &Uid,
    ) -> impl Iterator<Item = (u32, &Arc<R>)> {
        self.owned_range(hash_of_owner(namespace, Some(uid)))
    }

    /// Objects of kind `R` in `namespace` that have no controller, in order of creation.
    pub fn orphans<R: Resource>(&self, namespace: &str) -> impl Iterator<Item = (u32, &Arc<R>)> {
        self.owned_range(hash_of_owner(namespace, None))
    }

    fn owned_range<R: Resource>(&self, hash: u64) -> impl Iterator<Item = (u32, &Arc<R>)> {
        let first = (
            hash,
            Key {
                kind: R::KIND,
                id: 0,
            },
        );
        let last = (
            hash,
            Key {
                kind: R::KIND,
                id: u32::MAX,
            },
        );
        self.owned
            .range(first..=last)
            .filter_map(|((_, key), ())| Some((key.id, self.get::<R>(key.id)?)))
    }

    /// Objects of every kind in `namespace` whose controller has this uid.
    pub fn keys_controlled_by(&self, namespace: &str, uid: &Uid) -> impl Iterator<Item = Key> {
        let hash = hash_of_owner(namespace, Some(uid));
        let first = (
            hash,
            Key {
                kind: Kind::ALL[0],
                id: 0,
            },
        );
        let last = (
            hash,
            Key {
                kind: Kind::ALL[Kind::ALL.len() - 1],
                id: u32::MAX,
            },
        );
        self.owned.range(first..=last).map(|((_, key), ())| *key)
    }

    /// Pods bound to a node, in order of creation.
    pub fn pods_on_node(&self, node: &str) -> impl Iterator<Item = (u32, &Arc<Pod>)> {
        let hash = hash_str(&[node]);
        self.on_node
            .range((hash, 0)..=(hash, u32::MAX))
            .filter_map(|((_, id), ())| Some((*id, self.get::<Pod>(*id)?)))
    }

    /// Applies one change in revision order.
    pub(crate) fn apply(&mut self, change: &Change) {
        let key = change.key;
        if let Some(old) = &change.old {
            self.unindex(key, old, change.new.as_ref());
        }
        match &change.new {
            Some(new) => {
                self.tables[key.kind as usize].set(key.id, new.clone());
                self.index(key, new, change.old.as_ref());
            }
            None => {
                self.tables[key.kind as usize].remove(key.id);
            }
        }
    }

    fn index(&mut self, key: Key, new: &Object, old: Option<&Object>) {
        if !old.is_some_and(|old| same_owners(old, new)) {
            self.owned.insert((owner_hash(new), key), ());
        }
        if let Some(hash) = node_hash(new)
            && !old.is_some_and(|old| same_node(old, new))
        {
            self.on_node.insert((hash, key.id), ());
        }
    }

    fn unindex(&mut self, key: Key, old: &Object, new: Option<&Object>) {
        if !new.is_some_and(|new| same_owners(old, new)) {
            self.owned.remove(&(owner_hash(old), key));
        }
        if let Some(hash) = node_hash(old)
            && !new.is_some_and(|new| same_node(old, new))
        {
            self.on_node.remove(&(hash, key.id));
        }
    }
}

/// True if the index of owners need not change. Versions of one object share the list unless it was written.
fn same_owners(a: &Object, b: &Object) -> bool {
    let (a, b) = (&*a.meta().owner_references, &*b.meta().owner_references);
    (a.as_ptr() == b.as_ptr() && a.len() == b.len()) || a == b
}

fn same_node(a: &Object, b: &Object) -> bool {
    match (a, b) {
        (Object::Pod(a), Object::Pod(b)) => {
            Arc::ptr_eq(&a.node_name, &b.node_name) || a.node_name == b.node_name
        }
        _ => true,
    }
}

fn owner_hash(object: &Object) -> u64 {
    let meta = object.meta();
    hash_of_owner(
        &meta.namespace,
        meta.controller_of().map(|owner| &owner.uid),
    )
}

/// A hash of a namespace and a controller's uid; no controller counts as the uid zero.
fn hash_of_owner(namespace: &str, uid: Option<&Uid>) -> u64 {
    let bits = match uid {
        None => 0,
        Some(uid) => uid
            .as_u128()
            .unwrap_or_else(|| u128::from(hash_str(&[&uid.to_string()]))),
    };
    let mut hash = hash_str(&[namespace]);
    for half in [(bits >> 64) as u64, bits as u64] {
        hash = (hash ^ half).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        hash ^= hash >> 32;
    }
    hash
}

fn node_hash(object: &Object) -> Option<u64> {
    match object {
        Object::Pod(pod) if !pod.node_name.is_empty() => Some(hash_str(&[&pod.node_name])),
        _ => None,
    }
}
