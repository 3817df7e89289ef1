//! The mutations of people.

use async_graphql::ID;
use plenary_entity::{enums::NodeType, person};
use sea_orm::Set;
use uuid::Uuid;

use super::{
    Person,
    input::{
        CreatePersonInput, DeletePersonInput, LinkPersonInput, MergePeopleInput, PersonDraft, PersonFields,
        UpdatePersonInput,
    },
    store,
};
use crate::{
    auth::policy::{Action, Location, Permit},
    check::{Checks, IssueKind, MOST_EXTERNAL_IDS},
    error::Fault,
    external_id::store::Owner,
    graphql::id,
    membership::store::SharedNode,
    mutation::{Command, Field, MutationResult, mutations},
    removal::{self, AnyNode},
};

mutations! {
    /// Creates a person who can be credited. Requires `EDIT_PROGRAM` on any event.
    ///
    /// Example: `mutation { createPerson(input: { slug: "ada-lovelace", name: "Ada Lovelace" }) { person { id } errors
    /// { code message path } } }`.
    create_person(CreatePersonInput) -> CreatePersonPayload {
        /// The created person. Null if the mutation failed.
        person: Person,
    };

    /// Updates a person. Requires `EDIT_PROGRAM` on every hosted event that credits the person. People can update their
    /// own affiliation, biography, picture and website.
    update_person(UpdatePersonInput) -> UpdatePersonPayload {
        /// The updated person. Null if the mutation failed.
        person: Person,
    };

    /// Deletes a person. Requires `EDIT_PROGRAM` on every hosted event that credits the person, or an admin if the
    /// person is linked to a token subject.
    delete_person(DeletePersonInput) -> DeletePersonPayload {
        /// ID of the deleted person. Null if the mutation failed.
        deleted_id: ID,
    };

    /// Merges two records of the same person. The remaining person takes over all credits, external IDs, slugs and
    /// mentions in announcements, fills its empty affiliation, biography, picture, website and token subject, and takes over
    /// availabilities at events where it has none.
    /// Duplicate credits become one: the same role for the same subject, including one that shows the same name without
    /// a person. The ID of the merged person then returns the remaining one. Requires `EDIT_PROGRAM` on every event
    /// that credits either, or an admin if either is linked to a token subject.
    merge_people(MergePeopleInput) -> MergePeoplePayload {
        /// The remaining person. Null if the mutation failed.
        person: Person,
    };

    /// Links a person to a token subject, or unlinks them. A user with that subject is then this person, and a speaker
    /// of each session that credits them. Requires an organizer of every hosted event that credits the person, or an
    /// admin.
    link_person(LinkPersonInput) -> LinkPersonPayload {
        /// The updated person. Null if the mutation failed.
        person: Person,
    };
}

/// The fields that people may change of themselves.
const OWN_FIELDS: [&str; 4] = ["affiliation", "biography", "avatarUrl", "websiteUrl"];

impl Command for CreatePersonInput {
    type Output = Person;

    async fn run(self, field: &Field<'_>) -> MutationResult<Person> {
        let permit = field.permit_to_edit_somewhere()?;
        let mut checks = Checks::default();
        let id = field.new_id::<person::Entity>(&mut checks, self.id.as_ref()).await?;
        let row = person::ActiveModel { id: Set(id), ..Default::default() };
        let draft = checked(field, checks, id, self.into(), row).await?;
        Ok(store::create(&field.writer(permit), draft).await?)
    }
}

impl Command for UpdatePersonInput {
    type Output = Person;

    async fn run(self, field: &Field<'_>) -> MutationResult<Person> {
        let row = field.target::<person::Entity>("id", &self.id).await?;
        let of_self = field.viewer().permit_of_self(row.id).filter(|_| self.only(&OWN_FIELDS));
        let permit = match of_self {
            Some(permit) => permit,
            None => field.permit_to_edit_shared(SharedNode::Person(row.id)).await?,
        };
        let mut checks = Checks::default();
        Field::check_version::<person::Entity>(&mut checks, self.expected_version, &row);
        let draft = checked(field, checks, row.id, self.into(), row.clone().into()).await?;
        Ok(store::update(&field.writer(permit), &row, draft).await?)
    }
}

impl Command for DeletePersonInput {
    type Output = ID;

    async fn run(self, field: &Field<'_>) -> MutationResult<ID> {
        let row = field.target::<person::Entity>("id", &self.id).await?;
        let permit = if row.subject.is_some() {
            permitted(field.viewer().permit_of_admin())?
        } else {
            field.permit_to_edit_shared(SharedNode::Person(row.id)).await?
        };
        if self.cascade {
            permit_on_credits(field, &[row.id]).await?;
        }
        let mut checks = Checks::default();
        Field::check_version::<person::Entity>(&mut checks, self.expected_version, &row);
        let id = row.id;
        let credited_for = store::credited_for(field.conn(), id).await?;
        removal::remove(field, checks, permit, AnyNode::from(row), self.cascade).await?;
        store::renumber_credits(&field.writer(permit), credited_for).await?;
        Ok(id::encode(NodeType::Person, id))
    }
}

impl Command for MergePeopleInput {
    type Output = Person;

    async fn run(self, field: &Field<'_>) -> MutationResult<Person> {
        let keep = field.target::<person::Entity>("keepId", &self.keep_id).await?;
        let merge = field.target::<person::Entity>("mergeId", &self.merge_id).await?;
        let permit = if keep.subject.is_some() || merge.subject.is_some() {
            permitted(field.viewer().permit_of_admin())?
        } else {
            permit_on_credits(field, &[keep.id, merge.id]).await?
        };
        let mut checks = Checks::default();
        Field::check_version::<person::Entity>(&mut checks, self.expected_version, &keep);
        if keep.id == merge.id {
            checks.wrong("mergeId", "must differ from the person to keep");
        } else if keep.subject.is_some() && merge.subject.is_some() {
            let message = "is linked to a token subject, and so is the person to keep; unlink one of them first";
            checks.note(IssueKind::Conflict, "mergeId", message);
        }
        let external_ids = store::external_ids(field.conn(), [keep.id, merge.id]).await?;
        if external_ids.len() > MOST_EXTERNAL_IDS {
            let count = external_ids.len();
            let message = format!("would give the person {count} external IDs; the maximum is {MOST_EXTERNAL_IDS}");
            checks.note(IssueKind::TooMany, "mergeId", message);
        }
        checks.finish(())?;
        Ok(store::merge(&field.writer(permit), (&keep, &merge), external_ids).await?)
    }
}

impl Command for LinkPersonInput {
    type Output = Person;

    async fn run(self, field: &Field<'_>) -> MutationResult<Person> {
        let row = field.target::<person::Entity>("personId", &self.person_id).await?;
        let permit = field.permit_on_shared(Action::Organize, SharedNode::Person(row.id)).await?;
        let mut checks = Checks::default();
        Field::check_version::<person::Entity>(&mut checks, self.expected_version, &row);
        let subject = self.subject(&mut checks);
        if let Some(subject) = subject.as_deref().filter(|_| checks.is_right("subject"))
            && let Some(other) = store::linked_to(field.conn(), subject).await?
            && other.id != row.id
        {
            let message = "is already linked to another person; unlink that person first";
            checks.note(IssueKind::Taken(Some((NodeType::Person, other.id))), "subject", message);
        }
        checks.finish(())?;
        Ok(store::link(&field.writer(permit), &row, subject).await?)
    }
}

fn permitted(permit: Option<Permit>) -> MutationResult<Permit> {
    permit.ok_or_else(|| Fault::forbidden().into())
}

/// The permit of who may change every credit of these people.
async fn permit_on_credits(field: &Field<'_>, people: &[Uuid]) -> MutationResult<Permit> {
    let mut permit = field.permit_to_edit_somewhere()?;
    for event in store::events_crediting(field.conn(), people).await? {
        permit = field.permit_to_attach(&Location::in_event(event)).await?;
    }
    Ok(permit)
}

async fn checked(
    field: &Field<'_>,
    mut checks: Checks,
    id: Uuid,
    fields: PersonFields,
    row: person::ActiveModel,
) -> MutationResult<PersonDraft> {
    let draft = fields.draft(&mut checks, id, row);
    field.note_draft::<person::Entity>(&draft.row);
    field.check_slug::<person::Entity>(&mut checks, (Uuid::nil(), &draft.row.slug), id).await?;
    let owner = Owner::Person(id);
    field.check_external_ids::<person::Entity>(&mut checks, owner, draft.external_ids.as_deref()).await?;
    Ok(checks.finish(draft)?)
}
