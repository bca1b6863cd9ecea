//! Small kinds in a table: namespaces, config maps, secrets, service accounts, leases.
//!
//! *Models*: `pkg/printers/internalversion/printers.go`.
//! *Invariants*: none beyond the parent's.
//! *Not modelled*: nothing.

use super::{Column, Printer, age, column};
use api::Object;
use apimachinery::Time;

const NAMESPACE_COLUMNS: &[Column] = &[column("Name"), column("Status"), column("Age")];
const CONFIG_MAP_COLUMNS: &[Column] = &[column("Name"), column("Data"), column("Age")];
const SECRET_COLUMNS: &[Column] = &[
    column("Name"),
    column("Type"),
    column("Data"),
    column("Age"),
];
const LEASE_COLUMNS: &[Column] = &[column("Name"), column("Holder"), column("Age")];
const NAME_COLUMNS: &[Column] = &[column("Name"), column("Age")];

pub const NAMESPACE: Printer = Printer {
    columns: NAMESPACE_COLUMNS,
    cells: |object, now, _| match object {
        Object::Namespace(namespace) => middle(object, now, [namespace.status.phase.to_string()]),
        _ => Vec::new(),
    },
};

/// Fixture `printers.TestPrintConfigMap`.
pub const CONFIG_MAP: Printer = Printer {
    columns: CONFIG_MAP_COLUMNS,
    cells: |object, now, _| match object {
        Object::ConfigMap(map) => {
            let entries = map.data.len() + map.binary_data.len();
            middle(object, now, [entries.to_string()])
        }
        _ => Vec::new(),
    },
};

pub const SECRET: Printer = Printer {
    columns: SECRET_COLUMNS,
    cells: |object, now, _| match object {
        Object::Secret(secret) => middle(
            object,
            now,
            [secret.type_.to_string(), secret.data.len().to_string()],
        ),
        _ => Vec::new(),
    },
};

/// Fixture `printers.TestPrintServiceAccount`.
pub const SERVICE_ACCOUNT: Printer = DEFAULT;

/// Fixture `printers.TestPrintLease`.
pub const LEASE: Printer = Printer {
    columns: LEASE_COLUMNS,
    cells: |object, now, _| match object {
        Object::Lease(lease) => {
            let holder = lease.spec.holder_identity.as_deref().unwrap_or_default();
            middle(object, now, [holder.to_string()])
        }
        _ => Vec::new(),
    },
};

/// Kinds of which only the name is shown.
pub const DEFAULT: Printer = Printer {
    columns: NAME_COLUMNS,
    cells: |object, now, _| middle(object, now, []),
};

fn middle<const N: usize>(object: &Object, now: Time, cells: [String; N]) -> Vec<String> {
    let mut row = vec![object.meta().name.to_string()];
    row.extend(cells);
    row.push(age(object, now));
    row
}
