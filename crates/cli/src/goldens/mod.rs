//! `orrery goldens DIR [--area A] [--json]`: plays recorded scenarios and compares.
//!
//! A folder with a `golden.json` is a scenario; its name is its last two path components, `area/name`.
//! *Models* the goldens' compare.py and normalise.py, whose rules [`play`] and [`normalise`] follow to the letter.
//! *Not modelled*: exit codes of single lines (compare.py does not check them either).

pub mod diff;
pub mod names;
pub mod normalise;
mod patterns;
pub mod play;
pub mod python;
pub mod shapes;
pub mod terminal;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use play::{Difference, Open, Report, ScenarioFile, play};

const DIFF_LINES_MAX: usize = 60;

/// What to play.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Goldens {
    pub folder: PathBuf,
    pub area: Option<String>,
    pub json: bool,
}

/// Plays and prints; true if nothing differs.
///
/// # Errors
/// If the folder cannot be read or `out` not be written.
pub fn run(goldens: &Goldens, open: &mut Open<'_>, out: &mut dyn Write) -> io::Result<bool> {
    let mut folders = Vec::new();
    scenarios(&goldens.folder, &mut folders)?;
    folders.sort();
    let mut totals: BTreeMap<String, (u32, u32)> = BTreeMap::new();
    for folder in &folders {
        let (area, name) = names_of(folder);
        if goldens.area.as_ref().is_some_and(|wanted| *wanted != area) {
            continue;
        }
        let report = match read(folder).and_then(|(golden, files)| play(&golden, &files, open)) {
            Ok(report) => report,
            Err(message) => broken(message),
        };
        let failed = report.failed();
        let total = totals.entry(area.clone()).or_default();
        *(if failed == 0 {
            &mut total.0
        } else {
            &mut total.1
        }) += 1;
        if goldens.json {
            writeln!(
                out,
                "{}",
                json!({"area": area, "scenario": name, "passed": report.passed, "failed": failed})
            )?;
        } else {
            print(&area, &name, &report, out)?;
        }
    }
    let all = totals
        .values()
        .fold((0, 0), |sum, total| (sum.0 + total.0, sum.1 + total.1));
    if !goldens.json {
        for (area, (same, different)) in &totals {
            writeln!(out, "{area:<14} {same:>3} same {different:>3} different")?;
        }
        writeln!(
            out,
            "{:<14} {:>3} same {:>3} different",
            "all", all.0, all.1
        )?;
    }
    Ok(all.1 == 0)
}

fn broken(message: String) -> Report {
    let difference = Difference {
        part: "output",
        place: "run".into(),
        expected: Vec::new(),
        got: vec![message],
    };
    Report {
        passed: 0,
        differences: vec![difference],
    }
}

fn print(area: &str, name: &str, report: &Report, out: &mut dyn Write) -> io::Result<()> {
    if report.differences.is_empty() {
        return writeln!(out, "ok   {area}/{name}");
    }
    writeln!(out, "DIFF {area}/{name}  ({})", report.failed())?;
    for difference in &report.differences {
        writeln!(out, "   [{}] {}", difference.part, difference.place)?;
        for line in diff::diff(&difference.expected, &difference.got)
            .iter()
            .take(DIFF_LINES_MAX)
        {
            writeln!(out, "      {line}")?;
        }
    }
    Ok(())
}

fn names_of(folder: &Path) -> (String, String) {
    let mut names = folder
        .iter()
        .rev()
        .map(|name| name.to_string_lossy().into_owned());
    let name = names.next().unwrap_or_default();
    (names.next().unwrap_or_default(), name)
}

fn scenarios(folder: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    if folder.join("golden.json").is_file() {
        found.push(std::path::absolute(folder)?);
    }
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            scenarios(&path, found)?;
        }
    }
    Ok(())
}

/// A scenario's golden, and the files that its lines may name.
fn read(folder: &Path) -> Result<(Value, Vec<ScenarioFile>), String> {
    let read_text = |path: &Path| {
        std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
    };
    let golden = read_text(&folder.join("golden.json"))?;
    let golden = serde_json::from_str(&golden).map_err(|error| format!("golden.json: {error}"))?;
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|error| error.to_string())? {
        let path = entry.map_err(|error| error.to_string())?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let is_recording = name.starts_with("golden") && name.ends_with(".json");
        if path.is_file() && !is_recording && name != "options.json" && !name.ends_with(".wait") {
            files.push((name, read_text(&path)?));
        }
    }
    files.sort();
    Ok((golden, files))
}
