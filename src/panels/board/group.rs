//! The pods of one place: rows, marks, or counts by state.

use leptos::prelude::*;

use super::pod::{PodLine, PodMark, choose_mark};
use crate::dispatch::App;
use crate::models::{Density, PodGroup};
use crate::widgets::icon::StateMark;

/// What is drawn of the pods, and how many more there are.
#[component]
pub(super) fn Pods(app: App, group: Memo<PodGroup>, density: Memo<Density>) -> impl IntoView {
    let ids = move || group.with(|group| group.shown.iter().map(|(id, _)| *id).collect::<Vec<_>>());
    move || match density.get() {
        Density::Rows => view! {
            <ul class="pods">
                <For each=ids key=|id| *id let(id)><PodLine app group id/></For>
                <More group/>
            </ul>
        }
        .into_any(),
        Density::Marks => view! {
            <ul class="pods marks" on:click=move |event| choose_mark(app, &event)>
                <For each=ids key=|id| *id let(id)><PodMark app group id/></For>
                <More group/>
            </ul>
        }
        .into_any(),
        Density::Counts => view! { <Counts group/> }.into_any(),
    }
}

#[component]
fn More(group: Memo<PodGroup>) -> impl IntoView {
    let more = Memo::new(move |_| group.with(PodGroup::more));
    view! {
        <Show when=move || { more.get() > 0 }>
            <li class="more">{move || format!("+{} more", more.get())}</li>
        </Show>
    }
}

/// One line a state.
#[component]
fn Counts(group: Memo<PodGroup>) -> impl IntoView {
    let counts = move || group.with(|group| group.counts.clone());
    view! {
        <ul class="pods counts">
            <For each=counts key=|(mark, _)| *mark as u32 let((mark, _))>
                <li>
                    <StateMark mark/>
                    <span class="num">{move || group.with(|group| group.counts.iter().find(|(other, _)| *other == mark).map_or(0, |(_, count)| *count))}</span>
                    <span>{mark.word()}</span>
                </li>
            </For>
        </ul>
    }
}
