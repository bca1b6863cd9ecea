//! Kubernetes Events: one object for a kind of happening, counted when it repeats.
//!
//! *Models*: `staging/src/k8s.io/client-go/tools/record` (most components) and `tools/events` (the
//! scheduler, which writes the events.k8s.io style: event time, action, series).
//! *Invariants*: an Event is a pure function of what was recorded before; an Event goes one hour after
//! it was last written, in sweeps on whole minutes (INV-8: one sweep is scheduled while Events exist).
//! *Not modelled*: recorders that lose events when their queue is full; the half-hourly and final
//! writes of a series (it is written when it is first seen to repeat).

mod aggregate;
mod correlate;
mod recent;
mod rows;
mod series;
mod texts;

pub use correlate::Correlator;

use super::Api;
use crate::{Cx, Key};
use api::{Event, EventSource, Kind, Object, ObjectReference};
use apimachinery::{ObjectMeta, Uid};
use correlate::{Observed, hash_parts};
use engine::SimTime;
use std::sync::{Arc, LazyLock};

/// Lifetime of an Event after its last write: `--event-ttl`.
const TTL_NANOS: u64 = 3600 * 1_000_000_000;
/// Sweeps happen on whole minutes, as etcd's leases are shared.
const SWEEP_NANOS: u64 = 60 * 1_000_000_000;
/// One sweep removes at most so many; the rest goes at once after.
const SWEEP_MAX: u32 = 4096;
/// The component that writes the new style.
const SCHEDULER: &str = "default-scheduler";
/// Its instance: name and host.
static INSTANCE: LazyLock<Arc<str>> = LazyLock::new(|| "default-scheduler-control-plane".into());
/// A note of the new style is cut to this many bytes.
const NOTE_BYTES_MAX: usize = 1024;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventType {
    Normal,
    Warning,
}

impl EventType {
    pub fn as_str(self) -> &'static str {
        match self {
            EventType::Normal => "Normal",
            EventType::Warning => "Warning",
        }
    }
}

/// The object an Event is about.
#[derive(Clone, Debug)]
pub struct Regarding {
    pub kind: Kind,
    pub namespace: Arc<str>,
    pub name: Arc<str>,
    pub uid: Uid,
    pub resource_version: u64,
    /// `spec.containers{web}`, or empty.
    pub field_path: Arc<str>,
}

impl Regarding {
    pub fn object(object: &Object) -> Regarding {
        Regarding::meta(object.kind(), object.meta())
    }

    pub fn meta(kind: Kind, meta: &ObjectMeta) -> Regarding {
        Regarding {
            kind,
            namespace: meta.namespace.clone(),
            name: meta.name.clone(),
            uid: meta.uid.clone(),
            resource_version: meta.resource_version,
            field_path: Arc::default(),
        }
    }

    fn reference(&self, texts: &mut texts::Texts) -> ObjectReference {
        let info = self.kind.info();
        let api_version = if info.group.is_empty() {
            info.version.into()
        } else {
            info.api_version().into()
        };
        ObjectReference {
            api_version,
            kind: info.kind.into(),
            namespace: self.namespace.clone(),
            name: self.name.clone(),
            uid: self.uid.clone(),
            resource_version: match self.resource_version {
                0 => Arc::default(),
                version => texts.share(&version.to_string()),
            },
            field_path: texts.share(&self.field_path),
        }
    }

    /// Events of cluster-scoped objects stand in `default`.
    fn event_namespace(&self) -> Arc<str> {
        if self.namespace.is_empty() {
            "default".into()
        } else {
            self.namespace.clone()
        }
    }
}

/// What is recorded, before it is correlated.
pub(super) struct Happening<'a> {
    pub regarding: &'a Regarding,
    pub event_type: EventType,
    pub reason: &'static str,
    pub message: String,
    pub source: &'static str,
    pub host: &'a Arc<str>,
}

impl Happening<'_> {
    /// What all Events of this component about this object have in common.
    fn object_hash(&self) -> u64 {
        let r = self.regarding;
        let uid = r.uid.as_u128().unwrap_or_default().to_be_bytes();
        hash_parts(
            &[self.source, self.host, r.kind.name(), &r.namespace, &r.name],
            &uid,
        )
    }
}

impl Api {
    /// Records an Event. `source` is the component (`kubelet`, `default-scheduler`, `replicaset-controller`…),
    /// `host` the node for kubelets and empty otherwise. Returns the Event's row; `None` if the spam
    /// filter, or a namespace that is going away, swallowed it.
    #[expect(clippy::too_many_arguments, reason = "the fields of an Event")]
    pub fn record(
        &mut self,
        cx: &mut Cx<'_>,
        regarding: &Regarding,
        event_type: EventType,
        reason: &'static str,
        message: String,
        source: &'static str,
        host: &Arc<str>,
    ) -> Option<Key> {
        let happening = Happening {
            regarding,
            event_type,
            reason,
            message,
            source,
            host,
        };
        if source == SCHEDULER {
            self.record_series(cx, happening)
        } else {
            self.record_counted(cx, happening)
        }
    }

    /// The classic style: count, first and last time stamp.
    fn record_counted(&mut self, cx: &mut Cx<'_>, mut happening: Happening<'_>) -> Option<Key> {
        let now = cx.now();
        let observed = self.recorder.observe(now, &happening);
        let Observed {
            key,
            count,
            row,
            message,
            skip,
            first,
        } = observed;
        if skip {
            return None;
        }
        let message = message.unwrap_or_else(|| std::mem::take(&mut happening.message));
        if let Some(row) = row
            && let Some(Object::Event(event)) = self.object(Key {
                kind: Kind::Event,
                id: row,
            })
        {
            let mut event = (**event).clone();
            event.count = count;
            event.last_timestamp = Some(self.clock.time(now));
            event.message = self.recorder.texts.share(&message);
            return Some(self.write_event(cx, row, Object::Event(Arc::new(event))));
        }
        let time = self.clock.time(now);
        let event = Event {
            count,
            first_timestamp: Some(first.map_or(time, |first| self.clock.time(first))),
            last_timestamp: Some(time),
            message: self.recorder.texts.share(&message),
            source: EventSource {
                component: happening.source.into(),
                host: happening.host.clone(),
            },
            reporting_component: happening.source.into(),
            reporting_instance: happening.host.clone(),
            ..self.blank_event(cx, &happening)
        };
        let written = self.create_event(cx, event)?;
        self.recorder.stored(key, written.id);
        Some(written)
    }

    /// The new style: event time, action, series.
    fn record_series(&mut self, cx: &mut Cx<'_>, mut happening: Happening<'_>) -> Option<Key> {
        let now = cx.now();
        let key = series::key(&happening);
        match self.recorder.series.seen(key, now) {
            series::Seen::Counting => return None,
            series::Seen::Second(row) => {
                if let Some(Object::Event(event)) = self.object(Key {
                    kind: Kind::Event,
                    id: row,
                }) {
                    let mut event = (**event).clone();
                    let last_observed_time = Some(self.clock.micro_time(now));
                    event.series = Some(Box::new(api::EventSeries {
                        count: 2,
                        last_observed_time,
                    }));
                    return Some(self.write_event(cx, row, Object::Event(Arc::new(event))));
                }
            }
            series::Seen::First => {}
        }
        series::cut(&mut happening.message, NOTE_BYTES_MAX);
        let event = Event {
            action: series::action(happening.reason).into(),
            event_time: Some(self.clock.micro_time(now)),
            message: self.recorder.texts.share(&happening.message),
            reporting_component: happening.source.into(),
            reporting_instance: INSTANCE.clone(),
            ..self.blank_event(cx, &happening)
        };
        let written = self.create_event(cx, event)?;
        self.recorder.series.stored(key, written.id, now);
        Some(written)
    }

    fn blank_event(&mut self, cx: &Cx<'_>, happening: &Happening<'_>) -> Event {
        let regarding = happening.regarding;
        let namespace = regarding.event_namespace();
        let name = self.event_name(cx, &namespace, &regarding.name);
        Event {
            meta: ObjectMeta::named(namespace, name),
            involved_object: regarding.reference(&mut self.recorder.texts),
            reason: happening.reason.into(),
            type_: happening.event_type.as_str().into(),
            ..Event::default()
        }
    }

    /// The first free name of this instant.
    // kubernetes: client-go/tools/record/util (GenerateEventName)
    fn event_name(&mut self, cx: &Cx<'_>, namespace: &Arc<str>, about: &Arc<str>) -> Arc<str> {
        let table = self.store.table(Kind::Event);
        let first = self.clock.exact(cx.now()).nanos;
        let removed = table.next_id() - table.len();
        let known = self.recorder.named.take().filter(|known| {
            known.first == first
                && known.removed == removed
                && known.about == *about
                && known.namespace == *namespace
        });
        let mut nanos = known.map_or(first, |known| known.last);
        let mut name = format!("{about}.{nanos:x}");
        while table.find(namespace, &name).is_some() {
            // Two Events of one instant: real ones are some nanoseconds apart.
            nanos += 1;
            name = format!("{about}.{nanos:x}");
        }
        self.recorder.named = Some(correlate::Named {
            namespace: namespace.clone(),
            about: about.clone(),
            first,
            last: nanos,
            removed,
        });
        name.into()
    }

    /// Writes a new Event as any client would, without the cost of checking what was just built.
    fn create_event(&mut self, cx: &mut Cx<'_>, event: Event) -> Option<Key> {
        let mut object = Object::Event(Arc::new(event));
        super::admission::check_namespace(self, &object).ok()?;
        let id = self.store.next_id(Kind::Event);
        self.fill_system_fields(cx, &mut object, id);
        Some(self.write_event(cx, id, object))
    }

    fn write_event(&mut self, cx: &mut Cx<'_>, id: u32, event: Object) -> Key {
        let kind = Kind::Event;
        let key = Key { kind, id };
        self.commit(cx, key, Some(event));
        self.event_written(cx, id);
        key
    }

    /// Keeps the time at which an Event goes, and one sweep on its way.
    pub(super) fn event_written(&mut self, cx: &mut Cx<'_>, id: u32) {
        let due = SimTime((cx.now().0 + TTL_NANOS).div_ceil(SWEEP_NANOS) * SWEEP_NANOS);
        if self.recorder.expire_at(id, due) {
            cx.at(due, crate::Event::ExpireEvents);
        }
    }

    /// Removes Events whose hour is over.
    pub(crate) fn expire_events(&mut self, cx: &mut Cx<'_>) {
        cx.because(crate::Actor::ApiServer.label(None));
        for _ in 0..SWEEP_MAX {
            let Some(id) = self.recorder.take_expired(cx.now()) else {
                break;
            };
            let key = Key {
                kind: Kind::Event,
                id,
            };
            if self.object(key).is_some() {
                self.commit(cx, key, None);
            }
        }
        if let Some(due) = self.recorder.next_expiry() {
            cx.at(due, crate::Event::ExpireEvents);
        }
    }
}
