//! Relations to objects that are already loaded, and to results of functions.

use std::marker::PhantomData;

use futures_util::future::LocalBoxFuture;
use uuid::Uuid;

use super::ones;
use crate::{
    change::Logged,
    database::rows::{Column, Row},
    error::Result,
    execution::{
        found::Found,
        relation::{After, Load, Relation, Sharing},
    },
};

/// Looks up something for all objects of a level.
pub type LoadFn = for<'a> fn(&'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>>;

/// To the result of a function.
pub struct Batch {
    columns: Vec<Column>,
    after: Option<(Box<dyn Relation>, &'static str, Vec<Column>)>,
    sharing: Sharing,
    tag: usize,
    is_counted: bool,
    load: LoadFn,
}

/// Leads from some columns to the result of a function for all objects of a level.
#[must_use]
pub fn batch(columns: Vec<Column>, load: LoadFn) -> Batch {
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

    /// Look-ups are shared with others of this name; the tag distinguishes them.
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

    fn joins(&self) -> bool {
        true
    }

    fn load<'a>(&'a self, load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
        Box::pin(ones::<E>(load))
    }
}

/// Additional data of an object that is not a row.
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
    /// A part of an object that was already counted.
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

/// The additional data of an object.
pub trait Offered: Sized {
    /// The result of a relation; a missing target is null, or an empty list.
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

/// Models, or no list of them.
pub struct ListIfAny<M>(pub Option<Vec<M>>);

impl<M: sea_orm::ModelTrait> Offered for ListIfAny<M> {
    fn found(load: &Load<'_>, offered: Vec<Option<Self>>) -> Found {
        let lists: Vec<Option<Vec<M>>> = offered.into_iter().map(|list| list.and_then(|Self(list)| list)).collect();
        let are_there = lists.iter().map(Option::is_some).collect();
        let mut found = load.models_each(lists.into_iter().map(Option::unwrap_or_default).collect());
        found.without_lists(are_there);
        found
    }
}

/// Something that no table holds.
pub struct Object<T>(pub Option<T>);

impl<T: std::any::Any + Send + Sync> Offered for Object<T> {
    fn found(load: &Load<'_>, offered: Vec<Option<Self>>) -> Found {
        load.one_object_each(offered.into_iter().map(|object| object.and_then(|Self(object)| object)).collect())
    }
}

/// Several objects that are not rows.
#[derive(Clone)]
pub struct Objects<T>(pub Vec<T>);

/// Several things that no table holds, or no list of them.
impl<T: std::any::Any + Send + Sync> Offered for Option<Objects<T>> {
    fn found(load: &Load<'_>, offered: Vec<Option<Self>>) -> Found {
        let lists: Vec<Self> = offered.into_iter().map(Option::flatten).collect();
        let are_there = lists.iter().map(Option::is_some).collect();
        let mut found = Objects::found(load, lists);
        found.without_lists(are_there);
        found
    }
}

impl<T: std::any::Any + Send + Sync> Offered for Objects<T> {
    fn found(load: &Load<'_>, offered: Vec<Option<Self>>) -> Found {
        load.objects_each(offered.into_iter().map(|objects| objects.map_or_else(Vec::new, |Self(all)| all)).collect())
    }
}
