//! The time bar: the clock on its needle, what lies past to the left of it, what is to come to the right.

mod speed;
mod tape;

use leptos::prelude::*;

use crate::clock;
use crate::dispatch::{Action, App, dispatch};
use crate::widgets::icon::Icon;
use speed::SpeedScale;
use tape::TapeStrip;

const SECOND_NS: u64 = 1_000_000_000;

/// Buttons right of the needle.
const FORWARD: [(&str, u64, &str); 3] = [
    ("+1 s", 1, ""),
    ("+10 s", 10, "mid"),
    ("+1 min", 60, "wide"),
];
/// Buttons left of the needle: each is a `seek` of the terminal.
const BACK: [(&str, &str, &str); 3] = [
    ("−1 min", "seek -1m", "wide"),
    ("−10 s", "seek -10s", "mid"),
    ("−1 s", "seek -1s", ""),
];

/// The top region.
#[component]
pub fn TimeBar(app: App) -> impl IntoView {
    view! {
        <header class="timebar" role="region" aria-label="Time">
            <div class="tb-l">
                <span class="brand"><Icon name="mark"/>"Orrery"</span>
                <span class="sim">"Simulated Kubernetes v1.36"</span>
            </div>
            <BackButtons app/>
            <PlayButton app/>
            <Clock app/>
            <div class="tb-ahead">
                <button class="step next" on:click=move |_| dispatch(app, Action::NextEvent)>
                    <Icon name="next"/>"Next event"
                </button>
                {FORWARD
                    .into_iter()
                    .map(|(name, seconds, class)| {
                        let action = Action::Advance { ns: seconds * SECOND_NS };
                        view! { <button class=format!("step {class}") on:click=move |_| dispatch(app, action.clone())>{name}</button> }
                    })
                    .collect_view()}
            </div>
            <div class="tb-r">
                <SpeedScale app/>
                <ThemeButton app/>
            </div>
            <TapeStrip app/>
        </header>
    }
}

#[component]
fn BackButtons(app: App) -> impl IntoView {
    let line = move |text: &'static str| move |_| dispatch(app, Action::Line(text.to_owned()));
    view! {
        <div class="tb-back">
            <button class="icon-btn" aria-label="Undo" title="Undo the last command" on:click=line("undo")><Icon name="undo"/></button>
            <button class="icon-btn" aria-label="Redo" title="Redo" on:click=line("redo")><Icon name="redo"/></button>
            <i class="tb-sep mid"></i>
            {BACK
                .into_iter()
                .map(|(name, seek, class)| view! { <button class=format!("step {class}") on:click=line(seek)>{name}</button> })
                .collect_view()}
        </div>
    }
}

#[component]
fn PlayButton(app: App) -> impl IntoView {
    let name = move || if app.playing() { "Pause" } else { "Play" };
    let icon = move || if app.playing() { "#i-pause" } else { "#i-play" };
    view! {
        <button class="play" aria-label=name title="Play or pause (space)" on:click=move |_| dispatch(app, Action::TogglePlay)>
            <svg viewBox="0 0 16 16" aria-hidden="true"><use href=icon></use></svg>
        </button>
    }
}

#[component]
fn Clock(app: App) -> impl IntoView {
    view! {
        <div class="clock" role="timer" aria-label="Simulated clock">
            <div class="hms">{move || app.time_of_day()}<span class="ms">{move || clock::milliseconds(app.now_ns())}</span></div>
            <div class="date">{move || format!("{} · age {}", clock::date(app.now_unix_s()), clock::age(app.now_ns()))}</div>
        </div>
    }
}

#[component]
fn ThemeButton(app: App) -> impl IntoView {
    let name = move || match app.theme().as_deref() {
        None => "Theme: as the system",
        Some("light") => "Theme: paper",
        Some(_) => "Theme: ink",
    };
    view! {
        <button class="icon-btn theme" aria-label=name title=name on:click=move |_| dispatch(app, Action::NextTheme)>
            <Icon name="theme"/>
        </button>
    }
}
