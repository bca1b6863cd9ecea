//! Workloads in a whole cluster with the scripted kubelet: what is made, in which steps, and what never happens.

mod deployments;
mod replica_sets;

use crate::{Clock, Cluster, Command, DeleteOptions, Options, Outcome, Part, Request, Verb};
use api::{Deployment, Event, Kind, Object, Pod, ReplicaSet, Resource};
use apimachinery::text::yaml;
use apimachinery::to_json;
use core::time::Duration;
use engine::{Seed, SimTime, Timeline};
use std::sync::Arc;

struct World(Timeline<Cluster>);

impl World {
    /// Three nodes, and time for the system's own objects.
    fn new() -> World {
        let options = Options {
            scripted_kubelet: true,
        };
        let mut world = World(Timeline::new(
            Cluster::new(Clock::DEFAULT_BOOT, options),
            Seed(1),
        ));
        for name in ["n1", "n2", "n3"] {
            let allocatable = "{cpu: '4', memory: 8Gi, pods: '110'}";
            world.create(
                Kind::Node,
                &format!("{{metadata: {{name: {name}}}, status: {{allocatable: {allocatable}}}}}"),
            );
        }
        world.run_ms(5_000);
        world
    }

    fn create(&mut self, kind: Kind, text: &str) {
        let document = yaml::parse_yaml_documents(text)
            .remove(0)
            .expect("the test's YAML is good");
        let namespace = if kind == Kind::Node { "" } else { "default" };
        let body = to_json(&document.value);
        self.request(Request::new(Verb::Create, kind, namespace, "", body));
    }

    fn request(&mut self, request: Request) {
        match self.0.apply(Command::Request(request)) {
            Outcome::Reply(Ok(_)) => {}
            other => panic!("{other:?}"),
        }
    }

    fn delete(&mut self, kind: Kind, name: &str) {
        let mut request = Request::new(Verb::Delete, kind, "default", name, String::new());
        request.delete = DeleteOptions::default();
        self.request(request);
    }

    /// Changes a live object and writes it back.
    fn edit<R: Resource>(&mut self, name: &str, change: impl FnOnce(&mut R)) {
        let mut object = (*self.get::<R>(name)).clone();
        change(&mut object);
        let body = to_json(&object.encode());
        let mut request = Request::new(Verb::Update, R::KIND, "default", name, body);
        request.part = Part::Main;
        self.request(request);
    }

    fn get<R: Resource>(&self, name: &str) -> Arc<R> {
        let found = self.0.world().api.get::<R>("default", name);
        found
            .unwrap_or_else(|| panic!("no {} {name}", R::KIND))
            .clone()
    }

    fn list<R: Resource>(&self) -> Vec<Arc<R>> {
        let objects = self.0.world().api.list(R::KIND, Some("default"));
        objects
            .into_iter()
            .filter_map(Object::get::<R>)
            .cloned()
            .collect()
    }

    /// ReplicaSets, oldest revision first.
    fn sets(&self) -> Vec<Arc<ReplicaSet>> {
        let mut sets = self.list::<ReplicaSet>();
        sets.sort_by(|a, b| super::deployment::revision::by_revision(a, b));
        sets
    }

    fn running(&self) -> Vec<Arc<Pod>> {
        let mut pods = self.list::<Pod>();
        pods.retain(|pod| pod.meta.deletion_timestamp.is_none());
        pods
    }

    fn run_ms(&mut self, ms: u64) {
        let until = self.0.now() + Duration::from_millis(ms);
        while self.0.now() < until {
            self.0.run(until, 100_000);
        }
    }

    /// Runs event by event and looks at the cluster after each.
    fn watch_ms(&mut self, ms: u64, mut look: impl FnMut(&World)) {
        let until = self.0.now() + Duration::from_millis(ms);
        while self.0.now() < until {
            self.0.run(until, 1);
            look(self);
        }
    }

    fn events(&self, reason: &str) -> Vec<String> {
        let mut events: Vec<Arc<Event>> = self.list::<Event>();
        events.retain(|event| event.reason == reason);
        events.sort_by_key(|event| event.meta.resource_version);
        events
            .iter()
            .map(|event| event.message.to_string())
            .collect()
    }

    /// (seconds since `begin` to the millisecond, the Deployment) at each of its changes.
    fn history(&self, begin: SimTime) -> Vec<(u64, Arc<Deployment>)> {
        let store = self.0.world().api.store();
        let changes = store.changes_since(0).expect("the log is young");
        let of_deployment = changes.filter(|change| change.at >= begin);
        of_deployment
            .filter_map(|change| {
                let deployment = change.new.as_ref()?.get::<Deployment>()?;
                Some((
                    change.at.since(begin).as_millis() as u64,
                    deployment.clone(),
                ))
            })
            .collect()
    }
}

/// `type:status(reason)` of each condition, in order.
fn conditions(deployment: &Deployment) -> Vec<String> {
    let conditions = deployment.status.conditions.iter();
    conditions
        .map(|c| format!("{}:{}({})", c.type_, c.status, c.reason))
        .collect()
}

fn deployment(replicas: i32, image: &str, more: &str) -> String {
    format!(
        "{{metadata: {{name: web}}, spec: {{replicas: {replicas}, selector: {{matchLabels: {{app: web}}}}, \
         template: {{metadata: {{labels: {{app: web}}}}, spec: {{containers: [{{name: c, image: {image}}}]}}}}, {more}}}}}"
    )
}

fn set_image(deployment: &mut Deployment, image: &str) {
    let template = Arc::make_mut(&mut deployment.spec.template);
    Arc::make_mut(&mut template.spec).containers[0].image = image.into();
}
