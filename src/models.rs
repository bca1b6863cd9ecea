//! What the panels show: the models of the `view` crate, and the terminal's lines.

pub use view::panels::board::{Board, Hue, Mark, NodeRow, PodRow, ResourceBar, ZoneRow};
pub use view::panels::tape::{Lane, Tape, TapeKind, TapeMark};

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
