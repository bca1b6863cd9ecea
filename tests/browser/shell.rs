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
    /// A page of its own, paused before its first frame.
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
        let page = Page(place);
        page.click(".play");
        page
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

    fn count(&self, selector: &str) -> u32 {
        self.0
            .query_selector_all(selector)
            .expect("a selector")
            .length()
    }

    /// Types into the terminal; all but the last of several lines come as a paste does.
    fn type_line(&self, text: &str) {
        let input: web_sys::HtmlInputElement = self.find("#line");
        let last = match text.rsplit_once('\n') {
            Some((lines, last)) => {
                let data = web_sys::DataTransfer::new().expect("data");
                data.set_data("text/plain", &format!("{lines}\n"))
                    .expect("set");
                let init = web_sys::ClipboardEventInit::new();
                init.set_clipboard_data(Some(&data));
                let paste = web_sys::ClipboardEvent::new_with_event_init_dict("paste", &init)
                    .expect("an event");
                input.dispatch_event(&paste).expect("heard");
                last
            }
            None => text,
        };
        input.set_value(last);
        input
            .dispatch_event(&web_sys::Event::new("input").expect("an event"))
            .expect("heard");
        self.find::<web_sys::HtmlFormElement>(".prompt")
            .request_submit()
            .expect("sent");
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
        page.text(".tty-log [role=log] .tty"),
        "~/orrery $ kubectl apply -f web.yaml"
    );
}

#[wasm_bindgen_test]
async fn applied_pods_appear_and_go_again_with_undo_and_redo() {
    let page = Page::open();
    page.click(".apply");
    page.click(".tb-ahead .mid");
    frames().await;
    frames().await;
    assert_eq!(
        page.count(".node .pod.ready"),
        3,
        "{}",
        page.text(".tty-log")
    );
    page.click("[aria-label=Undo]");
    frames().await;
    assert_eq!(page.count(".node .pod"), 0);
    assert_eq!(page.text(".clock .hms"), "00:00:00.000");
    page.click("[aria-label=Redo]");
    frames().await;
    assert_eq!(page.count(".node .pod.ready"), 3);
}

#[wasm_bindgen_test]
async fn the_clock_stands_after_undo() {
    let page = Page::open();
    page.click(".apply");
    page.click(".play");
    frames().await;
    assert_ne!(page.text(".clock .hms"), "00:00:00.000");
    page.click("[aria-label=Undo]");
    frames().await;
    assert_eq!(page.text(".clock .hms"), "00:00:00.000");
    assert_eq!(
        page.find::<web_sys::Element>(".play")
            .get_attribute("aria-label")
            .as_deref(),
        Some("Play")
    );
}

#[wasm_bindgen_test]
async fn pasted_lines_run_one_after_the_other_and_output_is_text() {
    let page = Page::open();
    page.type_line("echo '<b id=bad>one</b>'\nwait 30s\ncat <<EOF\ntwo\nEOF");
    frames().await;
    frames().await;
    assert_eq!(page.text(".clock .hms"), "00:00:30.000");
    let log = page.text(".tty-log [role=log]");
    assert!(
        log.contains("<b id=bad>one</b>") && log.contains("two"),
        "{log}"
    );
    assert_eq!(page.count("#bad"), 0);
}

#[wasm_bindgen_test]
async fn a_line_that_waits_says_so_and_can_be_stopped() {
    let page = Page::open();
    page.type_line("kubectl get pods -w");
    frames().await;
    assert!(
        page.text(".running").contains("kubectl get pods -w"),
        "{}",
        page.text(".tty-log")
    );
    page.click(".running .stop");
    frames().await;
    assert_eq!(page.count(".running"), 0);
    assert!(page.text(".tty-log").contains("^C"));
}

#[wasm_bindgen_test]
async fn a_crash_shows_what_was_typed() {
    let page = Page::open();
    page.type_line("echo hello");
    frames().await;
    playground::browser::show_crash("INV-0: <i>it broke</i>").expect("shown");
    let screen: web_sys::HtmlElement = document()
        .query_selector(".crash")
        .expect("a selector")
        .expect("shown")
        .unchecked_into();
    assert!(
        screen
            .text_content()
            .unwrap_or_default()
            .contains("INV-0: <i>it broke</i>")
    );
    let typed = screen
        .query_selector("textarea")
        .expect("a selector")
        .expect("a field");
    assert!(
        typed
            .unchecked_into::<web_sys::HtmlTextAreaElement>()
            .value()
            .contains("echo hello\n")
    );
    screen.remove();
}

#[wasm_bindgen_test]
async fn a_typed_line_is_remembered() {
    let page = Page::open();
    page.type_line("kubectl get pods");
    frames().await;
    let input: web_sys::HtmlInputElement = page.find("#line");
    assert_eq!(
        page.text(".tty-log [role=log] .tty"),
        "~/orrery $ kubectl get pods"
    );
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
