//! Tables of parts, for the parts of many nodes at once.

use std::collections::{HashMap, HashSet};

use plenary_entity::decode::Decode;
use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DbErr, EntityTrait, IdenStatic, IntoActiveModel, IntoSimpleExpr, ModelTrait,
    QueryFilter, QuerySelect, Value, sea_query::Condition,
};
use serde::Serialize;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::bulk::{AT_ONCE, id_in, named};
use crate::database::{Conn, fetch::Fetch, sql::any_of};

/// The parts before and after, by owner.
pub(super) type Replaced = HashMap<Uuid, (Json, Json)>;

/// A table whose rows are parts of nodes of one type.
pub struct PartTable {
    field: &'static str,
    owners: Vec<&'static str>,
    rows: Box<dyn PartRows>,
}

impl PartTable {
    /// The parts in `E`, each of the nodes that it names in one of the columns, which show it as `field`.
    pub(super) fn of<E>(field: &'static str, owners: &[E::Column]) -> Self
    where
        E: EntityTrait<Model: Decode + Send + Sync + Serialize + IntoActiveModel<E::ActiveModel>>,
        E::ActiveModel: ActiveModelTrait<Entity = E> + Send,
    {
        let owners = owners.iter().map(IdenStatic::as_str).collect();
        Self { field, owners, rows: Box::new(Rows::<E>(E::default())) }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.rows.table()
    }

    /// The field of the owner that shows the parts.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        self.field
    }

    /// The columns that name an owner.
    #[must_use]
    pub fn owners(&self) -> &[&'static str] {
        &self.owners
    }

    /// The owners of the parts for which the condition holds.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn owners_where(&self, conn: &Conn, which: Condition) -> Result<Vec<Uuid>, DbErr> {
        self.rows.owners_where(conn, &self.owners, which).await
    }

    /// The parts of these nodes by owner.
    pub(super) async fn read(&self, conn: &Conn, owners: &[Uuid]) -> Result<HashMap<Uuid, Vec<Json>>, DbErr> {
        self.rows.read(conn, &self.owners, owners).await
    }

    /// Deletes the parts of these nodes.
    pub(super) async fn delete(&self, conn: &Conn, owners: &[Uuid]) -> Result<(), DbErr> {
        self.rows.delete(conn, &self.owners, owners).await
    }

    /// Deletes the parts of these nodes that name one of the IDs in the column, and renumbers the others.
    pub(super) async fn drop_naming(&self, conn: &Conn, owners: &[Uuid], gone: &DeletedIds) -> Result<Replaced, DbErr> {
        self.rows.drop_naming(conn, &self.owners, owners, gone).await
    }
}

/// The rows to be deleted, by the column in which parts name them.
pub type DeletedIds = HashMap<&'static str, HashSet<Uuid>>;

#[async_trait::async_trait]
trait PartRows: Send + Sync {
    fn table(&self) -> &'static str;
    async fn owners_where(&self, conn: &Conn, columns: &[&str], which: Condition) -> Result<Vec<Uuid>, DbErr>;
    async fn read(&self, conn: &Conn, columns: &[&str], owners: &[Uuid]) -> Result<HashMap<Uuid, Vec<Json>>, DbErr>;
    async fn delete(&self, conn: &Conn, columns: &[&str], owners: &[Uuid]) -> Result<(), DbErr>;
    async fn drop_naming(
        &self,
        conn: &Conn,
        columns: &[&str],
        owners: &[Uuid],
        gone: &DeletedIds,
    ) -> Result<Replaced, DbErr>;
}

struct Rows<E>(E);

/// The parts of each owner, in the order in which the owners are given.
type ByOwner<E> = Vec<(Uuid, Vec<<E as EntityTrait>::Model>)>;

impl<E: EntityTrait<Model: Decode + Send>> Rows<E> {
    fn of(conn: &Conn, columns: &[&str], owners: &[Uuid]) -> Result<Condition, DbErr> {
        let mut which = Condition::any();
        for column in columns {
            which = which.add(any_of(conn.get_database_backend(), named::<E>(column)?.into_simple_expr(), owners));
        }
        Ok(which)
    }

    /// The rows of each owner.
    fn by_owner(rows: Vec<E::Model>, columns: &[&str], owners: &[Uuid]) -> Result<ByOwner<E>, DbErr> {
        let asked: HashSet<Uuid> = owners.iter().copied().collect();
        let mut by_owner: HashMap<Uuid, Vec<E::Model>> = HashMap::new();
        for row in rows {
            for column in columns {
                if let Some(owner) = id_in::<E>(&row, column)?.filter(|owner| asked.contains(owner)) {
                    by_owner.entry(owner).or_default().push(row.clone());
                }
            }
        }
        Ok(owners.iter().filter_map(|owner| by_owner.remove_entry(owner)).collect())
    }
}

#[async_trait::async_trait]
impl<E> PartRows for Rows<E>
where
    E: EntityTrait<Model: Decode + Send + Sync + Serialize + IntoActiveModel<E::ActiveModel>>,
    E::ActiveModel: ActiveModelTrait<Entity = E> + Send,
{
    fn table(&self) -> &'static str {
        self.0.as_str()
    }

    async fn owners_where(&self, conn: &Conn, columns: &[&str], which: Condition) -> Result<Vec<Uuid>, DbErr> {
        let mut owners = Vec::new();
        for column in columns {
            let select = E::find().filter(which.clone()).select_only().column(named::<E>(column)?).distinct();
            owners.extend(select.into_tuple::<Uuid>().all(conn).await?);
        }
        Ok(owners)
    }

    async fn read(&self, conn: &Conn, columns: &[&str], owners: &[Uuid]) -> Result<HashMap<Uuid, Vec<Json>>, DbErr> {
        let rows = E::find().filter(Self::of(conn, columns, owners)?).fetch_all(conn).await?;
        let by_owner = Self::by_owner(rows, columns, owners)?.into_iter();
        Ok(by_owner.map(|(owner, rows)| (owner, rows.iter().map(|row| json!(row)).collect())).collect())
    }

    async fn delete(&self, conn: &Conn, columns: &[&str], owners: &[Uuid]) -> Result<(), DbErr> {
        E::delete_many().filter(Self::of(conn, columns, owners)?).exec(conn).await?;
        Ok(())
    }

    async fn drop_naming(
        &self,
        conn: &Conn,
        columns: &[&str],
        owners: &[Uuid],
        gone: &DeletedIds,
    ) -> Result<Replaced, DbErr> {
        let position = named::<E>("position")?;
        let mut rows = E::find().filter(Self::of(conn, columns, owners)?).fetch_all(conn).await?;
        rows.sort_by_key(|row| if let Value::Int(place) = row.get(position) { place } else { None });
        let (mut replaced, mut left) = (Replaced::new(), Vec::new());
        for (owner, rows) in Self::by_owner(rows, columns, owners)? {
            let mut stay = Vec::new();
            for row in &rows {
                if !names_one_of::<E>(row, gone)? {
                    stay.push(row.clone());
                }
            }
            if stay.len() < rows.len() {
                replaced.insert(owner, (json!(rows), json!([])));
                left.extend(stay.into_iter().zip(0_i32..).map(|(row, place)| {
                    let mut row = row.into_active_model();
                    row.set(position, place.into());
                    row.reset_all()
                }));
            }
        }
        let changed: Vec<Uuid> = replaced.keys().copied().collect();
        if changed.is_empty() {
            return Ok(replaced);
        }
        E::delete_many().filter(Self::of(conn, columns, &changed)?).exec(conn).await?;
        while !left.is_empty() {
            let rest = left.split_off(left.len().min(AT_ONCE));
            E::insert_many(std::mem::replace(&mut left, rest)).exec_without_returning(conn).await?;
        }
        let now = E::find().filter(Self::of(conn, columns, &changed)?).fetch_all(conn).await?;
        for (owner, rows) in Self::by_owner(now, columns, &changed)? {
            if let Some((_, now)) = replaced.get_mut(&owner) {
                *now = json!(rows);
            }
        }
        Ok(replaced)
    }
}

fn names_one_of<E: EntityTrait>(row: &E::Model, gone: &DeletedIds) -> Result<bool, DbErr> {
    for (column, ids) in gone {
        if id_in::<E>(row, column)?.is_some_and(|id| ids.contains(&id)) {
            return Ok(true);
        }
    }
    Ok(false)
}
