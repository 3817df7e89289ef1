//! The change log, and the one way to write: through a [`Writer`], which in the same transaction
//! changes the row, raises its version and logs what was and what is.

mod logged;
mod parts;

use plenary_entity::{
    change,
    enums::{Audience, ChangeAction},
};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, DbErr, EntityTrait, Iterable, ModelTrait, QueryFilter, RuntimeErr, SelectExt, SqlErr,
    sea_query::{Expr, ExprTrait},
};
use serde_json::{Map, Value as Json};
use uuid::Uuid;

pub use self::{logged::Logged, parts::Parts};
use crate::{
    auth::visible::{Sight, seen},
    clock::Clock,
    database::Conn,
    error::Fault,
};

/// Who writes, on whose behalf, and when.
#[derive(Clone, Debug)]
pub struct Stamp {
    /// The same for all that is written at once.
    pub transaction_id: Uuid,
    /// When.
    pub now: chrono::DateTime<chrono::Utc>,
    /// The subject of a token, or the name of a command.
    pub actor: String,
    /// The request that writes, where one does.
    pub request_id: Option<Uuid>,
}

impl Stamp {
    /// The stamp of a command of the program, such as `demo`.
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
    /// The database refuses it: something referred to is missing or still in use, or values contradict.
    Refused,
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
                tracing::warn!(%refusal, "the database refuses a row");
                Self::Refused
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

/// Writes within one transaction.
pub struct Writer<'a> {
    conn: &'a Conn,
    stamp: Stamp,
}

impl<'a> Writer<'a> {
    /// A writer into the transaction of `conn`.
    #[must_use]
    pub const fn new(conn: &'a Conn, stamp: Stamp) -> Self {
        Self { conn, stamp }
    }

    /// Makes a row with its parts. What the row keeps of times and version is set here.
    ///
    /// # Errors
    ///
    /// When something is taken, the database refuses the row, or it does not answer.
    pub async fn insert<E: Logged>(&self, mut row: E::ActiveModel, parts: Parts) -> Result<E::Model, WriteError> {
        for (name, value) in
            [("created_at", self.stamp.now.into()), ("updated_at", self.stamp.now.into()), ("version", 1.into())]
        {
            set_where_kept::<E>(&mut row, name, value);
        }
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
            audience: (Audience::Nobody, self.audience::<E>(&made).await?),
        };
        self.log::<E>(&made, entry).await?;
        Ok(made)
    }

    /// Changes a row that was read as `before`, and replaces the named parts.
    ///
    /// # Errors
    ///
    /// [`WriteError::Stale`] when somebody else changed the row since; else as for an insert.
    pub async fn update<E: Logged>(
        &self,
        before: &E::Model,
        mut change: E::ActiveModel,
        parts: Parts,
    ) -> Result<E::Model, WriteError> {
        let audience_before = self.audience::<E>(before).await?;
        let version = column::<E>("version").ok_or_else(|| unversioned::<E>())?;
        set_where_kept::<E>(&mut change, "updated_at", self.stamp.now.into());
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
            audience: (audience_before, self.audience::<E>(&after).await?),
        };
        self.log::<E>(&after, entry).await?;
        Ok(after)
    }

    /// Deletes a row that was read as `before`, with all that belongs to it.
    ///
    /// # Errors
    ///
    /// [`WriteError::Stale`] when somebody else changed or deleted the row since; else as for an insert.
    pub async fn delete<E: Logged>(&self, before: &E::Model) -> Result<(), WriteError> {
        let audience = self.audience::<E>(before).await?;
        let version = column::<E>("version").ok_or_else(|| unversioned::<E>())?;
        let deleted = E::delete_many()
            .filter(E::key().eq(before.get(E::key())))
            .filter(version.eq(before.get(version)))
            .exec(self.conn)
            .await?;
        if deleted.rows_affected == 0 {
            return Err(WriteError::Stale);
        }
        let entry = Entry {
            action: ChangeAction::Deleted,
            before: Some(fields(before)?),
            after: None,
            audience: (audience, Audience::Nobody),
        };
        self.log::<E>(before, entry).await
    }

    /// Who can see the row as it stands, by the same rule that every read starts from.
    async fn audience<E: Logged>(&self, row: &E::Model) -> Result<Audience, DbErr> {
        let seen = seen::<E>(&Sight::Public).filter(E::key().eq(row.get(E::key())));
        let public = seen.exists(self.conn).await?;
        Ok(if public { Audience::Everybody } else { Audience::Drafts })
    }

    async fn log<E: Logged>(&self, row: &E::Model, entry: Entry) -> Result<(), WriteError> {
        let row = change::ActiveModel {
            transaction_id: Set(self.stamp.transaction_id),
            occurred_at: Set(self.stamp.now),
            actor: Set(self.stamp.actor.clone()),
            request_id: Set(self.stamp.request_id),
            action: Set(entry.action),
            node_type: Set(E::NODE),
            node_id: Set(E::id_of(row)),
            event_id: Set(E::event_of(row)),
            before: Set(entry.before.map(Json::Object)),
            after: Set(entry.after.map(Json::Object)),
            audience_before: Set(entry.audience.0),
            audience_after: Set(entry.audience.1),
            ..Default::default()
        };
        change::Entity::insert(row).exec_without_returning(self.conn).await?;
        Ok(())
    }
}

struct Entry {
    action: ChangeAction,
    before: Option<Map<String, Json>>,
    after: Option<Map<String, Json>>,
    audience: (Audience, Audience),
}

fn column<E: EntityTrait>(name: &str) -> Option<E::Column> {
    E::Column::iter().find(|column| sea_orm::Iden::to_string(column) == name)
}

fn set_where_kept<E: EntityTrait>(row: &mut E::ActiveModel, name: &str, value: sea_orm::Value) {
    if let Some(column) = column::<E>(name) {
        row.set(column, value);
    }
}

fn unversioned<E: EntityTrait>() -> DbErr {
    DbErr::Custom(format!("{} keeps no version", E::default().as_str()))
}

/// The row as the log keeps it.
fn fields(row: &impl serde::Serialize) -> Result<Map<String, Json>, WriteError> {
    match serde_json::to_value(row) {
        Ok(Json::Object(fields)) => Ok(fields),
        Ok(_) => Err(WriteError::Fault(Fault::internal(&"a row is no JSON object"))),
        Err(cause) => Err(WriteError::Fault(Fault::internal(&cause))),
    }
}

/// What differs, before and after, but for what every change changes.
fn difference(mut before: Map<String, Json>, mut after: Map<String, Json>) -> (Map<String, Json>, Map<String, Json>) {
    for always in ["version", "updatedAt"] {
        before.remove(always);
        after.remove(always);
    }
    let same = |(field, value): (&String, &Json)| before.get(field) == Some(value);
    let unchanged: Vec<String> = after.iter().filter(|entry| same(*entry)).map(|(field, _)| field.clone()).collect();
    for field in unchanged {
        before.remove(&field);
        after.remove(&field);
    }
    (before, after)
}
