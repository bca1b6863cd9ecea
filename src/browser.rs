//! The few things the page asks of the browser itself: wall time, size, storage, the crash screen.

use leptos::prelude::{document, window};
use std::cell::RefCell;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

/// Where the chosen theme is kept between visits.
const THEME_KEY: &str = "orrery.theme";

thread_local! {
    /// A panic may hold the session, so the text stands by itself.
    static TRANSCRIPT: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Milliseconds since the page was opened, by a clock that never goes back.
pub fn wall_ms() -> f64 {
    window()
        .performance()
        .map_or(0.0, |performance| performance.now())
}

/// Whether the tab is in the background, where no frames are drawn.
pub fn is_hidden() -> bool {
    document().hidden()
}

/// Width of the window in CSS pixels.
pub fn width_px() -> f64 {
    window()
        .inner_width()
        .ok()
        .and_then(|width| width.as_f64())
        .unwrap_or(1366.0)
}

/// The theme kept from an earlier visit: `light` or `dark`.
pub fn kept_theme() -> Option<String> {
    window().local_storage().ok()??.get_item(THEME_KEY).ok()?
}

/// Sets and keeps the theme; None follows the system again.
pub fn set_theme(theme: Option<&str>) {
    // storage may be forbidden; then the choice lasts as long as the page
    let storage = window().local_storage().ok().flatten();
    let Some(root) = document().document_element() else {
        return;
    };
    let outcome = match theme {
        Some(name) => {
            storage.map(|storage| storage.set_item(THEME_KEY, name));
            root.set_attribute("data-theme", name)
        }
        None => {
            storage.map(|storage| storage.remove_item(THEME_KEY));
            root.remove_attribute("data-theme")
        }
    };
    if let Err(error) = outcome {
        web_sys::console::warn_1(&error);
    }
}

/// Takes away the words that stood there while the page was loading.
pub fn remove_first_paint() {
    if let Some(element) = document().get_element_by_id("first-paint") {
        element.remove();
    }
}

/// Keeps what was typed, where the crash screen finds it.
pub(crate) fn keep_transcript(text: &str) {
    TRANSCRIPT.with_borrow_mut(|kept| {
        // it only grows, so what is there is not copied again
        if let Some(more) = text.get(kept.len()..) {
            kept.push_str(more);
        }
    });
}

/// A cluster was opened: nothing was typed in it yet.
pub(crate) fn forget_transcript() {
    TRANSCRIPT.with_borrow_mut(String::clear);
}

/// A panic is a bug of ours: say so over the page, with the text to report and a way on.
pub fn report_panics() {
    std::panic::set_hook(Box::new(|info| {
        let text = info.to_string();
        web_sys::console::error_1(&JsValue::from_str(&text));
        show_crash(&text).ok();
    }));
}

/// The screen over a page that stopped: where, what was typed until then, and a link that opens the page anew.
///
/// # Errors
/// What the browser says if it makes no elements.
pub fn show_crash(text: &str) -> Result<(), JsValue> {
    let document = document();
    let Some(body) = document.body() else {
        return Ok(());
    };
    let screen = child(&body, "div", "")?;
    screen.set_attribute("role", "alertdialog")?;
    screen.set_attribute("aria-label", "Orrery stopped")?;
    screen.set_class_name("crash");
    child(
        &screen,
        "p",
        "Orrery stopped because of an error of its own. It says where:",
    )?;
    child(&screen, "pre", text)?;
    child(
        &screen,
        "p",
        "This is what was typed until then. Keep it: `orrery run` and the terminal of a new page play it again.",
    )?;
    let typed = TRANSCRIPT.try_with(|kept| {
        kept.try_borrow()
            .map(|kept| kept.clone())
            .unwrap_or_default()
    });
    let typed = typed.unwrap_or_default();
    let field: web_sys::HtmlTextAreaElement = child(&screen, "textarea", "")?.unchecked_into();
    field.set_value(&typed);
    field.set_read_only(true);
    field.set_rows(8);
    field.set_attribute("aria-label", "What was typed")?;
    let copy = child(&screen, "button", "Copy")?;
    copy.set_class_name("btn");
    let copied = Closure::<dyn FnMut()>::new(move || {
        // the promise is not waited for: the field stays there to copy by hand
        let _ = window().navigator().clipboard().write_text(&typed);
    });
    copy.add_event_listener_with_callback("click", copied.as_ref().unchecked_ref())?;
    copied.forget();
    let again = child(&screen, "a", "Reload the page")?;
    again.set_attribute("href", "")?;
    if let Some(button) = copy.dyn_ref::<web_sys::HtmlElement>() {
        button.focus()?;
    }
    Ok(())
}

/// A new last child with this text; text never becomes elements.
fn child(parent: &web_sys::Element, name: &str, text: &str) -> Result<web_sys::Element, JsValue> {
    let element = document().create_element(name)?;
    element.set_text_content(Some(text));
    parent.append_child(&element)?;
    Ok(element)
}
