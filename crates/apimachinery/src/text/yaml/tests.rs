//! Tests of reading and printing YAML: the rows of the toolchain's table, Go's errors and styles.

use super::*;
use crate::text::json::to_json;

fn read(text: &str) -> String {
    match parse_yaml(text) {
        Ok(value) => to_json(&value),
        Err(error) => format!("error: {error}"),
    }
}

#[test]
fn yaml_1_1_scalars() {
    let cases = [
        (
            "a: [yes, No, on, OFF, y, n]",
            r#"{"a":[true,false,true,false,true,false]}"#,
        ),
        ("on: 1", r#"{"true":1}"#),
        (
            "a: [0644, 0o644, 0x1F, 0b11, 08]",
            r#"{"a":[420,420,31,3,8]}"#,
        ),
        (
            "a: [1_000, 18446744073709551616, 1e3, .5]",
            r#"{"a":[1000,18446744073709552000,1000,0.5]}"#,
        ),
        ("a: .inf", "error: json: unsupported value: +Inf"),
        ("a: {b: 1, b: 2}", r#"{"a":{"b":2}}"#),
        (
            "x: &a {p: 1, q: 2}\nz:\n  <<: *a\n  q: 3",
            r#"{"x":{"p":1,"q":2},"z":{"p":1,"q":3}}"#,
        ),
        ("a: !foo 12", r#"{"a":"12"}"#),
        ("a: !!binary aGVsbG8=", r#"{"a":"hello"}"#),
        ("a: !!str 12", r#"{"a":"12"}"#),
        ("a: '12'\nb: \"no\"", r#"{"a":"12","b":"no"}"#),
        ("a:\nb: ~", r#"{"a":null,"b":null}"#),
        ("1: a\n2.5: b", r#"{"1":"a","2.5":"b"}"#),
        ("a: 2026-01-01", r#"{"a":"2026-01-01"}"#),
        (
            "a: |\n  x\n  y\nb: >-\n  x\n  y\n",
            r#"{"a":"x\ny\n","b":"x y"}"#,
        ),
        ("\u{feff}a: 1\r\nb: |\r\n  x\r\n", r#"{"a":1,"b":"x\n"}"#),
        ("", "null"),
        ("# only a comment\n", "null"),
    ];
    for (text, want) in cases {
        assert_eq!(read(text), want, "{text}");
    }
}

#[test]
fn errors_in_gos_words() {
    let cases = [
        (
            "a: 1\nb: c: d\n",
            "yaml: line 2: mapping values are not allowed in this context",
        ),
        (
            "a: b: c\n",
            "yaml: mapping values are not allowed in this context",
        ),
        (
            "a: 1\n\tb: 2\n",
            "yaml: line 2: found a tab character that violates indentation",
        ),
        (
            "a: 1\nb: [1, 2\nc: 3\n",
            "yaml: line 2: did not find expected ',' or ']'",
        ),
        (
            "a:\n  b: 1\n c: 2\n",
            "yaml: line 2: did not find expected key",
        ),
        (
            "a:\n\tb: 2\n",
            "yaml: line 2: found character that cannot start any token",
        ),
        ("a: *x\n", "yaml: unknown anchor 'x' referenced"),
    ];
    for (text, want) in cases {
        assert_eq!(read(text), format!("error: {want}"), "{text}");
    }
}

#[test]
fn documents_positions_and_duplicates() {
    let text = "---\n# first\nkind: A\n---\n---\nkind: B\nspec:\n  containers:\n  - name: x\n    image: y\n    image: z\n  labels:\n    a.io/b: c\n--- \n";
    let documents = parse_yaml_documents(text);
    assert_eq!(documents.len(), 2);
    let second = documents[1].as_ref().unwrap();
    assert_eq!(second.start_line, 5);
    assert_eq!(second.spans.key("spec.containers[0].image"), Some((11, 5)));
    assert_eq!(second.spans.value("spec.containers[0].name"), Some((9, 11)));
    assert_eq!(second.spans.value("spec.labels[a.io/b]"), Some((13, 13)));
    assert_eq!(second.spans.key("spec.containers"), Some((8, 3)));
    assert_eq!(
        second.duplicate_keys,
        [("spec.containers[0].image".to_string(), 11)]
    );
    assert_eq!(
        second.duplicate_errors(),
        ["line 7: key \"image\" already set in map"]
    );
    let json = parse_yaml_documents("{\"a\": 1}\n{\"b\":\n\t2}");
    assert_eq!(json.len(), 2);
    assert_eq!(to_json(&json[1].as_ref().unwrap().value), r#"{"b":2}"#);
}

#[test]
fn limits() {
    let mut bomb = String::from("a0: &a0 [x]\n");
    for level in 1..12 {
        let items = vec![format!("*a{}", level - 1); 9].join(",");
        bomb.push_str(&format!("a{level}: &a{level} [{items}]\n"));
    }
    assert_eq!(
        read(&bomb),
        "error: yaml: document contains excessive aliasing"
    );
    let deep = "[".repeat(600) + &"]".repeat(600);
    assert_eq!(read(&deep), "error: yaml: exceeded max depth of 128");
    let big = format!("a: {}", "x".repeat(2 * 1024 * 1024));
    assert!(read(&big).contains("Request entity too large"));
}

#[test]
fn printed_as_go_does() {
    let cases = [
        (
            r#"{"b":1,"a":{"x":[],"y":{},"z":null}}"#,
            "a:\n  x: []\n  \"y\": {}\n  z: null\nb: 1\n",
        ),
        (
            r#"{"containers":[{"name":"a","args":["-c","x"]},{"name":"b"}]}"#,
            "containers:\n- args:\n  - -c\n  - x\n  name: a\n- name: b\n",
        ),
        (r#"[["a","b"],[{"k":1}]]"#, "- - a\n  - b\n- - k: 1\n"),
        (
            r##"{"v":["yes","12:30","1_000","","null","0644","1.5","a: b","- x","-x","#x","a #b","*x","it's","'q","x ","@","2026-01-01T00:00:00Z","true","~","a:b","80:80","<<","\t","é"]}"##,
            "v:\n- \"yes\"\n- \"12:30\"\n- \"1_000\"\n- \"\"\n- \"null\"\n- \"0644\"\n- \"1.5\"\n- 'a: b'\n- '- x'\n- -x\n- '#x'\n- 'a #b'\n- '*x'\n- it's\n- '''q'\n- 'x '\n- '@'\n- \"2026-01-01T00:00:00Z\"\n- \"true\"\n- \"~\"\n- a:b\n- 80:80\n- \"<<\"\n- \"\\t\"\n- é\n",
        ),
        (
            r#"{"s":"x\ny\n","t":"x\ny","u":"\n","v":"x\n\n"," w":" a\nb\n"}"#,
            "' w': |2\n   a\n  b\ns: |\n  x\n  y\nt: |-\n  x\n  y\nu: |2+\n\nv: |+\n  x\n\n",
        ),
        (
            r#"{"a10":1,"a9":2,"a1":3,"A":4}"#,
            "A: 4\na1: 3\na9: 2\na10: 1\n",
        ),
    ];
    for (json, want) in cases {
        let value = crate::text::json::parse_json(json).unwrap();
        let text = to_yaml(&value);
        assert_eq!(text, want);
        assert_eq!(parse_yaml(&text).unwrap(), value, "{text}");
    }
}

#[test]
fn long_lines_fold() {
    let message = "0/3 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 2 Insufficient cpu.";
    let value = Value::Map([("message", message)].into());
    let text = to_yaml(&value);
    assert_eq!(
        text,
        "message: '0/3 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane:\n  }, 2 Insufficient cpu.'\n"
    );
    assert_eq!(parse_yaml(&text).unwrap(), value);
}
