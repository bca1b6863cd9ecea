//! [`State`]: everything that decides how a world goes on; what a checkpoint
//! clones and a snapshot encodes.
//!
//! *Invariants* INV-1: a step is one handled event or one applied command, and
//! depends on nothing but the state and the log. INV-5: cloning is O(pages).

use serde::{Deserialize, Serialize};

use crate::timeline::log::{Log, Moment};
use crate::{Cx, Digest, EventQueue, Seed, SimTime, Trace, World, digest};

/// World, queue, trace, seed and clock.
#[derive(Clone, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct State<W: World> {
    pub(crate) seed: Seed,
    pub(crate) now: SimTime,
    /// Events handled and commands applied since boot.
    pub(crate) step: u64,
    /// Commands applied since boot: the position in the log.
    pub(crate) commands: u64,
    pub(crate) world: W,
    pub(crate) queue: EventQueue<W::Event>,
    pub(crate) trace: Trace,
}

impl<W: World> State<W> {
    pub(crate) fn new(world: W, seed: Seed) -> Self {
        State {
            seed,
            now: SimTime::ZERO,
            step: 0,
            commands: 0,
            world,
            queue: EventQueue::new(),
            trace: Trace::new(),
        }
    }

    pub fn world(&self) -> &W {
        &self.world
    }

    pub fn now(&self) -> SimTime {
        self.now
    }

    pub fn trace(&self) -> &Trace {
        &self.trace
    }

    pub fn moment(&self) -> Moment {
        Moment {
            step: self.step,
            now: self.now,
        }
    }

    /// Of seed, clock, world, queue and trace; not of the step and command
    /// counters, which say how one came here and not what comes next.
    pub fn digest(&self) -> Digest {
        digest(&(&self.seed, &self.now, &self.world, &self.queue, &self.trace))
    }

    /// Does the next thing due at `until` or before: the log's next command if
    /// it belongs at this step, else the next event. False if nothing is due.
    pub(crate) fn advance_one(&mut self, log: &Log<W::Command>, until: SimTime) -> bool {
        if let Some(logged) = log.get(self.commands)
            && logged.at.step <= self.step
        {
            if logged.at.now > until {
                return false;
            }
            self.now = self.now.max(logged.at.now);
            // The reply was given when the command was new.
            self.apply(&logged.command);
            return true;
        }
        match self.queue.peek() {
            Some(item) if item.at <= until => {
                self.queue.pop();
                self.now = self.now.max(item.at);
                self.step += 1;
                let cx = Cx::new(self.now, self.seed, &mut self.queue, &mut self.trace);
                self.world
                    .handle(item.event, &mut cx.caused(item.cause, self.commands));
                true
            }
            _ => false,
        }
    }

    pub(crate) fn apply(&mut self, command: &W::Command) -> W::Reply {
        let cx = Cx::new(self.now, self.seed, &mut self.queue, &mut self.trace);
        let mut cx = cx.caused(crate::Cause::NONE, self.commands);
        self.step += 1;
        self.commands += 1;
        self.world.apply(command, &mut cx)
    }

    /// When the next event of the queue is due, whatever the log says.
    pub(crate) fn next_live(&self) -> Option<SimTime> {
        self.queue.peek().map(|item| item.at)
    }

    /// When the next thing happens.
    pub(crate) fn next_due(&self, log: &Log<W::Command>) -> Option<SimTime> {
        match log.get(self.commands) {
            Some(logged) if logged.at.step <= self.step => Some(logged.at.now),
            _ => self.next_live(),
        }
    }
}
