//! Credits: who did what.

pub mod enums;
pub mod input;
pub mod mutation;
pub mod object;
pub mod store;

use async_graphql::{Context, ID, Object};
use plenary_entity::{accomplishment, credit, enums::NodeType, event, microconference, person, session, topic};

use self::enums::CreditRole;
use crate::{
    error::{Fault, Result},
    graphql::{
        attached::{Attached, AttachedTo},
        context::ReadContext,
        id,
        loader::by_id,
        printed::{Many, One},
    },
    node::Creditable,
    person::Person,
    subject::Subject,
};

/// Who did what, for one thing.
#[derive(Clone)]
pub struct Credit(pub credit::Model);

impl From<credit::Model> for Credit {
    fn from(row: credit::Model) -> Self {
        Self(row)
    }
}

/// Who did what, for one thing. Everybody sees it where they see that thing.
#[Object]
impl Credit {
    /// Its id, opaque and for ever.
    pub async fn id(&self) -> ID {
        id::encode(NodeType::Credit, self.0.id)
    }

    /// The person; null for those who are no one person, as in "the database folks".
    async fn person(&self, ctx: &Context<'_>) -> Option<Result<One<Person>>> {
        ctx.read().one(by_id::<person::Entity>(self.0.person_id?).seen()).await
    }

    /// The name to show: what was written, else the name of the person.
    async fn credited_as(&self, ctx: &Context<'_>) -> Result<String> {
        match (&self.0.credited_as, self.0.person_id) {
            (Some(written), _) => Ok(written.clone()),
            (None, Some(id)) => {
                let One(person): One<person::Model> = ctx.read().needed(by_id::<person::Entity>(id)).await?;
                Ok(person.name)
            }
            // The database refuses a credit without either.
            (None, None) => Ok(String::new()),
        }
    }

    /// What they did.
    async fn role(&self) -> CreditRole {
        self.0.role.into()
    }

    /// Its place among the credits of its subject, from 0.
    async fn position(&self) -> i32 {
        self.0.position
    }

    /// What it is for.
    async fn subject(&self, ctx: &Context<'_>) -> Result<Creditable> {
        let read = ctx.read();
        let owner = credit::Entity::owner(&self.0).ok_or_else(Fault::vanished)?;
        Ok(match owner {
            Subject::Event(id) => Creditable::Event(read.needed(by_id::<event::Entity>(id)).await?.0),
            Subject::Microconference(id) => {
                Creditable::Microconference(read.needed(by_id::<microconference::Entity>(id)).await?.0)
            }
            Subject::Topic(id) => Creditable::Topic(read.needed(by_id::<topic::Entity>(id)).await?.0),
            Subject::Accomplishment(id) => {
                Creditable::Accomplishment(read.needed(by_id::<accomplishment::Entity>(id)).await?.0)
            }
            Subject::Session(id) => Creditable::Session(read.needed(by_id::<session::Entity>(id)).await?.0),
        })
    }

    /// Grows by one with every change, from 1.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

/// The credits of a subject, in order, as far as they have one of `roles`.
///
/// # Errors
///
/// When the database fails.
pub async fn of(ctx: &Context<'_>, subject: Subject, roles: Option<Vec<CreditRole>>) -> Result<Many<Credit>> {
    let mut credits: Many<Credit> = ctx.read().list(AttachedTo::<credit::Entity>::new(subject)).await?;
    if let Some(roles) = roles {
        credits.retain(|credit| roles.contains(&credit.0.role.into()));
    }
    Ok(credits)
}
