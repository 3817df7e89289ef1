//! Venues and their rooms.

pub mod enums;
pub mod input;
pub mod mutation;
pub mod object;
pub mod query;
pub mod room;
pub mod store;

use async_graphql::{Context, ID, Object, SimpleObject};
use plenary_entity::{enums::NodeType, venue};

use self::{enums::VenueKind, room::Room, store::RoomsOf};
use crate::{
    database::keyset::PageArguments,
    error::Result,
    event::{Event, query::EventFilter, store::Beneath},
    external_id::{
        ExternalId,
        store::{ExternalIdsOf, Owner},
    },
    graphql::{
        connection::Connection,
        context::ReadContext,
        id,
        printed::Many,
        scalar::{DateTime, TimeZone, Url},
    },
    membership::{enums::AccessPermission, permitted_on_shared, store::Used},
    text::markdown_to_html,
};

/// A place where events are held, or a service that stands in for one.
#[derive(Clone)]
pub struct Venue(pub venue::Model);

impl From<venue::Model> for Venue {
    fn from(row: venue::Model) -> Self {
        Self(row)
    }
}

/// A postal address. Parts that are not known are null.
#[derive(SimpleObject)]
pub struct PostalAddress {
    /// Street and number.
    street: Option<String>,
    /// Town or city.
    locality: Option<String>,
    /// State or province.
    region: Option<String>,
    /// Postal code.
    postal_code: Option<String>,
    /// The country as ISO 3166-1 alpha-2 has it: `IE`.
    country_code: Option<String>,
}

/// A place where events are held, or a service that stands in for one. Everybody may see it.
#[Object]
impl Venue {
    /// Its id, opaque and for ever.
    pub async fn id(&self) -> ID {
        id::encode(NodeType::Venue, self.0.id)
    }

    /// Its name in addresses, unique over all venues: `dublin`. Old slugs keep answering after a change.
    async fn slug(&self) -> &str {
        &self.0.slug
    }

    /// Its name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// A building or a service.
    async fn kind(&self) -> VenueKind {
        self.0.kind.into()
    }

    /// Where a building stands; null when nothing is known of it.
    async fn address(&self) -> Option<PostalAddress> {
        let row = &self.0;
        let parts = [&row.street, &row.locality, &row.region, &row.postal_code, &row.country_code];
        parts.iter().any(|part| part.is_some()).then(|| PostalAddress {
            street: row.street.clone(),
            locality: row.locality.clone(),
            region: row.region.clone(),
            postal_code: row.postal_code.clone(),
            country_code: row.country_code.clone(),
        })
    }

    /// Degrees north, in WGS 84: -90 to 90.
    async fn latitude(&self) -> Option<f64> {
        self.0.latitude
    }

    /// Degrees east, in WGS 84: -180 to 180.
    async fn longitude(&self) -> Option<f64> {
        self.0.longitude
    }

    /// The zone of a building.
    async fn time_zone(&self) -> Option<TimeZone> {
        self.0.time_zone.clone().map(TimeZone)
    }

    /// Its site.
    async fn website_url(&self) -> Option<Url> {
        self.0.website_url.clone().map(Url)
    }

    /// What there is to know about it, as Markdown.
    async fn description(&self) -> Option<&str> {
        self.0.description.as_deref()
    }

    /// `description` as HTML that is safe to put into a page.
    async fn description_html(&self) -> Option<String> {
        self.0.description.as_deref().map(|text| markdown_to_html(text, self.0.id))
    }

    /// Its rooms, in order.
    async fn rooms(&self, ctx: &Context<'_>) -> Result<Many<Room>> {
        ctx.read().list(RoomsOf(self.0.id)).await
    }

    /// The events that use it, whatever for; those with the latest days first.
    async fn events(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start: 0 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Only what comes behind this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, instead of `first`: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Event>> {
        let list = EventFilter::list(None, None)?;
        Connection::beneath(ctx, (Beneath::Venue, self.0.id), list, PageArguments { first, after, last, before }).await
    }

    /// What it is called in other systems.
    async fn external_ids(&self, ctx: &Context<'_>) -> Result<Many<ExternalId>> {
        ctx.read().list(ExternalIdsOf(Owner::Venue(self.0.id))).await
    }

    /// What you may do with it; empty without a token. It tells what a mutation would let you do, and nothing of others.
    async fn viewer_can(&self, ctx: &Context<'_>) -> Result<Vec<AccessPermission>> {
        permitted_on_shared(ctx.read(), Used::Venue(self.0.id)).await
    }

    /// When it was made here.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When it last changed.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.0.updated_at)
    }

    /// Grows by one with every change of its own fields, from 1.
    async fn version(&self) -> i32 {
        self.0.version
    }
}
