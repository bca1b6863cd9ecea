//! Plays one scenario in a terminal and compares.
//!
//! *Models* `script`, `check`, `loosen` and `first_wait` of the goldens' compare.py. Lines are run one by one, so the
//! markers that tell outputs apart are not needed.
//! *Invariants*: a scenario has `failed == 0` exactly when compare.py says ok.

use std::collections::BTreeSet;

use serde_json::Value;

use super::names::Names;
use super::normalise::{KINDS, State, normalise, output};
use super::patterns as p;
use super::python::{equal, items, key, need, need_text, text};

/// What one line left.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineOut {
    pub stdout: String,
    pub stderr: String,
    pub exit: i32,
}

/// Something that runs terminal lines on a cluster of its own, with a scripted kubelet and no nodes to begin with.
pub trait Terminal {
    fn line(&mut self, line: &str) -> LineOut;

    /// Lets virtual time pass.
    fn wait(&mut self, seconds: u64) -> LineOut {
        self.line(&format!("wait {seconds}s"))
    }
}

/// A file of a scenario's folder: path in it and text.
pub type ScenarioFile = (String, String);

/// Opens a terminal in whose working directory these files are.
pub type Open<'a> = dyn FnMut(&[ScenarioFile]) -> Result<Box<dyn Terminal>, String> + 'a;

/// A part that differs.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// `objects`, `events` or `output`.
    pub part: &'static str,
    pub place: String,
    pub expected: Vec<String>,
    pub got: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    pub passed: u32,
    pub differences: Vec<Difference>,
}

impl Report {
    pub fn failed(&self) -> u32 {
        self.differences.len() as u32
    }

    fn add(&mut self, part: &'static str, place: String, expected: Vec<String>, got: Vec<String>) {
        self.differences.push(Difference {
            part,
            place,
            expected,
            got,
        });
    }

    fn compare_lines(
        &mut self,
        part: &'static str,
        place: String,
        expected: Vec<String>,
        got: Vec<String>,
    ) {
        if expected == got {
            self.passed += 1;
        } else {
            self.add(part, place, expected, got);
        }
    }

    fn compare_objects(&mut self, place: String, expected: &[Value], got: &[Value]) {
        let same =
            expected.len() == got.len() && expected.iter().zip(got).all(|(a, b)| equal(a, b));
        if same {
            self.passed += 1;
        } else {
            self.add("objects", place, pretty(expected), pretty(got));
        }
    }
}

fn pretty(rows: &[Value]) -> Vec<String> {
    let text = serde_json::to_string_pretty(rows).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

/// Plays `golden` and compares each part.
///
/// # Errors
/// If the golden itself or the state cannot be read; the scenario then counts as failed.
pub fn play(golden: &Value, files: &[ScenarioFile], open: &mut Open<'_>) -> Result<Report, String> {
    let compare = need(golden, "compare")?;
    let player = Player {
        loosen: items(&compare["loosen"])
            .filter_map(Value::as_str)
            .collect(),
        placement: need_text(compare, "placement")?,
        steps: need(golden, "steps")?
            .as_array()
            .ok_or("steps is not a list")?,
    };
    let first = first_wait(golden, files, open)?;
    let mut terminal = open(files)?;
    terminal.line("kubectl apply -f nodes.yaml");
    terminal.wait(first);
    player.run(terminal.as_mut())
}

/// How long the nodes settle; a scenario may have to begin at a given second of the minute.
fn first_wait(golden: &Value, files: &[ScenarioFile], open: &mut Open<'_>) -> Result<u64, String> {
    let Some(align) = golden["align"].as_u64() else {
        return Ok(5);
    };
    let mut terminal = open(files)?;
    terminal.line("kubectl apply -f nodes.yaml");
    terminal.wait(5);
    terminal.line("kubectl create configmap golden-clock");
    let shown = terminal
        .line("kubectl get configmap golden-clock -o json")
        .stdout;
    let object: Value =
        serde_json::from_str(&shown).map_err(|error| format!("the clock is not JSON: {error}"))?;
    let created = need_text(need(&object, "metadata")?, "creationTimestamp")?;
    let second: u64 = created
        .get(17..19)
        .and_then(|second| second.parse().ok())
        .ok_or("the clock is not a time")?;
    Ok(5 + (align + 60 - second) % 60)
}

struct Player<'a> {
    loosen: Vec<&'a str>,
    placement: &'a str,
    steps: &'a [Value],
}

/// A line whose output waits for the names of the state after it.
struct Pending<'a> {
    place: String,
    golden: &'a Value,
    line: &'a str,
    out: LineOut,
}

impl Player<'_> {
    fn run(&self, terminal: &mut dyn Terminal) -> Result<Report, String> {
        let mut report = Report::default();
        let mut names = Names::default();
        let mut seen = BTreeSet::new();
        let mut pending: Vec<Pending<'_>> = Vec::new();
        for step in self.steps {
            let file = need_text(step, "file")?;
            // What a line that is not compared prints stands before the next one's output.
            let mut before = LineOut::default();
            for golden in items(need(step, "lines")?) {
                let line = need_text(golden, "line")?;
                let out = terminal.line(line);
                before.stdout.push_str(&out.stdout);
                before.stderr.push_str(&out.stderr);
                if golden.get("stdout").is_some() {
                    let out = LineOut {
                        exit: out.exit,
                        ..std::mem::take(&mut before)
                    };
                    pending.push(Pending {
                        place: format!("{file} {line}"),
                        golden,
                        line,
                        out,
                    });
                }
            }
            let waited = terminal.wait(
                step["wait"]
                    .as_u64()
                    .ok_or("wait is not a number of seconds")?,
            );
            before.stdout.push_str(&waited.stdout);
            let shown = terminal.line(&format!("kubectl get {KINDS} -A -o json"));
            let shown_text = before.stdout + &shown.stdout;
            let listed: Option<Value> = serde_json::from_str(&shown_text).ok();
            let Some(objects) = listed.as_ref().and_then(|list| list["items"].as_array()) else {
                let head = |text: &str| text.chars().take(200).collect::<String>();
                report.add(
                    "output",
                    format!("{file} the state is not JSON"),
                    Vec::new(),
                    vec![head(&shown_text), head(&shown.stderr)],
                );
                continue;
            };
            let mut state = normalise(objects, &mut names, self.placement)?;
            state.events.retain(|event| seen.insert(key(event)));
            for line in pending.drain(..) {
                self.compare_line(&line, &names, &mut report);
            }
            self.compare_state(step, file, state, &mut report)?;
        }
        Ok(report)
    }

    fn compare_line(&self, pending: &Pending<'_>, names: &Names, report: &mut Report) {
        let clean = |text: &str| text.trim_start_matches('\n').to_owned();
        let (out, err) = output(
            pending.line,
            &clean(&pending.out.stdout),
            &clean(&pending.out.stderr),
            names,
        );
        for (stream, got) in [("stdout", out), ("stderr", err)] {
            let golden = items(&pending.golden[stream]).map(text).collect();
            let place = format!("{} ({stream})", pending.place);
            report.compare_lines("output", place, self.ordered(golden), self.ordered(got));
        }
    }

    fn ordered(&self, mut lines: Vec<String>) -> Vec<String> {
        if self.loosen.contains(&"line-order") {
            lines.sort();
        }
        lines
    }

    fn compare_state(
        &self,
        step: &Value,
        file: &str,
        got: State,
        report: &mut Report,
    ) -> Result<(), String> {
        let objects = need(step, "objects")?
            .as_object()
            .ok_or("objects is not a map")?;
        let rows = |value: &Value| items(value).cloned().collect::<Vec<_>>();
        let want = State {
            objects: objects
                .iter()
                .map(|(kind, value)| (kind.clone(), rows(value)))
                .collect(),
            events: rows(need(step, "events")?),
        };
        let (want, got) = (loosened(want, &self.loosen), loosened(got, &self.loosen));
        let kinds: BTreeSet<&String> = want.objects.keys().chain(got.objects.keys()).collect();
        for kind in kinds {
            let of = |state: &State| state.objects.get(kind).cloned().unwrap_or_default();
            report.compare_objects(format!("{file} {kind}"), &of(&want), &of(&got));
        }
        let events = |state: &State| state.events.iter().map(event).collect::<Vec<_>>();
        report.compare_lines(
            "events",
            format!("{file} events"),
            events(&want),
            events(&got),
        );
        Ok(())
    }
}

fn event(event: &Value) -> String {
    let field = |name: &str| text(&event[name]);
    format!(
        "{} {} {}/{}: {}",
        field("type"),
        field("reason"),
        field("kind"),
        field("name"),
        field("message")
    )
}

/// Takes out what the real system itself does not decide the same way twice.
pub fn loosened(mut state: State, how: &[&str]) -> State {
    if how.contains(&"which-pending") {
        which_pending(&mut state);
    }
    if how.contains(&"objects-only") {
        state.events.clear();
    }
    if how.contains(&"events-only") {
        state.objects.clear();
    }
    for rule in how {
        if let Some(reason) = rule.strip_prefix("event:") {
            state.events.retain(|event| event["reason"] != reason);
        }
        if let Some(part) = rule.strip_prefix("event-with:") {
            state
                .events
                .retain(|event| !text(&event["message"]).contains(part));
        }
        if let Some(place) = rule.strip_prefix("events-of:") {
            state.events.retain(|event| {
                format!("{}/{}", text(&event["kind"]), text(&event["reason"])) != place
            });
        }
        if let Some(kind) = rule.strip_prefix("kind:") {
            state.objects.remove(kind);
        }
    }
    state
}

/// Of equal pods it is open which one got the last place.
fn which_pending(state: &mut State) {
    if let Some(pods) = state.objects.get_mut("pods") {
        pods.iter_mut()
            .filter_map(Value::as_object_mut)
            .for_each(|pod| drop(pod.remove("name")));
        pods.sort_by_key(key);
    }
    for event in state
        .events
        .iter_mut()
        .filter(|event| event["kind"] == "Pod")
    {
        let message = p::default_objects(&text(&event["message"]));
        event["name"] = "<pod>".into();
        event["message"] = message.into();
    }
    state.events.sort_by_key(key);
    state.events.dedup_by_key(|event| key(event));
}
