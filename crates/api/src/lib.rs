//! The kinds: types, what each kind of object is called, and the schema that drives decoding.
//!
//! One file a kind, one line in `kinds!` (see [`registry`]). Types have upstream's exact field
//! names; they are read and written through [`apimachinery::Value`] only, because they leave
//! empty fields out and so are no fixed-layout encoding of themselves (see [`as_value`]).
//!
//! *Models*: `staging/src/k8s.io/api`, `pkg/apis`.
//! *Invariants*: no behaviour, no clock, no hash order (INV-1, INV-2).
//! *Not modelled*: kinds that [`known::KNOWN`] lists without a [`Kind`] are refused by name.

pub mod apps;
pub mod as_value;
pub mod convert;
pub mod coordination;
pub mod core;
pub mod defaults;
pub mod go_print;
pub mod known;
pub mod pod_summary;
pub mod qos;
pub mod registry;
pub mod resource_list;
pub mod schema;
pub mod strategies;
pub mod strategy;
pub mod text;
pub mod validation;

pub use apps::*;
pub use coordination::*;
pub use core::*;
pub use known::{KNOWN, KindInfo};
pub use registry::{DecodeError, Kind, Object, Resource};
pub use resource_list::ResourceList;
pub use strategies::{PodScheduling, check_graceful_delete, mutate_label_keys};
pub use strategy::Strategy;
pub use text::Text;
