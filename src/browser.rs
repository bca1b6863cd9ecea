//! The few things the page asks of the browser itself: wall time, size, storage, the crash screen.

use leptos::prelude::{document, window};
use wasm_bindgen::{JsCast, JsValue};

/// Where the chosen theme is kept between visits.
const THEME_KEY: &str = "orrery.theme";

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

/// A panic is a bug of ours: say so over the page, with the text to report and a way on.
pub fn report_panics() {
    std::panic::set_hook(Box::new(|info| {
        let text = info.to_string();
        web_sys::console::error_1(&JsValue::from_str(&text));
        show_crash(&text).ok();
    }));
}

fn show_crash(text: &str) -> Result<(), JsValue> {
    let document = document();
    let Some(body) = document.body() else {
        return Ok(());
    };
    let screen = document.create_element("div")?;
    screen.set_attribute("role", "alertdialog")?;
    screen.set_attribute("aria-label", "Orrery stopped")?;
    screen.set_class_name("crash");
    let words = document.create_element("p")?;
    words.set_text_content(Some(
        "Orrery stopped because of an error of its own. This text says where:",
    ));
    let detail = document.create_element("pre")?;
    detail.set_text_content(Some(text));
    let again = document.create_element("a")?;
    again.set_attribute("href", "")?;
    again.set_text_content(Some("Reload the page"));
    for element in [&words, &detail, &again] {
        screen.append_child(element)?;
    }
    body.append_child(&screen)?;
    if let Some(link) = again.dyn_ref::<web_sys::HtmlElement>() {
        link.focus()?;
    }
    Ok(())
}
