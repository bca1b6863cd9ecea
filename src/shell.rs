//! The frame: time bar, editor, board, terminal; on a phone one of them at a time.

use leptos::prelude::*;

use crate::dispatch::link::Link;
use crate::dispatch::{Action, App, Region, dispatch};
use crate::panels::board::BoardPanel;
use crate::panels::editor::EditorPanel;
use crate::panels::terminal::TerminalPanel;
use crate::panels::time_bar::TimeBar;
use crate::widgets::region_tabs::RegionTabs;
use crate::{keys, pump};

/// The whole page.
#[component]
pub fn Shell() -> impl IntoView {
    let app = App::open(Link::open());
    pump::start(app);
    // time runs from the start, so that what is applied is seen to happen
    dispatch(app, Action::TogglePlay);
    keys::start(app);
    let region = move || match app.region() {
        Region::Manifest => "manifest",
        Region::Board => "board",
        Region::Terminal => "terminal",
    };
    view! {
        <div class="app">
            <TimeBar app/>
            <main class="main" data-region=region>
                <EditorPanel app/>
                <BoardPanel app/>
                <TerminalPanel app/>
            </main>
            <RegionTabs app/>
        </div>
    }
}
