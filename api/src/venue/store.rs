//! The statements about venues and rooms.

use std::collections::HashMap;

use plenary_entity::{change, enums, room, venue};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, IntoSimpleExpr, QueryFilter, QueryOrder, sea_query::Expr};
use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use uuid::Uuid;

use super::{
    input::{RoomDraft, VenueDraft},
    query::VenueFilter,
};
use crate::{
    auth::{
        viewer::Viewer,
        visible::{Visibility, rows, seen},
    },
    change::{Parts, WriteError, Writer},
    database::{
        Conn,
        fetch::Fetch,
        keyset::{KeyType, Order},
        listing::Listing,
        sql::{any_of, is_text},
    },
    error::Result,
    execution::lookup::{Listed, list},
    external_id::store::Owner,
    graphql::{
        connection::{List, Parents, RootOnly},
        loader::{BatchKey, Loader},
    },
    mutation::store::{count, in_order},
    text::fold,
};

/// A deleted venue in its last state, for histories that refer to it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct DeletedVenue(pub Uuid);

impl BatchKey for DeletedVenue {
    type Value = venue::Model;

    async fn load(from: &Loader, keys: &[Self]) -> Result<HashMap<Self, Self::Value>> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        // Venues are public. The log rows of a deleted one never change.
        let conn = from.conn.beneath();
        let deleted = rows::<change::Entity>(&Viewer::Server)
            .filter(any_of(conn.get_database_backend(), change::Column::NodeId.into_simple_expr(), &ids))
            .filter(change::Column::Action.eq(enums::ChangeAction::Deleted))
            .filter(change::Column::NodeType.eq(enums::NodeType::Venue))
            .fetch_all(&conn)
            .await?;
        let venue = |row: change::Model| Some((Self(row.node_id), as_logged(row.before.as_ref()?)?));
        Ok(deleted.into_iter().filter_map(venue).collect())
    }
}

/// The row as stored in the log.
fn as_logged(kept: &Json) -> Option<venue::Model> {
    fn field<T: DeserializeOwned>(kept: &Json, name: &str) -> Option<T> {
        serde_json::from_value(kept.get(name)?.clone()).ok()
    }
    let name: String = field(kept, "name")?;
    Some(venue::Model {
        id: field(kept, "id")?,
        slug: field(kept, "slug")?,
        name_folded: fold(&name),
        name,
        kind: field(kept, "kind")?,
        street: field(kept, "street"),
        locality: field(kept, "locality"),
        region: field(kept, "region"),
        postal_code: field(kept, "postalCode"),
        country_code: field(kept, "countryCode"),
        latitude: field(kept, "latitude"),
        longitude: field(kept, "longitude"),
        time_zone: field(kept, "timeZone"),
        website_url: field(kept, "websiteUrl"),
        description: field(kept, "description"),
        created_at: field(kept, "createdAt")?,
        updated_at: field(kept, "updatedAt")?,
        version: field(kept, "version")?,
    })
}

impl List for VenueFilter {
    type Table = venue::Entity;
    type Parent = RootOnly;

    fn listing(&self, visibility: &Visibility) -> Listing<venue::Entity> {
        let mut select = seen::<venue::Entity>(visibility);
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

/// How many rooms a venue has.
pub async fn count_rooms(conn: &Conn, venue: Uuid) -> std::result::Result<usize, DbErr> {
    count::<room::Entity>(conn, room::Column::VenueId.eq(venue).into()).await
}

/// The rooms of a venue, in order.
pub async fn rooms(conn: &Conn, venue: Uuid) -> std::result::Result<Vec<room::Model>, DbErr> {
    in_order::<room::Entity>(conn, room::Column::VenueId.eq(venue).into(), [room::Column::Position, room::Column::Id])
        .await
}

/// Leads from a venue to its rooms, in order.
#[must_use]
pub fn rooms_in() -> Listed<room::Entity> {
    use room::Column;
    list::<room::Entity>(venue::Column::Id, Column::VenueId, |from, _, ids| {
        let rooms = from.listed_by::<room::Entity>(Column::VenueId, ids, None);
        Ok(rooms.order_by_asc(Column::Position).order_by_asc(Column::Id))
    })
}
