//! Words to arguments: braces, variables, substituted output, field splitting, file patterns.
//!
//! *Models* POSIX sh 2.6 in its order; `IFS` is space, tab and line end.
//! *Not modelled*: tilde, `[…]` in patterns, nested braces.

use super::ast::{Part, Word};
use super::{Shell, braces};

/// Arguments of a command. `values` holds the output of the words' substitutions, in order.
pub(super) fn arguments(
    words: &[Word],
    shell: &Shell,
    values: &mut dyn Iterator<Item = String>,
) -> Vec<String> {
    let mut arguments = Vec::new();
    for word in words {
        for word in braces::expand(word) {
            let mut fields = Fields::default();
            for part in &word.parts {
                match part {
                    Part::Text { text, quoted } => fields.push(text, *quoted),
                    Part::Variable {
                        name,
                        default,
                        quoted,
                    } => {
                        fields.expanded(&variable(shell, name, default.as_deref()), *quoted);
                    }
                    Part::Substitution { quoted, .. } => {
                        fields.expanded(&values.next().unwrap_or_default(), *quoted)
                    }
                }
            }
            fields.finish(shell, &mut arguments);
        }
    }
    arguments
}

/// A word where no splitting happens: assignments, redirect targets, here-documents.
pub(super) fn text(word: &Word, shell: &Shell, values: &mut dyn Iterator<Item = String>) -> String {
    let mut out = String::new();
    for part in &word.parts {
        match part {
            Part::Text { text, .. } => out.push_str(text),
            Part::Variable { name, default, .. } => {
                out.push_str(&variable(shell, name, default.as_deref()))
            }
            Part::Substitution { .. } => out.push_str(&values.next().unwrap_or_default()),
        }
    }
    out
}

fn variable(shell: &Shell, name: &str, default: Option<&str>) -> String {
    let value = match name {
        "?" => shell.status.to_string(),
        "#" => "0".into(),
        "PWD" => shell.files.directory().to_owned(),
        _ => shell.variables.get(name).cloned().unwrap_or_default(),
    };
    if value.is_empty() {
        default.unwrap_or("").to_owned()
    } else {
        value
    }
}

/// The fields one word becomes.
#[derive(Default)]
struct Fields {
    done: Vec<Field>,
    open: Option<Field>,
}

#[derive(Default)]
struct Field {
    text: String,
    pattern: String,
    is_pattern: bool,
}

impl Fields {
    fn push(&mut self, text: &str, quoted: bool) {
        let field = self.open.get_or_insert_default();
        field.text.push_str(text);
        for c in text.chars() {
            let special = c == '*' || c == '?';
            if c == '\\' || (special && quoted) {
                field.pattern.push('\\');
            }
            field.is_pattern |= special && !quoted;
            field.pattern.push(c);
        }
    }

    fn expanded(&mut self, text: &str, quoted: bool) {
        if quoted {
            self.push(text, true);
            return;
        }
        let is_space = |c: char| c == ' ' || c == '\t' || c == '\n';
        let mut rest = text;
        while !rest.is_empty() {
            let space = rest.len() - rest.trim_start_matches(is_space).len();
            if space > 0 {
                self.done.extend(self.open.take());
                rest = &rest[space..];
                continue;
            }
            let end = rest.find(is_space).unwrap_or(rest.len());
            self.push(&rest[..end], false);
            rest = &rest[end..];
        }
    }

    fn finish(mut self, shell: &Shell, arguments: &mut Vec<String>) {
        self.done.extend(self.open.take());
        for field in self.done {
            let found = if field.is_pattern {
                shell.files.glob(&field.pattern)
            } else {
                Vec::new()
            };
            if found.is_empty() {
                arguments.push(field.text);
            } else {
                arguments.extend(found);
            }
        }
    }
}
