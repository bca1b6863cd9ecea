//! Everything a reader can do, as one enum, and the one function that does it.
//!
//! *Invariants*: panels hold read halves of signals only, so nothing changes but through [`dispatch`]. What changes
//! the cluster becomes a line of the terminal, which shows the command a click is equal to.

pub mod link;

use leptos::prelude::*;

use crate::models::{Board, Tape, TermLine, Voice};
use crate::pump::{self, Pump};
use crate::{browser, clock};
use link::Link;

/// Lines the terminal keeps.
const SCROLLBACK_MAX: usize = 2_000;
const PROMPT: &str = "~/orrery $ ";
/// The editor's file, and what stands in it on a first visit.
pub const MANIFEST_NAME: &str = "web.yaml";
const MANIFEST: &str = include_str!("../static/web.yaml");

/// Speeds of the clock, slowest first.
pub const SPEEDS: [Speed; 7] = [
    Speed {
        label: "¼",
        spoken: "a quarter of real time",
        ns_per_wall_ms: Some(250_000),
    },
    Speed {
        label: "1×",
        spoken: "real time",
        ns_per_wall_ms: Some(1_000_000),
    },
    Speed {
        label: "10",
        spoken: "10 times",
        ns_per_wall_ms: Some(10_000_000),
    },
    Speed {
        label: "60",
        spoken: "60 times, a minute a second",
        ns_per_wall_ms: Some(60_000_000),
    },
    Speed {
        label: "600",
        spoken: "600 times, ten minutes a second",
        ns_per_wall_ms: Some(600_000_000),
    },
    Speed {
        label: "3600",
        spoken: "3600 times, an hour a second",
        ns_per_wall_ms: Some(3_600_000_000),
    },
    Speed {
        label: "max",
        spoken: "as fast as it goes",
        ns_per_wall_ms: None,
    },
];

/// A detent of the speed scale.
pub struct Speed {
    pub label: &'static str,
    pub spoken: &'static str,
    /// None: from event to event without waiting.
    pub ns_per_wall_ms: Option<u64>,
}

/// What a reader can do.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    TogglePlay,
    /// An index of [`SPEEDS`].
    SetSpeed(u32),
    /// On to the next event, and no further.
    NextEvent,
    /// On by this much simulated time.
    Advance {
        ns: u64,
    },
    /// A line typed in the terminal, or one that a click is equal to.
    Line(String),
    /// Ctrl+C.
    Interrupt,
    ClearTerminal,
    Edit(String),
    /// Saves the editor's file and applies it.
    Apply,
    /// `namespace/name` of a pod.
    Select(Option<String>),
    /// What a narrow screen shows.
    Show(Region),
    /// System, light, dark, and round again.
    NextTheme,
}

/// A part of the page; a phone shows one at a time.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Region {
    Manifest,
    Board,
    Terminal,
}

/// The page's handle: copied into every panel.
#[derive(Clone, Copy)]
pub struct App {
    link: StoredValue<Link, LocalStorage>,
    pub(crate) pump: StoredValue<Pump, LocalStorage>,
    revision: RwSignal<u64>,
    now_ns: RwSignal<u64>,
    playing: RwSignal<bool>,
    speed: RwSignal<u32>,
    terminal: RwSignal<Vec<(u64, TermLine)>>,
    history: RwSignal<Vec<String>>,
    manifest: RwSignal<String>,
    selected: RwSignal<Option<String>>,
    region: RwSignal<Region>,
    theme: RwSignal<Option<String>>,
}

impl App {
    /// Opens a cluster and the state of the page around it.
    pub fn open(link: Link) -> App {
        let theme = browser::kept_theme();
        if let Some(name) = &theme {
            browser::set_theme(Some(name));
        }
        let app = App {
            revision: RwSignal::new(link.revision()),
            now_ns: RwSignal::new(link.now_ns()),
            link: StoredValue::new_local(link),
            pump: StoredValue::new_local(Pump::default()),
            playing: RwSignal::new(false),
            speed: RwSignal::new(1),
            terminal: RwSignal::new(Vec::new()),
            history: RwSignal::new(Vec::new()),
            manifest: RwSignal::new(MANIFEST.to_owned()),
            selected: RwSignal::new(None),
            region: RwSignal::new(Region::Board),
            theme: RwSignal::new(theme),
        };
        app.publish();
        app
    }

    pub fn now_ns(&self) -> u64 {
        self.now_ns.get()
    }

    /// Seconds since 1970 at the needle.
    pub fn now_unix_s(&self) -> i64 {
        self.link.with_value(Link::start_unix_s) + (self.now_ns.get() / 1_000_000_000) as i64
    }

    /// `14:03:07` at the needle.
    pub fn time_of_day(&self) -> String {
        clock::time_of_day(self.now_unix_s())
    }

    pub fn playing(&self) -> bool {
        self.playing.get()
    }

    pub fn speed(&self) -> u32 {
        self.speed.get()
    }

    pub fn terminal(&self) -> Vec<(u64, TermLine)> {
        self.terminal.get()
    }

    /// Lines typed so far, oldest first.
    pub fn history(&self) -> Vec<String> {
        self.history.get()
    }

    pub fn prompt(&self) -> &'static str {
        PROMPT
    }

    pub fn manifest(&self) -> String {
        self.manifest.get()
    }

    pub fn selected(&self) -> Option<String> {
        self.selected.get()
    }

    pub fn region(&self) -> Region {
        self.region.get()
    }

    pub fn theme(&self) -> Option<String> {
        self.theme.get()
    }

    /// The board as it is at the needle; read again when the cluster has changed.
    pub fn board(&self) -> Board {
        self.revision.track();
        self.link.with_value(Link::board)
    }

    /// Marks of the tape between two moments; read again when the cluster has changed.
    pub fn tape(&self, from_ns: u64, to_ns: u64) -> Tape {
        self.revision.track();
        self.link.with_value(|link| link.tape(from_ns, to_ns))
    }

    /// Runs something on the session; for the pump, which publishes afterwards.
    pub(crate) fn with_link<T>(&self, run: impl FnOnce(&mut Link) -> T) -> T {
        self.link
            .try_update_value(run)
            .expect("the cluster stays open as long as the page")
    }

    /// Whether the pump lets time go on by itself, and how fast.
    pub(crate) fn pace(&self) -> Option<&'static Speed> {
        self.playing
            .get_untracked()
            .then(|| &SPEEDS[self.speed.get_untracked() as usize])
    }

    pub(crate) fn pause(&self) {
        self.playing.set(false);
    }

    /// Tells the panels what the session has become.
    pub(crate) fn publish(&self) {
        let (now, revision, output) =
            self.with_link(|link| (link.now_ns(), link.revision(), link.take_output()));
        if self.now_ns.get_untracked() != now {
            self.now_ns.set(now);
        }
        if self.revision.get_untracked() != revision {
            self.revision.set(revision);
        }
        self.print(output);
    }

    fn print(&self, lines: Vec<TermLine>) {
        if lines.is_empty() {
            return;
        }
        self.terminal.update(|shown| {
            let next = shown.last().map_or(0, |(id, _)| id + 1);
            shown.extend((next..).zip(lines));
            let surplus = shown.len().saturating_sub(SCROLLBACK_MAX);
            shown.drain(..surplus);
        });
    }
}

/// Does what the reader wants: the only way in.
pub fn dispatch(app: App, action: Action) {
    match action {
        Action::TogglePlay => app.playing.update(|playing| *playing = !*playing),
        Action::SetSpeed(index) => app.speed.set(index.min(SPEEDS.len() as u32 - 1)),
        Action::NextEvent => {
            let next = app.with_link(|link| link.next_event_ns());
            app.pump.update_value(|pump| pump.aim(next));
        }
        Action::Advance { ns } => {
            let target = app.with_link(|link| link.now_ns().saturating_add(ns));
            app.pump.update_value(|pump| pump.aim(Some(target)));
        }
        Action::Line(line) => type_line(app, line),
        Action::Interrupt => {
            app.with_link(Link::interrupt);
            app.print(vec![TermLine {
                voice: Voice::Output,
                text: "^C".to_owned(),
            }]);
        }
        Action::ClearTerminal => app.terminal.set(Vec::new()),
        Action::Edit(text) => app.manifest.set(text),
        Action::Apply => {
            let text = app.manifest.get_untracked();
            app.with_link(|link| link.write_file(MANIFEST_NAME, &text));
            type_line(app, format!("kubectl apply -f {MANIFEST_NAME}"));
        }
        Action::Select(pod) => app.selected.set(pod),
        Action::Show(region) => app.region.set(region),
        Action::NextTheme => {
            let next = match app.theme.get_untracked().as_deref() {
                None => Some("light"),
                Some("light") => Some("dark"),
                Some(_) => None,
            };
            browser::set_theme(next);
            app.theme.set(next.map(str::to_owned));
        }
    }
    pump::wake(app);
}

fn type_line(app: App, line: String) {
    app.print(vec![TermLine {
        voice: Voice::Typed,
        text: line.clone(),
    }]);
    if line.trim().is_empty() {
        return;
    }
    app.history.update(|history| {
        if history.last() != Some(&line) {
            history.push(line.clone());
        }
    });
    let before = app.with_link(|link| link.now_ns());
    app.with_link(|link| link.type_line(&line));
    let after = app.with_link(|link| link.now_ns());
    if after < before {
        app.pump.update_value(|pump| pump.stay(after));
    }
    app.publish();
}
