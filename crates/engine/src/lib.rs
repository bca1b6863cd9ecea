//! The engine: virtual time, an event queue, keyed randomness, copy-on-write
//! containers, a trace of causes and a timeline one can wind. It knows no
//! Kubernetes.
//!
//! *Models* nothing upstream: it is the clockwork that the rest runs on.
//!
//! *Invariants* INV-1 (same seed and commands, same bytes everywhere), INV-2
//! (no clock, environment, thread or hash order), INV-5 (a clone is O(pages)
//! and what follows stays cheap), INV-8 (order is time, then sequence).
//!
//! *Not modelled* threads, real time, input and output of any kind.
//!
//! Start at [`World`] (what a simulation implements) and [`Timeline`] (what
//! drives it).

mod cow;
mod deque;
mod encode;
mod index;
mod map;
mod pages;
mod queue;
mod seed;
mod time;
mod timeline;
mod trace;
mod world;

pub use cow::{CowVec, CowVecIter};
pub use deque::{CowDeque, CowDequeIter};
pub use encode::{DecodeError, Digest, decode, digest, encode, hex};
pub use index::{Candidates, CowIndex, hash_str};
pub use map::CowMap;
pub use queue::{EventQueue, Item};
pub use seed::Seed;
pub use time::{MS, SEC, SimTime};
pub use timeline::{
    BranchError, CheckpointStats, Line, LoadError, Log, Logged, Moment, Ran, SAVE_FORMAT_VERSION,
    Save, SeekProgress, State, Target, Timeline,
};
pub use trace::{Cause, Chain, Entry, Trace};
pub use world::{Cx, World};
