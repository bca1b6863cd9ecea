//! Group `apps`.

pub mod deployment;
pub mod replica_set;

pub use deployment::*;
pub use replica_set::*;
