//! Values, text, metadata and rules that every kind shares. Knows no kinds.
//!
//! *Models* k8s.io/apimachinery and the patch machinery of the API server and kubectl.
//! *Invariants*: pure functions and plain data; texts are upstream's.
//! *Not modelled*: see the modules.

pub mod codec;
pub mod field;
pub mod intstr;
pub mod meta;
pub mod names;
pub mod patch;
pub mod quantity;
pub mod selector;
pub mod status;
pub mod string_map;
pub mod text;
pub mod time;
pub mod uid;
pub mod validation;
pub mod value;

pub use codec::{DecodeError, from_value, to_value};
pub use field::{ErrorList, ErrorType, FieldError, FieldPath};
pub use intstr::IntOrString;
pub use meta::{ListMeta, ObjectMeta, OwnerReference, OwnerReferences, StringList, TypeMeta};
pub use quantity::Quantity;
pub use selector::{
    FieldSelector, LabelSelector, LabelSelectorRequirement, Selector, format_label_selector,
};
pub use status::{Reason, Status, StatusCause, StatusDetails};
pub use string_map::StringMap;
pub use text::json::{parse_json, to_json, to_json_pretty};
pub use text::yaml::{Document, Spans, YamlError, parse_yaml_documents, to_yaml};
pub use text::{json, yaml};
pub use time::{Duration, MicroTime, Time, human_duration, short_human_duration};
pub use uid::Uid;
pub use value::{Map, Value};
