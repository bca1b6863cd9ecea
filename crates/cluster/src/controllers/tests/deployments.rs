//! Deployments: rollouts, strategies, conditions, history.

use super::*;
use crate::controllers::controller_utils::template_hash::compute_hash;
use crate::controllers::deployment::annotations::{REVISION, REVISION_HISTORY, ROLLBACK_TO};
use crate::controllers::deployment::template::{POD_TEMPLATE_HASH, replica_set_name};
use apimachinery::StringMap;

fn revision_of(annotations: &StringMap) -> &str {
    annotations.get_str(REVISION).unwrap_or("")
}

#[test]
fn a_first_rollout_goes_through_the_recorded_states() {
    let mut world = World::new();
    let begin = world.0.now();
    world.create(Kind::Deployment, &deployment(4, "nginx:1", ""));
    world.run_ms(5_000);
    let mut seen: Vec<Vec<String>> = Vec::new();
    for (_, deployment) in world.history(begin) {
        let told = conditions(&deployment);
        if seen.last() != Some(&told) {
            seen.push(told);
        }
    }
    // As in the recording of a real control plane.
    let created = "Progressing:True(NewReplicaSetCreated)";
    let updated = "Progressing:True(ReplicaSetUpdated)";
    let unavailable = "Available:False(MinimumReplicasUnavailable)";
    let available = "Available:True(MinimumReplicasAvailable)";
    let expected: [&[&str]; 6] = [
        &[],
        &[created],
        &[created, unavailable],
        &[unavailable, updated],
        &[available, updated],
        &[available, "Progressing:True(NewReplicaSetAvailable)"],
    ];
    assert_eq!(seen, expected);
    let web = world.get::<Deployment>("web");
    assert_eq!(
        (
            web.status.available_replicas,
            web.status.unavailable_replicas
        ),
        (4, 0)
    );
    assert_eq!(revision_of(&web.meta.annotations), "1");
    let set = &world.sets()[0];
    let hash = set
        .meta
        .labels
        .get_str(POD_TEMPLATE_HASH)
        .expect("labelled");
    assert_eq!(*set.meta.name, *replica_set_name("web", hash));
    let message = format!("Scaled up replica set {} from 0 to 4", set.meta.name);
    assert_eq!(world.events("ScalingReplicaSet"), [message]);
}

#[test]
fn a_rolling_update_keeps_surge_and_availability() {
    let mut world = World::new();
    world.create(Kind::Deployment, &deployment(4, "nginx:1", ""));
    world.run_ms(5_000);
    world.edit::<Deployment>("web", |web| set_image(web, "nginx:2"));
    world.watch_ms(20_000, |world| {
        let wanted: i32 = world.sets().iter().filter_map(|rs| rs.spec.replicas).sum();
        assert!(wanted <= 5, "maxSurge 25% of 4 is 1");
        let is_ready = |pod: &Pod| super::super::controller_utils::pods::is_pod_ready(pod);
        let ready = world.running().iter().filter(|pod| is_ready(pod)).count();
        assert!(ready >= 3, "maxUnavailable 25% of 4 is 1");
    });
    let sizes: Vec<Option<i32>> = world.sets().iter().map(|rs| rs.spec.replicas).collect();
    assert_eq!(sizes, [Some(0), Some(4)]);
    let web = world.get::<Deployment>("web");
    assert_eq!(revision_of(&web.meta.annotations), "2");
    assert_eq!(web.status.updated_replicas, 4);
    assert_eq!(world.list::<Pod>().len(), 4);
}

#[test]
fn going_back_takes_the_old_replica_set_and_its_history() {
    let mut world = World::new();
    world.create(Kind::Deployment, &deployment(2, "nginx:1", ""));
    world.run_ms(5_000);
    world.edit::<Deployment>("web", |web| set_image(web, "nginx:2"));
    world.run_ms(15_000);
    world.edit::<Deployment>("web", |web| {
        web.meta.annotations.insert(ROLLBACK_TO, "1");
    });
    world.run_ms(15_000);
    let web = world.get::<Deployment>("web");
    assert_eq!(&*web.spec.template.spec.containers[0].image, "nginx:1");
    assert_eq!(web.meta.annotations.get_str(ROLLBACK_TO), None);
    assert_eq!(
        world.events("DeploymentRollback"),
        ["Rolled back deployment \"web\" to revision 1"]
    );
    let sets = world.sets();
    let told: Vec<(&str, Option<&str>, Option<i32>)> = sets
        .iter()
        .map(|rs| {
            let annotations = &rs.meta.annotations;
            (
                revision_of(annotations),
                annotations.get_str(REVISION_HISTORY),
                rs.spec.replicas,
            )
        })
        .collect();
    assert_eq!(told, [("2", None, Some(0)), ("3", Some("1"), Some(2))]);
    assert_eq!(revision_of(&web.meta.annotations), "3");
}

#[test]
fn recreate_never_runs_two_templates() {
    let mut world = World::new();
    world.create(
        Kind::Deployment,
        &deployment(3, "nginx:1", "strategy: {type: Recreate}"),
    );
    world.run_ms(5_000);
    world.edit::<Deployment>("web", |web| set_image(web, "nginx:2"));
    world.watch_ms(20_000, |world| {
        let pods = world.list::<Pod>();
        let images = pods.iter().map(|pod| &*pod.spec.containers[0].image);
        let images: std::collections::BTreeSet<&str> = images.collect();
        assert!(images.len() <= 1, "{images:?}");
    });
    assert_eq!(world.get::<Deployment>("web").status.available_replicas, 3);
    assert_eq!(
        world
            .running()
            .iter()
            .filter(|pod| &*pod.spec.containers[0].image == "nginx:2")
            .count(),
        3
    );
}

#[test]
fn a_stuck_rollout_times_out_and_costs_little() {
    let mut world = World::new();
    world.create(
        Kind::Deployment,
        &deployment(2, "nginx:1", "progressDeadlineSeconds: 60"),
    );
    world.run_ms(5_000);
    let begin = world.0.now();
    world.edit::<Deployment>("web", |web| {
        let template = Arc::make_mut(&mut web.spec.template);
        template
            .meta
            .annotations
            .insert("orrery.dev/ready-after", "24h");
    });
    world.run_ms(600_000);
    let history = world.history(begin);
    let timed_out = history
        .iter()
        .find(|(_, web)| conditions(web)[1] == "Progressing:False(ProgressDeadlineExceeded)");
    let (at, web) = timed_out.expect("timed out");
    assert!((60_000..63_000).contains(at), "{at}");
    let name = &world.sets()[1].meta.name;
    assert_eq!(
        web.status.conditions[1].message,
        format!("ReplicaSet \"{name}\" has timed out progressing.")
    );
    assert!(history.len() < 20, "{}", history.len());
}

#[test]
fn a_pause_holds_the_rollout_and_is_told() {
    let mut world = World::new();
    world.create(Kind::Deployment, &deployment(2, "nginx:1", ""));
    world.run_ms(5_000);
    world.edit::<Deployment>("web", |web| {
        web.spec.paused = true;
        set_image(web, "nginx:2");
    });
    world.run_ms(5_000);
    assert_eq!(world.sets().len(), 1);
    let told = conditions(&world.get::<Deployment>("web"));
    assert_eq!(told[1], "Progressing:Unknown(DeploymentPaused)");
    world.edit::<Deployment>("web", |web| web.spec.replicas = Some(4));
    world.run_ms(5_000);
    assert_eq!(world.get::<Deployment>("web").status.replicas, 4);
    world.edit::<Deployment>("web", |web| web.spec.paused = false);
    world.run_ms(15_000);
    let web = world.get::<Deployment>("web");
    assert_eq!((world.sets().len(), web.status.updated_replicas), (2, 4));
    assert_eq!(
        conditions(&web)[1],
        "Progressing:True(NewReplicaSetAvailable)"
    );
}

#[test]
fn scaling_in_the_middle_of_a_rollout_is_proportional() {
    let mut world = World::new();
    let more = "strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 3, maxUnavailable: 2}}";
    world.create(Kind::Deployment, &deployment(10, "nginx:1", more));
    world.run_ms(5_000);
    world.edit::<Deployment>("web", |web| {
        let template = Arc::make_mut(&mut web.spec.template);
        template
            .meta
            .annotations
            .insert("orrery.dev/ready-after", "24h");
    });
    world.run_ms(5_000);
    let sizes = |world: &World| {
        world
            .sets()
            .iter()
            .filter_map(|rs| rs.spec.replicas)
            .collect::<Vec<_>>()
    };
    assert_eq!(sizes(&world), [8, 5]);
    world.edit::<Deployment>("web", |web| web.spec.replicas = Some(15));
    world.run_ms(5_000);
    // The example of the Kubernetes documentation: 18 pods, shared 8:5.
    assert_eq!(sizes(&world), [11, 7]);
}

#[test]
fn a_taken_name_counts_as_a_collision() {
    let mut world = World::new();
    let text = deployment(1, "nginx:1", "");
    world.create(Kind::Deployment, &text);
    let template = world.get::<Deployment>("web").spec.template.clone();
    let taken = replica_set_name("web", &compute_hash(&template, None));
    world.create(
        Kind::ReplicaSet,
        &format!(
            "{{metadata: {{name: {taken}}}, spec: {{replicas: 0, selector: {{matchLabels: {{app: other}}}}, \
             template: {{metadata: {{labels: {{app: other}}}}, spec: {{containers: [{{name: c, image: x}}]}}}}}}}}"
        ),
    );
    world.run_ms(5_000);
    let web = world.get::<Deployment>("web");
    assert_eq!(
        (web.status.collision_count, web.status.available_replicas),
        (Some(1), 1)
    );
    assert_eq!(world.sets().len(), 2);
}

#[test]
fn old_replica_sets_beyond_the_limit_go() {
    let mut world = World::new();
    world.create(
        Kind::Deployment,
        &deployment(1, "nginx:1", "revisionHistoryLimit: 2"),
    );
    for image in ["nginx:2", "nginx:3", "nginx:4", "nginx:5"] {
        world.run_ms(10_000);
        world.edit::<Deployment>("web", |web| set_image(web, image));
    }
    world.run_ms(10_000);
    let sets = world.sets();
    let revisions: Vec<&str> = sets
        .iter()
        .map(|rs| revision_of(&rs.meta.annotations))
        .collect();
    assert_eq!(revisions, ["3", "4", "5"]);
}
