//! Pods of the recordings, played in a small cluster: the same sequence of states, at the times of the delay table.

mod edges;
mod leases;
mod lives;

use crate::{Clock, Cluster, Command, DeleteOptions, Options, Outcome, Request, Verb};
use api::{ContainerStatus, Kind, Object, Pod};
use apimachinery::json;
use apimachinery::text::yaml;
use core::time::Duration;
use engine::{Seed, SimTime, Timeline};

const NODE: &str = "{apiVersion: v1, kind: Node, metadata: {name: node-1}, \
                    status: {allocatable: {cpu: '4', memory: 8Gi, pods: '110'}}}";

struct Play {
    timeline: Timeline<Cluster>,
    begin: SimTime,
}

impl Play {
    fn new(scripted_kubelet: bool) -> Play {
        let options = Options { scripted_kubelet };
        let timeline = Timeline::new(Cluster::new(Clock::DEFAULT_BOOT, options), Seed(1));
        let mut play = Play {
            timeline,
            begin: SimTime::ZERO,
        };
        play.create(Kind::Node, "", NODE);
        play.wait_ms(5_000);
        play.begin = play.timeline.now();
        play
    }

    fn request(&mut self, request: Request) -> Object {
        match self.timeline.apply(Command::Request(request)) {
            Outcome::Reply(Ok(response)) => response.object,
            other => panic!("{other:?}"),
        }
    }

    fn create(&mut self, kind: Kind, namespace: &str, text: &str) {
        let document = yaml::parse_yaml_documents(text)
            .remove(0)
            .expect("the test's YAML is good");
        let body = json::to_json(&document.value);
        self.request(Request::new(Verb::Create, kind, namespace, "", body));
    }

    /// A pod on node-1 with one container `c`, unless `spec` says otherwise.
    fn pod(&mut self, name: &str, annotations: &str, spec: &str) {
        self.create(
            Kind::Pod,
            "default",
            &format!(
                "{{apiVersion: v1, kind: Pod, metadata: {{name: {name}, annotations: {{{annotations}}}}}, \
                 spec: {{nodeName: node-1, terminationGracePeriodSeconds: 30, {spec}}}}}"
            ),
        );
    }

    fn delete(&mut self, name: &str, grace: Option<i64>) {
        let mut request = Request::new(Verb::Delete, Kind::Pod, "default", name, String::new());
        request.delete = DeleteOptions {
            grace_period_seconds: grace,
            ..DeleteOptions::default()
        };
        self.request(request);
    }

    fn wait_ms(&mut self, ms: u64) {
        let until = self.timeline.now() + Duration::from_millis(ms);
        while self.timeline.now() < until {
            self.timeline.run(until, 1_000_000);
        }
    }

    fn get(&self, name: &str) -> Option<Pod> {
        let (_, object) = self.timeline.world().api.find(Kind::Pod, "default", name)?;
        object.get::<Pod>().map(|pod| (**pod).clone())
    }

    /// What one pod looked like after each change: `ms phase [container states]`, and `gone`.
    fn history(&self, name: &str) -> Vec<(u64, String)> {
        let store = self.timeline.world().api.store();
        let mut seen: Vec<(u64, String)> = Vec::new();
        for change in store.changes_since(0).expect("the log is short") {
            let Object::Pod(pod) = change.object() else {
                continue;
            };
            if *pod.meta.name != *name {
                continue;
            }
            let ms = change.at.since(self.begin).as_millis() as u64;
            let text = if change.new.is_some() {
                shape(pod)
            } else {
                "gone".to_string()
            };
            if seen.last().is_none_or(|(_, last)| *last != text) {
                seen.push((ms, text));
            }
        }
        seen
    }

    /// Kubernetes Events about one pod, by first appearance: `type reason xN: message`.
    fn events(&self, name: &str) -> Vec<String> {
        let api = &self.timeline.world().api;
        let mut found: Vec<(Option<apimachinery::Time>, u64, String)> = Vec::new();
        for object in api.list(Kind::Event, Some("default")) {
            let Some(event) = object.get::<api::Event>() else {
                continue;
            };
            if *event.involved_object.name == *name {
                let text = format!(
                    "{} {} x{}: {}",
                    event.type_, event.reason, event.count, event.message
                );
                found.push((event.first_timestamp, event.meta.resource_version, text));
            }
        }
        found.sort();
        found.into_iter().map(|(_, _, text)| text).collect()
    }

    fn shapes(&self, name: &str) -> Vec<String> {
        self.history(name)
            .into_iter()
            .map(|(_, shape)| shape)
            .collect()
    }
}

fn state(status: &ContainerStatus) -> String {
    let state = &status.state;
    let what = match (&state.waiting, &state.terminated) {
        (Some(waiting), _) => waiting.reason.to_string(),
        (_, Some(terminated)) => format!("exit {}", terminated.exit_code),
        _ => "running".to_string(),
    };
    let ready = if status.ready { "*" } else { "" };
    let restarts = if status.restart_count > 0 {
        format!(" r{}", status.restart_count)
    } else {
        String::new()
    };
    format!("{}:{what}{ready}{restarts}", status.name)
}

/// `Pending c:ContainerCreating / PRS:F I:T R:F C:F S:T`
fn shape(pod: &Pod) -> String {
    let status = &pod.status;
    let containers: Vec<String> = status
        .init_container_statuses
        .iter()
        .chain(&status.container_statuses)
        .map(state)
        .collect();
    let conditions: Vec<String> = status
        .conditions
        .iter()
        .filter(|one| one.type_ != "PodScheduled" && one.type_ != "ContainersReady")
        .map(|one| {
            let status = if one.status == "True" { "T" } else { "F" };
            let reason = if one.reason.starts_with("Pod") {
                format!("({})", one.reason)
            } else {
                String::new()
            };
            format!("{}{status}{reason}", &one.type_[..1])
        })
        .collect();
    let deleting = if pod.meta.deletion_timestamp.is_some() {
        " DELETING"
    } else {
        ""
    };
    format!(
        "{}{deleting} {} / {}",
        status.phase,
        containers.join(" "),
        conditions.join(" ")
    )
}
