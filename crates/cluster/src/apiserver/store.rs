//! The store: typed rows, the revision, and the log of changes.
//!
//! *Models*: etcd behind the API server's watch cache.
//! *Invariants*: INV-4: one change a write, never without a cause.

use crate::Key;
use crate::informer::Table;
use api::{Kind, Object};
use engine::{Cause, CowDeque, SimTime};

/// One committed write.
#[derive(Clone)]
pub struct Change {
    pub revision: u64,
    pub at: SimTime,
    pub cause: Cause,
    pub key: Key,
    /// `None` for a creation.
    pub old: Option<Object>,
    /// `None` for a removal.
    pub new: Option<Object>,
}

impl Change {
    /// The newest version the change knows: the new one, or the last one of a removed object.
    pub fn object(&self) -> &Object {
        self.new
            .as_ref()
            .or(self.old.as_ref())
            .expect("INV-4: a change has an object")
    }
}

/// Changes older than this many are dropped from the log once every watch client has heard them;
/// a reader that is further behind gets 410 Gone and lists again.
const LOG_MAX: u64 = 1 << 17;

/// Rows by kind, and what happened to them. Saved by [`crate::snapshot`].
#[derive(Clone)]
pub struct Store {
    tables: Vec<Table>,
    /// Change with revision r stands at position r.
    log: CowDeque<Change>,
}

impl Default for Store {
    fn default() -> Store {
        Store::new()
    }
}

impl Store {
    pub fn new() -> Store {
        Store {
            tables: Kind::ALL.iter().map(|_| Table::default()).collect(),
            log: CowDeque::default(),
        }
    }

    /// A store of these rows; the position of a change in the log is its revision less one.
    pub(crate) fn restored(tables: Vec<Table>, log: CowDeque<Change>) -> Store {
        Store { tables, log }
    }

    /// The revision of the newest change; 0 before the first.
    pub fn revision(&self) -> u64 {
        self.log.end()
    }

    pub fn table(&self, kind: Kind) -> &Table {
        &self.tables[kind as usize]
    }

    /// Changes after `revision`, oldest first; `None` (410 Gone) if the log no longer reaches back so far.
    pub fn changes_since(&self, revision: u64) -> Option<impl Iterator<Item = &Change>> {
        (revision >= self.log.first()).then(|| self.log.range(revision).map(|(_, change)| change))
    }

    /// Changes not older than `from`, newest first, as far as the log reaches.
    pub fn changes_back_to(&self, from: SimTime) -> impl Iterator<Item = &Change> {
        self.log
            .iter()
            .rev()
            .map(|(_, change)| change)
            .take_while(move |change| change.at >= from)
    }

    /// The change that made `revision`.
    pub fn change(&self, revision: u64) -> Option<&Change> {
        revision
            .checked_sub(1)
            .and_then(|position| self.log.get(position))
    }

    /// The id that the next object of this kind gets.
    pub fn next_id(&self, kind: Kind) -> u32 {
        self.table(kind).next_id()
    }

    /// Writes one row; `None` removes it. Returns the revision.
    pub(super) fn commit(
        &mut self,
        key: Key,
        at: SimTime,
        cause: Cause,
        mut new: Option<Object>,
    ) -> u64 {
        let revision = self.revision() + 1;
        let table = &mut self.tables[key.kind as usize];
        let old = match &mut new {
            Some(object) => {
                object.meta_mut().resource_version = revision;
                table.set(key.id, object.clone())
            }
            None => table.remove(key.id),
        };
        self.log.push_back(Change {
            revision,
            at,
            cause,
            key,
            old,
            new,
        });
        revision
    }

    /// Forgets old changes that every client (the slowest has heard `heard`) knows.
    pub(super) fn compact(&mut self, heard: u64) {
        let oldest = self.log.end().saturating_sub(LOG_MAX).min(heard);
        if oldest > self.log.first() {
            self.log.truncate_front(oldest);
        }
    }
}
