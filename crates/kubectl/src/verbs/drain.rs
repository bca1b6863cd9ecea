//! `kubectl drain`: cordons, then evicts every pod of the node and waits for it to go.
//!
//! *Models*: `kubectl/pkg/cmd/drain/drain.go`, `kubectl/pkg/drain/{drain,filters}.go`.
//! *Invariants*: all pods of a node are evicted side by side, the nodes one after the other.
//! *Not modelled*: `--disable-eviction`, `--skip-wait-for-delete-timeout`, `--chunk-size` change nothing.

use crate::client::{Client, Need, Sequence, Step, Wake};
use crate::flags::{Args, Flag, optional, short_value, switch, value};
use crate::invocation::Failure;
use crate::verbs::create::Format;
use crate::verbs::dry_run::{self, DryRun};
use crate::verbs::targets::{self, Target, Write};
use crate::verbs::{cordon, duration};
use ::api::{Kind, Pod};
use apimachinery::{Selector, Uid};
use cluster::{Part, Request, Verb};
use core::time::Duration;
use engine::SimTime;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

pub const FLAGS: &[Flag] = &[
    short_value("selector", 'l'),
    value("pod-selector"),
    switch("ignore-daemonsets"),
    switch("delete-emptydir-data"),
    switch("delete-local-data"),
    switch("force"),
    switch("disable-eviction"),
    value("grace-period"),
    value("timeout"),
    value("skip-wait-for-delete-timeout"),
    value("chunk-size"),
    optional("dry-run", "unchanged"),
];

const RETRY: Duration = Duration::from_secs(5);
const MIRROR: &str = "kubernetes.io/config.mirror";
// kubernetes: kubectl/pkg/drain/filters.go
const DAEMON_SET_FATAL: &str = "DaemonSet-managed Pods (use --ignore-daemonsets to ignore)";
const DAEMON_SET_WARNING: &str = "ignoring DaemonSet-managed Pods";
const LOCAL_STORAGE_FATAL: &str =
    "Pods with local storage (use --delete-emptydir-data to override)";
const LOCAL_STORAGE_WARNING: &str = "deleting Pods with local storage";
const UNMANAGED_FATAL: &str = "Pods that declare no controller (use --force to override)";
const UNMANAGED_WARNING: &str = "deleting Pods that declare no controller";

#[derive(Clone)]
struct Options {
    pods: Selector,
    ignore_daemon_sets: bool,
    delete_empty_dir: bool,
    force: bool,
    grace_period: Option<i64>,
    timeout: Option<Duration>,
    dry_run: DryRun,
}

/// What is done with a pod of the node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Skip(Option<&'static str>),
    Evict(Option<&'static str>),
    Fatal(&'static str),
}

pub fn start(args: Args, cx: &Step<'_>) -> Result<Box<dyn Client>, Failure> {
    let pods = Selector::parse(args.get("pod-selector").unwrap_or_default()).map_err(|_| {
        Failure::error("--pod-selector=<pod_selector> must be a valid label selector")
    })?;
    let options = Options {
        pods,
        ignore_daemon_sets: args.is_set("ignore-daemonsets"),
        delete_empty_dir: args.is_set("delete-emptydir-data") || args.is_set("delete-local-data"),
        force: args.is_set("force"),
        grace_period: args
            .int("grace-period")
            .map_err(Failure::error)?
            .filter(|seconds| *seconds >= 0),
        timeout: duration::flag(&args, "timeout")?
            .and_then(|nanos| u64::try_from(nanos).ok())
            .filter(|nanos| *nanos > 0)
            .map(Duration::from_nanos),
        dry_run: dry_run::parse(&args)?,
    };
    let found = cordon::nodes(&args, cx, "drain")?;
    if let Some(text) = found.failures.into_iter().next() {
        return Err(Failure::plain(text));
    }
    let write = Write {
        dry_run: options.dry_run,
        format: Format::Message,
        manager: "kubectl-drain",
    };
    let nodes: VecDeque<Target> = found.list.into();
    let cordons = targets::items(
        targets::Targets {
            list: nodes.iter().cloned().collect(),
            ..targets::Targets::default()
        },
        |target| {
            crate::client::Item::Decide(Box::new(move |cx: &Step<'_>| {
                cordon::set(target, true, write, cx)
            }))
        },
    );
    Ok(Box::new(Drain {
        options,
        cordon: Some(Sequence::new(cordons)),
        nodes,
        pending_nodes: Vec::new(),
        at: None,
        asked: None,
        output: VecDeque::new(),
        errors: Vec::new(),
        over: false,
    }))
}

/// The command at work.
struct Drain {
    options: Options,
    cordon: Option<Sequence>,
    nodes: VecDeque<Target>,
    /// Nodes that could not be drained.
    pending_nodes: Vec<String>,
    at: Option<Node>,
    /// The pod whose eviction was asked for.
    asked: Option<usize>,
    output: VecDeque<Need>,
    errors: Vec<String>,
    over: bool,
}

/// The node that is being drained.
struct Node {
    target: Target,
    pods: Vec<Leaving>,
    deadline: Option<SimTime>,
}

struct Leaving {
    namespace: String,
    name: String,
    uid: Uid,
    state: State,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum State {
    /// To be evicted at this instant.
    Evict(SimTime),
    /// Evicted; it has to go.
    Wait,
    Done,
    Failed(String),
}

impl Client for Drain {
    fn step(&mut self, cx: &mut Step<'_>) -> Need {
        if let Some(cordon) = &mut self.cordon {
            match cordon.step(cx) {
                Need::Done(_) => self.cordon = None,
                need => return need,
            }
        }
        // The text before a request goes out in a step of its own.
        if cx.outcome.is_some()
            && let Some(asked) = self.asked.take()
        {
            let reply = cx.reply();
            self.answered(asked, reply, cx.now);
        }
        loop {
            if let Some(need) = self.output.pop_front() {
                return need;
            }
            if self.at.is_some() {
                if let Some(need) = self.work(cx) {
                    return need;
                }
            } else if let Some(target) = self.nodes.pop_front() {
                self.begin(target, cx);
            } else if self.over {
                return Need::Done(i32::from(!self.errors.is_empty()));
            } else {
                self.finish();
            }
        }
    }
}

impl Drain {
    fn out(&mut self, text: String) {
        self.output.push_back(Need::Out(text));
    }

    fn err(&mut self, text: String) {
        self.output.push_back(Need::Err(text));
    }

    /// Sorts the node's pods out.
    fn begin(&mut self, target: Target, cx: &Step<'_>) {
        let mut warnings: Vec<(&str, Vec<String>)> = Vec::new();
        let mut fatal: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        let mut pods = Vec::new();
        for pod in pods_on(&target.name, &self.options, cx) {
            let shown = format!("{}/{}", pod.meta.namespace, pod.meta.name);
            let verdict = verdict(&pod, &self.options);
            if let Verdict::Skip(Some(warning)) | Verdict::Evict(Some(warning)) = verdict {
                match warnings.iter_mut().find(|(text, _)| *text == warning) {
                    Some((_, pods)) => pods.push(shown.clone()),
                    None => warnings.push((warning, vec![shown.clone()])),
                }
            }
            match verdict {
                Verdict::Skip(_) => {}
                Verdict::Fatal(why) => fatal.entry(why).or_default().push(shown),
                Verdict::Evict(_) => pods.push(Leaving {
                    namespace: pod.meta.namespace.to_string(),
                    name: pod.meta.name.to_string(),
                    uid: pod.meta.uid.clone(),
                    state: State::Evict(cx.now),
                }),
            }
        }
        if !fatal.is_empty() {
            let errors = fatal
                .iter()
                .map(|(why, pods)| format!("cannot delete {why}: {}", pods.join(", ")))
                .collect();
            self.give_up(target.name, errors);
            return;
        }
        if !warnings.is_empty() {
            let texts: Vec<String> = warnings
                .iter()
                .map(|(text, pods)| format!("{text}: {}", pods.join(", ")))
                .collect();
            self.err(format!("Warning: {}\n", texts.join("; ")));
        }
        if self.options.dry_run == DryRun::Client {
            for pod in &pods {
                self.output.push_back(Need::Out(format!(
                    "evicting pod {}/{} (dry run)\n",
                    pod.namespace, pod.name
                )));
            }
            pods.clear();
        }
        let deadline = self.options.timeout.map(|timeout| cx.now + timeout);
        self.at = Some(Node {
            target,
            pods,
            deadline,
        });
    }

    /// The next thing to do for the node at hand; `None` if there may be output, or the node is done.
    fn work(&mut self, cx: &Step<'_>) -> Option<Need> {
        let node = self.at.as_mut()?;
        let is_late = node.deadline.is_some_and(|deadline| cx.now >= deadline);
        let limit = self.options.timeout.map(go_duration).unwrap_or_default();
        for (index, pod) in node.pods.iter_mut().enumerate() {
            let (name, namespace) = (&pod.name, &pod.namespace);
            match pod.state {
                State::Evict(at) if at <= cx.now => {
                    self.output.push_back(Need::Out(format!(
                        "evicting pod {namespace}/{name}{}\n",
                        self.options.dry_run.suffix()
                    )));
                    if is_late {
                        let why = format!(
                            "error when evicting pods/\"{name}\" -n \"{namespace}\": global timeout reached: {limit}"
                        );
                        pod.state = State::Failed(why);
                        return None;
                    }
                    let mut request = Request::new(
                        Verb::Create,
                        Kind::Pod,
                        namespace,
                        name,
                        eviction(name, namespace),
                    );
                    request.part = Part::Eviction;
                    request.dry_run = self.options.dry_run == DryRun::Server;
                    request.delete.grace_period_seconds = self.options.grace_period;
                    self.asked = Some(index);
                    self.output.push_back(Need::request(request));
                    return None;
                }
                State::Wait => {
                    let is_there = cx
                        .world
                        .api
                        .find(Kind::Pod, namespace, name)
                        .is_some_and(|(_, object)| object.meta().uid == pod.uid);
                    if !is_there || self.options.dry_run == DryRun::Server {
                        self.output.push_back(Need::Out(format!(
                            "pod/{name} evicted{}\n",
                            self.options.dry_run.suffix()
                        )));
                        pod.state = State::Done;
                        return None;
                    }
                    if is_late {
                        let why = format!(
                            "error when waiting for pod \"{name}\" in namespace \"{namespace}\" to terminate: global timeout reached: {limit}"
                        );
                        pod.state = State::Failed(why);
                        return None;
                    }
                }
                _ => {}
            }
        }
        let next = node.pods.iter().filter_map(|pod| match pod.state {
            State::Evict(at) => Some(at),
            State::Wait => Some(node.deadline.unwrap_or(SimTime::MAX)),
            _ => None,
        });
        let Some(next) = next.min() else {
            self.end_node(cx);
            return None;
        };
        let at = (next != SimTime::MAX).then_some(next);
        Some(Need::Until(Wake {
            after_revision: Some(cx.world.api.store().revision()),
            at,
        }))
    }

    fn answered(&mut self, index: usize, reply: cluster::Reply, now: SimTime) {
        let Some(pod) = self.at.as_mut().and_then(|node| node.pods.get_mut(index)) else {
            return;
        };
        let (name, namespace) = (&pod.name, &pod.namespace);
        match reply {
            Ok(_) => pod.state = State::Wait,
            Err(status) if status.is_not_found() => pod.state = State::Done,
            Err(status) if status.is_too_many_requests() => {
                let text = format!(
                    "error when evicting pods/\"{name}\" -n \"{namespace}\" (will retry after 5s): {}\n",
                    status.message
                );
                pod.state = State::Evict(now + RETRY);
                self.output.push_back(Need::Err(text));
            }
            Err(status) => {
                pod.state = State::Failed(format!(
                    "error when evicting pods/\"{name}\" -n \"{namespace}\": {}",
                    status.message
                ));
            }
        }
    }

    fn end_node(&mut self, cx: &Step<'_>) {
        let Some(node) = self.at.take() else { return };
        let errors: Vec<String> = node
            .pods
            .iter()
            .filter_map(|pod| match &pod.state {
                State::Failed(why) => Some(why.clone()),
                _ => None,
            })
            .collect();
        if errors.is_empty() {
            let suffix = self.options.dry_run.suffix();
            self.out(format!("{} drained{suffix}\n", node.target.shown()));
            return;
        }
        let left: Vec<Arc<Pod>> = pods_on(&node.target.name, &self.options, cx)
            .into_iter()
            .filter(|pod| matches!(verdict(pod, &self.options), Verdict::Evict(_)))
            .collect();
        if !left.is_empty() {
            let shown = aggregate(&errors);
            self.err(format!(
                "There are pending pods in node \"{}\" when an error occurred: {shown}\n",
                node.target.name
            ));
            for pod in left {
                self.err(format!("pod/{}\n", pod.meta.name));
            }
        }
        self.give_up(node.target.name, errors);
    }

    fn give_up(&mut self, name: String, errors: Vec<String>) {
        let shown = aggregate(&errors);
        self.err(format!(
            "error: unable to drain node \"{name}\" due to error: {shown}, continuing command...\n"
        ));
        self.pending_nodes.push(name);
        self.errors.extend(errors);
    }

    fn finish(&mut self) {
        self.over = true;
        if self.pending_nodes.is_empty() {
            return;
        }
        let nodes: String = self
            .pending_nodes
            .iter()
            .map(|name| format!(" {name}\n"))
            .collect();
        self.err(format!("There are pending nodes to be drained:\n{nodes}"));
        let lines: String = self
            .errors
            .iter()
            .map(|error| format!("{error}\n"))
            .collect();
        self.err(lines);
    }
}

/// Several errors as Go's aggregate prints them: each once, in brackets.
fn aggregate(errors: &[String]) -> String {
    match errors {
        [one] => one.clone(),
        several => format!("[{}]", several.join(", ")),
    }
}

fn eviction(name: &str, namespace: &str) -> String {
    format!(
        "{{\"apiVersion\":\"policy/v1\",\"kind\":\"Eviction\",\"metadata\":{{\"name\":\"{name}\",\"namespace\":\"{namespace}\"}}}}"
    )
}

/// The pods of a node that the selector takes, in etcd's order.
fn pods_on(node: &str, options: &Options, cx: &Step<'_>) -> Vec<Arc<Pod>> {
    cx.world
        .api
        .list(Kind::Pod, None)
        .into_iter()
        .filter_map(|object| object.get::<Pod>())
        .filter(|pod| &*pod.node_name == node && options.pods.matches(&pod.meta.labels))
        .cloned()
        .collect()
}

// kubernetes: kubectl/pkg/drain/filters.go
fn verdict(pod: &Pod, options: &Options) -> Verdict {
    let is_finished = matches!(&*pod.status.phase, "Succeeded" | "Failed");
    let controller = pod.meta.controller_of();
    if controller.is_some_and(|owner| &*owner.kind == "DaemonSet") && !is_finished {
        return match options.ignore_daemon_sets {
            true => Verdict::Skip(Some(DAEMON_SET_WARNING)),
            false => Verdict::Fatal(DAEMON_SET_FATAL),
        };
    }
    if pod.meta.annotations.contains_key(MIRROR) {
        return Verdict::Skip(None);
    }
    let mut warning = None;
    if pod
        .spec
        .volumes
        .iter()
        .any(|volume| volume.empty_dir.is_some())
        && !is_finished
    {
        if !options.delete_empty_dir {
            return Verdict::Fatal(LOCAL_STORAGE_FATAL);
        }
        warning = Some(LOCAL_STORAGE_WARNING);
    }
    if controller.is_none() && !is_finished {
        if !options.force {
            return Verdict::Fatal(UNMANAGED_FATAL);
        }
        warning = Some(UNMANAGED_WARNING);
    }
    Verdict::Evict(warning)
}

/// A duration as Go prints it, whole seconds and up.
fn go_duration(length: Duration) -> String {
    let (hours, minutes, seconds) = (
        length.as_secs() / 3600,
        length.as_secs() / 60 % 60,
        length.as_secs() % 60,
    );
    match (hours, minutes, length.subsec_millis()) {
        (0, 0, 0) => format!("{seconds}s"),
        (0, 0, millis) => format!("{}ms", seconds * 1000 + u64::from(millis)),
        (0, minutes, _) => format!("{minutes}m{seconds}s"),
        (hours, minutes, _) => format!("{hours}h{minutes}m{seconds}s"),
    }
}
