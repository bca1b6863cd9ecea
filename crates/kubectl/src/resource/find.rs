//! The objects that resource arguments mean, read from the live store.
//!
//! *Models*: `staging/src/k8s.io/cli-runtime/pkg/resource/{visitor,selector,helper}.go`.
//! *Invariants*: groups in the order of the arguments, objects in etcd's key order.
//! *Not modelled*: nothing.

use super::arguments::{Arguments, Wanted};
use super::fields;
use api::{KindInfo, Object};
use apimachinery::{FieldSelector, Selector, Status};
use cluster::{Cluster, Key};

/// Which objects of a list are wanted. Bad selectors are told by the server, so they are kept as text.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub labels: String,
    pub fields: String,
    /// `None`: all namespaces.
    pub namespace: Option<String>,
}

/// One object, with the resource it was asked for as.
#[derive(Clone, Copy, Debug)]
pub struct Hit<'w> {
    pub info: &'static KindInfo,
    pub key: Key,
    pub object: &'w Object,
}

/// What was found, and an error for everything that was not.
#[derive(Debug, Default)]
pub struct Found<'w> {
    pub hits: Vec<Hit<'w>>,
    pub errors: Vec<Status>,
}

/// Looks everything up; errors do not stop the rest.
pub fn find<'w>(world: &'w Cluster, arguments: &Arguments, filter: &Filter) -> Found<'w> {
    let mut found = Found::default();
    for wanted in &arguments.wanted {
        let result = match &wanted.name {
            Some(name) => one(world, wanted, name, filter).map(|hit| found.hits.push(hit)),
            None => list(world, wanted.info, filter).map(|hits| found.hits.extend(hits)),
        };
        if let Err(status) = result {
            found.errors.push(status);
        }
    }
    found
}

fn one<'w>(
    world: &'w Cluster,
    wanted: &Wanted,
    name: &str,
    filter: &Filter,
) -> Result<Hit<'w>, Status> {
    let info = wanted.info;
    let namespace = match info.namespaced {
        true => filter.namespace.as_deref().unwrap_or_default(),
        false => "",
    };
    info.modelled
        .and_then(|kind| world.api.find(kind, namespace, name))
        .map(|(key, object)| Hit { info, key, object })
        .ok_or_else(|| Status::not_found(&info.resource(), name))
}

impl Filter {
    /// Compiled for one resource.
    ///
    /// # Errors
    /// The API server's answer to a bad selector, as kubectl words it.
    pub fn compile(&self, info: &KindInfo) -> Result<Matcher, Status> {
        self.try_compile(info).map_err(|message| {
            let group = info.api_version();
            let group = match info.group.is_empty() {
                true => format!("/{group}"),
                false => group,
            };
            // kubernetes: staging/src/k8s.io/cli-runtime/pkg/resource/selector.go
            Status::bad_request(format!(
                "Unable to find \"{group}, Resource={}\" that match label selector \"{}\", field selector \"{}\": {message}",
                info.plural, self.labels, self.fields
            ))
        })
    }

    fn try_compile(&self, info: &KindInfo) -> Result<Matcher, String> {
        let labels = Selector::parse(&self.labels)
            .map_err(|error| format!("unable to parse requirement: {error}"))?;
        let fields = FieldSelector::parse(&self.fields)?;
        for requirement in &fields.requirements {
            fields::check(info.modelled, &requirement.field)?;
        }
        Ok(Matcher { labels, fields })
    }
}

/// Label and field selector, ready to use.
#[derive(Clone, Debug)]
pub struct Matcher {
    labels: Selector,
    fields: FieldSelector,
}

impl Matcher {
    pub fn matches(&self, object: &Object) -> bool {
        self.labels.matches(&object.meta().labels)
            && self
                .fields
                .requirements
                .iter()
                .all(|term| (fields::value(object, &term.field) == *term.value) == term.equals)
    }
}

fn list<'w>(
    world: &'w Cluster,
    info: &'static KindInfo,
    filter: &Filter,
) -> Result<Vec<Hit<'w>>, Status> {
    let matcher = filter.compile(info)?;
    let Some(kind) = info.modelled else {
        return Ok(Vec::new());
    };
    let namespace = filter.namespace.as_deref().filter(|_| info.namespaced);
    let mut hits: Vec<Hit<'w>> = world
        .api
        .store()
        .table(kind)
        .iter()
        .filter(|(_, object)| {
            namespace.is_none_or(|namespace| &*object.meta().namespace == namespace)
                && matcher.matches(object)
        })
        .map(|(id, object)| Hit {
            info,
            key: Key { kind, id },
            object,
        })
        .collect();
    hits.sort_by(|a, b| {
        let (a, b) = (a.object.meta(), b.object.meta());
        (&*a.namespace, &*a.name).cmp(&(&*b.namespace, &*b.name))
    });
    Ok(hits)
}
