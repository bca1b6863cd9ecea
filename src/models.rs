//! What the panels show: the models of the `view` crate, and the terminal's blocks of lines.

pub use view::panels::board::{
    Board, Density, Hue, Mark, NodeRow, PodGroup, PodRow, ResourceBar, ZoneRow,
};
pub use view::panels::tape::{Lane, Stretch, Tape, TapeKind, TapeMark};

/// Lines of the terminal that one writer wrote together.
#[derive(Clone, Debug, PartialEq)]
pub struct TermBlock {
    pub voice: Voice,
    pub text: String,
}

/// Who wrote a block of the terminal.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Voice {
    /// What was typed, after a prompt.
    Typed,
    /// What was typed on, after a prompt for more.
    Continued,
    Output,
    Error,
}
