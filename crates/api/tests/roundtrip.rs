//! Objects as upstream prints them come back the same, and replicas share their specification.

use std::sync::Arc;

use api::schema::{Ty, Type, check, schema};
use api::{Deployment, Kind, KindInfo, Object, Pod, Resource};
use apimachinery::text::json::parse_json;
use apimachinery::{Map, ObjectMeta, Value};

/// A value for every field of a type: nothing known may be lost on the way through our types.
fn full(ty: &Type, depth: u32) -> Value {
    let fields = ty.fields.iter().filter(|field| match field.name {
        "apiVersion" | "kind" => depth > 0,
        name => name != "managedFields",
    });
    Value::Map(
        fields
            .map(|field| (field.name, sample(field.name, &field.ty, depth)))
            .collect::<Map>(),
    )
}

fn sample(name: &str, ty: &Ty, depth: u32) -> Value {
    match ty {
        Ty::Str(_) if matches!(name, "resourceVersion") => Value::str("7"),
        Ty::Str(_) => Value::from(format!("s-{name}")),
        Ty::I32 | Ty::I64 => Value::Int(7),
        Ty::F64 => Value::Float(1.5),
        Ty::Bool => Value::Bool(true),
        Ty::Bytes => Value::str("YWJj"),
        Ty::Quantity => Value::str("7"),
        Ty::Time => Value::str("2026-01-02T03:04:05Z"),
        Ty::MicroTime => Value::str("2026-01-02T03:04:05.000006Z"),
        Ty::IntOrString => Value::str("25%"),
        Ty::Any => Value::Map(Map::from([("x", 1_i64)])),
        Ty::Map(inner) => Value::Map(Map::from([("k", sample(name, inner, depth))])),
        Ty::List(inner) => Value::List(vec![sample(name, inner, depth)]),
        Ty::Ref(id) if depth < 14 => full(schema().get(*id), depth + 1),
        Ty::Ref(_) => Value::map(),
    }
}

#[test]
fn no_field_of_a_modelled_kind_is_lost() {
    for &kind in Kind::ALL {
        let info = kind.info();
        let mut value = full(schema().of(info).unwrap(), 0);
        assert!(check(info, &value).unwrap().unknown.is_empty(), "{kind}");
        let object = Object::decode(kind, &value).unwrap_or_else(|error| panic!("{kind}: {error}"));
        value.set(&["apiVersion"], info.api_version());
        value.set(&["kind"], kind.name());
        let back = object.encode();
        assert!(back == value, "{kind}\n{value}\n{back}");
        assert_eq!(Object::decode(kind, &back).unwrap(), object);
    }
}

#[test]
fn empty_objects_print_what_upstream_prints() {
    for (kind, wanted) in [
        (
            Kind::Pod,
            r#"{"apiVersion":"v1","kind":"Pod","metadata":{},"spec":{"containers":null},"status":{}}"#,
        ),
        (
            Kind::Deployment,
            r#"{"apiVersion":"apps/v1","kind":"Deployment","metadata":{},"spec":{"selector":null,"strategy":{},"template":{"metadata":{},"spec":{"containers":null}}},"status":{}}"#,
        ),
        (
            Kind::ReplicaSet,
            r#"{"apiVersion":"apps/v1","kind":"ReplicaSet","metadata":{},"spec":{"selector":null,"template":{"metadata":{},"spec":{"containers":null}}},"status":{"replicas":0}}"#,
        ),
        (
            Kind::Namespace,
            r#"{"apiVersion":"v1","kind":"Namespace","metadata":{},"spec":{},"status":{}}"#,
        ),
        (
            Kind::ConfigMap,
            r#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{}}"#,
        ),
        (
            Kind::Lease,
            r#"{"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{},"spec":{}}"#,
        ),
        (
            Kind::Event,
            r#"{"apiVersion":"v1","eventTime":null,"firstTimestamp":null,"involvedObject":{},"kind":"Event","lastTimestamp":null,"metadata":{},"reportingComponent":"","reportingInstance":"","source":{}}"#,
        ),
    ] {
        assert_eq!(
            Object::decode(kind, &Value::map())
                .unwrap()
                .encode()
                .to_string(),
            wanted
        );
    }
}

#[test]
fn replicas_share_one_specification() {
    let value = parse_json(
        r#"{"spec":{"selector":{},"template":{"spec":{"nodeName":"n1","containers":[{"name":"c"}]}}}}"#,
    )
    .unwrap();
    let deployment = Deployment::decode(&value).unwrap();
    let template = &deployment.spec.template;
    let mut pod = Pod::from_template(ObjectMeta::named("default", "web-1"), template);
    assert_eq!(&*pod.node_name, "n1");
    pod.node_name = "n2".into();
    assert!(Arc::ptr_eq(&pod.spec, &template.spec));
    assert_eq!(
        pod.encode().at_path("spec.nodeName").unwrap().as_str(),
        Some("n2")
    );
    let at = "spec.template.spec.nodeName";
    assert_eq!(
        deployment.encode().at_path(at).unwrap().as_str(),
        Some("n1")
    );
    assert_eq!(Pod::decode(&pod.encode()).unwrap(), pod);
}

#[test]
fn objects_know_their_rows() {
    let object = Object::from(Arc::new(Pod::default()));
    assert_eq!(object.kind().info(), KindInfo::by_argument("po").unwrap());
    assert!(object.get::<Pod>().is_some());
    assert!(object.get::<Deployment>().is_none());
}

#[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
struct Stored {
    #[serde(with = "api::as_value")]
    pod: Arc<Pod>,
    #[serde(with = "api::as_value::option")]
    owner: Option<Arc<Deployment>>,
    #[serde(with = "api::as_value::option", default)]
    none: Option<Arc<Deployment>>,
    any: Object,
}

#[test]
fn stored_state_holds_objects_as_text() {
    let pod = Arc::new(Pod {
        node_name: "n1".into(),
        ..Pod::default()
    });
    let owner = Some(Arc::new(Deployment::default()));
    let stored = Stored {
        any: Object::from(pod.clone()),
        pod,
        owner,
        none: None,
    };
    let value = apimachinery::to_value(&stored);
    assert!(
        value
            .get("pod")
            .unwrap()
            .as_str()
            .unwrap()
            .starts_with("{\"apiVersion\":\"v1\"")
    );
    assert_eq!(apimachinery::from_value::<Stored>(&value).unwrap(), stored);
}
