//! Browser tests of the page.
#![cfg(target_arch = "wasm32")]
