//! What must be refused: in clear words, at once, and leaving everything as it was.

use engine::Seed;
use orrery_tests::drive;
use session::Session;

/// A refusal takes no more events and commands than this.
const STEPS_MAX: u64 = 4;

struct Case {
    name: &'static str,
    text: String,
    /// What standard error of `create` says.
    refused: &'static str,
}

fn case(name: &'static str, text: impl Into<String>, refused: &'static str) -> Case {
    Case {
        name,
        text: text.into(),
        refused,
    }
}

/// A Deployment that would be accepted, with one thing replaced.
fn deployment(from: &str, to: &str) -> String {
    let text = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: bad
spec:
  replicas: 1
  selector:
    matchLabels: {app: bad}
  template:
    metadata:
      labels: {app: bad}
    spec:
      containers:
      - name: c
        image: nginx
";
    assert!(text.contains(from), "{from}");
    text.replacen(from, to, 1)
}

fn nested(depth: usize) -> String {
    deployment(
        "labels: {app: bad}",
        &format!("annotations: {}{}", "{a: ".repeat(depth), "}".repeat(depth)),
    )
}

/// Each anchor holds ten of the one before: ten thousand million words.
fn anchor_bomb() -> String {
    let mut text =
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: bad}\na0: &a0 [lol]\n".to_string();
    for level in 1..=10 {
        let parts = vec![format!("*a{}", level - 1); 10].join(", ");
        text.push_str(&format!("a{level}: &a{level} [{parts}]\n"));
    }
    text
}

fn cases() -> Vec<Case> {
    vec![
        case(
            "a word for a number",
            deployment("replicas: 1", "replicas: \"x\""),
            "Error from server (BadRequest): error when creating \"bad.yaml\": Deployment in version \"v1\" cannot be handled as a Deployment: json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32",
        ),
        case(
            "a map for a list",
            deployment(
                "containers:\n      - name: c\n        image: nginx",
                "containers: {}",
            ),
            "Error from server (BadRequest): error when creating \"bad.yaml\": Deployment in version \"v1\" cannot be handled as a Deployment: json: cannot unmarshal object into Go struct field PodSpec.spec.template.spec.containers of type []v1.Container",
        ),
        case(
            "ten megabytes",
            deployment(
                "app: bad}",
                &format!("app: bad, big: {}}}", "x".repeat(10 << 20)),
            ),
            "error: error parsing bad.yaml: the file has 10486002 bytes; at most 3145728 are read",
        ),
        case(
            "a value beyond a request",
            format!(
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: bad}}\ndata:\n  big: {}\n",
                "x".repeat(2 << 20)
            ),
            "Request entity too large: limit is 1048576",
        ),
        case(
            "a thousand maps in each other",
            nested(1_000),
            "error: error parsing bad.yaml: error converting YAML to JSON: yaml: exceeded max depth of 128",
        ),
        case(
            "a hundred thousand brackets",
            format!("[{}", "[".repeat(100_000)),
            "error: error parsing bad.yaml: error converting YAML to JSON: yaml: line 1: did not find expected node content",
        ),
        case(
            "an anchor bomb",
            anchor_bomb(),
            "error: error parsing bad.yaml: error converting YAML to JSON: yaml: document contains excessive aliasing",
        ),
        case(
            "a NUL byte",
            deployment("image: nginx", "image: ngi\0nx"),
            "error: error parsing bad.yaml: error converting YAML to JSON: yaml: control characters are not allowed",
        ),
        case(
            "an escape that is no character",
            deployment("image: nginx", "image: \"\\xZZ\""),
            "error: error parsing bad.yaml: error converting YAML to JSON: yaml: line 14: did not find expected hexadecimal number",
        ),
        case(
            "half of a surrogate pair",
            deployment("image: nginx", "image: \"\\ud800\""),
            "error: error parsing bad.yaml: error converting YAML to JSON: yaml: line 14: found invalid Unicode character escape code",
        ),
        case(
            "a huge number",
            deployment("replicas: 1", "replicas: 99999999999999999999999999"),
            "Error from server (BadRequest): error when creating \"bad.yaml\": Deployment in version \"v1\" cannot be handled as a Deployment: json: cannot unmarshal number 1e+26 into Go struct field DeploymentSpec.spec.replicas of type int32",
        ),
        case(
            "beyond 32 bits",
            deployment("replicas: 1", "replicas: 4294967296"),
            "Error from server (BadRequest): error when creating \"bad.yaml\": Deployment in version \"v1\" cannot be handled as a Deployment: json: cannot unmarshal number 4294967296 into Go struct field DeploymentSpec.spec.replicas of type int32",
        ),
        case(
            "a fraction",
            deployment("replicas: 1", "replicas: 1.5"),
            "Error from server (BadRequest): error when creating \"bad.yaml\": Deployment in version \"v1\" cannot be handled as a Deployment: json: cannot unmarshal number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32",
        ),
        case(
            "not a number",
            deployment("replicas: 1", "replicas: .nan"),
            "error: error parsing bad.yaml: error converting YAML to JSON: json: unsupported value: NaN",
        ),
        case(
            "a negative count",
            deployment("replicas: 1", "replicas: -1"),
            "The Deployment \"bad\" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0",
        ),
        case(
            "an unknown field",
            deployment("replicas: 1", "replica: 1"),
            "Error from server (BadRequest): error when creating \"bad.yaml\": Deployment in version \"v1\" cannot be handled as a Deployment: strict decoding error: unknown field \"spec.replica\"",
        ),
        case(
            "a tab",
            deployment("  replicas: 1", "\treplicas: 1"),
            "error: error parsing bad.yaml: error converting YAML to JSON: yaml: line 6: found character that cannot start any token",
        ),
        case(
            "an unknown kind",
            deployment("kind: Deployment", "kind: Deploymnet"),
            "error: resource mapping not found for name: \"bad\" namespace: \"\" from \"bad.yaml\": no matches for kind \"Deploymnet\" in version \"apps/v1\"",
        ),
        case(
            "an unknown version",
            deployment("apps/v1", "apps/v9"),
            "error: resource mapping not found for name: \"bad\" namespace: \"\" from \"bad.yaml\": no matches for kind \"Deployment\" in version \"apps/v9\"",
        ),
        case(
            "no kind",
            deployment("kind: Deployment\n", ""),
            "error: error validating \"bad.yaml\": error validating data: kind not set; if you choose to ignore these errors, turn validation off with --validate=false",
        ),
        case(
            "no name",
            deployment("  name: bad\n", "  labels: {a: b}\n"),
            "The Deployment \"\" is invalid: metadata.name: Required value: name or generateName is required",
        ),
        case(
            "a name that is none",
            deployment("name: bad", "name: Bad_Name"),
            "The Deployment \"Bad_Name\" is invalid: metadata.name: Invalid value: \"Bad_Name\": a lowercase RFC 1123 subdomain must consist of",
        ),
        case(
            "a selector that misses",
            deployment("labels: {app: bad}", "labels: {app: other}"),
            "The Deployment \"bad\" is invalid: spec.template.metadata.labels: Invalid value: {\"app\":\"other\"}: `selector` does not match template `labels`",
        ),
        case(
            "a quantity that is none",
            deployment(
                "image: nginx",
                "image: nginx\n        resources: {requests: {cpu: lots}}",
            ),
            "Error from server (BadRequest): error when creating \"bad.yaml\": Deployment in version \"v1\" cannot be handled as a Deployment: quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
        ),
        case("no document", "", "error: no objects passed to create"),
        case(
            "a bare word",
            "hello\n",
            "error: error validating \"bad.yaml\": error validating data: invalid object to validate: expected a map, got string; if you choose to ignore these errors, turn validation off with --validate=false",
        ),
        case(
            "a list",
            "- a\n- b\n",
            "error: error validating \"bad.yaml\": error validating data: invalid object to validate: expected a map, got array; if you choose to ignore these errors, turn validation off with --validate=false",
        ),
        case(
            "broken JSON",
            "{\"apiVersion\": \"v1\", \"kind\": ",
            "error: error parsing bad.yaml: error converting YAML to JSON: yaml: line 1: did not find expected node content",
        ),
        case(
            "a namespace that is not there",
            deployment("name: bad", "name: bad\n  namespace: nowhere"),
            "Error from server (NotFound): error when creating \"bad.yaml\": namespaces \"nowhere\" not found",
        ),
    ]
}

#[test]
fn what_is_wrong_is_refused_and_changes_nothing() {
    let mut faults = Vec::new();
    let fresh = || {
        let mut session = drive::open("k3", 1);
        session.run_line("wait 1m");
        session
    };
    let mut session = fresh();
    let before = drive::objects(session.world());
    for case in cases() {
        for line in ["kubectl create -f bad.yaml", "kubectl apply -f bad.yaml"] {
            session.place_file("bad.yaml", &case.text);
            let step = session.timeline().step();
            let output = session.run_line(line);
            let steps = session.timeline().step() - step;
            let mut fault = |what: &str| {
                faults.push(format!(
                    "{}: `{line}` {what}\n{}",
                    case.name,
                    shown(&output.terminal)
                ));
            };
            if output.exit == 0 || !output.stdout.is_empty() {
                fault("is not refused");
            } else if line.contains("create") && !output.stderr.contains(case.refused) {
                fault(&format!("does not say {:?}", case.refused));
            }
            if output.terminal.len() > 4_000 {
                fault("says too much");
            }
            if steps > STEPS_MAX {
                fault(&format!("takes {steps} steps"));
            }
            if drive::objects(session.world()) != before {
                fault("changes something");
                session = fresh();
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// kubectl reads YAML into a map, in which the last of two equal keys stays: neither it nor the server notices
/// (kubernetes/kubernetes#125885).
#[test]
fn of_two_equal_keys_the_last_counts() {
    let mut session = drive::open("k3", 1);
    session.place_file(
        "twice.yaml",
        &deployment("replicas: 1", "replicas: 1\n  replicas: 2"),
    );
    assert_eq!(
        session.run_line("kubectl create -f twice.yaml").terminal,
        "deployment.apps/bad created\n"
    );
    let replicas = session.run_line("kubectl get deployment bad -o jsonpath='{.spec.replicas}'");
    assert_eq!(replicas.terminal, "2");
}

/// Whatever is done to a save, opening it ends in a session or a sentence.
#[test]
fn a_damaged_save_is_refused_in_words() {
    let mut session = drive::open("k1", 1);
    session.run_line("kubectl create deployment web --image=nginx");
    session.run_line("wait 5s");
    let save = session.save();
    assert!(Session::load(&save).is_ok());
    let draws = Seed(5);
    let mut refused = 0;
    for round in 0..60 {
        let mut bytes = save.clone();
        let at = draws.below("at", b"", round, bytes.len() as u64) as usize;
        match round % 3 {
            0 => bytes.truncate(at),
            1 => bytes[at] ^= 1 << (round % 8),
            _ => bytes[at..].reverse(),
        }
        match Session::load(&bytes) {
            Ok(mut session) => drop(session.run_line("wait 10s")),
            Err(why) => {
                refused += 1;
                assert!(why.len() < 400 && !why.is_empty(), "{why}");
            }
        }
    }
    assert!(refused >= 40, "only {refused} of 60 were refused");
    for link in ["", "#", "not a link", "%%%", &"A".repeat(1 << 20)] {
        assert!(Session::from_link(link).is_err(), "{link:.20}");
    }
}

fn shown(text: &str) -> String {
    text.chars().take(600).collect()
}
