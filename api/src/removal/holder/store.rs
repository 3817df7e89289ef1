//! The statements that make something let go of what is deleted.

use std::collections::HashSet;

use plenary_entity::{
    accomplishment, accomplishment_topic, announcement, announcement_subject, co_location, enums::ChatIntegration,
    event, event_change, event_venue, microconference, session, session_topic, slot, topic, video_link,
};
use sea_orm::{ColumnTrait, Condition, IntoActiveModel, Set};
use uuid::Uuid;

use super::{
    super::store::{links, one},
    Hold, Holder,
};
use crate::{
    change::{Parts, WriteError, Writer},
    event::co_location::store as agreements,
};

/// The links for which the condition holds, numbered anew.
macro_rules! what_is_left {
    ($table:ident, $writer:expr, $of_it:expr, $stays:expr) => {{
        let mut left = links::<$table::Entity>($writer.conn(), $of_it.clone()).await?;
        left.sort_by_key(|link| link.position);
        let stays: &dyn Fn(&$table::Model) -> bool = &$stays;
        let left = left.into_iter().filter(|link| stays(link)).zip(0..).map(|(link, position)| {
            let mut link = link.into_active_model();
            link.position = Set(position);
            sea_orm::ActiveModelTrait::reset_all(link)
        });
        left.collect::<Vec<_>>()
    }};
}

/// Makes something let go of all that goes.
///
/// # Errors
///
/// When the database fails.
pub async fn let_go(writer: &Writer<'_>, holder: Holder, ids: &HashSet<Uuid>) -> Result<(), WriteError> {
    let goes = |id: &Option<Uuid>| id.is_some_and(|id| ids.contains(&id));
    match holder {
        Holder::Event(row, hold) => let_event_go(writer, row.id, hold).await,
        Holder::EventChange(row) if goes(&row.other_event_id) => writer.delete::<event_change::Entity>(&row).await,
        Holder::EventChange(row) => {
            let change = event_change::ActiveModel { announcement_id: Set(None), ..Default::default() };
            writer.update::<event_change::Entity>(&row, change, Parts::none()).await.map(drop)
        }
        Holder::Microconference(row) => {
            let change = microconference::ActiveModel { previous_edition_id: Set(None), ..Default::default() };
            writer.update::<microconference::Entity>(&row, change, Parts::none()).await.map(drop)
        }
        Holder::Topic(row) => {
            let change = topic::ActiveModel { continues_id: Set(None), ..Default::default() };
            writer.update::<topic::Entity>(&row, change, Parts::none()).await.map(drop)
        }
        Holder::Accomplishment(row) => {
            let of_it: Condition = accomplishment_topic::Column::AccomplishmentId.eq(row.id).into();
            let left = what_is_left!(accomplishment_topic, writer, of_it, |link| !ids.contains(&link.topic_id));
            let parts = Parts::none().set::<accomplishment_topic::Entity>("fromTopics", of_it, left);
            writer.update::<accomplishment::Entity>(&row, accomplishment::ActiveModel::default(), parts).await.map(drop)
        }
        Holder::Session(row) => {
            let of_it: Condition = session_topic::Column::SessionId.eq(row.id).into();
            let left = what_is_left!(session_topic, writer, of_it, |link| !ids.contains(&link.topic_id));
            let parts = Parts::none().set::<session_topic::Entity>("topics", of_it, left);
            writer.update::<session::Entity>(&row, session::ActiveModel::default(), parts).await.map(drop)
        }
        Holder::Slot(row) => {
            let change = slot::ActiveModel { room_id: Set(None), ..Default::default() };
            writer.update::<slot::Entity>(&row, change, Parts::none()).await.map(drop)
        }
        Holder::Announcement(row) => let_announcement_go(writer, row, ids).await,
        Holder::VideoLink(row) => {
            let change = video_link::ActiveModel {
                chat_id: Set(None),
                chat_integration: Set(ChatIntegration::None),
                ..Default::default()
            };
            writer.update::<video_link::Entity>(&row, change, Parts::none()).await.map(drop)
        }
    }
}

async fn let_event_go(writer: &Writer<'_>, id: Uuid, hold: Hold) -> Result<(), WriteError> {
    // It may hold on to several things, and has another version after each.
    let Some(row) = one::<event::Entity>(writer.conn(), id).await? else { return Ok(()) };
    let mut change = event::ActiveModel::default();
    let parts = match hold {
        Hold::Series => {
            change.series_id = Set(None);
            Parts::none()
        }
        Hold::Edition => {
            change.previous_edition_id = Set(None);
            Parts::none()
        }
        Hold::Venue(venue) => {
            let of_it: Condition = event_venue::Column::EventId.eq(id).into();
            let left = what_is_left!(event_venue, writer, of_it, |link| link.venue_id != venue);
            Parts::none().set::<event_venue::Entity>("venues", of_it, left)
        }
        Hold::Partner(partner) => {
            let pair = agreements::of_pair(id, partner);
            let agreement = agreements::agreement(writer.conn(), id, partner).await?;
            let other = one::<event::Entity>(writer.conn(), partner).await?;
            let is_told = agreement
                .zip(other)
                .is_some_and(|(agreement, other)| agreements::is_public(&agreement, [&row, &other]));
            let parts = Parts::none().set::<co_location::Entity>("coLocations", pair, Vec::new());
            return agreements::write_agreement(writer, (&row, partner), parts, is_told).await.map(drop);
        }
    };
    writer.update::<event::Entity>(&row, change, parts).await.map(drop)
}

async fn let_announcement_go(
    writer: &Writer<'_>,
    row: announcement::Model,
    ids: &HashSet<Uuid>,
) -> Result<(), WriteError> {
    let mut change = announcement::ActiveModel::default();
    if row.supersedes_id.is_some_and(|other| ids.contains(&other)) {
        change.supersedes_id = Set(None);
    }
    let of_it: Condition = announcement_subject::Column::AnnouncementId.eq(row.id).into();
    let before = links::<announcement_subject::Entity>(writer.conn(), of_it.clone()).await?.len();
    let left = what_is_left!(announcement_subject, writer, of_it, |subject| {
        let named = [subject.event_id, subject.microconference_id, subject.topic_id];
        let named = named.into_iter().chain([subject.session_id, subject.venue_id, subject.person_id]);
        !named.flatten().any(|id| ids.contains(&id))
    });
    let mut parts = Parts::none();
    if left.len() < before {
        parts = parts.set::<announcement_subject::Entity>("subjects", of_it, left);
    }
    writer.update::<announcement::Entity>(&row, change, parts).await.map(drop)
}
