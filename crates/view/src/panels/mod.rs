//! The panels: one file each.

pub mod board;
pub mod tape;
