//! The statements about topics.

use std::collections::HashMap;

use plenary_entity::{credit, enums, microconference, topic};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, IntoSimpleExpr, PaginatorTrait, QueryFilter, QueryOrder,
    QueryTrait, Select, Set,
    sea_query::{Alias, Expr, ExprTrait, JoinType},
};
use uuid::Uuid;

use super::{
    input::TopicDraft,
    mutation::Destination,
    query::{TopicFilter, TopicOrder, TopicOrderField},
};
use crate::{
    auth::{
        viewer::Viewer,
        visible::{Sight, public, rows, seen, topics_with_those_beneath_hidden_ones},
    },
    change::{Parts, WriteError, Writer},
    credit::store::credits_of,
    database::{
        Conn,
        fetch::Fetch,
        keyset::{KeyType, Order},
        listing::Listing,
        sql::any_of,
    },
    error,
    external_id::store::Owner,
    graphql::{
        connection::{List, Parents, RootOnly},
        loader::{Loads, Question, lists},
    },
    mutation::store::{in_order, put_in_order},
};

/// The topics of a microconference, of every level, by position among their siblings. What is hidden for what stands above
/// it may be among them: whoever reads them from the top never comes there.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct TopicsOf(pub Uuid);

impl Question for TopicsOf {
    type Answer = Vec<topic::Model>;

    async fn answer(from: &Loads, questions: &[Self]) -> error::Result<HashMap<Self, Self::Answer>> {
        use topic::Column;
        let from = from.beneath();
        let ids: Vec<Uuid> = questions.iter().map(|question| question.0).collect();
        let select = match from.viewer {
            Viewer::Anonymous => topics_with_those_beneath_hidden_ones().filter(any_of(
                from.conn.get_database_backend(),
                Column::MicroconferenceId.into_simple_expr(),
                &ids,
            )),
            _ => {
                let is_public = public::<microconference::Entity>(Column::MicroconferenceId);
                from.listed_by::<topic::Entity>(Column::MicroconferenceId, &ids, Some(is_public))
            }
        };
        let select = select.order_by_asc(Column::Position).order_by_asc(Column::Id);
        let groups = from.grouped(select, Column::MicroconferenceId).await?;
        Ok(groups.into_iter().map(|(microconference, topics)| (Self(microconference), topics)).collect())
    }
}

/// The topics right beneath a topic, in order. Whoever sees a topic sees what stands beneath it, but for what is a mere
/// proposal itself.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SubtopicsOf(pub Uuid);

impl Question for SubtopicsOf {
    type Answer = Vec<topic::Model>;

    async fn answer(from: &Loads, questions: &[Self]) -> error::Result<HashMap<Self, Self::Answer>> {
        use topic::Column;
        let from = from.beneath();
        let ids: Vec<Uuid> = questions.iter().map(|question| question.0).collect();
        let these = any_of(from.conn.get_database_backend(), Column::ParentId.into_simple_expr(), &ids);
        let select = topics_with_those_beneath_hidden_ones().filter(these);
        let select = select.order_by_asc(Column::Position).order_by_asc(Column::Id);
        let groups = from.grouped(select, Column::ParentId).await?;
        Ok(groups.into_iter().map(|(parent, topics)| (Self(parent), topics)).collect())
    }
}

lists! {
    /// The topics that take a topic up again, as they were made.
    ContinuationsOf: topic by ContinuesId in [Id];
}

/// The topics of one microconference, each followed by those beneath it. They come by position.
#[must_use]
pub fn in_reading_order(topics: Vec<topic::Model>) -> Vec<topic::Model> {
    let mut beneath: HashMap<Option<Uuid>, Vec<topic::Model>> = HashMap::new();
    for topic in topics.into_iter().rev() {
        beneath.entry(topic.parent_id).or_default().push(topic);
    }
    let mut read = Vec::new();
    let mut to_read = beneath.remove(&None).unwrap_or_default();
    while let Some(topic) = to_read.pop() {
        to_read.extend(beneath.remove(&Some(topic.id)).unwrap_or_default());
        read.push(topic);
    }
    read
}

/// A list of topics.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct TopicList {
    /// Which.
    pub filter: TopicFilter,
    /// The event in the filter.
    pub event: Option<Uuid>,
    /// The microconference in the filter.
    pub microconference: Option<Uuid>,
    /// The person in the filter.
    pub person: Option<Uuid>,
    /// In which order.
    pub order: TopicOrder,
}

/// Where a topic stands in its microconference as one reads it, as one number: a group of four digits for
/// each level. Positions are far below ten thousand.
const READING_ORDER: &str = "CASE topic.depth \
    WHEN 0 THEN CAST(topic.position + 1 AS BIGINT) * 100000000 \
    WHEN 1 THEN CAST(above.position + 1 AS BIGINT) * 100000000 + CAST(topic.position + 1 AS BIGINT) * 10000 \
    ELSE CAST(topmost.position + 1 AS BIGINT) * 100000000 + CAST(above.position + 1 AS BIGINT) * 10000 \
    + topic.position + 1 END";

/// Joins what the reading order needs.
fn with_surroundings(mut select: Select<topic::Entity>) -> Select<topic::Entity> {
    let id_of = |table: &str| Expr::col((Alias::new(table), topic::Column::Id));
    let parent_of = |table: &str| (Alias::new(table), topic::Column::ParentId);
    QueryTrait::query(&mut select)
        .inner_join(
            microconference::Entity,
            // The second goes without saying, but lets PostgreSQL begin with those of one event.
            Condition::all()
                .add(
                    microconference::Column::Id
                        .into_simple_expr()
                        .equals(topic::Column::MicroconferenceId.as_column_ref()),
                )
                .add(
                    microconference::Column::EventId.into_simple_expr().equals(topic::Column::EventId.as_column_ref()),
                ),
        )
        .join_as(JoinType::LeftJoin, topic::Entity, Alias::new("above"), id_of("above").equals(parent_of("topic")))
        .join_as(JoinType::LeftJoin, topic::Entity, Alias::new("topmost"), id_of("topmost").equals(parent_of("above")));
    select
}

impl List for TopicList {
    type Table = topic::Entity;
    type Parent = RootOnly;

    fn listing(&self, sight: &Sight) -> Listing<topic::Entity> {
        use topic::Column;
        let descending = self.order.direction.is_descending();
        let mut select = seen::<topic::Entity>(sight).filter(self.condition());
        let order = match self.order.field {
            TopicOrderField::Position => {
                select = with_surroundings(select);
                Order::named("topic.position")
                    .then(microconference::Column::EventId.into_simple_expr(), KeyType::Id, descending)
                    .then(microconference::Column::Position.into_simple_expr(), KeyType::Integer, descending)
                    .then(microconference::Column::Id.into_simple_expr(), KeyType::Id, descending)
                    .then(Expr::cust(READING_ORDER), KeyType::Integer, descending)
            }
            TopicOrderField::Title => {
                Order::named("topic.title").then(Column::TitleFolded.into_simple_expr(), KeyType::Text, descending)
            }
            TopicOrderField::CreatedAt => Order::named("topic.created_at").then(
                Column::CreatedAt.into_simple_expr(),
                KeyType::Instant,
                descending,
            ),
        };
        Listing::new(select, order.then(Column::Id.into_simple_expr(), KeyType::Id, descending))
            .containing(Column::TitleFolded.into_simple_expr(), self.filter.title_contains.as_ref())
    }

    fn asks_for_more(&self) -> bool {
        self.filter.statuses.is_some()
    }

    fn beneath(&self, _: Listing<topic::Entity>, parents: &Parents<RootOnly>) -> (Listing<topic::Entity>, Expr) {
        match parents.kind {}
    }
}

impl TopicList {
    fn condition(&self) -> Condition {
        use topic::Column;
        let filter = &self.filter;
        let mut all = Condition::all();
        if let Some(event) = self.event {
            all = all.add(Column::EventId.eq(event));
        }
        if let Some(microconference) = self.microconference {
            all = all.add(Column::MicroconferenceId.eq(microconference));
        }
        if let Some(kinds) = &filter.kinds {
            all = all.add(Column::Kind.is_in(kinds.iter().map(|kind| enums::TopicKind::from(*kind))));
        }
        if let Some(statuses) = &filter.statuses {
            all = all.add(Column::Status.is_in(statuses.iter().map(|status| enums::TopicStatus::from(*status))));
        }
        if let Some(outcomes) = &filter.outcomes {
            all = all.add(Column::Outcome.is_in(outcomes.iter().map(|outcome| enums::TopicOutcome::from(*outcome))));
        }
        if let Some(person) = self.person {
            let credited = credits_of(person, credit::Column::TopicId);
            all = all.add(Column::Id.into_simple_expr().in_subquery(credited));
        }
        all
    }
}

/// Writes a new topic.
pub async fn create(writer: &Writer<'_>, draft: TopicDraft) -> Result<topic::Model, WriteError> {
    let owner = Owner::Topic(draft.id);
    writer.insert::<topic::Entity>(draft.row, Parts::none().external_ids(owner, draft.external_ids)).await
}

/// Writes what a topic says now.
pub async fn update(writer: &Writer<'_>, before: &topic::Model, draft: TopicDraft) -> Result<topic::Model, WriteError> {
    let owner = Owner::Topic(draft.id);
    writer.update::<topic::Entity>(before, draft.row, Parts::none().external_ids(owner, draft.external_ids)).await
}

/// The topics right beneath a topic, or at the top of a microconference, in order, whoever may see them.
pub async fn siblings(conn: &Conn, microconference: Uuid, parent: Option<Uuid>) -> Result<Vec<topic::Model>, DbErr> {
    let beneath = match parent {
        Some(parent) => topic::Column::ParentId.eq(parent),
        None => topic::Column::ParentId.is_null(),
    };
    let which = Condition::all().add(topic::Column::MicroconferenceId.eq(microconference)).add(beneath);
    in_order::<topic::Entity>(conn, which, [topic::Column::Position, topic::Column::Id]).await
}

/// How many topics a microconference has, on all levels.
pub async fn count(conn: &Conn, microconference: Uuid) -> Result<usize, DbErr> {
    let there = rows::<topic::Entity>(&Viewer::Server).filter(topic::Column::MicroconferenceId.eq(microconference));
    Ok(usize::try_from(there.count(conn).await?).unwrap_or(usize::MAX))
}

/// All topics beneath a topic, each behind the one above it.
pub async fn beneath(conn: &Conn, id: Uuid) -> Result<Vec<topic::Model>, DbErr> {
    let mut found: Vec<topic::Model> = Vec::new();
    let mut above = vec![id];
    while !above.is_empty() {
        let within = any_of(conn.get_database_backend(), topic::Column::ParentId.into_simple_expr(), &above);
        let next = rows::<topic::Entity>(&Viewer::Server).filter(within).fetch_all(conn).await?;
        above = next.iter().map(|row| row.id).collect();
        found.extend(next);
    }
    Ok(found)
}

/// Gives siblings the positions in which they stand.
pub async fn renumber(writer: &Writer<'_>, microconference: Uuid, parent: Option<Uuid>) -> Result<(), WriteError> {
    let there = siblings(writer.conn(), microconference, parent).await?;
    writer.number::<topic::Entity>(there, topic::Column::Position).await.map(drop)
}

/// Moves a topic with all beneath it, so that its new siblings come in `order`.
pub async fn relocate(
    writer: &Writer<'_>,
    (row, beneath): (&topic::Model, Vec<topic::Model>),
    to: &Destination,
    order: &[Uuid],
) -> Result<topic::Model, WriteError> {
    let deeper = to.depth - row.depth;
    let change = topic::ActiveModel {
        microconference_id: Set(to.microconference_id),
        parent_id: Set(to.parent_id),
        depth: Set(to.depth),
        ..Default::default()
    };
    writer.update::<topic::Entity>(row, change, Parts::none()).await?;
    for below in beneath {
        // The database has let its microconference follow already.
        let change = topic::ActiveModel {
            microconference_id: Set(to.microconference_id),
            depth: Set(below.depth + deeper),
            ..Default::default()
        };
        writer.update::<topic::Entity>(&below, change, Parts::none()).await?;
    }
    if (row.microconference_id, row.parent_id) != (to.microconference_id, to.parent_id) {
        renumber(writer, row.microconference_id, row.parent_id).await?;
    }
    let mut there = siblings(writer.conn(), to.microconference_id, to.parent_id).await?;
    there.sort_by_key(|sibling| order.iter().position(|id| *id == sibling.id));
    put_in_order::<topic::Entity>(writer, there, topic::Column::Position, row.id).await
}
