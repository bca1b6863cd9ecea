//! Runs a line and stops whenever a command needs the cluster.
//!
//! The caller loops: `step` says which command to run (`Step::External`) or that the line is done; the caller runs
//! it, over any stretch of virtual time, and hands its output to `resume`.
//! *Invariants*: reads and writes nothing but the [`Shell`] it is given; a clone goes on identically.
//! *Not modelled*: stages of a pipeline run one after the other, so a stage begins when the one before it ended; a
//! whole stage's errors follow its output when both go to one place.

use std::collections::VecDeque;
use std::sync::Arc;

use super::ast::{Line, Redirect, Simple, Target};
use super::builtins::{self, Builtin, Output};
use super::program::{Op, Program};
use super::{Shell, expand};

/// Commands one line may run: a loop without an end must not hang the page.
pub const COMMANDS_MAX: u32 = 100_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    Out,
    Err,
}

/// A command that the shell itself does not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Name and arguments.
    pub argv: Vec<String>,
    pub stdin: Arc<str>,
    /// `NAME=value` written before the command.
    pub environment: Vec<(String, String)>,
    /// Both outputs go to the terminal, so they may be shown while the command runs.
    pub streams: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    External(Call),
    /// `exits`: the shell was told to end.
    Done {
        status: u8,
        exits: bool,
    },
}

#[derive(Clone, Debug)]
pub struct Machine {
    program: Arc<Program>,
    at: u32,
    captures: Vec<String>,
    stdins: Vec<Arc<str>>,
    values: Vec<String>,
    loops: Vec<(Arc<str>, VecDeque<String>)>,
    running: Option<Running>,
    shown: Vec<(Stream, String)>,
    commands: u32,
    exits: bool,
}

/// The command being run: one argument list, or many for `xargs`.
#[derive(Clone, Debug)]
struct Running {
    calls: VecDeque<Vec<String>>,
    is_xargs: bool,
    stdin: Arc<str>,
    environment: Vec<(String, String)>,
    out: Sink,
    err: Sink,
    done: Output,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Sink {
    /// The pipe or buffer at hand, else the terminal.
    Current,
    TerminalErr,
    File(String),
}

impl Machine {
    pub fn new(line: &Line) -> Self {
        Machine {
            program: Arc::new(Program::new(line)),
            at: 0,
            captures: Vec::new(),
            stdins: Vec::new(),
            values: Vec::new(),
            loops: Vec::new(),
            running: None,
            shown: Vec::new(),
            commands: 0,
            exits: false,
        }
    }

    /// What the terminal shows since the last call.
    pub fn take_shown(&mut self) -> Vec<(Stream, String)> {
        std::mem::take(&mut self.shown)
    }

    /// Goes on to the next command of the cluster, or to the end.
    pub fn step(&mut self, shell: &mut Shell) -> Step {
        loop {
            if let Some(step) = self.run_calls(shell) {
                return step;
            }
            let program = self.program.clone();
            let Some(op) = program.ops.get(self.at as usize).filter(|_| !self.exits) else {
                return Step::Done {
                    status: shell.status,
                    exits: self.exits,
                };
            };
            self.at += 1;
            self.operate(op, shell);
        }
    }

    /// The output of the command that `step` asked for.
    pub fn resume(&mut self, output: Output) {
        if let Some(running) = &mut self.running {
            running.add(output);
        }
    }

    fn operate(&mut self, op: &Op, shell: &mut Shell) {
        match op {
            Op::Run { simple, values } => self.begin(simple, *values, shell),
            Op::Capture => self.captures.push(String::new()),
            Op::Substituted => {
                let text = self.captures.pop().unwrap_or_default();
                self.values.push(text.trim_end_matches('\n').to_owned());
            }
            Op::Piped { replaces } => {
                let text = Arc::from(self.captures.pop().unwrap_or_default());
                if *replaces {
                    self.stdins.pop();
                }
                self.stdins.push(text);
            }
            Op::PipelineEnd => drop(self.stdins.pop()),
            Op::Negate => shell.status = u8::from(shell.status == 0),
            Op::JumpIfOk(to) if shell.status == 0 => self.at = *to,
            Op::JumpIfFailed(to) if shell.status != 0 => self.at = *to,
            Op::JumpIfOk(_) | Op::JumpIfFailed(_) => {}
            Op::Jump(to) => self.at = *to,
            Op::ForBegin {
                name,
                words,
                values,
            } => {
                let mut values = self.take_values(*values).into_iter();
                let words = expand::arguments(words, shell, &mut values);
                self.loops.push((name.clone(), words.into()));
                shell.status = 0;
            }
            Op::ForNext(end) => match self
                .loops
                .last_mut()
                .and_then(|(name, words)| Some((name.clone(), words.pop_front()?)))
            {
                Some((name, word)) => {
                    shell.variables.insert(name.to_string(), word);
                }
                None => {
                    self.loops.pop();
                    self.at = *end;
                }
            },
            Op::Succeed => shell.status = 0,
        }
    }

    fn take_values(&mut self, count: u32) -> Vec<String> {
        self.values
            .split_off(self.values.len().saturating_sub(count as usize))
    }

    fn begin(&mut self, simple: &Simple, values: u32, shell: &mut Shell) {
        self.commands += 1;
        if self.commands > COMMANDS_MAX {
            self.show(
                Stream::Err,
                &format!("error: the line ran {COMMANDS_MAX} commands and was stopped\n"),
            );
            shell.status = 1;
            self.exits = true;
            return;
        }
        let mut values = self.take_values(values).into_iter();
        let mut environment = Vec::new();
        for (name, word) in &simple.assignments {
            environment.push((name.clone(), expand::text(word, shell, &mut values)));
        }
        let mut argv = expand::arguments(&simple.words, shell, &mut values);
        if let Some(alias) = simple.words.first().and_then(|word| word.bare()) {
            shell.expand_alias(alias, &mut argv);
        }
        let mut running =
            Running::new(environment, self.stdins.last().cloned().unwrap_or_default());
        if let Err(message) = self.redirect(&simple.redirects, &mut running, shell, &mut values) {
            self.show(Stream::Err, &format!("bash: {message}\n"));
            shell.status = 1;
            return;
        }
        match argv.first().map(String::as_str) {
            None => {
                for (name, value) in running.environment {
                    shell.variables.insert(name, value);
                }
                shell.status = 0;
                return;
            }
            Some("exit") => {
                shell.status = argv
                    .get(1)
                    .and_then(|status| status.parse().ok())
                    .unwrap_or(shell.status);
                self.exits = true;
                return;
            }
            Some("xargs") => match builtins::xargs(&argv, &running.stdin) {
                Ok(calls) => {
                    running.calls = calls.into();
                    running.is_xargs = true;
                    running.stdin = Arc::from("");
                }
                Err(output) => running.add(output),
            },
            Some(_) => running.calls.push_back(argv),
        }
        self.running = Some(running);
    }

    fn redirect(
        &mut self,
        redirects: &[Redirect],
        running: &mut Running,
        shell: &mut Shell,
        values: &mut dyn Iterator<Item = String>,
    ) -> Result<(), String> {
        for Redirect { fd, to } in redirects {
            let sink = match to {
                Target::Write(word) => {
                    let path = expand::text(word, shell, values);
                    if path != "/dev/null" {
                        shell
                            .files
                            .write(&path, "")
                            .map_err(|error| format!("{path}: {}", error.text()))?;
                    }
                    Sink::File(path)
                }
                Target::Append(word) => {
                    let path = expand::text(word, shell, values);
                    if path != "/dev/null" {
                        shell
                            .files
                            .append(&path, "")
                            .map_err(|error| format!("{path}: {}", error.text()))?;
                    }
                    Sink::File(path)
                }
                Target::Read(word) => {
                    let path = expand::text(word, shell, values);
                    let text = if path == "/dev/null" {
                        Ok(Arc::from(""))
                    } else {
                        shell.files.read(&path)
                    };
                    running.stdin = text.map_err(|error| format!("{path}: {}", error.text()))?;
                    continue;
                }
                Target::HereDocument(at) => {
                    let program = self.program.clone();
                    running.stdin =
                        Arc::from(expand::text(&program.heredocs[*at as usize], shell, values));
                    continue;
                }
                Target::HereString(word) => {
                    running.stdin = Arc::from(expand::text(word, shell, values) + "\n");
                    continue;
                }
                Target::Duplicate(1) => running.out.clone(),
                Target::Duplicate(_) => running.err.clone(),
            };
            match fd {
                2 => running.err = sink,
                _ => running.out = sink,
            }
        }
        Ok(())
    }

    /// Runs what is left of the command at hand; asks for it if it is not the shell's own.
    fn run_calls(&mut self, shell: &mut Shell) -> Option<Step> {
        while let Some(running) = &mut self.running {
            let Some(argv) = running.calls.pop_front() else {
                self.finish(shell);
                return None;
            };
            match builtins::find(&argv[0]) {
                Builtin::Pure(builtin) => {
                    let output = builtin(shell, &argv, &running.stdin);
                    running.add(output);
                }
                Builtin::External => {
                    let direct = running.out == Sink::Current && running.err == Sink::TerminalErr;
                    return Some(Step::External(Call {
                        argv,
                        stdin: running.stdin.clone(),
                        environment: running.environment.clone(),
                        streams: direct && self.captures.is_empty(),
                    }));
                }
            }
        }
        None
    }

    fn finish(&mut self, shell: &mut Shell) {
        let Some(running) = self.running.take() else {
            return;
        };
        let Running {
            out,
            err,
            done,
            is_xargs,
            ..
        } = running;
        shell.status = match done.exit {
            // findutils: xargs/xargs.c
            1..=125 if is_xargs => 123,
            exit => exit,
        };
        for (sink, text) in [(out, done.stdout), (err, done.stderr)] {
            match sink {
                _ if text.is_empty() => {}
                Sink::TerminalErr => self.show(Stream::Err, &text),
                Sink::File(path) if path == "/dev/null" => {}
                Sink::File(path) => {
                    if let Err(error) = shell.files.append(&path, &text) {
                        self.show(Stream::Err, &format!("bash: {path}: {}\n", error.text()));
                        shell.status = 1;
                    }
                }
                Sink::Current => match self.captures.last_mut() {
                    Some(capture) => capture.push_str(&text),
                    None => self.show(Stream::Out, &text),
                },
            }
        }
    }

    fn show(&mut self, stream: Stream, text: &str) {
        match self.shown.last_mut() {
            Some((last, shown)) if *last == stream => shown.push_str(text),
            _ => self.shown.push((stream, text.to_owned())),
        }
    }
}

impl Running {
    fn new(environment: Vec<(String, String)>, stdin: Arc<str>) -> Self {
        Running {
            calls: VecDeque::new(),
            is_xargs: false,
            stdin,
            environment,
            out: Sink::Current,
            err: Sink::TerminalErr,
            done: Output::default(),
        }
    }

    fn add(&mut self, output: Output) {
        self.done.stdout.push_str(&output.stdout);
        self.done.stderr.push_str(&output.stderr);
        if output.exit != 0 || !self.is_xargs {
            self.done.exit = output.exit;
        }
    }
}
