//! The page of Orrery.
