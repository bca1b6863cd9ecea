//! The page's hold on the open session: the only file under `src/` that speaks to the simulation.

use engine::SimTime;
use session::{Chunk, Options, Session, Stream};

use crate::models::{Board, Tape, TermLine, Voice};

/// The open session.
pub struct Link {
    session: Session,
    /// Output whose line has not ended yet.
    partial: Option<Chunk>,
    output: Vec<TermLine>,
    /// An unfinished line (an open quote or here-document).
    unfinished: String,
}

impl Link {
    pub fn open() -> Link {
        let session = Session::new(&Options::default()).expect("the default cluster is sound");
        Link {
            session,
            partial: None,
            output: Vec::new(),
            unfinished: String::new(),
        }
    }

    /// Nanoseconds since boot.
    pub fn now_ns(&self) -> u64 {
        self.session.now().0
    }

    /// Boot, in seconds since 1970.
    pub fn start_unix_s(&self) -> i64 {
        self.session
            .world()
            .clock()
            .boot_unix_nanos
            .div_euclid(1_000_000_000)
    }

    /// Differs after every change of the cluster, also after undo.
    pub fn revision(&self) -> u64 {
        let timeline = self.session.timeline();
        self.session.world().api.store().revision() ^ (u64::from(timeline.lines_done()) << 40)
    }

    /// Lets time go on to `until_ns`, for at most `steps_max` events; says whether it got there.
    pub fn run(&mut self, until_ns: u64, steps_max: u32) -> bool {
        let ran = self.session.advance(SimTime(until_ns), steps_max);
        self.collect();
        ran.reached
    }

    /// When the next event is due; None if nothing is.
    pub fn next_event_ns(&self) -> Option<u64> {
        self.session.timeline().next_event().map(|at| at.0)
    }

    /// The moment to which the line at work makes time pass by itself (`wait 30s`).
    pub fn advancing_to_ns(&mut self) -> Option<u64> {
        self.session.advancing_to().map(|at| at.0)
    }

    /// Whether a typed line has not ended.
    pub fn is_running(&self) -> bool {
        !self.session.is_idle()
    }

    /// Puts a file into the session's working directory.
    pub fn write_file(&mut self, name: &str, text: &str) {
        self.session.place_file(name, text);
    }

    /// Starts a line of the terminal; what it says comes by [`Link::take_output`].
    pub fn type_line(&mut self, line: &str) {
        let text = match self.unfinished.is_empty() {
            true => line.to_owned(),
            false => format!("{}\n{line}", self.unfinished),
        };
        if self.session.type_line(&text) {
            self.unfinished.clear();
        } else {
            self.unfinished = text;
        }
        self.session.poll();
        self.collect();
    }

    /// Stops the line that is at work, as Ctrl+C does.
    pub fn interrupt(&mut self) {
        self.unfinished.clear();
        self.session.interrupt();
    }

    /// What the terminal has to show since it was last asked.
    pub fn take_output(&mut self) -> Vec<TermLine> {
        std::mem::take(&mut self.output)
    }

    /// Output in whole lines.
    fn collect(&mut self) {
        for chunk in self.session.take_output() {
            match &mut self.partial {
                Some(partial) if partial.stream == chunk.stream => {
                    partial.text.push_str(&chunk.text)
                }
                _ => {
                    self.flush();
                    self.partial = Some(chunk);
                }
            }
            self.split();
        }
        if self.session.is_idle() {
            self.flush();
        }
    }

    fn split(&mut self) {
        let Some(partial) = &mut self.partial else {
            return;
        };
        while let Some(at) = partial.text.find('\n') {
            let rest = partial.text.split_off(at + 1);
            let text = std::mem::replace(&mut partial.text, rest);
            self.output.push(TermLine {
                voice: voice(partial.stream),
                text: text.trim_end_matches('\n').to_owned(),
            });
        }
    }

    fn flush(&mut self) {
        if let Some(partial) = self
            .partial
            .take()
            .filter(|partial| !partial.text.is_empty())
        {
            self.output.push(TermLine {
                voice: voice(partial.stream),
                text: partial.text,
            });
        }
    }

    pub fn board(&self) -> Board {
        view::panels::board::board(self.session.world())
    }

    pub fn tape(&self, from_ns: u64, to_ns: u64) -> Tape {
        view::panels::tape::tape(self.session.timeline(), SimTime(from_ns), SimTime(to_ns))
    }
}

fn voice(stream: Stream) -> Voice {
    match stream {
        Stream::Out => Voice::Output,
        Stream::Err => Voice::Error,
    }
}
