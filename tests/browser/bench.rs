//! The benchmarks in a browser: one line of JSON each on the console. `cargo xtask bench --browser` runs this.
#![cfg(target_arch = "wasm32")]

use cli::bench::{self, Host};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// Named at compile time, because a page has no arguments.
const NAMES: &str = match option_env!("ORRERY_BENCH") {
    Some(names) => names,
    None => "B9 B17",
};

fn now_ms() -> f64 {
    window()
        .performance()
        .map_or(0.0, |performance| performance.now())
}

/// The module's memory never shrinks, so what it has now is the most it has had.
fn peak_mib() -> f64 {
    let memory = wasm_bindgen::memory().unchecked_into::<js_sys::WebAssembly::Memory>();
    let buffer = memory.buffer().unchecked_into::<js_sys::ArrayBuffer>();
    f64::from(buffer.byte_length()) / f64::from(1 << 20)
}

#[wasm_bindgen_test]
fn workloads() {
    let names: Vec<String> = NAMES.split_whitespace().map(str::to_owned).collect();
    let ran = bench::run(&names, &Host { now_ms, peak_mib }, |record| {
        web_sys::console::log_1(&JsValue::from_str(&format!("bench {}", record.json())));
    });
    assert_eq!(ran, Ok(()));
}
