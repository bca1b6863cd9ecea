//! Tests of both halves of the codec.

use serde::{Deserialize, Serialize};

use super::*;
use crate::text::json::parse_json;
use crate::value::Value;

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Deployment {
    kind: String,
    spec: DeploymentSpec,
}

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct DeploymentSpec {
    #[serde(skip_serializing_if = "Option::is_none")]
    replicas: Option<i32>,
    paused: bool,
    containers: Vec<Container>,
}

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Container {
    name: String,
    args: Vec<String>,
    extra: Value,
}

fn error(text: &str) -> (String, String) {
    let error = from_value::<Deployment>(&parse_json(text).unwrap()).unwrap_err();
    (error.to_string(), error.path())
}

#[test]
fn errors_are_gos() {
    let cases = [
        (
            r#"{"spec":{"replicas":"3"}}"#,
            "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32",
            "spec.replicas",
        ),
        (
            r#"{"spec":{"replicas":99999999999}}"#,
            "json: cannot unmarshal number 99999999999 into Go struct field DeploymentSpec.spec.replicas of type int32",
            "spec.replicas",
        ),
        (
            r#"{"spec":{"containers":{}}}"#,
            "json: cannot unmarshal object into Go struct field DeploymentSpec.spec.containers of type []v1.Container",
            "spec.containers",
        ),
        (
            r#"{"spec":{"containers":[{},{"name":1}]}}"#,
            "json: cannot unmarshal number into Go struct field Container.spec.containers.name of type string",
            "spec.containers[1].name",
        ),
        (
            r#"{"spec":{"containers":[{"args":[true]}]}}"#,
            "json: cannot unmarshal bool into Go struct field Container.spec.containers.args of type string",
            "spec.containers[0].args[0]",
        ),
        (
            "[]",
            "json: cannot unmarshal array into Go value of type v1.Deployment",
            "",
        ),
    ];
    for (text, message, path) in cases {
        assert_eq!(error(text), (message.into(), path.into()));
    }
}

#[test]
fn null_means_absent() {
    let text = r#"{"kind":null,"spec":{"replicas":null,"containers":[{"args":null,"extra":{"a":[1,null]}}]}}"#;
    let decoded: Deployment = from_value(&parse_json(text).unwrap()).unwrap();
    assert_eq!(decoded.spec.replicas, None);
    assert_eq!(decoded.spec.containers.len(), 1);
    let again: Deployment = from_value(&to_value(&decoded)).unwrap();
    assert_eq!(again, decoded);
}
