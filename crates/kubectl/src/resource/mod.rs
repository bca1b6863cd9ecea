//! Resource arguments: `TYPE`, `TYPE NAME…`, `TYPE/NAME…`, `TYPE,TYPE`, categories; and the objects they mean.
//!
//! *Models*: `staging/src/k8s.io/cli-runtime/pkg/resource/builder.go`.
//! *Invariants*: reads come straight from the live store; a known kind that is not modelled is an empty list.
//! *Not modelled*: chunking, `--raw`.

mod arguments;
mod fields;
mod file;
mod find;

pub use arguments::{Arguments, Wanted, parse};
pub use file::from_file;
pub use find::{Filter, Found, Hit, Matcher, find};
