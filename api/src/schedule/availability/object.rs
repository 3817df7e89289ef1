//! The types of availabilities.

use async_graphql::ID;
use futures_util::future::LocalBoxFuture;
use plenary_entity::{
    availability::{self, Column},
    enums::NodeType,
    event, person, room,
};
use uuid::Uuid;

use super::{
    AvailableRange,
    store::{AvailabilityOf, Whose},
};
use crate::{
    error::{Fault, Result},
    execution::{
        arguments::argument,
        found::Found,
        lookup::{batch, one},
        object::{Object as Type, column, columns, node_id, object, of_object, related},
        relation::Load,
    },
    graphql::{id, scalar::DateTime},
};

/// All of them.
#[must_use]
pub fn objects() -> Vec<Type> {
    vec![availability(), available_range(), person(), room()]
}

/// The type `Availability`.
fn availability() -> Type {
    object! {
        /// When a person or room is available at an event. Never public. Visible with `READ_DRAFTS` on the event. That of a
        /// person is also visible to the person, and with `READ_DRAFTS` on a microconference that credits the person.
        type Availability: Versioned & Node {
            /// Opaque, permanent ID.
            id: "ID!" = node_id::<availability::Entity>();
            /// Event that it is for.
            event: "Event!" = related(one::<event::Entity>(Column::EventId).seen());
            /// Room, if it is that of a room.
            room: "Room" = related(one::<room::Entity>(Column::RoomId));
            /// Person, if it is that of a person. Null if not visible to you.
            person: "Person" = related(one::<person::Entity>(Column::PersonId));
            /// Times of availability, by start. They neither overlap nor touch. An empty list means always.
            ranges: "[AvailableRange!]!" = related(batch(columns![Column::Ranges], ranges)).showing(columns![Column::Ranges]);
            /// Note for organizers as plain text.
            note: "String" = column(Column::Note);
            /// When the record was created.
            createdAt: "DateTime!" = column(Column::CreatedAt).of::<DateTime>();
            /// When the record was last updated.
            updatedAt: "DateTime!" = column(Column::UpdatedAt).of::<DateTime>();
            /// Revision number. Starts at 1 and increases by one with each change.
            version: "Int!" = column(Column::Version);
        }
    }
}

/// The type `AvailableRange`.
fn available_range() -> Type {
    object! {
        /// Range of time in which a person or room is available.
        type AvailableRange {
            /// Start, inclusive.
            from: "DateTime!" = of_object(|range: &AvailableRange| range.from.into()).of::<DateTime>();
            /// End, exclusive.
            to: "DateTime!" = of_object(|range: &AvailableRange| range.to.into()).of::<DateTime>();
        }
    }
}

/// What people have to do with it.
fn person() -> Type {
    object! {
        type Person {
            /// When the person is available at an event. Null if nothing was set, which means always, and if not visible to
            /// you.
            availability(
                argument::<ID>("eventId", "Event to return the availability at."),
            ): "Availability" = related(batch(columns![person::Column::Id], people));
        }
    }
}

/// What rooms have to do with it.
fn room() -> Type {
    object! {
        type Room {
            /// When the room is available at an event. Null if nothing was set, which means always, and without `READ_DRAFTS`
            /// on the event.
            availability(
                argument::<ID>("eventId", "Event to return the availability at."),
            ): "Availability" = related(batch(columns![room::Column::Id], rooms));
        }
    }
}

fn ranges<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
    let kept = |text: Option<&str>| -> Result<Vec<AvailableRange>> {
        let kept = text.map(serde_json::from_str).transpose().map_err(|cause| Fault::internal(&cause))?;
        Ok(kept.as_ref().map(AvailableRange::read).unwrap_or_default())
    };
    let all: Result<_> = load.parents.iter().map(|parent| kept(parent.row.text(0))).collect();
    Box::pin(std::future::ready(all.map(|all| load.objects_each(all))))
}

fn people<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
    Box::pin(at_event(load, Whose::Person))
}

fn rooms<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
    Box::pin(at_event(load, Whose::Room))
}

/// The availability of each at the event that the arguments name.
async fn at_event(load: &Load<'_>, whose: fn(Uuid) -> Whose) -> Result<Found> {
    let event: ID = load.arguments().get("eventId")?;
    let event = id::decode_as("eventId", &event, NodeType::Event)?;
    let key = |id: Uuid| AvailabilityOf { whose: whose(id), event };
    let found = load.answers(load.ids().into_iter().map(key)).await?;
    let of = |id: Uuid| found.get(&key(id)).cloned();
    Ok(load.one_model_each(load.parents.iter().map(|parent| of(parent.row.key(0))).collect()))
}
