//! The canonical form of a cluster: what is saved, and what is digested.
//!
//! Every version of an object that the cluster still needs is written once, by its resource version; the store's rows,
//! the log and the caches name versions, and a cache is written as what it has not heard of yet. Equal texts and equal
//! parts of objects are written once (see [`pack`]). Decoding gives back the shared versions, and one `PodSpec` to all
//! pods and templates that have the same.
//!
//! *Invariants*: INV-1: a function of what the objects say: a version is told by its resource version, an equal part by
//! its bytes, never by where it lies in memory. The form holds no change that every watch client has heard of, so that
//! what decides how a cluster goes on is all there is; a reader of older changes gets 410 Gone and lists again.
//! *Cost*: one pass over the live objects; see `orrery bench` for figures.

mod intern;
mod pack;
mod token;
mod unpack;

use crate::apiserver::Store;
use crate::informer::{Cache, Informer, Table};
use crate::{
    Api, Change, Cluster, Key, Options, WatchClient, controllers::Controllers, kubelet::Kubelets,
    scheduler::Scheduler,
};
use api::{Kind, Object, Pod, PodSpec, PodTemplateSpec, Resource};
use apimachinery::from_value;
use core::fmt;
use engine::{Cause, CowDeque, SimTime};
use pack::Packer;
use serde::de::{Error as _, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;
use std::sync::Arc;
use token::Cursor;
use unpack::{DAMAGED, Unpacker};

/// Bytes as bytes, not as a list of numbers.
struct Bytes(Vec<u8>);

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Read;
        impl Visitor<'_> for Read {
            type Value = Bytes;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("bytes")
            }
            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Bytes, E> {
                Ok(Bytes(bytes.to_vec()))
            }
        }
        from.deserialize_bytes(Read)
    }
}

/// An object by itself, whatever its kind.
struct Fields<'a>(&'a Object);

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        self.0.serialize_fields(out)
    }
}

/// A row: its id and the resource version of what stands there; 0 for nothing.
type Row = (u32, u64);

/// One change: time, cause, key, resource version of what stood there before (0: nothing), whether it is a removal.
type Logged = (SimTime, Cause, Key, u64, bool);

#[derive(Serialize, Deserialize)]
struct Form<O, A, C, S, K> {
    options: O,
    texts: Bytes,
    nodes: Bytes,
    objects: Bytes,
    /// By kind: the id that comes next, and the rows.
    tables: Vec<(u32, Vec<Row>)>,
    /// Changes before the first in `log`.
    forgotten: u64,
    log: Vec<Logged>,
    /// By client: what it has heard, and by kind what differs from the store.
    informers: [(u64, Vec<Vec<Row>>); 4],
    api: A,
    controllers: C,
    scheduler: S,
    kubelets: K,
}

impl Serialize for Cluster {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let store = self.api.store();
        let heard = WatchClient::ALL
            .map(|client| heard_all_but(store, client, self.informers[client.index()].heard));
        let forgotten = heard.into_iter().min().unwrap_or(0);
        let mut versions = Versions::default();
        let tables = Kind::ALL
            .iter()
            .map(|kind| versions.table(store.table(*kind)))
            .collect();
        let changes = store.changes_since(forgotten).into_iter().flatten();
        let log = changes.map(|change| versions.change(change)).collect();
        let informers = WatchClient::ALL.map(|client| {
            let cache = &self.informers[client.index()].cache;
            let differing = watched(client)
                .map(|kind| versions.differing(store.table(kind), cache.table(kind)))
                .collect();
            (heard[client.index()], differing)
        });
        let [texts, nodes, objects] = versions.pack().map(Bytes);
        Form {
            options: &self.options,
            texts,
            nodes,
            objects,
            tables,
            forgotten,
            log,
            informers,
            api: &self.api,
            controllers: &self.controllers,
            scheduler: &self.scheduler,
            kubelets: &self.kubelets,
        }
        .serialize(out)
    }
}

impl<'de> Deserialize<'de> for Cluster {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        type Read = Form<Options, Api, Controllers, Scheduler, Kubelets>;
        let form = Read::deserialize(from)?;
        let versions = unpack_versions(&form.texts.0, &form.nodes.0, &form.objects.0)
            .ok_or_else(|| D::Error::custom(DAMAGED))?;
        let store = read_store(&versions, &form.tables, form.forgotten, &form.log)
            .ok_or_else(|| D::Error::custom(DAMAGED))?;
        let mut informers: [Informer; 4] = core::array::from_fn(|_| Informer::new());
        for (client, (heard, differing)) in WatchClient::ALL.into_iter().zip(&form.informers) {
            informers[client.index()] = Informer {
                cache: read_cache(&versions, &store, client, differing)
                    .ok_or_else(|| D::Error::custom(DAMAGED))?,
                heard: *heard,
            };
        }
        let mut api = form.api;
        api.set_store(store);
        Ok(Cluster {
            options: form.options,
            api,
            informers,
            controllers: form.controllers,
            scheduler: form.scheduler,
            kubelets: form.kubelets,
        })
    }
}

fn watched(client: WatchClient) -> impl Iterator<Item = Kind> {
    Kind::ALL
        .iter()
        .copied()
        .filter(move |kind| client.watches(*kind))
}

/// The last revision before the first change that still means something to a client who has heard up to `heard`.
fn heard_all_but(store: &Store, client: WatchClient, heard: u64) -> u64 {
    store
        .changes_since(heard)
        .into_iter()
        .flatten()
        .find(|change| client.watches(change.key.kind))
        .map_or(store.revision(), |change| change.revision - 1)
}

/// The versions that are to be written.
#[derive(Default)]
struct Versions<'a>(Vec<(u64, &'a Object)>);

impl<'a> Versions<'a> {
    fn add(&mut self, object: &'a Object) -> u64 {
        let version = object.meta().resource_version;
        self.0.push((version, object));
        version
    }

    fn table(&mut self, table: &'a Table) -> (u32, Vec<Row>) {
        let rows = table.iter().map(|(id, object)| (id, self.add(object)));
        (table.next_id(), rows.collect())
    }

    fn change(&mut self, change: &'a Change) -> Logged {
        if let Some(new) = &change.new {
            self.add(new);
        }
        let old = change.old.as_ref().map_or(0, |old| self.add(old));
        (
            change.at,
            change.cause,
            change.key,
            old,
            change.new.is_none(),
        )
    }

    /// The rows of `cache` that differ from `store`.
    fn differing(&mut self, store: &'a Table, cache: &'a Table) -> Vec<Row> {
        let version = |object: &Object| object.meta().resource_version;
        let mut rows = Vec::new();
        let mut cached = cache.iter().peekable();
        for (id, object) in store.iter() {
            while let Some((gone, object)) = cached.next_if(|(at, _)| *at < id) {
                rows.push((gone, self.add(object)));
            }
            match cached.next_if(|(at, _)| *at == id) {
                Some((_, same)) if version(same) == version(object) => {}
                Some((_, other)) => rows.push((id, self.add(other))),
                None => rows.push((id, 0)),
            }
        }
        rows.extend(cached.map(|(id, object)| (id, self.add(object))));
        rows
    }

    /// Texts, nodes and, by resource version, objects.
    fn pack(mut self) -> [Vec<u8>; 3] {
        self.0.sort_unstable_by_key(|(version, _)| *version);
        self.0.dedup_by_key(|(version, _)| *version);
        let mut packer = Packer::default();
        let mut last = 0;
        for (version, object) in self.0 {
            packer.number(version - last);
            packer.number(object.kind() as u64);
            last = version;
            match object {
                // The specification by itself, because pods share it wherever they run.
                Object::Pod(pod) => {
                    packer.value(&pod.meta);
                    packer.value(&*pod.node_name);
                    packer.value(&*pod.spec);
                    packer.value(&pod.status);
                }
                other => packer.value(&Fields(other)),
            }
        }
        packer.finish()
    }
}

fn unpack_versions(texts: &[u8], nodes: &[u8], objects: &[u8]) -> Option<BTreeMap<u64, Object>> {
    let unpacker = Unpacker::new(texts, nodes, objects)?;
    let mut cursor = Cursor { rest: objects };
    let mut specs = BTreeMap::new();
    let mut versions = BTreeMap::new();
    let mut version: u64 = 0;
    while !cursor.rest.is_empty() {
        version = version.checked_add(cursor.number()?)?;
        let number = cursor.number()?;
        let kind = *Kind::ALL.iter().find(|kind| **kind as u64 == number)?;
        let object = if kind == Kind::Pod {
            unpack_pod(&unpacker, &mut cursor, &mut specs)?
        } else {
            let (value, node) = unpacker.value(&mut cursor)?;
            let mut object = Object::decode(kind, &value).ok()?;
            share_spec(&unpacker, &mut object, node, &mut specs);
            object
        };
        if object.meta().resource_version != version {
            return None;
        }
        versions.insert(version, object);
    }
    Some(versions)
}

fn unpack_pod<'a>(
    unpacker: &Unpacker<'a>,
    cursor: &mut Cursor<'a>,
    specs: &mut BTreeMap<u32, Arc<PodSpec>>,
) -> Option<Object> {
    let meta = from_value(&unpacker.value(cursor)?.0).ok()?;
    let (node_name, _) = unpacker.value(cursor)?;
    let node = unpacker.peek_node(*cursor);
    let known = node.and_then(|node| specs.get(&node)).cloned();
    let spec = match known {
        Some(spec) => {
            cursor.number()?;
            spec
        }
        None => {
            let spec: Arc<PodSpec> = Arc::new(from_value(&unpacker.value(cursor)?.0).ok()?);
            specs.extend(node.map(|node| (node, spec.clone())));
            spec
        }
    };
    let status = from_value(&unpacker.value(cursor)?.0).ok()?;
    Some(Pod::into_object(Arc::new(Pod {
        meta,
        node_name: node_name.as_str()?.into(),
        spec,
        status,
    })))
}

/// Lets a template have the specification that pods and other templates with the same have.
fn share_spec(
    unpacker: &Unpacker<'_>,
    object: &mut Object,
    node: Option<u32>,
    specs: &mut BTreeMap<u32, Arc<PodSpec>>,
) {
    let Some(template) = template_mut(object).filter(|template| template.node_name.is_empty())
    else {
        return;
    };
    let path = ["spec", "template", "spec"];
    let found = path
        .into_iter()
        .try_fold(node, |at, name| at.map(|at| unpacker.field_node(at, name)));
    if let Some(Some(node)) = found {
        let spec = specs.entry(node).or_insert_with(|| template.spec.clone());
        template.spec = spec.clone();
    }
}

/// A workload's template.
fn template_mut(object: &mut Object) -> Option<&mut PodTemplateSpec> {
    Some(match object {
        Object::ReplicaSet(set) => Arc::make_mut(&mut Arc::make_mut(set).spec.template),
        Object::Deployment(set) => Arc::make_mut(&mut Arc::make_mut(set).spec.template),
        Object::ReplicationController(set) => {
            Arc::make_mut(Arc::make_mut(set).spec.template.as_mut()?)
        }
        _ => return None,
    })
}

fn read_store(
    versions: &BTreeMap<u64, Object>,
    tables: &[(u32, Vec<Row>)],
    forgotten: u64,
    logged: &[Logged],
) -> Option<Store> {
    let mut read = Vec::new();
    for ((next, rows), kind) in tables.iter().zip(Kind::ALL) {
        let mut table = Table::default();
        for (id, version) in rows {
            let object = versions.get(version)?;
            if id >= next || object.kind() != *kind {
                return None;
            }
            table.set(*id, object.clone());
        }
        table.skip_to(*next);
        read.push(table);
    }
    // A save of a time when there were fewer kinds.
    read.resize_with(Kind::ALL.len(), Table::default);
    let mut log = CowDeque::starting_at(forgotten);
    for (at, cause, key, old, is_removal) in logged {
        let revision = log.end() + 1;
        let old = match old {
            0 => None,
            version => Some(versions.get(version)?.clone()),
        };
        let new = if *is_removal {
            None
        } else {
            Some(versions.get(&revision)?.clone())
        };
        if old.is_none() && new.is_none() {
            return None;
        }
        log.push_back(Change {
            revision,
            at: *at,
            cause: *cause,
            key: *key,
            old,
            new,
        });
    }
    Some(Store::restored(read, log))
}

fn read_cache(
    versions: &BTreeMap<u64, Object>,
    store: &Store,
    client: WatchClient,
    differing: &[Vec<Row>],
) -> Option<Cache> {
    let mut tables: Vec<Table> = Kind::ALL.iter().map(|_| Table::default()).collect();
    for (position, kind) in watched(client).enumerate() {
        let table = &mut tables[kind as usize];
        *table = store.table(kind).clone();
        for (id, version) in differing.get(position).into_iter().flatten() {
            // Taken out first: an id names one object for ever, but a damaged save may say otherwise.
            table.remove(*id);
            if *version > 0 {
                let object = versions.get(version)?;
                if object.kind() != kind {
                    return None;
                }
                table.set(*id, object.clone());
            }
        }
    }
    Some(Cache::of(tables))
}

#[cfg(test)]
mod tests;
