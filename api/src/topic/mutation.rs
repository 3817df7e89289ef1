//! The mutations of topics.

use async_graphql::ID;
use plenary_entity::{enums::NodeType, event, microconference, topic};
use sea_orm::Set;
use uuid::Uuid;

use super::{
    Topic,
    input::{
        CreateTopicInput, DeleteTopicInput, LEVELS, MoveTopicInput, TopicDraft, TopicFields, TopicPosition,
        UpdateTopicInput,
    },
    store::{self, Destination},
};
use crate::{
    auth::policy::Location,
    check::{Checks, IssueKind},
    event::mutation::edition::is_earlier_event,
    external_id::store::Owner,
    graphql::id,
    microconference::Microconference,
    mutation::{Command, Field, MutationResult, mutations, place::ItemPlaceInput, store::leads_to},
    removal::{self, AnyNode},
};

/// How many topics a microconference may have, on all levels.
pub const MOST_TOPICS: usize = 100;

mutations! {
    /// Creates a topic, last among its siblings. Requires `EDIT_PROGRAM` on the microconference.
    ///
    /// Example: `mutation { createTopic(input: { microconferenceId: "microconference_01h455vb4pex5vsknk084sn02q",
    /// title: "What comes next" }) { topic { id } errors { code message path } } }`.
    create_topic(CreateTopicInput) -> CreateTopicPayload {
        /// The created topic. Null if the mutation failed.
        topic: Topic,
    };

    /// Updates a topic. Requires `EDIT_PROGRAM` on the microconference.
    update_topic(UpdateTopicInput) -> UpdateTopicPayload {
        /// The updated topic. Null if the mutation failed.
        topic: Topic,
    };

    /// Deletes a topic with its credits and references. Requires `EDIT_PROGRAM` on the microconference.
    delete_topic(DeleteTopicInput) -> DeleteTopicPayload {
        /// ID of the deleted node. Null if the mutation failed.
        deleted_id: ID,
        /// Microconference that the topic belonged to. Null if the mutation failed.
        microconference: Microconference,
    };

    /// Moves a topic with its subtopics to another position in its event. Requires `EDIT_PROGRAM` on both
    /// microconferences.
    move_topic(MoveTopicInput) -> MoveTopicPayload {
        /// The moved topic. Null if the mutation failed.
        topic: Topic,
    };
}

/// The scope of a topic of a microconference, for the policy.
const fn location_of(row: &topic::Model) -> Location {
    Location::in_microconference(row.event_id, row.microconference_id)
}

impl Command for CreateTopicInput {
    type Output = Topic;

    async fn run(self, field: &Field<'_>) -> MutationResult<Topic> {
        let microconference =
            field.target::<microconference::Entity>("microconferenceId", &self.microconference_id).await?;
        let place = Location::in_microconference(microconference.event_id, microconference.id);
        let permit = field.permit_to_edit(&place)?;
        let mut checks = Checks::default();
        let id = field.new_id::<topic::Entity>(&mut checks, self.id.as_ref()).await?;
        let parent = field.refer_if_any::<topic::Entity>(&mut checks, "parentId", self.parent_id.as_ref()).await?;
        if parent.as_ref().is_some_and(|parent| parent.microconference_id != microconference.id) {
            checks.wrong("parentId", "must be a topic of the same microconference");
        }
        let parent_id = parent.as_ref().map(|parent| parent.id);
        let siblings = store::siblings(field.conn(), microconference.id, parent_id).await?;
        if store::count(field.conn(), microconference.id).await? >= MOST_TOPICS {
            checks.note(IssueKind::TooMany, "microconferenceId", too_many());
        }
        let place = TopicPosition {
            event_id: microconference.event_id,
            microconference_id: microconference.id,
            parent_id,
            depth: parent.map_or(0, |parent| parent.depth + 1),
            position: i32::try_from(siblings.len()).unwrap_or(i32::MAX),
        };
        let event_id = place.event_id;
        let draft = checked(field, checks, (event_id, id), self.into(), place.row(id)).await?;
        Ok(store::create(&field.writer(permit), draft).await?)
    }
}

impl Command for UpdateTopicInput {
    type Output = Topic;

    async fn run(self, field: &Field<'_>) -> MutationResult<Topic> {
        let row = field.target::<topic::Entity>("id", &self.id).await?;
        let permit = field.permit_to_edit(&location_of(&row))?;
        let mut checks = Checks::default();
        Field::check_version::<topic::Entity>(&mut checks, self.expected_version, &row);
        let draft = checked(field, checks, (row.event_id, row.id), self.into(), row.clone().into()).await?;
        Ok(store::update(&field.writer(permit), &row, draft).await?)
    }
}

impl Command for DeleteTopicInput {
    type Output = (ID, Microconference);

    async fn run(self, field: &Field<'_>) -> MutationResult<Self::Output> {
        let row = field.target::<topic::Entity>("id", &self.id).await?;
        let permit = field.permit_to_edit(&location_of(&row))?;
        let mut checks = Checks::default();
        Field::check_version::<topic::Entity>(&mut checks, self.expected_version, &row);
        removal::remove(field, checks, permit, AnyNode::from(row.clone()), self.cascade).await?;
        store::renumber(&field.writer(permit), row.microconference_id, row.parent_id).await?;
        let microconference = field.existing::<microconference::Entity>(row.microconference_id).await?;
        Ok((id::encode(NodeType::Topic, row.id), microconference))
    }
}

impl Command for MoveTopicInput {
    type Output = Topic;

    async fn run(self, field: &Field<'_>) -> MutationResult<Topic> {
        let row = field.target::<topic::Entity>("id", &self.id).await?;
        let permit = field.permit_to_edit(&location_of(&row))?;
        let mut checks = Checks::default();
        Field::check_version::<topic::Entity>(&mut checks, self.expected_version, &row);
        let Some(to) = destination(field, &mut checks, &row, &self.to).await? else {
            return Err(checks.into_issues().into());
        };
        field.permit_to_edit(&Location::in_microconference(row.event_id, to.microconference_id))?;
        let (path, _) = self.to.named();
        if to.beside == Some(row.id) {
            checks.note(IssueKind::Conflict, path, "is the topic being moved");
        }
        let beneath = store::beneath(field.conn(), row.id).await?;
        if to.parent_id == Some(row.id) || beneath.iter().any(|below| to.parent_id == Some(below.id)) {
            checks.note(IssueKind::Conflict, path, "would move the topic under itself");
        }
        let height = beneath.iter().map(|below| below.depth - row.depth).max().unwrap_or(0);
        if to.depth + height >= LEVELS {
            checks.note(IssueKind::Conflict, path, format!("would exceed the maximum of {LEVELS} levels"));
        }
        if to.microconference_id != row.microconference_id {
            let there = store::count(field.conn(), to.microconference_id).await?;
            if there + 1 + beneath.len() > MOST_TOPICS {
                checks.note(IssueKind::TooMany, path, too_many());
            }
        }
        checks.finish(())?;
        let siblings = store::siblings(field.conn(), to.microconference_id, to.parent_id).await?;
        let others: Vec<Uuid> = siblings.into_iter().map(|other| other.id).filter(|other| *other != row.id).collect();
        let order = self.to.insert(others, row.id, |other| to.beside == Some(*other));
        let moved = store::relocate(&field.writer(permit), (&row, beneath), &to, &order).await?;
        Ok(moved)
    }
}

/// The target of the move; none, with an error, if it is invalid.
async fn destination(
    field: &Field<'_>,
    checks: &mut Checks,
    row: &topic::Model,
    to: &ItemPlaceInput,
) -> MutationResult<Option<Destination>> {
    let (path, named) = to.named();
    let in_microconference = !to.is_beside() && id::decode(named).is_ok_and(|(of, _)| of == NodeType::Microconference);
    let found = if in_microconference {
        let into = field.refer::<microconference::Entity>(checks, path, named).await?;
        into.map(|into| {
            (into.event_id, Destination { microconference_id: into.id, parent_id: None, depth: 0, beside: None })
        })
    } else {
        let topic = field.refer::<topic::Entity>(checks, path, named).await?;
        topic.map(|topic| {
            let (parent_id, depth, beside) = if to.is_beside() {
                (topic.parent_id, topic.depth, Some(topic.id))
            } else {
                (Some(topic.id), topic.depth + 1, None)
            };
            (topic.event_id, Destination { microconference_id: topic.microconference_id, parent_id, depth, beside })
        })
    };
    let Some((event, destination)) = found else { return Ok(None) };
    if event != row.event_id {
        checks.note(IssueKind::Conflict, path, "belongs to another event; a topic can't move to another event");
        return Ok(None);
    }
    Ok(Some(destination))
}

/// The topic of an earlier edition that a topic continues, which is or will be in an event.
async fn continued_topic(
    field: &Field<'_>,
    checks: &mut Checks,
    (id, event_id): (Uuid, Uuid),
    named: Option<&ID>,
) -> MutationResult<Option<Uuid>> {
    const PATH: &str = "continuesId";
    let Some(continued) = field.refer_if_any::<topic::Entity>(checks, PATH, named).await? else { return Ok(None) };
    let own = field.existing::<event::Entity>(event_id).await?;
    let other = field.existing::<event::Entity>(continued.event_id).await?;
    if !is_earlier_event(&other, &own) {
        checks.wrong(PATH, "must be a topic of an earlier event");
    } else if leads_to::<topic::Entity>(field.conn(), &continued, id, |row| row.continues_id).await? {
        checks.note(IssueKind::Conflict, PATH, "would make the topic continue itself");
    }
    Ok(Some(continued.id))
}

async fn checked(
    field: &Field<'_>,
    mut checks: Checks,
    (event_id, id): (Uuid, Uuid),
    fields: TopicFields,
    mut row: topic::ActiveModel,
) -> MutationResult<TopicDraft> {
    if let Some(named) = fields.continues_id.as_opt_ref() {
        row.continues_id = Set(continued_topic(field, &mut checks, (id, event_id), named).await?);
    }
    let draft = fields.draft(&mut checks, id, row);
    field.note_draft::<topic::Entity>(&draft.row);
    let owner = Owner::Topic(id);
    field.check_external_ids::<topic::Entity>(&mut checks, owner, draft.external_ids.as_deref()).await?;
    Ok(checks.finish(draft)?)
}

fn too_many() -> String {
    format!("already has {MOST_TOPICS} topics on all levels, which is the maximum")
}
