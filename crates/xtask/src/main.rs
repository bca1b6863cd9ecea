//! `cargo xtask`: all set-up, builds and checks of the workspace, one command each.
//!
//! *Invariants*: idempotent; says what it is about to do before anything that takes long; never needs the network
//! when everything it wants is already there; installs only into the target folder, save for Chromium.

mod bench;
mod dist;
mod paths;
mod process;
mod serve;
mod test;
mod tools;

use std::process::ExitCode;

use paths::Paths;

/// Why a command stopped: one or more lines for a person.
pub(crate) type Outcome<T = ()> = Result<T, String>;

/// A command of xtask.
struct Command {
    name: &'static str,
    usage: &'static str,
    run: fn(&Paths, &[String]) -> Outcome,
}

const COMMANDS: &[Command] = &[
    Command {
        name: "serve",
        usage: "serve [--port N]     build the page and serve it on 127.0.0.1:8080",
        run: serve::run,
    },
    Command {
        name: "test",
        usage: "test [STEP…]         lints, native tests, the digest on every platform, browser tests",
        run: test::run,
    },
    Command {
        name: "bench",
        usage: "bench [NAME…]        the workloads of the performance goals; --browser: in headless Chromium",
        run: bench::run,
    },
    Command {
        name: "dist",
        usage: "dist                 build the page into dist/, a folder for any static host",
        run: dist::run,
    },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let name = arguments.first().map_or("", String::as_str);
    let Some(command) = COMMANDS.iter().find(|command| command.name == name) else {
        eprintln!("usage: cargo xtask COMMAND\n");
        for command in COMMANDS {
            eprintln!("  {}", command.usage);
        }
        return ExitCode::from(2);
    };
    match (command.run)(&Paths::find(), &arguments[1..]) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("error: {reason}");
            ExitCode::FAILURE
        }
    }
}
