//! The statements that all mutations share.

use plenary_entity::{change, enums::NodeType, person_alias, slug};
use sea_orm::{ActiveModelTrait, ColumnTrait, Condition, DbErr, QueryFilter, QueryOrder, SelectExt};
use uuid::Uuid;

use crate::{
    auth::{viewer::Viewer, visible::rows},
    change::{Logged, Parts, WriteError, Writer},
    database::{Conn, sql::slugs_of},
    error::Result,
    graphql::context::Read,
};

/// The row with an id, whoever may see it: for the policy, before anything of it is told.
///
/// # Errors
///
/// When the database fails.
pub async fn any<E: Logged>(conn: &Conn, id: Uuid) -> std::result::Result<Option<E::Model>, DbErr> {
    let with_id = |id: Uuid| rows::<E>(&Viewer::Server).filter(E::key().eq(id)).one(conn);
    let found = with_id(id).await?;
    if found.is_some() || E::NODE != NodeType::Person {
        return Ok(found);
    }
    let aliases = rows::<person_alias::Entity>(&Viewer::Server).filter(person_alias::Column::FormerId.eq(id));
    match aliases.one(conn).await? {
        Some(alias) => with_id(alias.person_id).await,
        None => Ok(None),
    }
}

/// The row with an id, as far as who asks may see it.
///
/// # Errors
///
/// When the database fails.
pub async fn visible<E: Logged>(read: &Read, id: Uuid) -> Result<Option<E::Model>> {
    read.ask(crate::graphql::loader::by_id::<E>(id)).await
}

/// Whether an id is or was a thing's.
///
/// # Errors
///
/// When the database fails.
pub async fn was_ever(conn: &Conn, id: Uuid) -> std::result::Result<bool, DbErr> {
    rows::<change::Entity>(&Viewer::Server).filter(change::Column::NodeId.eq(id)).exists(conn).await
}

/// What bears a slug within a scope, or bore it once.
///
/// # Errors
///
/// When the database fails.
pub async fn bearer(conn: &Conn, kind: &str, scope: Uuid, slug: &str) -> std::result::Result<Option<Uuid>, DbErr> {
    let found =
        slugs_of(kind).filter(slug::Column::ScopeId.eq(scope)).filter(slug::Column::Slug.eq(slug)).one(conn).await?;
    Ok(found.map(|row| row.node_id))
}

/// Gives rows the positions in which they stand; what has its position already is left alone.
///
/// # Errors
///
/// When the database fails.
pub async fn number<E: Logged>(
    writer: &Writer<'_>,
    rows: Vec<E::Model>,
    position: E::Column,
) -> std::result::Result<Vec<E::Model>, WriteError> {
    let mut numbered = Vec::with_capacity(rows.len());
    for (row, place) in rows.into_iter().zip(0_i32..) {
        let mut change = E::ActiveModel::default();
        change.set(position, place.into());
        numbered.push(writer.update::<E>(&row, change, Parts::none()).await?);
    }
    Ok(numbered)
}

/// The rows for which the condition holds, whoever may see them, in the order of two columns.
///
/// # Errors
///
/// When the database fails.
pub async fn in_order<E: Logged>(
    conn: &Conn,
    which: Condition,
    order: [E::Column; 2],
) -> std::result::Result<Vec<E::Model>, DbErr> {
    let [first, then] = order;
    rows::<E>(&Viewer::Server).filter(which).order_by_asc(first).order_by_asc(then).all(conn).await
}
