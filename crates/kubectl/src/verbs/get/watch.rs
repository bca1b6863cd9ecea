//! `get --watch`: rows as changes are committed.
//!
//! *Models*: `staging/src/k8s.io/kubectl/pkg/cmd/get/get.go (watch)`.
//! *Invariants*: one row a change; an object that stops matching leaves with its last row.
//! *Not modelled*: bookmarks.

use super::{Options, wall};
use crate::client::{Client, Need, Step, Wake};
use crate::errors;
use crate::output;
use crate::printers::Table;
use crate::resource::{self, Filter, Matcher, Wanted};
use api::Object;
use cluster::Change;

/// A running watch.
pub struct Watch {
    options: Options,
    /// Print changes only.
    only: bool,
    table: Option<Table>,
    matcher: Option<Matcher>,
    /// Up to where the log was read; `None` before the first listing.
    seen: Option<u64>,
    failed: bool,
}

impl Watch {
    pub fn new(options: Options, only: bool) -> Watch {
        Watch {
            options,
            only,
            table: None,
            matcher: None,
            seen: None,
            failed: false,
        }
    }

    fn wanted(&self) -> &Wanted {
        &self.options.arguments.wanted[0]
    }

    /// The first listing.
    fn list(&mut self, cx: &Step<'_>) -> Option<Need> {
        self.seen = Some(cx.world.api.store().revision());
        let info = self.wanted().info;
        self.table = Table::new(info, self.options.table.clone());
        let filter: &Filter = &self.options.filter;
        match filter.compile(info) {
            Ok(matcher) => self.matcher = Some(matcher),
            Err(status) => return Some(self.fail(errors::text(&status))),
        }
        let found = resource::find(cx.world, &self.options.arguments, filter);
        if let Some(status) = found.errors.first() {
            if status.is_not_found() && self.options.ignore_not_found {
                return Some(Need::Done(0));
            }
            return Some(self.fail(errors::text(status)));
        }
        if self.only {
            return None;
        }
        let mut out = String::new();
        for hit in &found.hits {
            out.push_str(&self.print(hit.object, "ADDED", cx));
        }
        out.push_str(&self.flush());
        (!out.is_empty()).then_some(Need::Out(out))
    }

    fn fail(&mut self, text: String) -> Need {
        self.failed = true;
        Need::Err(text)
    }

    /// Adds a row, or gives the text of a machine's format.
    fn print(&mut self, object: &Object, event: &str, cx: &Step<'_>) -> String {
        if self.options.output.is_table() {
            let now = wall(cx.world, cx);
            if let Some(table) = &mut self.table {
                table.push(object, now, event);
            }
            return String::new();
        }
        let value = output::live(cx.world, self.wanted().info, object, cx.now);
        self.options.output.print(&value).unwrap_or_default()
    }

    fn flush(&mut self) -> String {
        self.table.as_mut().map(Table::flush).unwrap_or_default()
    }

    /// What a change is to this watch.
    fn event<'c>(&self, change: &'c Change) -> Option<(&'static str, &'c Object)> {
        let old = change.old.as_ref().filter(|old| self.matches(old));
        let new = change.new.as_ref().filter(|new| self.matches(new));
        match (old, new) {
            (None, Some(new)) => Some(("ADDED", new)),
            (Some(_), Some(new)) => Some(("MODIFIED", new)),
            (Some(old), None) => Some(("DELETED", change.new.as_ref().unwrap_or(old))),
            (None, None) => None,
        }
    }

    fn matches(&self, object: &Object) -> bool {
        let wanted = self.wanted();
        let meta = object.meta();
        let namespace = self.options.filter.namespace.as_deref();
        let here = namespace.filter(|_| wanted.info.namespaced);
        here.is_none_or(|here| &*meta.namespace == here)
            && wanted
                .name
                .as_deref()
                .is_none_or(|name| &*meta.name == name)
            && self
                .matcher
                .as_ref()
                .is_none_or(|matcher| matcher.matches(object))
    }

    fn changes(&mut self, cx: &Step<'_>, seen: u64) -> String {
        let store = cx.world.api.store();
        self.seen = Some(store.revision());
        let kind = self.wanted().info.modelled;
        let changes: Vec<&Change> = match store.changes_since(seen) {
            Some(changes) => changes
                .filter(|change| Some(change.key.kind) == kind)
                .collect(),
            // 410 Gone: the log begins later; go on from here.
            None => Vec::new(),
        };
        let mut out = String::new();
        for change in changes {
            if let Some((event, object)) = self.event(change) {
                out.push_str(&self.print(object, event, cx));
                out.push_str(&self.flush());
            }
        }
        out
    }
}

impl Client for Watch {
    fn step(&mut self, cx: &mut Step<'_>) -> Need {
        if self.failed {
            return Need::Done(1);
        }
        match self.seen {
            None => {
                if let Some(need) = self.list(cx) {
                    return need;
                }
            }
            Some(seen) => {
                let out = self.changes(cx, seen);
                if !out.is_empty() {
                    return Need::Out(out);
                }
            }
        }
        Need::Until(Wake {
            after_revision: self.seen,
            at: None,
        })
    }
}
