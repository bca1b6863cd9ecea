//! Benchmarks: the workloads of the performance goals on the shipped world, events, trace and checkpoints on.
//!
//! The same code runs natively (`orrery bench`) and in a browser; the host gives a clock and its memory.

mod workloads;

use engine::Timeline;
use serde::Serialize;
use session::Session;

pub use workloads::WORKLOADS;

/// What the host lends: a monotonic clock in milliseconds and the peak memory in MiB.
pub struct Host {
    pub now_ms: fn() -> f64,
    pub peak_mib: fn() -> f64,
}

/// One benchmark.
pub struct Workload {
    pub id: &'static str,
    pub about: &'static str,
    /// Sets up, measures, and reports.
    pub run: fn(&Host) -> Record,
}

/// One line of the report.
#[derive(Clone, Debug, Serialize)]
pub struct Record {
    pub id: &'static str,
    pub sizes: String,
    pub wall_ms: f64,
    /// In `unit`; 0 where a throughput means nothing.
    pub throughput: f64,
    pub unit: &'static str,
    pub peak_mib: f64,
    pub changes: u64,
    pub events: u64,
    pub digest: String,
    /// Further figures of this workload.
    pub more: Vec<(&'static str, f64)>,
}

/// Runs the workloads with these names, all of them if there are none, in order of their ids; `report` gets each
/// record as soon as it is there.
///
/// # Errors
/// A sentence if there is no workload of a name, before any is run.
pub fn run(names: &[String], host: &Host, mut report: impl FnMut(&Record)) -> Result<(), String> {
    if let Some(unknown) = names
        .iter()
        .find(|name| WORKLOADS.iter().all(|workload| workload.id != **name))
    {
        let ids: Vec<&str> = WORKLOADS.iter().map(|workload| workload.id).collect();
        return Err(format!(
            "there is no benchmark {unknown}; there are {}",
            ids.join(", ")
        ));
    }
    let chosen =
        |workload: &&Workload| names.is_empty() || names.iter().any(|name| name == workload.id);
    WORKLOADS
        .iter()
        .filter(chosen)
        .for_each(|workload| report(&median(workload, host)));
    Ok(())
}

/// A workload that takes less than this is run [`RUNS`] times, because one run says little.
const SHORT_MS: f64 = 1_000.0;
const RUNS: usize = 5;

/// The median run, with the shortest and the longest; the first one of a short workload is among them.
fn median(workload: &Workload, host: &Host) -> Record {
    let first = (workload.run)(host);
    if first.wall_ms >= SHORT_MS {
        return first;
    }
    let mut records = vec![first];
    records.extend((1..RUNS).map(|_| (workload.run)(host)));
    records.sort_by(|a, b| a.wall_ms.total_cmp(&b.wall_ms));
    let (least, most) = (records[0].wall_ms, records[RUNS - 1].wall_ms);
    let mut record = records.swap_remove(RUNS / 2);
    record.more.extend([("least ms", least), ("most ms", most)]);
    record
}

/// A measured stretch: from [`Measure::start`] to [`Measure::stop`].
pub struct Measure {
    began_ms: f64,
    revision: u64,
    step: u64,
}

impl Measure {
    pub fn start(host: &Host, session: &Session) -> Measure {
        Measure {
            began_ms: (host.now_ms)(),
            revision: session.world().api.store().revision(),
            step: session.timeline().step(),
        }
    }

    /// The record of what happened since the start; the digest is taken after the clock stopped.
    pub fn stop(&self, host: &Host, session: &Session, id: &'static str, sizes: String) -> Record {
        let wall_ms = (host.now_ms)() - self.began_ms;
        Record {
            id,
            sizes,
            wall_ms,
            throughput: 0.0,
            unit: "",
            peak_mib: (host.peak_mib)(),
            changes: session.world().api.store().revision() - self.revision,
            events: session.timeline().step() - self.step,
            digest: digest(session.timeline()),
            more: Vec::new(),
        }
    }
}

impl Record {
    /// Adds how many of `count` things were done a second.
    pub fn rate(mut self, count: f64, unit: &'static str) -> Record {
        self.throughput = if self.wall_ms > 0.0 {
            count / self.wall_ms * 1000.0
        } else {
            0.0
        };
        self.unit = unit;
        self
    }

    /// One line of JSON.
    pub fn json(&self) -> String {
        serde_json::to_string(self).expect("a record is plain data")
    }

    /// One line of the table.
    pub fn line(&self) -> String {
        let rate = if self.unit.is_empty() {
            String::new()
        } else {
            format!("{:.0} {}", self.throughput, self.unit)
        };
        let more: Vec<String> = self
            .more
            .iter()
            .map(|(name, value)| format!("{name} {value:.3}"))
            .collect();
        format!(
            "{:<4} {:>11.1} ms  {:<18} {:>8.0} MiB  {:>9} changes  {:>9} events  {}  {}",
            self.id,
            self.wall_ms,
            rate,
            self.peak_mib,
            self.changes,
            self.events,
            self.sizes,
            more.join(", ")
        )
    }
}

fn digest(timeline: &Timeline<cluster::Cluster>) -> String {
    engine::hex(&timeline.digest())
}
