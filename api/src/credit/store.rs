//! The statements about credits.

use std::collections::HashMap;

use plenary_entity::{credit, enums, person, person_alias};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, IntoSimpleExpr, QueryFilter,
    sea_query::{Expr, ExprTrait, Func, Query, SelectStatement},
};
use uuid::Uuid;

use super::enums::CreditRole;
use crate::{
    auth::{
        viewer::Viewer,
        visible::{Visibility, rows, seen},
    },
    change::{Parts, WriteError, Writer},
    database::{
        Conn,
        fetch::Fetch,
        keyset::{KeyType, Order},
        listing::Listing,
        sql::any_of,
    },
    graphql::connection::{List, Parents},
};

/// The ids in `column` of the credits of a person. Whoever sees what a credit is for sees the credit, so that only that
/// is to be asked.
#[must_use]
pub fn credits_of(person: Uuid, column: credit::Column) -> SelectStatement {
    Query::select()
        .column((credit::Entity, column))
        .from(credit::Entity)
        .cond_where(is_person(credit::Column::PersonId.into_simple_expr(), person).add(column.is_not_null()))
        .take()
}

/// `column` is the person with an id, or the one into whom the person who had it was merged.
#[must_use]
pub fn is_person(column: Expr, id: Uuid) -> Condition {
    let kept = Query::select()
        .column((person_alias::Entity, person_alias::Column::PersonId))
        .from(person_alias::Entity)
        .and_where(person_alias::Column::FormerId.into_simple_expr().eq(id))
        .take();
    // A single value to compare with, so that an index of the column can be used: no person has the ID of a merged one.
    let person = Func::coalesce([Expr::SubQuery(None, Box::new(kept.into())), Expr::val(id)]);
    Condition::all().add(column.eq(Expr::expr(person)))
}

/// Credits of people, newest first.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Contributions {
    /// At this event.
    pub event: Option<Uuid>,
    /// With one of these roles.
    pub roles: Option<Vec<CreditRole>>,
}

/// Parents of lists of contributions.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum ContributionsOf {
    /// A person's.
    Person,
}

impl List for Contributions {
    type Table = credit::Entity;
    type Parent = ContributionsOf;

    fn listing(&self, visibility: &Visibility) -> Listing<credit::Entity> {
        let mut select = seen::<credit::Entity>(visibility);
        if let Some(event) = self.event {
            select = select.filter(credit::Column::EventId.eq(event));
        }
        if let Some(roles) = &self.roles {
            select = select.filter(credit::Column::Role.is_in(roles.iter().map(|role| enums::CreditRole::from(*role))));
        }
        Listing::new(
            select,
            Order::named("credit.newest").descending(credit::Column::Id.into_simple_expr(), KeyType::Id),
        )
    }

    fn beneath(
        &self,
        listing: Listing<credit::Entity>,
        parents: &Parents<ContributionsOf>,
    ) -> (Listing<credit::Entity>, Expr) {
        match parents.kind {
            ContributionsOf::Person => parents.named_in(listing, credit::Column::PersonId.into_simple_expr()),
        }
    }
}

/// Writes a new credit.
pub async fn create(writer: &Writer<'_>, row: credit::ActiveModel) -> Result<credit::Model, WriteError> {
    writer.insert::<credit::Entity>(row, Parts::none()).await
}

/// Writes what a credit says now.
pub async fn update(
    writer: &Writer<'_>,
    before: &credit::Model,
    row: credit::ActiveModel,
) -> Result<credit::Model, WriteError> {
    writer.update::<credit::Entity>(before, row, Parts::none()).await
}

/// The names of people by their IDs, regardless of visibility.
pub async fn names_of(conn: &Conn, people: Vec<Uuid>) -> Result<HashMap<Uuid, String>, DbErr> {
    if people.is_empty() {
        return Ok(HashMap::new());
    }
    let these = any_of(conn.get_database_backend(), person::Column::Id.into_simple_expr(), &people);
    let found = rows::<person::Entity>(&Viewer::Server).filter(these).fetch_all(conn).await?;
    Ok(found.into_iter().map(|row| (row.id, row.name)).collect())
}
