//! The regions of the page, one folder each.

pub mod board;
pub mod editor;
pub mod terminal;
pub mod time_bar;
