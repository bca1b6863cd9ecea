//! Which containers' logs are meant, and their lines.
//!
//! *Models*: `polymorphichelpers/logsforobject.go`, `pkg/kubelet/kubelet_pods.go (validateContainerLogStatus)`.
//! *Invariants*: errors are kubectl's and the kubelet's.
//! *Not modelled*: nothing.

use super::Options;
use crate::client::Step;
use crate::errors;
use crate::flags::Args;
use crate::invocation::Failure;
use crate::resource::{self, Arguments, Filter};
use api::{ContainerStatus, Kind, Object, Pod};
use apimachinery::{Reason, Selector, Status};
use cluster::kubelet::LogLine;
use engine::SimTime;
use std::sync::Arc;

/// Says which container is meant without `-c`. kubernetes: kubectl/pkg/cmd/util/podcmd
const DEFAULT_CONTAINER: &str = "kubectl.kubernetes.io/default-container";

/// One container of one pod.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub id: u32,
    pub namespace: Arc<str>,
    pub pod: Arc<str>,
    pub container: Arc<str>,
}

/// The containers, and notes for standard error.
pub(super) fn sources(
    args: &Args,
    namespace: &str,
    cx: &Step<'_>,
) -> Result<(Vec<Source>, String), Failure> {
    let mut notes = String::new();
    let pods = match args.get("selector") {
        Some(selector) => selected(selector, namespace, cx)?,
        None => vec![named(args, namespace, cx, &mut notes)?],
    };
    if pods.is_empty() {
        notes.push_str(&format!("No resources found in {namespace} namespace.\n"));
    }
    let container = args.get("container").or_else(|| {
        let second = args.positional.get(1).map(String::as_str);
        second.filter(|_| args.get("selector").is_none())
    });
    let mut out = Vec::new();
    for (id, pod) in pods {
        let names = containers(&pod, container, args.is_set("all-containers"), &mut notes)?;
        out.extend(names.into_iter().map(|container| Source {
            id,
            namespace: pod.meta.namespace.clone(),
            pod: pod.meta.name.clone(),
            container,
        }));
    }
    Ok((out, notes))
}

fn selected(
    selector: &str,
    namespace: &str,
    cx: &Step<'_>,
) -> Result<Vec<(u32, Arc<Pod>)>, Failure> {
    let arguments = resource::parse(&["pods".to_string()])?;
    let filter = Filter {
        labels: selector.to_string(),
        fields: String::new(),
        namespace: Some(namespace.to_string()),
    };
    let found = resource::find(cx.world, &arguments, &filter);
    if let Some(status) = found.errors.first() {
        return Err(Failure::plain(errors::text(status)));
    }
    Ok(found
        .hits
        .iter()
        .filter_map(|hit| Some((hit.key.id, hit.object.get::<Pod>()?.clone())))
        .collect())
}

/// The pod behind `POD` or `TYPE/NAME`.
fn named(
    args: &Args,
    namespace: &str,
    cx: &Step<'_>,
    notes: &mut String,
) -> Result<(u32, Arc<Pod>), Failure> {
    let first = args
        .positional
        .first()
        .map(String::as_str)
        .unwrap_or_default();
    let words = match first.contains('/') {
        true => vec![first.to_string()],
        false => vec!["pod".to_string(), first.to_string()],
    };
    let arguments: Arguments = resource::parse(&words)?;
    let filter = Filter {
        namespace: Some(namespace.to_string()),
        ..Filter::default()
    };
    let found = resource::find(cx.world, &arguments, &filter);
    let hit = match (found.hits.first(), found.errors.first()) {
        (Some(hit), _) => hit,
        // kubernetes: staging/src/k8s.io/kubectl/pkg/cmd/logs/logs.go
        (None, Some(status)) if status.reason == Reason::NotFound => {
            let message = &status.message;
            return Err(Failure::error(format!(
                "error from server (NotFound): {message} in namespace {namespace:?}"
            )));
        }
        (None, Some(status)) => return Err(Failure::plain(errors::text(status))),
        (None, None) => return Err(Failure::error(super::USAGE)),
    };
    if let Object::Pod(pod) = hit.object {
        return Ok((hit.key.id, pod.clone()));
    }
    let all = cx.world.api.store().table(Kind::Pod);
    let all = all
        .iter()
        .filter_map(|(id, object)| Some((id, object.get::<Pod>()?.clone())))
        .filter(|(_, pod)| &*pod.meta.namespace == namespace);
    let Some(pods) = logged(hit.object, all.collect(), |(_, pod)| pod) else {
        let kind = hit.object.kind();
        let version = kind.info().version;
        return Err(Failure::error(format!(
            "cannot get the logs from *{version}.{}",
            kind.name()
        )));
    };
    if pods.len() > 1 {
        let name = &pods[0].1.meta.name;
        notes.push_str(&format!("Found {} pods, using pod/{name}\n", pods.len()));
    }
    let first = pods.into_iter().next();
    // kubernetes: kubectl gives up after --pod-running-timeout
    first.ok_or_else(|| Failure::error("timed out waiting for the condition"))
}

fn selector_of(object: &Object) -> Option<Selector> {
    let typed = match object {
        Object::Deployment(deployment) => deployment.spec.selector.as_ref(),
        Object::ReplicaSet(set) => set.spec.selector.as_ref(),
        Object::ReplicationController(controller) => {
            return Some(Selector::from_set(&controller.spec.selector));
        }
        _ => return None,
    };
    Selector::from_label_selector(typed).ok()
}

/// The pods that an object selects, the one to look at first; none if it selects no pods. Fixture table:
/// `logsforobject.TestLogsForObject`.
pub fn logged<P>(object: &Object, mut pods: Vec<P>, of: impl Fn(&P) -> &Pod) -> Option<Vec<P>> {
    let selector = selector_of(object)?;
    pods.retain(|pod| selector.matches(&of(pod).meta.labels));
    pods.sort_by_key(|pod| logging_order(of(pod)));
    Some(pods)
}

/// The containers of a pod that are meant; notes on a choice are for standard error.
///
/// # Errors
/// There is no such container.
pub fn containers(
    pod: &Pod,
    wanted: Option<&str>,
    all: bool,
    notes: &mut String,
) -> Result<Vec<Arc<str>>, Failure> {
    match all {
        true => Ok(every_container(pod)),
        false => one_container(pod, wanted, notes).map(|name| vec![name]),
    }
}

/// Assigned, running, ready, longest ready, most restarted, newest first. kubernetes: kubectl/pkg/util/podutils (ByLogging)
fn logging_order(pod: &Pod) -> impl Ord + use<> {
    let phase = match &*pod.status.phase {
        "Running" => 0,
        "Unknown" => 1,
        "Pending" => 2,
        _ => 3,
    };
    let mut conditions = pod.status.conditions.iter();
    let ready = conditions.find(|found| found.type_ == "Ready" && found.status == "True");
    let restarts = pod.status.container_statuses.iter();
    let restarts = restarts
        .map(|status| status.restart_count)
        .max()
        .unwrap_or(0);
    (
        pod.node_name.is_empty(),
        phase,
        ready.is_none(),
        ready.and_then(|ready| ready.last_transition_time),
        -restarts,
        std::cmp::Reverse(pod.meta.creation_timestamp),
        pod.meta.name.clone(),
    )
}

fn every_container(pod: &Pod) -> Vec<Arc<str>> {
    let init = pod.spec.init_containers.iter();
    init.chain(&pod.spec.containers)
        .map(|container| container.name.clone())
        .collect()
}

fn one_container(pod: &Pod, wanted: Option<&str>, notes: &mut String) -> Result<Arc<str>, Failure> {
    let names = every_container(pod);
    let preset = pod.meta.annotations.get_str(DEFAULT_CONTAINER);
    let preset = preset.filter(|name| names.iter().any(|have| **have == **name));
    if let Some(name) = wanted.or(preset) {
        return match names.into_iter().find(|have| **have == *name) {
            Some(name) => Ok(name),
            None => Err(Failure::error(format!(
                "container {name} is not valid for pod {}",
                pod.meta.name
            ))),
        };
    }
    let Some(first) = pod.spec.containers.first() else {
        return Err(Failure::error(super::USAGE));
    };
    if names.len() > 1 {
        let plain = pod.spec.containers.iter().map(|one| one.name.to_string());
        let init = pod.spec.init_containers.iter();
        let init = init.map(|one| format!("{} (init)", one.name));
        let all: Vec<String> = plain.chain(init).collect();
        let note = format!(
            "Defaulted container \"{}\" out of: {}\n",
            first.name,
            all.join(", ")
        );
        notes.push_str(&note);
    }
    Ok(first.name.clone())
}

impl Source {
    /// The whole text up to now, chosen and shown as the options say; an error is the text for standard error.
    pub fn text(&self, options: &Options, cx: &Step<'_>) -> Result<String, String> {
        let mut lines = self.lines(options.previous, cx, cx.now)?;
        if let Some(since) = options.since {
            lines.retain(|line| cx.world.clock().exact(line.at) >= since);
        }
        if let Some(tail) = options.tail {
            let tail = usize::try_from(tail).unwrap_or(usize::MAX);
            lines.drain(..lines.len().saturating_sub(tail));
        }
        Ok(lines
            .iter()
            .map(|line| self.show(line, options, cx))
            .collect())
    }

    /// One line with what the options put before it.
    pub fn show(&self, line: &LogLine, options: &Options, cx: &Step<'_>) -> String {
        let mut out = String::new();
        if options.prefix {
            out.push_str(&format!("[pod/{}/{}] ", self.pod, self.container));
        }
        if options.timestamps {
            out.push_str(&cx.world.clock().exact(line.at).rfc3339_nano());
            out.push(' ');
        }
        out.push_str(&line.text);
        out.push('\n');
        out
    }

    /// Lines printed up to `until`. A pod without a node has none.
    pub fn lines(
        &self,
        previous: bool,
        cx: &Step<'_>,
        until: SimTime,
    ) -> Result<Vec<LogLine>, String> {
        let Some((_, object)) = cx.world.api.find(Kind::Pod, &self.namespace, &self.pod) else {
            return Err(errors::text(&Status::not_found("pods", &self.pod)));
        };
        let Some(pod) = object.get::<Pod>().filter(|pod| !pod.node_name.is_empty()) else {
            return Ok(Vec::new());
        };
        let last = self
            .run(pod, previous)
            .map_err(|message| errors::text(&Status::bad_request(&*message)))?;
        let lines = cx
            .world
            .container_logs(self.id, &self.container, last, until);
        Ok(lines.unwrap_or_default())
    }

    /// True if the run before the present one is meant. kubernetes: pkg/kubelet (validateContainerLogStatus)
    fn run(&self, pod: &Pod, previous: bool) -> Result<bool, String> {
        let (name, of) = (&self.container, &self.pod);
        let Some(status) = self.status(pod) else {
            return Err(format!(
                "container \"{name}\" in pod \"{of}\" is not available"
            ));
        };
        let (state, last) = (&status.state, status.last_state.terminated.is_some());
        let waits =
            |why: &str| format!("container \"{name}\" in pod \"{of}\" is waiting to start{why}");
        if previous {
            return match last {
                true => Ok(true),
                false => Err(format!(
                    "previous terminated container \"{name}\" in pod \"{of}\" not found"
                )),
            };
        }
        if state.running.is_some() || state.terminated.is_some() {
            return Ok(false);
        }
        if last {
            return Ok(true);
        }
        Err(
            match state.waiting.as_ref().map(|waiting| &*waiting.reason) {
                Some("ErrImagePull") => waits(": image can't be pulled"),
                Some("ImagePullBackOff") => waits(": trying and failing to pull image"),
                Some(reason) => waits(&format!(": {reason}")),
                None => waits(" - no logs yet"),
            },
        )
    }

    pub fn status<'p>(&self, pod: &'p Pod) -> Option<&'p ContainerStatus> {
        let status = &pod.status;
        let lists = status.container_statuses.iter();
        lists
            .chain(&status.init_container_statuses)
            .find(|status| status.name == self.container)
    }
}
