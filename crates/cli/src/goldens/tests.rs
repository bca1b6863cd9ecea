//! The rules of the comparison on small inputs; expected values are what normalise.py and compare.py give.

use serde_json::{Value, json};

use super::names::Names;
use super::normalise::{normalise, output};
use super::play::{LineOut, Report, Terminal, play};
use super::{diff, patterns, python};

#[test]
fn sort_keys_and_equality_are_pythons() {
    assert_eq!(
        python::key(&json!({"b": [1, true, null], "a": "é\n\u{1f600}"})),
        r#"{"a": "\u00e9\n\ud83d\ude00", "b": [1, true, null]}"#
    );
    assert!(python::equal(
        &json!({"a": [1, false]}),
        &json!({"a": [1.0, 0]})
    ));
    assert!(!python::equal(&json!([1]), &json!(["1"])));
    assert_eq!(python::lines("a\r\nb\n\nc"), ["a", "b", "", "c"]);
}

#[test]
fn generated_parts_are_found_where_the_expressions_find_them() {
    type Rule = fn(&str) -> String;
    let table: [(Rule, &str, &str); 14] = [
        (
            |t| patterns::name(t, "web-x", "N"),
            "web-x web-x-1 my-web-x web-x. (web-x)",
            "N web-x-1 my-web-x N. (N)",
        ),
        (
            |t| patterns::suffixed(t, "web", "web"),
            "web-bcdfg web-3-bcdfg web-abcde web-bcdfgh",
            "web-<sfx> web-3-<sfx> web-abcde web-bcdfgh",
        ),
        (
            |t| patterns::suffixed(t, "web", "web"),
            "web-45678",
            "web-<sfx>",
        ),
        (
            |t| patterns::hashed_and_suffixed(t, "web", "web"),
            "web-5d8b76f84-bcdfg",
            "web-<hash>-<sfx>",
        ),
        (
            |t| patterns::hashed(t, "web", "web"),
            "web-5d8b76f84 web-bcdfgh web-5d8b76f84-x",
            "web-<hash> web-bcdfgh web-5d8b76f84-x",
        ),
        (
            |t| patterns::scheduled(t, "c", Some(29_000_000)),
            "c-29000001 c-29000001-bcdfg c-290000012",
            "c-<minute+1> c-<minute+1>-<sfx> c-290000012",
        ),
        (
            |t| patterns::hash(t, "5d8b", "<hash1>"),
            "x-5d8b-y a5d8b 5d8b",
            "x-<hash1>-y a5d8b <hash1>",
        ),
        (
            patterns::uids,
            "uid 01234567-89ab-cdef-0123-456789abcdef.",
            "uid <uid>.",
        ),
        (
            patterns::times,
            "at 2026-01-01T00:00:00Z and 2026-01-01 00:00:00.5 +0000 UTC m=+1.2 x",
            "at <time> and <time> x",
        ),
        (
            patterns::addresses,
            "10.0.0.1 a10.0.0.1 192.168.1.20:80 11.0.0.1 172.1.2",
            "<ip> a10.0.0.1 <ip>:80 11.0.0.1 172.1.2",
        ),
        (
            patterns::placed,
            "Successfully assigned default/a to node-1",
            "Successfully assigned default/a to <node>",
        ),
        (
            patterns::placed,
            "Preempted by pod x on node n1",
            "Preempted by pod x on node <node>",
        ),
        (
            patterns::default_objects,
            "pod default/web-1 gone",
            "pod default/<pod> gone",
        ),
        (
            patterns::seconds,
            "after 5s and 1.5s or 3m",
            "after <n>s and <n>s or 3m",
        ),
    ];
    for (rule, text, expected) in table {
        assert_eq!(rule(text), expected, "{text}");
    }
}

fn replicaset(name: &str, hash: &str, at: &str) -> Value {
    json!({"kind": "ReplicaSet", "metadata": {"name": name, "namespace": "default", "creationTimestamp": at,
        "labels": {"pod-template-hash": hash},
        "ownerReferences": [{"kind": "Deployment", "name": "web", "controller": true}]},
        "spec": {"replicas": 1, "template": {"spec": {"containers": [{"name": "c", "image": "nginx"}]}}}})
}

fn list() -> Vec<Value> {
    vec![
        replicaset("web-64c9f9b5d7", "64c9f9b5d7", "2026-01-01T00:00:05Z"),
        replicaset("web-5d8b76f84", "5d8b76f84", "2026-01-01T00:00:01Z"),
        json!({"kind": "Pod", "metadata": {"name": "web-5d8b76f84-bcdfg", "generateName": "web-5d8b76f84-", "namespace": "default"},
            "spec": {"nodeName": "n1"}, "status": {"phase": "Running"}}),
        json!({"kind": "Event", "metadata": {"name": "e", "namespace": "default"}, "type": "Normal", "reason": "SuccessfulCreate",
            "involvedObject": {"kind": "ReplicaSet", "name": "web-5d8b76f84"}, "message": "Created pod: web-5d8b76f84-bcdfg"}),
    ]
}

#[test]
fn hashes_are_numbered_in_order_of_creation() {
    let state = normalise(&list(), &mut Names::default(), "spread").expect("a complete list");
    let names: Vec<&Value> = state.objects["replicasets"]
        .iter()
        .map(|row| &row["name"])
        .collect();
    assert_eq!(names, ["web-<hash1>", "web-<hash2>"]);
    assert_eq!(state.objects["pods"][0]["name"], "web-<hash1>-<sfx>");
    assert_eq!(
        state.objects["placement"],
        [json!({"owner": "Pod/web-<hash1>-<sfx>", "perNode": [1]})]
    );
    assert_eq!(state.events[0]["message"], "Created pod: web-<hash1>-<sfx>");
}

#[test]
fn of_progress_only_the_end_is_kept() {
    let names = Names::default();
    let (out, _) = output(
        "kubectl rollout status deploy/x",
        "Waiting\ndone\n",
        "",
        &names,
    );
    assert_eq!(out, ["done"]);
    let (out, err) = output(
        "kubectl drain n1",
        "b\na\nb\n",
        "after 5s\n@@ -1 +1\nx\n",
        &names,
    );
    assert_eq!((out, err), (vec!["a".into(), "b".into()], vec![]));
}

/// Answers each line from a table.
struct Canned(Value);

impl Terminal for Canned {
    fn line(&mut self, line: &str) -> LineOut {
        let answer = if line.starts_with("kubectl get pods,") {
            json!({"items": self.0}).to_string()
        } else {
            format!("ran {line}\n")
        };
        LineOut {
            stdout: answer,
            ..LineOut::default()
        }
    }
}

fn play_with(golden: &Value) -> Report {
    let quiet = |mut golden: Value| {
        golden["steps"][0]["wait"] = 3.into();
        golden
    };
    play(&quiet(golden.clone()), &[], &mut |_| {
        Ok(Box::new(Silent(Canned(list().into()))))
    })
    .expect("a complete golden")
}

/// Waiting prints nothing.
struct Silent(Canned);

impl Terminal for Silent {
    fn line(&mut self, line: &str) -> LineOut {
        if line.starts_with("wait ") {
            LineOut::default()
        } else {
            self.0.line(line)
        }
    }
}

#[test]
fn every_part_is_compared_and_counted() {
    let state = normalise(&list(), &mut Names::default(), "exact").expect("a complete list");
    let golden = json!({"compare": {"placement": "exact"}, "steps": [{"file": "01-run.sh", "objects": state.objects, "events": state.events,
        "lines": [{"line": "wait 1s"}, {"line": "kubectl version", "stdout": ["ran kubectl version"], "stderr": []}]}]});
    let report = play_with(&golden);
    assert_eq!(
        (report.passed, report.failed()),
        (5, 0),
        "{:?}",
        report.differences
    );
    let mut other = golden.clone();
    other["steps"][0]["objects"]["pods"][0]["phase"] = "Pending".into();
    other["steps"][0]["events"] = json!([]);
    other["steps"][0]["lines"][1]["stderr"] = json!(["Warning: x"]);
    let report = play_with(&other);
    let parts: Vec<&str> = report
        .differences
        .iter()
        .map(|difference| difference.part)
        .collect();
    assert_eq!(
        (report.passed, parts),
        (2, vec!["output", "objects", "events"])
    );
    other["compare"]["loosen"] = json!(["kind:pods", "objects-only"]);
    assert_eq!(play_with(&other).failed(), 1);
}

#[test]
fn a_diff_shows_what_differs_and_its_neighbours() {
    let lines = |text: &str| text.chars().map(String::from).collect::<Vec<_>>();
    assert_eq!(
        diff::diff(&lines("abcdef"), &lines("abcxef")),
        ["@@", " b", " c", "-d", "+x", " e", " f"]
    );
}
