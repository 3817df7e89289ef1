//! Writes the positions of many siblings at once.

use std::collections::HashMap;

use plenary_entity::enums::ChangeAction;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, Iden, IntoSimpleExpr, ModelTrait, QueryFilter, Value,
    sea_query::{CaseStatement, Expr, ExprTrait},
};
use uuid::Uuid;

use super::{
    Logged, WriteError, Writer,
    affected::Node,
    audience::{VisibleTo, of_rows},
    bulk::named,
    difference::{difference, fields, is_shown, what_differs},
    log::Entry,
    set_if_present,
};
use crate::database::sql::any_of;

impl Writer<'_> {
    /// Writes the positions of rows in order, leaving out those that already have theirs. The number of statements does
    /// not depend on the number of rows.
    ///
    /// # Errors
    ///
    /// The same as for an update.
    pub async fn number<E: Logged>(
        &self,
        mut rows: Vec<E::Model>,
        position: E::Column,
    ) -> Result<Vec<E::Model>, WriteError> {
        let moves = |(row, place): &(&E::Model, i32)| row.get(position) != Value::from(*place);
        let moving: Vec<(E::Model, i32)> =
            rows.iter().zip(0_i32..).filter(moves).map(|(row, place)| (row.clone(), place)).collect();
        if moving.is_empty() {
            return Ok(rows);
        }
        let mut moved = self.place::<E>(moving, position).await?;
        for row in &mut rows {
            if let Some(there) = moved.remove(&E::id_of(row)) {
                *row = there;
            }
        }
        Ok(rows)
    }

    /// Writes the positions of rows, and logs them. Gives the rows as they are then.
    async fn place<E: Logged>(
        &self,
        moving: Vec<(E::Model, i32)>,
        position: E::Column,
    ) -> Result<HashMap<Uuid, E::Model>, WriteError> {
        let is_shown = is_shown::<E>(&Iden::to_string(&position));
        let before: Vec<E::Model> = moving.iter().map(|(row, _)| row.clone()).collect();
        let seen = if is_shown { self.expect_moves::<E>(&moving, position).await? } else { HashMap::new() };
        let place_of_each = moving.iter().fold(CaseStatement::new(), |places, (row, place)| {
            places.case(E::key().eq(E::id_of(row)), Expr::val(*place))
        });
        let places = place_of_each.finally(position.into_simple_expr());
        let mut update = E::update_many().col_expr(position, places.into());
        if is_shown {
            let version = named::<E>("version")?;
            let mut change = E::ActiveModel::default();
            set_if_present::<E>(&mut change, "updated_at", self.audit.now.into());
            update = update.set(change).col_expr(version, Expr::col(version).add(1));
        }
        let ids: Vec<Uuid> = before.iter().map(E::id_of).collect();
        let these = any_of(self.conn.get_database_backend(), E::key().into_simple_expr(), &ids);
        let after = update.filter(these).exec_with_returning(self.conn).await?;
        let after: HashMap<Uuid, E::Model> = after.into_iter().map(|row| (E::id_of(&row), row)).collect();

        let mut entries = Vec::with_capacity(before.len());
        for before in &before {
            let is_next = |after: &&E::Model| E::version_of(after) == E::version_of(before) + i32::from(is_shown);
            let after = after.get(&E::id_of(before)).filter(is_next).ok_or(WriteError::Stale)?;
            let (was, is) = difference(fields(before)?, fields(after)?);
            let by = seen.get(&E::id_of(before)).cloned().unwrap_or_else(VisibleTo::no_one);
            let node = Node::of::<E>(after);
            let entry =
                Entry { action: ChangeAction::Updated, before: Some(was), after: Some(is), seen: (by.clone(), by) };
            entries.push((node, entry));
        }
        if is_shown {
            self.log(entries).await?;
        } else {
            self.log_unshown(entries).await?;
        }
        self.settle_at_once().await?;
        Ok(after)
    }

    /// Who can see the rows, which does not depend on their position among siblings.
    async fn expect_moves<E: Logged>(
        &self,
        moving: &[(E::Model, i32)],
        position: E::Column,
    ) -> Result<HashMap<Uuid, VisibleTo>, WriteError> {
        let before: Vec<E::Model> = moving.iter().map(|(row, _)| row.clone()).collect();
        for row in &before {
            self.settle_dependencies::<E>(row).await?;
        }
        let seen = of_rows::<E>(self.conn, &before).await?;
        for (row, place) in moving {
            let mut change = E::ActiveModel::default();
            change.set(position, (*place).into());
            let Some((_, preview, _)) = what_differs::<E>(row, change)? else { continue };
            let by = seen.get(&E::id_of(row)).cloned().unwrap_or_else(VisibleTo::no_one);
            self.affected.expect(self.conn, &E::visibility_changes(Some(row), Some(&preview)), &by).await?;
        }
        Ok(seen)
    }
}
