//! Writes, changes or deletes many rows of a table at once. Each is logged as if it had been written alone, in the
//! given order; the number of statements does not depend on the number of rows.

use std::collections::HashMap;

use plenary_entity::enums::{Audience, ChangeAction};
use sea_orm::{
    ActiveModelTrait, ActiveValue, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoSimpleExpr, ModelTrait,
    QueryFilter, QuerySelect, Value,
    sea_query::{CaseStatement, Expr, ExprTrait},
};
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use super::{
    DeletedIds, Logged, PartTable, Parts, WriteError, Writer,
    affected::Node,
    audience::{self, ResourceScope, VisibleTo},
    column,
    difference::{Difference, difference, fields, is_shown, what_differs},
    incomplete_row,
    log::Entry,
    preview_of, with_metadata,
};
use crate::database::sql::any_of;

/// How many rows are written by one statement: a statement can hold only so many values.
pub(super) const AT_ONCE: usize = 1_000;

/// A change of one row.
pub struct Edit<E: Logged> {
    /// The row as it was read.
    pub before: E::Model,
    /// The new values.
    pub change: E::ActiveModel,
    /// The parts to replace.
    pub parts: Parts,
}

impl Writer<'_> {
    /// Makes rows that have no parts.
    ///
    /// # Errors
    ///
    /// As for an insert.
    pub async fn insert_all<E: Logged>(&self, rows: Vec<E::ActiveModel>) -> Result<Vec<E::Model>, WriteError> {
        let mut rows: Vec<E::ActiveModel> =
            rows.into_iter().map(|row| with_metadata::<E>(row, self.audit.now)).collect();
        let made = rows.iter().map(|row| preview_of::<E>(row.clone(), self.audit.now).ok_or_else(incomplete_row::<E>));
        let made = made.collect::<Result<Vec<E::Model>, DbErr>>()?;
        if let Some(row) = made.iter().find(|row| self.affected.depends_on_any::<E>(row)) {
            self.settle_dependencies::<E>(row).await?;
        }
        let changes = made.iter().map(|row| (E::visibility_changes(None, Some(row)), Some(VisibleTo::no_one())));
        self.affected.expect_all(self.conn, changes).await?;
        while !rows.is_empty() {
            let rest = rows.split_off(rows.len().min(AT_ONCE));
            E::insert_many(std::mem::replace(&mut rows, rest)).exec_without_returning(self.conn).await?;
        }
        let mut seen = audience::of_rows::<E>(self.conn, &made).await?;
        let mut entries = Vec::with_capacity(made.len());
        for row in &made {
            let seen = (VisibleTo::no_one(), seen.remove(&E::id_of(row)).unwrap_or_else(VisibleTo::no_one));
            let entry = Entry { action: ChangeAction::Created, before: None, after: Some(fields(row)?), seen };
            entries.push((Node::of::<E>(row), entry));
        }
        self.log(entries).await?;
        self.settle_at_once().await?;
        Ok(made)
    }

    /// Deletes a row that was read as `before`, with its parts. Nodes that belong to it must be deleted first.
    ///
    /// # Errors
    ///
    /// The same as for many rows.
    pub async fn delete<E: Logged>(&self, before: &E::Model) -> Result<(), WriteError> {
        self.delete_all::<E>(std::slice::from_ref(before)).await
    }

    /// Deletes rows with their parts. What has an id and belongs to them must be gone already; what they name must be
    /// there, unless it is among them.
    ///
    /// # Errors
    ///
    /// [`WriteError::Stale`] if one of the rows has been changed or deleted in the meantime; otherwise as for an
    /// insert.
    pub async fn delete_all<E: Logged>(&self, rows: &[E::Model]) -> Result<(), WriteError> {
        self.delete_rows::<E>(rows, false).await
    }

    /// As [`Self::delete_all`], for rows that the database deletes along with the event that they belong to. Delete
    /// that next.
    ///
    /// # Errors
    ///
    /// As for others.
    pub async fn delete_with_event<E: Logged>(&self, rows: &[E::Model]) -> Result<(), WriteError> {
        self.delete_rows::<E>(rows, true).await
    }

    async fn delete_rows<E: Logged>(&self, rows: &[E::Model], go_with_event: bool) -> Result<(), WriteError> {
        if rows.is_empty() {
            return Ok(());
        }
        let ids: Vec<Uuid> = rows.iter().map(E::id_of).collect();
        let these = || any_of(self.conn.get_database_backend(), E::key().into_simple_expr(), &ids);
        self.check_versions::<E>(rows, these()).await?;
        let mut seen = audience::of_rows::<E>(self.conn, rows).await?;
        let changes =
            rows.iter().map(|row| (E::visibility_changes(Some(row), None), seen.get(&E::id_of(row)).cloned()));
        self.affected.expect_all(self.conn, changes).await?;
        let mut parts: Vec<(&'static str, HashMap<Uuid, Vec<Json>>)> = Vec::new();
        for table in E::parts() {
            let read = table.read(self.conn, &ids).await?;
            if !go_with_event && !read.is_empty() {
                table.delete(self.conn, &ids).await?;
            }
            parts.push((table.field(), read));
        }
        if !go_with_event {
            E::delete_many().filter(these()).exec(self.conn).await?;
        }
        let mut entries = Vec::with_capacity(rows.len());
        for row in rows {
            let id = E::id_of(row);
            let mut was = fields(row)?;
            for (field, by_owner) in &mut parts {
                was.insert((*field).into(), by_owner.remove(&id).unwrap_or_default().into());
            }
            let seen = (seen.remove(&id).unwrap_or_else(VisibleTo::no_one), VisibleTo::no_one());
            let entry = Entry { action: ChangeAction::Deleted, before: Some(was), after: None, seen };
            entries.push((Node::of::<E>(row), entry));
        }
        self.log(entries).await?;
        Ok(self.settle_at_once().await?)
    }

    /// Changes rows, and replaces the named parts of each. Of the parts in `gone`, those that name what is about to go
    /// are dropped. A row of which nothing differs is left as it is.
    ///
    /// # Errors
    ///
    /// [`WriteError::Stale`] if one of the rows has been changed in the meantime; otherwise as for an insert.
    pub async fn update_all<E: Logged>(
        &self,
        edits: Vec<Edit<E>>,
        gone: &[(PartTable, DeletedIds)],
    ) -> Result<(), WriteError> {
        let (rows, ids): (Vec<E::Model>, Vec<Uuid>) =
            edits.iter().map(|edit| (edit.before.clone(), E::id_of(&edit.before))).unzip();
        if rows.is_empty() {
            return Ok(());
        }
        let mut seen_before = audience::of_rows::<E>(self.conn, &rows).await?;
        let mut replaced: HashMap<Uuid, Vec<(&'static str, Json, Json)>> = HashMap::new();
        for (table, gone) in gone {
            for (owner, (was, is)) in table.drop_naming(self.conn, &ids, gone).await? {
                replaced.entry(owner).or_default().push((table.field(), was, is));
            }
        }
        let mut writes: Vec<Write<E>> = Vec::with_capacity(edits.len());
        for edit in edits {
            let id = E::id_of(&edit.before);
            let mut parts = replaced.remove(&id).unwrap_or_default();
            let differs = what_differs::<E>(&edit.before, edit.change)?;
            let given = edit.parts.only_changed(self.conn).await?;
            let is_row_shown = differs.iter().flat_map(|(.., names)| names).any(|name| is_shown::<E>(name));
            if is_row_shown || !parts.is_empty() || given.fields().any(is_shown::<E>) {
                for part in given.sets {
                    parts.push(part.replace(self.conn).await?);
                }
                writes.push(Write { before: edit.before, differs, parts });
            } else {
                let change = differs.map_or_else(E::ActiveModel::default, |(change, ..)| change);
                self.update::<E>(&edit.before, change, given).await?;
            }
        }
        let previews = writes.iter().map(|write| write.differs.as_ref().map_or(&write.before, |(_, after, _)| after));
        let previews: Vec<&E::Model> = previews.collect();
        if let Some(preview) = previews.iter().find(|preview| self.affected.depends_on_any::<E>(preview)) {
            self.settle_dependencies::<E>(preview).await?;
        }
        let changes = writes.iter().zip(&previews).map(|(write, preview)| {
            let seen = seen_before.get(&E::id_of(&write.before)).cloned();
            (E::visibility_changes(Some(&write.before), Some(preview)), seen)
        });
        self.affected.expect_all(self.conn, changes).await?;
        let after = self.write_all::<E>(&writes).await?;
        let mut seen_after = audience::of_rows::<E>(self.conn, &after).await?;
        let mut entries = Vec::with_capacity(writes.len());
        for (write, after) in writes.into_iter().zip(&after) {
            let id = E::id_of(after);
            let (mut was, mut is) = difference(fields(&write.before)?, fields(after)?);
            for (field, before, now) in write.parts.into_iter().filter(|(_, before, now)| before != now) {
                was.insert(field.into(), before);
                is.insert(field.into(), now);
            }
            let [before, now] = [&mut seen_before, &mut seen_after].map(|seen| seen.remove(&id));
            let seen = (before.unwrap_or_else(VisibleTo::no_one), now.unwrap_or_else(VisibleTo::no_one));
            let entry = Entry { action: ChangeAction::Updated, before: Some(was), after: Some(is), seen };
            entries.push((Node::of::<E>(after), entry));
        }
        self.log(entries).await?;
        Ok(self.settle_at_once().await?)
    }

    /// Changes the rows by one statement, and gives them as they are now, in the same order.
    async fn write_all<E: Logged>(&self, writes: &[Write<E>]) -> Result<Vec<E::Model>, WriteError> {
        let ids: Vec<Uuid> = writes.iter().map(|write| E::id_of(&write.before)).collect();
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let version = named::<E>("version")?;
        let mut update = E::update_many().col_expr(version, Expr::col(version).add(1));
        if let Some(updated_at) = column::<E>("updated_at") {
            update = update.col_expr(updated_at, Expr::val(self.audit.now));
        }
        for column in <E::Column as sea_orm::Iterable>::iter() {
            let changed = |write: &Write<E>| match write.differs.as_ref()?.0.get(column) {
                ActiveValue::Set(value) => Some((E::id_of(&write.before), value)),
                _ => None,
            };
            let values: Vec<(Uuid, Value)> = writes.iter().filter_map(changed).collect();
            let Some((_, first)) = values.first() else { continue };
            let value = if values.len() == writes.len() && values.iter().all(|(_, value)| value == first) {
                column.save_as(Expr::val(first.clone()))
            } else {
                let case = |case: CaseStatement, (id, value): (Uuid, Value)| {
                    case.case(E::key().eq(id), column.save_as(Expr::val(value)))
                };
                values.into_iter().fold(CaseStatement::new(), case).finally(Expr::col(column)).into()
            };
            update = update.col_expr(column, value);
        }
        let these = any_of(self.conn.get_database_backend(), E::key().into_simple_expr(), &ids);
        let changed = update.filter(these).exec_with_returning(self.conn).await?;
        let mut by_id: HashMap<Uuid, E::Model> = changed.into_iter().map(|row| (E::id_of(&row), row)).collect();
        let after = |write: &Write<E>| {
            let after = by_id.remove(&E::id_of(&write.before));
            after.filter(|after| E::version_of(after) == E::version_of(&write.before) + 1).ok_or(WriteError::Stale)
        };
        writes.iter().map(after).collect()
    }

    /// Replaces parts that are only visible to readers of drafts in one of these scopes. The log has them as the
    /// audience, and the version stays the same, since it would reveal the change to others.
    ///
    /// # Errors
    ///
    /// The same as for an insert.
    pub async fn update_hidden_parts<E: Logged>(
        &self,
        hidden: Vec<(&E::Model, Parts, Vec<ResourceScope>)>,
    ) -> Result<(), WriteError> {
        let scopes: Vec<(Uuid, ResourceScope)> = hidden
            .iter()
            .flat_map(|(row, _, places)| places.iter().map(|place| (E::id_of(row), place.clone())))
            .collect();
        let mut grantees = audience::grantees(self.conn, &scopes).await?;
        let mut entries = Vec::with_capacity(hidden.len());
        for (row, parts, _) in hidden {
            let (mut was, mut is) = (Map::new(), Map::new());
            for part in parts.sets {
                let (field, before, now) = part.replace(self.conn).await?;
                was.insert(field.into(), before);
                is.insert(field.into(), now);
            }
            let mut grantees = grantees.remove(&E::id_of(row)).unwrap_or_default();
            for grantee in &mut grantees {
                grantee.of_part = true;
            }
            let seen = VisibleTo { by: Audience::Drafts, grantees };
            let seen = (seen.clone(), seen);
            entries.push((
                Node::of::<E>(row),
                Entry { action: ChangeAction::Updated, before: Some(was), after: Some(is), seen },
            ));
        }
        self.log_unshown(entries).await
    }

    /// Whether the rows are as they were when they were read.
    async fn check_versions<E: Logged>(&self, rows: &[E::Model], these: Expr) -> Result<(), WriteError> {
        let select = E::find().filter(these).select_only().columns([E::key(), named::<E>("version")?]);
        let there: HashMap<Uuid, i32> = select.into_tuple::<(Uuid, i32)>().all(self.conn).await?.into_iter().collect();
        let is_as_read = |row: &E::Model| there.get(&E::id_of(row)) == Some(&E::version_of(row));
        if rows.iter().all(is_as_read) { Ok(()) } else { Err(WriteError::Stale) }
    }
}

/// A row, what differs, and its parts as they were and are.
struct Write<E: Logged> {
    before: E::Model,
    differs: Option<Difference<E>>,
    parts: Vec<(&'static str, Json, Json)>,
}

/// The column of a table with this name.
///
/// # Errors
///
/// If there is none.
pub fn named<E: EntityTrait>(name: &str) -> Result<E::Column, DbErr> {
    column::<E>(name).ok_or_else(|| DbErr::Custom(format!("{} has no column {name}", E::default().as_str())))
}

/// The id in a column of a row, if there is one.
///
/// # Errors
///
/// When there is no such column.
pub fn id_in<E: EntityTrait>(row: &E::Model, name: &str) -> Result<Option<Uuid>, DbErr> {
    Ok(if let Value::Uuid(id) = row.get(named::<E>(name)?) { id } else { None })
}
