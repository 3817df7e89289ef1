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
    auth::policy::{Action, Permit, Place},
    check::{Checks, IssueKind, MOST_EXTERNAL_IDS},
    error::Fault,
    external_id::store::Owner,
    graphql::id,
    membership::store::Used,
    mutation::{Command, Done, Field, mutations},
    removal::{self, Thing},
};

mutations! {
    /// Makes a person, to be credited.
    ///
    /// Example: `mutation { createPerson(input: { slug: "ada-lovelace", name: "Ada Lovelace" })
    /// { person { id } errors { code message path } } }`.
    create_person(CreatePersonInput) -> CreatePersonPayload {
        /// The person; null where anything is wrong.
        person: Person,
    };

    /// Changes what is said of a person.
    update_person(UpdatePersonInput) -> UpdatePersonPayload {
        /// The person as they are now; null where anything is wrong.
        person: Person,
    };

    /// Deletes a person.
    delete_person(DeletePersonInput) -> DeletePersonPayload {
        /// The id that they had; null where anything is wrong.
        deleted_id: ID,
    };

    /// Makes one person of two who are the same. The one who stays gets the credits, external ids and slugs of the
    /// other one, and is named in announcements instead. Affiliation, biography, picture, site and the subject of tokens
    /// are taken over where they had none. Where both are credited for the same thing in the same role, or a credit
    /// without a person shows the same name, one credit is left. The id of the one who goes keeps answering, with the one
    /// who stays.
    merge_people(MergePeopleInput) -> MergePeoplePayload {
        /// The person who stays, as they are now; null where anything is wrong.
        person: Person,
    };

    /// Ties a person to the subject of a token, so that whoever signs in with it is that person, and speaks at the
    /// sessions that credit them; or unties them.
    link_person(LinkPersonInput) -> LinkPersonPayload {
        /// The person as they are now; null where anything is wrong.
        person: Person,
    };
}

/// The fields that people may change of themselves.
const OWN_FIELDS: [&str; 4] = ["affiliation", "biography", "avatarUrl", "websiteUrl"];

impl Command for CreatePersonInput {
    type Made = Person;

    async fn run(self, field: &Field<'_>) -> Done<Person> {
        let permit = field.permit_to_edit_somewhere()?;
        let mut checks = Checks::default();
        let id = field.new_id::<person::Entity>(&mut checks, self.id.as_ref()).await?;
        let row = person::ActiveModel { id: Set(id), ..Default::default() };
        let draft = checked(field, checks, id, self.into(), row).await?;
        Ok(store::create(&field.writer(permit), draft).await?)
    }
}

impl Command for UpdatePersonInput {
    type Made = Person;

    async fn run(self, field: &Field<'_>) -> Done<Person> {
        let row = field.target::<person::Entity>("id", &self.id).await?;
        let of_self = field.viewer().permit_of_self(row.id).filter(|_| self.only(&OWN_FIELDS));
        let permit = match of_self {
            Some(permit) => permit,
            None => field.permit_to_edit_shared(Used::Person(row.id)).await?,
        };
        let mut checks = Checks::default();
        Field::check_version::<person::Entity>(&mut checks, self.expected_version, &row);
        let draft = checked(field, checks, row.id, self.into(), row.clone().into()).await?;
        Ok(store::update(&field.writer(permit), &row, draft).await?)
    }
}

impl Command for DeletePersonInput {
    type Made = ID;

    async fn run(self, field: &Field<'_>) -> Done<ID> {
        let row = field.target::<person::Entity>("id", &self.id).await?;
        let permit = if row.subject.is_some() {
            permitted(field.viewer().permit_of_admin())?
        } else {
            field.permit_to_edit_shared(Used::Person(row.id)).await?
        };
        if self.cascade {
            permit_on_credits(field, &[row.id]).await?;
        }
        let mut checks = Checks::default();
        Field::check_version::<person::Entity>(&mut checks, self.expected_version, &row);
        let id = row.id;
        let credited_for = store::credited_for(field.conn(), id).await?;
        removal::remove(field, checks, permit, Thing::from(row), self.cascade).await?;
        store::renumber_credits(&field.writer(permit), credited_for).await?;
        Ok(id::encode(NodeType::Person, id))
    }
}

impl Command for MergePeopleInput {
    type Made = Person;

    async fn run(self, field: &Field<'_>) -> Done<Person> {
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
            checks.wrong("mergeId", "must be another person than the one who stays");
        } else if keep.subject.is_some() && merge.subject.is_some() {
            let message = "is tied to a subject, and so is the one who stays: untie one of them first";
            checks.note(IssueKind::Conflict, "mergeId", message);
        }
        let external_ids = store::external_ids(field.conn(), [keep.id, merge.id]).await?;
        if external_ids.len() > MOST_EXTERNAL_IDS {
            let count = external_ids.len();
            let message = format!("would make {count} external ids of one person, but at most {MOST_EXTERNAL_IDS} fit");
            checks.note(IssueKind::TooMany, "mergeId", message);
        }
        checks.finish(())?;
        Ok(store::merge(&field.writer(permit), (&keep, &merge), external_ids).await?)
    }
}

impl Command for LinkPersonInput {
    type Made = Person;

    async fn run(self, field: &Field<'_>) -> Done<Person> {
        let row = field.target::<person::Entity>("personId", &self.person_id).await?;
        let permit = field.permit_on_shared(Action::Organize, Used::Person(row.id)).await?;
        let mut checks = Checks::default();
        Field::check_version::<person::Entity>(&mut checks, self.expected_version, &row);
        let subject = self.subject(&mut checks);
        if let Some(subject) = subject.as_deref().filter(|_| checks.is_right("subject"))
            && let Some(other) = store::tied_to(field.conn(), subject).await?
            && other.id != row.id
        {
            let message = "is taken: another person is tied to it, and must be untied first";
            checks.note(IssueKind::Taken(Some((NodeType::Person, other.id))), "subject", message);
        }
        checks.finish(())?;
        Ok(store::link(&field.writer(permit), &row, subject).await?)
    }
}

fn permitted(permit: Option<Permit>) -> Done<Permit> {
    permit.ok_or_else(|| Fault::forbidden().into())
}

/// The permit of who may change every credit of these people.
async fn permit_on_credits(field: &Field<'_>, people: &[Uuid]) -> Done<Permit> {
    let mut permit = field.permit_to_edit_somewhere()?;
    for event in store::events_crediting(field.conn(), people).await? {
        permit = field.permit_to_attach(&Place::in_event(event)).await?;
    }
    Ok(permit)
}

async fn checked(
    field: &Field<'_>,
    mut checks: Checks,
    id: Uuid,
    fields: PersonFields,
    row: person::ActiveModel,
) -> Done<PersonDraft> {
    let draft = fields.draft(&mut checks, id, row);
    field.note_draft::<person::Entity>(&draft.row);
    field.check_slug::<person::Entity>(&mut checks, (Uuid::nil(), &draft.row.slug), id).await?;
    let owner = Owner::Person(id);
    field.check_external_ids::<person::Entity>(&mut checks, owner, draft.external_ids.as_deref()).await?;
    Ok(checks.finish(draft)?)
}
