//! `kubectl create deployment`.
//!
//! *Models*: `kubectl/pkg/cmd/create/create_deployment.go`.
//! *Not modelled*: the suffix of container names with `_` or `.` is drawn from the name, not at random.

use super::words;
use crate::client::{Client, Step};
use crate::flags::{Args, Flag, optional, short_value, switch, value};
use crate::invocation::Failure;
use ::api::Kind;
use apimachinery::{Value, names};

pub const FLAGS: &[Flag] = &[
    value("image"),
    short_value("replicas", 'r'),
    value("port"),
    optional("dry-run", "unchanged"),
    optional("validate", "strict"),
    short_value("output", 'o'),
    switch("save-config"),
    value("field-manager"),
    switch("show-managed-fields"),
];

pub fn start(args: Args, cx: &Step<'_>) -> Result<Box<dyn Client>, Failure> {
    super::required(&args, &["image"])?;
    let name = super::name(&args, "create deployment")?;
    let images: Vec<&str> = args
        .all("image")
        .iter()
        .flat_map(|images| images.split(','))
        .collect();
    let command = &args.positional[1..];
    if images.len() > 1 && !command.is_empty() {
        return Err(Failure::error(
            "cannot specify multiple --image options and command",
        ));
    }
    let replicas = args.int("replicas").map_err(Failure::error)?.unwrap_or(1);
    let port = args.int("port").map_err(Failure::error)?.unwrap_or(-1);
    let mut containers: Vec<Value> = images
        .iter()
        .map(|image| container(image, command))
        .collect();
    if let (Some(first), true) = (containers.first_mut(), port >= 0) {
        let mut entry = Value::map();
        entry.set(&["containerPort"], port);
        first.set(&["ports"], Value::List(vec![entry]));
    }
    let mut object = Value::map();
    object.set(&["metadata", "name"], name);
    object.set(&["metadata", "labels", "app"], name);
    object.set(&["spec", "replicas"], replicas);
    object.set(&["spec", "selector", "matchLabels", "app"], name);
    object.set(&["spec", "strategy"], Value::map());
    object.set(&["spec", "template", "metadata", "labels", "app"], name);
    object.set(
        &["spec", "template", "spec", "containers"],
        Value::List(containers),
    );
    object.set(&["status"], Value::map());
    super::create(Kind::Deployment, object, &args, cx)
}

fn container(image: &str, command: &[String]) -> Value {
    let mut container = Value::map();
    container.set(&["name"], container_name(image));
    container.set(&["image"], image);
    if !command.is_empty() {
        container.set(&["command"], words(command));
    }
    container.set(&["resources"], Value::map());
    container
}

/// The last part of the image's name, without tag and digest.
fn container_name(image: &str) -> String {
    let last = image.rsplit('/').next().unwrap_or(image);
    let bare = last.split([':', '@']).next().unwrap_or(last);
    if !bare.contains(['_', '.']) {
        return bare.to_string();
    }
    let clean = bare.replace(['_', '.'], "-");
    format!(
        "{clean}-{}",
        names::random_suffix(engine::hash_str(&[image]))
    )
}

#[cfg(test)]
mod tests {
    use super::container_name;

    #[test]
    fn names_of_containers() {
        for (image, wanted) in [
            ("nginx", "nginx"),
            ("nginx:1.27", "nginx"),
            ("registry.example.com:5000/team/app:v1", "app"),
            ("nginx@sha256:abc", "nginx"),
        ] {
            assert_eq!(container_name(image), wanted);
        }
        let name = container_name("my_app.web:1");
        assert!(
            name.starts_with("my-app-web-") && name.len() == "my-app-web-".len() + 5,
            "{name}"
        );
    }
}
