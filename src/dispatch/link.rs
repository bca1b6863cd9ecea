//! The page's hold on the open session: the only file under `src/` that speaks to the simulation.
//!
//! The simulation's handle is `None` until a cluster is open; a terminal without a cluster answers as kubectl does
//! on a machine that has none.

use crate::models::{Board, Tape, TermLine, Voice};

/// 2026-01-01T00:00:00Z, where every cluster's clock begins unless it is told otherwise.
const START_UNIX_S: i64 = 1_767_225_600;
// kubernetes: staging/src/k8s.io/cli-runtime, what kubectl says when nothing listens
const REFUSED: &str = "The connection to the server localhost:8080 was refused - did you specify the right host or port?";

/// The open session, or none.
#[derive(Default)]
pub struct Link {
    now_ns: u64,
    files: Vec<(String, String)>,
    output: Vec<TermLine>,
}

impl Link {
    pub fn open() -> Link {
        Link::default()
    }

    /// Nanoseconds since boot.
    pub fn now_ns(&self) -> u64 {
        self.now_ns
    }

    /// Boot, in seconds since 1970.
    pub fn start_unix_s(&self) -> i64 {
        START_UNIX_S
    }

    /// Grows with every change of the cluster.
    pub fn revision(&self) -> u64 {
        0
    }

    /// Lets time go on to `until_ns`, for at most `steps_max` events; says whether it got there.
    pub fn run(&mut self, until_ns: u64, _steps_max: u32) -> bool {
        self.now_ns = self.now_ns.max(until_ns);
        true
    }

    /// When the next event is due; None if nothing is.
    pub fn next_event_ns(&self) -> Option<u64> {
        None
    }

    /// Whether a typed line is still at work.
    pub fn is_busy(&self) -> bool {
        false
    }

    /// Puts a file into the session's working directory.
    pub fn write_file(&mut self, name: &str, text: &str) {
        self.files.retain(|(other, _)| other != name);
        self.files.push((name.to_owned(), text.to_owned()));
    }

    /// Starts a line of the terminal; what it says comes by [`Link::take_output`].
    pub fn type_line(&mut self, line: &str) {
        let text = match line.split_whitespace().next() {
            Some("kubectl" | "k") => REFUSED.to_owned(),
            Some(word) => format!("{word}: command not found"),
            None => return,
        };
        self.output.push(TermLine {
            voice: Voice::Error,
            text,
        });
    }

    /// Stops the line that is at work, as Ctrl+C does.
    pub fn interrupt(&mut self) {}

    /// What the terminal has to show since it was last asked.
    pub fn take_output(&mut self) -> Vec<TermLine> {
        std::mem::take(&mut self.output)
    }

    pub fn board(&self) -> Board {
        Board::default()
    }

    pub fn tape(&self, _from_ns: u64, _to_ns: u64) -> Tape {
        Tape::default()
    }
}
