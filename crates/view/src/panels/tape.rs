//! The tape: what happened, by actor, and what is due next.

use cluster::{Actor, Change, Cluster};
use engine::{Line, SimTime, Timeline};

/// Changes of one lane closer together than this are one tick.
const TICKS_MAX: usize = 1_500;

/// What happened and what is due, for the tape under the needle.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tape {
    pub past: Vec<TapeMark>,
    pub ahead: Vec<TapeMark>,
}

/// A mark on one lane of the tape.
#[derive(Clone, Debug, PartialEq)]
pub struct TapeMark {
    pub at_ns: u64,
    pub lane: Lane,
    pub kind: TapeKind,
    /// Empty for a plain tick.
    pub text: String,
}

/// The tape's lanes, top down.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Lane {
    You,
    Controllers,
    Scheduler,
    Kubelets,
}

impl Lane {
    pub const ALL: [Lane; 4] = [
        Lane::You,
        Lane::Controllers,
        Lane::Scheduler,
        Lane::Kubelets,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Lane::You => "You",
            Lane::Controllers => "Controllers",
            Lane::Scheduler => "Scheduler",
            Lane::Kubelets => "Kubelets",
        }
    }
}

/// How a mark is drawn.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TapeKind {
    Tick,
    Command,
    Warning,
}

/// Marks between two moments.
pub fn tape(timeline: &Timeline<Cluster>, from: SimTime, to: SimTime) -> Tape {
    let mut past: Vec<TapeMark> = timeline
        .lines()
        .iter()
        .take(timeline.lines_done() as usize)
        .filter(|line: &&Line| line.from.now >= from && line.from.now <= to)
        .map(|line| TapeMark {
            at_ns: line.from.now.0,
            lane: Lane::You,
            kind: TapeKind::Command,
            text: line.text.clone(),
        })
        .collect();
    let store = timeline.world().api.store();
    let changes = store.changes_back_to(from).filter(|change| change.at <= to);
    let mut last: Option<(Lane, SimTime)> = None;
    for change in changes.take(TICKS_MAX) {
        let Some(mark) = mark(timeline, change) else {
            continue;
        };
        if mark.kind == TapeKind::Tick && last == Some((mark.lane, change.at)) {
            continue;
        }
        last = Some((mark.lane, change.at));
        past.push(mark);
    }
    let ahead = timeline
        .next_event()
        .filter(|at| *at <= to)
        .map(|at| TapeMark {
            at_ns: at.0,
            lane: Lane::Controllers,
            kind: TapeKind::Tick,
            text: String::new(),
        })
        .into_iter()
        .collect();
    Tape { past, ahead }
}

fn mark(timeline: &Timeline<Cluster>, change: &Change) -> Option<TapeMark> {
    if let api::Object::Event(event) = change.object() {
        if event.type_ != "Warning" || change.new.is_none() {
            return None;
        }
        return Some(TapeMark {
            at_ns: change.at.0,
            lane: Lane::of(actor(timeline, change)),
            kind: TapeKind::Warning,
            text: event.reason.to_string(),
        });
    }
    let lane = match actor(timeline, change) {
        Actor::User | Actor::Fault => return None,
        actor => Lane::of(actor),
    };
    Some(TapeMark {
        at_ns: change.at.0,
        lane,
        kind: TapeKind::Tick,
        text: String::new(),
    })
}

fn actor(timeline: &Timeline<Cluster>, change: &Change) -> Actor {
    timeline
        .trace()
        .get(change.cause)
        .map_or(Actor::ApiServer, |entry| Actor::from_label(entry.label).0)
}

impl Lane {
    fn of(actor: Actor) -> Lane {
        match actor {
            Actor::User | Actor::Fault => Lane::You,
            Actor::ApiServer | Actor::Controller(_) => Lane::Controllers,
            Actor::Scheduler => Lane::Scheduler,
            Actor::Kubelet => Lane::Kubelets,
        }
    }
}
