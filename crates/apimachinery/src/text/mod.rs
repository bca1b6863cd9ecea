//! JSON and YAML text.
//!
//! *Models* Go's encoding/json and sigs.k8s.io/yaml as kubectl uses them.
//! *Invariants*: output depends on the value only.
//! *Not modelled*: see the modules.

pub mod json;
pub mod yaml;
