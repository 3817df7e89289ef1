//! What goes when something is deleted, and what keeps it.
//!
//! What is attached to a thing goes with it: its credits, references and links, and the grants on it. What else belongs
//! to it, and what refers to it, keeps it, unless the client asks for the lot: then the one is deleted too, and the other
//! lets go. Each row is deleted and logged by itself, what belongs to others first.

pub mod store;
mod thing;

pub use self::thing::Thing;
use self::store::{Going, Holder};
use crate::{
    auth::policy::{Action, Permission, Permit, Place},
    check::{Checks, IssueKind},
    membership::store::HostedEventsWith,
    mutation::{Done, Field},
};

/// Deletes something. `checks` has what is wrong with the input so far.
///
/// # Errors
///
/// What is wrong with the input; or that others need the thing, and were not to be taken along.
pub async fn remove(field: &Field<'_>, mut checks: Checks, permit: Permit, thing: Thing, cascade: bool) -> Done<()> {
    let going = Going::of(field.conn(), thing).await?;
    if !going.released.is_empty() && !going.is_event() {
        let message = "is in a released schedule, which stays as it was announced: cancel or withdraw the session instead";
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
        let seen = store::visible(field.read(), keeps).await?;
        let hint = if cascade {
            "is referred to by what you may not change"
        } else {
            "is still needed: others belong to it or refer to it"
        };
        let count = seen.len();
        checks.note(IssueKind::InUse(seen.into_iter().take(10).collect(), count), "id", hint);
    }
    checks.finish(())?;
    Ok(going.go(&field.writer(permit)).await?)
}

/// Whether who asks may make something let go of what is deleted.
async fn may_let_go(field: &Field<'_>, holder: &Holder) -> Done<bool> {
    let edit = Action::With(Permission::EditProgram);
    Ok(match holder {
        Holder::Event(row, _) => {
            if row.origin == plenary_entity::enums::EventOrigin::Hosted {
                field.viewer().may(Action::Organize, &Place::in_event(row.id))
            } else {
                let users = field.read().ask(HostedEventsWith(crate::membership::store::Used::OutsideEvent(row.id)));
                let places: Vec<Place> = users.await?.unwrap_or_default().into_iter().map(Place::in_event).collect();
                field.viewer().permit_at_all(edit, &places).is_some()
            }
        }
        other => other.place().is_some_and(|place| field.viewer().may(edit, &place)),
    })
}
