//! `kubectl explain`.
//!
//! *Models*: `staging/src/k8s.io/kubectl/pkg/explain/v2` (plaintext template).
//! *Invariants*: fields and types are the schema's; sorted by name.
//! *Not modelled*: descriptions (they print as upstream prints an absent one), enums.

use crate::client::{Client, Item, Printed, Sequence, Step};
use crate::flags::{Args, Flag, short_value, switch, value};
use crate::invocation::Failure;
use api::KindInfo;
use api::schema::{Schema, Type, schema};

pub const FLAGS: &[Flag] = &[
    switch("recursive"),
    value("api-version"),
    short_value("output", 'o'),
];

/// What stands where the schema says nothing.
const EMPTY: &str = "<empty>";
/// Types that contain themselves are unfolded no further.
const DEPTH_MAX: usize = 20;

// kubernetes: staging/src/k8s.io/kubectl/pkg/cmd/explain/explain.go
const NO_TYPE: &str = "You must specify the type of resource to explain. Use \"kubectl api-resources\" for a complete list of supported resources.\n";
const ONE_TYPE: &str = "We accept only this format: explain RESOURCE\n";

pub fn start(args: Args, _cx: &Step<'_>) -> Result<Box<dyn Client>, Failure> {
    let target = match &args.positional[..] {
        [target] => target,
        [] => return Err(Failure::error(NO_TYPE)),
        _ => return Err(Failure::error(ONE_TYPE)),
    };
    let (info, path) = resource_and_path(target)?;
    let out = explain(info, &path, args.is_set("recursive")).map_err(Failure::error)?;
    Ok(Box::new(Sequence::new(vec![Item::Text(Printed::out(out))])))
}

/// `deployments.apps.spec` may name the group before the path.
fn resource_and_path(target: &str) -> Result<(&'static KindInfo, Vec<&str>), Failure> {
    let parts: Vec<&str> = target.split('.').filter(|part| !part.is_empty()).collect();
    let resource = parts.first().copied().unwrap_or_default();
    for taken in (2..=parts.len()).rev() {
        let info = KindInfo::by_argument(&parts[..taken].join("."));
        if let Some(info) = info.filter(|info| !info.group.is_empty()) {
            return Ok((info, parts[taken..].to_vec()));
        }
    }
    let info = KindInfo::by_argument(resource).ok_or_else(|| {
        Failure::error(format!(
            "the server doesn't have a resource type \"{resource}\""
        ))
    })?;
    Ok((info, parts[1..].to_vec()))
}

/// The text for a resource or one of its fields.
///
/// # Errors
/// `field "x" does not exist`.
pub fn explain(info: &KindInfo, path: &[&str], recursive: bool) -> Result<String, String> {
    let schema = schema();
    let root = schema.of(info).ok_or("no schema")?;
    let mut out = String::new();
    if !info.group.is_empty() {
        out.push_str(&format!("GROUP:      {}\n", info.group));
    }
    out.push_str(&format!(
        "KIND:       {}\nVERSION:    {}\n\n",
        info.kind, info.version
    ));
    let mut fields = Some(root);
    for (at, name) in path.iter().enumerate() {
        let missing = || format!("field \"{name}\" does not exist");
        let field = fields.and_then(|ty| ty.field(name)).ok_or_else(missing)?;
        if at + 1 == path.len() {
            out.push_str(&format!(
                "FIELD: {name} <{}>\n\n\n",
                field.ty.explain_name()
            ));
        }
        fields = field.ty.innermost().map(|id| schema.get(id));
    }
    out.push_str(&format!("DESCRIPTION:\n    {EMPTY}\n"));
    if let Some(ty) = fields {
        out.push_str("\nFIELDS:\n");
        list(&mut out, schema, ty, recursive, 1);
    }
    out.push('\n');
    Ok(out)
}

fn list(out: &mut String, schema: &Schema, ty: &Type, recursive: bool, level: usize) {
    let indent = "  ".repeat(level);
    for field in &ty.fields {
        let required = if field.required { " -required-" } else { "" };
        let name = field.ty.explain_name();
        out.push_str(&format!("{indent}{}\t<{name}>{required}\n", field.name));
        if !recursive {
            out.push_str(&format!("{indent}  {EMPTY}\n\n"));
        } else if let Some(inner) = field.ty.innermost() {
            let inner = schema.get(inner);
            if level < DEPTH_MAX && inner.name != ty.name {
                list(out, schema, inner, recursive, level + 1);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_and_paths() {
        let deployment = KindInfo::by_argument("deploy").unwrap();
        let text = explain(deployment, &["spec", "replicas"], false).unwrap();
        assert_eq!(
            text,
            "GROUP:      apps\nKIND:       Deployment\nVERSION:    v1\n\nFIELD: replicas <integer>\n\n\nDESCRIPTION:\n    <empty>\n\n"
        );
        let text = explain(deployment, &["spec"], false).unwrap();
        assert!(
            text.contains("  selector\t<LabelSelector> -required-\n"),
            "{text}"
        );
        assert_eq!(
            explain(deployment, &["spec", "nope"], false).unwrap_err(),
            "field \"nope\" does not exist"
        );
        let (info, path) = resource_and_path("deployments.apps.spec.template").unwrap();
        assert_eq!((info.kind, path), ("Deployment", vec!["spec", "template"]));
        let pod = explain(KindInfo::by_argument("pod").unwrap(), &["spec"], true).unwrap();
        assert!(pod.contains("\n    image\t<string>\n"), "{pod}");
    }
}
