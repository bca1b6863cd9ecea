//! [`World`]: what a simulation implements. [`Cx`]: what it may touch besides
//! itself while it handles an event or applies a command.
//!
//! *Invariants* INV-3: the timeline alone calls a world. INV-8: one event does
//! bounded work. INV-4: an event begins with the cause that was current when
//! it was scheduled, so causes chain through events by themselves.

use core::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Cause, Entry, EventQueue, Seed, SimTime, Trace};

/// A deterministic world. `clone` must be cheap (INV-5) and the serialised
/// form canonical and complete (INV-1): a decoded world goes on identically.
pub trait World: Clone + Serialize + DeserializeOwned {
    /// Raised whenever the same commands may give other bytes than before.
    const MODEL_VERSION: u32 = 1;

    type Event: Copy + Ord + Serialize + DeserializeOwned;
    type Command: Clone + Serialize + DeserializeOwned;
    type Reply;

    /// Something is due. Cannot fail: failure is a modelled outcome.
    fn handle(&mut self, event: Self::Event, cx: &mut Cx<'_, Self::Event>);

    /// Someone outside asks for something.
    fn apply(&mut self, command: &Self::Command, cx: &mut Cx<'_, Self::Event>) -> Self::Reply;

    /// About how many bytes a checkpoint of this world keeps alive that the
    /// world `steps` steps later no longer shares. The default supposes that a
    /// step rewrites a page and an object, up to 64 MiB; a world that knows
    /// its size says something better.
    fn checkpoint_bytes_estimate(&self, steps: u64) -> u64 {
        (16 << 10) + steps.saturating_mul(1 << 10).min(64 << 20)
    }
}

/// The moment's context.
pub struct Cx<'a, E: Copy + Ord> {
    now: SimTime,
    seed: Seed,
    cause: Cause,
    command: u64,
    queue: &'a mut EventQueue<E>,
    trace: &'a mut Trace,
}

impl<'a, E: Copy + Ord> Cx<'a, E> {
    /// A context outside a timeline: for tests of a world's parts.
    pub fn new(
        now: SimTime,
        seed: Seed,
        queue: &'a mut EventQueue<E>,
        trace: &'a mut Trace,
    ) -> Self {
        Cx {
            now,
            seed,
            cause: Cause::NONE,
            command: 0,
            queue,
            trace,
        }
    }

    pub(crate) fn caused(mut self, cause: Cause, command: u64) -> Self {
        self.cause = cause;
        self.command = command;
        self
    }

    pub fn now(&self) -> SimTime {
        self.now
    }

    pub fn seed(&self) -> Seed {
        self.seed
    }

    /// As [`Seed::draw`].
    pub fn draw(&self, stream: &str, key: &[u8], n: u64) -> u64 {
        self.seed.draw(stream, key, n)
    }

    /// As [`Seed::below`].
    pub fn below(&self, stream: &str, key: &[u8], n: u64, bound: u64) -> u64 {
        self.seed.below(stream, key, n, bound)
    }

    /// Schedules `event` in `delay`, caused by the current cause.
    pub fn after(&mut self, delay: Duration, event: E) {
        self.at(self.now + delay, event);
    }

    /// Schedules `event` at `at`, or now if that is past. At
    /// [`SimTime::MAX`] means never.
    pub fn at(&mut self, at: SimTime, event: E) {
        if at < SimTime::MAX {
            self.queue.push_caused(at.max(self.now), event, self.cause);
        }
    }

    /// Commands applied before this moment: while one is applied, its number
    /// in the log.
    pub fn command(&self) -> u64 {
        self.command
    }

    /// The cause of what is done now.
    pub fn cause(&self) -> Cause {
        self.cause
    }

    pub fn set_cause(&mut self, cause: Cause) {
        self.cause = cause;
    }

    /// Records `label` as caused by the current cause and makes it current.
    pub fn because(&mut self, label: u64) -> Cause {
        self.cause = self.trace.push(Entry {
            parent: self.cause,
            at: self.now,
            label,
        });
        self.cause
    }

    pub fn trace(&self) -> &Trace {
        self.trace
    }

    /// As [`Trace::compact`].
    pub fn compact_trace(&mut self, before: Cause) {
        self.trace.compact(before);
    }
}
