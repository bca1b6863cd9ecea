//! Generated names, and what stands for them in a `golden.json`.
//!
//! *Models* `Names` of the goldens' normalise.py for the namespace `default`.
//! *Invariants*: kept for a whole scenario, so that `<hash1>` stays `<hash1>`; the order in which names were first
//! seen decides between names of equal length.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::patterns as p;
use super::python::{entries, items, need, need_text, text as python_text, truth};

const HASHED: [&str; 5] = [
    "ReplicaSet",
    "ReplicationController",
    "DaemonSet",
    "Job",
    "StatefulSet",
];
const GONE: [&str; 7] = [
    "Deployment",
    "CronJob",
    "ReplicaSet",
    "ReplicationController",
    "DaemonSet",
    "Job",
    "StatefulSet",
];

/// A map that keeps the order of first insertion.
#[derive(Clone, Debug, Default)]
pub struct Ordered {
    entries: Vec<(String, String)>,
    at: BTreeMap<String, usize>,
}

impl Ordered {
    pub fn get(&self, name: &str) -> Option<&str> {
        self.at.get(name).map(|at| self.entries[*at].1.as_str())
    }

    fn set(&mut self, name: &str, value: String) {
        match self.at.get(name) {
            Some(at) => self.entries[*at].1 = value,
            None => {
                self.at.insert(name.to_owned(), self.entries.len());
                self.entries.push((name.to_owned(), value));
            }
        }
    }

    fn set_default(&mut self, name: &str, value: &str) {
        if !self.at.contains_key(name) {
            self.set(name, value.to_owned());
        }
    }

    /// Longest name first, then in order of insertion.
    fn longest_first(&self) -> Vec<&(String, String)> {
        let mut entries: Vec<_> = self.entries.iter().collect();
        entries.sort_by_key(|(name, _)| std::cmp::Reverse(name.chars().count()));
        entries
    }
}

#[derive(Clone, Debug, Default)]
pub struct Names {
    map: Ordered,
    hash: Ordered,
    base: Ordered,
    gone: Ordered,
    count: BTreeMap<String, u32>,
    /// The first scheduled minute of a CronJob's Job.
    first_minute: Option<i64>,
}

/// Kind and name of the controller that owns an object.
///
/// # Errors
/// If its reference lacks either.
pub fn owner(object: &Value) -> Result<Option<(String, String)>, String> {
    let references = &need(object, "metadata")?["ownerReferences"];
    match items(references).find(|reference| truth(&reference["controller"])) {
        None => Ok(None),
        Some(found) => Ok(Some((
            need_text(found, "kind")?.into(),
            need_text(found, "name")?.into(),
        ))),
    }
}

impl Names {
    /// What a name became, if it was generated.
    pub fn mapped(&self, name: &str) -> Option<&str> {
        self.map.get(name)
    }

    /// Learns the generated names among `objects`, those of this scenario.
    ///
    /// # Errors
    /// If an object lacks what every object has.
    pub fn learn(&mut self, objects: &[&Value]) -> Result<(), String> {
        for object in objects {
            let about = &object["involvedObject"];
            if need_text(object, "kind")? == "Event"
                && let Some(kind) = about["kind"].as_str().filter(|kind| GONE.contains(kind))
            {
                self.gone.set_default(need_text(about, "name")?, kind);
            }
        }
        if self.first_minute.is_none() {
            self.first_minute = self.earliest_minute(objects)?;
        }
        let rank = |kind: &str| match kind {
            "Deployment" | "StatefulSet" | "DaemonSet" | "CronJob" | "ReplicationController" => {
                Some(0)
            }
            "ReplicaSet" | "ControllerRevision" | "Job" => Some(1),
            "Pod" => Some(2),
            _ => None,
        };
        let mut ordered = Vec::new();
        for object in objects {
            if let Some(rank) = rank(need_text(object, "kind")?) {
                let meta = need(object, "metadata")?;
                ordered.push((
                    (
                        rank,
                        meta["creationTimestamp"].as_str().unwrap_or(""),
                        need_text(meta, "name")?,
                    ),
                    *object,
                ));
            }
        }
        ordered.sort_by_key(|(order, _)| *order);
        for (_, object) in ordered {
            self.learn_object(object)?;
        }
        for (name, kind) in self.gone.entries.clone() {
            if self.base.get(&name).is_none() {
                let replaced = match self.map.get(&name) {
                    Some(mapped) => mapped.to_owned(),
                    None if kind == "ReplicaSet" || kind == "Job" => self.text(&name),
                    None => name.clone(),
                };
                self.base.set(&name, replaced);
            }
        }
        Ok(())
    }

    /// The first scheduled minute, also of jobs that are gone.
    fn earliest_minute(&self, objects: &[&Value]) -> Result<Option<i64>, String> {
        let gone = self
            .gone
            .entries
            .iter()
            .filter(|(_, kind)| kind == "CronJob")
            .map(|(name, _)| name.as_str());
        let mut crons: Vec<&str> = gone.collect();
        let mut seen = Vec::new();
        for object in objects {
            let name = need_text(need(object, "metadata")?, "name")?;
            match need_text(object, "kind")? {
                "CronJob" => crons.push(name),
                "Job" | "Event" => seen.extend([name, object["message"].as_str().unwrap_or("")]),
                _ => {}
            }
        }
        let minutes = crons
            .iter()
            .flat_map(|cron| seen.iter().flat_map(|text| p::minutes(text, cron)));
        Ok(minutes.min())
    }

    fn learn_object(&mut self, object: &Value) -> Result<(), String> {
        let (meta, kind) = (need(object, "metadata")?, need_text(object, "kind")?);
        let name = need_text(meta, "name")?;
        let owner = owner(object)?;
        match (kind, &owner) {
            ("ReplicaSet" | "ControllerRevision", Some((owner_kind, top))) => {
                let label = if kind == "ReplicaSet" {
                    "pod-template-hash"
                } else {
                    "controller-revision-hash"
                };
                let labels = &meta["labels"];
                let hash = [label, "controller.kubernetes.io/hash"]
                    .iter()
                    .find_map(|name| labels[*name].as_str().filter(|hash| !hash.is_empty()));
                if let Some(hash) = hash {
                    let hash = hash.strip_prefix(&format!("{top}-")).unwrap_or(hash);
                    if let Some(head) = name.strip_suffix(hash).filter(|_| !hash.is_empty()) {
                        self.add_hash(&format!("{owner_kind}/{top}"), hash);
                        let replaced = format!("{head}{}", self.hash.get(hash).unwrap_or_default());
                        self.map.set(name, replaced);
                    }
                }
            }
            ("Job", Some((owner_kind, cron))) if owner_kind == "CronJob" => {
                let digits = name
                    .strip_prefix(&format!("{cron}-"))
                    .filter(|rest| rest.len() == 8 && rest.bytes().all(|b| b.is_ascii_digit()));
                if let Some(minute) = digits.and_then(|digits| digits.parse::<i64>().ok()) {
                    let first = *self.first_minute.get_or_insert(minute);
                    self.map
                        .set(name, format!("{cron}-<minute+{}>", minute - first));
                }
            }
            _ => {}
        }
        if HASHED.contains(&kind) {
            let replaced = self.map.get(name).unwrap_or(name).to_owned();
            self.base.set(name, replaced);
        }
        if kind == "Deployment" || kind == "CronJob" {
            self.base.set_default(name, name);
        }
        if kind == "Pod" {
            self.learn_pod(name, meta["generateName"].as_str().unwrap_or(""));
        }
        Ok(())
    }

    fn learn_pod(&mut self, name: &str, prefix: &str) {
        let random = name
            .strip_prefix(prefix)
            .is_some_and(|rest| rest.len() == 5 && rest.chars().all(p::is_random));
        if prefix.is_empty() || !random {
            return;
        }
        let mut stem = prefix.to_owned();
        stem.pop();
        let mut base = self.base.get(&stem).unwrap_or(&stem).to_owned();
        // Indexed jobs: NAME-INDEX-.
        if base == stem
            && let Some((job, index)) = stem.rsplit_once('-')
            && !index.is_empty()
            && index.bytes().all(|b| b.is_ascii_digit())
            && let Some(job) = self.base.get(job)
        {
            base = format!("{job}-{index}");
        }
        self.map.set(name, format!("{base}-<sfx>"));
    }

    fn add_hash(&mut self, top: &str, hash: &str) {
        if self.hash.get(hash).is_none() {
            let count = self.count.entry(top.to_owned()).or_default();
            *count += 1;
            self.hash.set(hash, format!("<hash{count}>"));
        }
    }

    /// A text with everything generated replaced.
    pub fn text(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (name, replaced) in self.map.longest_first() {
            if text.contains(name.as_str()) {
                text = p::name(&text, name, replaced);
            }
        }
        for (name, base) in self.base.longest_first() {
            if text.contains(name.as_str()) {
                text = p::suffixed(&text, name, base);
                text = p::hashed_and_suffixed(&text, name, base);
                text = p::hashed(&text, name, base);
                text = p::scheduled(&text, name, self.first_minute.filter(|first| *first != 0));
            }
        }
        for (hash, replaced) in &self.hash.entries {
            text = p::hash(&text, hash, replaced);
        }
        p::addresses(&p::times(&p::uids(&text)))
    }

    /// A text that may be absent stays as it is.
    pub fn value(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.text(text)),
            other => other.clone(),
        }
    }

    pub fn labels(&self, labels: &Value) -> Map<String, Value> {
        let replaced = |name: &str, value: &Value| {
            if name == "pod-template-hash" || name == "controller-revision-hash" {
                self.value(value)
            } else if name.ends_with("controller-uid") {
                Value::from("<uid>")
            } else if name.ends_with("job-name") {
                Value::from(self.text(&python_text(value)))
            } else {
                value.clone()
            }
        };
        entries(labels)
            .map(|(name, value)| (name.clone(), replaced(name, value)))
            .collect()
    }
}
