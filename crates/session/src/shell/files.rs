//! The terminal's files: a map of paths to texts with a working directory.
//!
//! *Invariants*: paths are absolute, without `.`, `..` or doubled slashes; a directory exists if it was made or if a
//! file lies below it; cloning is one reference count, so every step of a session keeps its own version.
//! *Not modelled*: owners, modes, times, links, binary contents.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub const HOME: &str = "/home/learner";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Files {
    texts: Arc<BTreeMap<Arc<str>, Arc<str>>>,
    made: Arc<BTreeSet<Arc<str>>>,
    directory: Arc<str>,
}

/// Why a path could not be used, with the C library's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileError {
    NotFound,
    IsDirectory,
    NotDirectory,
    Exists,
}

impl FileError {
    /// glibc: strerror.
    pub fn text(self) -> &'static str {
        match self {
            FileError::NotFound => "No such file or directory",
            FileError::IsDirectory => "Is a directory",
            FileError::NotDirectory => "Not a directory",
            FileError::Exists => "File exists",
        }
    }
}

impl Default for Files {
    fn default() -> Self {
        let made = BTreeSet::from([Arc::from("/"), Arc::from(HOME), Arc::from("/tmp")]);
        Files {
            texts: Arc::default(),
            made: Arc::new(made),
            directory: Arc::from(HOME),
        }
    }
}

impl Files {
    pub fn directory(&self) -> &str {
        &self.directory
    }

    /// The absolute path that `path` means here.
    pub fn resolve(&self, path: &str) -> String {
        let mut parts: Vec<&str> = Vec::new();
        let base = if path.starts_with('/') {
            ""
        } else {
            &self.directory
        };
        for part in base.split('/').chain(path.split('/')) {
            match part {
                "" | "." => {}
                ".." => {
                    parts.pop();
                }
                other => parts.push(other),
            }
        }
        format!("/{}", parts.join("/"))
    }

    pub fn is_file(&self, path: &str) -> bool {
        self.texts.contains_key(self.resolve(path).as_str())
    }

    pub fn is_directory(&self, path: &str) -> bool {
        self.is_directory_at(&self.resolve(path))
    }

    fn is_directory_at(&self, absolute: &str) -> bool {
        let below = below(absolute);
        self.made.contains(absolute)
            || self
                .texts
                .range::<str, _>(from(&below))
                .next()
                .is_some_and(|(path, _)| path.starts_with(&below))
            || self
                .made
                .range::<str, _>(from(&below))
                .next()
                .is_some_and(|path| path.starts_with(&below))
    }

    pub fn read(&self, path: &str) -> Result<Arc<str>, FileError> {
        let absolute = self.resolve(path);
        match self.texts.get(absolute.as_str()) {
            Some(_) if path.ends_with('/') => Err(FileError::NotDirectory),
            Some(text) => Ok(text.clone()),
            None if self.is_directory_at(&absolute) => Err(FileError::IsDirectory),
            None => Err(FileError::NotFound),
        }
    }

    pub fn write(&mut self, path: &str, text: &str) -> Result<(), FileError> {
        let absolute = self.resolve(path);
        if self.is_directory_at(&absolute) || path.ends_with('/') {
            return Err(FileError::IsDirectory);
        }
        self.check_parent(&absolute)?;
        Arc::make_mut(&mut self.texts).insert(Arc::from(absolute), Arc::from(text));
        Ok(())
    }

    /// Writes and makes the directories above, for files that come from outside.
    pub fn place(&mut self, path: &str, text: &str) {
        let absolute = self.resolve(path);
        Arc::make_mut(&mut self.texts).insert(Arc::from(absolute), Arc::from(text));
    }

    pub fn append(&mut self, path: &str, text: &str) -> Result<(), FileError> {
        match self.read(path) {
            Ok(old) => self.write(path, &format!("{old}{text}")),
            Err(FileError::NotFound) => self.write(path, text),
            Err(other) => Err(other),
        }
    }

    fn check_parent(&self, absolute: &str) -> Result<(), FileError> {
        let parent = parent(absolute);
        if self.texts.contains_key(parent) {
            Err(FileError::NotDirectory)
        } else if self.is_directory_at(parent) {
            Ok(())
        } else {
            Err(FileError::NotFound)
        }
    }

    pub fn change_directory(&mut self, path: &str) -> Result<(), FileError> {
        let absolute = self.resolve(path);
        if self.texts.contains_key(absolute.as_str()) {
            return Err(FileError::NotDirectory);
        }
        if !self.is_directory_at(&absolute) {
            return Err(FileError::NotFound);
        }
        self.directory = Arc::from(absolute);
        Ok(())
    }

    /// `parents`: also those above, and no complaint if it is there.
    pub fn make_directory(&mut self, path: &str, parents: bool) -> Result<(), FileError> {
        let absolute = self.resolve(path);
        if self.texts.contains_key(absolute.as_str()) {
            return Err(FileError::Exists);
        }
        if self.is_directory_at(&absolute) {
            return if parents {
                Ok(())
            } else {
                Err(FileError::Exists)
            };
        }
        if !parents {
            self.check_parent(&absolute)?;
        }
        let mut ancestor = absolute.as_str();
        while ancestor != "/" {
            if self.texts.contains_key(ancestor) {
                return Err(FileError::NotDirectory);
            }
            Arc::make_mut(&mut self.made).insert(Arc::from(ancestor));
            ancestor = parent(ancestor);
        }
        Ok(())
    }

    pub fn remove_file(&mut self, path: &str) -> Result<(), FileError> {
        self.read(path)?;
        let absolute = self.resolve(path);
        self.keep_parent(&absolute);
        Arc::make_mut(&mut self.texts).remove(absolute.as_str());
        Ok(())
    }

    /// Removes a directory with all below it.
    pub fn remove_tree(&mut self, path: &str) {
        let absolute = self.resolve(path);
        self.keep_parent(&absolute);
        let below = below(&absolute);
        Arc::make_mut(&mut self.texts)
            .retain(|path, _| **path != *absolute && !path.starts_with(&below));
        Arc::make_mut(&mut self.made)
            .retain(|path| **path != *absolute && !path.starts_with(&below));
    }

    /// A directory that exists only through a file stays when the file goes.
    fn keep_parent(&mut self, absolute: &str) {
        let parent = parent(absolute);
        if !self.made.contains(parent) {
            Arc::make_mut(&mut self.made).insert(Arc::from(parent));
        }
    }

    /// Names in a directory, sorted; the second says whether it is a directory.
    pub fn list(&self, path: &str) -> Result<Vec<(String, bool)>, FileError> {
        let absolute = self.resolve(path);
        if self.texts.contains_key(absolute.as_str()) {
            return Err(FileError::NotDirectory);
        }
        if !self.is_directory_at(&absolute) {
            return Err(FileError::NotFound);
        }
        let below = below(&absolute);
        let mut names = BTreeMap::new();
        let files = self
            .texts
            .range::<str, _>(from(&below))
            .map(|(path, _)| (path, false));
        let directories = self
            .made
            .range::<str, _>(from(&below))
            .map(|path| (path, true));
        for (path, is_directory) in files
            .take_while(|(path, _)| path.starts_with(&below))
            .chain(directories)
        {
            let Some(inside) = path
                .strip_prefix(below.as_str())
                .filter(|inside| !inside.is_empty())
            else {
                continue;
            };
            match inside.split_once('/') {
                Some((first, _)) => names.insert(first.to_owned(), true),
                None => names.insert(inside.to_owned(), is_directory),
            };
        }
        Ok(names.into_iter().collect())
    }

    /// Every file below `path` with its text, in path order.
    pub fn walk(&self, path: &str) -> Vec<(Arc<str>, Arc<str>)> {
        let below = below(&self.resolve(path));
        let files = self.texts.range::<str, _>(from(&below));
        files
            .take_while(|(path, _)| path.starts_with(&below))
            .map(|(path, text)| (path.clone(), text.clone()))
            .collect()
    }

    /// Paths that match a pattern whose last component holds `*` or `?`; `\` takes the next character as it is.
    pub fn glob(&self, pattern: &str) -> Vec<String> {
        let (directory, name) = match pattern.rfind('/') {
            Some(at) => (&pattern[..=at], &pattern[at + 1..]),
            None => ("", pattern),
        };
        let literal: String = directory.replace('\\', "");
        let names = self
            .list(if literal.is_empty() { "." } else { &literal })
            .unwrap_or_default();
        let shown = names.into_iter().map(|(name, _)| name);
        shown
            .filter(|candidate| {
                candidate.starts_with('.') == name.starts_with('.') && glob_matches(name, candidate)
            })
            .map(|name| format!("{literal}{name}"))
            .collect()
    }
}

/// Everything from a text on, in path order.
fn from(text: &str) -> (Bound<&str>, Bound<&str>) {
    (Bound::Included(text), Bound::Unbounded)
}

fn below(absolute: &str) -> String {
    if absolute == "/" {
        "/".into()
    } else {
        format!("{absolute}/")
    }
}

fn parent(absolute: &str) -> &str {
    match absolute.rfind('/') {
        Some(0) | None => "/",
        Some(at) => &absolute[..at],
    }
}

fn glob_matches(pattern: &str, text: &str) -> bool {
    let mut rest = pattern.chars();
    match rest.next() {
        None => text.is_empty(),
        Some('*') => {
            let after = rest.as_str();
            text.char_indices()
                .map(|(at, _)| at)
                .chain([text.len()])
                .any(|at| glob_matches(after, &text[at..]))
        }
        Some(c) => {
            let (wanted, any) = match c {
                '?' => (c, true),
                '\\' => (rest.next().unwrap_or('\\'), false),
                other => (other, false),
            };
            let mut given = text.chars();
            given.next().is_some_and(|first| any || first == wanted)
                && glob_matches(rest.as_str(), given.as_str())
        }
    }
}
