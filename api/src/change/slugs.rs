//! Removes the slugs of deleted nodes that were never public. All others are kept.

use std::collections::HashSet;

use plenary_entity::{change, enums::Audience, person_alias, slug};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoSimpleExpr, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::{WriteError, Writer};
use crate::database::{Conn, sql::any_of};

impl Writer<'_> {
    /// Those of `ids` that were never public, and into which no public person was merged.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn never_public(&self, ids: &[Uuid]) -> Result<Vec<Uuid>, WriteError> {
        let backend = self.conn.get_database_backend();
        let merged: Vec<(Uuid, Uuid)> = person_alias::Entity::find()
            .filter(any_of(backend, person_alias::Column::PersonId.into_simple_expr(), ids))
            .select_only()
            .columns([person_alias::Column::FormerId, person_alias::Column::PersonId])
            .into_tuple()
            .all(self.conn)
            .await?;
        let all: Vec<Uuid> = ids.iter().copied().chain(merged.iter().map(|(former, _)| *former)).collect();
        let mut public = public_once(self.conn, &all).await?;
        let kept: Vec<Uuid> =
            merged.into_iter().filter(|(former, _)| public.contains(former)).map(|(_, person)| person).collect();
        public.extend(kept);
        Ok(ids.iter().filter(|id| !public.contains(id)).copied().collect())
    }

    /// Makes the slugs of deleted nodes available again.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn free_slugs(&self, ids: &[Uuid]) -> Result<(), WriteError> {
        if ids.is_empty() {
            return Ok(());
        }
        let borne = any_of(self.conn.get_database_backend(), slug::Column::NodeId.into_simple_expr(), ids);
        slug::Entity::delete_many().filter(borne).exec(self.conn).await?;
        Ok(())
    }
}

/// Those of them that were public at any time.
async fn public_once(conn: &Conn, ids: &[Uuid]) -> Result<HashSet<Uuid>, DbErr> {
    let public = Condition::any()
        .add(change::Column::AudienceBefore.eq(Audience::Everybody))
        .add(change::Column::AudienceAfter.eq(Audience::Everybody));
    let found: Vec<Uuid> = change::Entity::find()
        .filter(any_of(conn.get_database_backend(), change::Column::NodeId.into_simple_expr(), ids))
        .filter(public)
        .select_only()
        .column(change::Column::NodeId)
        .distinct()
        .into_tuple()
        .all(conn)
        .await?;
    Ok(found.into_iter().collect())
}
