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
    removal::{self, Thing},
    subject::Subject,
    text::fold,
};

/// How many credits one subject may have.
pub const MOST_CREDITS: usize = 50;

mutations! {
    /// Adds a credit, last in the subject's list. Requires `EDIT_PROGRAM` on the subject.
    ///
    /// Example: `mutation { addCredit(input: { subjectId: "session_01h455vb4pex5vsknk084sn02q", personId:
    /// "person_01h455vb4pex5vsknk084sn02q", role: SPEAKER }) { credit { id } errors { code message path } } }`.
    add_credit(AddCreditInput) -> AddCreditPayload {
        /// The added credit. Null if the mutation failed.
        credit: Credit,
    };

    /// Updates the person, name or role of a credit. Requires `EDIT_PROGRAM` on the subject.
    update_credit(UpdateCreditInput) -> UpdateCreditPayload {
        /// The updated credit. Null if the mutation failed.
        credit: Credit,
    };

    /// Removes a credit. Requires `EDIT_PROGRAM` on the subject.
    remove_credit(RemoveCreditInput) -> RemoveCreditPayload {
        /// ID of the deleted node. Null if the mutation failed.
        deleted_id: ID,
        /// Node that the credit was for. Null if the mutation failed.
        subject: Subject,
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
        check_role(field, &mut checks, &input, &there, id).await?;
        let draft = input.parse(&mut checks, id);
        field.note_draft::<credit::Entity>(&draft.row);
        let draft = checks.finish(draft)?;
        Ok(store::create(&field.writer(permit), draft).await?)
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
        check_role(field, &mut checks, &input, &there, row.id).await?;
        let draft = input.parse(&mut checks, row.id);
        let draft = checks.finish(draft)?;
        Ok(store::update(&field.writer(permit), &row, draft).await?)
    }
}

impl Command for RemoveCreditInput {
    type Made = (ID, Subject);

    async fn run(self, field: &Field<'_>) -> Done<Self::Made> {
        let row = field.target::<credit::Entity>("id", &self.id).await?;
        let of = Standing::of(field, credit::Entity::owner(&row)).await?;
        let permit = field.permit_to_attach(&of.place).await?;
        let mut checks = Checks::default();
        Field::check_version::<credit::Entity>(&mut checks, self.expected_version, &row);
        removal::remove(field, checks, permit, Thing::from(row.clone()), false).await?;
        renumber::<credit::Entity>(&field.writer(permit), of.subject).await?;
        Ok((id::encode(NodeType::Credit, row.id), of.subject))
    }
}

/// Records an error if the subject already has a credit in this role for the same person, or for the same name if one
/// of the two credits has no person.
async fn check_role(
    field: &Field<'_>,
    checks: &mut Checks,
    input: &CreditInput,
    there: &[credit::Model],
    own: Uuid,
) -> Done<()> {
    let others: Vec<&credit::Model> =
        there.iter().filter(|other| other.id != own && other.role == input.role).collect();
    let same_person =
        others.iter().find(|other| input.person_id.is_some() && other.person_id == input.person_id).copied();
    let (found, path, message) = if let Some(other) = same_person {
        (other, "personId", "is already credited in this role")
    } else {
        let people = others.iter().filter_map(|other| other.person_id).chain(input.person_id).collect();
        let names = store::names_of(field.conn(), people).await?;
        let shown = |person: Option<Uuid>, written: Option<&String>| {
            written.or_else(|| names.get(&person?)).map(|name| fold(name.trim()))
        };
        let Some(name) = shown(input.person_id, input.credited_as.as_ref()) else { return Ok(()) };
        let is_same = |other: &&&credit::Model| {
            let either_is_nameless = other.person_id.is_none() || input.person_id.is_none();
            either_is_nameless && shown(other.person_id, other.credited_as.as_ref()).as_ref() == Some(&name)
        };
        let Some(other) = others.iter().find(is_same).copied() else { return Ok(()) };
        let path = if input.person_id.is_some() { "personId" } else { "creditedAs" };
        (other, path, "is already credited in this role")
    };
    checks.note(IssueKind::Taken(Some((NodeType::Credit, found.id))), path, message);
    Ok(())
}
