//! The relations that most fields are made of: to one row, to a list of rows, to rows that have one of several owners.

use std::{collections::HashMap, marker::PhantomData, sync::Arc};

use futures_util::future::LocalBoxFuture;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, IntoSimpleExpr, QueryOrder, QueryTrait, Select,
    sea_query::{ExprTrait, SelectStatement},
};
use uuid::Uuid;

use super::{
    relation::{After, Found, Item, Items, Load, Relation, Sharing},
    statement::{Prepared, stand_ins},
};
use crate::{
    auth::{
        viewer::Viewer,
        visible::{Sight, Visible, public, rows, seen},
    },
    change::Logged,
    database::{
        footprint::Breadth,
        rows::{Column, Kind, Row, Rows},
        sql::{Scope, any_of, anything, bears_slug},
    },
    error::Result,
    graphql::{attached::Attached, loader::Loads},
};

/// A statement for the columns that are asked for, and these behind them. Gives the places of the latter.
pub fn narrowed<E: Visible>(
    columns: &[Column],
    mut statement: SelectStatement,
    besides: &[Column],
) -> (SelectStatement, Vec<Kind>, Option<usize>) {
    let mut columns: Vec<Column> = columns.to_vec();
    columns.extend_from_slice(besides);
    let event = Column::of_event::<E>().map(|event| {
        columns.iter().position(|column| *column == event).unwrap_or_else(|| {
            columns.push(event);
            columns.len() - 1
        })
    });
    statement.clear_selects().exprs(columns.iter().map(|column| column.expression()));
    if columns.is_empty() {
        statement.expr(anything());
    }
    (statement, columns.iter().map(|column| column.kind).collect(), event)
}

fn prepared<E: Visible>(load: &Load<'_>, statement: SelectStatement, besides: &[Column]) -> Prepared {
    let (statement, kinds, event) = narrowed::<E>(load.columns(), statement, besides);
    Prepared::new(load.backend(), &statement, kinds, event)
}

/// To the row whose id stands in a column.
pub struct One<E> {
    /// The one that holds the id, then those that must hold nothing.
    columns: Vec<Column>,
    is_seen: bool,
    of: PhantomData<fn() -> E>,
}

/// Leads to the row whose id stands in a column, if there is one that the viewer may see.
#[must_use]
pub fn one<E: Logged>(column: impl ColumnTrait) -> One<E> {
    One { columns: vec![Column::of(column)], is_seen: false, of: PhantomData }
}

impl<E> One<E> {
    /// It leads nowhere where one of these columns holds an id.
    #[must_use]
    pub fn unless(mut self, columns: Vec<Column>) -> Self {
        self.columns.extend(columns);
        self
    }

    /// As an alternative among others.
    #[must_use]
    pub fn boxed(self) -> Box<dyn Relation>
    where
        E: Logged,
    {
        Box::new(self)
    }

    /// Whoever sees the object sees what this leads to.
    #[must_use]
    pub const fn seen(mut self) -> Self {
        self.is_seen = true;
        self
    }
}

impl<E: Logged> Relation for One<E> {
    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn id(&self, row: Row<'_>) -> Option<Uuid> {
        let is_elsewhere = (1..self.columns.len()).any(|place| row.id(place).is_some());
        if is_elsewhere { None } else { row.id(0) }
    }

    fn sharing(&self) -> Sharing {
        Sharing::All("by id", E::default().table_name())
    }

    fn is_seen(&self) -> bool {
        self.is_seen
    }

    fn load<'a>(&'a self, load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
        Box::pin(ones::<E>(load))
    }
}

async fn ones<E: Logged>(load: &Load<'_>) -> Result<Found> {
    let found = by_ids::<E>(load, &load.ids()).await?;
    let item = |id: Option<Uuid>| id.and_then(|id| found.places.get(&id)).map_or(Item::Null, |row| Item::Row(0, *row));
    let items = load.parents.iter().map(|parent| item(parent.id())).collect();
    Ok(Found::one(load.type_name(), found.rows, items))
}

/// Rows by their ids.
pub struct ByIds {
    /// The rows.
    pub rows: Rows,
    /// Where each id stands among them.
    pub places: HashMap<Uuid, u32>,
}

async fn by_ids<E: Logged>(load: &Load<'_>, ids: &[Uuid]) -> Result<ByIds> {
    let all_are_seen = load.parents.iter().all(|parent| parent.relation.is_seen() || parent.id().is_none());
    by_ids_of::<E>(load, load.columns(), ids, all_are_seen).await
}

/// The rows with some ids, as far as the viewer may see them, or all of them where it is known that they are seen.
///
/// # Errors
///
/// When the database fails.
pub async fn by_ids_of<E: Logged>(load: &Load<'_>, columns: &[Column], ids: &[Uuid], are_seen: bool) -> Result<ByIds> {
    if ids.is_empty() {
        return Ok(ByIds { rows: Rows::default(), places: HashMap::new() });
    }
    let is_one = ids.len() == 1;
    let key = load.key_of("by id", columns, is_one, |hasher| {
        hasher.write(E::default().table_name().as_bytes());
        hasher.write_u8(u8::from(are_seen));
    });
    let id = Column::of(E::key());
    let prepared = load.context.statements.get(key, || {
        let viewer = if are_seen { &Viewer::Server } else { load.viewer() };
        let these = any_of(load.backend(), E::key().into_simple_expr(), stand_ins(0, is_one));
        let statement = sea_orm::QueryFilter::filter(rows::<E>(viewer), these).into_query();
        let (statement, kinds, event) = narrowed::<E>(columns, statement, &[id]);
        Ok::<_, crate::error::Fault>(Prepared::new(load.backend(), &statement, kinds, event))
    })?;
    let rows = prepared.rows(load.conn(), Breadth::Beneath, &[ids]).await?;
    // What is in an event was noted with the event; what is not there may appear.
    if let Some(recorder) = load.conn().recorder()
        && (rows.len() < ids.len() || !prepared.names_all_events(&rows))
    {
        recorder.note_table(E::default().table_name());
    }
    let place = columns.len();
    let places = (0..rows.len()).filter_map(|row| Some((rows.id(row, place)?, u32::try_from(row).ok()?))).collect();
    Ok(ByIds { rows, places })
}

/// What a list selects for some ids.
type Selects = Box<dyn Fn(&Loads, &Load<'_>, &[Uuid]) -> Result<SelectStatement> + Send + Sync>;

/// To the rows that name the object in a column, in an order.
pub struct Listed<E: Visible> {
    columns: [Column; 1],
    by: Column,
    breadth: Breadth,
    select: Selects,
    along_as: Option<&'static str>,
    once: Option<Column>,
    of: PhantomData<fn() -> E>,
}

/// Leads from the id in a column to the rows of `E` that name it in another: those that `select` selects for some ids.
pub fn list<E: Visible>(
    id: impl ColumnTrait,
    by: impl ColumnTrait,
    select: impl Fn(&Loads, &Load<'_>, &[Uuid]) -> Result<Select<E>> + Send + Sync + 'static,
) -> Listed<E> {
    list_by(id, by, move |from, load, ids| Ok(select(from, load, ids)?.into_query()))
}

/// As [`list`], for rows that are joined with others.
pub fn list_by<E: Visible>(
    id: impl ColumnTrait,
    by: impl ColumnTrait,
    select: impl Fn(&Loads, &Load<'_>, &[Uuid]) -> Result<SelectStatement> + Send + Sync + 'static,
) -> Listed<E> {
    Listed {
        columns: [Column::of(id)],
        by: Column::of(by),
        breadth: Breadth::Anywhere,
        select: Box::new(select),
        along_as: None,
        once: None,
        of: PhantomData,
    }
}

/// Leads from the id in a column along the rows of `L`, which name it in a column and a row of `E` in another. What is
/// public is linked to what is public alone, so that the list is the same for everybody.
pub fn linked<L: Visible, O: Visible, E: Logged>(
    id: impl ColumnTrait,
    [from, to]: [L::Column; 2],
    order: Vec<L::Column>,
) -> Listed<E>
where
    L::Column: Send + Sync,
{
    list_by(id, from, move |loads, load, ids| {
        let links = loads.listed_by::<L>(from, ids, Some(public::<O>(from)));
        let links = order.iter().fold(links, |links, column| QueryOrder::order_by_asc(links, *column));
        let target = E::key().into_simple_expr().equals(to.as_column_ref());
        let mut select = links.into_query();
        select.inner_join(E::default(), target);
        // The links were seen, and both sides with them; what is left is the status.
        select.cond_where(E::visible(&Sight::All(load.viewer().clone()))).cond_where(E::shown());
        Ok(select)
    })
}

impl<E: Visible> Listed<E> {
    /// Nothing of another event is looked at.
    #[must_use]
    pub fn within_event(mut self) -> Self {
        self.breadth = Breadth::Beneath;
        self
    }

    /// Others bring along what this leads to.
    #[must_use]
    pub fn coming_along_as(mut self, name: &'static str) -> Self {
        self.along_as = Some(name);
        self
    }

    /// Rows that have the same id in a column are listed once for each object.
    #[must_use]
    pub fn once_by(mut self, column: impl ColumnTrait) -> Self {
        self.once = Some(Column::of(column));
        self
    }

    /// The rows for all objects of a level: the columns that are asked for, then the one that names the object, then those
    /// besides. Gives the place of the second.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn rows(&self, load: &Load<'_>, relation: &dyn Relation, besides: &[Column]) -> Result<(Rows, usize)> {
        let ids = load.ids();
        if ids.is_empty() {
            return Ok((Rows::default(), 0));
        }
        let is_one = ids.len() == 1;
        let key = load.key(relation, is_one, |mut hasher| load.arguments().hash(&mut hasher));
        let prepared: Arc<Prepared> = load.context.statements.get(key, || {
            let select = (self.select)(&load.loads(), load, stand_ins(0, is_one))?;
            let mut columns = vec![self.by];
            columns.extend_from_slice(besides);
            Ok::<_, crate::error::Fault>(prepared::<E>(load, select, &columns))
        })?;
        Ok((prepared.rows(load.conn(), self.breadth, &[&ids]).await?, load.columns().len()))
    }
}

impl<E: Visible> Relation for Listed<E> {
    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn comes_along_as(&self) -> Option<&'static str> {
        self.along_as
    }

    fn load<'a>(&'a self, load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
        Box::pin(async move {
            let (rows, by) = self.rows(load, self, self.once.as_slice()).await?;
            let mut found = load.grouped(rows, by);
            if self.once.is_some() {
                found.keep_once(by + 1);
            }
            Ok(found)
        })
    }
}

/// As [`Listed`], where there is one row at most for each.
pub struct Only<E: Visible>(Listed<E>);

/// Leads from the id in a column to the one row of `E` that names it in another.
pub fn only<E: Visible>(listed: Listed<E>) -> Only<E> {
    Only(listed)
}

impl<E: Visible> Relation for Only<E> {
    fn columns(&self) -> &[Column] {
        &self.0.columns
    }

    fn load<'a>(&'a self, load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
        Box::pin(async move {
            let (rows, by) = self.0.rows(load, self, &[]).await?;
            let places: HashMap<Uuid, u32> =
                (0..rows.len()).filter_map(|row| Some((rows.id(row, by)?, u32::try_from(row).ok()?))).collect();
            let item =
                |id: Option<Uuid>| id.and_then(|id| places.get(&id)).map_or(Item::Null, |row| Item::Row(0, *row));
            let items = load.parents.iter().map(|parent| item(parent.id())).collect();
            Ok(Found::one(load.type_name(), rows, items))
        })
    }
}

/// To the values in a column of the rows that name the object in another, in an order.
pub struct Values<E: Visible> {
    listed: Listed<E>,
    value: Column,
}

/// Leads to the values that a column has in the rows of a list.
pub fn values<E: Visible>(listed: Listed<E>, value: impl ColumnTrait) -> Values<E> {
    Values { listed, value: Column::of(value) }
}

impl<E: Visible> Relation for Values<E> {
    fn columns(&self) -> &[Column] {
        &self.listed.columns
    }

    fn load<'a>(&'a self, load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
        Box::pin(async move {
            let wanted = [("", vec![self.value])];
            let parents = load.parents.clone();
            let of_values = Load { context: load.context, parents, wanted: &wanted };
            let (rows, by) = self.listed.rows(&of_values, self, &[]).await?;
            let mut groups: HashMap<Uuid, Vec<super::leaf::Leaf<'static>>> = HashMap::new();
            for row in 0..rows.len() {
                if let (Some(id), Some(text)) = (rows.id(row, by), rows.row(row, &[0]).text(0)) {
                    groups.entry(id).or_default().push(text.to_owned().into());
                }
            }
            let of = |id: Option<Uuid>| id.and_then(|id| groups.get(&id).cloned()).unwrap_or_default();
            Ok(Found::leaves(load.parents.iter().map(|parent| super::leaf::Leaf::List(of(parent.id())))))
        })
    }
}

/// A table whose rows each have one owner of several sorts: each sort has a column.
pub trait Owned: Visible {
    /// The columns, the first that is set being that of the owner.
    fn owners() -> Vec<Self::Column>;

    /// The rows of owners, which are given by the place of their column; in order.
    fn of_owners(from: &Loads, owners: &[(usize, &[Uuid])]) -> Select<Self>;

    /// Whether nothing of another event is looked at for owners of a sort.
    fn is_within_event(owner: usize) -> bool;

    /// The argument that names the words which a column may hold, where fields have one: other rows are left out.
    fn narrowed_by() -> Option<(&'static str, Self::Column)> {
        None
    }
}

/// To the rows that an object owns.
pub struct OwnedBy<E> {
    columns: [Column; 1],
    owner: usize,
    of: PhantomData<fn() -> E>,
}

/// Leads from the id in a column to the rows of `E` that name it in the column of an owner.
///
/// # Panics
///
/// When the column is no column of an owner.
#[must_use]
pub fn owned<E: Owned>(id: impl ColumnTrait, owner: E::Column) -> OwnedBy<E> {
    let owner =
        E::owners().iter().position(|other| sea_orm::IdenStatic::as_str(other) == sea_orm::IdenStatic::as_str(&owner));
    let owner = owner.expect("a column of an owner");
    OwnedBy { columns: [Column::of(id)], owner, of: PhantomData }
}

impl<E: Owned> Relation for OwnedBy<E> {
    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn sharing(&self) -> Sharing {
        Sharing::All("owned", E::default().table_name())
    }

    fn tag(&self) -> usize {
        self.owner
    }

    fn load<'a>(&'a self, load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
        Box::pin(async move {
            let mut owners: Vec<(usize, Vec<Uuid>)> = Vec::new();
            for parent in &load.parents {
                let Some(id) = parent.id() else { continue };
                match owners.iter_mut().find(|(tag, _)| *tag == parent.relation.tag()) {
                    Some((_, ids)) => ids.push(id),
                    None => owners.push((parent.relation.tag(), vec![id])),
                }
            }
            for (_, ids) in &mut owners {
                ids.sort_unstable();
                ids.dedup();
            }
            owners.sort_unstable_by_key(|(tag, _)| *tag);
            let key = load.key(self, false, |hasher| {
                for (tag, ids) in &owners {
                    hasher.write_usize(*tag);
                    hasher.write_u8(u8::from(ids.len() == 1));
                }
            });
            let columns: Vec<Column> = E::owners().into_iter().map(Column::of).collect();
            let mut besides = columns.clone();
            let narrowed_by = E::narrowed_by();
            besides.extend(narrowed_by.map(|(_, column)| Column::of(column)));
            let prepared = load.context.statements.get(key, || {
                let groups = owners.iter().enumerate();
                let groups: Vec<(usize, &[Uuid])> =
                    groups.map(|(group, (tag, ids))| (*tag, stand_ins(group, ids.len() == 1))).collect();
                let select = E::of_owners(&load.loads(), &groups);
                Ok::<_, crate::error::Fault>(prepared::<E>(load, select.into_query(), &besides))
            })?;
            let within = owners.iter().all(|(tag, _)| E::is_within_event(*tag));
            let breadth = if within { Breadth::Beneath } else { Breadth::Anywhere };
            let groups: Vec<&[Uuid]> = owners.iter().map(|(_, ids)| ids.as_slice()).collect();
            let rows = prepared.rows(load.conn(), breadth, &groups).await?;
            let first = load.columns().len();
            let mut by_owner: HashMap<(usize, Uuid), Vec<u32>> = HashMap::new();
            for row in 0..rows.len() {
                let owner = (0..columns.len()).find_map(|tag| Some((tag, rows.id(row, first + tag)?)));
                if let (Some(owner), Ok(row)) = (owner, u32::try_from(row)) {
                    by_owner.entry(owner).or_default().push(row);
                }
            }
            let mut starts = vec![0];
            let mut items = Vec::with_capacity(rows.len());
            for parent in &load.parents {
                let only = match narrowed_by {
                    Some((argument, _)) => parent.arguments.words(argument),
                    None => None,
                };
                let owned = parent.id().and_then(|id| by_owner.get(&(parent.relation.tag(), id)));
                for row in owned.into_iter().flatten() {
                    let word = || rows.text_of(*row as usize, first + columns.len());
                    if only.as_ref().is_none_or(|only| word().is_some_and(|word| only.contains(&word))) {
                        items.push(Item::Row(0, *row));
                    }
                }
                starts.push(u32::try_from(items.len()).unwrap_or(u32::MAX));
            }
            let tables = vec![(load.type_name(), rows)];
            Ok(Found { tables, items: Items::Many(starts, items), ..Found::default() })
        })
    }
}

/// To the one row that a statement finds.
pub struct Sole<E: Visible> {
    select: fn(&Load<'_>) -> Result<Select<E>>,
}

/// Leads from the root to the row that a statement finds, by what is the row's own for ever.
#[must_use]
pub fn sole<E: Visible>(select: fn(&Load<'_>) -> Result<Select<E>>) -> Sole<E> {
    Sole { select }
}

impl<E: Visible> Relation for Sole<E> {
    fn load<'a>(&'a self, load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
        Box::pin(async move {
            let key = load.key(self, true, |mut hasher| load.arguments().hash(&mut hasher));
            let prepared = load.context.statements.get(key, || {
                let select = sea_orm::QuerySelect::limit((self.select)(load)?, 1);
                Ok::<_, crate::error::Fault>(prepared::<E>(load, select.into_query(), &[]))
            })?;
            let rows = prepared.rows(load.conn(), Breadth::Sole, &[]).await?;
            let item = if rows.is_empty() { Item::Null } else { Item::Row(0, 0) };
            let items = load.parents.iter().map(|_| item).collect();
            Ok(Found::one(load.type_name(), rows, items))
        })
    }
}

/// Leads from the root to the row that bears a slug, or bore it once: the arguments have the slug, and that of the event
/// where it is unique in its event.
#[must_use]
pub fn by_slug<E: Logged>() -> Sole<E> {
    sole(|load| {
        let (slug, event): (String, Option<String>) =
            (load.arguments().get("slug")?, load.arguments().get("eventSlug")?);
        let scope = event.map_or(Scope::Everywhere, Scope::EventNamed);
        let bears = bears_slug(E::key().into_simple_expr(), E::default().table_name(), scope, &slug);
        Ok(sea_orm::QueryFilter::filter(rows::<E>(load.viewer()), bears))
    })
}

/// Looks up something for all objects of a level.
pub type Loader = for<'a> fn(&'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>>;

/// To whatever a function looks up.
pub struct Batch {
    columns: Vec<Column>,
    after: Option<(Box<dyn Relation>, &'static str, Vec<Column>)>,
    sharing: Sharing,
    tag: usize,
    is_counted: bool,
    load: Loader,
}

/// Leads from some columns to whatever a function looks up for all objects of a level.
#[must_use]
pub fn batch(columns: Vec<Column>, load: Loader) -> Batch {
    Batch { columns, after: None, sharing: Sharing::Field, tag: 0, is_counted: true, load }
}

impl Batch {
    /// A row is looked up before, and some of its columns are read beside those of the object.
    #[must_use]
    pub fn after(mut self, first: impl Relation, of: &'static str, columns: Vec<Column>) -> Self {
        self.after = Some((Box::new(first), of, columns));
        self
    }

    /// No data is read for it.
    #[must_use]
    pub const fn without_data(mut self) -> Self {
        self.is_counted = false;
        self
    }

    /// The look-ups are shared with others of this name; the tag tells this one from them.
    #[must_use]
    pub const fn shared(mut self, what: &'static str, tag: usize) -> Self {
        self.sharing = Sharing::All("batch", what);
        self.tag = tag;
        self
    }
}

impl Relation for Batch {
    fn is_counted(&self) -> bool {
        self.is_counted
    }

    fn after(&self) -> Option<After<'_>> {
        let (first, of, columns) = self.after.as_ref()?;
        Some(After { first, of, columns })
    }

    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn sharing(&self) -> Sharing {
        self.sharing
    }

    fn tag(&self) -> usize {
        self.tag
    }

    fn load<'a>(&'a self, load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
        (self.load)(load)
    }
}

/// To the row with an id that an object brings along.
pub struct OneBy<E, T, F> {
    id: F,
    of: PhantomData<fn(&T) -> E>,
}

/// Leads to the row with the id that an object brings along. Whoever sees the object sees it.
pub fn one_by<E: Logged, T: std::any::Any>(id: impl Fn(&T) -> Option<Uuid> + Send + Sync + 'static) -> impl Relation {
    OneBy { id, of: PhantomData::<fn(&T) -> E> }
}

impl<E, T, F> Relation for OneBy<E, T, F>
where
    E: Logged,
    T: std::any::Any,
    F: Fn(&T) -> Option<Uuid> + Send + Sync + 'static,
{
    fn id(&self, row: Row<'_>) -> Option<Uuid> {
        row.object::<T>().and_then(&self.id)
    }

    fn sharing(&self) -> Sharing {
        Sharing::All("by id", E::default().table_name())
    }

    fn is_seen(&self) -> bool {
        true
    }

    fn load<'a>(&'a self, load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
        Box::pin(ones::<E>(load))
    }
}

/// What an object that no table holds brings along.
pub struct Given<T, F> {
    give: F,
    is_counted: bool,
    of: PhantomData<fn(&T)>,
}

/// Leads to what an object brings along.
pub fn given<T, M, F>(give: F) -> Given<T, F>
where
    T: std::any::Any,
    M: Offered,
    F: Fn(&T) -> M + Send + Sync + 'static,
{
    Given { give, is_counted: true, of: PhantomData }
}

impl<T, F> Given<T, F> {
    /// It is a part of what was counted already.
    #[must_use]
    pub fn as_part(mut self) -> Self {
        self.is_counted = false;
        self
    }
}

impl<T, M, F> Relation for Given<T, F>
where
    T: std::any::Any,
    M: Offered,
    F: Fn(&T) -> M + Send + Sync + 'static,
{
    fn is_counted(&self) -> bool {
        self.is_counted
    }

    fn load<'a>(&'a self, load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
        let offered = load.parents.iter().map(|parent| parent.row.object::<T>().map(&self.give)).collect();
        Box::pin(std::future::ready(Ok(M::found(load, offered))))
    }
}

/// What an object may bring along.
pub trait Offered: Sized {
    /// As what a relation found; what is not there is null, or an empty list.
    fn found(load: &Load<'_>, offered: Vec<Option<Self>>) -> Found;
}

/// A model.
impl<M: sea_orm::ModelTrait> Offered for Option<M> {
    fn found(load: &Load<'_>, offered: Vec<Option<Self>>) -> Found {
        load.one_model_each(offered.into_iter().map(Option::flatten).collect())
    }
}

/// Models.
impl<M: sea_orm::ModelTrait> Offered for Vec<M> {
    fn found(load: &Load<'_>, offered: Vec<Option<Self>>) -> Found {
        load.models_each(offered.into_iter().map(Option::unwrap_or_default).collect())
    }
}

/// Something that no table holds.
pub struct Object<T>(pub Option<T>);

impl<T: std::any::Any + Send + Sync> Offered for Object<T> {
    fn found(load: &Load<'_>, offered: Vec<Option<Self>>) -> Found {
        load.one_object_each(offered.into_iter().map(|object| object.and_then(|Self(object)| object)).collect())
    }
}

/// Several things that no table holds.
pub struct Objects<T>(pub Vec<T>);

impl<T: std::any::Any + Send + Sync> Offered for Objects<T> {
    fn found(load: &Load<'_>, offered: Vec<Option<Self>>) -> Found {
        load.objects_each(offered.into_iter().map(|objects| objects.map_or_else(Vec::new, |Self(all)| all)).collect())
    }
}

/// Rows that are for an event, or for one thing within it.
impl<E: Attached> Owned for E {
    fn owners() -> Vec<Self::Column> {
        E::WITHIN.iter().copied().chain([E::EVENT]).collect()
    }

    fn of_owners(from: &Loads, owners: &[(usize, &[Uuid])]) -> Select<Self> {
        let backend = from.conn.get_database_backend();
        let (mut any, mut besides) = (Condition::any(), Condition::all());
        for (owner, ids) in owners {
            let within = E::WITHIN.get(*owner).copied();
            let named = within.unwrap_or(E::EVENT);
            let mut owned = Condition::all().add(any_of(backend, named.into_simple_expr(), ids));
            if within.is_none() {
                owned = E::WITHIN.iter().fold(owned, |owned, within| owned.add(within.is_null()));
            }
            any = any.add(owned);
            besides = besides.add(E::besides(named));
        }
        let sight = Sight::Beneath(from.viewer.clone(), E::owner_is_public(), besides);
        let [position, id] = E::ORDER;
        sea_orm::QueryFilter::filter(seen::<E>(&sight), any).order_by_asc(position).order_by_asc(id)
    }

    fn is_within_event(owner: usize) -> bool {
        E::owner_is_within_event(owner)
    }

    fn narrowed_by() -> Option<(&'static str, Self::Column)> {
        E::narrowed_by()
    }
}
