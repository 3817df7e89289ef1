//! The root fields of microconferences.

use async_graphql::{Context, Enum, ID, InputObject, Object};
use futures_util::future::LocalBoxFuture;
use plenary_entity::enums::NodeType;

use super::{
    Microconference,
    enums::MicroconferenceStatus,
    store::{self, MicroconferenceList},
};
use crate::{
    database::keyset::PageArguments,
    error::Result,
    execution::relation::Load,
    graphql::{connection::Connection, context::ReadContext, id, order::OrderDirection, printed::One},
};

/// Which microconferences to list. All that is given must hold; an empty list of words matches nothing.
#[derive(Clone, Default, PartialEq, Eq, Hash, InputObject)]
pub struct MicroconferenceFilter {
    /// Of this event.
    pub event_id: Option<ID>,
    /// With one of these statuses. Naming `PROPOSED` or `DECLINED` asks for more than the public sees, and
    /// yields what you may see.
    pub statuses: Option<Vec<MicroconferenceStatus>>,
    /// With this text in the title, whatever the case of its letters.
    pub title_contains: Option<String>,
    /// With this keyword, whatever the case of its letters: `ebpf`.
    pub keyword: Option<String>,
    /// That credit this person themselves.
    pub person_id: Option<ID>,
}

/// The order of a list of microconferences.
#[derive(Clone, Copy, PartialEq, Eq, Hash, InputObject)]
pub struct MicroconferenceOrder {
    /// What to order by.
    pub field: MicroconferenceOrderField,
    /// Which end comes first.
    pub direction: OrderDirection,
}

/// What microconferences can be ordered by.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
pub enum MicroconferenceOrderField {
    /// Their place in their event; events follow each other as they were made here.
    Position,
    /// The title, whatever the case of its letters, by code point.
    Title,
    /// The day of acceptance; those without one come last in either direction.
    AcceptedOn,
}

impl MicroconferenceFilter {
    /// The list that the arguments ask for.
    ///
    /// # Errors
    ///
    /// When an id is of the wrong type.
    pub fn list(filter: Option<Self>, order: Option<MicroconferenceOrder>) -> Result<MicroconferenceList> {
        let filter = filter.unwrap_or_default();
        Ok(MicroconferenceList {
            event: id::optional("filter.eventId", filter.event_id.as_ref(), NodeType::Event)?,
            person: id::optional("filter.personId", filter.person_id.as_ref(), NodeType::Person)?,
            order: order.unwrap_or(MicroconferenceOrder {
                field: MicroconferenceOrderField::Position,
                direction: OrderDirection::Asc,
            }),
            filter,
        })
    }
}

/// The root fields of microconferences.
#[derive(Default)]
pub struct MicroconferenceQuery;

#[Object]
impl MicroconferenceQuery {
    /// A microconference by the slugs of its event and its own, or null when there is none that you may see.
    /// Example: `{ microconference(eventSlug: "lpc-2021", slug: "real-time") { title topics { title } } }`.
    async fn microconference(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The slug of its event, or one that it had: `lpc-2021`.")] event_slug: String,
        #[graphql(desc = "Its slug, or one that it had: `real-time`.")] slug: String,
    ) -> Option<Result<One<Microconference>>> {
        store::by_slug(ctx.read(), event_slug, &slug)
            .await
            .map(|found| found.map(|row| One(Microconference(row))))
            .transpose()
    }

    /// Microconferences of all events, by event and position unless you order them otherwise.
    async fn microconferences(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start: 0 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Only what comes behind this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, instead of `first`: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
        #[graphql(desc = "Only microconferences for which all of this holds.")] filter: Option<MicroconferenceFilter>,
        #[graphql(desc = "The order; by position unless given.")] order_by: Option<MicroconferenceOrder>,
    ) -> Result<Connection<Microconference>> {
        Connection::root(
            ctx,
            MicroconferenceFilter::list(filter, order_by)?,
            PageArguments { first, after, last, before },
        )
        .await
    }
}

/// The list that the arguments of a field ask for.
#[must_use]
pub fn listed<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Option<MicroconferenceList>>> {
    Box::pin(std::future::ready((|| {
        MicroconferenceFilter::list(load.arguments().get("filter")?, load.arguments().get("orderBy")?).map(Some)
    })()))
}
