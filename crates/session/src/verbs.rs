//! The playground's own verbs: time, undo, faults, digests. They share the shell with kubectl.

use crate::frame::{Job, Until};
use crate::session::Session;
use crate::shell::{self, Call, Output};
use api::Kind;
use apimachinery::Time;
use cluster::faults::Fault;
use cluster::{Actor, Command, Outcome};
use core::time::Duration;
use engine::SimTime;
use std::fmt::Write as _;

/// What a verb does when it is called.
pub(crate) type Verb = fn(&mut Session, &Call);

/// The verb of this name.
pub(crate) fn find(name: &str) -> Option<Verb> {
    Some(match name {
        "wait" | "sleep" => wait,
        "until" => until,
        "clock" => clock,
        "seek" => seek,
        "undo" => undo,
        "redo" => redo,
        "digest" => digest,
        "why" => why,
        "fault" => fault,
        "node" => node,
        "kubens" => kubens,
        _ if NOT_MODELLED.contains(&name) => not_modelled,
        _ => return None,
    })
}

/// Verbs whose part of the cluster is not modelled yet.
const NOT_MODELLED: &[&str] = &[
    "trace",
    "traffic",
    "cluster",
    "addon",
    "proxy-mode",
    "in",
    "convert",
];

fn out(text: impl Into<String>) -> Output {
    Output {
        stdout: text.into(),
        ..Output::default()
    }
}

fn fail(text: impl std::fmt::Display) -> Output {
    Output {
        stderr: format!("error: {text}\n"),
        exit: 1,
        ..Output::default()
    }
}

fn not_modelled(session: &mut Session, call: &Call) {
    session.finish(fail(format!("`{}` is not modelled yet", call.argv[0])));
}

/// `90`, `90s`, `1m30s`, `1h`, `2d`.
fn duration(text: &str) -> Option<Duration> {
    let mut total = Duration::ZERO;
    let mut rest = text;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(rest.len());
        let number: f64 = rest[..digits].parse().ok()?;
        let unit_end = rest[digits..]
            .find(|c: char| c.is_ascii_digit())
            .map_or(rest.len(), |at| digits + at);
        let unit = match &rest[digits..unit_end] {
            "" | "s" => 1e9,
            "ms" => 1e6,
            "m" => 60e9,
            "h" => 3600e9,
            "d" => 86_400e9,
            _ => return None,
        };
        total = total.checked_add(Duration::from_nanos((number * unit) as u64))?;
        rest = &rest[unit_end..];
    }
    Some(total)
}

fn wait(session: &mut Session, call: &Call) {
    match call.argv.get(1).and_then(|text| duration(text)) {
        Some(time) if call.argv.len() == 2 => {
            let until = session.now() + time;
            session.set_job(Job::Wait(until));
        }
        _ => session.finish(fail(format!(
            "usage: {} DURATION, for example `{0} 30s`",
            call.argv[0]
        ))),
    }
}

fn until(session: &mut Session, call: &Call) {
    let mut timeout = Duration::from_secs(300);
    let mut command = None;
    let mut words = call.argv[1..].iter();
    while let Some(word) = words.next() {
        let value = match word.strip_prefix("--timeout") {
            Some("") => words.next().map(String::as_str),
            Some(rest) => rest.strip_prefix('='),
            None => {
                command = Some(word.clone());
                continue;
            }
        };
        match value.and_then(duration) {
            Some(value) => timeout = value,
            None => return session.finish(fail("--timeout needs a duration, for example 5m")),
        }
    }
    let Some(text) = command else {
        return session.finish(fail("usage: until 'COMMAND' [--timeout 5m]"));
    };
    match shell::parse(&text) {
        Ok(line) => {
            let deadline = session.now() + timeout;
            session.set_job(Job::Until(Until {
                line,
                text,
                deadline,
                tried: None,
                status: None,
            }));
        }
        Err(_) => session.finish(fail(format!("`{text}` is no complete command"))),
    }
}

fn clock(session: &mut Session, call: &Call) {
    let output = match (call.argv.get(1).map(String::as_str), call.argv.get(2)) {
        (None, _) => out(format!("{}\n", session.world().clock().time(session.now()))),
        (Some("set"), Some(text)) => match Time::parse(text) {
            Ok(time) => {
                session.command(Command::SetClock(time));
                Output::default()
            }
            Err(error) => fail(error),
        },
        _ => fail("usage: clock [set TIME]"),
    };
    session.finish(output);
}

fn seek(session: &mut Session, call: &Call) {
    let Some(text) = call.argv.get(1) else {
        return session.finish(fail("usage: seek TIME|+DURATION|-DURATION"));
    };
    let now = session.now();
    let target = match (text.strip_prefix('+'), text.strip_prefix('-')) {
        (Some(later), _) => duration(later).map(|time| now + time),
        (_, Some(earlier)) => {
            duration(earlier).map(|time| SimTime(now.0.saturating_sub(time.as_nanos() as u64)))
        }
        _ => Time::parse(text)
            .ok()
            .and_then(|time| session.world().clock().sim_time(time)),
    };
    let Some(target) = target else {
        return session.finish(fail(format!("`{text}` is no time")));
    };
    let end = session.timeline.end().now;
    session.timeline.seek_time(target.min(end));
    session.restore_context();
    if target > end {
        return session.set_job(Job::Wait(target));
    }
    session.finish(Output::default());
}

fn undo(session: &mut Session, call: &Call) {
    let count: u32 = call
        .argv
        .get(1)
        .and_then(|text| text.parse().ok())
        .unwrap_or(1);
    let mut output = Output::default();
    session.keep_context();
    for _ in 0..count {
        match session.timeline.undo() {
            Some(line) => {
                let _ = writeln!(output.stdout, "undone: {}", line.text);
            }
            None => {
                output = Output {
                    stderr: "error: there is nothing to undo\n".into(),
                    exit: 1,
                    ..output
                };
                break;
            }
        }
    }
    session.restore_context();
    session.finish(output);
}

fn redo(session: &mut Session, _call: &Call) {
    let output = match session.timeline.redo() {
        Some(line) => out(format!("redone: {}\n", line.text)),
        None => fail("there is nothing to redo"),
    };
    session.restore_context();
    session.finish(output);
}

fn digest(session: &mut Session, _call: &Call) {
    let digest = session.timeline.digest();
    session.finish(out(format!("{}\n", engine::hex(&digest))));
}

/// The chain of causes of the newest change of an object, newest first.
fn why(session: &mut Session, call: &Call) {
    let Some((kind, name)) = call.argv.get(1).and_then(|text| text.split_once('/')) else {
        return session.finish(fail("usage: why KIND/NAME"));
    };
    let Some(kind) = api::KindInfo::by_argument(kind).and_then(|info| info.modelled) else {
        return session.finish(fail(format!(
            "the server doesn't have a resource type \"{kind}\""
        )));
    };
    let namespace = if kind.namespaced() {
        session.context.namespace.clone()
    } else {
        String::new()
    };
    let output = chain(session, kind, &namespace, name).map_or_else(
        || fail(format!("{} \"{name}\" not found", kind.info().resource())),
        out,
    );
    session.finish(output);
}

fn chain(session: &Session, kind: Kind, namespace: &str, name: &str) -> Option<String> {
    let world = session.world();
    let (_, object) = world.api.find(kind, namespace, name)?;
    let change = world.api.store().change(object.meta().resource_version)?;
    let clock = world.clock();
    let mut text = format!(
        "{} {}/{name} changed\n",
        clock.time(change.at),
        kind.plural()
    );
    for (_, entry) in session.timeline.trace().chain(change.cause) {
        let (actor, subject) = Actor::from_label(entry.label);
        let actor = match actor {
            Actor::User => "a command".to_string(),
            Actor::ApiServer => "kube-apiserver".to_string(),
            Actor::Controller(index) => cluster::controllers::CONTROLLERS
                .get(usize::from(index))
                .map_or_else(
                    || "a controller".to_string(),
                    |controller| controller.name.to_string(),
                ),
            Actor::Scheduler => "default-scheduler".to_string(),
            Actor::Kubelet => "kubelet".to_string(),
            Actor::Fault => "a fault".to_string(),
        };
        let subject = subject
            .and_then(|key| world.api.object(key))
            .map(|object| format!(" for {}/{}", object.kind().plural(), object.meta().name))
            .unwrap_or_default();
        let _ = writeln!(text, "{} because of {actor}{subject}", clock.time(entry.at));
    }
    Some(text)
}

fn fault(session: &mut Session, call: &Call) {
    let words: Vec<&str> = call.argv[1..].iter().map(String::as_str).collect();
    match words.as_slice() {
        ["node", name, how @ ("on" | "off")] => power(session, name, *how == "on"),
        ["undo"] => session.finish(fail("use `undo` to take back the last line")),
        _ => session.finish(fail(
            "usage: fault node NAME off|on (other faults are not modelled yet)",
        )),
    }
}

fn node(session: &mut Session, call: &Call) {
    let words: Vec<&str> = call.argv[1..].iter().map(String::as_str).collect();
    match words.as_slice() {
        ["power", how @ ("on" | "off"), name] => power(session, name, *how == "on"),
        _ => session.finish(fail("usage: node power off|on NAME")),
    }
}

fn power(session: &mut Session, name: &str, on: bool) {
    let fault = Fault::NodePower {
        node: name.to_string(),
        on,
    };
    let output = match session.command(Command::Fault(fault)) {
        Outcome::Fault(Err(why)) => fail(why),
        _ => Output::default(),
    };
    session.finish(output);
}

// `kubens` of the kubectx project.
fn kubens(session: &mut Session, call: &Call) {
    let output = match call.argv.get(1) {
        None => out(session
            .world()
            .api
            .list(Kind::Namespace, None)
            .iter()
            .map(|object| format!("{}\n", object.meta().name))
            .collect::<String>()),
        Some(name)
            if session
                .world()
                .api
                .find(Kind::Namespace, "", name)
                .is_some() =>
        {
            session.context.namespace = name.clone();
            out(format!(
                "Context \"kubernetes-admin@kubernetes\" modified.\nActive namespace is \"{name}\".\n"
            ))
        }
        Some(name) => fail(format!("no namespace exists with name \"{name}\"")),
    };
    session.finish(output);
}

impl Session {
    /// Before time is wound back: remembers the context after the last line, for redo.
    fn keep_context(&mut self) {
        if self.contexts.len() == self.timeline.lines_done() as usize {
            self.contexts.push(self.context.clone());
        }
    }

    /// After time was wound: files, aliases and namespace are those of the line that is now the last one done.
    pub(crate) fn restore_context(&mut self) {
        self.rewinds += 1;
        let done = self.timeline.lines_done() as usize;
        if let Some(context) = self.contexts.get(done) {
            let history = std::mem::take(&mut self.context.shell.history);
            self.context = context.clone();
            self.context.shell.history = history;
        }
    }
}
