//! `orrery run`: a script of terminal lines, headless.
//!
//! Prints what the terminal would print and nothing else; the exit status is that of the last failed line.

use session::shell::Script;
use session::{ClusterSpec, Options, Session};
use std::path::Path;

/// What the command line asked for.
pub struct Run {
    pub options: Options,
    /// Go on after a line that failed.
    pub keep_going: bool,
    /// The text of the script.
    pub script: String,
}

/// The cluster that `--cluster` means: a file of Node objects, or a name.
///
/// # Errors
/// A sentence if the file cannot be read.
pub fn cluster(text: &str) -> Result<ClusterSpec, String> {
    if session::clusters::NAMES.contains(&text) {
        return Ok(ClusterSpec::Named(text.to_string()));
    }
    if Path::new(text).is_file() {
        return std::fs::read_to_string(text)
            .map(ClusterSpec::Nodes)
            .map_err(|error| format!("{text}: {error}"));
    }
    Ok(ClusterSpec::Named(text.to_string()))
}

/// Files larger than this are not offered to `-f`.
const FILE_BYTES_MAX: u64 = 64 << 20;
/// At most this many files of the working directory are offered.
const FILES_MAX: u32 = 10_000;

impl Run {
    /// Plays the script. Returns the exit status.
    ///
    /// # Errors
    /// A sentence if the cluster cannot be built.
    pub fn play(&self) -> Result<i32, String> {
        let mut session = Session::new(&self.options)?;
        let mut left = FILES_MAX;
        place_files(&mut session, Path::new("."), "", &mut left);
        let mut exit = 0;
        for line in Script::new(&self.script) {
            let output = session.run_line(&line.text);
            write(&output.stdout, &mut std::io::stdout().lock());
            write(&output.stderr, &mut std::io::stderr().lock());
            if output.exit != 0 {
                exit = output.exit;
                if !self.keep_going {
                    break;
                }
            }
        }
        Ok(exit)
    }
}

/// A closed pipe is the reader's way to say that it has read enough.
fn write(text: &str, to: &mut impl std::io::Write) {
    if to
        .write_all(text.as_bytes())
        .and_then(|()| to.flush())
        .is_err()
    {
        std::process::exit(0);
    }
}

/// Makes the working directory's text files visible to `-f`, `cat` and the like.
fn place_files(session: &mut Session, directory: &Path, prefix: &str, left: &mut u32) {
    let Ok(entries) = std::fs::read_dir(directory) else {
        return;
    };
    let mut entries: Vec<_> = entries.flatten().collect();
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{prefix}{name}");
        let Ok(kind) = entry.file_type() else {
            continue;
        };
        if kind.is_dir() && !name.starts_with('.') && !matches!(&*name, "target" | "node_modules") {
            place_files(session, &entry.path(), &format!("{path}/"), left);
        } else if *left > 0
            && entry
                .metadata()
                .is_ok_and(|meta| meta.is_file() && meta.len() <= FILE_BYTES_MAX)
            && let Ok(text) = std::fs::read_to_string(entry.path())
        {
            *left -= 1;
            session.place_file(&path, &text);
        }
    }
}
