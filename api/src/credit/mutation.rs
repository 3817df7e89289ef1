//! The mutations of credits.

use async_graphql::ID;
use plenary_entity::{credit, enums::NodeType, person};
use sea_orm::Set;
use uuid::Uuid;

use super::{
    Credit,
    input::{AddCreditInput, CreditFields, RemoveCreditInput, UpdateCreditInput},
    store,
};
use crate::{
    change::preview_of,
    check::{Checks, IssueKind},
    graphql::{attached::Attached, id},
    mutation::{
        Command, Field, MutationResult, mutations,
        subject::{
            ScopedSubject,
            store::{attached_to, renumber},
        },
    },
    removal::{self, AnyNode},
    subject::{OfSubject, Subject},
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
    type Output = Credit;

    async fn run(self, field: &Field<'_>) -> MutationResult<Credit> {
        let of = ScopedSubject::named(field, "subjectId", &self.subject_id).await?;
        let permit = field.permit_to_attach(&of.location).await?;
        let mut checks = Checks::default();
        let id = field.new_id::<credit::Entity>(&mut checks, self.id.as_ref()).await?;
        let there = attached_to::<credit::Entity>(field.conn(), of.subject).await?;
        let position = checks.one_more("subjectId", "credits", there.len(), MOST_CREDITS);
        let row = credit::Entity::new_row(id, of.event_id, of.subject, position);
        let row = checked(field, checks, self.into(), row, &there).await?;
        Ok(store::create(&field.writer(permit), row).await?)
    }
}

impl Command for UpdateCreditInput {
    type Output = Credit;

    async fn run(self, field: &Field<'_>) -> MutationResult<Credit> {
        let row = field.target::<credit::Entity>("id", &self.id).await?;
        let of = ScopedSubject::of(field, credit::Entity::owner(&row)).await?;
        let permit = field.permit_to_attach(&of.location).await?;
        let mut checks = Checks::default();
        Field::check_version::<credit::Entity>(&mut checks, self.expected_version, &row);
        let there = attached_to::<credit::Entity>(field.conn(), of.subject).await?;
        let change = checked(field, checks, self.into(), row.clone().into(), &there).await?;
        Ok(store::update(&field.writer(permit), &row, change).await?)
    }
}

impl Command for RemoveCreditInput {
    type Output = (ID, Subject);

    async fn run(self, field: &Field<'_>) -> MutationResult<Self::Output> {
        let row = field.target::<credit::Entity>("id", &self.id).await?;
        let of = ScopedSubject::of(field, credit::Entity::owner(&row)).await?;
        let permit = field.permit_to_attach(&of.location).await?;
        let mut checks = Checks::default();
        Field::check_version::<credit::Entity>(&mut checks, self.expected_version, &row);
        removal::remove(field, checks, permit, AnyNode::from(row.clone()), false).await?;
        renumber::<credit::Entity>(&field.writer(permit), of.subject).await?;
        Ok((id::encode(NodeType::Credit, row.id), of.subject))
    }
}

async fn checked(
    field: &Field<'_>,
    mut checks: Checks,
    fields: CreditFields,
    mut row: credit::ActiveModel,
    there: &[credit::Model],
) -> MutationResult<credit::ActiveModel> {
    if let Some(named) = fields.person_id.as_opt_ref() {
        let person = field.refer_if_any::<person::Entity>(&mut checks, "personId", named).await?;
        row.person_id = Set(person.map(|person| person.id));
    }
    let row = fields.row(&mut checks, row);
    if let Some(credit) = preview_of::<credit::Entity>(row.clone(), field.now()) {
        check_role(field, &mut checks, &credit, there).await?;
    }
    field.note_draft::<credit::Entity>(&row);
    Ok(checks.finish(row)?)
}

/// Records an error if the subject already has a credit in this role for the same person, or for the same name if one
/// of the two credits has no person.
async fn check_role(
    field: &Field<'_>,
    checks: &mut Checks,
    credit: &credit::Model,
    there: &[credit::Model],
) -> MutationResult<()> {
    let others: Vec<&credit::Model> =
        there.iter().filter(|other| other.id != credit.id && other.role == credit.role).collect();
    let same_person =
        others.iter().find(|other| credit.person_id.is_some() && other.person_id == credit.person_id).copied();
    let (found, path, message) = if let Some(other) = same_person {
        (other, "personId", "is already credited in this role")
    } else {
        let people = others.iter().filter_map(|other| other.person_id).chain(credit.person_id).collect();
        let names = store::names_of(field.conn(), people).await?;
        let shown = |person: Option<Uuid>, written: Option<&String>| {
            written.or_else(|| names.get(&person?)).map(|name| fold(name.trim()))
        };
        let Some(name) = shown(credit.person_id, credit.credited_as.as_ref()) else { return Ok(()) };
        let is_same = |other: &&&credit::Model| {
            let either_is_nameless = other.person_id.is_none() || credit.person_id.is_none();
            either_is_nameless && shown(other.person_id, other.credited_as.as_ref()).as_ref() == Some(&name)
        };
        let Some(other) = others.iter().find(is_same).copied() else { return Ok(()) };
        let path = if credit.person_id.is_some() { "personId" } else { "creditedAs" };
        (other, path, "is already credited in this role")
    };
    checks.note(IssueKind::Taken(Some((NodeType::Credit, found.id))), path, message);
    Ok(())
}
