//! What the panels show, as plain values: `Clone + PartialEq`, no element, no signal, no rule of Kubernetes.

/// The board: pods that no node has yet, then nodes by zone.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Board {
    pub unscheduled: Vec<PodRow>,
    pub zones: Vec<ZoneRow>,
}

/// Nodes that share a heading: `control plane`, a zone's name, or `nodes`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ZoneRow {
    pub name: String,
    pub nodes: Vec<NodeRow>,
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
    pub pods: Vec<PodRow>,
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
    /// The name in `tokens.css`: `--own-a`.
    pub fn token(self) -> &'static str {
        match self {
            Hue::System => "sys",
            Hue::A => "a",
            Hue::B => "b",
            Hue::C => "c",
            Hue::D => "d",
        }
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

    /// A steady pod takes one line; a pod in change gets a second one for its status.
    pub fn is_steady(self) -> bool {
        matches!(self, Mark::Ready | Mark::Done)
    }
}

/// A line of the terminal.
#[derive(Clone, Debug, PartialEq)]
pub struct TermLine {
    pub voice: Voice,
    pub text: String,
}

/// Who wrote a line of the terminal.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Voice {
    /// What was typed, after a prompt.
    Typed,
    Output,
    Error,
}

/// What happened and what is due, for the tape under the needle.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tape {
    pub past: Vec<TapeMark>,
    pub ahead: Vec<TapeMark>,
}

/// A mark on one lane of the tape.
#[derive(Clone, Debug, PartialEq)]
pub struct TapeMark {
    pub at_ns: u64,
    pub lane: Lane,
    pub kind: TapeKind,
    /// Empty for a plain tick.
    pub text: String,
}

/// The tape's lanes, top down.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Lane {
    You,
    Controllers,
    Scheduler,
    Kubelets,
}

impl Lane {
    pub const ALL: [Lane; 4] = [
        Lane::You,
        Lane::Controllers,
        Lane::Scheduler,
        Lane::Kubelets,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Lane::You => "You",
            Lane::Controllers => "Controllers",
            Lane::Scheduler => "Scheduler",
            Lane::Kubelets => "Kubelets",
        }
    }
}

/// How a mark is drawn.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TapeKind {
    Tick,
    Command,
    Warning,
}
