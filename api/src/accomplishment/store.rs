//! The statements about accomplishments.

use plenary_entity::{accomplishment, accomplishment_topic, credit, enums, external_id, microconference, topic};
use sea_orm::{
    ColumnTrait, Condition, DbErr, IntoSimpleExpr, QueryFilter, QueryOrder, QueryTrait, Set,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use super::{input::AccomplishmentDraft, query::AccomplishmentFilter};
use crate::{
    auth::visible::{Visibility, public, seen},
    change::{Parts, WriteError, Writer},
    credit::store::credits_of,
    database::{
        Conn,
        keyset::{KeyType, Order},
        listing::Listing,
    },
    execution::lookup::{Listed, linked, list},
    external_id::store::Owner,
    graphql::connection::{List, Parents, RootOnly},
    mutation::store::{in_order, put_in_order},
};

/// A list of accomplishments.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct AccomplishmentList {
    /// The filter.
    pub filter: AccomplishmentFilter,
    /// The event in the filter.
    pub event: Option<Uuid>,
    /// The microconference in the filter.
    pub microconference: Option<Uuid>,
    /// The person in the filter.
    pub person: Option<Uuid>,
}

impl List for AccomplishmentList {
    type Table = accomplishment::Entity;
    type Parent = RootOnly;

    fn listing(&self, visibility: &Visibility) -> Listing<accomplishment::Entity> {
        let mut select = seen::<accomplishment::Entity>(visibility).filter(self.condition());
        QueryTrait::query(&mut select).inner_join(
            microconference::Entity,
            // The second condition is implied, but lets PostgreSQL start with the rows of one event.
            Condition::all()
                .add(
                    microconference::Column::Id
                        .into_simple_expr()
                        .equals(accomplishment::Column::MicroconferenceId.as_column_ref()),
                )
                .add(
                    microconference::Column::EventId
                        .into_simple_expr()
                        .equals(accomplishment::Column::EventId.as_column_ref()),
                ),
        );
        Listing::new(
            select,
            Order::named("accomplishment.position")
                .ascending(microconference::Column::EventId.into_simple_expr(), KeyType::Id)
                .ascending(microconference::Column::Position.into_simple_expr(), KeyType::Integer)
                .ascending(microconference::Column::Id.into_simple_expr(), KeyType::Id)
                .ascending(accomplishment::Column::Position.into_simple_expr(), KeyType::Integer)
                .ascending(accomplishment::Column::Id.into_simple_expr(), KeyType::Id),
        )
    }

    fn beneath(
        &self,
        _: Listing<accomplishment::Entity>,
        parents: &Parents<RootOnly>,
    ) -> (Listing<accomplishment::Entity>, Expr) {
        match parents.kind {}
    }
}

impl AccomplishmentList {
    fn condition(&self) -> Condition {
        use accomplishment::Column;
        let mut all = Condition::all();
        if let Some(event) = self.event {
            all = all.add(Column::EventId.eq(event));
        }
        if let Some(microconference) = self.microconference {
            all = all.add(Column::MicroconferenceId.eq(microconference));
        }
        if let Some(kinds) = &self.filter.kinds {
            all = all.add(Column::Kind.is_in(kinds.iter().map(|kind| enums::AccomplishmentKind::from(*kind))));
        }
        if let Some(progresses) = &self.filter.progresses {
            let progresses = progresses.iter().map(|progress| enums::AccomplishmentProgress::from(*progress));
            all = all.add(Column::Progress.is_in(progresses));
        }
        if let Some(person) = self.person {
            let credited = credits_of(person, credit::Column::AccomplishmentId);
            all = all.add(Column::Id.into_simple_expr().in_subquery(credited));
        }
        all
    }
}

/// Writes a new accomplishment.
pub async fn create(writer: &Writer<'_>, draft: AccomplishmentDraft) -> Result<accomplishment::Model, WriteError> {
    let parts = parts(draft.id, draft.topics, draft.external_ids);
    writer.insert::<accomplishment::Entity>(draft.row, parts).await
}

/// Writes what an accomplishment says now.
pub async fn update(
    writer: &Writer<'_>,
    before: &accomplishment::Model,
    draft: AccomplishmentDraft,
) -> Result<accomplishment::Model, WriteError> {
    let parts = parts(draft.id, draft.topics, draft.external_ids);
    writer.update::<accomplishment::Entity>(before, draft.row, parts).await
}

fn parts(
    id: Uuid,
    topics: Option<Vec<accomplishment_topic::ActiveModel>>,
    external_ids: Option<Vec<external_id::ActiveModel>>,
) -> Parts {
    let mut parts = Parts::none();
    if let Some(topics) = topics {
        let of_it = accomplishment_topic::Column::AccomplishmentId.eq(id).into();
        parts = parts.set::<accomplishment_topic::Entity>("fromTopics", of_it, topics);
    }
    parts.external_ids(Owner::Accomplishment(id), external_ids)
}

/// The accomplishments of a microconference in order, regardless of visibility.
pub async fn siblings(conn: &Conn, microconference: Uuid) -> Result<Vec<accomplishment::Model>, DbErr> {
    use accomplishment::Column;
    let which = Condition::all().add(Column::MicroconferenceId.eq(microconference));
    in_order::<accomplishment::Entity>(conn, which, [Column::Position, Column::Id]).await
}

/// Renumbers the accomplishments of a microconference.
pub async fn renumber(writer: &Writer<'_>, microconference: Uuid) -> Result<(), WriteError> {
    let there = siblings(writer.conn(), microconference).await?;
    writer.number::<accomplishment::Entity>(there, accomplishment::Column::Position).await.map(drop)
}

/// Moves an accomplishment to a microconference, where it and its new siblings come in `order`.
pub async fn relocate(
    writer: &Writer<'_>,
    row: &accomplishment::Model,
    microconference: Uuid,
    order: &[Uuid],
) -> Result<accomplishment::Model, WriteError> {
    if row.microconference_id != microconference {
        let change = accomplishment::ActiveModel { microconference_id: Set(microconference), ..Default::default() };
        writer.update::<accomplishment::Entity>(row, change, Parts::none()).await?;
        renumber(writer, row.microconference_id).await?;
    }
    let mut there = siblings(writer.conn(), microconference).await?;
    there.sort_by_key(|sibling| order.iter().position(|id| *id == sibling.id));
    put_in_order::<accomplishment::Entity>(writer, there, accomplishment::Column::Position, row.id).await
}

/// Leads from the id of a microconference to what it reports, in order.
pub fn accomplishments_of(microconference: microconference::Column) -> Listed<accomplishment::Entity> {
    use accomplishment::Column;
    list::<accomplishment::Entity>(microconference, Column::MicroconferenceId, |from, _, ids| {
        let parent = public::<microconference::Entity>(Column::MicroconferenceId);
        let reported = from.listed_by::<accomplishment::Entity>(Column::MicroconferenceId, ids, Some(parent));
        Ok(reported.order_by_asc(Column::Position).order_by_asc(Column::Id))
    })
    .within_event()
}

/// Leads from the id of a topic to what came of it, as it was reported.
pub fn accomplishments_from(topic: topic::Column) -> Listed<accomplishment::Entity> {
    use accomplishment_topic::Column;
    linked::<accomplishment_topic::Entity, topic::Entity, accomplishment::Entity>(
        topic,
        [Column::TopicId, Column::AccomplishmentId],
        vec![Column::AccomplishmentId],
    )
}

/// Leads from an accomplishment to the topics that led to it, in order.
#[must_use]
pub fn contributing_topics() -> Listed<topic::Entity> {
    use accomplishment_topic::Column;
    linked::<accomplishment_topic::Entity, accomplishment::Entity, topic::Entity>(
        accomplishment::Column::Id,
        [Column::AccomplishmentId, Column::TopicId],
        vec![Column::Position, Column::TopicId],
    )
}
