//! A line being run: the shell's machine and the command it waits for.

use crate::shell::{Line, Machine, Output};
use cluster::Outcome;
use engine::SimTime;
use kubectl::{Client, Wake};

/// One level of running lines; `until` runs a line inside a line.
pub(crate) struct Frame {
    pub machine: Machine,
    pub job: Option<Job>,
    /// Output of the command at hand, unless it goes straight to the terminal.
    pub captured: Output,
    pub streams: bool,
    /// The line inside `until` prints nothing.
    pub silent: bool,
}

impl Frame {
    pub fn new(line: &Line, silent: bool) -> Frame {
        Frame {
            machine: Machine::new(line),
            job: None,
            captured: Output::default(),
            streams: false,
            silent,
        }
    }
}

/// A command that the shell handed over.
pub(crate) enum Job {
    /// kubectl and other clients outside the world.
    Client {
        client: Box<dyn Client>,
        outcome: Option<Outcome>,
        wake: Option<Wake>,
    },
    /// `wait`, `sleep`: virtual time passes.
    Wait(SimTime),
    /// `until 'COMMAND'`: runs the line at each change of the store.
    Until(Until),
}

pub(crate) struct Until {
    pub line: Line,
    pub text: String,
    pub deadline: SimTime,
    /// The revision at which the line was last tried.
    pub tried: Option<u64>,
    /// Status of the last try.
    pub status: Option<u8>,
}
