//! [`Timeline`]: runs a world, logs commands, and winds time back and forth.
//!
//! *Invariants* INV-1: how a run is sliced changes nothing. INV-3: `apply` is
//! the only way in and `world` the only way out. Going forward in the past
//! replays what was logged; a new command there drops the future, unless
//! [`Timeline::fork`] kept it.

mod branches;
pub(crate) mod checkpoints;
pub(crate) mod log;
mod save;
mod seek;
pub(crate) mod state;

use std::collections::BTreeMap;

pub use branches::BranchError;
pub use checkpoints::CheckpointStats;
pub use log::{Line, Log, Logged, Moment};
pub use save::{LoadError, SAVE_FORMAT_VERSION, Save};
pub use seek::{SeekProgress, Target};
pub use state::State;

use crate::{Digest, Seed, SimTime, Trace, World};
use checkpoints::{BUDGET, Checkpoints};
use seek::Seeking;

/// Commands of one line get a checkpoint of their own after this many steps.
const COMMAND_GAP: u64 = 1_000;
const FIRST_BRANCH: &str = "main";

/// What [`Timeline::run`] did.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Ran {
    /// Events handled and logged commands applied.
    pub steps: u32,
    /// True if nothing is left before `until`, which is now; false if the
    /// steps were used up first.
    pub reached: bool,
}

/// One branch of history.
#[derive(Clone)]
pub(crate) struct Track<W: World> {
    head: State<W>,
    log: Log<W::Command>,
    lines: Vec<Line>,
    /// Lines begun at or before the present.
    lines_done: u32,
    /// Where each undo came from, with its `lines_done`.
    undone: Vec<(Moment, u32)>,
    checkpoints: Checkpoints<W>,
    /// The last moment lived.
    end: Moment,
    from_snapshot: bool,
}

/// A world in time.
#[derive(Clone)]
pub struct Timeline<W: World> {
    track: Track<W>,
    seeking: Option<Seeking<W>>,
    /// A line typed in the past, which counts once it brings a command.
    pending_line: Option<String>,
    /// A line was begun and had no command yet.
    line_is_new: bool,
    name: String,
    shelf: BTreeMap<String, Track<W>>,
}

impl<W: World> Timeline<W> {
    /// A timeline that begins at boot.
    pub fn new(world: W, seed: Seed) -> Self {
        let mut track = Track::from_snapshot(State::new(world, seed));
        track.from_snapshot = false;
        Timeline::of(track)
    }

    pub(crate) fn of(track: Track<W>) -> Self {
        Timeline {
            track,
            seeking: None,
            pending_line: None,
            line_is_new: true,
            name: FIRST_BRANCH.to_owned(),
            shelf: BTreeMap::new(),
        }
    }

    /// Handles what is due at `until` or before, at most `steps_max` steps.
    /// When nothing is left, `until` is now. After an undo this drops what was
    /// taken back; after a seek it is lived again.
    pub fn run(&mut self, until: SimTime, steps_max: u32) -> Ran {
        self.seek_finish();
        if self.is_undone() {
            if until <= self.track.head.now {
                return Ran {
                    steps: 0,
                    reached: true,
                };
            }
            self.settle_undo();
        }
        let track = &mut self.track;
        let mut due = track.checkpoints.due(track.head.step);
        let mut ran = Ran {
            steps: 0,
            reached: false,
        };
        while ran.steps < steps_max {
            if track.head.step >= due {
                track.checkpoints.keep(&track.head);
                due = track.checkpoints.due(track.head.step);
            }
            if !track.head.advance_one(&track.log, until) {
                break;
            }
            ran.steps += 1;
        }
        let next = track.head.next_due(&track.log);
        ran.reached = next.is_none_or(|at| at > until);
        if ran.reached {
            track.head.now = track.head.now.max(until);
        }
        track.moved();
        ran
    }

    /// When the next event, or in the past the next logged command, is due.
    pub fn next_event(&self) -> Option<SimTime> {
        if self.is_undone() {
            return self.track.head.next_live();
        }
        self.track.head.next_due(&self.track.log)
    }

    /// Does the next step, however far it is. Returns when it was.
    pub fn run_next(&mut self) -> Option<SimTime> {
        self.seek_finish();
        if self.is_undone() {
            self.settle_undo();
        }
        let at = self.next_event()?;
        self.run(at, 1);
        Some(self.now())
    }

    /// A line was taken back and nothing has happened since.
    fn is_undone(&self) -> bool {
        !self.track.undone.is_empty()
    }

    /// Time goes on after an undo: what was taken back is gone for good.
    fn settle_undo(&mut self) {
        self.track.drop_future();
        if let Some(text) = self.pending_line.take() {
            self.track.push_line(text);
        }
    }

    /// Applies a command now and logs it. In the past this drops the future.
    pub fn apply(&mut self, command: W::Command) -> W::Reply {
        self.seek_finish();
        let pending = self.pending_line.take();
        let track = &mut self.track;
        if track.is_past() || pending.is_some() {
            track.drop_future();
        }
        track.undone.clear();
        if let Some(text) = pending {
            track.push_line(text);
        }
        let head = &mut track.head;
        let gap = if self.line_is_new { 0 } else { COMMAND_GAP };
        if track.checkpoints.due(head.step) - checkpoints::GAP + gap <= head.step {
            track.checkpoints.keep(head);
        }
        self.line_is_new = false;
        track.log.push_back(Logged {
            at: head.moment(),
            command: command.clone(),
        });
        let reply = head.apply(&command);
        track.moved();
        reply
    }

    /// Marks that a line is typed now: what follows, commands and time, is
    /// taken back by one [`Timeline::undo`]. In the past it counts only once
    /// it brings a command.
    pub fn begin_line(&mut self, text: &str) {
        self.seek_finish();
        self.line_is_new = true;
        if self.track.is_past() {
            self.pending_line = Some(text.to_owned());
        } else {
            self.pending_line = None;
            self.track.undone.clear();
            self.track.push_line(text.to_owned());
        }
    }

    /// Every line of this branch, undone ones included.
    pub fn lines(&self) -> &[Line] {
        &self.track.lines
    }

    /// How many of [`Timeline::lines`] were begun at or before the present.
    pub fn lines_done(&self) -> u32 {
        self.track.lines_done
    }

    /// The world, now.
    pub fn world(&self) -> &W {
        &self.track.head.world
    }

    /// World, clock, queue and trace, now.
    pub fn state(&self) -> &State<W> {
        &self.track.head
    }

    pub fn now(&self) -> SimTime {
        self.track.head.now
    }

    /// Events handled and commands applied since boot.
    pub fn step(&self) -> u64 {
        self.track.head.step
    }

    pub fn moment(&self) -> Moment {
        self.track.head.moment()
    }

    /// The earliest moment one can go back to.
    pub fn begin(&self) -> Moment {
        self.track.checkpoints.first().moment()
    }

    /// The last moment lived on this branch.
    pub fn end(&self) -> Moment {
        self.track.end
    }

    /// True if this is not the last moment lived.
    pub fn is_past(&self) -> bool {
        self.track.is_past()
    }

    pub fn seed(&self) -> Seed {
        self.track.head.seed
    }

    pub fn trace(&self) -> &Trace {
        &self.track.head.trace
    }

    /// Every command of this branch, those after the present included.
    pub fn log(&self) -> &Log<W::Command> {
        &self.track.log
    }

    /// Events that are scheduled.
    pub fn events_pending(&self) -> u32 {
        self.track.head.queue.len()
    }

    /// As [`State::digest`]: seed, clock, world, queue and trace, whatever the
    /// way that led there.
    pub fn digest(&self) -> Digest {
        self.track.head.digest()
    }

    /// True if history begins at a loaded snapshot and not at boot.
    pub fn began_from_snapshot(&self) -> bool {
        self.track.from_snapshot
    }

    pub fn checkpoint_stats(&self) -> CheckpointStats {
        self.track.checkpoints.stats()
    }

    /// Bytes that the checkpoints of this branch may keep alive, by estimate;
    /// 256 MiB at first.
    pub fn set_checkpoint_budget(&mut self, bytes: u64) {
        self.track.checkpoints.set_budget(bytes);
    }
}

impl<W: World> Track<W> {
    pub(crate) fn from_snapshot(head: State<W>) -> Self {
        Track {
            log: Log::starting_at(head.commands),
            lines: Vec::new(),
            lines_done: 0,
            undone: Vec::new(),
            end: head.moment(),
            checkpoints: Checkpoints::new(head.clone(), BUDGET),
            head,
            from_snapshot: true,
        }
    }

    fn is_past(&self) -> bool {
        self.head.moment() < self.end
    }

    fn push_line(&mut self, text: String) {
        let (from, first_command) = (self.head.moment(), self.head.commands);
        self.lines.push(Line {
            text,
            from,
            first_command,
        });
        self.lines_done = self.lines.len() as u32;
    }

    /// Forgets what was lived after the present.
    fn drop_future(&mut self) {
        let here = self.head.moment();
        self.log.truncate_back(self.head.commands);
        self.lines.truncate(self.lines_done as usize);
        self.checkpoints.drop_after(here);
        self.undone.clear();
        self.end = here;
    }

    /// After going forward: the end and the lines begun.
    fn moved(&mut self) {
        self.end = self.end.max(self.head.moment());
        self.sync_lines(self.lines_done);
    }

    /// After a seek: the head is `state`.
    fn arrive(&mut self, state: State<W>) {
        self.head = state;
        self.undone.clear();
        self.sync_lines(0);
    }

    /// Lines from `from` on that had begun by now. One typed exactly now is
    /// still to come, unless this is the end.
    fn sync_lines(&mut self, from: u32) {
        let (here, is_past) = (self.head.moment(), self.is_past());
        let begun = |line: &&Line| !is_past || line.from < here;
        let more = self.lines[from as usize..].iter().take_while(begun).count();
        self.lines_done = from + more as u32;
    }
}
