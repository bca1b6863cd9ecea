//! Whole descriptions of small objects; upstream's own outputs.

use super::*;
use api::{Event, Kind};
use apimachinery::{from_value, parse_json};

fn described(kind: Kind, json: &str, events: &[&Event]) -> String {
    let object = Object::decode(kind, &parse_json(json).unwrap()).unwrap();
    let around = Around {
        events: Some(events.to_vec()),
        ..Around::default()
    };
    describe(kind.info(), &object, &around, Time::from_unix(100))
}

#[test]
fn a_pod_on_a_node() {
    let pod = r#"{"metadata":{"name":"bar","namespace":"foo"},
        "spec":{"containers":[],"nodeName":"all-in-one","tolerations":[{"key":"key3","value":"v","effect":"NoExecute","tolerationSeconds":300},{"operator":"Exists"}]},
        "status":{"hostIP":"127.0.0.1","nominatedNodeName":"nodeA"}}"#;
    assert_eq!(
        described(Kind::Pod, pod, &[]),
        "Name:               bar\nNamespace:          foo\nNode:               all-in-one/127.0.0.1\n\
         Labels:             <none>\nAnnotations:        <none>\nStatus:             \n\
         IP:                 \nIPs:                <none>\nNominatedNodeName:  nodeA\nContainers: <none>\n\
         Volumes:         <none>\nQoS Class:       BestEffort\nNode-Selectors:  <none>\n\
         Tolerations:     op=Exists\n                 key3=v:NoExecute for 300s\nEvents:          <none>\n"
    );
}

#[test]
fn events_say_how_often_and_about_what() {
    let event = |json: &str| -> Event { from_value(&parse_json(json).unwrap()).unwrap() };
    let once = event(
        r#"{"type":"Normal","reason":"Pulled","message":"done ","firstTimestamp":"1970-01-01T00:01:30Z","lastTimestamp":"1970-01-01T00:01:30Z","count":1,
            "source":{"component":"kubelet"},"involvedObject":{"fieldPath":"spec.containers{c}"}}"#,
    );
    let often = event(
        r#"{"type":"Warning","reason":"BackOff","message":"again","firstTimestamp":"1970-01-01T00:00:40Z","lastTimestamp":"1970-01-01T00:01:35Z","count":4,
            "reportingComponent":"kubelet"}"#,
    );
    assert_eq!(
        events_text(&[&often, &once], Time::from_unix(100)),
        "Events:\n  Type     Reason   Age               From     Message\n  \
         ----     ------   ----              ----     -------\n  \
         Normal   Pulled   10s               kubelet  spec.containers{c}: done\n  \
         Warning  BackOff  5s (x4 over 60s)  kubelet  again\n"
    );
}

#[test]
fn probes_say_that_they_are_not_modelled() {
    let pod = r#"{"metadata":{"name":"a"},"spec":{"containers":[{"name":"c","image":"i",
        "livenessProbe":{"httpGet":{"path":"/","port":8080,"scheme":"HTTP"},"timeoutSeconds":1,"periodSeconds":10,"successThreshold":1,"failureThreshold":3}}]}}"#;
    let text = described(Kind::Pod, pod, &[]);
    let line = "http-get http://:8080/ delay=0s timeout=1s period=10s #success=1 #failure=3 (not modelled yet)\n";
    assert!(text.contains(line), "{text}");
}
