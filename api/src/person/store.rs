//! The statements about people.

use plenary_entity::{credit, enums, person};
use sea_orm::{
    ColumnTrait, Condition, IntoSimpleExpr, QueryFilter,
    sea_query::{Expr, ExprTrait, Query},
};
use uuid::Uuid;

use super::{input::PersonDraft, query::PersonFilter};
use crate::{
    auth::visible::{Sight, Visible, rows, seen},
    change::{Parts, WriteError, Writer},
    database::{
        keyset::{KeyType, Listing, Order},
        sql::{Scope, bears_slug, contains},
    },
    error::Result,
    external_id::store::Owner,
    graphql::{
        connection::{List, Parents, RootOnly},
        context::Read,
    },
};

/// The person that bears a slug, or bore it once.
pub async fn by_slug(read: &Read, slug: &str) -> Result<Option<person::Model>> {
    let bears = bears_slug(person::Column::Id.into_simple_expr(), "person", Scope::Everywhere, slug);
    Ok(rows::<person::Entity>(&read.viewer).filter(bears).one(&read.conn).await?)
}

/// A list of people.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PersonList {
    /// Which.
    pub filter: PersonFilter,
    /// The event in the filter.
    pub event: Option<Uuid>,
}

impl List for PersonList {
    type Table = person::Entity;
    type Parent = RootOnly;

    fn listing(&self, sight: &Sight) -> Listing<person::Entity> {
        Listing {
            select: seen::<person::Entity>(sight).filter(self.condition(sight)),
            order: Order::named("person.name")
                .ascending(person::Column::NameFolded.into_simple_expr(), KeyType::Text)
                .ascending(person::Column::Id.into_simple_expr(), KeyType::Id),
        }
    }

    fn beneath(&self, _: Listing<person::Entity>, parents: &Parents<RootOnly>) -> (Listing<person::Entity>, Expr) {
        match parents.kind {}
    }
}

impl PersonList {
    fn condition(&self, sight: &Sight) -> Condition {
        let mut all = Condition::all();
        if let Some(text) = &self.filter.name_contains {
            all = all.add(contains(person::Column::NameFolded.into_simple_expr(), text));
        }
        if self.event.is_none() && self.filter.roles.is_none() {
            return all;
        }
        let mut credited = credit::Entity::visible(&sight.of_filters()).add(credit::Column::PersonId.is_not_null());
        if let Some(event) = self.event {
            credited = credited.add(credit::Column::EventId.eq(event));
        }
        if let Some(roles) = &self.filter.roles {
            credited =
                credited.add(credit::Column::Role.is_in(roles.iter().map(|role| enums::CreditRole::from(*role))));
        }
        let people = Query::select()
            .column((credit::Entity, credit::Column::PersonId))
            .from(credit::Entity)
            .cond_where(credited)
            .take();
        all.add(person::Column::Id.into_simple_expr().in_subquery(people))
    }
}

/// Writes a new person.
pub async fn create(writer: &Writer<'_>, draft: PersonDraft) -> std::result::Result<person::Model, WriteError> {
    let owner = Owner::Person(draft.id);
    writer.insert::<person::Entity>(draft.row, Parts::none().external_ids(owner, draft.external_ids)).await
}

/// Ties a person to the subject of a token, or to none.
pub async fn tie(
    writer: &Writer<'_>,
    before: &person::Model,
    subject: Option<String>,
) -> std::result::Result<(), WriteError> {
    let change = person::ActiveModel { subject: sea_orm::Set(subject), ..Default::default() };
    writer.update::<person::Entity>(before, change, Parts::none()).await.map(drop)
}
