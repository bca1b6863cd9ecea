//! The page's hold on the open session: the only file under `src/` that speaks to the simulation.
//!
//! *Invariants*: lines that are typed while one is at work wait for their turn, as in any terminal; one line is begun
//! a call, so that a long paste never holds up a frame.

use std::collections::VecDeque;

use engine::SimTime;
use session::shell::Script;
use session::{Chunk, Options, Progress, Session, Stream};
use view::panels::board::BoardIndex;
use view::panels::tape::{Stretch, TapeIndex};

use crate::models::{Board, Tape, TermBlock, Voice};

/// Output that a frame may add to the terminal, in bytes; the rest of it is cut and said to be.
const OUTPUT_MAX: usize = 256 * 1024;
/// Lines of a typed command that are echoed.
const ECHO_LINES_MAX: usize = 40;

/// The open session.
pub struct Link {
    session: Session,
    board: BoardIndex,
    tape: TapeIndex,
    /// Windings that board and tape have heard of.
    board_rewinds: u64,
    tape_rewinds: u64,
    /// Lines that wait for their turn.
    queue: VecDeque<String>,
    /// What the line at work is, as it was typed.
    running: String,
    /// An unfinished line (an open quote or here-document).
    unfinished: String,
    output: Vec<TermBlock>,
    output_bytes: usize,
    /// What to type to come to the same cluster again.
    transcript: String,
    /// The moment up to which the transcript goes.
    written_ns: u64,
}

/// What the terminal's line is doing.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Busy {
    #[default]
    Idle,
    /// A quote or here-document is open: more lines are wanted.
    More,
    /// The line at work waits for the cluster or for time; only the clock brings it on.
    Waiting(String),
    /// The line at work lets time pass by itself.
    Advancing(String),
}

impl Link {
    pub fn open() -> Link {
        let session = Session::new(&Options::default()).expect("the default cluster is sound");
        let written_ns = session.now().0;
        Link {
            session,
            board: BoardIndex::default(),
            tape: TapeIndex::default(),
            board_rewinds: 0,
            tape_rewinds: 0,
            queue: VecDeque::new(),
            running: String::new(),
            unfinished: String::new(),
            output: Vec::new(),
            output_bytes: 0,
            transcript: String::new(),
            written_ns,
        }
    }

    /// Nanoseconds since boot.
    pub fn now_ns(&self) -> u64 {
        self.session.now().0
    }

    /// Boot, in seconds since 1970.
    pub fn start_unix_s(&self) -> i64 {
        let clock = self.session.world().clock();
        clock.boot_unix_nanos.div_euclid(1_000_000_000)
    }

    /// Differs after every change of the cluster and every winding of time.
    pub fn version(&self) -> (u64, u64, u32) {
        let timeline = self.session.timeline();
        (
            self.session.world().api.store().revision(),
            self.session.rewinds(),
            timeline.lines_done(),
        )
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

    /// Whether a line waits for its turn and its turn has come.
    pub fn has_line(&self) -> bool {
        self.session.is_idle() && !self.queue.is_empty()
    }

    /// What the terminal's line is doing.
    pub fn busy(&mut self) -> Busy {
        match self.session.poll() {
            Progress::Idle if self.unfinished.is_empty() => Busy::Idle,
            Progress::Idle => Busy::More,
            Progress::Waiting(_) => Busy::Waiting(self.running.clone()),
            Progress::Advancing(_) => Busy::Advancing(self.running.clone()),
        }
    }

    /// Puts a file into the session's working directory.
    pub fn write_file(&mut self, name: &str, text: &str) {
        self.session.place_file(name, text);
        self.record(&format!(
            "cat > {name} <<'END_OF_FILE'\n{}\nEND_OF_FILE",
            text.trim_end_matches('\n')
        ));
    }

    /// Takes lines for the terminal: the first begins when no line is at work, the rest after it.
    pub fn type_text(&mut self, text: &str) {
        let text = match self.unfinished.is_empty() {
            true => text.to_owned(),
            false => format!("{}\n{text}", std::mem::take(&mut self.unfinished)),
        };
        if text.trim().is_empty() {
            self.echo(&text);
            return;
        }
        self.queue.extend(Script::new(&text).map(|line| line.text));
        if self.has_line() {
            self.begin_line();
        }
    }

    /// Begins the next line of the queue.
    pub fn begin_line(&mut self) {
        let Some(line) = self.queue.pop_front() else {
            return;
        };
        let now = self.now_ns();
        if !self.session.type_line(&line) {
            self.echo(line.lines().last().unwrap_or_default());
            self.unfinished = line;
            return;
        }
        self.echo(&line);
        if now > self.written_ns {
            self.record(&format!("wait {}ms", (now - self.written_ns) as f64 / 1e6));
        }
        self.record(&line);
        self.running = line.lines().next().unwrap_or_default().to_owned();
        self.session.poll();
        self.collect();
    }

    /// Stops the line that is at work, as Ctrl+C does, and forgets those behind it.
    pub fn interrupt(&mut self) {
        self.unfinished.clear();
        self.queue.clear();
        self.session.interrupt();
        self.written_ns = self.written_ns.max(self.now_ns());
    }

    /// What the terminal has to show since it was last asked.
    pub fn take_output(&mut self) -> Vec<TermBlock> {
        self.output_bytes = 0;
        std::mem::take(&mut self.output)
    }

    /// Everything typed since the page was opened, as a script for `orrery run`.
    pub fn transcript(&self) -> &str {
        &self.transcript
    }

    fn record(&mut self, line: &str) {
        self.transcript.push_str(line);
        self.transcript.push('\n');
    }

    fn echo(&mut self, line: &str) {
        let mut lines: Vec<&str> = line.lines().take(ECHO_LINES_MAX).collect();
        let left = line.lines().count().saturating_sub(ECHO_LINES_MAX);
        let more = format!("… {left} more lines");
        if left > 0 {
            lines.push(&more);
        }
        let continues = !self.unfinished.is_empty();
        let voice = if continues {
            Voice::Continued
        } else {
            Voice::Typed
        };
        self.output.push(TermBlock {
            voice,
            text: lines.join("\n> "),
        });
    }

    /// Output in blocks of one voice. A line that is not ended yet is shown as it is.
    fn collect(&mut self) {
        if !self.running.is_empty() && self.session.is_idle() {
            self.running.clear();
            self.written_ns = self.now_ns();
        }
        for Chunk { stream, mut text } in self.session.take_output() {
            let room = OUTPUT_MAX.saturating_sub(self.output_bytes);
            if text.len() > room {
                let cut = (0..=room)
                    .rev()
                    .find(|at| text.is_char_boundary(*at))
                    .unwrap_or(0);
                let left = text.len() - cut;
                text.truncate(cut);
                if self.output_bytes < OUTPUT_MAX {
                    text.push_str(&format!(
                        "\n… {left} bytes more; a pipe to head or grep shows less\n"
                    ));
                }
                self.output_bytes = OUTPUT_MAX;
            }
            self.output_bytes += text.len();
            let voice = voice(stream);
            match self.output.last_mut() {
                Some(last) if last.voice == voice => last.text.push_str(&text),
                _ => self.output.push(TermBlock { voice, text }),
            }
        }
    }

    pub fn board(&mut self) -> Board {
        let rewinds = self.session.rewinds();
        let rewound = std::mem::replace(&mut self.board_rewinds, rewinds) != rewinds;
        self.board.board(self.session.world(), rewound)
    }

    pub fn tape(&mut self, stretch: Stretch) -> Tape {
        let rewinds = self.session.rewinds();
        let rewound = std::mem::replace(&mut self.tape_rewinds, rewinds) != rewinds;
        self.tape.tape(self.session.timeline(), stretch, rewound)
    }
}

fn voice(stream: Stream) -> Voice {
    match stream {
        Stream::Out => Voice::Output,
        Stream::Err => Voice::Error,
    }
}
