//! Everything a reader can do, as one enum, and the one function that does it.
//!
//! *Invariants*: panels hold read halves of signals only, so nothing changes but through [`dispatch`]. What changes
//! the cluster becomes a line of the terminal, which shows the command a click is equal to.

pub mod link;

use std::sync::Arc;

use leptos::prelude::*;

use crate::models::{Board, Stretch, Tape, TermBlock, Voice};
use crate::pump::{self, Pump};
use crate::{browser, clock};
use link::{Busy, Link};

/// Bytes and blocks the terminal keeps; the oldest go first.
const SCROLLBACK_BYTES_MAX: usize = 512 * 1024;
const SCROLLBACK_BLOCKS_MAX: usize = 1_000;
/// What the editor and one paste into the terminal may hold, in bytes: the API server takes no larger document.
pub const TEXT_MAX: usize = 1 << 20;
/// Lines that the arrow keys bring back.
const HISTORY_MAX: usize = 1_000;
const PROMPT: &str = "~/orrery $ ";
const PROMPT_MORE: &str = "> ";
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
    /// Lines typed or pasted in the terminal; they wait for the line that is at work.
    Type(String),
    /// The line that a click is equal to; what is at work is stopped for it.
    Line(String),
    /// Ctrl+C.
    Interrupt,
    ClearTerminal,
    Edit(String),
    /// A text of so many bytes was not taken into the editor or the terminal.
    Refuse(usize),
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
    version: RwSignal<(u64, u64, u32)>,
    now_ns: RwSignal<u64>,
    playing: RwSignal<bool>,
    speed: RwSignal<u32>,
    terminal: RwSignal<Vec<(u64, Arc<TermBlock>)>>,
    busy: RwSignal<Busy>,
    history: RwSignal<Vec<String>>,
    manifest: RwSignal<String>,
    notice: RwSignal<String>,
    selected: RwSignal<Option<String>>,
    region: RwSignal<Region>,
    theme: RwSignal<Option<String>>,
}

impl App {
    /// Opens a cluster and the state of the page around it.
    pub fn open(link: Link) -> App {
        browser::forget_transcript();
        let theme = browser::kept_theme();
        if let Some(name) = &theme {
            browser::set_theme(Some(name));
        }
        let app = App {
            version: RwSignal::new(link.version()),
            now_ns: RwSignal::new(link.now_ns()),
            link: StoredValue::new_local(link),
            pump: StoredValue::new_local(Pump::default()),
            playing: RwSignal::new(false),
            speed: RwSignal::new(1),
            terminal: RwSignal::new(Vec::new()),
            busy: RwSignal::new(Busy::Idle),
            history: RwSignal::new(Vec::new()),
            manifest: RwSignal::new(MANIFEST.to_owned()),
            notice: RwSignal::new(String::new()),
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

    pub fn terminal(&self) -> Vec<(u64, Arc<TermBlock>)> {
        self.terminal.get()
    }

    /// What the terminal's line is doing.
    pub fn busy(&self) -> Busy {
        self.busy.get()
    }

    /// Lines typed so far, oldest first.
    pub fn history(&self) -> Vec<String> {
        self.history.get()
    }

    /// What stands before a block that was typed.
    pub fn prompt(&self, voice: Voice) -> &'static str {
        match voice {
            Voice::Typed => PROMPT,
            Voice::Continued => PROMPT_MORE,
            Voice::Output | Voice::Error => "",
        }
    }

    /// The editor's text, to be read once.
    pub fn manifest_untracked(&self) -> String {
        self.manifest.get_untracked()
    }

    pub fn manifest_bytes(&self) -> usize {
        self.manifest.with_untracked(String::len)
    }

    pub fn manifest_lines(&self) -> usize {
        self.manifest
            .with(|text| text.bytes().filter(|byte| *byte == b'\n').count() + 1)
    }

    /// Why the editor did not take a text; empty if it did.
    pub fn notice(&self) -> String {
        self.notice.get()
    }

    pub fn selected(&self) -> Option<String> {
        self.selected.get()
    }

    /// Whether this pod (`namespace/name`) is the selected one.
    pub fn is_selected(&self, pod: &str) -> bool {
        self.selected
            .with(|selected| selected.as_deref() == Some(pod))
    }

    pub fn is_selected_untracked(&self, pod: &str) -> bool {
        self.selected
            .with_untracked(|selected| selected.as_deref() == Some(pod))
    }

    pub fn region(&self) -> Region {
        self.region.get()
    }

    pub fn theme(&self) -> Option<String> {
        self.theme.get()
    }

    /// The board as it is at the needle; read again when the cluster has changed.
    pub fn board(&self) -> Board {
        self.version.track();
        self.with_link(Link::board)
    }

    /// Marks of the tape in a stretch of time; read again when the cluster has changed.
    pub fn tape(&self, stretch: Stretch) -> Tape {
        self.version.track();
        self.with_link(|link| link.tape(stretch))
    }

    /// When the next event is due.
    pub fn next_event_ns(&self) -> Option<u64> {
        self.version.track();
        self.now_ns.track();
        self.with_link(|link| link.next_event_ns())
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

    /// After a line has begun: if it wound time, what was aimed at is forgotten and the clock stands, because on from
    /// there it would live through the same again; and the transcript is kept where a crash can find it.
    pub(crate) fn after_line(&self) {
        let (now, (_, rewinds, _)) = self.with_link(|link| (link.now_ns(), link.version()));
        if rewinds != self.version.get_untracked().1 {
            self.pump.update_value(|pump| pump.stay(now));
            self.pause();
        }
        self.with_link(|link| browser::keep_transcript(link.transcript()));
    }

    pub(crate) fn pause(&self) {
        self.playing.set(false);
    }

    /// Tells the panels what the session has become.
    pub(crate) fn publish(&self) {
        let (now, version, output, busy) = self.with_link(|link| {
            (
                link.now_ns(),
                link.version(),
                link.take_output(),
                link.busy(),
            )
        });
        if self.version.get_untracked() != version {
            self.version.set(version);
        }
        if self.now_ns.get_untracked() != now {
            self.now_ns.set(now);
        }
        if self.busy.with_untracked(|before| *before != busy) {
            self.busy.set(busy);
        }
        self.print(output);
    }

    fn print(&self, blocks: Vec<TermBlock>) {
        if blocks.is_empty() {
            return;
        }
        self.terminal.update(|shown| {
            let next = shown.last().map_or(0, |(id, _)| id + 1);
            shown.extend((next..).zip(blocks.into_iter().map(Arc::new)));
            let mut bytes = 0;
            let kept = shown
                .iter()
                .rev()
                .take(SCROLLBACK_BLOCKS_MAX)
                .take_while(|(_, block)| {
                    bytes += block.text.len();
                    bytes <= SCROLLBACK_BYTES_MAX
                });
            let surplus = shown.len() - kept.count().max(1);
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
        Action::Type(text) => type_text(app, &text),
        Action::Line(line) => {
            app.with_link(Link::interrupt);
            type_text(app, &line);
        }
        Action::Interrupt => interrupt(app),
        Action::ClearTerminal => app.terminal.set(Vec::new()),
        Action::Edit(text) => {
            app.notice.set(String::new());
            app.manifest.set(text);
        }
        Action::Refuse(bytes) => app.notice.set(refusal(bytes)),
        Action::Apply => {
            let text = app.manifest.get_untracked();
            app.with_link(|link| {
                link.interrupt();
                link.write_file(MANIFEST_NAME, &text);
            });
            type_text(app, &format!("kubectl apply -f {MANIFEST_NAME}"));
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

fn type_text(app: App, text: &str) {
    if text.len() > TEXT_MAX {
        app.print(vec![TermBlock {
            voice: Voice::Error,
            text: refusal(text.len()),
        }]);
        return;
    }
    app.history.update(|history| {
        let lines = text.lines().filter(|line| !line.trim().is_empty());
        for line in lines.take(HISTORY_MAX) {
            if history.last().is_none_or(|last| last != line) {
                history.push(line.to_owned());
            }
        }
        let surplus = history.len().saturating_sub(HISTORY_MAX);
        history.drain(..surplus);
    });
    app.with_link(|link| link.type_text(text));
    app.after_line();
    app.publish();
}

fn interrupt(app: App) {
    app.with_link(Link::interrupt);
    app.pump
        .update_value(|pump| pump.stay(app.now_ns.get_untracked()));
    app.publish();
    app.print(vec![TermBlock {
        voice: Voice::Output,
        text: "^C".to_owned(),
    }]);
}

fn refusal(bytes: usize) -> String {
    let mebibytes = bytes as f64 / f64::from(1 << 20);
    format!(
        "This text has {mebibytes:.1} MiB; at most 1 MiB is taken at once. Nothing was changed."
    )
}
