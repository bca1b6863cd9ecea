//! A pod: owner strip, state, name with the shared part pale, and while it changes a second line.

use leptos::prelude::*;

use crate::dispatch::{Action, App, dispatch};
use crate::models::PodRow;
use crate::widgets::icon::StateMark;

/// More restarts than this are a number.
const RESTART_TICKS_MAX: u32 = 4;

#[component]
pub(super) fn PodLine(app: App, pod: PodRow) -> impl IntoView {
    let key = format!("{}/{}", pod.namespace, pod.name);
    let chosen = {
        let key = key.clone();
        Memo::new(move |_| app.selected().as_deref() == Some(key.as_str()))
    };
    let steady = pod.mark.is_steady();
    let class = format!(
        "pod {} {}",
        pod.mark.tone(),
        if steady { "" } else { "two" }
    );
    let spoken = format!(
        "{}, {} {}, restarts {}",
        pod.name, pod.status, pod.note, pod.restarts
    );
    let strip = format!(
        "own {} own-{}",
        if pod.old { "old" } else { "" },
        pod.hue.token()
    );
    let (shared, unique) = split_name(&pod);
    let choose = move |_| {
        dispatch(
            app,
            Action::Select((!chosen.get_untracked()).then(|| key.clone())),
        )
    };
    view! {
        <li>
            <button class=class class:sel=move || chosen.get() aria-pressed=move || chosen.get().to_string() aria-label=spoken title=pod.name.clone() on:click=choose>
                <span class=strip></span>
                <StateMark mark=pod.mark/>
                <span class="name"><span class="hash">{shared}</span><span class="unique">{unique}</span></span>
                <Restarts count=pod.restarts/>
                {(!steady).then(|| view! { <span class="st"><b>{pod.status}</b><span class="mid">{pod.note}</span></span> })}
            </button>
        </li>
    }
}

/// What it shares with its owner, and what is its own.
fn split_name(pod: &PodRow) -> (String, String) {
    let at = (pod.shared_len as usize).min(pod.name.len());
    match (pod.name.get(..at), pod.name.get(at..)) {
        (Some(shared), Some(unique)) => (shared.to_owned(), unique.to_owned()),
        _ => (String::new(), pod.name.clone()),
    }
}

#[component]
fn Restarts(count: u32) -> impl IntoView {
    let ticks = (1..=count)
        .take(RESTART_TICKS_MAX as usize)
        .map(|_| view! { <i></i> })
        .collect_view();
    if count > RESTART_TICKS_MAX {
        view! { <span class="rst">{count}</span> }.into_any()
    } else {
        view! { <span class="rst">{ticks}</span> }.into_any()
    }
}
