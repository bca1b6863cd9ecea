//! Keys that work anywhere but in a text field.

use leptos::prelude::*;
use leptos::{ev, web_sys};
use wasm_bindgen::JsCast;

use crate::dispatch::{Action, App, dispatch};

/// What a key means, if the focus is not in a text field.
pub fn meaning(key: &str, on_button: bool) -> Option<Action> {
    match key {
        // on a button the space bar presses it
        " " if !on_button => Some(Action::TogglePlay),
        "." => Some(Action::NextEvent),
        "," => Some(Action::Line("undo".to_owned())),
        "Escape" => Some(Action::Select(None)),
        _ => None,
    }
}

/// Listens for as long as the page lives.
pub fn start(app: App) {
    let handle = window_event_listener(ev::keydown, move |event| {
        let tag = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
            .map(|element| element.tag_name());
        let in_text = matches!(tag.as_deref(), Some("INPUT" | "TEXTAREA" | "SELECT"));
        if in_text
            || event.ctrl_key()
            || event.meta_key()
            || event.alt_key()
            || event.default_prevented()
        {
            return;
        }
        if let Some(action) = meaning(&event.key(), tag.as_deref() == Some("BUTTON")) {
            event.prevent_default();
            dispatch(app, action);
        }
    });
    on_cleanup(move || handle.remove());
}
