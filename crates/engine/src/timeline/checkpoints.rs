//! Checkpoints: clones of the state to replay from.
//!
//! *Invariants* INV-5: a checkpoint is a clone, so it costs what the world
//! rewrites afterwards. While the estimate fits the budget, no moment is more
//! than [`GAP`] steps after a checkpoint; beyond it the oldest are thinned:
//! the gaps grow with age, and the first and the newest stay.

use std::sync::Arc;

use crate::World;
use crate::timeline::log::Moment;
use crate::timeline::state::State;

/// Steps after which a checkpoint is due.
pub(crate) const GAP: u64 = 20_000;
/// Bytes that checkpoints may keep alive, by estimate.
pub(crate) const BUDGET: u64 = 256 << 20;

/// How many checkpoints there are and what they cost.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct CheckpointStats {
    pub count: u32,
    /// By [`World::checkpoint_bytes_estimate`].
    pub bytes_estimate: u64,
    pub bytes_budget: u64,
    /// The most steps between two neighbours.
    pub gap_steps_max: u64,
}

#[derive(Clone)]
pub(crate) struct Checkpoints<W: World> {
    /// Ascending by moment, never empty.
    kept: Vec<Arc<State<W>>>,
    bytes: u64,
    budget: u64,
}

impl<W: World> Checkpoints<W> {
    pub(crate) fn new(first: State<W>, budget: u64) -> Self {
        Checkpoints {
            kept: vec![Arc::new(first)],
            bytes: 0,
            budget,
        }
    }

    pub(crate) fn first(&self) -> &State<W> {
        &self.kept[0]
    }

    /// The last checkpoint for which `early` holds; the first if none does.
    pub(crate) fn nearest(&self, early: impl Fn(&State<W>) -> bool) -> &State<W> {
        let after = self.kept.partition_point(|state| early(state));
        &self.kept[after.saturating_sub(1)]
    }

    /// The step at which a checkpoint is due for one who is at `step`.
    pub(crate) fn due(&self, step: u64) -> u64 {
        self.nearest(|state| state.step <= step)
            .step
            .saturating_add(GAP)
    }

    /// Keeps a clone of `state` unless one of that moment is there.
    pub(crate) fn keep(&mut self, state: &State<W>) {
        let at = self
            .kept
            .partition_point(|kept| kept.moment() <= state.moment());
        if at > 0 && self.kept[at - 1].moment() == state.moment() {
            return;
        }
        self.kept.insert(at, Arc::new(state.clone()));
        let last = self.kept.len() - 1;
        if at > 0 && at < last {
            self.bytes -= self.bytes_between(at - 1, at + 1);
        }
        self.bytes += if at > 0 {
            self.bytes_between(at - 1, at)
        } else {
            0
        };
        self.bytes += if at < last {
            self.bytes_between(at, at + 1)
        } else {
            0
        };
        self.thin_to(self.budget);
    }

    /// Forgets what comes after `moment`.
    pub(crate) fn drop_after(&mut self, moment: Moment) {
        let keep = self.kept.partition_point(|kept| kept.moment() <= moment);
        self.kept.truncate(keep.max(1));
        self.bytes = self.estimate();
    }

    pub(crate) fn budget(&self) -> u64 {
        self.budget
    }

    pub(crate) fn set_budget(&mut self, bytes: u64) {
        self.budget = bytes;
        self.thin_to(bytes);
    }

    /// Drops checkpoints until the rest fit `bytes` or only two are left.
    pub(crate) fn thin_to(&mut self, bytes: u64) {
        while self.bytes > bytes && self.kept.len() > 2 {
            self.thin();
        }
    }

    pub(crate) fn stats(&self) -> CheckpointStats {
        let gaps = self.kept.windows(2).map(|pair| pair[1].step - pair[0].step);
        CheckpointStats {
            count: self.kept.len() as u32,
            bytes_estimate: self.bytes,
            bytes_budget: self.budget,
            gap_steps_max: gaps.max().unwrap_or(0),
        }
    }

    fn bytes_between(&self, from: usize, to: usize) -> u64 {
        let steps = self.kept[to].step - self.kept[from].step;
        self.kept[from].world.checkpoint_bytes_estimate(steps)
    }

    fn estimate(&self) -> u64 {
        (1..self.kept.len())
            .map(|at| self.bytes_between(at - 1, at))
            .sum()
    }

    /// Drops the checkpoint whose absence makes the least gap for its age.
    fn thin(&mut self) {
        let end = self.kept.last().map_or(0, |state| state.step);
        let score = |at: usize| {
            let gap = self.kept[at + 1].step - self.kept[at - 1].step;
            (
                u128::from(gap) + 1,
                u128::from(end - self.kept[at].step) + 1,
            )
        };
        let mut least = 1;
        for at in 2..self.kept.len() - 1 {
            let ((gap, age), (least_gap, least_age)) = (score(at), score(least));
            if gap * least_age < least_gap * age {
                least = at;
            }
        }
        let before = self.bytes_between(least - 1, least) + self.bytes_between(least, least + 1);
        self.kept.remove(least);
        self.bytes = self.bytes - before + self.bytes_between(least - 1, least);
    }
}
