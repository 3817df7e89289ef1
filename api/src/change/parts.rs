//! Parts of a node: rows without an ID of their own, which are written and logged with their owner.

use plenary_entity::decode::Decode;
use sea_orm::{
    ActiveModelTrait, ActiveValue, DbErr, EntityTrait, IntoActiveModel, Iterable, ModelTrait, QueryFilter,
    sea_query::Condition,
};
use serde::Serialize;
use serde_json::{Value as Json, json};

use crate::database::{Conn, fetch::Fetch};

/// The parts to write with a node; those that are not named stay as they are.
#[derive(Default)]
pub struct Parts {
    pub(super) sets: Vec<Box<dyn PartSet>>,
}

impl Parts {
    /// None.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Replaces the rows of `E` for which `owned` holds by `rows`, logged as `field` of the owner.
    #[must_use]
    pub fn set<E>(mut self, field: &'static str, owned: Condition, rows: Vec<E::ActiveModel>) -> Self
    where
        E: EntityTrait<Model: Decode + Send + Serialize + IntoActiveModel<E::ActiveModel>>,
        E::ActiveModel: ActiveModelTrait<Entity = E> + Send + Sync + 'static,
    {
        self.sets.push(Box::new(Replacement::<E> { field, owned, rows }));
        self
    }
}

impl Parts {
    /// Without those that are stored already.
    pub(super) async fn only_changed(self, conn: &Conn) -> Result<Self, DbErr> {
        let mut sets = Vec::with_capacity(self.sets.len());
        for part in self.sets {
            if part.differs(conn).await? {
                sets.push(part);
            }
        }
        Ok(Self { sets })
    }

    /// The fields of the owner that show them.
    pub(super) fn fields(&self) -> impl Iterator<Item = &'static str> {
        self.sets.iter().map(|part| part.field())
    }

    /// Logs as `field` of the owner what was written with the node on the other side.
    #[must_use]
    pub fn written_elsewhere(mut self, field: &'static str, before: Json, after: Json) -> Self {
        self.sets.push(Box::new(RecordedPart { field, before, after }));
        self
    }
}

struct RecordedPart {
    field: &'static str,
    before: Json,
    after: Json,
}

#[async_trait::async_trait]
impl PartSet for RecordedPart {
    fn field(&self) -> &'static str {
        self.field
    }

    async fn differs(&self, _: &Conn) -> Result<bool, DbErr> {
        Ok(self.before != self.after)
    }

    async fn replace(self: Box<Self>, _: &Conn) -> Result<(&'static str, Json, Json), DbErr> {
        Ok((self.field, self.before, self.after))
    }
}

#[async_trait::async_trait]
pub(super) trait PartSet: Send + Sync {
    /// The field of the owner.
    fn field(&self) -> &'static str;

    /// Whether the stored rows differ.
    async fn differs(&self, conn: &Conn) -> Result<bool, DbErr>;

    /// Replaces the rows, and returns the name of the field with its old and new values.
    async fn replace(self: Box<Self>, conn: &Conn) -> Result<(&'static str, Json, Json), DbErr>;
}

struct Replacement<E: EntityTrait> {
    field: &'static str,
    owned: Condition,
    rows: Vec<E::ActiveModel>,
}

#[async_trait::async_trait]
impl<E> PartSet for Replacement<E>
where
    E: EntityTrait<Model: Decode + Send + Serialize + IntoActiveModel<E::ActiveModel>>,
    E::ActiveModel: ActiveModelTrait<Entity = E> + Send + Sync,
{
    fn field(&self) -> &'static str {
        self.field
    }

    async fn differs(&self, conn: &Conn) -> Result<bool, DbErr> {
        let mut there = E::find().filter(self.owned.clone()).fetch_all(conn).await?;
        for row in &self.rows {
            match there.iter().position(|other| is_same::<E>(row, other)) {
                Some(place) => drop(there.swap_remove(place)),
                None => return Ok(true),
            }
        }
        Ok(!there.is_empty())
    }

    async fn replace(self: Box<Self>, conn: &Conn) -> Result<(&'static str, Json, Json), DbErr> {
        let before = E::find().filter(self.owned.clone()).fetch_all(conn).await?;
        if !before.is_empty() {
            E::delete_many().filter(self.owned.clone()).exec(conn).await?;
        }
        if !self.rows.is_empty() {
            E::insert_many(self.rows).exec_without_returning(conn).await?;
        }
        let after = E::find().filter(self.owned).fetch_all(conn).await?;
        Ok((self.field, json!(before), json!(after)))
    }
}

/// Whether a row equals a stored one, except for its ID.
fn is_same<E: EntityTrait>(row: &E::ActiveModel, there: &E::Model) -> bool {
    E::Column::iter().filter(|column| sea_orm::Iden::to_string(column) != "id").all(|column| match row.get(column) {
        ActiveValue::Set(value) | ActiveValue::Unchanged(value) => value == there.get(column),
        ActiveValue::NotSet => true,
    })
}
