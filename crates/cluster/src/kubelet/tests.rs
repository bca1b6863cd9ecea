//! Pods of the recordings, played in a small cluster.
