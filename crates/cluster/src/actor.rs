//! Who caused a change: the packed label of a trace entry.

use crate::Key;
use api::Kind;
use serde::{Deserialize, Serialize};

/// The part of the cluster that acts. Together with a key it labels a cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Actor {
    /// A typed line or a click: a command on the timeline.
    User,
    /// The API server itself (finalisation, namespace defaults).
    ApiServer,
    /// A controller, by its index in `controllers::CONTROLLERS`.
    Controller(u8),
    Scheduler,
    Kubelet,
    Fault,
}

impl Actor {
    /// Packs actor and subject into a trace label: actor 8 bits, controller 8, kind 8 (+1, 0 = none), id 32.
    pub fn label(self, subject: Option<Key>) -> u64 {
        let (tag, index) = match self {
            Actor::User => (0, 0),
            Actor::ApiServer => (1, 0),
            Actor::Controller(index) => (2, u64::from(index)),
            Actor::Scheduler => (3, 0),
            Actor::Kubelet => (4, 0),
            Actor::Fault => (5, 0),
        };
        let (kind, id) = subject.map_or((0, 0), |key| (key.kind as u64 + 1, u64::from(key.id)));
        tag << 56 | index << 48 | kind << 40 | id
    }

    /// The reverse of [`Actor::label`].
    pub fn from_label(label: u64) -> (Actor, Option<Key>) {
        let actor = match label >> 56 {
            0 => Actor::User,
            1 => Actor::ApiServer,
            2 => Actor::Controller((label >> 48) as u8),
            3 => Actor::Scheduler,
            4 => Actor::Kubelet,
            _ => Actor::Fault,
        };
        let kind = (label >> 40) as u8;
        let subject = (kind > 0).then(|| Key {
            kind: Kind::ALL[usize::from(kind) - 1],
            id: label as u32,
        });
        (actor, subject)
    }
}
