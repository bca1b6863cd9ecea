//! [`Session`]: types lines, runs their commands, lets time pass for those that wait.
//!
//! *Invariants*: a line takes no virtual time by itself; commands reach the world through the timeline only (INV-3).

use crate::clusters::ClusterSpec;
use crate::context::{Context, FileView};
use crate::frame::{Frame, Job};
use crate::output::{Chunk, LineOutput};
use crate::shell::{self, Call, Output, ParseError, Stream};
use apimachinery::Time;
use cluster::{Clock, Cluster, Command, Request, Verb};
use core::time::Duration;
use engine::{Seed, SimTime, Timeline};
use kubectl::{Env, Need, Wake};

/// The cluster is this old when the first line is typed, so that its nodes are ready.
const BOOT: Duration = Duration::from_secs(60);
/// A client that waits for ever (`get -w`) is interrupted after this long when nobody can press Ctrl+C.
const HEADLESS_WATCH_MAX: Duration = Duration::from_secs(3600);
/// Exit status of an interrupted command, as bash gives it.
pub(crate) const INTERRUPTED: u8 = 130;

/// How a session starts.
#[derive(Clone, Debug)]
pub struct Options {
    pub cluster: ClusterSpec,
    pub seed: u64,
    /// Wall-clock time at the first line.
    pub start: Time,
    /// The stand-in kubelet of the golden recordings.
    pub scripted_kubelet: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            cluster: ClusterSpec::Named("k3".to_string()),
            seed: 1,
            start: Clock::DEFAULT_BOOT.time(SimTime::ZERO),
            scripted_kubelet: false,
        }
    }
}

/// What the running line needs to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// No line is running.
    Idle,
    /// A client waits for a change or an instant; time passes as the user lets it.
    Waiting(Wake),
    /// The line itself makes time pass, up to this instant.
    Advancing(SimTime),
}

/// One open cluster with its terminal.
pub struct Session {
    pub(crate) timeline: Timeline<Cluster>,
    pub(crate) context: Context,
    /// The context before each line of the timeline.
    pub(crate) contexts: Vec<Context>,
    frames: Vec<Frame>,
    typed: String,
    /// The line has been entered into the timeline.
    logged: bool,
    chunks: Vec<Chunk>,
    last_exit: i32,
    pub(crate) rewinds: u64,
}

impl Session {
    /// Opens a cluster and lets it settle.
    ///
    /// # Errors
    /// A sentence if the cluster cannot be built.
    pub fn new(options: &Options) -> Result<Session, String> {
        let boot = Clock {
            boot_unix_nanos: options.start.nanos - BOOT.as_nanos() as i64,
        };
        let world = Cluster::new(
            boot,
            cluster::Options {
                scripted_kubelet: options.scripted_kubelet,
            },
        );
        let mut timeline = Timeline::new(world, Seed(options.seed));
        for node in options.cluster.nodes()? {
            let name = node
                .at_path("metadata.name")
                .and_then(apimachinery::Value::as_str)
                .unwrap_or_default()
                .to_string();
            create(
                &mut timeline,
                api::Kind::Node,
                &name,
                apimachinery::json::to_json(&node),
            )?;
        }
        while !timeline.run(SimTime::ZERO + BOOT, u32::MAX).reached {}
        Ok(Session::resumed(timeline, Context::default(), Vec::new()))
    }

    /// A session on a timeline that has been lived already.
    pub(crate) fn resumed(
        timeline: Timeline<Cluster>,
        context: Context,
        contexts: Vec<Context>,
    ) -> Session {
        Session {
            timeline,
            context,
            contexts,
            frames: Vec::new(),
            typed: String::new(),
            logged: false,
            chunks: Vec::new(),
            last_exit: 0,
            rewinds: 0,
        }
    }

    pub fn timeline(&self) -> &Timeline<Cluster> {
        &self.timeline
    }

    /// For seeks and time: commands go through [`Session::type_line`] or [`Session::command`].
    pub fn timeline_mut(&mut self) -> &mut Timeline<Cluster> {
        &mut self.timeline
    }

    pub fn world(&self) -> &Cluster {
        self.timeline.world()
    }

    pub fn now(&self) -> SimTime {
        self.timeline.now()
    }

    pub fn context(&self) -> &Context {
        &self.context
    }

    /// Puts a file into the terminal's working directory.
    pub fn place_file(&mut self, path: &str, text: &str) {
        self.context.shell.files.place(path, text);
    }

    /// How often time was wound. What followed the store's changes must then begin anew.
    pub fn rewinds(&self) -> u64 {
        self.rewinds
    }

    /// True if no line is running.
    pub fn is_idle(&self) -> bool {
        self.frames.is_empty()
    }

    /// Text printed since the last call.
    pub fn take_output(&mut self) -> Vec<Chunk> {
        std::mem::take(&mut self.chunks)
    }

    /// Exit status of the last line that ended.
    pub fn last_exit(&self) -> i32 {
        self.last_exit
    }

    /// Starts a line. A line that is still running is interrupted first.
    ///
    /// Returns false if the line is unfinished (an open quote or here-document): type it again with more.
    pub fn type_line(&mut self, text: &str) -> bool {
        self.interrupt();
        self.context.shell.now = self.world().clock().time(self.now()).unix();
        match shell::parse(text) {
            Err(ParseError::Incomplete(_)) => return false,
            Err(ParseError::Syntax(message)) => {
                self.print(Stream::Err, format!("bash: {message}\n"));
                self.last_exit = 2;
            }
            Ok(line) => {
                if !text.trim().is_empty() {
                    self.context.shell.history.push(text.to_string());
                }
                self.typed = text.to_string();
                self.logged = false;
                self.frames.push(Frame::new(&line, false));
            }
        }
        true
    }

    /// Ends the running line as Ctrl+C does.
    pub fn interrupt(&mut self) {
        if !self.frames.is_empty() {
            self.frames.clear();
            self.last_exit = i32::from(INTERRUPTED);
            self.context.shell.status = INTERRUPTED;
        }
    }

    /// Runs the line as far as it goes without time passing.
    pub fn poll(&mut self) -> Progress {
        loop {
            let Some(frame) = self.frames.last_mut() else {
                return Progress::Idle;
            };
            if frame.job.is_some() {
                match self.poll_job() {
                    Some(progress) => return progress,
                    None => continue,
                }
            }
            let step = frame.machine.step(&mut self.context.shell);
            let shown = frame.machine.take_shown();
            if !frame.silent {
                self.chunks.extend(
                    shown
                        .into_iter()
                        .map(|(stream, text)| Chunk { stream, text }),
                );
            }
            match step {
                shell::Step::External(call) => self.start(call),
                shell::Step::Done { status, .. } => self.end_frame(status),
            }
        }
    }

    /// Lets virtual time pass up to `until`, or `steps_max` events, whatever lines are running.
    pub fn run(&mut self, until: SimTime, steps_max: u32) -> engine::Ran {
        self.timeline.run(until, steps_max)
    }

    /// The same with the running line woken on its way; a line that makes time pass itself may go beyond `until`.
    pub fn advance(&mut self, until: SimTime, steps_max: u32) -> engine::Ran {
        let mut ran = engine::Ran {
            steps: 0,
            reached: false,
        };
        while ran.steps < steps_max && !ran.reached {
            let left = steps_max - ran.steps;
            let slice = match self.poll() {
                Progress::Idle => self.timeline.run(until, left),
                Progress::Advancing(target) => {
                    let slice = self.timeline.run(target, left);
                    engine::Ran {
                        reached: false,
                        steps: slice.steps.max(1),
                    }
                }
                Progress::Waiting(wake) => {
                    let target = wake.at.map_or(until, |at| at.min(until));
                    let slice = self.timeline.run(target, 1);
                    engine::Ran {
                        reached: slice.reached && target == until && wake.at != Some(until),
                        ..slice
                    }
                }
            };
            ran = engine::Ran {
                steps: ran.steps + slice.steps.max(1),
                reached: slice.reached,
            };
        }
        self.poll();
        ran
    }

    /// The moment to which the running line itself makes time pass.
    pub fn advancing_to(&mut self) -> Option<SimTime> {
        match self.poll() {
            Progress::Advancing(target) => Some(target),
            _ => None,
        }
    }

    /// Runs a whole line, letting as much virtual time pass as it needs.
    pub fn run_line(&mut self, text: &str) -> LineOutput {
        let mut output = LineOutput::default();
        if !self.type_line(text) {
            let text = "bash: syntax error: unexpected end of file\n".to_string();
            output.add(&Chunk {
                stream: Stream::Err,
                text,
            });
            output.exit = 2;
            return output;
        }
        let began = self.now();
        loop {
            match self.poll() {
                Progress::Idle => break,
                Progress::Advancing(until) => {
                    self.run(until, u32::MAX);
                }
                Progress::Waiting(wake) => {
                    if !self.advance_to(wake, began + HEADLESS_WATCH_MAX) {
                        self.interrupt();
                    }
                }
            }
        }
        for chunk in self.take_output() {
            output.add(&chunk);
        }
        output.exit = self.last_exit;
        output
    }

    /// Lets time pass until a waiting client wakes. False if it never will (before `limit`, when it named no time).
    fn advance_to(&mut self, wake: Wake, limit: SimTime) -> bool {
        let limit = wake.at.unwrap_or(limit);
        loop {
            if wake
                .after_revision
                .is_some_and(|revision| self.world().api.store().revision() > revision)
            {
                return true;
            }
            match self.timeline.next_event() {
                Some(at) if at <= limit => {
                    self.timeline.run_next();
                }
                _ if wake.at.is_some() => {
                    self.run(limit, u32::MAX);
                    return true;
                }
                _ => return false,
            }
        }
    }

    /// One command into the world outside of any line, as set-up and benchmarks need it.
    pub fn apply(&mut self, command: Command) -> cluster::Outcome {
        self.timeline.apply(command)
    }

    /// One command into the world, as part of the line at hand.
    pub(crate) fn command(&mut self, command: Command) -> cluster::Outcome {
        self.log_line();
        self.timeline.apply(command)
    }

    /// Enters the line into the timeline: from its first command or waiting on it can be undone.
    pub(crate) fn log_line(&mut self) {
        if self.logged {
            return;
        }
        self.logged = true;
        self.timeline.begin_line(&self.typed);
        let done = self.timeline.lines_done() as usize;
        self.contexts.truncate(done.saturating_sub(1));
        self.contexts.push(self.context.clone());
    }

    pub(crate) fn print(&mut self, stream: Stream, text: String) {
        if !text.is_empty() {
            self.chunks.push(Chunk { stream, text });
        }
    }

    fn start(&mut self, call: Call) {
        let frame = self
            .frames
            .last_mut()
            .expect("a call comes from a running line");
        frame.streams = call.streams;
        frame.captured = Output::default();
        let name = call.argv.first().map(String::as_str).unwrap_or_default();
        if name == "kubectl" {
            let view = FileView(&self.context.shell.files);
            let env = Env {
                namespace: &self.context.namespace,
                files: &view,
                stdin: &call.stdin,
            };
            let step = kubectl::Step {
                world: self.timeline.world(),
                now: self.timeline.now(),
                env: &env,
                outcome: None,
            };
            let client = kubectl::start(&call.argv[1..], &step);
            frame.job = Some(Job::Client {
                client,
                outcome: None,
                wake: None,
            });
            return;
        }
        match crate::verbs::find(name) {
            Some(verb) => verb(self, &call),
            None => {
                let output = shell::command_not_found(name);
                self.finish(output);
            }
        }
    }

    /// Ends the command at hand with this output.
    pub(crate) fn finish(&mut self, output: Output) {
        if let Some(frame) = self.frames.last_mut() {
            frame.job = None;
            frame.machine.resume(output);
        }
    }

    /// Makes the command at hand a job that takes time.
    pub(crate) fn set_job(&mut self, job: Job) {
        if let Some(frame) = self.frames.last_mut() {
            frame.job = Some(job);
        }
    }

    fn end_frame(&mut self, status: u8) {
        self.frames.pop();
        match self
            .frames
            .last_mut()
            .and_then(|parent| parent.job.as_mut())
        {
            Some(Job::Until(until)) => until.status = Some(status),
            _ => self.last_exit = i32::from(status),
        }
    }

    /// Advances the job at hand; `None` if it ended or the frame on top changed.
    fn poll_job(&mut self) -> Option<Progress> {
        match self.frames.last()?.job.as_ref()? {
            Job::Client { .. } => self.poll_client(),
            Job::Wait(until) => {
                let until = *until;
                if self.now() < until {
                    self.log_line();
                    return Some(Progress::Advancing(until));
                }
                self.finish(Output::default());
                None
            }
            Job::Until(_) => self.poll_until(),
        }
    }

    fn poll_client(&mut self) -> Option<Progress> {
        let revision = self.timeline.world().api.store().revision();
        let now = self.timeline.now();
        let frame = self.frames.last_mut()?;
        let Some(Job::Client {
            client,
            outcome,
            wake,
        }) = frame.job.as_mut()
        else {
            return None;
        };
        if let Some(waiting) = *wake {
            let changed = waiting.after_revision.is_some_and(|seen| revision > seen);
            if !changed && waiting.at.is_none_or(|at| now < at) {
                return Some(Progress::Waiting(waiting));
            }
            *wake = None;
        }
        let view = FileView(&self.context.shell.files);
        // The pipe was read when the command started; later steps need it no more.
        let env = Env {
            namespace: &self.context.namespace,
            files: &view,
            stdin: "",
        };
        let mut step = kubectl::Step {
            world: self.timeline.world(),
            now,
            env: &env,
            outcome: outcome.take(),
        };
        match client.step(&mut step) {
            Need::Command(command) => {
                let answer = self.command(*command);
                if let Some(Job::Client { outcome, .. }) = self.frames.last_mut()?.job.as_mut() {
                    *outcome = Some(answer);
                }
            }
            Need::Until(next) => {
                *wake = Some(next);
                // Time passes for this line, so undo must be able to give it back.
                self.log_line();
            }
            Need::Namespace(namespace) => self.context.namespace = namespace,
            Need::Out(text) => self.emit(Stream::Out, text),
            Need::Err(text) => self.emit(Stream::Err, text),
            Need::Done(status) => {
                let mut output = std::mem::take(&mut frame.captured);
                output.exit = status.clamp(0, 255) as u8;
                self.finish(output);
            }
        }
        None
    }

    /// Text of the command at hand: to the terminal, or into the pipe.
    fn emit(&mut self, stream: Stream, text: String) {
        let Some(frame) = self.frames.last_mut() else {
            return;
        };
        if frame.streams && !frame.silent {
            self.chunks.push(Chunk { stream, text });
            return;
        }
        match stream {
            Stream::Out => frame.captured.stdout.push_str(&text),
            Stream::Err => frame.captured.stderr.push_str(&text),
        }
    }

    fn poll_until(&mut self) -> Option<Progress> {
        let revision = self.world().api.store().revision();
        let now = self.now();
        let Some(Job::Until(until)) = self.frames.last_mut()?.job.as_mut() else {
            return None;
        };
        if until.status.take() == Some(0) {
            self.finish(Output::default());
            return None;
        }
        if until.tried.is_none_or(|tried| tried != revision) {
            until.tried = Some(revision);
            let line = until.line.clone();
            self.frames.push(Frame::new(&line, true));
            return None;
        }
        if now >= until.deadline {
            let text = format!("error: timed out waiting until '{}' succeeds\n", until.text);
            self.finish(Output {
                stderr: text,
                exit: 1,
                ..Output::default()
            });
            return None;
        }
        let wake = Wake {
            after_revision: Some(revision),
            at: Some(until.deadline),
        };
        self.log_line();
        Some(Progress::Waiting(wake))
    }
}

fn create(
    timeline: &mut Timeline<Cluster>,
    kind: api::Kind,
    name: &str,
    body: String,
) -> Result<(), String> {
    let request = Request::new(Verb::Create, kind, "", name, body);
    match timeline.apply(Command::Request(request)) {
        cluster::Outcome::Reply(Err(status)) => Err(status.message.to_string()),
        _ => Ok(()),
    }
}
