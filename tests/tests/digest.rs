//! INV-1: the same seed and the same commands give the same bytes, natively, under Node and in Chromium.
//!
//! This file is built for each of them and compares with the same `digest.txt`. A change of the model that is meant
//! is taken over by `BLESS=1 cargo test --package orrery-tests --test digest`.

use std::fmt::Write as _;

use session::shell::Script;
use session::{Options, Session};

const SCRIPT: &str = include_str!("digest/script.sh");
const EXPECTED: &str = include_str!("digest/digest.txt");

/// Status, digest and first line of every command of the script.
fn digests() -> String {
    let mut session = Session::new(&Options::default()).expect("the default cluster is sound");
    let mut text = String::new();
    for line in Script::new(SCRIPT) {
        let output = session.run_line(&line.text);
        let digest = engine::hex(&session.timeline().digest());
        let first = line.text.lines().next().unwrap_or_default();
        writeln!(text, "{digest} {} {first}", output.exit).expect("a string takes all");
    }
    text
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn the_same_script_gives_the_same_digests_everywhere() {
    let found = digests();
    #[cfg(not(target_arch = "wasm32"))]
    if blessed() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/digest/digest.txt");
        std::fs::write(path, &found).expect("written");
        return;
    }
    let differs = found
        .lines()
        .zip(EXPECTED.lines())
        .find(|(found, expected)| found != expected);
    assert!(
        found == EXPECTED,
        "the first line that differs (found, expected): {differs:?}\nif the model was meant to change: BLESS=1"
    );
}

#[cfg(not(target_arch = "wasm32"))]
fn blessed() -> bool {
    std::env::var_os("BLESS").is_some()
}
