//! What lines print.

use crate::shell::Stream;

/// A piece of terminal text, in the order it was printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chunk {
    pub stream: Stream,
    pub text: String,
}

/// Everything one line printed, and its exit status.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineOutput {
    pub stdout: String,
    pub stderr: String,
    /// Both, in the order in which the terminal shows them.
    pub terminal: String,
    pub exit: i32,
}

impl LineOutput {
    /// Adds a piece of text.
    pub fn add(&mut self, chunk: &Chunk) {
        self.terminal.push_str(&chunk.text);
        match chunk.stream {
            Stream::Out => self.stdout.push_str(&chunk.text),
            Stream::Err => self.stderr.push_str(&chunk.text),
        }
    }
}
