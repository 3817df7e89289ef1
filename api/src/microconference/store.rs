//! The statements about microconferences.

use std::collections::HashMap;

use chrono::NaiveDate;
use plenary_entity::{credit, enums, event, external_id, microconference, microconference_keyword, session};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, DbErr, IntoSimpleExpr, QueryFilter, QueryOrder, Set, Statement,
    sea_query::{Expr, ExprTrait, Query},
};
use uuid::Uuid;

use super::{
    input::MicroconferenceDraft,
    query::{MicroconferenceFilter, MicroconferenceOrder, MicroconferenceOrderField},
};
use crate::{
    auth::{
        viewer::Viewer,
        visible::{Visibility, Visible, public, rows, seen},
    },
    change::{Parts, WriteError, Writer},
    credit::store::credits_of,
    database::{
        Conn,
        fetch::Fetch,
        keyset::{KeyType, Order},
        listing::Listing,
        sql::{id_list, is_text, refers_to},
    },
    error::Result,
    execution::lookup::{Listed, list},
    external_id::store::Owner,
    graphql::{
        connection::{List, Parents},
        loader::{BatchKey, Loader},
    },
    mutation::{
        reason::{Reason, because},
        store::{self, in_order},
    },
    text::fold,
};

/// A list of microconferences.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct MicroconferenceList {
    /// The filter.
    pub filter: MicroconferenceFilter,
    /// The event in the filter.
    pub event: Option<Uuid>,
    /// The person in the filter.
    pub person: Option<Uuid>,
    /// In which order.
    pub order: MicroconferenceOrder,
}

/// Parents of lists of microconferences.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum Beneath {
    /// Their event.
    Event,
}

impl List for MicroconferenceList {
    type Table = microconference::Entity;
    type Parent = Beneath;

    fn listing(&self, visibility: &Visibility) -> Listing<microconference::Entity> {
        use microconference::Column;
        let descending = self.order.direction.is_descending();
        let order = match self.order.field {
            MicroconferenceOrderField::Position => Order::named("microconference.position")
                .then(Column::EventId.into_simple_expr(), KeyType::Id, descending)
                .then(Column::Position.into_simple_expr(), KeyType::Integer, descending),
            MicroconferenceOrderField::Title => Order::named("microconference.title").then(
                Column::TitleFolded.into_simple_expr(),
                KeyType::Text,
                descending,
            ),
            MicroconferenceOrderField::AcceptedOn => Order::named("microconference.accepted_on").then(
                Column::AcceptedOn.into_simple_expr(),
                KeyType::Date,
                descending,
            ),
        };
        Listing::new(
            seen::<microconference::Entity>(visibility).filter(self.condition()),
            order.then(Column::Id.into_simple_expr(), KeyType::Id, descending),
        )
        .containing(Column::TitleFolded.into_simple_expr(), self.filter.title_contains.as_ref())
    }

    fn parent_is_public(_: Beneath) -> Option<(Condition, microconference::Column)> {
        Some((public::<event::Entity>(microconference::Column::EventId), microconference::Column::EventId))
    }

    fn is_within_event(_: Beneath) -> bool {
        true
    }

    fn includes_nonpublic(&self) -> bool {
        self.filter.statuses.is_some()
    }

    fn beneath(
        &self,
        listing: Listing<microconference::Entity>,
        parents: &Parents<Beneath>,
    ) -> (Listing<microconference::Entity>, Expr) {
        match parents.kind {
            Beneath::Event => parents.named_in(listing, microconference::Column::EventId.into_simple_expr()),
        }
    }
}

impl MicroconferenceList {
    fn condition(&self) -> Condition {
        use microconference::Column;
        let filter = &self.filter;
        let mut all = Condition::all();
        if let Some(event) = self.event {
            all = all.add(Column::EventId.eq(event));
        }
        if let Some(statuses) = &filter.statuses {
            all = all.add(Column::Status.is_in(statuses.iter().map(|s| enums::MicroconferenceStatus::from(*s))));
        }
        if let Some(keyword) = &filter.keyword {
            let named = Query::select()
                .column(microconference_keyword::Column::MicroconferenceId)
                .from(microconference_keyword::Entity)
                .and_where(is_text(microconference_keyword::Column::KeywordFolded.into_simple_expr(), &fold(keyword)))
                .take();
            all = all.add(Column::Id.into_simple_expr().in_subquery(named));
        }
        if let Some(person) = self.person {
            let credited = credits_of(person, credit::Column::MicroconferenceId);
            all = all.add(Column::Id.into_simple_expr().in_subquery(credited));
        }
        all
    }
}

/// The whole line of editions that a microconference is one of, oldest first.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct EditionsOf(pub Uuid);

/// Where the line starts, and how far a search goes: more editions than any conference has had.
const LINE_OF_EDITIONS: &str = "
    WITH RECURSIVE
    earlier (start, id, previous, step) AS (
        SELECT id, id, previous_edition_id, 0 FROM microconference WHERE id IN (SELECT * FROM asked)
        UNION ALL
        SELECT earlier.start, m.id, m.previous_edition_id, earlier.step - 1
        FROM earlier JOIN microconference m ON m.id = earlier.previous WHERE earlier.step > -200
    ),
    later (start, id, step) AS (
        SELECT id, id, 0 FROM microconference WHERE id IN (SELECT * FROM asked)
        UNION ALL
        SELECT later.start, m.id, later.step + 1
        FROM later JOIN microconference m ON m.previous_edition_id = later.id WHERE later.step < 200
    )
    SELECT start, id, step FROM earlier UNION SELECT start, id, step FROM later ORDER BY start, step";

impl BatchKey for EditionsOf {
    type Value = Vec<microconference::Model>;

    async fn load(from: &Loader, keys: &[Self]) -> Result<HashMap<Self, Self::Value>> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let backend = from.conn.get_database_backend();
        let asked = match backend {
            DbBackend::Postgres => "SELECT unnest($1::uuid[])",
            _ => "SELECT unhex(value) FROM json_each($1)",
        };
        let sql = LINE_OF_EDITIONS.replace("SELECT * FROM asked", asked);
        let statement = Statement::from_sql_and_values(backend, sql, [id_list(backend, &ids)]);
        let mut line = Vec::new();
        for row in from.conn.query_all_raw(statement).await? {
            line.push((row.try_get("", "start")?, row.try_get("", "id")?));
        }
        let line = from.listed_links::<microconference::Entity>(line).await?;
        let lines = from.along::<microconference::Entity>(line).await?;
        Ok(lines.into_iter().map(|(start, editions)| (Self(start), editions)).collect())
    }
}

/// Writes a new microconference.
pub async fn create(
    writer: &Writer<'_>,
    draft: MicroconferenceDraft,
) -> std::result::Result<microconference::Model, WriteError> {
    let parts = parts(draft.id, draft.keywords, draft.external_ids);
    writer.insert::<microconference::Entity>(draft.row, parts).await
}

/// Writes what a microconference says now.
pub async fn update(
    writer: &Writer<'_>,
    before: &microconference::Model,
    draft: MicroconferenceDraft,
) -> std::result::Result<microconference::Model, WriteError> {
    let parts = parts(draft.id, draft.keywords, draft.external_ids);
    writer.update::<microconference::Entity>(before, draft.row, parts).await
}

fn parts(
    id: Uuid,
    keywords: Option<Vec<microconference_keyword::ActiveModel>>,
    external_ids: Option<Vec<external_id::ActiveModel>>,
) -> Parts {
    let mut parts = Parts::none();
    if let Some(keywords) = keywords {
        let of_it = microconference_keyword::Column::MicroconferenceId.eq(id).into();
        parts = parts.set::<microconference_keyword::Entity>("keywords", of_it, keywords);
    }
    parts.external_ids(Owner::Microconference(id), external_ids)
}

/// Writes what the review of a microconference came to, and why.
pub async fn review(
    writer: &Writer<'_>,
    before: &microconference::Model,
    (status, accepted_on): (enums::MicroconferenceStatus, Option<NaiveDate>),
    reason: Option<&Reason>,
) -> std::result::Result<microconference::Model, WriteError> {
    let accepted = status == enums::MicroconferenceStatus::Accepted;
    let change = microconference::ActiveModel {
        status: Set(status),
        was_accepted: Set(before.was_accepted || accepted),
        accepted_on: Set(accepted_on),
        ..Default::default()
    };
    writer.update::<microconference::Entity>(before, change, because(Parts::none(), reason)).await
}

/// How many microconferences an event has.
pub async fn count(conn: &Conn, event: Uuid) -> std::result::Result<usize, DbErr> {
    store::count::<microconference::Entity>(conn, microconference::Column::EventId.eq(event).into()).await
}

/// The microconferences of an event in order, regardless of visibility.
pub async fn siblings(conn: &Conn, event: Uuid) -> std::result::Result<Vec<microconference::Model>, DbErr> {
    use microconference::Column;
    let which = Condition::all().add(Column::EventId.eq(event));
    in_order::<microconference::Entity>(conn, which, [Column::Position, Column::Id]).await
}

/// Renumbers the microconferences of an event.
pub async fn renumber(writer: &Writer<'_>, event: Uuid) -> std::result::Result<(), WriteError> {
    let there = siblings(writer.conn(), event).await?;
    writer.number::<microconference::Entity>(there, microconference::Column::Position).await.map(drop)
}

/// The next edition of a microconference, regardless of visibility.
pub async fn next_edition(conn: &Conn, id: Uuid) -> std::result::Result<Option<microconference::Model>, DbErr> {
    let next = microconference::Column::PreviousEditionId.eq(id);
    rows::<microconference::Entity>(&Viewer::Server).filter(next).fetch_one(conn).await
}

/// Leads from a microconference to its keywords, in order.
#[must_use]
pub fn keywords() -> Listed<microconference_keyword::Entity> {
    use microconference_keyword::Column;
    list::<microconference_keyword::Entity>(microconference::Column::Id, Column::MicroconferenceId, |from, _, ids| {
        let parent = public::<microconference::Entity>(Column::MicroconferenceId);
        let keywords = from.listed_by::<microconference_keyword::Entity>(Column::MicroconferenceId, ids, Some(parent));
        Ok(keywords.order_by_asc(Column::Position).order_by_asc(Column::Keyword))
    })
    .within_event()
}

/// A row of `session` belongs to this microconference, which is visible. Sessions can be visible without it.
pub fn is_seen_microconference(visibility: &Visibility, id: Uuid) -> Condition {
    let column = session::Column::MicroconferenceId;
    let seen = microconference::Entity::visible(&visibility.of_filters());
    Condition::all().add(column.eq(id)).add(refers_to::<microconference::Entity>(column.into_simple_expr(), seen))
}
