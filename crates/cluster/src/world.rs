//! The world that the engine drives: its parts, its start, and where each event goes.

use crate::{Api, Change, Clock, Command, Cx, Event, Outcome, WatchClient, timing};
use crate::{
    controllers::Controllers, informer::Informer, kubelet::Kubelets, scheduler::Scheduler,
};
use serde::{Deserialize, Serialize};

/// What a cluster is started with; part of the snapshot because it decides what happens.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Options {
    /// The stand-in kubelet of the golden recordings: start one second after binding, stop one second after SIGTERM.
    pub scripted_kubelet: bool,
}

/// One whole cluster. Cloning it is cheap (INV-5); [`crate::snapshot`] is its canonical form.
#[derive(Clone)]
pub struct Cluster {
    pub options: Options,
    pub api: Api,
    pub informers: [Informer; 4],
    pub controllers: Controllers,
    pub scheduler: Scheduler,
    pub kubelets: Kubelets,
}

impl Cluster {
    /// An empty cluster: no nodes, no objects. Set-up is done with commands.
    pub fn new(clock: Clock, options: Options) -> Cluster {
        Cluster {
            api: Api::new(clock),
            informers: [
                Informer::new(),
                Informer::new(),
                Informer::new(),
                Informer::new(),
            ],
            controllers: Controllers::new(),
            scheduler: Scheduler::new(),
            kubelets: Kubelets::new(&options),
            options,
        }
    }

    /// The wall clock.
    pub fn clock(&self) -> Clock {
        self.api.clock
    }

    /// Hands a watch client what was committed up to one watch delay ago.
    fn deliver(&mut self, cx: &mut Cx<'_>, client: WatchClient) {
        loop {
            let heard = self.informers[client.index()].heard;
            let Some(change) = self.api.store().change(heard + 1) else {
                break;
            };
            if change.at + timing::WATCH_DELAY > cx.now() {
                break;
            }
            let change = change.clone();
            self.informers[client.index()].heard = change.revision;
            if client.watches(change.key.kind) {
                cx.set_cause(change.cause);
                self.informers[client.index()].cache.apply(&change);
                self.observe(cx, client, &change);
            }
        }
        let heard = WatchClient::ALL
            .iter()
            .filter(|client| **client != WatchClient::Network)
            .map(|client| self.informers[client.index()].heard)
            .min()
            .unwrap_or(0);
        self.api.compact(heard);
    }

    fn set_clock(&mut self, cx: &mut Cx<'_>, time: apimachinery::Time) {
        let offset = self.api.clock.exact(cx.now()).nanos - self.api.clock.boot_unix_nanos;
        self.api.clock.boot_unix_nanos = time.nanos - offset;
    }

    fn observe(&mut self, cx: &mut Cx<'_>, client: WatchClient, change: &Change) {
        let cache = &self.informers[client.index()].cache;
        match client {
            WatchClient::ControllerManager => self.controllers.observe(cx, cache, change),
            WatchClient::Scheduler => self.scheduler.observe(cx, cache, change),
            WatchClient::Nodes => self.kubelets.observe(cx, cache, &self.api, change),
            WatchClient::Network => {}
        }
    }
}

impl engine::World for Cluster {
    type Event = Event;
    type Command = Command;
    type Reply = Outcome;

    /// A step rewrites about one object and the pages that it stands in; in the end everything is another.
    fn checkpoint_bytes_estimate(&self, steps: u64) -> u64 {
        const STEP: u64 = 2 << 10;
        const ROW: u64 = 3 << 10;
        const EMPTY: u64 = 16 << 10;
        let tables = api::Kind::ALL
            .iter()
            .map(|kind| self.api.store().table(*kind));
        let rows: u64 = tables.map(|table| u64::from(table.len())).sum();
        EMPTY + steps.saturating_mul(STEP).min(rows * ROW)
    }

    fn handle(&mut self, event: Event, cx: &mut Cx<'_>) {
        match event {
            Event::Deliver(client) => self.deliver(cx, client),
            Event::Work(controller) => self.work(cx, controller),
            Event::Requeue(controller, key) => self.controllers.requeue(cx, controller, key),
            Event::ExpireEvents => self.api.expire_events(cx),
            Event::Scheduler(event) => self.schedule(cx, event),
            Event::Kubelet(event) => self.run_kubelet(cx, event),
        }
    }

    fn apply(&mut self, command: &Command, cx: &mut Cx<'_>) -> Outcome {
        let outside = cx.cause();
        cx.because(crate::Actor::ApiServer.label(None));
        self.api.ensure_system_namespaces(cx);
        cx.set_cause(outside);
        cx.because(crate::Actor::User.label(None));
        match command {
            Command::Request(request) => Outcome::Reply(self.api.serve(cx, request)),
            Command::Fault(fault) => Outcome::Fault(self.fault(cx, fault)),
            Command::SetClock(time) => {
                self.set_clock(cx, *time);
                Outcome::Fault(Ok(()))
            }
        }
    }
}
