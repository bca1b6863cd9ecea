//! Admission: what the API server adds to or refuses of an object before validation.
//!
//! *Models*: `plugin/pkg/admission` in upstream's order.

use super::{Api, UpdatePart};
use crate::Cx;
use api::Object;
use apimachinery::Status;

/// Mutates and checks an object that is about to be created.
pub(super) fn admit_create(
    _api: &Api,
    _cx: &mut Cx<'_>,
    _object: &mut Object,
) -> Result<(), Status> {
    Ok(())
}

/// Mutates and checks an object that is about to be updated.
pub(super) fn admit_update(
    _api: &Api,
    _cx: &mut Cx<'_>,
    _object: &mut Object,
    _old: &Object,
    _part: UpdatePart,
) -> Result<(), Status> {
    Ok(())
}
