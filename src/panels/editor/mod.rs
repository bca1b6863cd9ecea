//! The manifest editor: a text field with line numbers; Ctrl+Enter applies.
//!
//! *Cost*: only the line numbers in sight are drawn, so that a long text scrolls as fast as a short one.

use leptos::ev::{ClipboardEvent, DragEvent, KeyboardEvent};
use leptos::html;
use leptos::prelude::*;

use crate::dispatch::{Action, App, MANIFEST_NAME, TEXT_MAX, dispatch};

/// Line numbers drawn at once: more than fit any screen.
const NUMBERS_MAX: usize = 160;

/// The left region.
#[component]
pub fn EditorPanel(app: App) -> impl IntoView {
    let apply = move || dispatch(app, Action::Apply);
    view! {
        <section class="left" aria-label="Manifest">
            <div class="tabs">
                <h2 class="tab current">"Manifest"</h2>
                <span class="sp"></span>
                <span class="mono file">{MANIFEST_NAME}</span>
            </div>
            <Field app/>
            <div class="ed-foot">
                <button class="btn apply" on:click=move |_| apply()>"Apply "<kbd>"Ctrl ↵"</kbd></button>
                <p class="notice" role="status">{move || app.notice()}</p>
            </div>
        </section>
    }
}

#[component]
fn Field(app: App) -> impl IntoView {
    let field = NodeRef::<html::Textarea>::new();
    let lines = Memo::new(move |_| app.manifest_lines());
    // the first line in sight, and how far it has been scrolled out of it
    let scrolled = RwSignal::new((0, 0.0));
    let numbers = move || {
        let (first, _) = scrolled.get();
        let last = lines.get().min(first + NUMBERS_MAX);
        (first + 1..=last)
            .map(|number| format!("{number}\n"))
            .collect::<String>()
    };
    let on_scroll = move |_| {
        if let Some(field) = field.get_untracked() {
            let top = f64::from(field.scroll_top());
            // line height from the sheet: whatever the text, all lines are equally high
            let height = f64::from(field.scroll_height()) / lines.get_untracked() as f64;
            let first = (top / height.max(1.0)) as usize;
            scrolled.set((first, first as f64 * height - top));
        }
    };
    let too_long = move |added: usize| {
        let bytes = app.manifest_bytes() + added;
        let refused = bytes > TEXT_MAX;
        if refused {
            dispatch(app, Action::Refuse(bytes));
        }
        refused
    };
    let on_paste = move |event: ClipboardEvent| {
        let text = event
            .clipboard_data()
            .and_then(|data| data.get_data("text/plain").ok());
        if too_long(text.map_or(0, |text| text.len())) {
            event.prevent_default();
        }
    };
    let on_drop = move |event: DragEvent| {
        let text = event
            .data_transfer()
            .and_then(|data| data.get_data("text/plain").ok());
        if too_long(text.map_or(0, |text| text.len())) {
            event.prevent_default();
        }
    };
    let on_key = move |event: KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            dispatch(app, Action::Apply);
        }
    };
    let on_input = move |event| {
        let text = event_target_value(&event);
        if text.len() > TEXT_MAX {
            dispatch(app, Action::Refuse(text.len()));
            if let Some(field) = field.get_untracked() {
                field.set_value(&app.manifest_untracked());
            }
        } else {
            dispatch(app, Action::Edit(text));
        }
    };
    view! {
        <div class="code">
            <pre class="numbers" aria-hidden="true" style:transform=move || format!("translateY({}px)", scrolled.get().1)>{numbers}</pre>
            <textarea
                node_ref=field
                aria-label="Manifest, YAML"
                spellcheck="false"
                autocomplete="off"
                autocapitalize="off"
                wrap="off"
                prop:value=app.manifest_untracked()
                on:scroll=on_scroll
                on:paste=on_paste
                on:drop=on_drop
                on:input=on_input
                on:keydown=on_key
            ></textarea>
        </div>
    }
}
