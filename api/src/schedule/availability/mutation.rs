//! The mutation of availabilities.

use plenary_entity::{enums::NodeType, event, person, room};
use serde_json::json;

use super::{
    Availability,
    input::{SetAvailabilityInput, ranges},
    store::{self, AvailabilityOf, Whose},
};
use crate::{
    auth::policy::{Location, Permit},
    check::Checks,
    error::Fault,
    mutation::{Command, Field, MutationResult, mutations},
};

mutations! {
    /// Sets when a person or room is available at an event. Replaces what was set before. The schedule has a conflict for
    /// each slot outside these times. Availabilities are never public.
    ///
    /// Example: `mutation { setAvailability(input: { eventId: "event_01h455vb4pex5vsknk084sn02q", personId:
    /// "person_01h455vb4pex5vsknk084sn02q", ranges: [{ from: "2021-09-20T13:00:00Z", to: "2021-09-20T17:00:00Z" }] }) {
    /// availability { ranges { from to } } errors { code message path } } }`.
    set_availability(SetAvailabilityInput) -> SetAvailabilityPayload {
        /// The availability. Null if the mutation failed.
        availability: Availability,
    };
}

impl Command for SetAvailabilityInput {
    type Output = Availability;

    async fn run(self, field: &Field<'_>) -> MutationResult<Availability> {
        let event = field.target::<event::Entity>("eventId", &self.event_id).await?;
        let permit = self.permit(field, &event).await?;
        let mut checks = Checks::default();
        let room = field.refer_if_any::<room::Entity>(&mut checks, "roomId", self.room_id.as_ref()).await?;
        let person = field.refer_if_any::<person::Entity>(&mut checks, "personId", self.person_id.as_ref()).await?;
        match (&self.room_id, &self.person_id) {
            (None, None) => checks.wrong("personId", "must be given, or `roomId`"),
            (Some(_), Some(_)) => checks.wrong("personId", "must be omitted if `roomId` is given"),
            _ => {}
        }
        if let Some(room) = &room {
            let venues = crate::event::store::venues(field.conn(), event.id).await?;
            let is_there = venues.iter().any(|(venue, _)| *venue == room.venue_id);
            checks.ensure(is_there, "roomId", "must be a room in one of the event's venues");
        }
        let ranges = ranges(&mut checks, &self.ranges);
        let note = self.note.as_deref().map(|note| checks.line("note", note));
        let whose = room.map(|room| Whose::Room(room.id)).or(person.map(|person| Whose::Person(person.id)));
        let whose = checks.finish(whose)?.ok_or_else(Fault::vanished)?;
        let said = (json!(ranges), note);
        Ok(store::set(&field.writer(permit), AvailabilityOf { whose, event: event.id }, said).await?)
    }
}

impl SetAvailabilityInput {
    /// Editors set all; that of a person is also set by the person, and by those who lead what credits the person.
    async fn permit(&self, field: &Field<'_>, event: &event::Model) -> MutationResult<Permit> {
        let everywhere = field.permit_to_edit(&Location::in_event(event.id));
        let (Err(_), None, Some(id)) = (&everywhere, &self.room_id, &self.person_id) else { return everywhere };
        let mut checks = Checks::default();
        let person = checks.id("personId", id, NodeType::Person);
        let Some(person) = checks.finish(person)? else { return everywhere };
        if field.sees::<event::Entity>(event.id).await?
            && let Some(permit) = field.viewer().permit_of_person(person)
        {
            return Ok(permit);
        }
        let led = store::credited_in(field.conn(), event.id, person).await?;
        led.iter().find_map(|place| field.permit_to_edit(place).ok()).map_or(everywhere, Ok)
    }
}
