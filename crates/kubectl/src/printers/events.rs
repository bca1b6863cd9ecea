//! Events in a table.
//!
//! *Models*: `pkg/printers/internalversion/printers.go (printEvent)`.
//! *Invariants*: none beyond the parent's.
//! *Not modelled*: nothing.

use super::{Column, Printer, column, since, since_micro, wide};
use api::{Event, Object};
use apimachinery::Time;

const COLUMNS: &[Column] = &[
    column("Last Seen"),
    column("Type"),
    column("Reason"),
    column("Object"),
    wide("Subobject"),
    wide("Source"),
    column("Message"),
    wide("First Seen"),
    wide("Count"),
    wide("Name"),
];

pub const PRINTER: Printer = Printer {
    columns: COLUMNS,
    cells,
};

fn cells(object: &Object, now: Time, wide: bool) -> Vec<String> {
    match object {
        Object::Event(event) => event_cells(event, now, wide),
        _ => Vec::new(),
    }
}

/// The cells of an Event; fixture `printers.TestPrintEvent`.
pub fn event_cells(event: &Event, now: Time, wide: bool) -> Vec<String> {
    let first = match event.first_timestamp {
        Some(_) => since(event.first_timestamp, now),
        None => since_micro(event.event_time, now),
    };
    let mut last = match event.last_timestamp {
        Some(_) => since(event.last_timestamp, now),
        None => first.clone(),
    };
    let mut count = event.count;
    if let Some(series) = &event.series {
        last = since_micro(series.last_observed_time, now);
        count = series.count;
    } else if count == 0 {
        count = 1;
    }
    let about = &event.involved_object;
    let mut target = about.kind.to_lowercase();
    if !about.name.is_empty() {
        target = format!("{target}/{}", about.name);
    }
    let mut cells = vec![
        last,
        event.type_.to_string(),
        event.reason.to_string(),
        target,
    ];
    if wide {
        cells.push(about.field_path.to_string());
        cells.push(source(event));
    }
    cells.push(event.message.trim().to_string());
    if wide {
        cells.push(first);
        cells.push(count.to_string());
        cells.push(event.meta.name.to_string());
    }
    cells
}

fn source(event: &Event) -> String {
    let first = |a: &str, b: &str| if a.is_empty() { b } else { a }.to_string();
    let component = first(&event.source.component, &event.reporting_component);
    let instance = first(&event.source.host, &event.reporting_instance);
    match instance.is_empty() {
        true => component,
        false => format!("{component}, {instance}"),
    }
}
