//! The mutations of references.

use async_graphql::ID;
use plenary_entity::{enums::NodeType, reference};

use super::{
    Reference,
    input::{AddReferenceInput, ReferenceFields, RemoveReferenceInput, UpdateReferenceInput},
    store,
};
use crate::{
    auth::policy::{Action, Permit},
    check::Checks,
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
};

/// How many references one subject may have.
pub const MOST_REFERENCES: usize = 50;

mutations! {
    /// Adds a reference to an external resource, last in the subject's list. Requires `EDIT_PROGRAM` on the subject.
    /// Speakers can add references to their sessions.
    ///
    /// Example: `mutation { addReference(input: { subjectId: "session_01h455vb4pex5vsknk084sn02q", kind: SLIDES, title:
    /// "Slides", url: "https://example.org/slides.pdf" }) { reference { id } errors { code message path } } }`.
    add_reference(AddReferenceInput) -> AddReferencePayload {
        /// The added reference. Null if the mutation failed.
        reference: Reference,
    };

    /// Updates a reference. Requires `EDIT_PROGRAM` on the subject. Speakers can update references of their sessions.
    update_reference(UpdateReferenceInput) -> UpdateReferencePayload {
        /// The updated reference. Null if the mutation failed.
        reference: Reference,
    };

    /// Removes a reference. Requires `EDIT_PROGRAM` on the subject. Speakers can remove references of their sessions.
    remove_reference(RemoveReferenceInput) -> RemoveReferencePayload {
        /// ID of the deleted node. Null if the mutation failed.
        deleted_id: ID,
        /// Node that had the reference. Null if the mutation failed.
        subject: Subject,
    };
}

/// The permit to change the references of a node. Speakers may change those of their session.
async fn permit(field: &Field<'_>, of: &ScopedSubject) -> MutationResult<Permit> {
    if matches!(of.subject, Subject::Session(_))
        && let Some(permit) = field.viewer().permit(Action::EditSession, &of.location)
    {
        return Ok(permit);
    }
    field.permit_to_attach(&of.location).await
}

impl Command for AddReferenceInput {
    type Output = Reference;

    async fn run(self, field: &Field<'_>) -> MutationResult<Reference> {
        let of = ScopedSubject::named(field, "subjectId", &self.subject_id).await?;
        let permit = permit(field, &of).await?;
        let mut checks = Checks::default();
        let id = field.new_id::<reference::Entity>(&mut checks, self.id.as_ref()).await?;
        let there = attached_to::<reference::Entity>(field.conn(), of.subject).await?.len();
        let position = checks.one_more("subjectId", "references", there, MOST_REFERENCES);
        let mut row = reference::Entity::new_row(id, of.event_id, of.subject, position);
        ReferenceFields::from(self).set(&mut checks, &mut row);
        field.note_draft::<reference::Entity>(&row);
        checks.finish(())?;
        Ok(store::create(&field.writer(permit), row).await?)
    }
}

impl Command for UpdateReferenceInput {
    type Output = Reference;

    async fn run(self, field: &Field<'_>) -> MutationResult<Reference> {
        let row = field.target::<reference::Entity>("id", &self.id).await?;
        let of = ScopedSubject::of(field, reference::Entity::owner(&row)).await?;
        let permit = permit(field, &of).await?;
        let mut checks = Checks::default();
        Field::check_version::<reference::Entity>(&mut checks, self.expected_version, &row);
        let mut change = reference::ActiveModel::from(row.clone());
        ReferenceFields::from(self).set(&mut checks, &mut change);
        checks.finish(())?;
        Ok(store::update(&field.writer(permit), &row, change).await?)
    }
}

impl Command for RemoveReferenceInput {
    type Output = (ID, Subject);

    async fn run(self, field: &Field<'_>) -> MutationResult<Self::Output> {
        let row = field.target::<reference::Entity>("id", &self.id).await?;
        let of = ScopedSubject::of(field, reference::Entity::owner(&row)).await?;
        let permit = permit(field, &of).await?;
        let mut checks = Checks::default();
        Field::check_version::<reference::Entity>(&mut checks, self.expected_version, &row);
        removal::remove(field, checks, permit, AnyNode::from(row.clone()), false).await?;
        renumber::<reference::Entity>(&field.writer(permit), of.subject).await?;
        Ok((id::encode(NodeType::Reference, row.id), of.subject))
    }
}
