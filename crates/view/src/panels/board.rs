//! The board: nodes by zone with their pods, and the pods that no node has yet.
//!
//! Texts are kubectl's own; `api::pod_summary` is where STATUS comes from.
//!
//! *Invariants*: INV-9: [`BoardIndex`] follows the changes of the store as one more watch client; a board is made from
//! it and from the rows it shows, never from a walk over all pods.
//! *Cost*: O(changes) to follow, O(rows shown) to make.

mod index;
mod row;
mod text;

use std::sync::Arc;

pub use index::BoardIndex;

/// Up to so many pods are rows with names; up to [`MARKS_MAX`] they are marks; beyond, counts by state.
pub const ROWS_MAX: u32 = 60;
/// See [`ROWS_MAX`].
pub const MARKS_MAX: u32 = 1_000;
/// Nodes that are drawn; the rest are counted.
pub const NODES_MAX: u32 = 48;
/// Pods of the lane that are drawn as rows.
const LANE_ROWS_MAX: usize = 12;

/// The board: pods that no node has yet, then nodes by zone.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Board {
    pub density: Density,
    pub unscheduled: PodGroup,
    pub zones: Vec<ZoneRow>,
    /// Nodes that are not drawn.
    pub nodes_more: u32,
}

/// How much of each pod is drawn.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Density {
    #[default]
    Rows,
    Marks,
    Counts,
}

impl Density {
    /// The density for so many pods; a tenth more or less than a threshold changes nothing.
    pub fn of(pods: u32, before: Density) -> Density {
        // a step to fewer names needs a tenth more pods, a step back a tenth fewer
        let bound = |max: u32, stays: bool| {
            if stays {
                max + max / 10
            } else {
                max - max / 10
            }
        };
        if pods <= bound(ROWS_MAX, before == Density::Rows) {
            Density::Rows
        } else if pods <= bound(MARKS_MAX, before != Density::Counts) {
            Density::Marks
        } else {
            Density::Counts
        }
    }
}

/// Nodes that share a heading: `control plane`, a zone's name, or `nodes`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ZoneRow {
    pub name: String,
    pub nodes: Vec<Arc<NodeRow>>,
}

/// A node and what runs on it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NodeRow {
    pub name: String,
    /// kubectl's STATUS column.
    pub status: String,
    /// Ready: an unready node gets a dashed outline.
    pub ready: bool,
    /// `key:Effect`, joined by commas.
    pub taints: String,
    pub resources: Vec<ResourceBar>,
    pub pods: PodGroup,
    /// Steady pods of the system, folded to a count beside workloads.
    pub system: u32,
}

/// The pods of one place.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PodGroup {
    /// All of them, by state, in the order of a pod's life.
    pub counts: Vec<(Mark, u32)>,
    pub total: u32,
    /// Those that are drawn, by row id: in order of creation.
    pub shown: Vec<(u32, Arc<PodRow>)>,
}

impl PodGroup {
    /// The drawn pod with this id.
    pub fn pod(&self, id: u32) -> Option<&Arc<PodRow>> {
        let at = self.shown.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        Some(&self.shown[at].1)
    }

    /// Pods that are not drawn.
    pub fn more(&self) -> u32 {
        self.total - self.shown.len() as u32
    }
}

/// Requested against allocatable.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ResourceBar {
    /// `cpu`, `mem`.
    pub name: &'static str,
    /// `1.9/2`
    pub text: String,
    /// What each owner's pods request, in thousandths of allocatable.
    pub segments: Vec<(Hue, u32)>,
}

/// A pod's row. Texts are kubectl's own.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PodRow {
    pub namespace: String,
    pub name: String,
    /// How many bytes of the name it shares with its owner.
    pub shared_len: u32,
    pub hue: Hue,
    /// Of an older revision of its workload.
    pub old: bool,
    pub mark: Mark,
    /// kubectl's STATUS column.
    pub status: String,
    /// Time left or the reason, beside the status.
    pub note: String,
    pub restarts: u32,
}

/// One hue a workload; the system's own pods are grey.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Hue {
    #[default]
    System,
    A,
    B,
    C,
    D,
}

impl Hue {
    pub const ALL: [Hue; 5] = [Hue::System, Hue::A, Hue::B, Hue::C, Hue::D];

    /// Hues go round in order of creation.
    fn of(id: u32) -> Hue {
        Hue::ALL[1 + (id % 4) as usize]
    }

    /// The name in `tokens.css`: `--own-a`.
    pub fn token(self) -> &'static str {
        ["sys", "a", "b", "c", "d"][self as usize]
    }
}

/// A pod's state as it is drawn: shape and colour together, never colour alone.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Mark {
    #[default]
    Pending,
    Creating,
    NotReady,
    Ready,
    Done,
    Failed,
    BackOff,
    Leaving,
    Lost,
}

impl Mark {
    /// In the order of a pod's life.
    pub const ALL: [Mark; 9] = [
        Mark::Pending,
        Mark::Creating,
        Mark::NotReady,
        Mark::Ready,
        Mark::Done,
        Mark::Failed,
        Mark::BackOff,
        Mark::Leaving,
        Mark::Lost,
    ];

    /// The symbol in `icons.svg`.
    pub fn symbol(self) -> &'static str {
        match self {
            Mark::Pending => "#s-pending",
            Mark::Creating => "#s-creating",
            Mark::NotReady => "#s-notready",
            Mark::Ready => "#s-ready",
            Mark::Done => "#s-done",
            Mark::Failed => "#s-failed",
            Mark::BackOff => "#s-backoff",
            Mark::Leaving => "#s-leaving",
            Mark::Lost => "#s-lost",
        }
    }

    /// The class of a mark among many.
    pub fn class(self) -> &'static str {
        &self.symbol()["#s-".len()..]
    }

    /// The class that gives a pod in change its ground and its status its ink.
    pub fn tone(self) -> &'static str {
        match self {
            Mark::Pending | Mark::Creating => "wait",
            Mark::NotReady => "notready",
            Mark::Ready => "ready",
            Mark::Done => "done",
            Mark::Failed | Mark::BackOff => "fail",
            Mark::Leaving => "leave",
            Mark::Lost => "lost",
        }
    }

    /// The state in a word, for legends and counts.
    pub fn word(self) -> &'static str {
        match self {
            Mark::Pending => "Pending",
            Mark::Creating => "Creating",
            Mark::NotReady => "Running, not ready",
            Mark::Ready => "Ready",
            Mark::Done => "Completed",
            Mark::Failed => "Failed",
            Mark::BackOff => "Back-off",
            Mark::Leaving => "Terminating",
            Mark::Lost => "Unknown",
        }
    }

    /// A steady pod takes one line; a pod in change gets a second one for its status.
    pub fn is_steady(self) -> bool {
        matches!(self, Mark::Ready | Mark::Done)
    }
}

#[cfg(test)]
mod tests {
    use super::Density;

    #[test]
    fn density_changes_a_tenth_beyond_its_thresholds() {
        use Density::{Counts, Marks, Rows};
        let cases = [
            (60, Rows, Rows),
            (66, Rows, Rows),
            (67, Rows, Marks),
            (60, Marks, Marks),
            (54, Marks, Rows),
            (1_100, Marks, Marks),
            (1_101, Marks, Counts),
            (1_000, Counts, Counts),
            (900, Counts, Marks),
            (3, Counts, Rows),
            (150_000, Rows, Counts),
        ];
        for (pods, before, after) in cases {
            assert_eq!(Density::of(pods, before), after, "{pods} {before:?}");
        }
    }
}
