//! ReplicaSets: numbers, claims, conditions of time.

use super::*;

const WEB: &str = "{metadata: {name: web}, spec: {replicas: 3, selector: {matchLabels: {app: web}}, \
    template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: nginx}]}}}}";

#[test]
fn pods_are_made_counted_and_share_their_template() {
    let mut world = World::new();
    world.create(Kind::ReplicaSet, WEB);
    world.run_ms(5_000);
    let status = &world.get::<ReplicaSet>("web").status;
    assert_eq!(
        (
            status.replicas,
            status.ready_replicas,
            status.available_replicas
        ),
        (3, 3, 3)
    );
    assert_eq!(
        (status.fully_labeled_replicas, status.terminating_replicas),
        (3, Some(0))
    );
    assert_eq!(status.observed_generation, 1);
    let pods = world.running();
    assert!(
        Arc::ptr_eq(&pods[0].spec, &pods[2].spec),
        "10,000 replicas share one specification"
    );
    assert!(pods.iter().all(|pod| pod.meta.name.starts_with("web-")));
    assert_eq!(world.events("SuccessfulCreate").len(), 3);
}

#[test]
fn a_deleted_pod_is_replaced_while_it_still_stops() {
    let mut world = World::new();
    world.create(Kind::ReplicaSet, WEB);
    world.run_ms(5_000);
    let name = world.running()[0].meta.name.clone();
    world.delete(Kind::Pod, &name);
    world.run_ms(100);
    assert_eq!(world.running().len(), 3);
    assert_eq!(
        world.get::<ReplicaSet>("web").status.terminating_replicas,
        Some(1)
    );
    world.run_ms(5_000);
    let status = &world.get::<ReplicaSet>("web").status;
    assert_eq!(
        (status.ready_replicas, status.terminating_replicas),
        (3, Some(0))
    );
}

#[test]
fn scaling_down_takes_the_pods_that_are_not_ready() {
    let mut world = World::new();
    world.create(Kind::ReplicaSet, WEB);
    world.run_ms(5_000);
    let ready: Vec<Arc<str>> = world
        .running()
        .iter()
        .map(|pod| pod.meta.name.clone())
        .collect();
    world.edit::<ReplicaSet>("web", |rs| rs.spec.replicas = Some(5));
    world.run_ms(500);
    world.edit::<ReplicaSet>("web", |rs| rs.spec.replicas = Some(3));
    world.run_ms(5_000);
    let left: Vec<Arc<str>> = world
        .running()
        .iter()
        .map(|pod| pod.meta.name.clone())
        .collect();
    assert_eq!(left, ready);
    assert_eq!(world.events("SuccessfulDelete").len(), 2);
}

#[test]
fn orphans_are_adopted_and_pods_that_match_no_more_are_released() {
    let mut world = World::new();
    let orphan = "{metadata: {name: mine, labels: {app: web}}, spec: {containers: [{name: c, image: nginx}]}}";
    world.create(Kind::Pod, orphan);
    world.run_ms(2_000);
    world.create(Kind::ReplicaSet, WEB);
    world.run_ms(3_000);
    assert_eq!(world.running().len(), 3);
    let rs = world.get::<ReplicaSet>("web");
    let owner = world
        .get::<Pod>("mine")
        .meta
        .controller_of()
        .cloned()
        .expect("adopted");
    assert_eq!(
        (&*owner.kind, &*owner.api_version, &owner.uid),
        ("ReplicaSet", "apps/v1", &rs.meta.uid)
    );
    assert_eq!(owner.block_owner_deletion, Some(true));
    world.edit::<Pod>("mine", |pod| {
        pod.meta.labels.insert("app", "debug");
    });
    world.run_ms(3_000);
    assert!(world.get::<Pod>("mine").meta.controller_of().is_none());
    assert_eq!(world.running().len(), 4);
    assert_eq!(world.get::<ReplicaSet>("web").status.replicas, 3);
}

#[test]
fn availability_waits_for_min_ready_seconds() {
    let mut world = World::new();
    world.create(
        Kind::ReplicaSet,
        &WEB.replace("replicas: 3", "replicas: 3, minReadySeconds: 10"),
    );
    world.run_ms(9_000);
    let status = &world.get::<ReplicaSet>("web").status;
    assert_eq!((status.ready_replicas, status.available_replicas), (3, 0));
    world.run_ms(3_000);
    assert_eq!(world.get::<ReplicaSet>("web").status.available_replicas, 3);
}
