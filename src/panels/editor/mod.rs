//! The manifest editor: a text field with line numbers; Ctrl+Enter applies.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use crate::dispatch::{Action, App, MANIFEST_NAME, dispatch};

/// The left region.
#[component]
pub fn EditorPanel(app: App) -> impl IntoView {
    let lines = Memo::new(move |_| app.manifest().split('\n').count());
    let numbers = move || {
        (1..=lines.get())
            .map(|number| number.to_string())
            .collect::<Vec<_>>()
            .join("\n")
    };
    let apply = move || dispatch(app, Action::Apply);
    let on_key = move |event: KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            apply();
        }
    };
    view! {
        <section class="left" aria-label="Manifest">
            <div class="tabs">
                <h2 class="tab current">"Manifest"</h2>
                <span class="sp"></span>
                <span class="mono file">{MANIFEST_NAME}</span>
            </div>
            <div class="code">
                <pre class="numbers" aria-hidden="true">{numbers}</pre>
                <textarea
                    aria-label="Manifest, YAML"
                    spellcheck="false"
                    autocomplete="off"
                    autocapitalize="off"
                    wrap="off"
                    rows=move || lines.get()
                    prop:value=move || app.manifest()
                    on:input=move |event| dispatch(app, Action::Edit(event_target_value(&event)))
                    on:keydown=on_key
                ></textarea>
            </div>
            <div class="ed-foot">
                <button class="btn apply" on:click=move |_| apply()>"Apply "<kbd>"Ctrl ↵"</kbd></button>
            </div>
        </section>
    }
}
