//! The speed scale: seven detents on a log scale, one native slider under the drawing.

use leptos::prelude::*;

use crate::dispatch::{Action, App, SPEEDS, dispatch};

/// Distance of two detents, and of the first from the edge, in the drawing.
const DETENT: u32 = 33;
const EDGE: u32 = 12;

/// The scale; arrow keys, Home, End and the pointer move it.
#[component]
pub(super) fn SpeedScale(app: App) -> impl IntoView {
    let chosen = move || app.speed().to_string();
    let spoken = move || SPEEDS[app.speed() as usize].spoken;
    let choose = move |event| {
        if let Ok(index) = event_target_value(&event).parse() {
            dispatch(app, Action::SetSpeed(index));
        }
    };
    view! {
        <div class="speed" title="Speed of the clock">
            <svg width="222" height="34" viewBox="0 0 222 34" aria-hidden="true">
                <path d="M12 14H210" stroke="var(--graph)"></path>
                <path d=log_ticks() stroke="var(--line-2)" stroke-width=".9"></path>
                {SPEEDS.iter().zip(0..).map(|(speed, index)| view! { <Detent app label=speed.label index/> }).collect_view()}
                <path class="pointer" d="M-5 2h10v5l-5 5-5-5z" transform=move || format!("translate({} 1)", place(app.speed()))></path>
            </svg>
            <input type="range" min="0" max=SPEEDS.len() - 1 step="1" aria-label="Speed" aria-valuetext=spoken prop:value=chosen on:input=choose/>
        </div>
    }
}

#[component]
fn Detent(app: App, label: &'static str, index: u32) -> impl IntoView {
    let x = place(index);
    view! {
        <path d=format!("M{x} 8v6") stroke="var(--graph)" stroke-width="1.2"></path>
        <text x=x y="28" text-anchor="middle" class:chosen=move || app.speed() == index>{label}</text>
    }
}

fn place(index: u32) -> u32 {
    EDGE + index * DETENT
}

/// Small ticks at 2, 3 … 9 tenths of each decade.
fn log_ticks() -> String {
    let mut path = String::new();
    for index in 0..SPEEDS.len() as u32 - 1 {
        for tenth in 2..10 {
            let x = f64::from(place(index)) + f64::from(DETENT) * f64::from(tenth).log10();
            path.push_str(&format!("M{x:.1} 14v-3"));
        }
    }
    path
}
