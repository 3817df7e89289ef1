//! The statements that all mutations share.

use std::collections::HashSet;

use plenary_entity::{change, enums::NodeType, person_alias, slug};
use sea_orm::{ColumnTrait, Condition, DbErr, PaginatorTrait, QueryFilter, QueryOrder, SelectExt};
use uuid::Uuid;

use crate::{
    auth::{viewer::Viewer, visible::rows},
    change::{Logged, WriteError, Writer},
    database::{Conn, fetch::Fetch, sql::slugs_of},
    error::Result,
    graphql::context::Read,
};

/// The row with an ID, regardless of visibility: for the policy, before anything is revealed.
///
/// # Errors
///
/// When the database fails.
pub async fn any<E: Logged>(conn: &Conn, id: Uuid) -> std::result::Result<Option<E::Model>, DbErr> {
    let with_id = |id: Uuid| rows::<E>(&Viewer::Server).filter(E::key().eq(id)).fetch_one(conn);
    let found = with_id(id).await?;
    if found.is_some() || E::NODE != NodeType::Person {
        return Ok(found);
    }
    let aliases = rows::<person_alias::Entity>(&Viewer::Server).filter(person_alias::Column::FormerId.eq(id));
    match aliases.fetch_one(conn).await? {
        Some(alias) => with_id(alias.person_id).await,
        None => Ok(None),
    }
}

/// The row with an ID, if visible to the viewer.
///
/// # Errors
///
/// When the database fails.
pub async fn visible<E: Logged>(read: &Read, id: Uuid) -> Result<Option<E::Model>> {
    read.load(crate::graphql::loader::by_id::<E>(id)).await
}

/// Whether an ID is or was used.
///
/// # Errors
///
/// When the database fails.
pub async fn was_ever(conn: &Conn, id: Uuid) -> std::result::Result<bool, DbErr> {
    rows::<change::Entity>(&Viewer::Server).filter(change::Column::NodeId.eq(id)).exists(conn).await
}

/// Whether the chain of rows that begins with `first`, each naming its `next`, comes to the row with an id.
///
/// # Errors
///
/// When the database fails.
pub async fn leads_to<E: Logged>(
    conn: &Conn,
    first: &E::Model,
    id: Uuid,
    next: impl Fn(&E::Model) -> Option<Uuid>,
) -> std::result::Result<bool, DbErr> {
    let mut passed = HashSet::new();
    let mut there = Some(first.clone());
    while let Some(row) = there.filter(|row| passed.insert(E::id_of(row))) {
        if E::id_of(&row) == id {
            return Ok(true);
        }
        there = match next(&row) {
            Some(following) => any::<E>(conn, following).await?,
            None => None,
        };
    }
    Ok(false)
}

/// The node with a current or former slug in a scope.
///
/// # Errors
///
/// When the database fails.
pub async fn bearer(conn: &Conn, kind: &str, scope: Uuid, slug: &str) -> std::result::Result<Option<Uuid>, DbErr> {
    let found = slugs_of(kind)
        .filter(slug::Column::ScopeId.eq(scope))
        .filter(slug::Column::Slug.eq(slug))
        .fetch_one(conn)
        .await?;
    Ok(found.map(|row| row.node_id))
}

/// The number of rows that match the condition, regardless of visibility.
///
/// # Errors
///
/// When the database fails.
pub async fn count<E: Logged>(conn: &Conn, which: Condition) -> std::result::Result<usize, DbErr> {
    let there = rows::<E>(&Viewer::Server).filter(which).count(conn).await?;
    Ok(usize::try_from(there).unwrap_or(usize::MAX))
}

/// Renumbers rows, and returns the one with an ID.
///
/// # Errors
///
/// When the database fails.
pub async fn put_in_order<E: Logged>(
    writer: &Writer<'_>,
    rows: Vec<E::Model>,
    position: E::Column,
    id: Uuid,
) -> std::result::Result<E::Model, WriteError> {
    let numbered = writer.number::<E>(rows, position).await?;
    numbered.into_iter().find(|row| E::id_of(row) == id).ok_or(WriteError::Stale)
}

/// The rows that match the condition, regardless of visibility, sorted by two columns.
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
    rows::<E>(&Viewer::Server).filter(which).order_by_asc(first).order_by_asc(then).fetch_all(conn).await
}
