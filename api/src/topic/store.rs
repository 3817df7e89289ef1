//! The statements about topics.

use std::collections::HashMap;

use futures_util::future::LocalBoxFuture;
use plenary_entity::{credit, enums, microconference, topic};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, IntoSimpleExpr, PaginatorTrait, QueryFilter, QueryOrder,
    QueryTrait, Select, Set,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use super::{
    input::TopicDraft,
    query::{TopicFilter, TopicOrder, TopicOrderField},
};
use crate::{
    auth::{
        viewer::Viewer,
        visible::{Visibility, public, rows, seen, topics_with_those_beneath_hidden_ones},
    },
    change::{Parts, WriteError, Writer},
    credit::store::credits_of,
    database::{
        Conn,
        fetch::Fetch,
        keyset::{KeyType, Order},
        listing::Listing,
        rows::Column as Cells,
        sql::any_of,
    },
    error,
    execution::{
        found::{Found, Item, Lists},
        lookup::{Listed, list},
        relation::{Load, Relation, Sharing},
    },
    external_id::store::Owner,
    graphql::connection::{List, Parents, RootOnly},
    mutation::store::{in_order, put_in_order},
};

/// A list of topics.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct TopicList {
    /// The filter.
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

/// The reading position of a topic in its microconference as one number, with four digits for each level. Positions are
/// far below ten thousand. The topics above are subqueries: joins would double the time that PostgreSQL takes to plan a
/// search, which it does for each.
const READING_ORDER: &str = "CASE topic.depth \
    WHEN 0 THEN CAST(topic.position + 1 AS BIGINT) * 100000000 \
    WHEN 1 THEN CAST((SELECT above.position FROM topic above WHERE above.id = topic.parent_id) + 1 AS BIGINT) * 100000000 \
    + CAST(topic.position + 1 AS BIGINT) * 10000 \
    ELSE (SELECT CAST(topmost.position + 1 AS BIGINT) * 100000000 + CAST(above.position + 1 AS BIGINT) * 10000 \
    FROM topic above JOIN topic topmost ON topmost.id = above.parent_id WHERE above.id = topic.parent_id) \
    + topic.position + 1 END";

/// Joins the microconferences, by which topics are ordered first.
fn with_microconferences(mut select: Select<topic::Entity>) -> Select<topic::Entity> {
    QueryTrait::query(&mut select).inner_join(
        microconference::Entity,
        // The second condition is implied, but lets PostgreSQL start with the rows of one event.
        Condition::all()
            .add(
                microconference::Column::Id.into_simple_expr().equals(topic::Column::MicroconferenceId.as_column_ref()),
            )
            .add(microconference::Column::EventId.into_simple_expr().equals(topic::Column::EventId.as_column_ref())),
    );
    select
}

impl List for TopicList {
    type Table = topic::Entity;
    type Parent = RootOnly;

    fn listing(&self, visibility: &Visibility) -> Listing<topic::Entity> {
        use topic::Column;
        let descending = self.order.direction.is_descending();
        let mut select = seen::<topic::Entity>(visibility).filter(self.condition());
        let order = match self.order.field {
            TopicOrderField::Position => {
                select = with_microconferences(select);
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

    fn includes_nonpublic(&self) -> bool {
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

/// The direct subtopics of a topic, or the top-level topics of a microconference, in order, regardless of visibility.
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

/// All subtopics of a topic, each after its parent.
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

/// The target of a topic's move.
pub struct Destination {
    /// The microconference.
    pub microconference_id: Uuid,
    /// The topic above.
    pub parent_id: Option<Uuid>,
    /// How many topics are above.
    pub depth: i32,
    /// The sibling that was named.
    pub beside: Option<Uuid>,
}

/// Renumbers siblings.
pub async fn renumber(writer: &Writer<'_>, microconference: Uuid, parent: Option<Uuid>) -> Result<(), WriteError> {
    let there = siblings(writer.conn(), microconference, parent).await?;
    writer.number::<topic::Entity>(there, topic::Column::Position).await.map(drop)
}

/// Moves a topic with all its subtopics, so that its new siblings are sorted by `order`.
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
        // A trigger has already changed its microconference.
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

/// Which topics of a microconference a field shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// The top-level topics.
    Top,
    /// Those of all levels, each followed by its subtopics.
    All,
}

/// To topics of a microconference. All levels are looked up at once, so subtopics come with their parents.
pub struct TopicsOfMicroconference {
    listed: Listed<topic::Entity>,
    shown: Shown,
}

/// The subtopics that are read along with the topics of a microconference.
const SUBTOPICS: &str = "subtopics";

/// Leads from the id of a microconference to its topics, by position among their siblings.
pub fn topics_of(microconference: microconference::Column, shown: Shown) -> TopicsOfMicroconference {
    use topic::Column;
    // Topics that are hidden because of a parent may be among them: readers from the top never reach them.
    let listed = list::<topic::Entity>(microconference, Column::MicroconferenceId, |from, load, ids| {
        let select = match from.viewer {
            Viewer::Anonymous => topics_with_those_beneath_hidden_ones().filter(any_of(
                load.backend(),
                Column::MicroconferenceId.into_simple_expr(),
                ids,
            )),
            _ => {
                let is_public = public::<microconference::Entity>(Column::MicroconferenceId);
                from.listed_by::<topic::Entity>(Column::MicroconferenceId, ids, Some(is_public))
            }
        };
        Ok(select.order_by_asc(Column::Position).order_by_asc(Column::Id))
    });
    TopicsOfMicroconference { listed: listed.within_event(), shown }
}

impl Relation for TopicsOfMicroconference {
    fn columns(&self) -> &[Cells] {
        self.listed.columns()
    }

    fn sharing(&self) -> Sharing {
        Sharing::All("topics", "of microconferences")
    }

    fn tag(&self) -> usize {
        usize::from(self.shown == Shown::All)
    }

    fn brings(&self) -> Option<&'static str> {
        Some(SUBTOPICS)
    }

    fn load<'a>(&'a self, load: &'a Load<'a>) -> LocalBoxFuture<'a, error::Result<Found>> {
        Box::pin(async move {
            let columns = [Cells::of(topic::Column::Id), Cells::of(topic::Column::ParentId)];
            let (rows, by) = self.listed.rows(load, self, &columns).await?;
            let mut beneath: HashMap<Uuid, Vec<u32>> = HashMap::new();
            for (row, number) in (0..rows.len()).zip(0..) {
                let above = rows.id(row, by + 2).or_else(|| rows.id(row, by));
                beneath.entry(above.unwrap_or_default()).or_default().push(number);
            }
            let of = |id: Option<Uuid>| id.and_then(|id| beneath.get(&id)).map_or(&[][..], Vec::as_slice);
            let items = |rows: &[u32]| rows.iter().map(|row| Item::Row(0, *row)).collect::<Vec<_>>();
            let mut along = Lists::default();
            for row in 0..rows.len() {
                along.push(items(of(rows.id(row, by + 1))));
            }
            let mut lists = Lists::default();
            for parent in &load.parents {
                let top = of(parent.id());
                if parent.relation.tag() == 0 {
                    lists.push(items(top));
                    continue;
                }
                let mut read = Vec::new();
                let mut to_read: Vec<u32> = top.iter().rev().copied().collect();
                while let Some(row) = to_read.pop() {
                    to_read.extend(of(rows.id(row as usize, by + 1)).iter().rev());
                    read.push(row);
                }
                lists.push(items(&read));
            }
            let tables = vec![(load.type_name(), rows)];
            Ok(Found { tables, items: lists.into_items(), along: Some(along.into_items()), ..Found::default() })
        })
    }
}

/// Leads from a topic to its direct subtopics, in order. A subtopic is visible if its parent is, unless it is a
/// proposal itself.
#[must_use]
pub fn subtopics() -> Listed<topic::Entity> {
    use topic::Column;
    list::<topic::Entity>(Column::Id, Column::ParentId, |_, load, ids| {
        let these = any_of(load.backend(), Column::ParentId.into_simple_expr(), ids);
        let select = topics_with_those_beneath_hidden_ones().filter(these);
        Ok(select.order_by_asc(Column::Position).order_by_asc(Column::Id))
    })
    .within_event()
    .coming_along_as(SUBTOPICS)
}

/// Leads from a topic to those that continue it, in the order of creation.
#[must_use]
pub fn continuations() -> Listed<topic::Entity> {
    use topic::Column;
    list::<topic::Entity>(Column::Id, Column::ContinuesId, |from, _, ids| {
        Ok(from.listed_by::<topic::Entity>(Column::ContinuesId, ids, None).order_by_asc(Column::Id))
    })
}
