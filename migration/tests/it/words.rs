//! The words that columns take.

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
async fn words_are_those_of_the_entities() {
    let words = [
        ("event", "origin", words::<EventOrigin>()),
        ("event", "status", words::<EventStatus>()),
        ("event", "attendance_mode", words::<AttendanceMode>()),
        ("event", "availability", words::<EventAvailability>()),
        ("event", "date_status", words::<DateStatus>()),
        ("event_venue", "role", words::<VenueRole>()),
        ("co_location", "status", words::<CoLocationStatus>()),
        ("event_change", "kind", words::<EventChangeKind>()),
        ("microconference", "status", words::<MicroconferenceStatus>()),
        ("microconference", "topics_completeness", words::<ListCompleteness>()),
        ("microconference", "accomplishments_completeness", words::<ListCompleteness>()),
        ("topic", "subtopics_completeness", words::<ListCompleteness>()),
        ("topic", "kind", words::<TopicKind>()),
        ("topic", "status", words::<TopicStatus>()),
        ("topic", "outcome", words::<TopicOutcome>()),
        ("accomplishment", "kind", words::<AccomplishmentKind>()),
        ("accomplishment", "progress", words::<AccomplishmentProgress>()),
        ("accomplishment", "origin", words::<AccomplishmentOrigin>()),
        ("session", "kind", words::<SessionKind>()),
        ("session", "status", words::<SessionStatus>()),
        ("venue", "kind", words::<VenueKind>()),
        ("credit", "role", words::<CreditRole>()),
        ("reference", "kind", words::<ReferenceKind>()),
        ("announcement", "kind", words::<AnnouncementKind>()),
        ("announcement", "status", words::<AnnouncementStatus>()),
        ("chat_link", "provider", words::<ChatProvider>()),
        ("chat_link", "status", words::<LinkStatus>()),
        ("chat_link", "visibility", words::<LinkVisibility>()),
        ("video_link", "provider", words::<VideoProvider>()),
        ("video_link", "purpose", words::<VideoPurpose>()),
        ("video_link", "chat_integration", words::<ChatIntegration>()),
        ("video_link", "status", words::<LinkStatus>()),
        ("video_link", "visibility", words::<LinkVisibility>()),
        ("membership", "role", words::<AccessRole>()),
        ("change", "action", words::<ChangeAction>()),
        ("change", "node_type", words::<NodeType>()),
        ("change", "audience_before", words::<Audience>()),
        ("change", "audience_after", words::<Audience>()),
    ];
    on_each(async |database| {
        fill(database).await?;
        let mut wrong = Vec::new();
        for (table, column, words) in &words {
            let row = match *table {
                "co_location" => "+event;+co_location event_id=@e1, other_event_id=@new, ",
                "event_venue" => "+event_venue venue_id=@v2, ",
                "membership" => "+membership event_id=null, ",
                _ => &format!("+{table} "),
            };
            let with = |word: &str| {
                let undated = match word {
                    "TO_BE_ANNOUNCED" => ", starts_on=null, ends_on=null",
                    _ => "",
                };
                format!("{row}{column}='{word}'{undated}")
            };
            for word in words {
                let rows = with(word);
                let rows: Vec<_> = rows.split(';').collect();
                if let Some(error) = first_error(database, &rows).await? {
                    wrong.push(format!("{rows:?} is not taken: {error}"));
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

fn words<E: ActiveEnum<Value = String>>() -> Vec<String> {
    E::values()
}
