//! Drawings from `icons.svg`, which the page carries inline.

use leptos::prelude::*;

use crate::models::Mark;

/// A tool's or a kind's drawing, in the ink of the text around it. Says nothing to a screen reader.
#[component]
pub fn Icon(name: &'static str) -> impl IntoView {
    view! { <svg class="i" viewBox="0 0 16 16" aria-hidden="true"><use href=format!("#i-{name}")></use></svg> }
}

/// A pod's state, by shape and colour. The words stand beside it, so it says nothing itself.
#[component]
pub fn StateMark(mark: Mark) -> impl IntoView {
    view! { <svg class="g" viewBox="0 0 16 16" aria-hidden="true"><use href=mark.symbol()></use></svg> }
}
