//! From the words behind a verb to types and names.
//!
//! *Models*: `staging/src/k8s.io/cli-runtime/pkg/resource/builder.go (ResourceTypeOrNameArgs)`.
//! *Invariants*: types are in the order they were given, a category's in discovery order.
//! *Not modelled*: nothing.

use crate::invocation::Failure;
use api::{KNOWN, KindInfo};

/// One type, all of its objects or one of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Wanted {
    pub info: &'static KindInfo,
    pub name: Option<String>,
}

/// What the arguments ask for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Arguments {
    pub wanted: Vec<Wanted>,
    /// More than one type was asked for: names are printed as `type/name`.
    pub several_types: bool,
    /// One name was given: the answer is the object, not a list.
    pub single: bool,
    /// Names were given.
    pub by_name: bool,
}

// kubernetes: staging/src/k8s.io/cli-runtime/pkg/resource/builder.go
const MIXED: &str = "there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'";
const TWO_SLASHES: &str = "arguments in resource/name form may not have more than one slash";
const NO_PAIR: &str = "arguments in resource/name form must have a single resource and name";
const ONE_RESOURCE: &str = "you must specify only one resource";

/// Reads the positional words of a verb.
///
/// # Errors
/// kubectl's own words: unknown types, mixed forms.
pub fn parse(words: &[String]) -> Result<Arguments, Failure> {
    let words: Vec<String> = words.iter().flat_map(|word| split_pairs(word)).collect();
    let pairs = words.iter().filter(|word| word.contains('/')).count();
    if pairs > 0 && pairs != words.len() {
        return Err(Failure::error(MIXED));
    }
    if pairs > 0 {
        return by_pairs(&words);
    }
    let Some((types, names)) = words.split_first() else {
        return Ok(Arguments::default());
    };
    let several_types = types == "all" && names.is_empty() || split_types(types).len() > 1;
    let infos = resolve(types)?;
    if names.is_empty() {
        return Ok(Arguments {
            wanted: infos
                .into_iter()
                .map(|info| Wanted { info, name: None })
                .collect(),
            several_types,
            ..Arguments::default()
        });
    }
    let [info] = infos[..] else {
        return Err(Failure::error(ONE_RESOURCE));
    };
    Ok(Arguments {
        wanted: names
            .iter()
            .map(|name| Wanted {
                info,
                name: Some(name.clone()),
            })
            .collect(),
        several_types,
        single: names.len() == 1,
        by_name: true,
    })
}

fn by_pairs(words: &[String]) -> Result<Arguments, Failure> {
    let mut wanted = Vec::new();
    let mut types: Vec<&str> = Vec::new();
    for word in words {
        let mut parts = word.split('/');
        let (kind, name) = match (parts.next(), parts.next(), parts.next()) {
            (Some(kind), Some(name), None) => (kind, name),
            _ => return Err(Failure::error(TWO_SLASHES)),
        };
        if kind.is_empty() || name.is_empty() || kind.contains(',') {
            return Err(Failure::error(NO_PAIR));
        }
        if !types.contains(&kind) {
            types.push(kind);
        }
        wanted.push(Wanted {
            info: lookup(kind)?,
            name: Some(name.to_string()),
        });
    }
    Ok(Arguments {
        single: wanted.len() == 1,
        wanted,
        several_types: types.len() > 1,
        by_name: true,
    })
}

/// `pod/a,svc/b` is two arguments.
fn split_pairs(word: &str) -> Vec<String> {
    let parts: Vec<&str> = word.split(',').collect();
    if parts.len() > 1 && parts.iter().all(|part| part.contains('/')) {
        return parts.into_iter().map(String::from).collect();
    }
    vec![word.to_string()]
}

fn split_types(word: &str) -> Vec<&str> {
    let mut types = Vec::new();
    for part in word.split(',').filter(|part| !part.is_empty()) {
        if !types.contains(&part) {
            types.push(part);
        }
    }
    types
}

/// Types of a comma list; categories are replaced by their members.
fn resolve(types: &str) -> Result<Vec<&'static KindInfo>, Failure> {
    let mut infos: Vec<&'static KindInfo> = Vec::new();
    for name in split_types(types) {
        let mut found: Vec<&'static KindInfo> = KindInfo::in_category(name).collect();
        if found.is_empty() {
            found.push(lookup(name)?);
        }
        for info in found {
            if !infos.iter().any(|have| have.resource() == info.resource()) {
                infos.push(info);
            }
        }
    }
    Ok(infos)
}

/// The type a word names, if it can be listed or read at all.
///
/// # Errors
/// `the server doesn't have a resource type`.
fn lookup(name: &str) -> Result<&'static KindInfo, Failure> {
    // kubernetes: staging/src/k8s.io/cli-runtime/pkg/resource/builder.go (mappingFor)
    KindInfo::by_argument(name)
        .filter(|info| KNOWN.iter().any(|known| std::ptr::eq(known, *info)))
        .ok_or_else(|| {
            Failure::error(format!(
                "the server doesn't have a resource type \"{name}\""
            ))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split(' ').map(String::from).collect()
    }

    fn shown(line: &str) -> String {
        match parse(&words(line)) {
            Err(failure) => failure.text.trim_end().to_string(),
            Ok(arguments) => {
                let wanted: Vec<String> = arguments
                    .wanted
                    .iter()
                    .map(|wanted| {
                        let name = wanted.name.as_deref().unwrap_or("*");
                        format!("{}/{name}", wanted.info.resource())
                    })
                    .collect();
                let (several, single) = (arguments.several_types, arguments.single);
                format!(
                    "{}{}{}",
                    wanted.join(" "),
                    if several { " several" } else { "" },
                    if single { " single" } else { "" }
                )
            }
        }
    }

    #[test]
    fn forms() {
        for (line, wanted) in [
            ("pods", "pods/*"),
            ("po,rs", "pods/* replicasets.apps/* several"),
            ("pod a", "pods/a single"),
            ("pod a b", "pods/a pods/b"),
            ("pod/a", "pods/a single"),
            ("pod/a pod/b", "pods/a pods/b"),
            ("pod/a rs/b", "pods/a replicasets.apps/b several"),
            ("pod/a,rs/b", "pods/a replicasets.apps/b several"),
            (
                "all",
                "pods/* replicationcontrollers/* services/* daemonsets.apps/* deployments.apps/* replicasets.apps/* statefulsets.apps/* horizontalpodautoscalers.autoscaling/* cronjobs.batch/* jobs.batch/* several",
            ),
            (
                "foo",
                "error: the server doesn't have a resource type \"foo\"",
            ),
            (
                "pods,foo",
                "error: the server doesn't have a resource type \"foo\"",
            ),
            ("pod,rs a", "error: you must specify only one resource"),
            (
                "pod/a/b",
                "error: arguments in resource/name form may not have more than one slash",
            ),
            (
                "pod/",
                "error: arguments in resource/name form must have a single resource and name",
            ),
        ] {
            assert_eq!(shown(line), wanted, "{line}");
        }
        assert!(shown("pod rs/b").starts_with("error: there is no need to specify"));
    }
}
