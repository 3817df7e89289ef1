//! The mutations of venues and rooms.

use async_graphql::ID;
use plenary_entity::{enums::NodeType, room, venue};
use sea_orm::Set;
use uuid::Uuid;

use super::{
    Room, Venue,
    input::{
        CreateRoomInput, CreateVenueInput, DeleteRoomInput, DeleteVenueInput, MoveRoomInput, RoomDraft, RoomFields,
        UpdateRoomInput, UpdateVenueInput, VenueDraft, VenueFields,
    },
    store,
};
use crate::{
    check::{Checks, IssueKind},
    external_id::store::Owner,
    graphql::id,
    membership::store::SharedNode,
    mutation::{Command, Field, MutationResult, mutations, place::ItemPlaceInput, store::put_in_order},
    removal::{self, AnyNode},
};

/// How many rooms a venue may have.
pub const MOST_ROOMS: usize = 500;

mutations! {
    /// Creates a venue. Requires `EDIT_PROGRAM` on any event.
    ///
    /// Example: `mutation { createVenue(input: { slug: "harbour-hall", name: "Harbour Hall", kind: PHYSICAL, address: {
    /// locality: "Halifax", countryCode: "CA" } }) { venue { id } errors { code message path } } }`.
    create_venue(CreateVenueInput) -> CreateVenuePayload {
        /// The created venue. Null if the mutation failed.
        venue: Venue,
    };

    /// Updates a venue. Requires `EDIT_PROGRAM` on every hosted event that uses the venue.
    update_venue(UpdateVenueInput) -> UpdateVenuePayload {
        /// The updated venue. Null if the mutation failed.
        venue: Venue,
    };

    /// Deletes a venue. Histories of events keep showing it as it was. Requires `EDIT_PROGRAM` on every hosted event
    /// that uses the venue.
    delete_venue(DeleteVenueInput) -> DeleteVenuePayload {
        /// ID of the deleted node. Null if the mutation failed.
        deleted_id: ID,
    };

    /// Creates a room, last in its venue. Requires `EDIT_PROGRAM` on every hosted event that uses the venue.
    create_room(CreateRoomInput) -> CreateRoomPayload {
        /// The created room. Null if the mutation failed.
        room: Room,
    };

    /// Updates a room. Requires `EDIT_PROGRAM` on every hosted event that uses the venue.
    update_room(UpdateRoomInput) -> UpdateRoomPayload {
        /// The updated room. Null if the mutation failed.
        room: Room,
    };

    /// Deletes a room with its chat and video links. Requires `EDIT_PROGRAM` on every hosted event that uses the venue.
    delete_room(DeleteRoomInput) -> DeleteRoomPayload {
        /// ID of the deleted node. Null if the mutation failed.
        deleted_id: ID,
        /// Venue that the room belonged to. Null if the mutation failed.
        venue: Venue,
    };

    /// Moves a room to another position in its venue. Requires `EDIT_PROGRAM` on every hosted event that uses the
    /// venue.
    move_room(MoveRoomInput) -> MoveRoomPayload {
        /// The moved room. Null if the mutation failed.
        room: Room,
    };
}

impl Command for CreateVenueInput {
    type Output = Venue;

    async fn run(self, field: &Field<'_>) -> MutationResult<Venue> {
        let permit = field.permit_to_edit_somewhere()?;
        let mut checks = Checks::default();
        let id = field.new_id::<venue::Entity>(&mut checks, self.id.as_ref()).await?;
        let row = venue::ActiveModel { id: Set(id), ..Default::default() };
        let draft = checked(field, checks, id, self.into(), row).await?;
        Ok(store::create(&field.writer(permit), draft).await?)
    }
}

impl Command for UpdateVenueInput {
    type Output = Venue;

    async fn run(self, field: &Field<'_>) -> MutationResult<Venue> {
        let row = field.target::<venue::Entity>("id", &self.id).await?;
        let permit = field.permit_to_edit_shared(SharedNode::Venue(row.id)).await?;
        let mut checks = Checks::default();
        Field::check_version::<venue::Entity>(&mut checks, self.expected_version, &row);
        let draft = checked(field, checks, row.id, self.into(), row.clone().into()).await?;
        Ok(store::update(&field.writer(permit), &row, draft).await?)
    }
}

impl Command for DeleteVenueInput {
    type Output = ID;

    async fn run(self, field: &Field<'_>) -> MutationResult<ID> {
        let row = field.target::<venue::Entity>("id", &self.id).await?;
        let permit = field.permit_to_edit_shared(SharedNode::Venue(row.id)).await?;
        let mut checks = Checks::default();
        Field::check_version::<venue::Entity>(&mut checks, self.expected_version, &row);
        let deleted = id::encode(NodeType::Venue, row.id);
        removal::remove(field, checks, permit, AnyNode::from(row), self.cascade).await?;
        Ok(deleted)
    }
}

impl Command for CreateRoomInput {
    type Output = Room;

    async fn run(self, field: &Field<'_>) -> MutationResult<Room> {
        let venue = field.target::<venue::Entity>("venueId", &self.venue_id).await?;
        let permit = field.permit_to_edit_shared(SharedNode::Venue(venue.id)).await?;
        let mut checks = Checks::default();
        let id = field.new_id::<room::Entity>(&mut checks, self.id.as_ref()).await?;
        let others = store::count_rooms(field.conn(), venue.id).await?;
        let position = checks.one_more("venueId", "rooms", others, MOST_ROOMS);
        let row =
            room::ActiveModel { id: Set(id), venue_id: Set(venue.id), position: Set(position), ..Default::default() };
        let draft = checked_room(field, checks, (venue.id, id), self.into(), row).await?;
        Ok(store::create_room(&field.writer(permit), draft).await?)
    }
}

impl Command for UpdateRoomInput {
    type Output = Room;

    async fn run(self, field: &Field<'_>) -> MutationResult<Room> {
        let row = field.target::<room::Entity>("id", &self.id).await?;
        let permit = field.permit_to_edit_shared(SharedNode::Venue(row.venue_id)).await?;
        let mut checks = Checks::default();
        Field::check_version::<room::Entity>(&mut checks, self.expected_version, &row);
        let draft = checked_room(field, checks, (row.venue_id, row.id), self.into(), row.clone().into()).await?;
        Ok(store::update_room(&field.writer(permit), &row, draft).await?)
    }
}

impl Command for DeleteRoomInput {
    type Output = (ID, Venue);

    async fn run(self, field: &Field<'_>) -> MutationResult<Self::Output> {
        let row = field.target::<room::Entity>("id", &self.id).await?;
        let permit = field.permit_to_edit_shared(SharedNode::Venue(row.venue_id)).await?;
        let mut checks = Checks::default();
        Field::check_version::<room::Entity>(&mut checks, self.expected_version, &row);
        removal::remove(field, checks, permit, AnyNode::from(row.clone()), self.cascade).await?;
        let left = store::rooms(field.conn(), row.venue_id).await?;
        field.writer(permit).number::<room::Entity>(left, room::Column::Position).await?;
        let venue = field.existing::<venue::Entity>(row.venue_id).await?;
        Ok((id::encode(NodeType::Room, row.id), venue))
    }
}

impl Command for MoveRoomInput {
    type Output = Room;

    async fn run(self, field: &Field<'_>) -> MutationResult<Room> {
        let row = field.target::<room::Entity>("id", &self.id).await?;
        let permit = field.permit_to_edit_shared(SharedNode::Venue(row.venue_id)).await?;
        let mut checks = Checks::default();
        Field::check_version::<room::Entity>(&mut checks, self.expected_version, &row);
        let beside = named_place(field, &mut checks, &row, &self.to).await?;
        checks.finish(())?;
        let mut others = store::rooms(field.conn(), row.venue_id).await?;
        others.retain(|other| other.id != row.id);
        let id = row.id;
        let order = self.to.insert(others, row, |other| beside == Some(other.id));
        let moved = put_in_order::<room::Entity>(&field.writer(permit), order, room::Column::Position, id).await?;
        Ok(moved)
    }
}

/// The room to place another one next to, if given. Invalid targets are recorded as errors.
async fn named_place(
    field: &Field<'_>,
    checks: &mut Checks,
    row: &room::Model,
    to: &ItemPlaceInput,
) -> MutationResult<Option<Uuid>> {
    let (path, named) = to.named();
    if !to.is_beside() {
        let venue = field.refer::<venue::Entity>(checks, path, named).await?;
        if venue.is_some_and(|venue| venue.id != row.venue_id) {
            checks.note(IssueKind::Conflict, path, "is another venue; a room can't move to another venue");
        }
        return Ok(None);
    }
    let Some(beside) = field.refer::<room::Entity>(checks, path, named).await? else { return Ok(None) };
    if beside.venue_id != row.venue_id {
        checks.note(IssueKind::Conflict, path, "belongs to another venue; a room can't move to another venue");
    }
    if beside.id == row.id {
        checks.note(IssueKind::Conflict, path, "is the room being moved");
    }
    Ok(Some(beside.id))
}

async fn checked(
    field: &Field<'_>,
    mut checks: Checks,
    id: Uuid,
    fields: VenueFields,
    row: venue::ActiveModel,
) -> MutationResult<VenueDraft> {
    let draft = fields.draft(&mut checks, id, row);
    field.note_draft::<venue::Entity>(&draft.row);
    field.check_slug::<venue::Entity>(&mut checks, (Uuid::nil(), &draft.row.slug), id).await?;
    let owner = Owner::Venue(id);
    field.check_external_ids::<venue::Entity>(&mut checks, owner, draft.external_ids.as_deref()).await?;
    Ok(checks.finish(draft)?)
}

async fn checked_room(
    field: &Field<'_>,
    mut checks: Checks,
    (venue_id, id): (Uuid, Uuid),
    fields: RoomFields,
    row: room::ActiveModel,
) -> MutationResult<RoomDraft> {
    let draft = fields.draft(&mut checks, id, row);
    field.note_draft::<room::Entity>(&draft.row);
    field.check_slug::<room::Entity>(&mut checks, (venue_id, &draft.row.slug), id).await?;
    let owner = Owner::Room(id);
    field.check_external_ids::<room::Entity>(&mut checks, owner, draft.external_ids.as_deref()).await?;
    Ok(checks.finish(draft)?)
}
