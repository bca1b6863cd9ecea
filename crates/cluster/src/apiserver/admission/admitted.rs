//! Specifications that were admitted lately, so that pods of one template share one result.
//!
//! *Models*: nothing upstream; there every pod has its own copy.
//! *Invariants*: a hit and a miss give equal specifications, so this is no state: it is neither saved
//! nor digested. An entry holds its input, so an equal address means the same, unchanged object.
//! *Not modelled*: a suffix of the token volume for each pod: pods of one template share it.
//! *Cost*: a hit is a few pointer comparisons.

use api::{PodSpec, ServiceAccount};
use std::sync::Arc;

/// How many are remembered.
const ENTRIES_MAX: usize = 64;

/// What went in and what came out.
#[derive(Clone)]
struct Entry {
    input: Arc<PodSpec>,
    namespace: Arc<str>,
    account: Option<Arc<ServiceAccount>>,
    output: Arc<PodSpec>,
}

/// The newest admitted specifications.
#[derive(Clone, Default)]
pub struct Admitted {
    /// Newest last.
    entries: Arc<Vec<Entry>>,
    /// Waits for validation.
    offered: Option<Arc<Entry>>,
}

impl Admitted {
    /// What became of this very specification before.
    pub(super) fn find(
        &self,
        input: &Arc<PodSpec>,
        namespace: &str,
        account: Option<&Arc<ServiceAccount>>,
    ) -> Option<Arc<PodSpec>> {
        let same_account = |entry: &Entry| match (&entry.account, account) {
            (None, None) => true,
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            _ => false,
        };
        let fits = |entry: &&Entry| {
            Arc::ptr_eq(&entry.input, input)
                && same_account(entry)
                && *entry.namespace == *namespace
        };
        self.entries
            .iter()
            .rev()
            .find(fits)
            .map(|entry| entry.output.clone())
    }

    /// Remembers a specification until it is known whether it is valid.
    pub(super) fn offer(
        &mut self,
        input: Arc<PodSpec>,
        namespace: &Arc<str>,
        account: Option<Arc<ServiceAccount>>,
        output: &Arc<PodSpec>,
    ) {
        let (namespace, output) = (namespace.clone(), output.clone());
        self.offered = Some(Arc::new(Entry {
            input,
            namespace,
            account,
            output,
        }));
    }

    /// The pod with the offered specification passed validation, or did not.
    pub(crate) fn settle(&mut self, stored: Option<&Arc<PodSpec>>) {
        let Some(entry) = self.offered.take() else {
            return;
        };
        if !stored.is_some_and(|stored| Arc::ptr_eq(stored, &entry.output)) {
            return;
        }
        let entries = Arc::make_mut(&mut self.entries);
        if entries.len() == ENTRIES_MAX {
            entries.remove(0);
        }
        entries.push((*entry).clone());
    }
}
