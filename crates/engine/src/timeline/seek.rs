//! Going to another moment: the nearest checkpoint, then replay, in slices.
//!
//! *Invariants* INV-1: replaying gives the very state that was there. While a
//! seek is under way the timeline still shows the moment it came from.

use crate::timeline::log::{Line, Moment};
use crate::timeline::state::State;
use crate::timeline::{Timeline, Track};
use crate::{SimTime, World};

/// Where to go. What lies past the end means the end.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Target {
    /// After everything up to and at this time.
    Time(SimTime),
    /// Right after this many events and commands.
    Step(u64),
    /// Exactly there.
    Moment(Moment),
}

/// How far a seek in slices is.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct SeekProgress {
    pub done: bool,
    /// Steps replayed so far.
    pub steps_done: u64,
    /// Steps that may be left, at most.
    pub steps_left: u64,
}

#[derive(Clone)]
pub(crate) struct Seeking<W: World> {
    state: State<W>,
    goal: Goal,
    steps_done: u64,
    /// The step that the goal is at or before.
    last_step: u64,
}

#[derive(Copy, Clone)]
enum Goal {
    Time(SimTime),
    Moment(Moment),
}

impl<W: World> Timeline<W> {
    /// To the state after everything up to and at `time`; at most the end.
    pub fn seek_time(&mut self, time: SimTime) {
        self.seek(Target::Time(time));
    }

    /// To the state right after `step` events and commands; at most the end.
    pub fn seek_step(&mut self, step: u64) {
        self.seek(Target::Step(step));
    }

    /// Goes there at once.
    pub fn seek(&mut self, target: Target) {
        self.seek_begin(target);
        self.seek_finish();
    }

    /// Starts a seek that [`Timeline::seek_advance`] carries on. A seek under
    /// way is given up.
    pub fn seek_begin(&mut self, target: Target) -> SeekProgress {
        let track = &self.track;
        let (begin, end) = (track.checkpoints.first().moment(), track.end);
        let goal = match target {
            Target::Time(time) if time < end.now => Goal::Time(time.max(begin.now)),
            Target::Step(step) if step < end.step => Goal::Moment(Moment {
                step: step.max(begin.step),
                now: SimTime::ZERO,
            }),
            Target::Moment(moment) if moment < end => Goal::Moment(moment.max(begin)),
            _ => Goal::Moment(end),
        };
        let early = |state: &State<W>| match goal {
            Goal::Time(time) => state.now <= time,
            // At the same step an earlier clock will do, a later one will not.
            Goal::Moment(at) if at.now == SimTime::ZERO => state.step < at.step,
            Goal::Moment(at) => state.moment() <= at,
        };
        let nearest = track.checkpoints.nearest(early);
        let from_here = early(&track.head) && track.head.moment() >= nearest.moment();
        let state = if from_here {
            track.head.clone()
        } else {
            nearest.clone()
        };
        let last_step = match goal {
            Goal::Moment(moment) => moment.step,
            Goal::Time(_) => end.step,
        };
        self.seeking = Some(Seeking {
            state,
            goal,
            steps_done: 0,
            last_step,
        });
        self.seek_advance(0)
    }

    /// Replays at most `steps_max` steps of the seek under way. When done, the
    /// timeline is there. Without a seek under way it is done at once.
    pub fn seek_advance(&mut self, steps_max: u32) -> SeekProgress {
        let Some(mut seeking) = self.seeking.take() else {
            return SeekProgress {
                done: true,
                steps_done: 0,
                steps_left: 0,
            };
        };
        let done = seeking.replay(&mut self.track, steps_max);
        let steps_done = seeking.steps_done;
        if done {
            self.track.arrive(seeking.state);
            return SeekProgress {
                done,
                steps_done,
                steps_left: 0,
            };
        }
        let steps_left = seeking.last_step.saturating_sub(seeking.state.step);
        self.seeking = Some(seeking);
        SeekProgress {
            done,
            steps_done,
            steps_left,
        }
    }

    /// True between [`Timeline::seek_begin`] and arrival.
    pub fn is_seeking(&self) -> bool {
        self.seeking.is_some()
    }

    /// Carries a seek under way to its end.
    pub fn seek_finish(&mut self) {
        while !self.seek_advance(u32::MAX).done {}
    }

    /// Gives up the seek under way and stays.
    pub fn seek_cancel(&mut self) {
        self.seeking = None;
    }

    /// Takes back the last line that changed anything, time included. Returns
    /// it, or `None` if there is none left.
    pub fn undo(&mut self) -> Option<Line> {
        self.seek_finish();
        let here = self.track.head.moment();
        let mut index = self.track.lines_done;
        let line = loop {
            index = index.checked_sub(1)?;
            let line = &self.track.lines[index as usize];
            if line.from < here {
                break line.clone();
            }
        };
        let mut undone = core::mem::take(&mut self.track.undone);
        undone.push((here, self.track.lines_done));
        self.seek(Target::Moment(line.from));
        self.track.lines_done = index;
        self.track.undone = undone;
        Some(line)
    }

    /// Goes to where the last [`Timeline::undo`] came from. Returns the line
    /// that is done again, or `None` if nothing was undone.
    pub fn redo(&mut self) -> Option<Line> {
        self.seek_finish();
        let mut undone = core::mem::take(&mut self.track.undone);
        let (moment, lines_done) = undone.pop()?;
        let line = self
            .track
            .lines
            .get(self.track.lines_done as usize)
            .cloned();
        self.seek(Target::Moment(moment));
        self.track.lines_done = lines_done;
        self.track.undone = undone;
        line
    }

    /// The world as it was right after step `step`, which is done again after
    /// `prepare` touched a scratch copy of the world before it: to recompute
    /// details that are not kept. The timeline stays where it is. `None` if
    /// there is no such step.
    pub fn replay_step(&self, step: u64, prepare: impl FnOnce(&mut W)) -> Option<W> {
        let track = &self.track;
        if step <= track.checkpoints.first().step || step > track.end.step {
            return None;
        }
        let mut state = track.checkpoints.nearest(|state| state.step < step).clone();
        while state.step + 1 < step {
            if !state.advance_one(&track.log, SimTime::MAX) {
                return None;
            }
        }
        prepare(&mut state.world);
        state
            .advance_one(&track.log, SimTime::MAX)
            .then_some(state.world)
    }
}

impl<W: World> Seeking<W> {
    /// True on arrival.
    fn replay(&mut self, track: &mut Track<W>, steps_max: u32) -> bool {
        let mut due = track.checkpoints.due(self.state.step);
        for _ in 0..steps_max {
            let more = match self.goal {
                Goal::Time(time) => self.state.advance_one(&track.log, time),
                Goal::Moment(at) => {
                    self.state.step < at.step && self.state.advance_one(&track.log, SimTime::MAX)
                }
            };
            if !more {
                return self.arrive();
            }
            self.steps_done += 1;
            if self.state.step >= due {
                track.checkpoints.keep(&self.state);
                due = track.checkpoints.due(self.state.step);
            }
        }
        false
    }

    fn arrive(&mut self) -> bool {
        let now = match self.goal {
            Goal::Time(time) => time,
            Goal::Moment(at) => at.now,
        };
        self.state.now = self.state.now.max(now);
        true
    }
}
