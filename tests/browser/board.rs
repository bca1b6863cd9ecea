//! The board in a real DOM: models in, elements out.
#![cfg(target_arch = "wasm32")]

use leptos::prelude::*;
use playground::clock;
use playground::dispatch::link::Link;
use playground::dispatch::{Action, App, dispatch};
use playground::models::{Board, Hue, Mark, NodeRow, PodRow, ResourceBar, ZoneRow};
use playground::panels::board::Nodes;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

fn pod(name: &str, mark: Mark, status: &str, note: &str) -> PodRow {
    PodRow {
        namespace: "default".to_owned(),
        name: name.to_owned(),
        shared_len: 15,
        hue: Hue::A,
        mark,
        status: status.to_owned(),
        note: note.to_owned(),
        ..PodRow::default()
    }
}

fn board() -> Board {
    let worker = NodeRow {
        name: "worker-1".to_owned(),
        status: "Ready".to_owned(),
        ready: true,
        resources: vec![ResourceBar {
            name: "cpu",
            text: "1.9/4".to_owned(),
            segments: vec![(Hue::System, 25), (Hue::A, 450)],
        }],
        pods: vec![
            pod("web-7c9d5f6b84-h4vlc", Mark::Ready, "Running", ""),
            PodRow {
                restarts: 3,
                ..pod(
                    "web-7c9d5f6b84-q2xfz",
                    Mark::BackOff,
                    "CrashLoopBackOff",
                    "37 s",
                )
            },
        ],
        ..NodeRow::default()
    };
    Board {
        unscheduled: vec![pod("web-7c9d5f6b84-p9wsn", Mark::Pending, "Pending", "")],
        zones: vec![ZoneRow {
            name: "zone-a".to_owned(),
            nodes: vec![worker],
        }],
    }
}

/// A panel mounted in an element of its own.
fn mounted(app_out: RwSignal<Option<App>, LocalStorage>) -> web_sys::HtmlElement {
    let place = document()
        .create_element("div")
        .expect("an element")
        .unchecked_into::<web_sys::HtmlElement>();
    document()
        .body()
        .expect("a body")
        .append_child(&place)
        .expect("appended");
    leptos::mount::mount_to(place.clone(), move || {
        let app = App::open(Link::open());
        app_out.set(Some(app));
        view! { <Nodes app board=Signal::derive(board)/> }
    })
    .forget();
    place
}

fn texts(place: &web_sys::HtmlElement, selector: &str) -> Vec<String> {
    let list = place.query_selector_all(selector).expect("a selector");
    (0..list.length())
        .filter_map(|index| list.get(index)?.text_content())
        .collect()
}

#[wasm_bindgen_test]
async fn a_steady_pod_takes_one_line_and_a_pod_in_change_says_its_status() {
    let place = mounted(RwSignal::new_local(None));
    leptos::task::tick().await;
    assert_eq!(
        texts(&place, ".node .pod .name"),
        ["web-7c9d5f6b84-h4vlc", "web-7c9d5f6b84-q2xfz"]
    );
    assert_eq!(texts(&place, ".node .pod .unique"), ["h4vlc", "q2xfz"]);
    assert_eq!(texts(&place, ".node .pod .st"), ["CrashLoopBackOff37 s"]);
    assert_eq!(
        place
            .query_selector_all(".node .rst i")
            .expect("a selector")
            .length(),
        3
    );
    assert_eq!(texts(&place, ".lane .pod .st"), ["Pending"]);
    place.remove();
}

#[wasm_bindgen_test]
async fn a_click_selects_a_pod_and_a_second_one_lets_it_go() {
    let app = RwSignal::new_local(None);
    let place = mounted(app);
    leptos::task::tick().await;
    let button = place
        .query_selector(".node .pod")
        .expect("a selector")
        .expect("a pod")
        .unchecked_into::<web_sys::HtmlElement>();
    button.click();
    leptos::task::tick().await;
    assert_eq!(
        button.get_attribute("aria-pressed").as_deref(),
        Some("true")
    );
    assert_eq!(
        app.get_untracked().expect("mounted").selected().as_deref(),
        Some("default/web-7c9d5f6b84-h4vlc")
    );
    button.click();
    leptos::task::tick().await;
    assert_eq!(
        button.get_attribute("aria-pressed").as_deref(),
        Some("false")
    );
    dispatch(app.get_untracked().expect("mounted"), Action::Select(None));
    place.remove();
}

#[wasm_bindgen_test]
fn the_clock_reads_as_utc() {
    let cases = [
        (1_767_225_600, "Thu 1 Jan 2026", "00:00:00"),
        (1_778_594_587, "Tue 12 May 2026", "14:03:07"),
        (1_709_164_799, "Wed 28 Feb 2024", "23:59:59"),
        (1_709_164_800, "Thu 29 Feb 2024", "00:00:00"),
        (-1, "Wed 31 Dec 1969", "23:59:59"),
    ];
    for (unix_s, date, time) in cases {
        assert_eq!(
            (
                clock::date(unix_s).as_str(),
                clock::time_of_day(unix_s).as_str()
            ),
            (date, time)
        );
    }
    assert_eq!(clock::age(9_660_000_000_000), "2h41m");
    assert_eq!(clock::age(59_999_999_999), "59s");
    assert_eq!(clock::milliseconds(7_412_999_999), ".412");
}
