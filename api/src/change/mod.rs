//! The change log. A [`Writer`] is the only way to write: it changes the row, increments its version and logs the
//! change in one transaction.

pub mod affected;
pub mod audience;
mod bulk;
mod difference;
mod freeze;
pub mod invalidation;
pub mod lease;
mod log;
mod logged;
mod part_table;
mod parts;
mod positions;
mod slugs;

use std::sync::{Arc, Mutex, PoisonError};

use plenary_entity::enums::{ChangeAction, NodeType};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ColumnType, DbErr, EntityTrait, Iterable, ModelTrait, QueryFilter, RuntimeErr,
    SqlErr, TryIntoModel,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use self::{
    affected::{AffectedNodes, Node},
    audience::VisibleTo,
    difference::{difference, fields, is_shown, what_differs},
    log::Entry,
};
pub use self::{
    bulk::{Edit, id_in, named},
    log::settle,
    logged::{Logged, VisibilityChange},
    part_table::{DeletedIds, PartTable},
    parts::Parts,
};
use crate::{auth::policy::Permit, clock::Clock, database::Conn, error::Fault};

/// Who writes, and when.
#[derive(Clone, Debug)]
pub struct AuditContext {
    /// The same for all that is written at once.
    pub transaction_id: Uuid,
    /// When.
    pub now: chrono::DateTime<chrono::Utc>,
    /// The subject of a token, or the name of a command.
    pub actor: String,
    /// The request that writes, where one does.
    pub request_id: Option<Uuid>,
}

impl AuditContext {
    /// The audit of a command of the program, such as `demo`.
    #[must_use]
    pub fn command(name: &str, clock: Clock) -> Self {
        Self { transaction_id: Uuid::now_v7(), now: clock.now(), actor: format!("plenary {name}"), request_id: None }
    }
}

/// Why something was not written.
#[derive(Debug)]
pub enum WriteError {
    /// Another row has what must be unique.
    Taken,
    /// The row is not as it was when it was read.
    Stale,
    /// The database rejected it: a reference is missing or still in use, or values conflict. Rules about more than one
    /// row explain themselves in a text.
    Refused(Option<String>),
    /// The fault is not the writer's.
    Fault(Fault),
}

impl From<DbErr> for WriteError {
    fn from(cause: DbErr) -> Self {
        if matches!(cause.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) {
            return Self::Taken;
        }
        let (DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error))) = &cause else {
            return Self::Fault(cause.into());
        };
        match error.as_database_error() {
            Some(refusal) if is_refusal(refusal.code().as_deref()) => {
                tracing::warn!(%refusal, "the database rejected a row");
                let by_trigger = matches!(refusal.code().as_deref(), Some("P0001" | "1811"));
                Self::Refused(by_trigger.then(|| refusal.message().into()))
            }
            _ => Self::Fault(cause.into()),
        }
    }
}

/// Integrity violations and what triggers raise: classes 23 and P0001 of PostgreSQL, and SQLite's
/// extended codes of `SQLITE_CONSTRAINT` (19).
fn is_refusal(code: Option<&str>) -> bool {
    let Some(code) = code else { return false };
    code.starts_with("23") || code == "P0001" || code.parse::<u32>().is_ok_and(|sqlite| sqlite & 0xff == 19)
}

/// The writes so far, in order.
#[derive(Clone, Debug, Default)]
pub struct WriteRecord(Arc<Mutex<Vec<(ChangeAction, NodeType, Uuid)>>>);

impl WriteRecord {
    fn note(&self, action: ChangeAction, node_type: NodeType, id: Uuid) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push((action, node_type, id));
    }

    /// The IDs of created nodes.
    #[must_use]
    pub fn created(&self) -> Vec<Uuid> {
        let written = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        written.iter().filter(|(action, ..)| *action == ChangeAction::Created).map(|(.., id)| *id).collect()
    }

    /// The ids of all that was written.
    #[must_use]
    pub fn all(&self) -> Vec<Uuid> {
        let written = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        written.iter().map(|(.., id)| *id).collect()
    }

    /// Whether something for which `which` holds was written.
    #[must_use]
    pub fn any(&self, which: impl Fn(ChangeAction, NodeType) -> bool) -> bool {
        let written = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        written.iter().any(|(action, node_type, _)| which(*action, *node_type))
    }
}

/// Writes within one transaction.
pub struct Writer<'a> {
    conn: &'a Conn,
    audit: AuditContext,
    written: WriteRecord,
    affected: AffectedNodes,
    /// Whether visibility changes of other nodes are logged with each change, or once at the end.
    settles: bool,
}

impl<'a> Writer<'a> {
    /// A writer in the transaction of `conn`, with a permit.
    #[must_use]
    pub fn new(conn: &'a Conn, audit: AuditContext, _: Permit) -> Self {
        Self { conn, audit, written: WriteRecord::default(), affected: AffectedNodes::default(), settles: true }
    }

    /// The same as [`Self::new`], with deferred visibility changes. After all writes, [`settle`] logs them.
    #[must_use]
    pub const fn noting(
        conn: &'a Conn,
        audit: AuditContext,
        _: Permit,
        written: WriteRecord,
        affected: AffectedNodes,
    ) -> Self {
        Self { conn, audit, written, affected, settles: false }
    }

    /// The connection.
    #[must_use]
    pub const fn conn(&self) -> &Conn {
        self.conn
    }

    /// When.
    #[must_use]
    pub const fn now(&self) -> chrono::DateTime<chrono::Utc> {
        self.audit.now
    }

    /// Inserts a row with its parts, and sets its times and version.
    ///
    /// # Errors
    ///
    /// If a value is already in use, the database rejects the row, or it is unavailable.
    pub async fn insert<E: Logged>(&self, row: E::ActiveModel, parts: Parts) -> Result<E::Model, WriteError> {
        let row = with_metadata::<E>(row, self.audit.now);
        let preview = preview_of::<E>(row.clone(), self.audit.now).ok_or_else(|| incomplete_row::<E>())?;
        self.settle_dependencies::<E>(&preview).await?;
        self.affected.expect(self.conn, &E::visibility_changes(None, Some(&preview)), &VisibleTo::no_one()).await?;
        let made = E::insert(row).exec_with_returning(self.conn).await?;
        let mut after = fields(&made)?;
        for part in parts.sets {
            let (field, _, now) = part.replace(self.conn).await?;
            after.insert(field.into(), now);
        }
        let entry = Entry {
            action: ChangeAction::Created,
            before: None,
            after: Some(after),
            seen: (VisibleTo::no_one(), self.seen::<E>(&made).await?),
        };
        self.log(vec![(Node::of::<E>(&made), entry)]).await?;
        self.settle_at_once().await?;
        Ok(made)
    }

    /// Changes a row that was read as `before`, and replaces the named parts. Where nothing differs, nothing is
    /// written. Where nothing differs that a field shows, the version stays, and the change is in the audit log alone.
    ///
    /// # Errors
    ///
    /// [`WriteError::Stale`] if the row has been changed in the meantime; otherwise as for an insert.
    pub async fn update<E: Logged>(
        &self,
        before: &E::Model,
        change: E::ActiveModel,
        parts: Parts,
    ) -> Result<E::Model, WriteError> {
        let parts = parts.only_changed(self.conn).await?;
        let Some((change, preview, columns)) = what_differs::<E>(before, change)? else {
            if parts.sets.is_empty() {
                return Ok(before.clone());
            }
            if parts.sets.iter().any(|part| is_shown::<E>(part.field())) {
                let seen = self.seen::<E>(before).await?;
                return self.write_change::<E>((before, seen), E::ActiveModel::default(), parts).await;
            }
            return self.write_unshown::<E>(before, None, parts).await;
        };
        if !columns.iter().any(|column| is_shown::<E>(column))
            && !parts.sets.iter().any(|part| is_shown::<E>(part.field()))
        {
            return self.write_unshown::<E>(before, Some(change), parts).await;
        }
        self.settle_dependencies::<E>(&preview).await?;
        let seen = self.seen::<E>(before).await?;
        self.affected.expect(self.conn, &E::visibility_changes(Some(before), Some(&preview)), &seen).await?;
        let after = self.write_change::<E>((before, seen), change, parts).await?;
        self.settle_at_once().await?;
        Ok(after)
    }

    async fn write_change<E: Logged>(
        &self,
        (before, seen_before): (&E::Model, VisibleTo),
        mut change: E::ActiveModel,
        parts: Parts,
    ) -> Result<E::Model, WriteError> {
        let version = named::<E>("version")?;
        set_if_present::<E>(&mut change, "updated_at", self.audit.now.into());
        let changed = E::update_many()
            .set(change)
            .col_expr(version, Expr::col(version).add(1))
            .filter(E::key().eq(before.get(E::key())))
            .filter(version.eq(before.get(version)))
            .exec_with_returning(self.conn)
            .await?;
        let after = changed.into_iter().next().ok_or(WriteError::Stale)?;
        let (mut was, mut is) = difference(fields(before)?, fields(&after)?);
        for part in parts.sets {
            let (field, before, now) = part.replace(self.conn).await?;
            if before != now {
                was.insert(field.into(), before);
                is.insert(field.into(), now);
            }
        }
        let entry = Entry {
            action: ChangeAction::Updated,
            before: Some(was),
            after: Some(is),
            seen: (seen_before, self.seen::<E>(&after).await?),
        };
        self.log(vec![(Node::of::<E>(&after), entry)]).await?;
        Ok(after)
    }

    /// Changes columns that no field shows: this does not increase the version, and is only visible in the audit log.
    async fn write_unshown<E: Logged>(
        &self,
        before: &E::Model,
        change: Option<E::ActiveModel>,
        parts: Parts,
    ) -> Result<E::Model, WriteError> {
        let after = match change {
            Some(change) => {
                let version = named::<E>("version")?;
                let changed = E::update_many()
                    .set(change)
                    .filter(E::key().eq(before.get(E::key())))
                    .filter(version.eq(before.get(version)))
                    .exec_with_returning(self.conn)
                    .await?;
                changed.into_iter().next().ok_or(WriteError::Stale)?
            }
            None => before.clone(),
        };
        let (mut was, mut is) = difference(fields(before)?, fields(&after)?);
        for part in parts.sets {
            let (field, before, now) = part.replace(self.conn).await?;
            was.insert(field.into(), before);
            is.insert(field.into(), now);
        }
        let seen = (VisibleTo::no_one(), VisibleTo::no_one());
        let entry = Entry { action: ChangeAction::Updated, before: Some(was), after: Some(is), seen };
        self.log_unshown(vec![(Node::of::<E>(&after), entry)]).await?;
        Ok(after)
    }

    /// Who can see the row in its current state.
    async fn seen<E: Logged>(&self, row: &E::Model) -> Result<VisibleTo, DbErr> {
        let seen = audience::of_rows::<E>(self.conn, std::slice::from_ref(row)).await?;
        Ok(seen.into_values().next().unwrap_or_else(VisibleTo::no_one))
    }

    /// Dependent nodes are logged after what they depend on: if the visibility of that may have changed, it is logged
    /// now.
    async fn settle_dependencies<E: Logged>(&self, row: &E::Model) -> Result<(), DbErr> {
        if self.affected.depends_on_any::<E>(row) {
            settle(self.conn, &self.audit, &self.affected).await
        } else {
            Ok(())
        }
    }

    async fn settle_at_once(&self) -> Result<(), DbErr> {
        if self.settles { settle(self.conn, &self.audit, &self.affected).await } else { Ok(()) }
    }
}

fn column<E: EntityTrait>(name: &str) -> Option<E::Column> {
    E::Column::iter().find(|column| sea_orm::Iden::to_string(column) == name)
}

fn set_if_present<E: EntityTrait>(row: &mut E::ActiveModel, name: &str, value: sea_orm::Value) {
    if let Some(column) = column::<E>(name) {
        row.set(column, value);
    }
}

/// A new row with its times and its version.
fn with_metadata<E: EntityTrait>(mut row: E::ActiveModel, now: chrono::DateTime<chrono::Utc>) -> E::ActiveModel {
    for (name, value) in [("created_at", now.into()), ("updated_at", now.into()), ("version", 1.into())] {
        set_if_present::<E>(&mut row, name, value);
    }
    row
}

/// A row as it would be inserted; none if a required column is missing.
#[must_use]
pub fn preview_of<E: Logged>(row: E::ActiveModel, now: chrono::DateTime<chrono::Utc>) -> Option<E::Model> {
    let mut row = with_metadata::<E>(row, now);
    for column in E::Column::iter() {
        if row.get(column).is_not_set() && column.def().is_null() {
            let none = match column.def().get_column_type() {
                ColumnType::Uuid => sea_orm::Value::Uuid(None),
                ColumnType::Text | ColumnType::String(_) => sea_orm::Value::String(None),
                ColumnType::Integer => sea_orm::Value::Int(None),
                ColumnType::Double => sea_orm::Value::Double(None),
                ColumnType::Date => sea_orm::Value::ChronoDate(None),
                ColumnType::TimestampWithTimeZone => sea_orm::Value::ChronoDateTimeUtc(None),
                ColumnType::Json | ColumnType::JsonBinary => sea_orm::Value::Json(None),
                _ => continue,
            };
            row.set(column, none);
        }
    }
    row.try_into_model().ok()
}

fn incomplete_row<E: EntityTrait>() -> DbErr {
    DbErr::Custom(format!("a row of {} lacks a required column", E::default().as_str()))
}
