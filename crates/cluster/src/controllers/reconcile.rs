//! What a reconcile may do: read the cache and the clock, write through the API server, ask to be called again.

use super::{CONTROLLERS, State};
use crate::apiserver::recorder::{EventType, Regarding};
use crate::apiserver::{CreateOptions, UpdatePart};
use crate::{Api, Cache, Cx, DeleteOptions, Event, Key};
use api::{Kind, Resource};
use apimachinery::{Status, Time};
use core::time::Duration;
use engine::SimTime;
use std::sync::Arc;

/// One reconcile's view of the world. Every API write makes the worker busy for one millisecond.
pub struct ReconcileCx<'a, 'c> {
    pub cache: &'a Cache,
    /// Live reads (where upstream does them); writes go through the methods below, which count them.
    pub api: &'a mut Api,
    pub state: &'a mut State,
    pub(super) cx: &'a mut Cx<'c>,
    pub(super) controller: u8,
    pub(super) writes: u32,
}

impl ReconcileCx<'_, '_> {
    pub fn now(&self) -> SimTime {
        self.cx.now()
    }

    /// The wall clock with its full precision.
    pub fn exact_time(&self) -> Time {
        self.api.clock.exact(self.cx.now())
    }

    /// The wall clock as it is written into objects.
    pub fn time(&self) -> Time {
        self.api.clock.time(self.cx.now())
    }

    /// # Errors
    /// The API server's answer.
    pub fn create<R: Resource>(&mut self, object: R) -> Result<Arc<R>, Status> {
        self.writes += 1;
        let created = self.api.create(
            self.cx,
            R::into_object(Arc::new(object)),
            CreateOptions::default(),
        )?;
        Ok(R::from_object(&created)
            .expect("INV-4: the stored object has the kind that was written")
            .clone())
    }

    /// Writes spec and metadata. A non-zero `resourceVersion` must be current.
    ///
    /// # Errors
    /// The API server's answer.
    pub fn update<R: Resource>(&mut self, object: R) -> Result<Arc<R>, Status> {
        self.write(object, UpdatePart::Main)
    }

    /// Writes the status.
    ///
    /// # Errors
    /// The API server's answer.
    pub fn update_status<R: Resource>(&mut self, object: R) -> Result<Arc<R>, Status> {
        self.write(object, UpdatePart::Status)
    }

    /// Writes an object of any kind: spec and metadata.
    ///
    /// # Errors
    /// The API server's answer.
    pub fn write_object(&mut self, object: api::Object) -> Result<(), Status> {
        self.writes += 1;
        self.api
            .update(self.cx, object, UpdatePart::Main)
            .map(|_| ())
    }

    fn write<R: Resource>(&mut self, object: R, part: UpdatePart) -> Result<Arc<R>, Status> {
        self.writes += 1;
        let (written, _) = self
            .api
            .update(self.cx, R::into_object(Arc::new(object)), part)?;
        Ok(R::from_object(&written)
            .expect("INV-4: the stored object has the kind that was written")
            .clone())
    }

    /// # Errors
    /// The API server's answer.
    pub fn delete(
        &mut self,
        kind: Kind,
        namespace: &str,
        name: &str,
        options: &DeleteOptions,
    ) -> Result<(), Status> {
        self.writes += 1;
        self.api
            .delete(self.cx, kind, namespace, name, options)
            .map(|_| ())
    }

    /// Records a Kubernetes Event on an object, with this controller as its source.
    pub fn event(
        &mut self,
        regarding: &Regarding,
        event_type: EventType,
        reason: &'static str,
        message: String,
    ) {
        let source = CONTROLLERS[usize::from(self.controller)].name;
        self.api.record(
            self.cx,
            regarding,
            event_type,
            reason,
            message,
            source,
            &Arc::default(),
        );
    }

    /// Puts a key into this controller's queue after a while.
    pub fn enqueue_after(&mut self, key: Key, delay: Duration) {
        self.cx.after(delay, Event::Requeue(self.controller, key));
    }

    /// A keyed draw (no state).
    pub fn draw(&self, stream: &str, key: &[u8], n: u64) -> u64 {
        self.cx.seed().draw(stream, key, n)
    }
}
