//! Rows of one kind with their name index: the shape that the store and every cache share.

use api::Object;
use engine::{CowIndex, CowVec, hash_str};

/// Objects of one kind by row id and by (namespace, name).
#[derive(Clone, Default)]
pub struct Table {
    rows: CowVec<Object>,
    names: CowIndex,
}

impl Table {
    pub fn get(&self, id: u32) -> Option<&Object> {
        self.rows.get(id)
    }

    /// The row with this name, if there is one.
    pub fn find(&self, namespace: &str, name: &str) -> Option<(u32, &Object)> {
        self.names
            .candidates(hash_str(&[namespace, name]))
            .find_map(|id| {
                let object = self.rows.get(id)?;
                let meta = object.meta();
                (&*meta.name == name && &*meta.namespace == namespace).then_some((id, object))
            })
    }

    /// The id that the next new row will get.
    pub fn next_id(&self) -> u32 {
        self.rows.next_id()
    }

    /// Counts all ids below `next` as used.
    pub(crate) fn skip_to(&mut self, next: u32) {
        self.rows.skip_to(next);
    }

    pub fn len(&self) -> u32 {
        self.rows.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rows.len() == 0
    }

    /// Sets a row and returns what stood there.
    pub fn set(&mut self, id: u32, object: Object) -> Option<Object> {
        if !self.rows.contains(id) {
            self.names.insert(name_hash(&object), id);
        }
        self.rows.insert(id, object)
    }

    pub fn remove(&mut self, id: u32) -> Option<Object> {
        let old = self.rows.remove(id)?;
        self.names.remove(name_hash(&old), id);
        Some(old)
    }

    /// Rows in order of creation.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &Object)> {
        self.rows.iter()
    }
}

fn name_hash(object: &Object) -> u64 {
    let meta = object.meta();
    hash_str(&[&meta.namespace, &meta.name])
}
