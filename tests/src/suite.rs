//! The pages of `suite/`: finds them, plays them side by side, blesses them.

use crate::play::{Played, play};
use crate::transcript::Document;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The folder of the pages.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("suite")
}

/// Every page, by its path.
///
/// # Errors
/// Every page that cannot be read, and every title that stands twice.
pub fn documents() -> Result<Vec<Document>, Vec<String>> {
    let mut paths = Vec::new();
    pages(&folder(), &mut paths);
    paths.sort();
    let (mut documents, mut errors) = (Vec::new(), Vec::new());
    for path in paths {
        let name = path
            .strip_prefix(folder())
            .unwrap_or(&path)
            .display()
            .to_string();
        match fs::read_to_string(&path) {
            Err(error) => errors.push(format!("{name}: {error}")),
            Ok(text) => match Document::parse(&name, &text) {
                Err(error) => errors.push(error),
                Ok(document) if document.tests.is_empty() => {
                    errors.push(format!("{name}: this page tests nothing"))
                }
                Ok(document) => documents.push(document),
            },
        }
    }
    errors.extend(twice(&documents));
    if errors.is_empty() {
        Ok(documents)
    } else {
        Err(errors)
    }
}

fn twice(documents: &[Document]) -> Vec<String> {
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    let mut errors = Vec::new();
    for document in documents {
        for test in &document.tests {
            if let Some(other) = seen.insert(&test.title, &document.path) {
                errors.push(format!(
                    "{}:{}: \"{}\" is also in {other}",
                    document.path, test.line, test.title
                ));
            }
        }
    }
    errors
}

fn pages(folder: &Path, into: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            pages(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            into.push(path);
        }
    }
}

/// Plays every test whose page or title contains `only`, on all processors. One result a test, in order.
pub fn play_all(documents: &[Document], only: &str) -> Vec<(usize, usize, Played)> {
    let mut jobs = Vec::new();
    for (page, document) in documents.iter().enumerate() {
        for (index, test) in document.tests.iter().enumerate() {
            if document.path.contains(only) || test.title.contains(only) {
                jobs.push((page, index));
            }
        }
    }
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::new());
    let workers = std::thread::available_parallelism()
        .map_or(1, usize::from)
        .min(jobs.len());
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(&(page, index)) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let played = play(&documents[page], &documents[page].tests[index]);
                    done.lock()
                        .expect("no worker panics")
                        .push((page, index, played));
                }
            });
        }
    });
    let mut done = done.into_inner().expect("no worker panics");
    done.sort_by_key(|(page, index, _)| (*page, *index));
    done
}

/// Writes what came over what was expected. Returns the pages that changed.
pub fn bless(documents: &[Document], played: &[(usize, usize, Played)]) -> Vec<String> {
    let mut blessed = Vec::new();
    for (page, document) in documents.iter().enumerate() {
        let changed: Vec<_> = played
            .iter()
            .filter(|(of, ..)| *of == page)
            .flat_map(|(.., played)| played.changed.clone())
            .collect();
        if !changed.is_empty() {
            let written = fs::write(folder().join(&document.path), document.with_bodies(changed));
            assert!(written.is_ok(), "{}: {written:?}", document.path);
            blessed.push(document.path.clone());
        }
    }
    blessed
}
