//! The statements that make something let go of what is deleted.

use std::collections::HashSet;

use plenary_entity::{
    accomplishment, accomplishment_topic, announcement, announcement_subject,
    enums::{ChatIntegration, EventStatus},
    event, event_change, event_venue,
    facts::EventFacts,
    microconference, session, session_topic, slot, topic, video_link,
};
use sea_orm::{ActiveEnum, ColumnTrait, Condition, IntoActiveModel, Set};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::{
    super::store::{links, one},
    Hold, Holder,
};
use crate::{
    change::{Parts, WriteError, Writer},
    error::Fault,
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
        Holder::EventChange(row) if goes(&row.other_event_id) => let_partner_go(writer, row, ids).await,
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
            let agreement = agreements::agreement(writer.conn(), id, partner).await?;
            let other = one::<event::Entity>(writer.conn(), partner).await?;
            let Some((agreement, other)) = agreement.zip(other) else { return Ok(()) };
            let is_told = agreements::is_public(&agreement, [&row, &other]);
            // It goes with the partner, whose part it is too.
            let parts = Parts::none().written_elsewhere("coLocations", json!([agreement]), json!([]));
            return agreements::write_agreement(writer, (&row, partner), parts, is_told).await.map(drop);
        }
    };
    writer.update::<event::Entity>(&row, change, parts).await.map(drop)
}

/// What a history told of an agreement with a public event stays there in words. Of a draft nobody was told.
async fn let_partner_go(writer: &Writer<'_>, row: event_change::Model, ids: &HashSet<Uuid>) -> Result<(), WriteError> {
    let partner = match row.other_event_id {
        Some(id) => one::<event::Entity>(writer.conn(), id).await?,
        None => None,
    };
    let Some(partner) = partner.filter(|partner| partner.status != EventStatus::Draft) else {
        return writer.delete::<event_change::Entity>(&row).await;
    };
    let change = event_change::ActiveModel {
        other_event_id: Set(None),
        announcement_id: Set(row.announcement_id.filter(|announcement| !ids.contains(announcement))),
        before: Set(in_words(row.before.clone(), &partner)?),
        after: Set(in_words(row.after.clone(), &partner)?),
        ..Default::default()
    };
    writer.update::<event_change::Entity>(&row, change, Parts::none()).await.map(drop)
}

/// Recorded facts, with an agreement told in words: `Spring Meeting: AGREED`.
fn in_words(recorded: Option<Json>, partner: &event::Model) -> Result<Option<Json>, WriteError> {
    let Some(recorded) = recorded else { return Ok(None) };
    let fault = |cause: serde_json::Error| WriteError::Fault(Fault::internal(&cause));
    let mut facts: EventFacts = serde_json::from_value(recorded).map_err(fault)?;
    if let Some(agreement) = facts.co_location.take() {
        let told = format!("{}: {}", partner.title, agreement.status.to_value());
        let texts = [facts.text.take(), Some(told), agreement.note];
        facts.text = Some(texts.into_iter().flatten().collect::<Vec<_>>().join("\n\n"));
    }
    serde_json::to_value(facts).map(Some).map_err(fault)
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
