//! The Events of an object.
//!
//! *Models*: `staging/src/k8s.io/kubectl/pkg/describe (DescribeEvents)`.
//! *Invariants*: ordered by the last time stamp, then by creation.
//! *Not modelled*: nothing.

use super::Around;
use super::lines::Lines;
use crate::printers::{since, since_micro};
use api::Event;
use apimachinery::Time;

impl Lines {
    /// The table of Events, if they are to be shown.
    pub fn events(&mut self, around: &Around<'_>, now: Time) {
        if let Some(events) = &around.events {
            self.event_table(events, now);
        }
    }

    fn event_table(&mut self, events: &[&Event], now: Time) {
        if events.is_empty() {
            self.raw("Events:\t<none>\n");
            return;
        }
        self.flush();
        let mut events = events.to_vec();
        events.sort_by_key(|event| last(event));
        self.raw("Events:\n  Type\tReason\tAge\tFrom\tMessage\n");
        self.line(1, "----\t------\t----\t----\t-------");
        for event in events {
            let from = match event.source.component.is_empty() {
                true => &event.reporting_component,
                false => &event.source.component,
            };
            let text = format!(
                "{}\t{}\t{}\t{from}\t{}",
                event.type_,
                event.reason,
                interval(event, now),
                message(event)
            );
            self.line(1, &text);
        }
    }
}

/// The table of Events alone (`kubectl describe` of anything ends with it).
pub fn events_text(events: &[&Event], now: Time) -> String {
    let mut lines = Lines::default();
    lines.event_table(events, now);
    lines.finish()
}

fn last(event: &Event) -> Option<Time> {
    event.last_timestamp
}

/// How long ago, and how often.
pub fn interval(event: &Event, now: Time) -> String {
    let first = match event.event_time {
        Some(time) => since_micro(Some(time), now),
        None => since(event.first_timestamp, now),
    };
    if let Some(series) = &event.series {
        let last = since_micro(series.last_observed_time, now);
        return format!("{last} (x{} over {first})", series.count);
    }
    if event.count > 1 {
        let last = since(event.last_timestamp, now);
        return format!("{last} (x{} over {first})", event.count);
    }
    first
}

/// The message, behind the field it is about.
fn message(event: &Event) -> String {
    let message = event.message.trim();
    match &*event.involved_object.field_path {
        "" => message.to_string(),
        path => format!("{path}: {message}"),
    }
}
