//! Rows that belong to an event, or to a node within it: credits, references, links.
//!
//! Such a row names its event, and the node within it unless it belongs to the event as a whole.

use std::{
    collections::HashMap,
    hash::{Hash, Hasher},
};

use sea_orm::{ColumnTrait, Condition, ConnectionTrait, IntoSimpleExpr, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::loader::{BatchKey, Loader};
use crate::{
    auth::visible::{Visibility, Visible, seen},
    database::{fetch::Fetch, sql::any_of},
    error::Result,
};

/// A table of such rows.
pub trait Attached: Visible {
    /// The owner of a row.
    type Owner: Copy + Eq + Hash + Send + Sync + 'static;
    /// The column of the event.
    const EVENT: Self::Column;
    /// The columns of what is not an event as a whole, of which at most one is set.
    const WITHIN: &'static [Self::Column];
    /// The columns of the order: position, then id.
    const ORDER: [Self::Column; 2];

    /// The ID of an owner, and the place of its column in `WITHIN`; none for an event as a whole.
    fn place(owner: Self::Owner) -> (Option<usize>, Uuid);

    /// The condition that the owner of a row is public.
    fn owner_is_public() -> Condition {
        Self::beneath_public()
    }

    /// Whether an owner is in an event; what is for one that is not may come from any event.
    fn is_in_event(_: Self::Owner) -> bool {
        true
    }

    /// Whether the rows of a type of owner are in their event: types are identified by the place of their column.
    fn owner_is_within_event(_owner: usize) -> bool {
        true
    }

    /// The argument with the enum values that a column may have, for fields that have one.
    fn narrowed_by() -> Option<(&'static str, Self::Column)> {
        None
    }

    /// The owner of a row. The database ensures that there is one.
    fn owner(row: &Self::Model) -> Option<Self::Owner>;
}

/// The rows of a table that are for something, in order.
pub struct AttachedTo<E: Attached>(E::Owner);

impl<E: Attached> AttachedTo<E> {
    /// Asks for what is for `owner`.
    pub const fn new(owner: E::Owner) -> Self {
        Self(owner)
    }
}

impl<E: Attached> Clone for AttachedTo<E> {
    fn clone(&self) -> Self {
        Self(self.0)
    }
}

impl<E: Attached> PartialEq for AttachedTo<E> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<E: Attached> Eq for AttachedTo<E> {}

impl<E: Attached> Hash for AttachedTo<E> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl<E: Attached> BatchKey for AttachedTo<E>
where
    E::Model: Clone + Send + Sync,
{
    type Value = Vec<E::Model>;

    async fn load(from: &Loader, keys: &[Self]) -> Result<HashMap<Self, Self::Value>> {
        let mut by_column: HashMap<Option<usize>, Vec<Uuid>> = HashMap::new();
        for key in keys {
            let (column, id) = E::place(key.0);
            by_column.entry(column).or_default().push(id);
        }
        let within = keys.iter().all(|key| E::is_in_event(key.0));
        let conn = if within { from.conn.beneath() } else { from.conn.clone() };
        let backend = conn.get_database_backend();
        let (mut any, mut extra_conditions) = (Condition::any(), Condition::all());
        for (column, ids) in by_column {
            let named = column.and_then(|place| E::WITHIN.get(place)).copied().unwrap_or(E::EVENT);
            let mut owned = Condition::all().add(any_of(backend, named.into_simple_expr(), &ids));
            if column.is_none() {
                owned = E::WITHIN.iter().fold(owned, |owned, within| owned.add(within.is_null()));
            }
            any = any.add(owned);
            extra_conditions = extra_conditions.add(E::extra_conditions(named));
        }
        let found = seen::<E>(&Visibility::Beneath(from.viewer.clone(), E::owner_is_public(), extra_conditions))
            .filter(any)
            .order_by_asc(E::ORDER[0])
            .order_by_asc(E::ORDER[1]);
        let mut answers: HashMap<Self, Self::Value> = HashMap::new();
        for row in found.fetch_all(&conn).await? {
            if let Some(owner) = E::owner(&row) {
                answers.entry(Self(owner)).or_default().push(row);
            }
        }
        Ok(answers)
    }
}
