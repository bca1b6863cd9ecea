//! A node: name and status, taints, requested against allocatable, and its pods.

use std::sync::Arc;

use leptos::prelude::*;

use super::group::Pods;
use crate::dispatch::App;
use crate::models::{Density, NodeRow, ResourceBar};

#[component]
pub(super) fn NodeBox(
    app: App,
    nodes: Memo<Vec<Arc<NodeRow>>>,
    name: String,
    density: Memo<Density>,
) -> impl IntoView {
    let heading = name.clone();
    let node = Memo::new(move |_| {
        nodes
            .with(|nodes| nodes.iter().find(|node| node.name == name).cloned())
            .unwrap_or_default()
    });
    let group = Memo::new(move |_| node.with(|node| node.pods.clone()));
    let bars = Memo::new(move |_| node.with(|node| node.resources.clone()));
    let system = Memo::new(move |_| node.with(|node| node.system));
    let label = move || {
        node.with(|node| {
            let states: Vec<String> = node
                .pods
                .counts
                .iter()
                .map(|(mark, count)| format!("{count} {}", mark.word()))
                .collect();
            format!(
                "{}, {}, {} pods {}",
                node.name,
                node.status,
                node.pods.total + node.system,
                states.join(", ")
            )
        })
    };
    let ready = move || node.with(|node| node.ready);
    let taints = move || node.with(|node| node.taints.clone());
    view! {
        <section class="node" class:no=move || !ready() aria-label=label>
            <div class="node-h">
                <div class="nm"><span>{heading}</span><span class="lb" class:t-fail=move || !ready()>{move || node.with(|node| node.status.clone())}</span></div>
                <div class="tnt" title=taints>{taints}</div>
                {move || bars.get().into_iter().map(|bar| view! { <Bar bar/> }).collect_view()}
            </div>
            <Pods app group density/>
            <Show when=move || { system.get() > 0 }><p class="sys">{move || format!("kube-system {}", system.get())}</p></Show>
        </section>
    }
}

/// A box to allocatable, filled by what each owner's pods request.
#[component]
fn Bar(bar: ResourceBar) -> impl IntoView {
    let mut from = 0;
    let segments = bar
        .segments
        .iter()
        .map(|(hue, permille)| {
            let x = from;
            from += permille;
            view! { <rect x=x y="3" width=permille.saturating_sub(8) height="7" fill=format!("var(--own-{})", hue.token())></rect> }
        })
        .collect_view();
    view! {
        <div class="res">
            <span>{bar.name}</span>
            <svg viewBox="0 0 1000 13" height="13" width="100%" preserveAspectRatio="none" role="img" aria-label=format!("{} requested {}", bar.name, bar.text)>
                <rect class="box" x="1" y="2.5" width="996" height="8"></rect>
                {segments}
                <path class="end" d="M997 0v13"></path>
            </svg>
            <span class="num">{bar.text.clone()}</span>
        </div>
    }
}
