//! Small parts that several panels share.

pub mod icon;
pub mod region_tabs;
