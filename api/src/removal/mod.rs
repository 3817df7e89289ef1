//! What goes when something is deleted, and what keeps it.
//!
//! What is attached to a thing goes with it: its credits, references and links, and the grants on it. What else belongs
//! to it, and what refers to it, keeps it, unless the client asks for the lot: then the one is deleted too, and the other
//! lets go. Each row is deleted and logged by itself, what belongs to others first.

pub mod holder;
mod order;
pub mod store;
mod thing;

use plenary_entity::{enums::AnnouncementStatus, event, room};

pub use self::thing::Thing;
use self::{holder::Holder, store::Going};
use crate::{
    auth::policy::{Action, Permission, Permit},
    check::{Checks, IssueKind},
    error::Code,
    membership::store::Used,
    mutation::{Done, Field, Stop},
};

/// Deletes something. `checks` has what is wrong with the input so far.
///
/// # Errors
///
/// What is wrong with the input; or that others need the thing, and were not to be taken along.
pub async fn remove(field: &Field<'_>, mut checks: Checks, permit: Permit, thing: Thing, cascade: bool) -> Done<()> {
    let going = Going::of(field.conn(), thing).await?;
    if !going.released.is_empty() && !going.is_event() {
        let message = "is in a released schedule, or something in it is, and that stays as it was announced: cancel or \
                       withdraw it instead";
        checks.note(IssueKind::Conflict, "id", message);
    }
    let mut keeps = if cascade { Vec::new() } else { going.kept_by() };
    if cascade {
        for holder in &going.holders {
            if !may_let_go(field, holder).await? {
                keeps.push(holder.node());
            }
        }
    }
    if !keeps.is_empty() || (!cascade && going.is_kept()) {
        let seen = store::visible(field.types(), field.read(), keeps).await?;
        let hint = if cascade {
            "is referred to by what you may not change"
        } else {
            "is still needed: others belong to it or refer to it"
        };
        checks.note(IssueKind::InUse(seen), "id", hint);
    }
    checks.finish(())?;
    Ok(going.go(&field.writer(permit)).await?)
}

/// Whether who asks may make something let go of what is deleted: whether they might change it so themselves.
async fn may_let_go(field: &Field<'_>, holder: &Holder) -> Done<bool> {
    let permit = match holder {
        Holder::Event(row, _) => field.permit_on_event(Action::Organize, row).await,
        Holder::EventChange(row) => {
            let event = field.there::<event::Entity>(row.event_id).await?;
            field.permit_on_event(Action::Organize, &event).await
        }
        Holder::Announcement(row) if row.status != AnnouncementStatus::Draft => {
            let event = field.there::<event::Entity>(row.event_id).await?;
            field.permit_on_event(Action::With(Permission::Publish), &event).await
        }
        Holder::VideoLink(row) if row.event_id.is_none() => match row.room_id {
            Some(room) => {
                let room = field.there::<room::Entity>(room).await?;
                field.permit_to_edit_shared(Used::Venue(room.venue_id)).await
            }
            None => return Ok(false),
        },
        other => match other.place() {
            Some(place) => field.permit_to_edit(&place),
            None => return Ok(false),
        },
    };
    match permit {
        Ok(_) => Ok(true),
        Err(Stop::Fault(fault)) if fault.code == Code::Forbidden => Ok(false),
        Err(other) => Err(other),
    }
}
