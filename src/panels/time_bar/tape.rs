//! The tape that moves under the needle: a ruler, a lane for each kind of actor, what was and what is due.
//!
//! *Cost*: what is drawn stands at places of a fixed moment, the anchor, and is moved as a whole while the clock goes;
//! it is remade only when something happened or the anchor is a window's width away.

use leptos::ev;
use leptos::prelude::*;

use crate::dispatch::App;
use crate::models::{Lane, Stretch, Tape, TapeKind, TapeMark};
use crate::{browser, clock};
use engine::SimTime;

const SECOND_NS: f64 = 1e9;
/// Where the needle stands, as a share of the width; frame.css has the same figure.
const NEEDLE: f64 = 0.4685;
/// Pixels a second of simulated time takes at each speed, so that the tape can be read while it moves.
const PX_PER_S: [f64; 7] = [6.4, 6.4, 2.56, 0.64, 0.128, 0.032, 0.032];
/// Figures of the ruler stand at the first of these that leaves room for them.
const RULER_S: [i64; 13] = [
    1, 2, 5, 10, 30, 60, 300, 600, 1800, 3600, 10_800, 21_600, 86_400,
];
const FIGURE_PX: f64 = 56.0;
const LANE_TOP: f64 = 20.0;
const LANE_STEP: f64 = 10.6;
/// Width of a letter of the tape, on the wide side.
const LETTER_PX: f64 = 5.8;

/// Ticks closer than this are one.
const BUCKET_PX: f64 = 1.5;

/// What part of time is drawn. Places are pixels right of the anchor.
#[derive(Clone, Copy, PartialEq)]
struct Scale {
    width: f64,
    px_per_s: f64,
    anchor_ns: u64,
    start_unix_s: i64,
}

impl Scale {
    fn at(width: f64, px_per_s: f64, now_ns: u64, start_unix_s: i64) -> Scale {
        let window_ns = (width / px_per_s * SECOND_NS) as u64;
        let anchor_ns = now_ns / window_ns.max(1) * window_ns;
        Scale {
            width,
            px_per_s,
            anchor_ns,
            start_unix_s,
        }
    }

    fn x(self, at_ns: f64) -> f64 {
        (at_ns - self.anchor_ns as f64) / SECOND_NS * self.px_per_s
    }

    fn ns(self, px: f64) -> f64 {
        px / self.px_per_s * SECOND_NS
    }

    /// What can come into sight before the anchor changes, and boot at the earliest.
    fn begin_ns(self) -> f64 {
        (self.anchor_ns as f64 - self.ns(self.width * NEEDLE)).max(0.0)
    }

    fn end_ns(self) -> f64 {
        self.anchor_ns as f64 + self.ns(self.width * (2.0 - NEEDLE))
    }

    /// Seconds between two figures.
    fn figure_s(self) -> i64 {
        RULER_S
            .into_iter()
            .find(|step| *step as f64 * self.px_per_s >= FIGURE_PX)
            .unwrap_or(86_400)
    }

    fn stretch(self) -> Stretch {
        Stretch {
            from: SimTime(self.begin_ns() as u64),
            to: SimTime(self.end_ns() as u64),
            bucket_ns: self.ns(BUCKET_PX) as u64,
        }
    }
}

/// The strip: a picture that says the time and what is due next; the buttons above it move time.
#[component]
pub(super) fn TapeStrip(app: App) -> impl IntoView {
    let width = RwSignal::new(browser::width_px());
    let resized = window_event_listener(ev::resize, move |_| width.set(browser::width_px()));
    on_cleanup(move || resized.remove());
    let scale = Memo::new(move |_| {
        let start_unix_s = app.now_unix_s() - (app.now_ns() / 1_000_000_000) as i64;
        Scale::at(
            width.get(),
            PX_PER_S[app.speed() as usize],
            app.now_ns(),
            start_unix_s,
        )
    });
    let tape = Memo::new(move |_| app.tape(scale.get().stretch()));
    let needle = move || (width.get() * NEEDLE).round();
    let moved = move || {
        let scale = scale.get();
        format!(
            "translate({:.2} 0)",
            needle() - scale.x(app.now_ns() as f64)
        )
    };
    view! {
        <svg class="strip" height="64" width="100%" role="img" aria-label=move || spoken(&tape.get())>
            <rect class="to-come" x=needle y="1" width="100%" height="64"></rect>
            {Lane::ALL.into_iter().map(|lane| view! { <LaneLine lane needle=Signal::derive(needle)/> }).collect_view()}
            <g transform=moved>
                <path class="fine" d=move || ruler(scale.get(), 10.0, 3.0)></path>
                <path class="coarse" d=move || ruler(scale.get(), 1.0, 7.0)></path>
                {move || figures(scale.get())}
                <path class="tick" d=move || tape.with(|tape| ticks(scale.get(), tape))></path>
                {move || tape.with(|tape| marks(scale.get(), tape))}
            </g>
            <LaneNames/>
            <g transform=move || format!("translate({} 0)", needle())>
                <path class="needle" d="M0 0V64"></path>
                <path class="head" d="M-5 0h10l-5 6.5z"></path>
            </g>
        </svg>
    }
}

/// Over the marks, so that what has run off to the left does not show through.
#[component]
fn LaneNames() -> impl IntoView {
    let names = Lane::ALL
        .into_iter()
        .map(|lane| view! { <text x="14" y=lane_y(lane) + 3.5>{lane.name()}</text> });
    view! { <g class="lane-names"><rect x="0" y="14" width="88" height="50"></rect>{names.collect_view()}</g> }
}

#[component]
fn LaneLine(lane: Lane, needle: Signal<f64>) -> impl IntoView {
    let y = lane_y(lane);
    view! {
        <g class="lane-line">
            <path class="past" d=move || format!("M92 {y}H{}", needle.get())></path>
            <path class="plan" d=move || format!("M{} {y}H9999", needle.get())></path>
        </g>
    }
}

/// Where a ruler with lines so far apart has its lines: at round moments of the day, from boot on.
fn lines(scale: Scale, step_s: f64) -> impl Iterator<Item = (f64, f64)> {
    let start_s = scale.start_unix_s as f64;
    let first = ((start_s + scale.begin_ns() / SECOND_NS) / step_s).ceil() as i64;
    let last = ((start_s + scale.end_ns() / SECOND_NS) / step_s).floor() as i64;
    (first..=last).map(move |index| {
        let unix_s = index as f64 * step_s;
        (unix_s, scale.x((unix_s - start_s) * SECOND_NS))
    })
}

/// Ruler lines, so many to a figure.
fn ruler(scale: Scale, per_figure: f64, height: f64) -> String {
    lines(scale, scale.figure_s() as f64 / per_figure)
        .map(|(_, x)| format!("M{x:.1} 1v{height}"))
        .collect()
}

/// Minutes are named (`14:03`), what lies between is short (`:10`).
fn figures(scale: Scale) -> impl IntoView {
    lines(scale, scale.figure_s() as f64)
        .map(|(unix_s, x)| {
            let full = clock::time_of_day(unix_s as i64);
            let named = full.ends_with(":00");
            let text = if named { full[..5].to_owned() } else { full[5..].to_owned() };
            view! { <text class="figure" class:named=named x=format!("{:.1}", x + 3.5) y="11.5">{text}</text> }
        })
        .collect_view()
}

/// Everything that happened without words, in one path.
fn ticks(scale: Scale, tape: &Tape) -> String {
    let mut path = String::new();
    for (lane, at_ns) in &tape.ticks {
        path.push_str(&format!(
            "M{:.1} {:.1}v6.8",
            scale.x(*at_ns as f64),
            lane_y(*lane) - 3.4
        ));
    }
    path
}

fn marks(scale: Scale, tape: &Tape) -> impl IntoView + use<> {
    let past = tape
        .past
        .iter()
        .map(|mark| past_mark(scale, mark, fitting(scale, &tape.past, mark)))
        .collect_view();
    let ahead = tape.ahead.iter().enumerate();
    let ahead = ahead
        .map(|(index, mark)| plan_mark(scale, mark, fitting(scale, &tape.ahead, mark), index == 0))
        .collect_view();
    (past, ahead)
}

/// As much of a mark's text as fits before the next text of its lane: all, the object's name only, or nothing.
fn fitting(scale: Scale, marks: &[TapeMark], mark: &TapeMark) -> String {
    let later = marks.iter().filter(|other| {
        other.lane == mark.lane && other.at_ns > mark.at_ns && !other.text.is_empty()
    });
    let room = later
        .map(|other| other.at_ns - mark.at_ns)
        .min()
        .map_or(f64::INFINITY, |ns| {
            ns as f64 / SECOND_NS * scale.px_per_s - 14.0
        });
    let fits = |text: &str| text.chars().count() as f64 * LETTER_PX <= room;
    let name = mark.text.split(':').next().unwrap_or_default();
    [mark.text.as_str(), name]
        .into_iter()
        .find(|text| fits(text))
        .unwrap_or_default()
        .to_owned()
}

fn lane_y(lane: Lane) -> f64 {
    let index = Lane::ALL
        .iter()
        .position(|other| *other == lane)
        .unwrap_or(0);
    LANE_TOP + index as f64 * LANE_STEP
}

fn past_mark(scale: Scale, mark: &TapeMark, text: String) -> impl IntoView + use<> {
    let (x, y) = (scale.x(mark.at_ns as f64), lane_y(mark.lane));
    let (class, d) = match mark.kind {
        TapeKind::Warning => ("warning", "M0 -4 4.2 3.4h-8.4z"),
        TapeKind::Command | TapeKind::Due => ("command", "M0 -4 4 0 0 4 -4 0z"),
    };
    view! {
        <g class="was" transform=format!("translate({x:.1} {y})")>
            <path class=class d=d></path>
            <text x="8" y="3.5">{text}</text>
        </g>
    }
}

/// Hollow, because it has not happened; the first one is what *Next event* will do.
fn plan_mark(scale: Scale, mark: &TapeMark, text: String, next: bool) -> impl IntoView + use<> {
    let (x, y) = (scale.x(mark.at_ns as f64), lane_y(mark.lane));
    view! {
        <g class="due" class:next=next transform=format!("translate({x:.1} {y})")>
            <circle r="2.8"></circle>
            <text x="7" y="3.5">{text}</text>
        </g>
    }
}

/// What the picture shows, without the time: that is the clock's to say.
fn spoken(tape: &Tape) -> String {
    let count = |kind: TapeKind| tape.past.iter().filter(|mark| mark.kind == kind).count();
    let next = match tape.ahead.first() {
        Some(next) if !next.text.is_empty() => format!("Next: {}", next.text),
        Some(_) => "An event is due".to_owned(),
        None => "Nothing is due in sight".to_owned(),
    };
    format!(
        "Tape: {} commands, {} warnings. {next}",
        count(TapeKind::Command),
        count(TapeKind::Warning)
    )
}
