//! Images: pull policies, the one puller of a node, pull back-off.
//!
//! *Models*: `pkg/kubelet/images/image_manager.go` (EnsureImageExists), `puller.go` (serialImagePuller).
//! *Not modelled*: parallel pulls, pull secrets, image garbage collection.

use super::state::{FaultReason, PodRow, Step};
use super::worker::container;
use super::{Agent, annotations, images};
use crate::apiserver::recorder::EventType::{Normal, Warning};
use api::{Container, Pod};
use core::time::Duration;
use std::sync::Arc;

const FAILED: &str = "Failed";
const PULLED: &str = "Pulled";

impl Agent<'_, '_> {
    /// Makes sure that a container's image is on its node, then goes on to create it. As [`Agent::prepare`].
    pub(super) fn ensure_image(&mut self, row: &mut PodRow, pod: &Arc<Pod>, index: usize) -> bool {
        let spec = container(&pod.spec, index);
        let image = &*spec.image;
        if images::is_invalid(image) {
            let message = format!(
                "Failed to apply default image tag \"{image}\": couldn't parse image name \"{image}\": invalid reference format"
            );
            self.event(
                row,
                pod,
                Some(index),
                Warning,
                "InspectFailed",
                message.clone(),
            );
            return self.refuse(row, pod, index, FaultReason::InvalidImageName, message);
        }
        let present = self
            .kubelets
            .present
            .contains_key(&(row.node, row.containers[index].image));
        let pulls = match &*spec.image_pull_policy {
            "Always" => true,
            "Never" => false,
            "" => {
                !image.contains('@')
                    && (image.ends_with(":latest")
                        || !image.rsplit('/').next().unwrap_or("").contains(':'))
            }
            _ => !present,
        };
        if self.kubelets.scripted {
            return self.create(row, pod, index);
        }
        if !pulls && !present && spec.image_pull_policy == "Never" {
            let message =
                format!("Container image \"{image}\" is not present with pull policy of Never");
            self.event(
                row,
                pod,
                Some(index),
                Warning,
                "ErrImageNeverPull",
                message.clone(),
            );
            return self.refuse(row, pod, index, FaultReason::ErrImageNeverPull, message);
        }
        if !pulls && present {
            let message = format!(
                "Container image \"{image}\" already present on machine and can be accessed by the pod"
            );
            self.event(row, pod, Some(index), Normal, PULLED, message);
            return self.create(row, pod, index);
        }
        self.ask_for_image(row, pod, index, present)
    }

    /// Puts a pull into the node's queue, unless its back-off is on.
    fn ask_for_image(
        &mut self,
        row: &mut PodRow,
        pod: &Arc<Pod>,
        index: usize,
        present: bool,
    ) -> bool {
        let now = self.now();
        let spec = container(&pod.spec, index);
        let image = &*spec.image;
        let shared = self.first_with_image(row, index);
        let trouble = row.containers[shared].trouble.as_deref();
        if let Some(trouble) =
            trouble.filter(|trouble| trouble.pull.until(trouble.pull.updated, now).is_some())
        {
            let text = format!("Back-off pulling image \"{image}\"");
            let message = format!("{text}: ErrImagePull: {}", trouble.pull_error);
            self.event(row, pod, Some(index), Normal, "BackOff", text);
            return self.refuse(row, pod, index, FaultReason::ImagePullBackOff, message);
        }
        self.event(
            row,
            pod,
            Some(index),
            Normal,
            "Pulling",
            format!("Pulling image \"{image}\""),
        );
        row.asked = now;
        let length = pull_length(pod, spec, present);
        let Some(node) = self.kubelets.nodes.get_mut(row.node).map(Arc::make_mut) else {
            return false;
        };
        node.puller_free = node.puller_free.max(now) + length;
        let done = node.puller_free;
        self.wake(row, Step::Pull, done);
        true
    }

    /// Containers of one pod share the pull back-off of their image.
    fn first_with_image(&self, row: &PodRow, index: usize) -> usize {
        let image = row.containers[index].image;
        row.containers
            .iter()
            .position(|one| one.image == image)
            .unwrap_or(index)
    }

    /// The pull at hand is over.
    pub(super) fn pulled(&mut self, row: &mut PodRow, pod: &Arc<Pod>) {
        let (now, index) = (self.now(), usize::from(row.cursor));
        let spec = container(&pod.spec, index);
        let image = &*spec.image;
        let key = (row.node, row.containers[index].image);
        let error = annotations::text(pod, "pull-error", &spec.name).map(|why| {
            let name = images::resolve(image).0;
            format!(
                "rpc error: code = Unknown desc = failed to pull and unpack image \"{name}\": {why}"
            )
        });
        if let Some(error) = error.or_else(|| images::pull_error(image)) {
            self.event(
                row,
                pod,
                Some(index),
                Warning,
                FAILED,
                format!("Failed to pull image \"{image}\": {error}"),
            );
            let shared = self.first_with_image(row, index);
            let trouble = row.containers[shared].trouble();
            trouble.pull.next(now, now);
            trouble.pull_error.clone_from(&error);
            self.refuse(row, pod, index, FaultReason::ErrImagePull, error);
            return self.go_on(row, pod, index);
        }
        let length = pull_length(pod, spec, self.kubelets.present.contains_key(&key));
        self.kubelets.present.insert(key, ());
        let (length, waited) = (rounded(length), rounded(now.since(row.asked)));
        let size = images::profile_of(image).size_bytes;
        let message = format!(
            "Successfully pulled image \"{image}\" in {length} ({waited} including waiting). Image size: {size} bytes."
        );
        self.event(row, pod, Some(index), Normal, PULLED, message);
        if !self.create(row, pod, index) {
            self.go_on(row, pod, index);
        }
    }

    /// The pass goes on behind a container that could not be started.
    fn go_on(&mut self, row: &mut PodRow, pod: &Arc<Pod>, index: usize) {
        row.failed = true;
        row.cursor = index as u8 + 1;
        self.pass(row, pod);
    }
}

fn pull_length(pod: &Pod, spec: &Container, present: bool) -> Duration {
    annotations::duration(pod, "pull-time", &spec.name)
        .unwrap_or_else(|| images::profile_of(&spec.image).pull(present))
}

/// A length of time in whole milliseconds, as the Events show it.
fn rounded(length: Duration) -> apimachinery::Duration {
    apimachinery::Duration::from_millis((length.as_micros() as i64 + 500) / 1_000)
}
