//! `logs --follow`.
//!
//! *Models*: `staging/src/k8s.io/kubectl/pkg/cmd/logs/logs.go (concurrentConsumeRequest)`.
//! *Invariants*: wakes when the next line is due or the store changes, never in between.
//! *Not modelled*: nothing.

use super::Options;
use super::source::Source;
use crate::client::{Client, Need, Step, Wake};
use api::{Kind, Pod};
use core::time::Duration;
use engine::SimTime;

/// How far ahead the next line is looked for.
const AHEAD: Duration = Duration::from_secs(3600);

/// Followed containers.
pub(super) struct Stream {
    sources: Vec<Followed>,
    options: Options,
    /// For standard error, once.
    notes: String,
    exit: i32,
}

struct Followed {
    source: Source,
    /// When the followed run began to be followed, and up to when it was printed.
    printed: Option<SimTime>,
    restarts: Option<i32>,
    done: bool,
}

impl Stream {
    pub fn new(sources: Vec<Source>, options: Options, notes: String) -> Stream {
        let sources = sources.into_iter().map(|source| Followed {
            source,
            printed: None,
            restarts: None,
            done: false,
        });
        Stream {
            sources: sources.collect(),
            options,
            notes,
            exit: 0,
        }
    }
}

impl Followed {
    /// New lines up to now; an error ends the stream.
    fn read(&mut self, options: &Options, cx: &Step<'_>) -> Result<String, String> {
        let text = match self.printed {
            None => self.source.text(options, cx)?,
            Some(since) => {
                let lines = self.source.lines(false, cx, cx.now)?;
                let new = lines.iter().filter(|line| line.at > since);
                new.map(|line| self.source.show(line, options, cx))
                    .collect()
            }
        };
        self.printed = Some(cx.now);
        self.done = !self.runs(cx);
        Ok(text)
    }

    /// Whether the run that is followed goes on.
    fn runs(&mut self, cx: &Step<'_>) -> bool {
        let source = &self.source;
        let found = cx.world.api.find(Kind::Pod, &source.namespace, &source.pod);
        let Some(pod) = found.and_then(|(_, object)| object.get::<Pod>()) else {
            return false;
        };
        let Some(status) = source.status(pod) else {
            return false;
        };
        let same = *self.restarts.get_or_insert(status.restart_count) == status.restart_count;
        same && status.state.running.is_some()
    }

    /// When its next line is due.
    fn next(&self, cx: &Step<'_>) -> Option<SimTime> {
        let lines = self.source.lines(false, cx, cx.now + AHEAD).ok()?;
        let next = lines.iter().find(|line| line.at > cx.now);
        Some(next.map_or(cx.now + AHEAD, |line| line.at))
    }
}

impl Client for Stream {
    fn step(&mut self, cx: &mut Step<'_>) -> Need {
        if !self.notes.is_empty() {
            return Need::Err(std::mem::take(&mut self.notes));
        }
        let mut out = String::new();
        for followed in self.sources.iter_mut().filter(|followed| !followed.done) {
            match followed.read(&self.options, cx) {
                Ok(text) => out.push_str(&text),
                // A pod that went away while it was followed just ends.
                Err(_) if followed.printed.is_some() => followed.done = true,
                Err(text) => {
                    followed.done = true;
                    self.exit = 1;
                    self.notes.push_str(&text);
                }
            }
        }
        if !out.is_empty() {
            return Need::Out(out);
        }
        if !self.notes.is_empty() {
            return Need::Err(std::mem::take(&mut self.notes));
        }
        let running = self.sources.iter().filter(|followed| !followed.done);
        let Some(at) = running.filter_map(|followed| followed.next(cx)).min() else {
            return Need::Done(self.exit);
        };
        Need::Until(Wake {
            after_revision: Some(cx.world.api.store().revision()),
            at: Some(at),
        })
    }
}
