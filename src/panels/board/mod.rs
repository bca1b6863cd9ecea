//! The board, as nodes: the lane of pods that no node has, then nodes by zone with their pods inside.

mod node;
mod pod;

use leptos::prelude::*;

use crate::dispatch::App;
use crate::models::{Board, Mark, ZoneRow};
use crate::widgets::icon::StateMark;
use node::NodeBox;
use pod::PodLine;

/// What the legend names, in the order of a pod's life.
const LEGEND: [(Mark, &str); 8] = [
    (Mark::Pending, "Pending"),
    (Mark::Creating, "Creating"),
    (Mark::NotReady, "Running"),
    (Mark::Ready, "Ready"),
    (Mark::Done, "Completed"),
    (Mark::Failed, "Failed"),
    (Mark::Leaving, "Terminating"),
    (Mark::Lost, "Unknown"),
];

/// The centre region.
#[component]
pub fn BoardPanel(app: App) -> impl IntoView {
    let board = Memo::new(move |_| app.board());
    view! {
        <section class="board" aria-label="Board">
            <div class="tabs">
                <h2 class="tab current">"Nodes"</h2>
                <span class="sp"></span>
                <Legend/>
            </div>
            <Nodes app board=board.into()/>
        </section>
    }
}

/// The picture itself, of any board.
#[component]
pub fn Nodes(app: App, board: Signal<Board>) -> impl IntoView {
    let unscheduled = Memo::new(move |_| board.with(|board| board.unscheduled.clone()));
    let zones = Memo::new(move |_| board.with(|board| board.zones.clone()));
    view! {
        <Show when=move || !unscheduled.with(Vec::is_empty)>
            <div class="lane">
                <h3 class="label">"Unscheduled"</h3>
                <ul>{move || unscheduled.get().into_iter().map(|pod| view! { <PodLine app pod/> }).collect_view()}</ul>
            </div>
        </Show>
        <Show when=move || zones.with(Vec::is_empty)>
            <p class="empty">"No resources found. Nodes and their pods stand here once a cluster is open."</p>
        </Show>
        <div class="nodes">{move || zones.get().into_iter().map(|zone| view! { <Zone app zone/> }).collect_view()}</div>
    }
}

#[component]
fn Zone(app: App, zone: ZoneRow) -> impl IntoView {
    let heading = zone.name.clone();
    let share = format!("flex: {} 1 0", zone.nodes.len());
    view! {
        <section class="zone" style=share aria-label=zone.name>
            <div class="zh"><h3 class="label">{heading}</h3></div>
            <div class="row">{zone.nodes.into_iter().map(|node| view! { <NodeBox app node/> }).collect_view()}</div>
        </section>
    }
}

#[component]
fn Legend() -> impl IntoView {
    let entries = LEGEND.map(|(mark, name)| view! { <li><StateMark mark/>{name}</li> });
    view! { <ul class="legend" aria-label="Legend">{entries.into_iter().collect_view()}</ul> }
}
