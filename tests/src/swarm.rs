//! Random scripts of commands and faults, played, checked and shrunk.

use crate::check;
use crate::drive;
use engine::Seed;
use session::Session;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// How long everything gets to settle once the faults are off: longer than back-offs and deadlines last.
const SETTLE: &str = "wait 25m";
const LINES: u64 = 45;
const NODES: [&str; 3] = ["worker1", "worker2", "worker3"];
const DEPLOYMENTS: [&str; 3] = ["web", "api", "batch"];

/// A run: what is typed, and what ends the faults.
#[derive(Clone, Debug)]
pub struct Script {
    pub seed: u64,
    pub lines: Vec<String>,
    pub ends: Vec<String>,
}

/// Draws in a row.
struct Draws {
    seed: Seed,
    n: u64,
}

impl Draws {
    fn below(&mut self, bound: u64) -> u64 {
        self.n += 1;
        self.seed.below("swarm", b"", self.n, bound)
    }

    fn of<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len() as u64) as usize]
    }
}

fn manifest(name: &str, draws: &mut Draws) -> String {
    let replicas = draws.below(6);
    // Not changed on the way: a Deployment that becomes Recreate and is scaled while two of its ReplicaSets are active
    // waits for ever, upstream too (`scale` in pkg/controller/deployment/sync.go scales in proportion for
    // RollingUpdate only, and comes before the strategy).
    let rolling = draws.of(&[
        "{}",
        "{rollingUpdate: {maxSurge: 0, maxUnavailable: 1}}",
        "{rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}",
        "{rollingUpdate: {maxSurge: 50%, maxUnavailable: 50%}}",
    ]);
    let strategy = if name == "batch" {
        "{type: Recreate}"
    } else {
        rolling
    };
    let cpu = draws.of(&["50m", "200m", "400m"]);
    let grace = draws.of(&["0", "2", "30"]);
    let ready = draws.of(&["0", "5"]);
    format!(
        "\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}}}
spec:
  replicas: {replicas}
  minReadySeconds: {ready}
  strategy: {strategy}
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec:
      terminationGracePeriodSeconds: {grace}
      containers: [{{name: c, image: \"nginx:1\", resources: {{requests: {{cpu: {cpu}}}}}}}]"
    )
}

impl Script {
    /// The script of a seed.
    pub fn random(seed: u64) -> Script {
        let mut draws = Draws {
            seed: Seed(seed),
            n: 0,
        };
        let mut lines: Vec<String> = DEPLOYMENTS
            .iter()
            .map(|name| apply(name, &mut draws))
            .collect();
        for _ in 0..LINES {
            lines.push(line(&mut draws));
        }
        let mut ends: Vec<String> = NODES
            .iter()
            .map(|node| format!("node power on {node}"))
            .collect();
        ends.extend(NODES.iter().map(|node| format!("kubectl uncordon {node}")));
        ends.push("kubectl taint node worker1 swarm-".to_string());
        // Pods that were taken from their ReplicaSets hold room for ever.
        ends.push("kubectl delete pod -l app=moved --wait=false".to_string());
        for name in DEPLOYMENTS {
            ends.push(format!("kubectl rollout resume deployment {name}"));
            ends.push(format!("kubectl set image deployment/{name} c=nginx:9"));
        }
        Script { seed, lines, ends }
    }

    fn open(&self) -> Session {
        drive::open("k3", self.seed)
    }

    /// Plays it to the end.
    ///
    /// # Errors
    /// What is wrong then, or at once.
    pub fn play(&self) -> Result<(), String> {
        let played = catch_unwind(AssertUnwindSafe(|| {
            let mut session = self.open();
            let mut seen = check::Seen::default();
            let settle = SETTLE.to_string();
            for line in self.lines.iter().chain(&self.ends).chain([&settle]) {
                session.run_line(line);
                check::changes(&session, &mut seen)
                    .map_err(|why| format!("after `{line}`: {why}"))?;
            }
            check::converged(session.world())?;
            check::idle(&mut session)?;
            check::winds(&mut session)
        }));
        played.unwrap_or_else(|panic| {
            let text = panic.downcast_ref::<String>().cloned();
            Err(format!(
                "a panic: {}",
                text.unwrap_or_else(|| "without a word".to_string())
            ))
        })
    }

    /// How many lines ended with status 0, of how many.
    pub fn succeeded(&self) -> (usize, usize) {
        let mut session = self.open();
        let done = self
            .lines
            .iter()
            .filter(|line| session.run_line(line).exit == 0)
            .count();
        (done, self.lines.len())
    }

    /// The run as a page of the suite.
    pub fn transcript(&self) -> String {
        let mut text = format!(
            "## Swarm of seed {0}\n<!-- cluster=k3 seed={0} -->\n```console\n",
            self.seed
        );
        let mut session = self.open();
        let checks =
            [SETTLE, "kubectl get deployments,replicasets,pods -o wide"].map(str::to_string);
        for line in self.lines.iter().chain(&self.ends).chain(&checks) {
            let output = catch_unwind(AssertUnwindSafe(|| session.run_line(line).terminal));
            let stop = output.is_err();
            let output = output.unwrap_or_else(|_| "(a panic)\n".to_string());
            for line in crate::transcript::render(line, &output).unwrap_or_default() {
                text.push_str(&format!("{line}\n"));
            }
            if stop {
                break;
            }
        }
        text + "```\n"
    }
}

/// Here-documents, so that a transcript needs no files.
fn apply(name: &str, draws: &mut Draws) -> String {
    format!("kubectl apply -f - <<EOF\n{}\nEOF", manifest(name, draws))
}

fn line(draws: &mut Draws) -> String {
    let name = draws.of(&DEPLOYMENTS);
    let node = draws.of(&NODES);
    match draws.below(20) {
        0 | 1 => apply(name, draws),
        2..=4 => format!(
            "kubectl scale deployment {name} --replicas={}",
            draws.below(9)
        ),
        5..=7 => {
            let tag = draws.of(&["2", "3", "4", "doesnotexist"]);
            format!("kubectl set image deployment/{name} c=nginx:{tag}")
        }
        8 | 9 => format!("kubectl delete pod -l app={name} --wait=false"),
        10 => format!(
            "kubectl label pod -l app={name} tier={} --overwrite",
            draws.below(3)
        ),
        11 => {
            format!("kubectl label pod --field-selector spec.nodeName={node} app=moved --overwrite")
        }
        12 => format!("kubectl {} {node}", draws.of(&["cordon", "uncordon"])),
        13 => format!("kubectl rollout undo deployment/{name}"),
        14 => format!(
            "kubectl rollout {} deployment/{name}",
            draws.of(&["restart", "pause", "resume"])
        ),
        15 | 16 => format!("node power {} {node}", draws.of(&["off", "on", "on"])),
        17 => draws
            .of(&[
                "kubectl taint node worker1 swarm=on:NoSchedule --overwrite",
                "kubectl taint node worker1 swarm-",
            ])
            .to_string(),
        _ => format!(
            "wait {}",
            draws.of(&["50ms", "700ms", "3s", "20s", "2m", "11m"])
        ),
    }
}

/// A shorter script that still fails, and why it does.
pub fn shrink(script: Script, why: String) -> (Script, String) {
    let (mut best, mut why) = (script, why);
    let mut chunk = best.lines.len().div_ceil(2);
    while chunk > 0 {
        let mut at = 0;
        while at < best.lines.len() {
            let mut shorter = best.clone();
            shorter
                .lines
                .drain(at..(at + chunk).min(shorter.lines.len()));
            match shorter.play() {
                Err(still) => (best, why) = (shorter, still),
                Ok(()) => at += chunk,
            }
        }
        chunk /= 2;
    }
    (best, why)
}
