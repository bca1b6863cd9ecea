//! The shell language of the terminal: parsing, files, aliases and the text tools that tutorials pipe into.
//!
//! It knows no cluster. [`Machine`] runs a parsed [`Line`] and hands every command it does not know (`kubectl`,
//! `wait`, `seek` …) to its caller, so the page, the runner and lessons drive the same shell.
//! *Models* bash and the GNU tools (coreutils 9, grep 3, sed 4, gawk 5) with their error words and exit codes.
//! *Invariants*: a [`Shell`] is a value; nothing outside it is read, the clock included.
//! *Not modelled*: see each file; what is not understood is refused with a reason, never run as something else.

pub mod ast;
mod braces;
pub mod builtins;
mod expand;
pub mod files;
mod machine;
mod parse;
mod program;
mod script;
#[cfg(test)]
mod tests;
mod word;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use ast::Line;
pub use builtins::{Builtin, Output, command_not_found};
pub use files::{FileError, Files};
pub use machine::{COMMANDS_MAX, Call, Machine, Step, Stream};
pub use parse::{Open, ParseError, is_name, parse};
pub use script::{Script, ScriptLine};

/// What a terminal remembers between lines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shell {
    pub files: Files,
    pub variables: BTreeMap<String, String>,
    /// Name to replacement words.
    pub aliases: BTreeMap<String, String>,
    /// Lines typed, oldest first.
    pub history: Vec<String>,
    /// Exit status of the last command.
    pub status: u8,
    /// Unix seconds; the caller sets it to the virtual now before each line.
    pub now: i64,
}

impl Default for Shell {
    fn default() -> Self {
        let aliases = [("k", "kubectl"), ("kgp", "kubectl get pods")];
        let variables = [
            ("HOME", files::HOME),
            ("USER", "learner"),
            ("SHELL", "/bin/bash"),
        ];
        Shell {
            files: Files::default(),
            variables: variables
                .map(|(name, value)| (name.into(), value.into()))
                .into(),
            aliases: aliases
                .map(|(name, value)| (name.into(), value.into()))
                .into(),
            history: Vec::new(),
            status: 0,
            now: 0,
        }
    }
}

impl Shell {
    /// Replaces the first word while it is an alias; each alias once, as bash does.
    pub(crate) fn expand_alias(&self, typed: &str, argv: &mut Vec<String>) {
        let mut used = Vec::new();
        let mut name = typed.to_owned();
        while let Some(value) = self.aliases.get(&name)
            && !used.contains(&name)
            && argv.first() == Some(&name)
        {
            let Ok(words) = alias_words(value) else {
                return;
            };
            let words = expand::arguments(&words, self, &mut std::iter::empty());
            argv.splice(..1, words);
            used.push(name);
            name = argv.first().cloned().unwrap_or_default();
        }
    }
}

/// The words of an alias; an alias that is more than words of one command is refused.
pub(crate) fn alias_words(value: &str) -> Result<Vec<ast::Word>, String> {
    let refused = || "an alias that is more than one command is not modelled".to_owned();
    let line = parse(value).map_err(|error| match error {
        ParseError::Syntax(message) => message,
        ParseError::Incomplete(_) => refused(),
    })?;
    let [and_or] = line.list.0.as_slice() else {
        return if line.list.0.is_empty() {
            Ok(Vec::new())
        } else {
            Err(refused())
        };
    };
    match and_or.first.stages.as_slice() {
        [ast::Command::Simple(simple)]
            if and_or.rest.is_empty()
                && simple.redirects.is_empty()
                && simple.assignments.is_empty()
                && !simple.words.iter().any(ast::Word::has_substitution) =>
        {
            Ok(simple.words.clone())
        }
        _ => Err(refused()),
    }
}
