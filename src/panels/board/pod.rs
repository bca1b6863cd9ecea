//! A pod: owner strip, state, name with the shared part pale, and while it changes a second line.

use std::sync::Arc;

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use crate::dispatch::{Action, App, dispatch};
use crate::models::{Mark, PodGroup, PodRow};

/// More restarts than this are a number.
const RESTART_TICKS_MAX: u32 = 4;

/// The pod's own model; the last one while its row is being taken away.
fn model(group: Memo<PodGroup>, id: u32) -> Memo<Arc<PodRow>> {
    Memo::new(move |before: Option<&Arc<PodRow>>| {
        group
            .with(|group| group.pod(id).cloned())
            .or_else(|| before.cloned())
            .unwrap_or_default()
    })
}

/// Whether it is selected, and what a click does.
fn selection(
    app: App,
    pod: Memo<Arc<PodRow>>,
) -> (Memo<bool>, impl Fn(leptos::ev::MouseEvent) + 'static) {
    let key = move || pod.with_untracked(|pod| format!("{}/{}", pod.namespace, pod.name));
    let chosen = Memo::new(move |_| app.is_selected(&key()));
    let choose = move |_| dispatch(app, Action::Select((!chosen.get_untracked()).then(key)));
    (chosen, choose)
}

fn spoken(pod: &PodRow) -> String {
    format!(
        "{}, {} {}, restarts {}",
        pod.name, pod.status, pod.note, pod.restarts
    )
}

#[component]
pub(super) fn PodLine(app: App, group: Memo<PodGroup>, id: u32) -> impl IntoView {
    let pod = model(group, id);
    let mark = Memo::new(move |_| pod.with(|pod| pod.mark));
    let (chosen, choose) = selection(app, pod);
    let class = move || {
        let two = if mark.get().is_steady() { "" } else { "two" };
        format!("pod {} {two}", mark.get().tone())
    };
    let (shared, unique) = pod.with_untracked(|pod| split_name(pod));
    let restarts = Memo::new(move |_| pod.with(|pod| pod.restarts));
    view! {
        <li>
            <button
                class=class
                class:sel=chosen
                aria-pressed=move || chosen.get().to_string()
                aria-label=move || pod.with(|pod| spoken(pod))
                title=move || pod.with(|pod| format!("{}\n{} {}", pod.name, pod.status, pod.note).trim_end().to_owned())
                on:click=choose
            >
                <span class=move || pod.with(|pod| strip(pod))></span>
                <Drawing mark/>
                <span class="name"><span class="hash">{shared}</span><span class="unique">{unique}</span></span>
                {move || restart_ticks(restarts.get())}
                <Show when=move || !mark.get().is_steady()>
                    <span class="st"><b>{move || pod.with(|pod| pod.status.clone())}</b><span class="mid">{move || pod.with(|pod| pod.note.clone())}</span></span>
                </Show>
            </button>
        </li>
    }
}

/// Among many: the state alone, the name in a tip. One element and one effect, since there may be a thousand; the list
/// around it hears the clicks.
#[component]
pub(super) fn PodMark(app: App, group: Memo<PodGroup>, id: u32) -> impl IntoView {
    let (key, name) = group.with_untracked(|group| {
        group
            .pod(id)
            .map(|pod| (format!("{}/{}", pod.namespace, pod.name), pod.name.clone()))
            .unwrap_or_default()
    });
    let shown = key.clone();
    let class = move || {
        let mark = group
            .with(|group| group.pod(id).map(|pod| pod.mark))
            .unwrap_or_default();
        let selected = if app.is_selected(&shown) { " sel" } else { "" };
        format!("m {}{selected}", mark.class())
    };
    view! { <li class=class data-pod=key title=name></li> }
}

/// What a click on a list of marks selects.
pub(super) fn choose_mark(app: App, event: &leptos::ev::MouseEvent) {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<leptos::web_sys::Element>().ok());
    if let Some(key) = target.and_then(|element| element.get_attribute("data-pod")) {
        let chosen = app.is_selected_untracked(&key);
        dispatch(app, Action::Select((!chosen).then_some(key)));
    }
}

#[component]
fn Drawing(mark: Memo<Mark>) -> impl IntoView {
    view! { <svg class="g" viewBox="0 0 16 16" aria-hidden="true"><use href=move || mark.get().symbol()></use></svg> }
}

fn strip(pod: &PodRow) -> String {
    format!(
        "own {} own-{}",
        if pod.old { "old" } else { "" },
        pod.hue.token()
    )
}

/// What it shares with its owner, and what is its own.
fn split_name(pod: &PodRow) -> (String, String) {
    let at = (pod.shared_len as usize).min(pod.name.len());
    match (pod.name.get(..at), pod.name.get(at..)) {
        (Some(shared), Some(unique)) => (shared.to_owned(), unique.to_owned()),
        _ => (String::new(), pod.name.clone()),
    }
}

fn restart_ticks(count: u32) -> AnyView {
    if count > RESTART_TICKS_MAX {
        return view! { <span class="rst">{count}</span> }.into_any();
    }
    let ticks = (0..count).map(|_| view! { <i></i> }).collect_view();
    view! { <span class="rst">{ticks}</span> }.into_any()
}
