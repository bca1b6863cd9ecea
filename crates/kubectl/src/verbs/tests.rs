//! Verbs against a small live cluster.

use crate::client::{Env, Files, Need, Step};
use apimachinery::Value;
use cluster::{Clock, Cluster, Command, Options};
use core::time::Duration;
use engine::{Seed, SimTime, Timeline};
use std::sync::Arc;

struct OneFile(&'static str);

impl Files for OneFile {
    fn read(&self, path: &str) -> Option<Arc<str>> {
        (path == "f.yaml").then(|| self.0.into())
    }

    fn list(&self, _path: &str) -> Option<Vec<String>> {
        None
    }
}

const FILE: &str = "
apiVersion: v1
kind: Pod
metadata: {name: p, labels: {app: x}}
spec: {containers: [{name: app, image: nginx}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: c}
data: {a: b}
";

/// A cluster without nodes.
struct Lab(Timeline<Cluster>);

impl Lab {
    fn new() -> Lab {
        let world = Cluster::new(
            Clock::DEFAULT_BOOT,
            Options {
                scripted_kubelet: true,
            },
        );
        Lab(Timeline::new(world, Seed(1)))
    }

    /// Both outputs as they come, and the exit status if it is not 0.
    fn run(&mut self, line: &str) -> String {
        let words: Vec<String> = line
            .split_whitespace()
            .map(|word| word.replace('\u{a0}', " "))
            .collect();
        let files = OneFile(FILE);
        let env = Env {
            namespace: "default",
            files: &files,
            stdin: "",
        };
        let step = Step {
            world: self.0.world(),
            now: self.0.now(),
            env: &env,
            outcome: None,
        };
        let mut client = crate::start(&words, &step);
        let (mut outcome, mut text) = (None, String::new());
        loop {
            let mut step = Step {
                world: self.0.world(),
                now: self.0.now(),
                env: &env,
                outcome: outcome.take(),
            };
            match client.step(&mut step) {
                Need::Command(command) => outcome = Some(self.0.apply(Command::clone(&command))),
                Need::Out(out) | Need::Err(out) => text.push_str(&out),
                Need::Done(0) => return text,
                Need::Done(exit) => return format!("{text}exit {exit}\n"),
                Need::Namespace(_) => {}
                Need::Until(wake) => {
                    let limit = wake.at.unwrap_or(self.0.now() + Duration::from_secs(600));
                    while self.0.now() < limit {
                        let newer = |world: &Cluster| {
                            wake.after_revision
                                .is_some_and(|revision| world.api.store().revision() > revision)
                        };
                        if newer(self.0.world()) {
                            break;
                        }
                        match self.0.next_event() {
                            Some(at) if at <= limit => {
                                self.0.run_next();
                            }
                            _ => while !self.0.run(limit, u32::MAX).reached {},
                        }
                    }
                }
            }
        }
    }

    fn field(&self, name: &str, path: &str) -> Value {
        let (_, object) = self
            .0
            .world()
            .api
            .find(api::Kind::Pod, "default", name)
            .unwrap();
        object
            .encode()
            .at_path(path)
            .cloned()
            .unwrap_or(Value::Null)
    }

    fn check(&mut self, table: &[(&str, &str)]) {
        for (line, wanted) in table {
            assert_eq!(self.run(line), *wanted, "{line}");
        }
    }
}

#[test]
fn labels_and_annotations() {
    let mut lab = Lab::new();
    lab.run("apply -f f.yaml");
    lab.check(&[
        ("label pod p a=b", "pod/p labeled\n"),
        ("label pod p a=b", "pod/p not labeled\n"),
        (
            "label pod p a=c",
            "error: 'a' already has a value (b), and --overwrite is false\nexit 1\n",
        ),
        ("label pod p a=c --overwrite", "pod/p labeled\n"),
        ("label pod p a-", "pod/p unlabeled\n"),
        (
            "label pod p a-",
            "label \"a\" not found.\npod/p not labeled\n",
        ),
        ("label pod p --list", "app=x\n"),
        ("annotate pod p k=v", "pod/p annotated\n"),
        (
            "label -f f.yaml z=1",
            "pod/p labeled\nconfigmap/c labeled\n",
        ),
        (
            "label pod nope z=1",
            "Error from server (NotFound): pods \"nope\" not found\nexit 1\n",
        ),
    ]);
    assert_eq!(lab.field("p", "metadata.labels[z]"), Value::str("1"));
    assert_eq!(lab.field("p", "metadata.labels[a]"), Value::Null);
}

#[test]
fn deletes() {
    let mut lab = Lab::new();
    lab.run("apply -f f.yaml");
    lab.check(&[
        ("delete pod p --dry-run=client", "pod \"p\" deleted (dry run) from default namespace\n"),
        ("delete pod/p cm/c", "pod \"p\" deleted from default namespace\nconfigmap \"c\" deleted from default namespace\n"),
        (
            "delete pod p q",
            "Error from server (NotFound): pods \"p\" not found\nError from server (NotFound): pods \"q\" not found\nexit 1\n",
        ),
        ("delete pod p --ignore-not-found", ""),
        ("delete pod", "error: resource(s) were provided, but no name was specified\nexit 1\n"),
        ("delete pods --all", "No resources found\n"),
        (
            "delete -f f.yaml",
            "Error from server (NotFound): error when deleting \"f.yaml\": pods \"p\" not found\nError from server (NotFound): error when deleting \"f.yaml\": configmaps \"c\" not found\nexit 1\n",
        ),
        ("delete pod p --now --grace-period=3", "error: --now and --grace-period cannot be specified together\nexit 1\n"),
    ]);
}

#[test]
fn waits_end_at_their_timeout() {
    let mut lab = Lab::new();
    lab.run("apply -f f.yaml");
    let began = lab.0.now();
    lab.check(&[(
        "wait pod/p --for=condition=Ready --timeout=3s",
        "error: timed out waiting for the condition on pods/p\nexit 1\n",
    )]);
    assert_eq!(lab.0.now().since(began), Duration::from_secs(3));
    lab.check(&[
        (
            "wait pod/p --for=jsonpath={.metadata.name}=p",
            "pod/p condition met\n",
        ),
        ("wait pod/gone --for=delete", ""),
        ("wait pod -l a=b --for=delete", ""),
        (
            "wait pod -l a=b --for=condition=Ready",
            "error: no matching resources found\nexit 1\n",
        ),
        (
            "wait pod/p --for=condition=Ready --timeout=0s",
            "error: condition not met for pods/p\nexit 1\n",
        ),
    ]);
    assert!(lab.0.now() > SimTime::ZERO);
}

#[test]
fn patches_and_images() {
    let mut lab = Lab::new();
    lab.run("apply -f f.yaml");
    lab.check(&[
        ("patch pod p -p {\"metadata\":{\"labels\":{\"n\":\"1\"}}}", "pod/p patched\n"),
        ("patch pod p -p {\"metadata\":{\"labels\":{\"n\":\"1\"}}}", "pod/p patched (no change)\n"),
        ("patch pod p --type=x -p {}", "error: --type must be one of [json merge strategic], not \"x\"\nexit 1\n"),
        ("set image pod/p app=nginx:1.28", "pod/p image updated\n"),
        ("set image pod/p app=nginx:1.28", ""),
        ("set image pod/p nope=a", "error: unable to find container named \"nope\"\nexit 1\n"),
        ("rollout restart cm/c", "error: configmaps \"c\" restarting is not supported\nexit 1\n"),
        ("scale cm c --replicas=1", "Error from server (NotFound): the server could not find the requested resource\nexit 1\n"),
    ]);
    assert_eq!(
        lab.field("p", "spec.containers[0].image"),
        Value::str("nginx:1.28")
    );
}
