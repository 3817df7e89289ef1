//! The statements about venues and rooms.

use plenary_entity::{enums, room, venue};
use sea_orm::{ColumnTrait, DbErr, IntoSimpleExpr, QueryFilter, sea_query::Expr};
use uuid::Uuid;

use super::{
    input::{RoomDraft, VenueDraft},
    query::VenueFilter,
};
use crate::{
    auth::visible::{Sight, rows, seen},
    change::{Parts, WriteError, Writer},
    database::{
        Conn,
        fetch::Fetch,
        keyset::{KeyType, Order},
        listing::Listing,
        sql::{Scope, bears_slug, is_text},
    },
    error::Result,
    external_id::store::Owner,
    graphql::{
        connection::{List, Parents, RootOnly},
        context::Read,
        loader::lists,
    },
    mutation::store::in_order,
};

lists! {
    /// The rooms of a venue, in order.
    RoomsOf: room by VenueId in [Position, Id];
}

/// The venue that bears a slug, or bore it once.
pub async fn by_slug(read: &Read, slug: &str) -> Result<Option<venue::Model>> {
    let bears = bears_slug(venue::Column::Id.into_simple_expr(), "venue", Scope::Everywhere, slug);
    Ok(rows::<venue::Entity>(&read.viewer).filter(bears).fetch_one(&read.conn.for_one()).await?)
}

impl List for VenueFilter {
    type Table = venue::Entity;
    type Parent = RootOnly;

    fn listing(&self, sight: &Sight) -> Listing<venue::Entity> {
        let mut select = seen::<venue::Entity>(sight);
        if let Some(kind) = self.kind {
            select = select.filter(venue::Column::Kind.eq(enums::VenueKind::from(kind)));
        }
        if let Some(code) = &self.country_code {
            let code = code.to_ascii_uppercase();
            select = select.filter(is_text(venue::Column::CountryCode.into_simple_expr(), &code));
        }
        Listing::new(
            select,
            Order::named("venue.name")
                .ascending(venue::Column::NameFolded.into_simple_expr(), KeyType::Text)
                .ascending(venue::Column::Id.into_simple_expr(), KeyType::Id),
        )
        .containing(venue::Column::NameFolded.into_simple_expr(), self.name_contains.as_ref())
    }

    fn beneath(&self, _: Listing<venue::Entity>, parents: &Parents<RootOnly>) -> (Listing<venue::Entity>, Expr) {
        match parents.kind {}
    }
}

/// Writes a new venue.
pub async fn create(writer: &Writer<'_>, draft: VenueDraft) -> std::result::Result<venue::Model, WriteError> {
    let owner = Owner::Venue(draft.id);
    writer.insert::<venue::Entity>(draft.row, Parts::none().external_ids(owner, draft.external_ids)).await
}

/// Writes a new room.
pub async fn create_room(writer: &Writer<'_>, draft: RoomDraft) -> std::result::Result<room::Model, WriteError> {
    let owner = Owner::Room(draft.id);
    writer.insert::<room::Entity>(draft.row, Parts::none().external_ids(owner, draft.external_ids)).await
}

/// Writes what a venue says now.
pub async fn update(
    writer: &Writer<'_>,
    before: &venue::Model,
    draft: VenueDraft,
) -> std::result::Result<venue::Model, WriteError> {
    let owner = Owner::Venue(draft.id);
    writer.update::<venue::Entity>(before, draft.row, Parts::none().external_ids(owner, draft.external_ids)).await
}

/// Writes what a room says now.
pub async fn update_room(
    writer: &Writer<'_>,
    before: &room::Model,
    draft: RoomDraft,
) -> std::result::Result<room::Model, WriteError> {
    let owner = Owner::Room(draft.id);
    writer.update::<room::Entity>(before, draft.row, Parts::none().external_ids(owner, draft.external_ids)).await
}

/// The rooms of a venue, in order.
pub async fn rooms(conn: &Conn, venue: Uuid) -> std::result::Result<Vec<room::Model>, DbErr> {
    in_order::<room::Entity>(conn, room::Column::VenueId.eq(venue).into(), [room::Column::Position, room::Column::Id])
        .await
}
