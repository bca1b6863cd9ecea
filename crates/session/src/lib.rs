//! One open cluster: the timeline, the shell around it, and the lines typed. Page, headless runner, lessons and
//! tests all drive this.

pub mod clusters;
mod context;
mod frame;
mod output;
mod save;
mod session;
pub mod shell;
mod verbs;

pub use clusters::ClusterSpec;
pub use output::{Chunk, LineOutput};
pub use save::SAVE_BYTES_MAX;
pub use session::{Options, Progress, Session};
pub use shell::Stream;
