//! The mutations of credits.

use async_graphql::{ID, MaybeUndefined};
use plenary_entity::{credit, enums::NodeType, person};
use uuid::Uuid;

use super::{
    Credit,
    input::{AddCreditInput, CreditInput, RemoveCreditInput, UpdateCreditInput},
    store,
};
use crate::{
    check::{Checks, IssueKind},
    graphql::{attached::Attached, id},
    mutation::{
        Command, Done, Field, mutations,
        subject::{
            Standing,
            store::{attached_to, renumber},
        },
    },
    node::Creditable,
    removal::{self, Thing},
};

/// How many credits one subject may have.
pub const MOST_CREDITS: usize = 50;

mutations! {
    /// The mutations of credits.
    CreditMutation;

    /// Credits somebody for something, last among those who are credited for it.
    ///
    /// Example: `mutation { addCredit(input: { subjectId: "session_01h455vb4pex5vsknk084sn02q", personId:
    /// "person_01h455vb4pex5vsknk084sn02q", role: SPEAKER }) { credit { id } errors { code message path } } }`.
    add_credit(AddCreditInput) -> AddCreditPayload {
        /// The credit; null where anything is wrong.
        credit: Credit,
    };

    /// Changes whom a credit names, and for which role.
    update_credit(UpdateCreditInput) -> UpdateCreditPayload {
        /// The credit as it is now; null where anything is wrong.
        credit: Credit,
    };

    /// Removes a credit.
    remove_credit(RemoveCreditInput) -> RemoveCreditPayload {
        /// The id that it had; null where anything is wrong.
        deleted_id: ID,
        /// What it was for.
        subject: Creditable,
    };
}

impl Command for AddCreditInput {
    type Made = Credit;

    async fn run(self, field: &Field<'_>) -> Done<Credit> {
        let of = Standing::named(field, "subjectId", &self.subject_id).await?;
        let permit = field.permit_to_attach(&of.place).await?;
        let mut checks = Checks::default();
        let id = field.new_id::<credit::Entity>(&mut checks, self.id.as_ref()).await?;
        let person = field.refer_if_any::<person::Entity>(&mut checks, "personId", self.person_id.as_ref()).await?;
        let there = attached_to::<credit::Entity>(field.conn(), of.subject).await?;
        let position = checks.one_more("subjectId", "credits", there.len(), MOST_CREDITS);
        let input = CreditInput::made(self, &of, person.map(|person| person.id), position);
        check_role(&mut checks, &input, &there, id);
        let draft = input.parse(&mut checks, id);
        let draft = checks.finish(draft)?;
        Ok(store::create(&field.writer(permit), draft).await?.into())
    }
}

impl Command for UpdateCreditInput {
    type Made = Credit;

    async fn run(self, field: &Field<'_>) -> Done<Credit> {
        let row = field.target::<credit::Entity>("id", &self.id).await?;
        let of = Standing::of(field, credit::Entity::owner(&row)).await?;
        let permit = field.permit_to_attach(&of.place).await?;
        let mut checks = Checks::default();
        Field::check_version::<credit::Entity>(&mut checks, self.expected_version, &row);
        let mut input = CreditInput::of(row.clone(), &of);
        match &self.person_id {
            MaybeUndefined::Undefined => {}
            MaybeUndefined::Null => input.person_id = None,
            MaybeUndefined::Value(named) => {
                let person = field.refer::<person::Entity>(&mut checks, "personId", named).await?;
                input.person_id = person.map(|person| person.id);
            }
        }
        input.change(&mut checks, self);
        let there = attached_to::<credit::Entity>(field.conn(), of.subject).await?;
        check_role(&mut checks, &input, &there, row.id);
        let draft = input.parse(&mut checks, row.id);
        let draft = checks.finish(draft)?;
        Ok(store::update(&field.writer(permit), &row, draft).await?.into())
    }
}

impl Command for RemoveCreditInput {
    type Made = (ID, Creditable);

    async fn run(self, field: &Field<'_>) -> Done<Self::Made> {
        let row = field.target::<credit::Entity>("id", &self.id).await?;
        let of = Standing::of(field, credit::Entity::owner(&row)).await?;
        let permit = field.permit_to_attach(&of.place).await?;
        let mut checks = Checks::default();
        Field::check_version::<credit::Entity>(&mut checks, self.expected_version, &row);
        removal::remove(field, checks, permit, Thing::from(row.clone()), false).await?;
        renumber::<credit::Entity>(&field.writer(permit), of.subject).await?;
        Ok((id::encode(NodeType::Credit, row.id), of.shown(field).await?))
    }
}

/// Notes where the person has the role for the same subject already.
fn check_role(checks: &mut Checks, input: &CreditInput, there: &[credit::Model], own: Uuid) {
    let Some(person) = input.person_id else { return };
    let same = |other: &&credit::Model| other.id != own && other.person_id == Some(person) && other.role == input.role;
    if let Some(other) = there.iter().find(same) {
        let message = "is taken: the person is credited in this role already";
        checks.note(IssueKind::Taken(Some((NodeType::Credit, other.id))), "personId", message);
    }
}
