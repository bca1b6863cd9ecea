//! A node: name and status, taints, requested against allocatable, and its pods.

use leptos::prelude::*;

use super::pod::PodLine;
use crate::dispatch::App;
use crate::models::{Hue, NodeRow, PodRow, ResourceBar};
use crate::widgets::icon::StateMark;

/// System pods a node may have before they fold to a count.
const SYSTEM_PODS_MAX: usize = 6;

#[component]
pub(super) fn NodeBox(app: App, node: NodeRow) -> impl IntoView {
    let label = format!("{}, {}, {} pods", node.name, node.status, node.pods.len());
    let (system, own): (Vec<PodRow>, Vec<PodRow>) = node
        .pods
        .into_iter()
        .partition(|pod| pod.hue == Hue::System && pod.mark.is_steady());
    // beside workloads the system's own steady pods are only counted
    let (counted, shown) = if own.is_empty() && system.len() <= SYSTEM_PODS_MAX {
        (Vec::new(), system)
    } else {
        (system, own)
    };
    let taints = node.taints.clone();
    view! {
        <section class="node" class:no=!node.ready aria-label=label>
            <div class="node-h">
                <div class="nm"><span>{node.name}</span><span class="lb" class:t-fail=!node.ready>{node.status}</span></div>
                <div class="tnt" title=node.taints>{taints}</div>
                {node.resources.into_iter().map(|bar| view! { <Bar bar/> }).collect_view()}
            </div>
            <ul class="pods">
                {shown.into_iter().map(|pod| view! { <PodLine app pod/> }).collect_view()}
                {(!counted.is_empty()).then(|| view! { <SystemCount pods=counted/> })}
            </ul>
        </section>
    }
}

#[component]
fn SystemCount(pods: Vec<PodRow>) -> impl IntoView {
    let marks = pods
        .iter()
        .take(4)
        .map(|pod| view! { <StateMark mark=pod.mark/> })
        .collect_view();
    let names = pods
        .iter()
        .map(|pod| pod.name.as_str())
        .collect::<Vec<_>>()
        .join(", ");
    view! { <li class="sys" title=names>{marks}<span>{format!("kube-system {}", pods.len())}</span></li> }
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
