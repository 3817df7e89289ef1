//! Deletes nodes: what is deleted with a node, and what prevents its deletion.
//!
//! Credits, references, links and grants are deleted with their node. Other nodes that belong to it or refer to it
//! prevent its deletion, unless `cascade` is set: then the former are deleted too, and references of the latter are
//! cleared. The rules are in [`references`]. Each row is logged, referring rows first.

mod let_go;
mod plan;
pub mod references;
mod store;
mod thing;

use plenary_entity::enums::{AnnouncementStatus, EventOrigin, NodeType};
use uuid::Uuid;

pub use self::thing::Thing;
use self::{
    plan::{Holder, Plan},
    store::Owners,
};
use crate::{
    auth::policy::{Action, Permission, Permit, Place},
    change::audience::Stand,
    check::{Checks, IssueKind},
    error::{Code, Fault},
    membership::store::Used,
    mutation::{Done, Field, Stop},
};

/// Deletes something. `checks` has what is wrong with the input so far.
///
/// # Errors
///
/// The validation errors, or the nodes that prevent the deletion.
pub async fn remove(field: &Field<'_>, mut checks: Checks, permit: Permit, thing: Thing, cascade: bool) -> Done<()> {
    let plan = Plan::of(field.conn(), thing).await?;
    if plan.is_released {
        let message = "can't be deleted because it or its content is in a released schedule; cancel or withdraw it \
                       instead";
        checks.note(IssueKind::Conflict, "id", message);
    }
    let keeps = if cascade { not_to_be_changed(field, &plan.holders).await? } else { plan.kept_by() };
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
    Ok(plan.carry_out(&field.writer(permit)).await?)
}

/// The nodes that prevent it and that the viewer may not change.
async fn not_to_be_changed(field: &Field<'_>, holders: &[Holder]) -> Done<Vec<(NodeType, Uuid)>> {
    let keep = || holders.iter().filter(|holder| holder.keeps).map(|holder| &holder.thing);
    let owners = Owners::of(field.conn(), keep()).await?;
    let outside = owners.events.values().chain(keep().filter_map(|thing| match thing {
        Thing::Event(row) => Some(row),
        _ => None,
    }));
    let outside =
        outside.filter(|event| event.origin == EventOrigin::External).map(|event| Used::OutsideEvent(event.id));
    let venues = owners.venues.values().copied().map(Used::Venue);
    field.look_up_shared(outside.chain(venues).collect()).await?;
    let mut kept = Vec::new();
    for thing in keep() {
        if !may_let_go(field, &owners, thing).await? {
            kept.push(thing.node());
        }
    }
    Ok(kept)
}

/// Whether who asks may make something let go of what is deleted: whether they might change it so themselves.
async fn may_let_go(field: &Field<'_>, owners: &Owners, thing: &Thing) -> Done<bool> {
    let event = |id: Uuid| owners.events.get(&id).ok_or_else(Fault::vanished);
    let permit = match thing {
        Thing::Event(row) => field.permit_on_event(Action::Organize, row).await,
        Thing::EventChange(row) => field.permit_on_event(Action::Organize, event(row.event_id)?).await,
        Thing::Announcement(row) if row.status != AnnouncementStatus::Draft => {
            field.permit_on_event(Action::With(Permission::Publish), event(row.event_id)?).await
        }
        // The link of a room for all events.
        Thing::VideoLink(row) if row.event_id.is_none() => {
            let venue = row.room_id.and_then(|room| owners.venues.get(&room)).ok_or_else(Fault::vanished)?;
            field.permit_to_edit_shared(Used::Venue(*venue)).await
        }
        other => match other.stand() {
            Stand::At { event, microconference, .. } => {
                let place = microconference.map(|microconference| Place::in_microconference(event, microconference));
                field.permit_to_edit(&place.unwrap_or_else(|| Place::in_event(event)))
            }
            _ => return Ok(false),
        },
    };
    match permit {
        Ok(_) => Ok(true),
        Err(Stop::Fault(fault)) if fault.code == Code::Forbidden => Ok(false),
        Err(other) => Err(other),
    }
}
