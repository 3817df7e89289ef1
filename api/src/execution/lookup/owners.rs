//! Relations to rows with one of several owners.

use std::{collections::HashMap, marker::PhantomData};

use futures_util::future::LocalBoxFuture;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, IntoSimpleExpr, QueryOrder, QueryTrait, Select};
use uuid::Uuid;

use super::prepared;
use crate::{
    auth::visible::{Visibility, Visible, seen},
    database::{dependencies::DependencyScope, rows::Column, sql::any_of},
    error::{Fault, Result},
    execution::{
        found::{Found, Item, Lists},
        relation::{Load, Relation, Sharing},
        statement::stand_ins,
    },
    graphql::{attached::Attached, loader::Loader},
};

/// A table whose rows each have one owner of several sorts: each sort has a column.
pub trait Owned: Visible {
    /// The columns, the first that is set being that of the owner.
    fn owners() -> Vec<Self::Column>;

    /// The rows of owners, which are given by the place of their column; in order.
    fn of_owners(from: &Loader, owners: &[(usize, &[Uuid])]) -> Select<Self>;

    /// Whether nothing of another event is looked at for owners of a sort.
    fn is_within_event(owner: usize) -> bool;

    /// The argument with the enum values that a column may have, for fields that have one; other rows are left out.
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

    fn joins(&self) -> bool {
        true
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
            let mut extra_conditions = columns.clone();
            let narrowed_by = E::narrowed_by();
            extra_conditions.extend(narrowed_by.map(|(_, column)| Column::of(column)));
            let prepared = load.context.statements.get(key, || {
                let groups = owners.iter().enumerate();
                let groups: Vec<(usize, &[Uuid])> =
                    groups.map(|(group, (tag, ids))| (*tag, stand_ins(group, ids.len() == 1))).collect();
                let select = E::of_owners(&load.loads(), &groups);
                Ok::<_, Fault>(prepared::<E>(load, select.into_query(), &extra_conditions))
            })?;
            let within = owners.iter().all(|(tag, _)| E::is_within_event(*tag));
            let dependency_scope = if within { DependencyScope::Beneath } else { DependencyScope::Anywhere };
            let groups: Vec<&[Uuid]> = owners.iter().map(|(_, ids)| ids.as_slice()).collect();
            let rows = prepared.rows(load.conn(), dependency_scope, &groups).await?;
            let first = load.columns().len();
            let mut by_owner: HashMap<(usize, Uuid), Vec<u32>> = HashMap::new();
            for row in 0..rows.len() {
                let owner = (0..columns.len()).find_map(|tag| Some((tag, rows.id(row, first + tag)?)));
                if let (Some(owner), Ok(row)) = (owner, u32::try_from(row)) {
                    by_owner.entry(owner).or_default().push(row);
                }
            }
            let mut lists = Lists::default();
            for parent in &load.parents {
                let only = match narrowed_by {
                    Some((argument, _)) => parent.arguments.words(argument),
                    None => None,
                };
                let owned = parent.id().and_then(|id| by_owner.get(&(parent.relation.tag(), id)));
                let word = |row: u32| rows.text_of(row as usize, first + columns.len());
                let is_asked_for =
                    |row: &&u32| only.as_ref().is_none_or(|only| word(**row).is_some_and(|word| only.contains(&word)));
                let owned = owned.into_iter().flatten().filter(is_asked_for);
                lists.push(owned.map(|row| Item::Row(0, *row)));
            }
            let tables = vec![(load.type_name(), rows)];
            Ok(Found { tables, items: lists.into_items(), ..Found::default() })
        })
    }
}

/// Rows that belong to an event, or to a node within it.
impl<E: Attached> Owned for E {
    fn owners() -> Vec<Self::Column> {
        E::WITHIN.iter().copied().chain([E::EVENT]).collect()
    }

    fn of_owners(from: &Loader, owners: &[(usize, &[Uuid])]) -> Select<Self> {
        let backend = from.conn.get_database_backend();
        let (mut any, mut extra_conditions) = (Condition::any(), Condition::all());
        for (owner, ids) in owners {
            let within = E::WITHIN.get(*owner).copied();
            let named = within.unwrap_or(E::EVENT);
            let mut owned = Condition::all().add(any_of(backend, named.into_simple_expr(), ids));
            if within.is_none() {
                owned = E::WITHIN.iter().fold(owned, |owned, within| owned.add(within.is_null()));
            }
            any = any.add(owned);
            extra_conditions = extra_conditions.add(E::extra_conditions(named));
        }
        let visibility = Visibility::Beneath(from.viewer.clone(), E::owner_is_public(), extra_conditions);
        let [position, id] = E::ORDER;
        sea_orm::QueryFilter::filter(seen::<E>(&visibility), any).order_by_asc(position).order_by_asc(id)
    }

    fn is_within_event(owner: usize) -> bool {
        E::owner_is_within_event(owner)
    }

    fn narrowed_by() -> Option<(&'static str, Self::Column)> {
        E::narrowed_by()
    }
}
