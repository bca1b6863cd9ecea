//! What the headless program shares with the page: the benchmarks, which run natively and in a browser alike.

pub mod bench;
