//! `orrery bench`: the workloads on this machine.

use std::io::{self, Write};

use cli::bench::{self, Host};

/// What the command line asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bench {
    /// Ids; none means all.
    pub names: Vec<String>,
    /// A line of JSON each instead of a table.
    pub json: bool,
}

/// Runs and prints; false if there is no such benchmark.
pub fn run(bench: &Bench, out: &mut dyn Write) -> io::Result<bool> {
    let host = Host { now_ms, peak_mib };
    let mut written = Ok(());
    let ran = bench::run(&bench.names, &host, |record| {
        let line = if bench.json {
            record.json()
        } else {
            record.line()
        };
        let line = writeln!(out, "{line}").and_then(|()| out.flush());
        if written.is_ok() {
            written = line;
        }
    });
    written?;
    if let Err(message) = &ran {
        eprintln!("orrery: {message}");
    }
    Ok(ran.is_ok())
}

/// Milliseconds since the first call.
#[expect(
    clippy::disallowed_types,
    reason = "INV-2 binds the core; a benchmark is a stopwatch around it"
)]
fn now_ms() -> f64 {
    static BEGAN: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    BEGAN
        .get_or_init(std::time::Instant::now)
        .elapsed()
        .as_secs_f64()
        * 1000.0
}

/// The most memory this process has had, in MiB; 0 where Linux does not say it.
fn peak_mib() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok());
    kib.unwrap_or(0.0) / 1024.0
}
