//! Moments, the command log and the marks of typed lines.
//!
//! *Invariants* INV-3: every command that reached the world is here, with the
//! moment it was applied at, so that replaying restores even time that passed
//! without events.

use serde::{Deserialize, Serialize};

use crate::{CowDeque, SimTime};

/// A point of a timeline: after `step` events and commands, at time `now`.
/// Time may pass without a step, so it takes both.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Debug, Serialize, Deserialize)]
pub struct Moment {
    pub step: u64,
    pub now: SimTime,
}

/// A command and the moment it was applied at.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Logged<C> {
    pub at: Moment,
    pub command: C,
}

/// Commands by their number since boot.
pub type Log<C> = CowDeque<Logged<C>>;

/// A line that was typed: what undo takes back. It lasts until the next one.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Line {
    pub text: String,
    /// When it was typed.
    pub from: Moment,
    /// The number of the first command it may have caused.
    pub first_command: u64,
}
