//! The board in a real DOM: models in, elements out.
#![cfg(target_arch = "wasm32")]

use std::sync::Arc;

use leptos::prelude::*;
use playground::clock;
use playground::dispatch::link::Link;
use playground::dispatch::{Action, App, dispatch};
use playground::models::{
    Board, Density, Hue, Mark, NodeRow, PodGroup, PodRow, ResourceBar, ZoneRow,
};
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

/// Pods numbered from `first`, all of them drawn.
fn group(first: u32, pods: Vec<PodRow>) -> PodGroup {
    let mut counts: Vec<(Mark, u32)> = Vec::new();
    for mark in Mark::ALL {
        let count = pods.iter().filter(|pod| pod.mark == mark).count() as u32;
        counts.extend((count > 0).then_some((mark, count)));
    }
    PodGroup {
        counts,
        total: pods.len() as u32,
        shown: (first..).zip(pods.into_iter().map(Arc::new)).collect(),
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
        pods: group(
            1,
            vec![
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
        ),
        ..NodeRow::default()
    };
    Board {
        density: Density::Rows,
        unscheduled: group(
            9,
            vec![pod("web-7c9d5f6b84-p9wsn", Mark::Pending, "Pending", "")],
        ),
        zones: vec![ZoneRow {
            name: "zone-a".to_owned(),
            nodes: vec![Arc::new(worker)],
        }],
        nodes_more: 0,
    }
}

/// A panel mounted in an element of its own, of a board that the test may change.
fn mounted(
    app_out: RwSignal<Option<App>, LocalStorage>,
    board: RwSignal<Board>,
) -> web_sys::HtmlElement {
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
        view! { <Nodes app board=board.into()/> }
    })
    .forget();
    place
}

fn find(place: &web_sys::HtmlElement, selector: &str) -> web_sys::HtmlElement {
    let found = place.query_selector(selector).expect("a selector");
    found
        .unwrap_or_else(|| panic!("nothing is {selector}"))
        .unchecked_into()
}

fn texts(place: &web_sys::HtmlElement, selector: &str) -> Vec<String> {
    let list = place.query_selector_all(selector).expect("a selector");
    (0..list.length())
        .filter_map(|index| list.get(index)?.text_content())
        .collect()
}

#[wasm_bindgen_test]
async fn a_steady_pod_takes_one_line_and_a_pod_in_change_says_its_status() {
    let place = mounted(RwSignal::new_local(None), RwSignal::new(board()));
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
    let place = mounted(app, RwSignal::new(board()));
    leptos::task::tick().await;
    let button = find(&place, ".node .pod");
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
async fn a_change_redraws_the_pod_that_changed_and_no_other() {
    let model = RwSignal::new(board());
    let place = mounted(RwSignal::new_local(None), model);
    leptos::task::tick().await;
    let steady = find(&place, ".node .pod");
    let failed = find(&place, ".node .pod.fail");
    let mut next = board();
    let mut node = (*next.zones[0].nodes[0]).clone();
    node.pods.shown[1].1 = Arc::new(pod("web-7c9d5f6b84-q2xfz", Mark::Ready, "Running", ""));
    node.pods.shown.push((
        12,
        Arc::new(pod(
            "web-7c9d5f6b84-zzzzz",
            Mark::Creating,
            "ContainerCreating",
            "",
        )),
    ));
    next.zones[0].nodes[0] = Arc::new(node);
    next.unscheduled = PodGroup::default();
    model.set(next);
    leptos::task::tick().await;
    assert!(steady.is_connected() && failed.is_connected());
    assert_eq!(failed.class_name().trim(), "pod ready");
    assert_eq!(
        texts(&place, ".node .pod .unique"),
        ["h4vlc", "q2xfz", "zzzzz"]
    );
    assert_eq!(texts(&place, ".lane"), [""; 0]);
    place.remove();
}

#[wasm_bindgen_test]
async fn many_pods_are_marks_and_very_many_are_counts() {
    let model = RwSignal::new(board());
    let place = mounted(RwSignal::new_local(None), model);
    model.update(|board| board.density = Density::Marks);
    leptos::task::tick().await;
    let cells = place.query_selector_all(".node .m").expect("a selector");
    assert_eq!((cells.length(), texts(&place, ".node .name").len()), (2, 0));
    model.update(|board| {
        board.density = Density::Counts;
        let mut node = (*board.zones[0].nodes[0]).clone();
        node.pods = PodGroup {
            counts: vec![(Mark::Ready, 5_000), (Mark::Failed, 7)],
            total: 5_007,
            shown: Vec::new(),
        };
        board.zones[0].nodes[0] = Arc::new(node);
    });
    leptos::task::tick().await;
    assert_eq!(texts(&place, ".node .counts li"), ["5000Ready", "7Failed"]);
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
