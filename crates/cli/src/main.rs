//! `orrery`, the headless program: runs terminal scripts, upstream's tables, recorded scenarios and benchmarks.

mod args;
mod fixtures;
mod goldens;
mod run;
mod timing;

use std::io::{self, BufWriter, Read, Write};
use std::process::ExitCode;

use args::{Command, RunArgs};

/// Exit status of a command line that was not understood.
const USAGE_ERROR: u8 = 2;

fn main() -> ExitCode {
    let command = match args::parse(std::env::args_os().skip(1)) {
        Ok(command) => command,
        Err(message) => {
            eprint!("orrery: {message}\n\n{}", args::USAGE);
            return ExitCode::from(USAGE_ERROR);
        }
    };
    let result = match command {
        Command::Help => {
            print!("{}", args::USAGE);
            Ok(0)
        }
        Command::Version => {
            println!("orrery {}", env!("CARGO_PKG_VERSION"));
            Ok(0)
        }
        Command::Run(arguments) => play(&arguments),
        Command::Bench(bench) => printed(|out| timing::run(&bench, out)),
        Command::Fixtures(fixtures) => printed(|out| fixtures::run(&fixtures, out)),
        Command::Goldens(goldens) => printed(|out| {
            goldens::run(&goldens, &mut goldens::terminal::SessionTerminal::open, out)
        }),
    };
    match result {
        Ok(status) => ExitCode::from(u8::try_from(status).unwrap_or(1)),
        Err(message) => {
            eprintln!("orrery: {message}");
            ExitCode::from(USAGE_ERROR)
        }
    }
}

/// Runs something that prints and says whether all was well.
fn printed(run: impl FnOnce(&mut dyn Write) -> io::Result<bool>) -> Result<i32, String> {
    let mut out = BufWriter::new(io::stdout().lock());
    let clean = run(&mut out).and_then(|clean| out.flush().map(|()| clean));
    match clean {
        Ok(clean) => Ok(i32::from(!clean)),
        // The reader has read enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(0),
        Err(error) => Err(error.to_string()),
    }
}

fn play(arguments: &RunArgs) -> Result<i32, String> {
    let script = match &arguments.script {
        Some(path) => {
            std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?
        }
        None => {
            let mut text = String::new();
            io::stdin()
                .read_to_string(&mut text)
                .map_err(|error| error.to_string())?;
            text
        }
    };
    let mut options = session::Options {
        cluster: run::cluster(&arguments.cluster)?,
        seed: arguments.seed,
        scripted_kubelet: arguments.scripted_kubelet,
        ..session::Options::default()
    };
    if let Some(start) = &arguments.start {
        options.start = apimachinery::Time::parse(start)
            .map_err(|error| format!("--start {start}: {error}"))?;
    }
    run::Run {
        options,
        keep_going: arguments.keep_going,
        script,
    }
    .play()
}
