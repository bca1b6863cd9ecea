//! Running other programs: with a line before each step, and its time after.

use std::ffi::OsStr;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::Outcome;
use crate::paths::Paths;

/// A stopwatch for the lines that say how long a step took.
#[expect(
    clippy::disallowed_types,
    reason = "INV-2 binds the core; this one times build steps"
)]
pub(crate) struct Watch(std::time::Instant);

impl Watch {
    #[expect(
        clippy::disallowed_types,
        reason = "INV-2 binds the core; this one times build steps"
    )]
    pub fn start() -> Watch {
        Watch(std::time::Instant::now())
    }

    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

/// A program with its arguments, in the workspace, with the tools on its PATH.
pub(crate) fn program<S: AsRef<OsStr>>(
    paths: &Paths,
    name: &str,
    arguments: impl IntoIterator<Item = S>,
) -> Command {
    // cargo hands xtask variables of its own package that would confuse a cargo below it
    let mut command = Command::new(name);
    command
        .args(arguments)
        .current_dir(&paths.root)
        .env("PATH", paths.search_path());
    for variable in [
        "CARGO_MANIFEST_DIR",
        "CARGO_MANIFEST_PATH",
        "CARGO_PKG_NAME",
        "CARGO_PKG_VERSION",
    ] {
        command.env_remove(variable);
    }
    command
}

/// Runs a step to its end: says what it is, lets its output through, says how long it took.
pub(crate) fn step(what: &str, command: &mut Command) -> Outcome {
    eprintln!("── {what}");
    let watch = Watch::start();
    let status = command
        .status()
        .map_err(|error| format!("{what}: {}: {error}", name_of(command)))?;
    if !status.success() {
        return Err(format!("{what} failed ({status})\n  {}", line_of(command)));
    }
    eprintln!("   {what}: done in {:.1} s", watch.elapsed().as_secs_f32());
    Ok(())
}

/// Standard output of a program, or None if it is not there or failed.
pub(crate) fn output(command: &mut Command) -> Option<String> {
    let output = command
        .stderr(Stdio::null())
        .stdin(Stdio::null())
        .output()
        .ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn name_of(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
}

fn line_of(command: &Command) -> String {
    let arguments = command
        .get_args()
        .map(|argument| argument.to_string_lossy().into_owned());
    std::iter::once(name_of(command))
        .chain(arguments)
        .collect::<Vec<_>>()
        .join(" ")
}
