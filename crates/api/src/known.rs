//! Every resource a v1.36 server lists, modelled or not, and how a name finds one.
//!
//! *Models*: `kubectl api-resources` of a v1.36 server; short names and categories from
//! `pkg/registry/*/storage`; lookup from `staging/src/k8s.io/cli-runtime/pkg/resource` and
//! `restmapper/shortcut.go`.
//! *Invariants*: rows are in the server's discovery order, which settles ambiguous names; the
//! preferred version of a group comes first.
//! *Not modelled*: beta and alpha versions that a server does not serve by default.

mod table;

use crate::registry::Kind;

pub use table::KNOWN;

/// One resource as discovery describes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KindInfo {
    pub kind: &'static str,
    /// Empty for the core group.
    pub group: &'static str,
    pub version: &'static str,
    pub plural: &'static str,
    pub singular: &'static str,
    pub short_names: &'static [&'static str],
    pub namespaced: bool,
    pub categories: &'static [&'static str],
    /// The kind it is stored as; none if objects of it are refused.
    pub modelled: Option<Kind>,
    pub verbs: &'static [&'static str],
}

impl KindInfo {
    /// The row of a modelled kind, in the group and version it is stored in.
    pub fn of(kind: Kind) -> &'static KindInfo {
        KNOWN
            .iter()
            .find(|info| info.modelled == Some(kind) && info.group == kind.group())
            .expect("INV-10: every modelled kind has a row")
    }

    /// `v1`, `apps/v1`.
    pub fn api_version(&self) -> String {
        if self.group.is_empty() {
            self.version.to_owned()
        } else {
            format!("{}/{}", self.group, self.version)
        }
    }

    /// `pods`, `deployments.apps`: how messages name the resource.
    pub fn resource(&self) -> String {
        self.qualified(self.plural)
    }

    /// `pod`, `deployment.apps`: how kubectl names one object's type.
    pub fn resource_singular(&self) -> String {
        self.qualified(self.singular)
    }

    /// `Pod`, `Deployment.apps`: how a status names the kind.
    pub fn qualified_kind(&self) -> String {
        self.qualified(self.kind)
    }

    fn qualified(&self, name: &str) -> String {
        if self.group.is_empty() {
            name.to_owned()
        } else {
            format!("{name}.{}", self.group)
        }
    }

    /// The row of an object that says `apiVersion` and `kind`.
    pub fn by_gvk(api_version: &str, kind: &str) -> Option<&'static KindInfo> {
        let (group, version) = api_version.rsplit_once('/').unwrap_or(("", api_version));
        KNOWN
            .iter()
            .find(|info| info.kind == kind && info.group == group && info.version == version)
    }

    /// The row a resource argument means: `po`, `pods`, `Pod`, `pods.v1.`, `deployments.apps`,
    /// `deployments.v1.apps`; any case.
    pub fn by_argument(argument: &str) -> Option<&'static KindInfo> {
        let argument = argument.to_lowercase();
        let Some((name, rest)) = argument.split_once('.') else {
            return find(&argument, |_| true);
        };
        let by_version = rest.split_once('.').and_then(|(version, group)| {
            find(name, |info| info.version == version && info.group == group)
        });
        // kubernetes: cli-runtime prefers resource.version.group over resource.group, and takes a
        // group's first labels for the group
        by_version
            .or_else(|| find(name, |info| info.group == rest))
            .or_else(|| {
                find(name, |info| {
                    !rest.is_empty() && info.group.starts_with(&format!("{rest}."))
                })
            })
    }

    /// Rows of a category (`all`, `api-extensions`), in discovery order.
    pub fn in_category(category: &str) -> impl Iterator<Item = &'static KindInfo> {
        KNOWN
            .iter()
            .filter(move |info| info.categories.contains(&category))
    }
}

fn find(name: &str, fits: impl Fn(&KindInfo) -> bool) -> Option<&'static KindInfo> {
    let rows = || KNOWN.iter().filter(|info| fits(info));
    // Full names win over short ones, as a short name is only expanded when nothing has it.
    rows()
        .find(|info| info.plural == name || info.singular == name)
        .or_else(|| rows().find(|info| info.short_names.contains(&name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_find_rows() {
        for (argument, wanted) in [
            ("po", Some("pods")),
            ("pods", Some("pods")),
            ("Pod", Some("pods")),
            ("pods.v1.", Some("pods")),
            ("deploy", Some("deployments.apps")),
            ("deployments.apps", Some("deployments.apps")),
            ("deployments.v1.apps", Some("deployments.apps")),
            ("deployments.v2.apps", None),
            ("events", Some("events")),
            ("events.events.k8s.io", Some("events.events.k8s.io")),
            ("ev", Some("events")),
            (
                "crds",
                Some("customresourcedefinitions.apiextensions.k8s.io"),
            ),
            ("ingresses.networking", Some("ingresses.networking.k8s.io")),
            ("foo", None),
        ] {
            let found = KindInfo::by_argument(argument).map(KindInfo::resource);
            assert_eq!(found.as_deref(), wanted, "{argument}");
        }
    }

    #[test]
    fn every_modelled_kind_has_its_row() {
        for &kind in Kind::ALL {
            assert_eq!(KindInfo::of(kind).kind, kind.name());
            assert_eq!(
                KindInfo::by_gvk(&kind.info().api_version(), kind.name()),
                Some(kind.info())
            );
        }
    }
}
