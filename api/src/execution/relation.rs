//! Relations: look-ups of the targets of a field, for all objects of a level at once.

use std::{
    collections::{HashMap, HashSet},
    hash::Hasher,
};

use futures_util::future::LocalBoxFuture;
use sea_orm::{ConnectionTrait, DbBackend, ModelTrait};
use uuid::Uuid;

use super::{
    arguments::Arguments,
    found::{Found, Item, Items, Lists, flat},
    statement::{Key, Statements},
    types::Types,
};
use crate::{
    auth::viewer::Viewer,
    change::{Logged, invalidation::Invalidation},
    database::{
        Conn,
        rows::{Column, Joined, Row, Rows},
    },
    error::{Fault, Result},
    graphql::{
        context::Read,
        loader::{BatchKey, ById, Loader, by_id},
        rate_limit::RateLimit,
    },
};

/// The context of an operation.
#[derive(Clone)]
pub struct Context {
    /// The connection, who is asking, and the clock.
    pub read: Read,
    /// The statements that were built before.
    pub statements: Statements,
    /// All types.
    pub types: &'static Types,
    /// Whether what was read before still holds.
    pub invalidation: Invalidation,
    /// The cost of the request, once known.
    pub rate_limit: Option<RateLimit>,
}

/// The look-up of a field's targets.
pub trait Relation: Send + Sync + 'static {
    /// The columns of an object that it starts from.
    fn columns(&self) -> &[Column] {
        &[]
    }

    /// The id that it starts from, where it starts from one.
    fn id(&self, row: Row<'_>) -> Option<Uuid> {
        row.id(0)
    }

    /// What its look-ups on one level have in common.
    fn sharing(&self) -> Sharing {
        Sharing::Field
    }

    /// Whether its column holds the ID of its target.
    fn is_named(&self) -> bool {
        false
    }

    /// Whether its target is visible to everyone who can see the object.
    fn is_seen(&self) -> bool {
        false
    }

    /// The row that it leads to, where that can be read along with the row that it starts from.
    fn joined(&self) -> Option<&Joined> {
        None
    }

    /// Whether rows that its rows name can be read along with these, in the same statement.
    fn joins(&self) -> bool {
        false
    }

    /// The rows that must be looked up before, one for each object.
    fn after(&self) -> Option<After<'_>> {
        None
    }

    /// A relation of what this leads to that needs no look-up of its own: what it leads to is found along with this.
    fn brings(&self) -> Option<&'static str> {
        None
    }

    /// The name by which others bring along what this leads to.
    fn comes_along_as(&self) -> Option<&'static str> {
        None
    }

    /// Whether the objects that it leads to count towards what an answer may hold: unless they are a part of what was
    /// counted, or no data is read for them.
    fn is_counted(&self) -> bool {
        true
    }

    /// Whether it is read after all fields of a mutation have run.
    fn is_late(&self) -> bool {
        false
    }

    /// What distinguishes it from others that share a look-up.
    fn tag(&self) -> usize {
        0
    }

    /// Looks up what it leads to from each of some objects.
    fn load<'a>(&'a self, load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>>;

    /// Counts what it leads to from each of some objects, where it is a list that comes in pages.
    fn count<'a>(&'a self, load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
        let _ = load;
        Box::pin(async { Err(Fault::internal(&"this relation has no pages")) })
    }
}

/// Rows that are looked up before a relation is, one for each object.
pub struct After<'a> {
    /// Their parents.
    #[expect(clippy::borrowed_box, reason = "the address of the box stands for the relation")]
    pub first: &'a Box<dyn Relation>,
    /// Their type.
    pub of: &'static str,
    /// The columns that the relation starts from as well.
    pub columns: &'a [Column],
}

/// What shared look-ups of a relation on one level have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sharing {
    /// With the same field with the same arguments at any place.
    Field,
    /// With all others of the same kind, regardless of their arguments.
    All(&'static str, &'static str),
}

/// An object from which a relation starts.
#[derive(Clone, Copy)]
pub struct Parent<'a> {
    /// Its row.
    pub row: Row<'a>,
    /// The row that was looked up before, if there is one.
    pub beside: Option<Row<'a>>,
    /// The arguments of the field.
    pub arguments: &'a Arguments,
    /// The relation.
    pub relation: &'static dyn Relation,
}

impl Parent<'_> {
    /// The id that the relation starts from.
    #[must_use]
    pub fn id(&self) -> Option<Uuid> {
        self.relation.id(self.row)
    }
}

/// A look-up for all objects of a level.
pub struct Load<'a> {
    /// The context of the operation.
    pub context: &'a Context,
    /// The objects.
    pub parents: Vec<Parent<'a>>,
    /// The columns that are asked for, by the type of the objects that the relation leads to.
    pub wanted: &'a [(&'static str, Vec<Column>)],
}

impl<'a> Load<'a> {
    /// The connection.
    #[must_use]
    pub const fn conn(&self) -> &'a Conn {
        &self.context.read.conn
    }

    /// The database.
    #[must_use]
    pub fn backend(&self) -> DbBackend {
        self.conn().get_database_backend()
    }

    /// The viewer.
    #[must_use]
    pub const fn viewer(&self) -> &'a Viewer {
        &self.context.read.viewer
    }

    /// The loader for batch keys.
    #[must_use]
    pub fn loads(&self) -> Loader {
        self.context.read.loads()
    }

    /// The arguments, where all parents have the same.
    #[must_use]
    pub fn arguments(&self) -> &'a Arguments {
        static NONE: Arguments = Arguments::new(Vec::new());
        self.parents.first().map_or(&NONE, |parent| parent.arguments)
    }

    /// The type of the objects that the relation leads to, where it is one.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        self.wanted.first().map_or("", |(name, _)| name)
    }

    /// The columns that are asked for of them.
    #[must_use]
    pub fn columns(&self) -> &'a [Column] {
        self.wanted.first().map_or(&[], |(_, columns)| columns)
    }

    /// The columns that are asked for of the objects of a type.
    #[must_use]
    pub fn columns_of(&self, name: &str) -> &'a [Column] {
        self.wanted.iter().find(|(other, _)| *other == name).map_or(&[], |(_, columns)| columns)
    }

    /// The models with some IDs that are visible to the viewer.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn models<E: Logged>(&self, ids: impl IntoIterator<Item = Uuid>) -> Result<HashMap<Uuid, E::Model>> {
        self.answers(ids.into_iter().map(by_id::<E>)).await.map(by_their_ids)
    }

    /// The same as [`Self::models`], for rows that are known to be visible.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn seen_models<E: Logged>(&self, ids: impl IntoIterator<Item = Uuid>) -> Result<HashMap<Uuid, E::Model>> {
        self.answers(ids.into_iter().map(|id| by_id::<E>(id).seen())).await.map(by_their_ids)
    }

    /// Answers questions, each once.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn answers<Q: BatchKey>(&self, keys: impl IntoIterator<Item = Q>) -> Result<HashMap<Q, Q::Value>> {
        let keys: HashSet<Q> = keys.into_iter().collect();
        self.context.read.load_all(keys.into_iter().collect()).await
    }

    /// The ids that the relation starts from, each once.
    #[must_use]
    pub fn ids(&self) -> Vec<Uuid> {
        let mut ids: Vec<Uuid> = self.parents.iter().filter_map(|parent| parent.id()).collect();
        if ids.len() > 1 {
            ids.sort_unstable();
            ids.dedup();
        }
        ids
    }

    /// The cache key of a statement that depends on the relation, the columns, the viewer, and what `write` adds.
    pub fn key(&self, relation: &dyn Relation, is_one: bool, write: impl Fn(&mut dyn Hasher)) -> Key {
        let relation = std::ptr::from_ref(relation).cast::<()>().addr();
        self.key_of("relation", self.columns(), is_one, |hasher| {
            hasher.write_usize(relation);
            write(hasher);
        })
    }

    /// The cache key of a statement that depends on its name, the columns, the viewer, and what `write` adds.
    pub fn key_of(&self, name: &str, columns: &[Column], is_one: bool, write: impl Fn(&mut dyn Hasher)) -> Key {
        self.context.statements.key(|hasher| {
            hasher.write(name.as_bytes());
            hasher.write_u8(u8::from(is_one));
            hasher.write_usize(columns.len());
            for column in columns {
                hasher.write(column.table.as_bytes());
                hasher.write_u8(0);
                hasher.write(column.name.as_bytes());
                hasher.write_u8(0);
            }
            match self.viewer() {
                Viewer::Anonymous => hasher.write_u8(0),
                Viewer::Server => hasher.write_u8(1),
                Viewer::SignedIn(who) => {
                    hasher.write(&who.visibility);
                    hasher.write(&who.identity);
                }
            }
            write(hasher);
        })
    }

    /// Each parent is led to at most one model.
    #[must_use]
    pub fn one_model_each<M: ModelTrait>(&self, models: Vec<Option<M>>) -> Found {
        let mut there = Vec::new();
        let mut items = Vec::with_capacity(models.len());
        for model in models {
            items.push(match model {
                None => Item::Null,
                Some(model) => {
                    there.push(model);
                    Item::row(0, there.len() - 1)
                }
            });
        }
        Found::one(self.type_name(), Rows::of_models(&there, self.columns()), items)
    }

    /// Each parent is led to some models.
    #[must_use]
    pub fn models_each<M: ModelTrait>(&self, models: Vec<Vec<M>>) -> Found {
        let (starts, all) = flat(models);
        let rows = Rows::of_models(&all, self.columns());
        self.many(starts, rows)
    }

    /// Each parent is led to some objects that no table holds.
    #[must_use]
    pub fn objects_each<T: std::any::Any + Send + Sync>(&self, objects: Vec<Vec<T>>) -> Found {
        let (starts, all) = flat(objects);
        self.many(starts, Rows::of_objects(all))
    }

    /// Each parent is led to at most one object that no table holds.
    #[must_use]
    pub fn one_object_each<T: std::any::Any + Send + Sync>(&self, objects: Vec<Option<T>>) -> Found {
        let mut place = 0;
        let items = objects.iter().map(|object| {
            if object.is_none() {
                return Item::Null;
            }
            place += 1;
            Item::Row(0, place - 1)
        });
        let items = items.collect();
        Found::one(self.type_name(), Rows::of_objects(objects.into_iter().flatten().collect()), items)
    }

    /// Lists of rows, which come in their order.
    #[must_use]
    pub fn many(&self, starts: Vec<u32>, rows: Rows) -> Found {
        let items = (0..rows.len()).map(|row| Item::row(0, row)).collect();
        Found { tables: vec![(self.type_name(), rows)], items: Items::Many(starts, items), ..Found::default() }
    }

    /// Groups rows by the id that they have in a column: each parent is led to those that name the id that the relation
    /// starts from there.
    #[must_use]
    pub fn grouped(&self, rows: Rows, by: usize) -> Found {
        let mut groups: HashMap<Uuid, Vec<Item>> = HashMap::new();
        for row in 0..rows.len() {
            if let Some(id) = rows.id(row, by) {
                groups.entry(id).or_default().push(Item::row(0, row));
            }
        }
        let mut lists = Lists::default();
        for parent in &self.parents {
            let group = parent.id().and_then(|id| groups.get(&id));
            lists.push(group.into_iter().flatten().copied());
        }
        Found { tables: vec![(self.type_name(), rows)], items: lists.into_items(), ..Found::default() }
    }

    /// Leads each parent to the row whose ID, which is in a column, is the one that the relation starts from.
    #[must_use]
    pub fn one_each(&self, rows: Rows, places: &HashMap<Uuid, u32>) -> Found {
        let place = |parent: &Parent<'_>| places.get(&parent.id()?).copied();
        let items = self.parents.iter().map(|parent| place(parent).map_or(Item::Null, |row| Item::Row(0, row)));
        let items = items.collect();
        Found::one(self.type_name(), rows, items)
    }
}

fn by_their_ids<E: Logged>(found: HashMap<ById<E>, E::Model>) -> HashMap<Uuid, E::Model> {
    found.into_iter().map(|(key, model)| (key.id(), model)).collect()
}
