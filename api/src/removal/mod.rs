//! Deletes nodes: what is deleted with a node, and what prevents its deletion.
//!
//! Credits, references, availabilities, links and grants are deleted with their node. Other nodes that belong to it or refer to it
//! prevent its deletion, unless `cascade` is set: then the former are deleted too, and references of the latter are
//! cleared. The rules are in [`references`]. Each row is logged, referring rows first.

mod any_node;
mod detach;
mod plan;
pub mod references;
mod store;

use plenary_entity::enums::{AnnouncementStatus, EventOrigin, NodeType};
use uuid::Uuid;

pub use self::any_node::AnyNode;
use self::{
    plan::{Plan, Referrer},
    store::Owners,
};
use crate::{
    auth::policy::{Action, Location, Permission, Permit},
    change::audience::ResourceScope,
    check::{Checks, IssueKind},
    error::{Code, Fault},
    membership::store::SharedNode,
    mutation::{Field, MutationError, MutationResult},
};

/// Deletes something. `checks` has what is wrong with the input so far.
///
/// # Errors
///
/// The validation errors, or the nodes that prevent the deletion.
pub async fn remove(
    field: &Field<'_>,
    mut checks: Checks,
    permit: Permit,
    node: AnyNode,
    cascade: bool,
) -> MutationResult<()> {
    let plan = Plan::of(field.conn(), node).await?;
    if plan.is_released {
        let message = "can't be deleted because it or its content is in a released schedule; cancel or withdraw it \
                       instead";
        checks.note(IssueKind::Conflict, "id", message);
    }
    let keeps = if cascade { not_to_be_changed(field, &plan.referrers).await? } else { plan.kept_by() };
    if !keeps.is_empty() {
        let seen = store::visible(field.types(), field.read(), keeps).await?;
        let hint = if cascade {
            "is still referenced by nodes that you may not change"
        } else {
            "is still referenced by other nodes"
        };
        checks.note(IssueKind::InUse(seen), "id", hint);
    }
    checks.finish(())?;
    Ok(plan.execute(&field.writer(permit)).await?)
}

/// The nodes that prevent it and that the viewer may not change.
async fn not_to_be_changed(field: &Field<'_>, referrers: &[Referrer]) -> MutationResult<Vec<(NodeType, Uuid)>> {
    let keep = || referrers.iter().filter(|referrer| referrer.keeps).map(|referrer| &referrer.node);
    let owners = Owners::of(field.conn(), keep()).await?;
    let outside = owners.events.values().chain(keep().filter_map(|node| match node {
        AnyNode::Event(row) => Some(row),
        _ => None,
    }));
    let outside =
        outside.filter(|event| event.origin == EventOrigin::External).map(|event| SharedNode::OutsideEvent(event.id));
    let venues = owners.venues.values().copied().map(SharedNode::Venue);
    field.look_up_shared(outside.chain(venues).collect()).await?;
    let mut kept = Vec::new();
    for node in keep() {
        if !may_let_go(field, &owners, node).await? {
            kept.push(node.node());
        }
    }
    Ok(kept)
}

/// Whether the viewer may clear a reference: whether they could change that node themselves.
async fn may_let_go(field: &Field<'_>, owners: &Owners, node: &AnyNode) -> MutationResult<bool> {
    let event = |id: Uuid| owners.events.get(&id).ok_or_else(Fault::vanished);
    let permit = match node {
        AnyNode::Event(row) => field.permit_on_event(Action::Organize, row).await,
        AnyNode::EventChange(row) => field.permit_on_event(Action::Organize, event(row.event_id)?).await,
        AnyNode::Announcement(row) if row.status != AnnouncementStatus::Draft => {
            field.permit_on_event(Action::With(Permission::Publish), event(row.event_id)?).await
        }
        // The link of a room for all events.
        AnyNode::VideoLink(row) if row.event_id.is_none() => {
            let venue = row.room_id.and_then(|room| owners.venues.get(&room)).ok_or_else(Fault::vanished)?;
            field.permit_to_edit_shared(SharedNode::Venue(*venue)).await
        }
        other => match other.resource_scope() {
            ResourceScope::At { event, microconference, .. } => {
                let place = microconference.map(|microconference| Location::in_microconference(event, microconference));
                field.permit_to_edit(&place.unwrap_or_else(|| Location::in_event(event)))
            }
            _ => return Ok(false),
        },
    };
    match permit {
        Ok(_) => Ok(true),
        Err(MutationError::Fault(fault)) if fault.code == Code::Forbidden => Ok(false),
        Err(other) => Err(other),
    }
}
