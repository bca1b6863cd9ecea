//! Saving a timeline and going on from a save.
//!
//! *Invariants* INV-1: a loaded timeline goes on exactly as the saved one
//! would have. A short log of the same model is replayed, which keeps history;
//! if that does not give the saved snapshot byte for byte, or the log is long
//! or of another model, the snapshot begins the timeline.
//!
//! *Not modelled* branches: a save holds the current one.

use core::fmt;

use serde::{Deserialize, Serialize};

use crate::timeline::checkpoints::{BUDGET, Checkpoints};
use crate::timeline::log::{Line, Logged, Moment};
use crate::timeline::state::State;
use crate::timeline::{Target, Timeline, Track};
use crate::{CowDeque, Seed, World, decode, encode};

/// The version of [`Save`]'s own form.
pub const SAVE_FORMAT_VERSION: u32 = 1;
/// A log is short if replaying it takes no more steps than this.
const REPLAY_STEPS_MAX: u64 = 100_000;

/// Everything needed to go on. `C` is the world's command.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Save<C> {
    pub format_version: u32,
    pub model_version: u32,
    pub seed: Seed,
    /// The first state, canonical; empty if the timeline itself began from a
    /// snapshot, and then `log` and `lines` are empty too.
    pub origin: Vec<u8>,
    pub log: Vec<Logged<C>>,
    pub lines: Vec<Line>,
    /// Where the timeline was.
    pub head: Moment,
    /// The last moment it had lived.
    pub end: Moment,
    /// The state at `head`, canonical.
    pub snapshot: Vec<u8>,
}

/// Why a save cannot be loaded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LoadError {
    /// Its form is not [`SAVE_FORMAT_VERSION`].
    Format { found: u32 },
    /// Its log cannot be replayed and its snapshot cannot be read.
    Snapshot(String),
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LoadError::Format { found } => {
                write!(f, "save format {found} is not {SAVE_FORMAT_VERSION}")
            }
            LoadError::Snapshot(reason) => write!(f, "the snapshot cannot be read: {reason}"),
        }
    }
}

impl core::error::Error for LoadError {}

impl<W: World> Timeline<W> {
    /// The current branch, at the present moment, its future included.
    pub fn save(&mut self) -> Save<W::Command> {
        self.seek_finish();
        let track = &self.track;
        let boot = !track.from_snapshot;
        let origin = track.checkpoints.first();
        Save {
            format_version: SAVE_FORMAT_VERSION,
            model_version: W::MODEL_VERSION,
            seed: track.head.seed,
            origin: if boot { encode(origin) } else { Vec::new() },
            log: if boot {
                track.log.iter().map(|(_, l)| l.clone()).collect()
            } else {
                Vec::new()
            },
            lines: if boot {
                track.lines.clone()
            } else {
                Vec::new()
            },
            head: track.head.moment(),
            end: if boot { track.end } else { track.head.moment() },
            snapshot: encode(&track.head),
        }
    }

    /// Goes on from a save; see [`Timeline::began_from_snapshot`].
    pub fn load(save: Save<W::Command>) -> Result<Self, LoadError> {
        if save.format_version != SAVE_FORMAT_VERSION {
            return Err(LoadError::Format {
                found: save.format_version,
            });
        }
        let short = save.end.step <= REPLAY_STEPS_MAX;
        if save.model_version == W::MODEL_VERSION
            && short
            && let Some(replayed) = Self::replayed(&save)
        {
            return Ok(replayed);
        }
        let state: State<W> =
            decode(&save.snapshot).map_err(|error| LoadError::Snapshot(error.to_string()))?;
        if state.seed != save.seed || state.moment() != save.head {
            return Err(LoadError::Snapshot("it belongs to another save".to_owned()));
        }
        Ok(Timeline::of(Track::from_snapshot(state)))
    }

    fn replayed(save: &Save<W::Command>) -> Option<Self> {
        if save.origin.is_empty() {
            return None;
        }
        let origin: State<W> = decode(&save.origin).ok()?;
        let mut log = CowDeque::starting_at(origin.commands);
        for logged in &save.log {
            log.push_back(logged.clone());
        }
        let mut timeline = Timeline::of(Track {
            checkpoints: Checkpoints::new(origin.clone(), BUDGET),
            head: origin,
            log,
            lines: save.lines.clone(),
            lines_done: 0,
            undone: Vec::new(),
            end: save.end,
            from_snapshot: false,
        });
        timeline.seek(Target::Moment(save.head));
        (encode(&timeline.track.head) == save.snapshot).then_some(timeline)
    }
}
