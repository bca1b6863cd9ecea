//! The command line.
//!
//! *Invariants*: pure; files named on it are opened by whoever runs the command.

use std::ffi::OsString;
use std::path::PathBuf;

use lexopt::{Arg, Parser, ValueExt};

use crate::fixtures::Fixtures;
use crate::goldens::Goldens;
use crate::timing::Bench;

pub const USAGE: &str = "\
orrery: a deterministic simulation of Kubernetes, without a page

usage:
  orrery run [--cluster NAME|FILE.yaml] [--seed N] [--start TIME] [--kubelet scripted] [--keep-going] [SCRIPT]
      runs terminal lines from SCRIPT or standard input; clusters: empty, k1, k3 (default), k3-cloud, mini, spray, aws
  orrery fixtures DIR [--area A] [--json]
      runs tables of upstream's unit tests
  orrery goldens DIR [--area A] [--json]
      plays recorded scenarios and compares
  orrery bench [NAME…] [--json]
      runs workloads of the performance goals, by name or all, and times them
";

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    Run(RunArgs),
    Fixtures(Fixtures),
    Goldens(Goldens),
    Bench(Bench),
    Help,
    Version,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunArgs {
    pub cluster: String,
    pub seed: u64,
    pub start: Option<String>,
    pub scripted_kubelet: bool,
    pub keep_going: bool,
    /// None: standard input.
    pub script: Option<PathBuf>,
}

/// Reads the arguments after the program's name.
///
/// # Errors
/// A sentence for standard error.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Command, String> {
    read(&mut Parser::from_args(arguments)).map_err(|error| error.to_string())
}

fn read(parser: &mut Parser) -> Result<Command, lexopt::Error> {
    match parser.next()? {
        None | Some(Arg::Short('h') | Arg::Long("help")) => Ok(Command::Help),
        Some(Arg::Short('V') | Arg::Long("version")) => Ok(Command::Version),
        Some(Arg::Value(name)) => match name.string()?.as_str() {
            "run" => read_run(parser),
            "fixtures" => read_folder(parser, |folder, area, json| {
                Command::Fixtures(Fixtures { folder, area, json })
            }),
            "goldens" => read_folder(parser, |folder, area, json| {
                Command::Goldens(Goldens { folder, area, json })
            }),
            "bench" => read_bench(parser),
            "help" => Ok(Command::Help),
            other => Err(format!("there is no command {other:?}").into()),
        },
        Some(other) => Err(other.unexpected()),
    }
}

fn read_run(parser: &mut Parser) -> Result<Command, lexopt::Error> {
    let cluster = "k3".to_owned();
    let mut run = RunArgs {
        cluster,
        seed: 1,
        start: None,
        scripted_kubelet: false,
        keep_going: false,
        script: None,
    };
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("cluster") => run.cluster = parser.value()?.string()?,
            Arg::Long("seed") => run.seed = parser.value()?.parse()?,
            Arg::Long("start") => run.start = Some(parser.value()?.string()?),
            Arg::Long("kubelet") => match parser.value()?.string()?.as_str() {
                "scripted" => run.scripted_kubelet = true,
                other => {
                    return Err(
                        format!("there is no kubelet {other:?}; write --kubelet scripted").into(),
                    );
                }
            },
            Arg::Long("keep-going") => run.keep_going = true,
            Arg::Short('h') | Arg::Long("help") => return Ok(Command::Help),
            Arg::Value(script) if run.script.is_none() => {
                run.script = Some(PathBuf::from(script)).filter(|script| script.as_os_str() != "-");
            }
            other => return Err(other.unexpected()),
        }
    }
    Ok(Command::Run(run))
}

fn read_bench(parser: &mut Parser) -> Result<Command, lexopt::Error> {
    let mut bench = Bench::default();
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("json") => bench.json = true,
            Arg::Short('h') | Arg::Long("help") => return Ok(Command::Help),
            Arg::Value(name) => bench.names.push(name.string()?.to_uppercase()),
            other => return Err(other.unexpected()),
        }
    }
    Ok(Command::Bench(bench))
}

fn read_folder(
    parser: &mut Parser,
    command: fn(PathBuf, Option<String>, bool) -> Command,
) -> Result<Command, lexopt::Error> {
    let (mut folder, mut area, mut json) = (None, None, false);
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("area") => area = Some(parser.value()?.string()?),
            Arg::Long("json") => json = true,
            Arg::Short('h') | Arg::Long("help") => return Ok(Command::Help),
            Arg::Value(given) if folder.is_none() => folder = Some(PathBuf::from(given)),
            other => return Err(other.unexpected()),
        }
    }
    Ok(command(folder.ok_or("the folder is missing")?, area, json))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Command, String> {
        parse(line.split_whitespace().map(OsString::from))
    }

    #[test]
    fn lines_are_read_as_the_usage_says() {
        let cluster = "k1".to_owned();
        let run = RunArgs {
            cluster,
            seed: 7,
            start: None,
            scripted_kubelet: true,
            keep_going: true,
            script: Some("a.sh".into()),
        };
        assert_eq!(
            parsed("run --keep-going --cluster k1 --seed=7 --kubelet scripted a.sh"),
            Ok(Command::Run(run))
        );
        let fixtures = Fixtures {
            folder: "d".into(),
            area: Some("job".into()),
            json: true,
        };
        assert_eq!(
            parsed("fixtures --json d --area job"),
            Ok(Command::Fixtures(fixtures))
        );
        assert_eq!(
            parsed("goldens d"),
            Ok(Command::Goldens(Goldens {
                folder: "d".into(),
                area: None,
                json: false
            }))
        );
        assert_eq!(
            parsed("bench b9 B17 --json"),
            Ok(Command::Bench(Bench {
                names: vec!["B9".into(), "B17".into()],
                json: true
            }))
        );
        assert_eq!(parsed(""), Ok(Command::Help));
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for line in [
            "fly",
            "fixtures",
            "goldens a b",
            "run --seed x",
            "run --kubelet real",
            "run --fast",
            "--fast",
        ] {
            assert!(parsed(line).is_err(), "{line}");
        }
    }
}
