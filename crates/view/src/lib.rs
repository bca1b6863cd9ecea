//! Panel models: pure functions of the world, as `Clone + PartialEq` values. No element, no signal.

pub mod panels;
