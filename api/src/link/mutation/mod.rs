//! The mutations of chat and video links, and what they share.

pub mod chat;
pub mod video;

use async_graphql::ID;
use plenary_entity::{enums::NodeType, event, microconference, room, session};
use uuid::Uuid;

use super::store::{self, Linked};
use crate::{
    auth::policy::{Location, Permit},
    change::Logged,
    check::Checks,
    error::Fault,
    graphql::attached::Attached,
    membership::store::SharedNode,
    mutation::{Field, MutationResult},
};

/// Maximum number of links of a kind per parent; for a room, per event.
pub const MOST_LINKS: usize = 20;

/// Types that links can be for.
const SORTS: [NodeType; 4] = [NodeType::Event, NodeType::Microconference, NodeType::Session, NodeType::Room];

/// The subject of a new link.
struct Subject {
    linked: Linked,
    /// The event of that; for a room the edition that the link is for.
    event_id: Option<Uuid>,
    /// The venue of a room.
    venue_id: Option<Uuid>,
}

/// The subject of the link in the input. Continue with a permit.
async fn subject(field: &Field<'_>, id: &ID, edition: Option<&ID>) -> MutationResult<Subject> {
    let path = "subjectId";
    let (node_type, _) = field.target_of(path, id, &SORTS)?;
    let within = |linked, event_id| Subject { linked, event_id: Some(event_id), venue_id: None };
    Ok(match node_type {
        NodeType::Event => {
            let row = field.target::<event::Entity>(path, id).await?;
            within(Linked::Event(row.id), row.id)
        }
        NodeType::Microconference => {
            let row = field.target::<microconference::Entity>(path, id).await?;
            within(Linked::Microconference(row.id), row.event_id)
        }
        NodeType::Session => {
            let row = field.target::<session::Entity>(path, id).await?;
            within(Linked::Session(row.id), row.event_id)
        }
        NodeType::Room => {
            let row = field.target::<room::Entity>(path, id).await?;
            let event_id = match edition {
                Some(edition) => Some(field.target::<event::Entity>("eventId", edition).await?.id),
                None => None,
            };
            Subject { linked: Linked::Room(row.id), event_id, venue_id: Some(row.venue_id) }
        }
        _ => return Err(Fault::forbidden().into()),
    })
}

/// The permit to change the links of something. The link of a room is a matter of the event that it is for, or of all
/// that use the venue.
async fn permit(field: &Field<'_>, linked: Linked, event_id: Option<Uuid>) -> MutationResult<Permit> {
    let place = match (linked, event_id) {
        (Linked::Event(event), _) | (Linked::Room(_), Some(event)) => Location::in_event(event),
        (Linked::Room(id), None) => {
            let room = field.existing::<room::Entity>(id).await?;
            return field.permit_to_edit_shared(SharedNode::Venue(room.venue_id)).await;
        }
        (Linked::Microconference(id), Some(event)) => Location::in_microconference(event, id),
        (Linked::Session(id), _) => Location::of_session(&field.existing::<session::Entity>(id).await?),
        (Linked::Microconference(_), None) => return Err(Fault::vanished().into()),
    };
    field.permit_to_attach(&place).await
}

impl Subject {
    /// Notes what is wrong with the edition that was named, and where there are too many links already. Gives the
    /// position of one more.
    async fn check<E>(&self, field: &Field<'_>, checks: &mut Checks, edition: Option<&ID>) -> MutationResult<i32>
    where
        E: Attached<Owner = Linked> + Logged,
    {
        match (self.venue_id, self.event_id) {
            (None, _) => checks.ensure(edition.is_none(), "eventId", "must be omitted unless the link is for a room"),
            (Some(venue), Some(event)) => {
                let is_there = store::uses_venue(field.conn(), event, venue).await?;
                checks.ensure(is_there, "eventId", "must be an event that uses the venue of the room");
            }
            (Some(_), None) => {}
        }
        let there = store::beside::<E>(field.conn(), self.linked, self.event_id).await?.len();
        Ok(checks.one_more("subjectId", "links of this kind", there, MOST_LINKS))
    }
}
