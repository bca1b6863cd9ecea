//! What the API server fills in when it reads an object.
//!
//! *Models*: `pkg/apis/core/v1/defaults.go`, `pkg/apis/apps/v1/defaults.go` and their generated
//! callers.
//! *Invariants*: a specification that needs nothing keeps its allocation: a hundred thousand pods
//! share the one of their template, so every change is preceded by a look.
//! *Not modelled*: defaults of kinds that are not modelled.

mod container;
mod pod_spec;
mod volume;
mod workload;

pub(crate) use pod_spec::aggregate;
pub use pod_spec::{set_pod_defaults, set_pod_spec_defaults, set_template_defaults};

use crate::text::Text;
use apimachinery::Quantity;

/// Sets a text that is empty.
fn fill(text: &mut Text, value: &'static str) {
    if text.is_empty() {
        *text = Text::Borrowed(value);
    }
}

/// Sets a number that is zero.
fn fill_number(number: &mut i32, value: i32) {
    if *number == 0 {
        *number = value;
    }
}

/// Amounts are kept to a thousandth.
// kubernetes: pkg/apis/core/v1/defaults.go (SetDefaults_ResourceList)
pub(crate) fn round_up(list: &mut crate::ResourceList) {
    let names: Vec<_> = list
        .iter()
        .filter(|(_, amount)| is_finer(amount))
        .map(|(name, _)| name.clone())
        .collect();
    for name in names {
        if let Some(amount) = list.get_mut(&name) {
            amount.round_up(-3);
        }
    }
}

/// True if rounding up to a thousandth would change the amount.
pub(crate) fn is_finer(amount: &Quantity) -> bool {
    amount.nanos() % 1_000_000 != 0
}
