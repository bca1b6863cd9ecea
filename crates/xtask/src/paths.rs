//! Where things are: the workspace, its target folder, and the tools inside it.

use std::path::{Path, PathBuf};

/// The folders that commands work in.
pub(crate) struct Paths {
    /// The workspace.
    pub root: PathBuf,
    /// `target`, or what CARGO_TARGET_DIR says.
    pub target: PathBuf,
    /// `target/tools`: trunk, wasm-bindgen, wasm-opt.
    pub tools: PathBuf,
    /// The built page.
    pub dist: PathBuf,
}

impl Paths {
    /// # Panics
    /// If xtask was built outside the workspace.
    #[expect(
        clippy::disallowed_methods,
        reason = "INV-2 binds the core; a build command follows cargo's variables"
    )]
    pub fn find() -> Paths {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .ancestors()
            .nth(2)
            .expect("xtask lies in crates/xtask");
        let target = std::env::var("CARGO_TARGET_DIR")
            .map_or_else(|_| root.join("target"), |dir| root.join(dir));
        Paths {
            root: root.to_owned(),
            tools: target.join("tools"),
            target,
            dist: root.join("dist"),
        }
    }

    /// Text of a file of the workspace.
    pub fn read(&self, name: &str) -> Result<String, String> {
        std::fs::read_to_string(self.root.join(name)).map_err(|error| format!("{name}: {error}"))
    }

    /// PATH with the installed tools first.
    #[expect(
        clippy::disallowed_methods,
        reason = "INV-2 binds the core; tools are found by PATH"
    )]
    pub fn search_path(&self) -> String {
        let own = [
            self.tools.join("bin"),
            self.tools.join("npm/node_modules/.bin"),
        ];
        let rest = std::env::var("PATH").unwrap_or_default();
        format!("{}:{}:{rest}", own[0].display(), own[1].display())
    }
}
