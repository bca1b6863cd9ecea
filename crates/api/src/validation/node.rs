//! Nodes.

use apimachinery::ErrorList;

use crate::Node;

pub fn validate_node(_0: &Node, _errors: &mut ErrorList) {}

pub fn validate_node_update(_0: &Node, _1: &Node, _errors: &mut ErrorList) {}
