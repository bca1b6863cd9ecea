//! Plays one test of a page in a session of its own.

use crate::diff::diff;
use crate::transcript::{self, Document, Test, What};
use core::ops::Range;
use session::Session;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What came of a test.
#[derive(Clone, Debug, Default)]
pub struct Played {
    /// The blocks that came out otherwise, with what they should hold now.
    pub changed: Vec<(Range<usize>, Vec<String>)>,
    /// Why the test could not be played to its end.
    pub broken: Option<String>,
}

/// Plays a test. A panic of the simulation breaks the test and not the run.
pub fn play(document: &Document, test: &Test) -> Played {
    let mut played = Played::default();
    let result = catch_unwind(AssertUnwindSafe(|| {
        blocks(document, test, &mut played.changed)
    }));
    played.broken = match result {
        Ok(Ok(())) => None,
        Ok(Err(why)) => Some(why),
        Err(panic) => Some(format!("the simulation panicked: {}", message(&*panic))),
    };
    played
}

fn blocks(
    document: &Document,
    test: &Test,
    changed: &mut Vec<(Range<usize>, Vec<String>)>,
) -> Result<(), String> {
    let mut session = Session::new(&test.options(document)?)?;
    for block in &test.blocks {
        let body = &document.lines[block.body.clone()];
        let now = match &block.what {
            What::File(name) => {
                session.place_file(name, &document.text(&block.body));
                continue;
            }
            What::Console => {
                let mut now = Vec::new();
                for command in transcript::commands(body)? {
                    let output = session.run_line(&command);
                    now.extend(transcript::render(&command, &output.terminal)?);
                }
                now
            }
            What::View(name) => {
                let text =
                    panel(name, &session).ok_or_else(|| format!("there is no panel `{name}`"))?;
                text.lines().map(str::to_string).collect()
            }
        };
        if now != body {
            changed.push((block.body.clone(), now));
        }
    }
    Ok(())
}

/// A panel as text.
fn panel(name: &str, session: &Session) -> Option<String> {
    match name {
        "board" => Some(
            view::panels::board::BoardIndex::default()
                .board(session.world(), false)
                .to_text(),
        ),
        _ => None,
    }
}

impl Played {
    pub fn passed(&self) -> bool {
        self.changed.is_empty() && self.broken.is_none()
    }

    /// What is wrong, to be read by people.
    pub fn report(&self, document: &Document, test: &Test) -> String {
        let mut text = format!("{}:{}: {}\n", document.path, test.line, test.title);
        for (range, now) in &self.changed {
            text.push_str(&format!("at line {}:\n", range.start + 1));
            text.push_str(&diff(&document.lines[range.clone()], now));
        }
        if test.is_known_gap() && !self.changed.is_empty() {
            text.push_str(
                "This is a known gap: if it closed, take `known-gap:` off the heading and bless.\n",
            );
        }
        if let Some(why) = &self.broken {
            text.push_str(&format!("{why}\n"));
        }
        text
    }
}

fn message(panic: &(dyn core::any::Any + Send)) -> &str {
    match (panic.downcast_ref::<String>(), panic.downcast_ref::<&str>()) {
        (Some(text), _) => text,
        (_, Some(text)) => text,
        _ => "without a word",
    }
}
