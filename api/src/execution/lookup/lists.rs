//! Relations to lists of rows.

use std::{collections::HashMap, marker::PhantomData, sync::Arc};

use futures_util::future::LocalBoxFuture;
use sea_orm::{
    ColumnTrait, IntoSimpleExpr, QueryOrder, QueryTrait, Select,
    sea_query::{ExprTrait, SelectStatement},
};
use uuid::Uuid;

use super::prepared;
use crate::{
    auth::visible::{Visibility, Visible, public},
    change::Logged,
    database::{
        dependencies::DependencyScope,
        rows::{Column, Rows},
    },
    error::{Fault, Result},
    execution::{
        found::Found,
        leaf::Leaf,
        relation::{Load, Relation},
        statement::{Prepared, stand_ins},
    },
    graphql::loader::Loader,
};

/// The rows of a list for some IDs.
type Selects = Box<dyn Fn(&Loader, &Load<'_>, &[Uuid]) -> Result<SelectStatement> + Send + Sync>;

/// To the rows that name the object in a column, in an order.
pub struct Listed<E: Visible> {
    columns: [Column; 1],
    by: Column,
    dependency_scope: DependencyScope,
    select: Selects,
    along_as: Option<&'static str>,
    once: Option<Column>,
    of: PhantomData<fn() -> E>,
}

/// Leads from the id in a column to the rows of `E` that name it in another: those that `select` selects for some ids.
pub fn list<E: Visible>(
    id: impl ColumnTrait,
    by: impl ColumnTrait,
    select: impl Fn(&Loader, &Load<'_>, &[Uuid]) -> Result<Select<E>> + Send + Sync + 'static,
) -> Listed<E> {
    list_by(id, by, move |from, load, ids| Ok(select(from, load, ids)?.into_query()))
}

/// The same as [`list`], for rows that are joined with others.
pub fn list_by<E: Visible>(
    id: impl ColumnTrait,
    by: impl ColumnTrait,
    select: impl Fn(&Loader, &Load<'_>, &[Uuid]) -> Result<SelectStatement> + Send + Sync + 'static,
) -> Listed<E> {
    Listed {
        columns: [Column::of(id)],
        by: Column::of(by),
        dependency_scope: DependencyScope::Anywhere,
        select: Box::new(select),
        along_as: None,
        once: None,
        of: PhantomData,
    }
}

/// Leads from the ID in a column through the rows of `L`, which name it in one column and a row of `E` in another.
/// Public rows are only linked to public rows, so that the list is the same for everyone.
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
        select.cond_where(E::visible(&Visibility::All(load.viewer().clone()))).cond_where(E::shown());
        Ok(select)
    })
}

impl<E: Visible> Listed<E> {
    /// Nothing of another event is looked at.
    #[must_use]
    pub fn within_event(mut self) -> Self {
        self.dependency_scope = DependencyScope::Beneath;
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

    /// The rows for all objects of a level: the selected columns, then the one that names the object, then the
    /// additional ones. Returns the place of the second.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn rows(
        &self,
        load: &Load<'_>,
        relation: &dyn Relation,
        extra_conditions: &[Column],
    ) -> Result<(Rows, usize)> {
        let ids = load.ids();
        if ids.is_empty() {
            return Ok((Rows::default(), 0));
        }
        let is_one = ids.len() == 1;
        let key = load.key(relation, is_one, |mut hasher| load.arguments().write_to(&mut hasher));
        let prepared: Arc<Prepared> = load.context.statements.get(key, || {
            let select = (self.select)(&load.loads(), load, stand_ins(0, is_one))?;
            let mut columns = vec![self.by];
            columns.extend_from_slice(extra_conditions);
            Ok::<_, Fault>(prepared::<E>(load, select, &columns))
        })?;
        Ok((prepared.rows(load.conn(), self.dependency_scope, &[&ids]).await?, load.columns().len()))
    }
}

impl<E: Visible> Relation for Listed<E> {
    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn comes_along_as(&self) -> Option<&'static str> {
        self.along_as
    }

    fn joins(&self) -> bool {
        true
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

/// The same as [`Listed`], for at most one row each.
pub struct Only<E: Visible>(Listed<E>);

/// Leads from the id in a column to the one row of `E` that names it in another.
pub fn only<E: Visible>(listed: Listed<E>) -> Only<E> {
    Only(listed)
}

impl<E: Visible> Relation for Only<E> {
    fn columns(&self) -> &[Column] {
        &self.0.columns
    }

    fn joins(&self) -> bool {
        true
    }

    fn load<'a>(&'a self, load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
        Box::pin(async move {
            let (rows, by) = self.0.rows(load, self, &[]).await?;
            let places = rows.places(by);
            Ok(load.one_each(rows, &places))
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
            let mut groups: HashMap<Uuid, Vec<Leaf<'static>>> = HashMap::new();
            for row in 0..rows.len() {
                if let (Some(id), Some(text)) = (rows.id(row, by), rows.row(row, &[0]).text(0)) {
                    groups.entry(id).or_default().push(text.to_owned().into());
                }
            }
            let of = |id: Option<Uuid>| id.and_then(|id| groups.get(&id).cloned()).unwrap_or_default();
            Ok(Found::leaves(load.parents.iter().map(|parent| Leaf::List(of(parent.id())))))
        })
    }
}
