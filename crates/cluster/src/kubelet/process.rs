//! What a container's process does: how long it runs, how it ends, what it prints.
//!
//! It reads the container's command (`sleep 5; exit 1`, `sh -c …`, `date`, `echo`) and falls back on the image's own
//! program. Everything is a function of command, image and start time: nothing is stored a line.
//!
//! *Invariants*: pure; bounded work whatever the script says.
//! *Not modelled*: a command that nobody knows runs for ever if it is the container's program, and succeeds at once
//! inside a script that goes on; files, variables beyond the specification's own, pipes (the last command counts).

use super::images::{Profile, Program};
use super::shell;
use api::Container;
use apimachinery::Time;
use core::time::Duration;

/// One printed line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printed {
    /// Since the start of the process.
    pub after: Duration,
    pub text: String,
}

/// How a process ends by itself; `None` if it does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct End {
    pub after: Duration,
    pub code: i32,
}

/// What a process did until some moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Run {
    pub end: Option<End>,
    pub lines: Vec<Printed>,
}

/// What happens on SIGTERM.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnTerm {
    /// Ends with this code.
    Exit(i32),
    /// Process 1 without a handler: nothing, until SIGKILL.
    Ignored,
}

/// The program of a container: its words, or the image's own.
enum Words<'a> {
    Image,
    Command(Vec<&'a str>),
}

fn words<'a>(container: &'a Container, profile: &Profile) -> Words<'a> {
    let all: Vec<&str> = container
        .command
        .iter()
        .chain(&container.args)
        .map(|word| &**word)
        .collect();
    if all.is_empty() || (container.command.is_empty() && profile.entrypoint) {
        return Words::Image;
    }
    Words::Command(all)
}

/// The script of `sh -c SCRIPT`.
fn script<'a>(words: &[&'a str]) -> Option<&'a str> {
    let shell = words.first()?.rsplit('/').next()?;
    if !matches!(shell, "sh" | "bash" | "ash" | "dash" | "zsh") {
        return None;
    }
    let flag = words
        .iter()
        .position(|word| word.starts_with('-') && word.ends_with('c'))?;
    words.get(flag + 1).copied()
}

/// Runs a container's process until it ends or `limit` has passed. `boot` is the wall clock at its start; `hostname`
/// the pod's name.
pub fn run(
    container: &Container,
    profile: &Profile,
    boot: Time,
    hostname: &str,
    limit: Duration,
) -> Run {
    let command = match words(container, profile) {
        Words::Image => return run_image(container, profile, limit),
        Words::Command(command) => command,
    };
    let mut variables: Vec<(String, String)> = vec![("HOSTNAME".into(), hostname.into())];
    for variable in container
        .env
        .iter()
        .filter(|variable| variable.value_from.is_none())
    {
        variables.push((variable.name.to_string(), variable.value.to_string()));
    }
    let program = match script(&command) {
        Some(script) => shell::parse(script),
        None => shell::parse_words(&command),
    };
    shell::execute(&program, boot, limit, variables)
}

fn run_image(container: &Container, profile: &Profile, limit: Duration) -> Run {
    let lines = profile
        .log
        .iter()
        .map(|text| Printed {
            after: Duration::ZERO,
            text: (*text).into(),
        })
        .collect();
    let end = match profile.program {
        Program::Server | Program::Deaf => None,
        Program::Shell if container.stdin && container.tty => None,
        Program::Shell => Some(End {
            after: Duration::ZERO,
            code: 0,
        }),
        Program::Once(ms) => Some(End {
            after: Duration::from_millis(u64::from(ms)),
            code: 0,
        }),
    };
    Run {
        end: end.filter(|end| end.after <= limit),
        lines,
    }
}

/// What the process does when it is told to stop.
pub(super) fn on_term(container: &Container, profile: &Profile) -> OnTerm {
    match words(container, profile) {
        Words::Image => match profile.program {
            Program::Server => OnTerm::Exit(0),
            Program::Deaf | Program::Shell | Program::Once(_) => OnTerm::Ignored,
        },
        Words::Command(command) => {
            let program = match script(&command) {
                Some(script) if script.contains("trap ") => return OnTerm::Exit(0),
                Some(script) => shell::parse(script),
                None => shell::parse_words(&command),
            };
            if program.is_server() {
                OnTerm::Exit(0)
            } else {
                OnTerm::Ignored
            }
        }
    }
}

/// True if the container runs something that nobody can tell the end of.
pub(super) fn is_unknown(container: &Container, profile: &Profile) -> bool {
    match words(container, profile) {
        Words::Image => matches!(profile.program, Program::Server | Program::Deaf),
        Words::Command(command) => match script(&command) {
            Some(_) => false,
            None => shell::parse_words(&command).is_server(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::super::images::profile_of;
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    fn container(image: &str, command: &[&str]) -> Container {
        Container {
            image: image.into(),
            command: command.iter().map(|word| (*word).into()).collect(),
            ..Container::default()
        }
    }

    fn end(image: &str, command: &[&str]) -> Option<(u64, i32)> {
        let container = container(image, command);
        let run = run(
            &container,
            profile_of(image),
            Time::from_unix(0),
            "web-1",
            HOUR,
        );
        run.end.map(|end| (end.after.as_secs(), end.code))
    }

    #[test]
    fn commands_end_as_they_say() {
        for (command, want) in [
            (&["sleep", "5"][..], Some((5, 0))),
            (&["sh", "-c", "sleep 5; exit 1"], Some((5, 1))),
            (
                &["/bin/sh", "-ec", "echo a && sleep 2m && false"],
                Some((120, 1)),
            ),
            (&["sh", "-c", "false || echo no; exit 0"], Some((0, 0))),
            (&["sh", "-c", "while true; do date; sleep 1; done"], None),
            (
                &["sh", "-c", "for i in 1 2 3; do echo $i; sleep 2; done"],
                Some((6, 0)),
            ),
            (&["sh", "-c", "sleep infinity"], None),
            (&["sleep", "7200"], None),
            (&["date"], Some((0, 0))),
            (&["sh", "-c", "exit 3"], Some((0, 3))),
            (
                &["sh", "-c", "if true; then exit 4; else exit 5; fi"],
                Some((0, 4)),
            ),
            (&["nginx", "-g", "daemon off;"], None),
            (&[], Some((0, 0))),
        ] {
            assert_eq!(end("busybox", command), want, "{command:?}");
        }
        assert_eq!(end("nginx:1.27", &[]), None);
        assert_eq!(end("hello-world", &[]), Some((0, 0)));
    }

    #[test]
    fn lines_carry_their_time() {
        let container = container(
            "busybox",
            &[
                "sh",
                "-c",
                "while true; do date; echo hi $HOSTNAME; sleep 2; done",
            ],
        );
        let run = run(
            &container,
            profile_of("busybox"),
            Time::from_unix(0),
            "web-1",
            Duration::from_secs(3),
        );
        let texts: Vec<(u64, &str)> = run
            .lines
            .iter()
            .map(|line| (line.after.as_secs(), &*line.text))
            .collect();
        assert_eq!(
            texts,
            [
                (0, "Thu Jan  1 00:00:00 UTC 1970"),
                (0, "hi web-1"),
                (2, "Thu Jan  1 00:00:02 UTC 1970"),
                (2, "hi web-1")
            ]
        );
    }

    #[test]
    fn process_one_ignores_sigterm_unless_it_serves() {
        let on =
            |image: &str, command: &[&str]| on_term(&container(image, command), profile_of(image));
        assert_eq!(on("nginx", &[]), OnTerm::Exit(0));
        assert_eq!(on("busybox", &["sleep", "3600"]), OnTerm::Ignored);
        assert_eq!(on("busybox", &["sh", "-c", "sleep 3600"]), OnTerm::Ignored);
        assert_eq!(
            on("busybox", &["sh", "-c", "trap 'exit 0' TERM; sleep 3600"]),
            OnTerm::Exit(0)
        );
    }
}
