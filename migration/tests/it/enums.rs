//! The values of enum columns.

use plenary_entity::enums::{
    AccessRole, AccomplishmentKind, AccomplishmentOrigin, AccomplishmentProgress, AnnouncementKind, AnnouncementStatus,
    AttendanceMode, Audience, ChangeAction, ChatIntegration, ChatProvider, CoLocationStatus, CreditRole, DateStatus,
    EventAvailability, EventChangeKind, EventOrigin, EventStatus, LinkStatus, LinkVisibility, ListCompleteness,
    MicroconferenceStatus, NodeType, ReferenceKind, SessionKind, SessionStatus, TopicKind, TopicOutcome, TopicStatus,
    VenueKind, VenueRole, VideoProvider, VideoPurpose,
};
use sea_orm::ActiveEnum;

use crate::database::on_each;
use crate::rules::{first_error, is};
use crate::statement::fill;

#[tokio::test]
async fn enum_columns_accept_exactly_the_values_of_the_entities() {
    let values = [
        ("event", "origin", values::<EventOrigin>()),
        ("event", "status", values::<EventStatus>()),
        ("event", "attendance_mode", values::<AttendanceMode>()),
        ("event", "availability", values::<EventAvailability>()),
        ("event", "date_status", values::<DateStatus>()),
        ("event_venue", "role", values::<VenueRole>()),
        ("co_location", "status", values::<CoLocationStatus>()),
        ("event_change", "kind", values::<EventChangeKind>()),
        ("microconference", "status", values::<MicroconferenceStatus>()),
        ("microconference", "topics_completeness", values::<ListCompleteness>()),
        ("microconference", "accomplishments_completeness", values::<ListCompleteness>()),
        ("topic", "subtopics_completeness", values::<ListCompleteness>()),
        ("topic", "kind", values::<TopicKind>()),
        ("topic", "status", values::<TopicStatus>()),
        ("topic", "outcome", values::<TopicOutcome>()),
        ("accomplishment", "kind", values::<AccomplishmentKind>()),
        ("accomplishment", "progress", values::<AccomplishmentProgress>()),
        ("accomplishment", "origin", values::<AccomplishmentOrigin>()),
        ("session", "kind", values::<SessionKind>()),
        ("session", "status", values::<SessionStatus>()),
        ("venue", "kind", values::<VenueKind>()),
        ("credit", "role", values::<CreditRole>()),
        ("reference", "kind", values::<ReferenceKind>()),
        ("announcement", "kind", values::<AnnouncementKind>()),
        ("announcement", "status", values::<AnnouncementStatus>()),
        ("chat_link", "provider", values::<ChatProvider>()),
        ("chat_link", "status", values::<LinkStatus>()),
        ("chat_link", "visibility", values::<LinkVisibility>()),
        ("video_link", "provider", values::<VideoProvider>()),
        ("video_link", "purpose", values::<VideoPurpose>()),
        ("video_link", "chat_integration", values::<ChatIntegration>()),
        ("video_link", "status", values::<LinkStatus>()),
        ("video_link", "visibility", values::<LinkVisibility>()),
        ("membership", "role", values::<AccessRole>()),
        ("change", "action", values::<ChangeAction>()),
        ("change", "node_type", values::<NodeType>()),
        ("change", "audience_before", values::<Audience>()),
        ("change", "audience_after", values::<Audience>()),
    ];
    on_each(async |database| {
        fill(database).await?;
        let mut wrong = Vec::new();
        for (table, column, values) in &values {
            let row = match *table {
                "co_location" => "+event;+co_location event_id=@e1, other_event_id=@new, ",
                "event_venue" => "+event_venue venue_id=@v2, ",
                "membership" => "+membership event_id=null, ",
                _ => &format!("+{table} "),
            };
            let with = |value: &str| {
                let undated = match value {
                    "TO_BE_ANNOUNCED" => ", starts_on=null, ends_on=null",
                    _ => "",
                };
                format!("{row}{column}='{value}'{undated}")
            };
            for value in values {
                let rows = with(value);
                let rows: Vec<_> = rows.split(';').collect();
                if let Some(error) = first_error(database, &rows).await? {
                    wrong.push(format!("{rows:?} is rejected: {error}"));
                }
            }
            let rows = with("NONSENSE");
            let rows: Vec<_> = rows.split(';').collect();
            let name = format!("{table}_{column}_known");
            match first_error(database, &rows).await? {
                Some(error) if is(&error, &name) => {}
                other => wrong.push(format!("{rows:?}: {other:?}")),
            }
        }
        Ok(wrong)
    })
    .await;
}

fn values<E: ActiveEnum<Value = String>>() -> Vec<String> {
    E::values()
}
