//! Strict decoding, fault by fault: the words are those of the API server.

use apimachinery::text::json::parse_json;

use super::*;

fn refused(resource: &str, json: &str) -> String {
    let info = KindInfo::by_argument(resource).unwrap();
    let value = parse_json(json).unwrap();
    strict_decode(info, &value)
        .map(|object| object.encode().to_string())
        .unwrap_err()
        .to_string()
}

#[test]
fn words_of_the_api_server() {
    const QUANTITY: &str = "quantities must match the regular expression \
         '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
    for (resource, json, wanted) in [
        (
            "po",
            r#"{"spec":{"foo":1,"containers":[{"name":"a"},{"nme":"b"}]},"Status":{}}"#,
            r#"strict decoding error: unknown field "Status", unknown field "spec.containers[1].nme", unknown field "spec.foo""#,
        ),
        (
            "deploy",
            r#"{"spec":{"replicas":"3"}}"#,
            "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32",
        ),
        (
            "deploy",
            r#"{"spec":{"replicas":3000000000}}"#,
            "json: cannot unmarshal number 3000000000 into Go struct field DeploymentSpec.spec.replicas of type int32",
        ),
        (
            "deploy",
            r#"{"spec":{"template":{"spec":{"containers":[{"env":[{"name":"A","value":1}]}]}}}}"#,
            "json: cannot unmarshal number into Go struct field EnvVar.spec.template.spec.containers.env.value of type string",
        ),
        (
            "deploy",
            r#"{"spec":{"template":{"spec":{"containers":{"name":"a"}}}}}"#,
            "json: cannot unmarshal object into Go struct field PodSpec.spec.template.spec.containers of type []v1.Container",
        ),
        (
            "po",
            r#"{"metadata":{"labels":{"a":true}}}"#,
            "json: cannot unmarshal bool into Go struct field ObjectMeta.metadata.labels of type string",
        ),
        (
            "po",
            r#"{"metadata":{"labels":["a"]}}"#,
            "json: cannot unmarshal array into Go struct field ObjectMeta.metadata.labels of type map[string]string",
        ),
        (
            "po",
            r#"{"spec":{"restartPolicy":true,"zzz":1}}"#,
            "json: cannot unmarshal bool into Go struct field PodSpec.spec.restartPolicy of type v1.RestartPolicy",
        ),
        (
            "po",
            r#"{"spec":{"securityContext":"x"}}"#,
            "json: cannot unmarshal string into Go struct field PodSpec.spec.securityContext of type v1.PodSecurityContext",
        ),
        (
            "po",
            r#"{"spec":{"containers":[{"resources":{"limits":{"cpu":"lots"}}}]}}"#,
            QUANTITY,
        ),
        (
            "secret",
            r#"{"data":{"a":"not base64!"}}"#,
            "illegal base64 data at input byte 3",
        ),
    ] {
        assert_eq!(refused(resource, json), wanted, "{json}");
    }
}

#[test]
fn message_names_kind_and_version() {
    let info = KindInfo::by_argument("deploy").unwrap();
    let value = parse_json(r#"{"spec":{"replcas":3}}"#).unwrap();
    let errors = strict_decode(info, &value).unwrap_err();
    assert_eq!(
        errors.message(info),
        "Deployment in version \"v1\" cannot be handled as a Deployment: strict decoding error: \
         unknown field \"spec.replcas\""
    );
    assert_eq!(errors.faults[0].suggestion, Some("replicas"));
    assert_eq!(errors.faults[0].path.to_string(), "spec.replcas");
}

#[test]
fn null_is_absent_and_an_empty_label_stays() {
    let info = KindInfo::by_argument("po").unwrap();
    let value = parse_json(
        r#"{"metadata":{"labels":{"a":null},"creationTimestamp":null},"spec":{"containers":[{"name":"c","ports":null}]},"status":null}"#,
    )
    .unwrap();
    let object = strict_decode(info, &value).unwrap();
    assert_eq!(object.meta().labels.get_str("a"), Some(""));
    assert_eq!(
        object.encode().to_string(),
        r#"{"apiVersion":"v1","kind":"Pod","metadata":{"labels":{"a":""}},"spec":{"containers":[{"name":"c","resources":{}}]},"status":{}}"#
    );
}

#[test]
fn kinds_without_types_are_refused_by_name_but_can_be_checked() {
    let info = KindInfo::by_argument("ingresses").unwrap();
    let value = parse_json(r#"{"spec":{"rules":[{"hots":"a"}]}}"#).unwrap();
    assert_eq!(
        refused("ingresses", "{}"),
        "ingresses.networking.k8s.io is not modelled"
    );
    let unknown = check(info, &value).unwrap().unknown;
    assert_eq!(unknown[0].text, "unknown field \"spec.rules[0].hots\"");
    assert_eq!(unknown[0].suggestion, Some("host"));
}

#[test]
fn events_of_both_groups_are_one_kind() {
    let info = KindInfo::by_argument("events.events.k8s.io").unwrap();
    let value = parse_json(r#"{"note":"n","regarding":{"kind":"Pod"}}"#).unwrap();
    let object = strict_decode(info, &value).unwrap();
    let Object::Event(event) = &object else {
        panic!("{object:?}")
    };
    assert_eq!(
        (&*event.message, &*event.involved_object.kind),
        ("n", "Pod")
    );
    let shown = convert::from_stored(info, object.encode());
    assert_eq!(
        shown.get("apiVersion").unwrap().as_str(),
        Some("events.k8s.io/v1")
    );
    assert_eq!(shown.get("note").unwrap().as_str(), Some("n"));
}
