//! The page of Orrery: a simulated Kubernetes v1.36 that one drives by hand.
//!
//! The page is a client. What the cluster is, [`dispatch::link`] asks the session; what the reader wants, goes
//! through [`dispatch::dispatch`]; when the session runs, [`pump`] decides. Panels turn plain models into elements.
//!
//! *Invariants*: INV-3 (no second copy of cluster truth: every model is made from the session when it is read),
//! INV-9 (a panel is remade only when the revision it read has changed).

pub mod browser;
pub mod clock;
pub mod dispatch;
pub mod keys;
pub mod models;
pub mod panels;
pub mod pump;
pub mod shell;
pub mod widgets;
