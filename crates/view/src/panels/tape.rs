//! The tape: what happened, by actor, and what is due next.
//!
//! *Invariants*: INV-9: [`TapeIndex`] follows the store's changes; ticks that fall on the same pixels are one tick.
//! *Cost*: O(changes) to follow; a tape holds at most one tick a lane and bucket.

use std::collections::BTreeMap;

use cluster::{Actor, Change, Cluster};
use engine::{Line, SimTime, Timeline};

/// Warnings and commands with their words; older ones are dropped first.
const WORDS_MAX: usize = 120;
/// Buckets that are kept beside those in sight; older ones are forgotten and found again in the log.
const BUCKETS_MAX: usize = 20_000;

/// What happened and what is due, for the tape under the needle.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tape {
    /// Commands and warnings.
    pub past: Vec<TapeMark>,
    /// Everything else that happened: a lane and the beginning of a bucket of time.
    pub ticks: Vec<(Lane, u64)>,
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
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd)]
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

    fn of(actor: Actor) -> Lane {
        match actor {
            Actor::User | Actor::Fault => Lane::You,
            Actor::ApiServer | Actor::Controller(_) => Lane::Controllers,
            Actor::Scheduler => Lane::Scheduler,
            Actor::Kubelet => Lane::Kubelets,
        }
    }
}

/// How a mark is drawn.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TapeKind {
    Command,
    Warning,
    /// Still to come.
    Due,
}

/// A stretch of time, and how long a pixel's bucket is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Stretch {
    pub from: SimTime,
    pub to: SimTime,
    pub bucket_ns: u64,
}

/// One more watch client: when each kind of actor acted.
#[derive(Clone, Debug, Default)]
pub struct TapeIndex {
    /// Followed up to here; 0 is nothing yet.
    revision: u64,
    bucket_ns: u64,
    /// Buckets before this one are forgotten.
    first: u64,
    /// Bucket and lane.
    ticks: BTreeMap<(u64, Lane), ()>,
    warnings: Vec<TapeMark>,
}

impl TapeIndex {
    /// The tape of a stretch of time. `rewound` if time was wound since the last call.
    pub fn tape(&mut self, timeline: &Timeline<Cluster>, stretch: Stretch, rewound: bool) -> Tape {
        let bucket_ns = stretch.bucket_ns.max(1);
        let first = stretch.from.0 / bucket_ns;
        if rewound || self.bucket_ns != bucket_ns || first < self.first || self.revision == 0 {
            *self = TapeIndex {
                bucket_ns,
                first,
                ..TapeIndex::default()
            };
        }
        self.follow(timeline, stretch.from);
        if self.ticks.len() > BUCKETS_MAX {
            self.ticks = self.ticks.split_off(&(first, Lane::You));
            self.warnings
                .retain(|warning| warning.at_ns / bucket_ns >= first);
            self.first = first;
        }
        let last = stretch.to.0 / bucket_ns;
        let ticks = self
            .ticks
            .range((first, Lane::You)..=(last, Lane::Kubelets));
        Tape {
            past: self.words(timeline, stretch),
            ticks: ticks
                .map(|((bucket, lane), ())| (*lane, bucket * bucket_ns))
                .collect(),
            ahead: due(timeline, stretch),
        }
    }

    fn follow(&mut self, timeline: &Timeline<Cluster>, from: SimTime) {
        let store = timeline.world().api.store();
        match (self.revision > 0)
            .then(|| store.changes_since(self.revision))
            .flatten()
        {
            Some(changes) => changes.for_each(|change| self.add(timeline, change)),
            // newest first, as far as the stretch goes; the warnings are then put in order
            None => {
                store
                    .changes_back_to(from)
                    .for_each(|change| self.add(timeline, change));
                self.warnings.reverse();
            }
        }
        self.revision = store.revision();
    }

    fn add(&mut self, timeline: &Timeline<Cluster>, change: &Change) {
        let lane = Lane::of(actor(timeline, change));
        if let api::Object::Event(event) = change.object() {
            if event.type_ == "Warning" && change.new.is_some() {
                self.warnings.push(TapeMark {
                    at_ns: change.at.0,
                    lane,
                    kind: TapeKind::Warning,
                    text: event.reason.to_string(),
                });
            }
        } else if lane != Lane::You {
            self.ticks.insert((change.at.0 / self.bucket_ns, lane), ());
        }
    }

    /// Commands and warnings in sight, oldest first. Of warnings with the same words in one bucket, one is enough.
    fn words(&self, timeline: &Timeline<Cluster>, stretch: Stretch) -> Vec<TapeMark> {
        let in_sight = |at: SimTime| at >= stretch.from && at <= stretch.to;
        let lines = timeline
            .lines()
            .iter()
            .take(timeline.lines_done() as usize)
            .rev();
        let mut words: Vec<TapeMark> = lines
            .take_while(|line: &&Line| line.from.now >= stretch.from)
            .filter(|line| in_sight(line.from.now))
            .map(|line| TapeMark {
                at_ns: line.from.now.0,
                lane: Lane::You,
                kind: TapeKind::Command,
                text: line.text.lines().next().unwrap_or_default().to_owned(),
            })
            .take(WORDS_MAX)
            .collect();
        let mut last = None;
        let warnings = self
            .warnings
            .iter()
            .rev()
            .take_while(|mark| mark.at_ns >= stretch.from.0);
        let apart = warnings.filter(|mark| {
            let place = (mark.at_ns / self.bucket_ns, mark.lane);
            in_sight(SimTime(mark.at_ns)) && last.replace(place) != Some(place)
        });
        words.extend(apart.take(WORDS_MAX).cloned());
        words.sort_by_key(|mark| (mark.at_ns, mark.lane));
        words
    }
}

fn due(timeline: &Timeline<Cluster>, stretch: Stretch) -> Vec<TapeMark> {
    let next = timeline.next_event().filter(|at| *at <= stretch.to);
    let mark = |at: SimTime| TapeMark {
        at_ns: at.0,
        lane: Lane::Controllers,
        kind: TapeKind::Due,
        text: String::new(),
    };
    next.map(mark).into_iter().collect()
}

fn actor(timeline: &Timeline<Cluster>, change: &Change) -> Actor {
    timeline
        .trace()
        .get(change.cause)
        .map_or(Actor::ApiServer, |entry| Actor::from_label(entry.label).0)
}
