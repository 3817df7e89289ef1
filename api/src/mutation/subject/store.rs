//! The statements about rows of a subject, such as its credits.

use sea_orm::{ColumnTrait, Condition, DbErr};

use crate::{
    change::{Logged, WriteError, Writer},
    database::Conn,
    graphql::attached::Attached,
    mutation::store::in_order,
};

/// The rows of a table for a subject, in order, regardless of visibility.
///
/// # Errors
///
/// When the database fails.
pub async fn attached_to<E: Attached + Logged>(conn: &Conn, owner: E::Owner) -> Result<Vec<E::Model>, DbErr> {
    let (within, id) = E::place(owner);
    let named = within.and_then(|place| E::WITHIN.get(place)).copied().unwrap_or(E::EVENT);
    let mut which = Condition::all().add(named.eq(id));
    if within.is_none() {
        which = E::WITHIN.iter().fold(which, |which, column| which.add(column.is_null()));
    }
    in_order::<E>(conn, which, E::ORDER).await
}

/// Renumbers the rows of a subject.
///
/// # Errors
///
/// When the database fails.
pub async fn renumber<E: Attached + Logged>(writer: &Writer<'_>, owner: E::Owner) -> Result<(), WriteError> {
    let there = attached_to::<E>(writer.conn(), owner).await?;
    let [position, _] = E::ORDER;
    writer.number::<E>(there, position).await.map(drop)
}
