//! Named branches: futures that were kept when another was begun.
//!
//! *Invariants* a branch shares with the others every checkpoint from before
//! they parted (they are `Arc`s). While it is not current, its checkpoints
//! keep to an eighth of the budget; replaying it lays more.

use core::fmt;

use crate::World;
use crate::timeline::Timeline;

/// A shelved branch keeps checkpoints for this part of the budget.
const SHELF_SHARE: u64 = 8;

/// Why a branch cannot be made or entered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum BranchError {
    /// There is one of that name.
    Exists(String),
    /// There is none of that name.
    NotFound(String),
}

impl fmt::Display for BranchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BranchError::Exists(name) => write!(f, "branch {name:?} already exists"),
            BranchError::NotFound(name) => write!(f, "branch {name:?} not found"),
        }
    }
}

impl core::error::Error for BranchError {}

impl<W: World> Timeline<W> {
    /// The name of the current branch; the first is `main`.
    pub fn branch(&self) -> &str {
        &self.name
    }

    /// The names of the other branches, sorted.
    pub fn branches(&self) -> impl Iterator<Item = &str> {
        self.shelf.keys().map(String::as_str)
    }

    /// Keeps the present branch, future included, as `name`, and drops the
    /// future from the current one, which goes on from the present moment.
    pub fn fork(&mut self, name: &str) -> Result<(), BranchError> {
        self.seek_finish();
        if name == self.name || self.shelf.contains_key(name) {
            return Err(BranchError::Exists(name.to_owned()));
        }
        let mut kept = self.track.clone();
        kept.checkpoints.drop_after(kept.head.moment());
        self.shelf.insert(name.to_owned(), kept);
        self.track.drop_future();
        Ok(())
    }

    /// Enters the branch `name` where it was left and shelves the current one.
    pub fn switch(&mut self, name: &str) -> Result<(), BranchError> {
        self.seek_finish();
        if name == self.name {
            return Ok(());
        }
        let Some(entered) = self.shelf.remove(name) else {
            return Err(BranchError::NotFound(name.to_owned()));
        };
        let mut left = core::mem::replace(&mut self.track, entered);
        let budget = left.checkpoints.budget();
        left.checkpoints.thin_to(budget / SHELF_SHARE);
        self.track.checkpoints.set_budget(budget);
        let left_name = core::mem::replace(&mut self.name, name.to_owned());
        self.shelf.insert(left_name, left);
        Ok(())
    }

    /// Forgets a branch that is not the current one.
    pub fn drop_branch(&mut self, name: &str) -> Result<(), BranchError> {
        match self.shelf.remove(name) {
            Some(_) => Ok(()),
            None => Err(BranchError::NotFound(name.to_owned())),
        }
    }
}
