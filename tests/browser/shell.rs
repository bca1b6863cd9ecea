//! The whole page in a real DOM: keys, the terminal, the clock.
#![cfg(target_arch = "wasm32")]

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use playground::shell::Shell;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

struct Page(web_sys::HtmlElement);

impl Page {
    fn open() -> Page {
        let place = document()
            .create_element("div")
            .expect("an element")
            .unchecked_into::<web_sys::HtmlElement>();
        document()
            .body()
            .expect("a body")
            .append_child(&place)
            .expect("appended");
        leptos::mount::mount_to(place.clone(), Shell).forget();
        Page(place)
    }

    fn find<T: JsCast>(&self, selector: &str) -> T {
        let found = self.0.query_selector(selector).expect("a selector");
        found
            .unwrap_or_else(|| panic!("nothing is {selector}"))
            .unchecked_into()
    }

    fn text(&self, selector: &str) -> String {
        self.find::<web_sys::Element>(selector)
            .text_content()
            .unwrap_or_default()
    }

    fn click(&self, selector: &str) {
        self.find::<web_sys::HtmlElement>(selector).click();
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        self.0.remove();
    }
}

/// Long enough for some frames.
async fn frames() {
    TimeoutFuture::new(120).await;
}

#[wasm_bindgen_test]
async fn paused_means_still_and_play_lets_the_clock_go() {
    let page = Page::open();
    let before = page.text(".clock .hms");
    frames().await;
    assert_eq!(page.text(".clock .hms"), before);
    page.click(".play");
    frames().await;
    assert_ne!(page.text(".clock .hms"), before);
    assert_eq!(
        page.find::<web_sys::Element>(".play")
            .get_attribute("aria-label")
            .as_deref(),
        Some("Pause")
    );
    page.click(".play");
}

#[wasm_bindgen_test]
async fn ten_seconds_forward_are_exactly_ten_seconds() {
    let page = Page::open();
    page.click(".tb-ahead .mid");
    frames().await;
    assert_eq!(page.text(".clock .hms"), "00:00:10.000");
}

#[wasm_bindgen_test]
async fn apply_shows_the_command_it_is_equal_to() {
    let page = Page::open();
    page.click(".apply");
    frames().await;
    assert_eq!(
        page.text(".tty.typed"),
        "~/orrery $ kubectl apply -f web.yaml"
    );
}

#[wasm_bindgen_test]
async fn a_typed_line_is_remembered() {
    let page = Page::open();
    let input: web_sys::HtmlInputElement = page.find("#line");
    input.set_value("kubectl get pods");
    input
        .dispatch_event(&web_sys::Event::new("input").expect("an event"))
        .expect("heard");
    page.find::<web_sys::HtmlFormElement>(".prompt")
        .request_submit()
        .expect("sent");
    frames().await;
    assert_eq!(page.text(".tty.typed"), "~/orrery $ kubectl get pods");
    assert_eq!(input.value(), "");
    let up = web_sys::KeyboardEventInit::new();
    up.set_key("ArrowUp");
    input
        .dispatch_event(
            &web_sys::KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &up)
                .expect("an event"),
        )
        .expect("heard");
    frames().await;
    assert_eq!(input.value(), "kubectl get pods");
}

#[wasm_bindgen_test]
async fn every_button_and_field_has_a_name() {
    let page = Page::open();
    frames().await;
    let list = page
        .0
        .query_selector_all("button, input, textarea")
        .expect("a selector");
    assert!(list.length() > 10);
    for index in 0..list.length() {
        let element = list
            .get(index)
            .expect("in the list")
            .unchecked_into::<web_sys::Element>();
        let text = element.text_content().unwrap_or_default();
        assert!(
            element.has_attribute("aria-label") || !text.trim().is_empty(),
            "{}",
            element.outer_html()
        );
    }
}
