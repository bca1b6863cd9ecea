//! When the session runs: each frame, for at most [`BUDGET_MS`] of wall time, towards a target moment.
//!
//! *Invariants*: the budget changes *when* something is computed, never *what* (INV-1: the session sees target
//! moments only through the events before them). Paused and with nothing due, no frame is asked for at all.
//! A hidden tab gets no frames, so a timer stands in for them.

use gloo_timers::callback::Timeout;
use leptos::prelude::*;

use crate::browser;
use crate::dispatch::App;
use crate::dispatch::link::Link;

/// Wall time a frame may spend in the session; half of it is left for drawing.
const BUDGET_MS: f64 = 8.0;
/// Events between two looks at the clock: few, because one may take a millisecond.
const SLICE_STEPS: u32 = 8;
/// A frame that comes later than this (a sleeping machine) counts as this long.
const FRAME_MAX_MS: f64 = 250.0;
/// How often a hidden tab runs.
const HIDDEN_MS: u32 = 250;

/// What the pump remembers between frames.
#[derive(Default)]
pub struct Pump {
    /// The moment to run to.
    target_ns: u64,
    last_ms: Option<f64>,
    /// Counts armings, so that of a frame and the timer that stands in for it only one runs.
    armed: Option<u64>,
    armings: u64,
}

impl Pump {
    /// Forgets where it was to run to: time was wound back.
    pub(crate) fn stay(&mut self, now_ns: u64) {
        self.target_ns = now_ns;
    }

    /// Sets a moment to run to, even while paused; None (nothing is due) leaves it.
    pub(crate) fn aim(&mut self, target_ns: Option<u64>) {
        self.target_ns = target_ns.map_or(self.target_ns, |target| target.max(self.target_ns));
    }

    fn disarm(&mut self) -> bool {
        self.armed.take().is_some()
    }
}

/// Hears when the tab is hidden or shown again, for as long as the page lives.
pub fn start(app: App) {
    let handle = window_event_listener_untyped("visibilitychange", move |_| {
        // what was armed waits for a frame that may not come
        if app.pump.try_update_value(Pump::disarm).unwrap_or(false) {
            wake(app);
        }
    });
    on_cleanup(move || handle.remove());
}

/// Asks for a frame if there is something to do and none is on its way.
pub fn wake(app: App) {
    if !has_work(app) {
        return;
    }
    let Some(Some(arming)) = app.pump.try_update_value(|pump| {
        if pump.armed.is_some() {
            return None;
        }
        pump.armings += 1;
        pump.armed = Some(pump.armings);
        Some(pump.armings)
    }) else {
        return;
    };
    if browser::is_hidden() {
        Timeout::new(HIDDEN_MS, move || frame(app, arming)).forget();
    } else {
        request_animation_frame(move || frame(app, arming));
    }
}

fn has_work(app: App) -> bool {
    let aimed = app.pump.with_value(|pump| pump.target_ns);
    app.pace().is_some()
        || app.with_link(|link| {
            link.has_line() || link.advancing_to_ns().is_some() || link.now_ns() < aimed
        })
}

fn frame(app: App, arming: u64) {
    // the page may be gone (a test unmounts it), or another arming took this one's place
    let due = app
        .pump
        .try_update_value(|pump| pump.armed == Some(arming) && pump.disarm());
    if due != Some(true) {
        return;
    }
    let start_ms = browser::wall_ms();
    begin_lines(app, start_ms);
    run(app, start_ms);
    app.publish();
    wake(app);
    if !has_work(app) {
        app.pump.update_value(|pump| pump.last_ms = None);
    }
}

/// Lines that wait in the terminal, as many as there is time for.
fn begin_lines(app: App, start_ms: f64) {
    while app.with_link(|link| link.has_line()) && browser::wall_ms() - start_ms < BUDGET_MS {
        app.with_link(Link::begin_line);
        app.after_line();
    }
}

fn run(app: App, start_ms: f64) {
    let elapsed_ms = app.pump.try_update_value(|pump| {
        let last = pump.last_ms.replace(start_ms).unwrap_or(start_ms);
        (start_ms - last).clamp(0.0, FRAME_MAX_MS)
    });
    let now = app.with_link(|link| link.now_ns());
    let advancing = app.with_link(|link| link.advancing_to_ns()).unwrap_or(0);
    let aimed = app
        .pump
        .with_value(|pump| pump.target_ns)
        .max(now)
        .max(advancing);
    let target = match app.pace().map(|speed| speed.ns_per_wall_ms) {
        None => aimed,
        Some(Some(ns_per_wall_ms)) => {
            aimed.max(now + (elapsed_ms.unwrap_or(0.0) * ns_per_wall_ms as f64) as u64)
        }
        Some(None) => return run_freely(app, start_ms),
    };
    while !app.with_link(|link| link.run(target, SLICE_STEPS)) {
        if browser::wall_ms() - start_ms >= BUDGET_MS {
            // behind: the debt is dropped, so that time goes as fast as it can and never jumps; what was asked for by
            // hand stays asked for
            return;
        }
    }
}

/// From event to event until the budget is spent; stops where nothing is due any more.
fn run_freely(app: App, start_ms: f64) {
    while browser::wall_ms() - start_ms < BUDGET_MS {
        let Some(next) = app.with_link(|link| link.next_event_ns()) else {
            app.pause();
            return;
        };
        app.with_link(|link| link.run(next, SLICE_STEPS));
    }
}
