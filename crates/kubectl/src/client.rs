//! What drives a command: the [`Client`] state machine and what it may see and ask for.

use cluster::{Cluster, Outcome, Reply, Request};
use engine::SimTime;
use std::collections::VecDeque;
use std::sync::Arc;

/// What a client needs before it can go on.
#[derive(Debug)]
pub enum Need {
    /// A request or world action; its outcome is in [`Step::outcome`] of the next step.
    Command(Box<cluster::Command>),
    /// Virtual time: called again when it is reached.
    Until(Wake),
    /// The context gets another namespace (`config set-context`).
    Namespace(String),
    /// Text for standard output, as it is (no newline is added).
    Out(String),
    /// Text for standard error.
    Err(String),
    /// The command is over.
    Done(i32),
}

impl Need {
    /// A request to the API server.
    pub fn request(request: Request) -> Need {
        Need::Command(Box::new(cluster::Command::Request(request)))
    }
}

/// When a waiting client wants to be called again: whichever comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wake {
    /// When the store has a newer revision than this.
    pub after_revision: Option<u64>,
    /// At this instant.
    pub at: Option<SimTime>,
}

/// Everything a client may look at in one step.
pub struct Step<'a> {
    pub world: &'a Cluster,
    pub now: SimTime,
    pub env: &'a Env<'a>,
    /// The answer to the last [`Need::Command`].
    pub outcome: Option<Outcome>,
}

impl Step<'_> {
    /// The API server's answer to the last request.
    ///
    /// # Panics
    /// If the last need was no request.
    pub fn reply(&mut self) -> Reply {
        match self.outcome.take() {
            Some(Outcome::Reply(reply)) => reply,
            other => panic!("a reply was expected, not {other:?}"),
        }
    }
}

/// The shell around a command.
pub struct Env<'a> {
    /// The context's namespace (`kubens`, `config set-context`).
    pub namespace: &'a str,
    pub files: &'a dyn Files,
    /// What a pipe or here-document feeds to `-f -`.
    pub stdin: &'a str,
}

/// The session's files, seen from its working directory.
pub trait Files {
    fn read(&self, path: &str) -> Option<Arc<str>>;
    /// The names in a directory, sorted; `None` if it is no directory.
    fn list(&self, path: &str) -> Option<Vec<String>>;
}

/// A running command.
pub trait Client {
    fn step(&mut self, cx: &mut Step<'_>) -> Need;
}

/// What became of one item of a [`Sequence`]: text to print and whether it failed.
#[derive(Debug, Default)]
pub struct Printed {
    pub out: String,
    pub err: String,
    pub failed: bool,
}

impl Printed {
    pub fn out(text: impl Into<String>) -> Printed {
        Printed {
            out: text.into(),
            ..Printed::default()
        }
    }

    pub fn failure(text: impl Into<String>) -> Printed {
        Printed {
            err: text.into(),
            failed: true,
            ..Printed::default()
        }
    }
}

/// Turns the answer of a request into text.
pub type Print = Box<dyn FnOnce(Reply, &Step<'_>) -> Printed>;

/// Turns the world as it is into what to do next.
pub type Decide = Box<dyn FnOnce(&Step<'_>) -> Vec<Item>>;

/// One entry of a [`Sequence`].
pub enum Item {
    /// A request and how to print its answer.
    Request(Request, Print),
    /// Text that is known already.
    Text(Printed),
    /// Looks at the world when its turn comes and says what to do instead.
    Decide(Decide),
    /// Is asked again and again until it is done.
    Watch(Box<dyn FnMut(&Step<'_>) -> Watched>),
    /// Ends the command here if an item before this one failed.
    StopIfFailed,
}

/// What an [`Item::Watch`] says.
pub enum Watched {
    /// Ask again then.
    Wait(Wake),
    /// Print this and ask again.
    Show(Printed),
    /// Done; go on with these.
    Then(Vec<Item>),
}

/// Requests and texts one after the other: the shape of most verbs. Ends with 1 if any item failed.
#[derive(Default)]
pub struct Sequence {
    items: VecDeque<Item>,
    print: Option<Print>,
    pending_out: Option<String>,
    /// Errors are kept and printed when all items are done.
    failures_last: bool,
    failures: VecDeque<String>,
    exit: i32,
}

impl Sequence {
    pub fn new(items: Vec<Item>) -> Sequence {
        Sequence {
            items: items.into(),
            ..Sequence::default()
        }
    }

    /// The same with every failure's text after everything else, as kubectl aggregates errors.
    pub fn failures_last(items: Vec<Item>) -> Sequence {
        Sequence {
            failures_last: true,
            ..Sequence::new(items)
        }
    }

    fn go_on_with(&mut self, items: Vec<Item>) {
        for item in items.into_iter().rev() {
            self.items.push_front(item);
        }
    }

    /// The kept errors. A single one has kubectl's `error: `, several are printed as they are.
    // kubernetes: kubectl/pkg/cmd/util/helpers.go (checkErr, MultipleErrors)
    fn failure_text(&mut self) -> String {
        let failures = std::mem::take(&mut self.failures);
        if failures.len() == 1 {
            return failures.into_iter().collect();
        }
        failures
            .iter()
            .map(|failure| failure.strip_prefix("error: ").unwrap_or(failure))
            .collect()
    }

    fn show(&mut self, mut printed: Printed) -> Option<Need> {
        if printed.failed {
            self.exit = 1;
            if self.failures_last {
                self.failures.push_back(std::mem::take(&mut printed.err));
            }
        }
        if printed.out.is_empty() {
            return (!printed.err.is_empty()).then_some(Need::Err(printed.err));
        }
        if !printed.err.is_empty() {
            self.pending_out = Some(printed.out);
            return Some(Need::Err(printed.err));
        }
        Some(Need::Out(printed.out))
    }
}

impl Client for Sequence {
    fn step(&mut self, cx: &mut Step<'_>) -> Need {
        if let Some(out) = self.pending_out.take() {
            return Need::Out(out);
        }
        if let Some(print) = self.print.take() {
            let reply = cx.reply();
            let printed = print(reply, cx);
            if let Some(need) = self.show(printed) {
                return need;
            }
        }
        while let Some(item) = self.items.pop_front() {
            match item {
                Item::Request(request, print) => {
                    self.print = Some(print);
                    return Need::request(request);
                }
                Item::Text(printed) => {
                    if let Some(need) = self.show(printed) {
                        return need;
                    }
                }
                Item::Decide(decide) => {
                    self.go_on_with(decide(cx));
                }
                Item::Watch(mut watch) => match watch(cx) {
                    Watched::Wait(wake) => {
                        self.items.push_front(Item::Watch(watch));
                        return Need::Until(wake);
                    }
                    Watched::Show(printed) => {
                        self.items.push_front(Item::Watch(watch));
                        if let Some(need) = self.show(printed) {
                            return need;
                        }
                    }
                    Watched::Then(items) => self.go_on_with(items),
                },
                Item::StopIfFailed if self.exit != 0 => self.items.clear(),
                Item::StopIfFailed => {}
            }
        }
        if !self.failures.is_empty() {
            return Need::Err(self.failure_text());
        }
        Need::Done(self.exit)
    }
}
