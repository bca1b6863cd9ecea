//! kubectl: a client outside the world. Text in, text out.
//!
//! A command is a resumable state machine ([`Client`]): it asks for requests, for time, prints text, and ends with
//! an exit status. Page, headless runner, lessons and tests drive it alike, so `rollout status`, `wait` and
//! `get -w` live across virtual time without async.
//!
//! *Models*: `staging/src/k8s.io/kubectl`, `cli-runtime`.

pub mod client;
pub mod describe;
pub mod errors;
pub mod flags;
pub mod invocation;
pub mod manifest;
pub mod output;
pub mod polymorphic;
pub mod printers;
pub mod resource;
pub mod verbs;

pub use client::{Client, Env, Files, Need, Sequence, Step, Wake};
pub use invocation::{Failure, start};
