//! What a terminal remembers: shell state and the kubeconfig context. Versioned by typed line, so that undo takes
//! files and aliases back too.

use crate::shell::{FileError, Files, Shell};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Shell state and the current namespace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Context {
    pub shell: Shell,
    /// The context's namespace (`kubens`, `kubectl config set-context`).
    pub namespace: String,
}

impl Default for Context {
    fn default() -> Context {
        Context {
            shell: Shell::default(),
            namespace: "default".to_string(),
        }
    }
}

/// The session's files as kubectl sees them.
pub(crate) struct FileView<'a>(pub &'a Files);

impl kubectl::Files for FileView<'_> {
    fn read(&self, path: &str) -> Option<Arc<str>> {
        self.0.read(path).ok()
    }

    fn list(&self, path: &str) -> Option<Vec<String>> {
        let entries: Result<Vec<(String, bool)>, FileError> = self.0.list(path);
        entries
            .ok()
            .map(|entries| entries.into_iter().map(|(name, _)| name).collect())
    }
}
