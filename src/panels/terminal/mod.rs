//! The terminal: what was said, and a prompt with history.

use leptos::ev::{ClipboardEvent, KeyboardEvent, SubmitEvent};
use leptos::html;
use leptos::prelude::*;

use crate::dispatch::link::Busy;
use crate::dispatch::{Action, App, dispatch};
use crate::models::Voice;

/// The bottom region.
#[component]
pub fn TerminalPanel(app: App) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    let log = NodeRef::<html::Div>::new();
    // new lines are seen without scrolling by hand
    Effect::new(move |_| {
        app.terminal();
        app.busy();
        request_animation_frame(move || {
            if let Some(log) = log.get_untracked() {
                log.set_scroll_top(log.scroll_height());
            }
        });
    });
    let focus = move |_| {
        // a click on output may be the end of a selection to copy
        let selecting = window()
            .get_selection()
            .ok()
            .flatten()
            .is_some_and(|selection| !selection.is_collapsed());
        if let (false, Some(input)) = (selecting, input.get_untracked()) {
            input.focus().ok();
        }
    };
    view! {
        <section class="term" aria-label="Terminal" on:click=focus>
            <div class="tty-log" node_ref=log>
                <div role="log" aria-live="polite" aria-label="Terminal output">
                    <For each=move || app.terminal() key=|(id, _)| *id let((_, block))>
                        <pre class="tty" class:err=block.voice == Voice::Error>
                            {typed(block.voice).then(|| view! { <span class="p">{app.prompt(block.voice)}</span> })}
                            {block.text.trim_end_matches('\n').to_owned()}
                        </pre>
                    </For>
                </div>
                <Running app/>
                <Prompt app input/>
            </div>
        </section>
    }
}

fn typed(voice: Voice) -> bool {
    matches!(voice, Voice::Typed | Voice::Continued)
}

/// What the line at work waits for, and the way to stop it.
#[component]
fn Running(app: App) -> impl IntoView {
    let busy = Memo::new(move |_| app.busy());
    let shown = move || matches!(busy.get(), Busy::Waiting(_) | Busy::Advancing(_));
    let words = move || match busy.get() {
        Busy::Waiting(_) if !app.playing() => {
            "waits for the cluster, and its clock stands: press play"
        }
        Busy::Waiting(_) => "waits for the cluster",
        _ => "lets time pass",
    };
    let line = move || match busy.get() {
        Busy::Waiting(line) | Busy::Advancing(line) => line,
        Busy::Idle | Busy::More => String::new(),
    };
    view! {
        <Show when=shown>
            <p class="running" role="status">
                <span class="mono">{line}</span>
                <span>{words}</span>
                <button class="stop" on:click=move |_| dispatch(app, Action::Interrupt)>"Stop "<kbd>"Ctrl C"</kbd></button>
            </p>
        </Show>
    }
}

#[component]
fn Prompt(app: App, input: NodeRef<html::Input>) -> impl IntoView {
    let text = RwSignal::new(String::new());
    // how far back in the history; None while a new line is typed
    let back = RwSignal::new(None::<usize>);
    let prompt = move || match app.busy() {
        Busy::More => app.prompt(Voice::Continued),
        _ => app.prompt(Voice::Typed),
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let line = text.get_untracked();
        text.set(String::new());
        back.set(None);
        dispatch(app, Action::Type(line));
    };
    let recall = move |older: bool| {
        let history = app.history();
        let (place, line) = recalled(&history, back.get_untracked(), older);
        back.set(place);
        text.set(line);
    };
    let on_key = move |event: KeyboardEvent| {
        match (event.ctrl_key(), event.key().as_str()) {
            (false, "ArrowUp") => recall(true),
            (false, "ArrowDown") => recall(false),
            (true, "l") => dispatch(app, Action::ClearTerminal),
            (true, "u") => text.set(String::new()),
            (true, "c") if nothing_selected(input) => {
                text.set(String::new());
                dispatch(app, Action::Interrupt);
            }
            _ => return,
        }
        event.prevent_default();
    };
    // a field holds one line: of several, all but the last are typed at once, as a terminal does
    let on_paste = move |event: ClipboardEvent| {
        let pasted = event
            .clipboard_data()
            .and_then(|data| data.get_data("text/plain").ok());
        let pasted = pasted
            .unwrap_or_default()
            .replace("\r\n", "\n")
            .replace('\r', "\n");
        let Some((lines, rest)) = pasted.rsplit_once('\n') else {
            return;
        };
        event.prevent_default();
        let lines = format!("{}{lines}", text.get_untracked());
        text.set(rest.to_owned());
        back.set(None);
        dispatch(app, Action::Type(lines));
    };
    view! {
        <form class="tty prompt" on:submit=submit>
            <label class="p" for="line">{prompt}</label>
            <input
                id="line"
                node_ref=input
                aria-label="Command line"
                spellcheck="false"
                autocomplete="off"
                autocapitalize="off"
                enterkeyhint="send"
                prop:value=move || text.get()
                on:input=move |event| text.set(event_target_value(&event))
                on:paste=on_paste
                on:keydown=on_key
            />
        </form>
    }
}

/// The line `older` or newer than the one at `place`, and its place counted from the newest.
fn recalled(history: &[String], place: Option<usize>, older: bool) -> (Option<usize>, String) {
    let next = match (place, older) {
        (None, true) => Some(0),
        (Some(place), true) => Some((place + 1).min(history.len().saturating_sub(1))),
        (None | Some(0), false) => None,
        (Some(place), false) => Some(place - 1),
    };
    let line = next
        .and_then(|place| history.iter().rev().nth(place))
        .cloned();
    (next.filter(|_| line.is_some()), line.unwrap_or_default())
}

fn nothing_selected(input: NodeRef<html::Input>) -> bool {
    let Some(input) = input.get_untracked() else {
        return true;
    };
    let (start, end) = (
        input.selection_start().ok().flatten(),
        input.selection_end().ok().flatten(),
    );
    start == end
        && window()
            .get_selection()
            .ok()
            .flatten()
            .is_none_or(|selection| selection.is_collapsed())
}
