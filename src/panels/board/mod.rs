//! The board, as nodes: the lane of pods that no node has, then nodes by zone with their pods inside.
//!
//! *Cost*: rows are keyed and each is a memo of its own model, so that a change redraws what changed and nothing else.

mod group;
mod node;
mod pod;

use leptos::prelude::*;

use crate::dispatch::App;
use crate::models::{Board, Density, Mark, PodGroup};
use crate::widgets::icon::StateMark;
use group::Pods;
use node::NodeBox;

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
    let density = Memo::new(move |_| board.with(|board| board.density));
    let lane = Memo::new(move |_| board.with(|board| board.unscheduled.clone()));
    let zones = move || {
        board.with(|board| {
            board
                .zones
                .iter()
                .map(|zone| zone.name.clone())
                .collect::<Vec<_>>()
        })
    };
    let no_nodes = Memo::new(move |_| board.with(|board| board.zones.is_empty()));
    let no_pods = Memo::new(move |_| {
        board.with(|board| {
            let nodes = board.zones.iter().flat_map(|zone| &zone.nodes);
            board.unscheduled.total == 0
                && nodes.map(|node| node.pods.total + node.system).sum::<u32>() == 0
        })
    });
    let nodes_more = Memo::new(move |_| board.with(|board| board.nodes_more));
    view! {
        <Lane app lane density/>
        <Show when=move || no_nodes.get()>
            <p class="empty">"No resources found. Nodes and their pods stand here; a Node that is applied joins them."</p>
        </Show>
        <Show when=move || no_pods.get() && !no_nodes.get()>
            <p class="empty">"No resources found in default namespace. "<code>"kubectl apply -f web.yaml"</code>" makes the Deployment of the manifest; Apply does the same."</p>
        </Show>
        <div class="nodes" data-density=move || density_name(density.get())>
            <For each=zones key=|name| name.clone() let(name)><Zone app board name density/></For>
            <Show when=move || { nodes_more.get() > 0 }>
                <p class="more-nodes">{move || format!("+{} more nodes", nodes_more.get())}</p>
            </Show>
        </div>
    }
}

fn density_name(density: Density) -> &'static str {
    match density {
        Density::Rows => "rows",
        Density::Marks => "marks",
        Density::Counts => "counts",
    }
}

#[component]
fn Lane(app: App, lane: Memo<PodGroup>, density: Memo<Density>) -> impl IntoView {
    let total = Memo::new(move |_| lane.with(|lane| lane.total));
    view! {
        <Show when=move || { total.get() > 0 }>
            <div class="lane">
                <h3 class="label">"Unscheduled "<span class="count">{move || total.get()}</span></h3>
                <Pods app group=lane density/>
            </div>
        </Show>
    }
}

#[component]
fn Zone(app: App, board: Signal<Board>, name: String, density: Memo<Density>) -> impl IntoView {
    let heading = name.clone();
    let label = name.clone();
    let nodes = Memo::new(move |_| {
        board.with(|board| {
            board
                .zones
                .iter()
                .find(|zone| zone.name == name)
                .map(|zone| zone.nodes.clone())
                .unwrap_or_default()
        })
    });
    let share = move || format!("flex: {} 1 0", nodes.with(Vec::len));
    let names = move || {
        nodes.with(|nodes| {
            nodes
                .iter()
                .map(|node| node.name.clone())
                .collect::<Vec<_>>()
        })
    };
    view! {
        <section class="zone" style=share aria-label=label>
            <div class="zh"><h3 class="label">{heading}</h3></div>
            <div class="row"><For each=names key=|name| name.clone() let(name)><NodeBox app nodes name density/></For></div>
        </section>
    }
}

#[component]
fn Legend() -> impl IntoView {
    let entries = LEGEND.map(|(mark, name)| view! { <li><StateMark mark/>{name}</li> });
    view! { <ul class="legend" aria-label="Legend">{entries.into_iter().collect_view()}</ul> }
}
