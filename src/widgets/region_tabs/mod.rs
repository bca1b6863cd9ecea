//! The tab bar of a narrow screen.

use leptos::prelude::*;

use crate::dispatch::{Action, App, Region, dispatch};
use crate::widgets::icon::Icon;

const TABS: [(Region, &str, &str); 3] = [
    (Region::Manifest, "file", "Manifest"),
    (Region::Board, "board", "Board"),
    (Region::Terminal, "term", "Terminal"),
];

/// One button a region; hidden where all regions have room.
#[component]
pub fn RegionTabs(app: App) -> impl IntoView {
    let tabs = TABS.map(|(region, icon, name)| {
        let current = move || (app.region() == region).then_some("true");
        view! {
            <button class="region-tab" aria-current=current on:click=move |_| dispatch(app, Action::Show(region))>
                <Icon name=icon/>
                {name}
            </button>
        }
    });
    view! { <nav class="region-tabs" aria-label="Regions">{tabs.into_iter().collect_view()}</nav> }
}
