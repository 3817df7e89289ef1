//! Generates an event with its program.

use async_graphql::MaybeUndefined::Value;
use chrono::{Days, NaiveDate};
use plenary_entity::{
    accomplishment, credit,
    enums::{AttendanceMode, DateStatus, EventOrigin, EventStatus, MicroconferenceStatus, SessionStatus, VenueRole},
    event, microconference, session, video_link,
};
use sea_orm::Set;
use uuid::Uuid;

use super::{
    ACCOMPLISHMENTS, Dice, LINKS, MICROCONFERENCES, SESSIONS, TOPICS, checked,
    ground::{Ground, Place},
    rare_word,
};
use crate::{
    accomplishment::{
        enums::{AccomplishmentKind, AccomplishmentOrigin, AccomplishmentProgress},
        input::AccomplishmentFields,
        store as accomplishments,
    },
    change::Writer,
    credit::{enums::CreditRole, input::CreditFields, store as credits},
    demo::LoadError,
    event::{enums::EventAvailability, input::EventFields, store as events},
    link::{
        enums::{ChatIntegration, ChatProvider, LinkStatus, LinkVisibility, VideoProvider, VideoPurpose},
        input::{ChatLinkFields, LinkParent, VideoLinkFields},
        store::{self as links, Linked},
    },
    microconference::{enums::ListCompleteness, input::MicroconferenceFields, store as microconferences},
    mutation::input::given,
    schedule::{
        input::{ScheduleInput, SlotInput},
        store as schedules,
    },
    session::{enums::SessionKind, input::SessionFields, store as sessions},
    subject::{OfSubject, Subject},
    time::zone,
    topic::{
        enums::{TopicKind, TopicStatus},
        input::{TopicFields, TopicPosition},
        store as topics,
    },
};

/// The year of the first editions.
const FIRST_YEAR: usize = 2015;
/// How many days an event has, and how many of its sessions each of them.
const DAYS: usize = 2;
const SESSIONS_OF_A_DAY: usize = SESSIONS.div_ceil(DAYS);
/// How many topics of an event have its rare word in the title.
const RARE_TOPICS: usize = 5;

/// Subjects of microconferences.
const AREAS: [&str; 24] = [
    "Scheduler",
    "Tracing",
    "Real-time",
    "Containers",
    "Storage",
    "Networking",
    "Memory",
    "Power",
    "Toolchains",
    "Security",
    "Boot",
    "Testing",
    "Graphics",
    "Virtualization",
    "Filesystems",
    "Firmware",
    "Confidential Computing",
    "Performance",
    "Live Patching",
    "Documentation",
    "Embedded",
    "Automotive",
    "Android",
    "Compute Offload",
];

/// The position of a topic within its microconference: its level, and its parent.
const TREE: [(i32, Option<usize>, i32); TOPICS] = [
    (0, None, 0),
    (1, Some(0), 0),
    (1, Some(0), 1),
    (2, Some(2), 0),
    (0, None, 1),
    (1, Some(4), 0),
    (0, None, 2),
    (0, None, 3),
    (0, None, 4),
    (0, None, 5),
];

/// Writes one event.
struct Event<'a> {
    writer: &'a Writer<'a>,
    people: &'a [Uuid],
    dice: Dice,
    id: Uuid,
    rare_word: String,
}

/// Writes the event with a number, from 0.
pub(super) async fn write(
    writer: &Writer<'_>,
    ground: &mut Ground,
    mut dice: Dice,
    number: usize,
) -> Result<(), LoadError> {
    let (in_series, edition) = (number % ground.series.len(), number / ground.series.len());
    let series = &ground.series[in_series];
    let venue = &ground.venues[dice.below(ground.venues.len())];
    let year = FIRST_YEAR + edition;
    let starts_on = first_day(year, in_series)?;
    let fields = EventFields {
        slug: Value(format!("{}-{year}", series.slug)),
        title: Value(format!("{} {year}", series.name)),
        edition_label: Value(year.to_string()),
        time_zone: Value(venue.time_zone.clone().into()),
        availability: Value(EventAvailability::DayHours),
        audiences: Value(vec!["open-source".into()]),
        description: Value(dice.paragraph()),
        website_url: Value(format!("https://{}.example.org/{year}", series.slug).into()),
        ..Default::default()
    };
    let row = |id| event::ActiveModel {
        id: Set(id),
        series_id: Set(Some(series.id)),
        previous_edition_id: Set(ground.latest[in_series]),
        origin: Set(EventOrigin::Hosted),
        status: Set(EventStatus::Confirmed),
        attendance_mode: Set(AttendanceMode::InPerson),
        starts_on: Set(Some(starts_on)),
        ends_on: Set(Some(starts_on + Days::new(DAYS as u64 - 1))),
        date_status: Set(DateStatus::Confirmed),
        day_starts_at: Set("00:00".into()),
        join_opens_before_minutes: Set(15),
        ..Default::default()
    };
    let used = vec![(venue.id, VenueRole::Main)];
    let row = events::create(writer, checked(|checks, id| fields.draft(checks, id, row(id), Some(used)))?).await?;
    ground.latest[in_series] = Some(row.id);
    let mut event = Event { writer, people: &ground.people, dice, id: row.id, rare_word: rare_word(number) };
    let mut microconferences = Vec::new();
    for position in 0..MICROCONFERENCES {
        let area = AREAS[(number * 7 + position) % AREAS.len()];
        microconferences.push(event.microconference(area, position).await?);
    }
    event.schedule(&microconferences, venue, starts_on).await
}

/// Each series has its week of the year.
fn first_day(year: usize, series: usize) -> Result<NaiveDate, LoadError> {
    let first = i32::try_from(year).ok().and_then(|year| NaiveDate::from_ymd_opt(year, 1, 8));
    let days = u64::try_from(series % 50).unwrap_or_default() * 7;
    let day = first.and_then(|first| first.checked_add_days(Days::new(days)));
    day.ok_or_else(|| LoadError::Fault(crate::error::Fault::internal(&"there is no such day")))
}

impl Event<'_> {
    async fn microconference(&mut self, area: &str, position: usize) -> Result<Uuid, LoadError> {
        let slug = area.to_lowercase().replace(' ', "-");
        let fields = MicroconferenceFields {
            slug: Value(slug.clone()),
            title: Value(format!("{area} Microconference")),
            description: Value(self.dice.paragraph()),
            keywords: Value(vec![area.to_lowercase()]),
            topics_completeness: Value(ListCompleteness::Complete),
            accomplishments_completeness: Value(ListCompleteness::Complete),
            ..Default::default()
        };
        let row = |id| microconference::ActiveModel {
            id: Set(id),
            event_id: Set(self.id),
            position: Set(order(position)),
            status: Set(MicroconferenceStatus::Accepted),
            was_accepted: Set(true),
            ..Default::default()
        };
        let draft = checked(|checks, id| fields.draft(checks, id, row(id)))?;
        let id = microconferences::create(self.writer, draft).await?.id;
        for (person, position) in self.dice.pair(self.people).into_iter().zip(0..) {
            self.credit(Subject::Microconference(id), person, CreditRole::Lead, position).await?;
        }
        self.topics(id, position < RARE_TOPICS).await?;
        for position in 0..ACCOMPLISHMENTS {
            self.accomplishment(id, position).await?;
        }
        self.links(id, &slug).await?;
        Ok(id)
    }

    /// Writes the topics of a microconference, one of them with the rare word if `rare`.
    async fn topics(&mut self, microconference_id: Uuid, rare: bool) -> Result<(), LoadError> {
        let with_rare_word = rare.then(|| self.dice.below(TOPICS));
        let mut written: Vec<Uuid> = Vec::with_capacity(TOPICS);
        for (number, (depth, above, position)) in TREE.into_iter().enumerate() {
            let parent_id = above.and_then(|above| written.get(above).copied());
            let mut title = self.dice.title();
            if with_rare_word == Some(number) {
                title = format!("{}: {title}", self.rare_word);
            }
            let place = TopicPosition { event_id: self.id, microconference_id, parent_id, depth, position };
            let fields = TopicFields {
                title: Value(title),
                description: Value(self.dice.sentence()),
                kind: Value(self.dice.pick(&[TopicKind::Discussion, TopicKind::Question, TopicKind::Proposal])),
                status: Value(TopicStatus::Planned),
                subtopics_completeness: Value(ListCompleteness::NotApplicable),
                ..Default::default()
            };
            let draft = checked(|checks, id| fields.draft(checks, id, place.row(id)))?;
            let id = topics::create(self.writer, draft).await?.id;
            let proposer = self.dice.pick(self.people);
            self.credit(Subject::Topic(id), proposer, CreditRole::Proposer, 0).await?;
            written.push(id);
        }
        Ok(())
    }

    async fn accomplishment(&mut self, microconference_id: Uuid, position: usize) -> Result<(), LoadError> {
        use AccomplishmentProgress::{Done, InProgress, NearlyDone};
        let fields = AccomplishmentFields {
            summary: Value(self.dice.title()),
            description: Value(self.dice.sentence()),
            kind: Value(self.dice.pick(&[AccomplishmentKind::Result, AccomplishmentKind::MergedUpstream])),
            progress: Value(self.dice.pick(&[Done, NearlyDone, InProgress])),
            origin: Value(AccomplishmentOrigin::TopicDiscussion),
            ..Default::default()
        };
        let row = |id| accomplishment::ActiveModel {
            id: Set(id),
            event_id: Set(self.id),
            microconference_id: Set(microconference_id),
            position: Set(order(position)),
            ..Default::default()
        };
        let draft = checked(|checks, id| fields.draft(checks, id, row(id), None))?;
        accomplishments::create(self.writer, draft).await?;
        Ok(())
    }

    async fn links(&self, microconference_id: Uuid, slug: &str) -> Result<(), LoadError> {
        let place = |position: usize| LinkParent {
            linked: Linked::Microconference(microconference_id),
            event_id: Some(self.id),
            position: order(position),
        };
        let chats: [(ChatProvider, Option<String>, Option<String>); LINKS] = [
            (ChatProvider::Matrix, Some(format!("#{slug}:chat.example.org")), None),
            (ChatProvider::Irc, Some(format!("irc.example.org/#{slug}")), None),
            (ChatProvider::Zulip, None, Some(format!("https://zulip.example.org/#narrow/stream/{slug}"))),
        ];
        let mut first_chat = None;
        for (position, (provider, address, url)) in chats.into_iter().enumerate() {
            let fields = ChatLinkFields {
                provider: Value(provider),
                address: given(address),
                url: given(url.map(Into::into)),
                status: Value(LinkStatus::Active),
                visibility: Value(LinkVisibility::Public),
                ..Default::default()
            };
            let row = checked(|checks, id| fields.row(checks, place(position).chat_link(id)))?;
            let row = links::create_chat(self.writer, row).await?;
            first_chat.get_or_insert(row.id);
        }
        let videos: [(VideoProvider, VideoPurpose, Option<Uuid>); LINKS] = [
            (VideoProvider::BigBlueButton, VideoPurpose::Interactive, first_chat),
            (VideoProvider::Peertube, VideoPurpose::Stream, None),
            (VideoProvider::Youtube, VideoPurpose::Recording, None),
        ];
        for (position, (provider, purpose, chat_id)) in videos.into_iter().enumerate() {
            let url = format!("https://video.example.org/{position}/{slug}/{}", self.id.simple());
            let fields = VideoLinkFields {
                provider: Value(provider),
                purpose: Value(purpose),
                url: Value(url.into()),
                chat_integration: Value(chat_id.map_or(ChatIntegration::None, |_| ChatIntegration::Beside)),
                status: Value(LinkStatus::Active),
                visibility: Value(LinkVisibility::Public),
                ..Default::default()
            };
            let row = |id| video_link::ActiveModel { chat_id: Set(chat_id), ..place(position).video_link(id) };
            links::create_video(self.writer, checked(|checks, id| fields.row(checks, row(id)))?).await?;
        }
        Ok(())
    }

    /// Writes the sessions, and a release with a slot for each of them.
    async fn schedule(&mut self, within: &[Uuid], venue: &Place, starts_on: NaiveDate) -> Result<(), LoadError> {
        let release = ScheduleInput {
            event_id: self.id,
            release: Some(1),
            label: Some("The program".into()),
            note: None,
            published_at: Some(format!("{}T09:00:00Z", starts_on - Days::new(30))),
        };
        let release = schedules::create(self.writer, checked(|checks, id| release.parse(checks, id))?).await?;
        for number in 0..SESSIONS {
            // The last few are for all.
            let microconference = (number < 2 * within.len()).then(|| within[number % within.len()]);
            let session_id = self.session(number, microconference).await?;
            let (day, place) = (number / SESSIONS_OF_A_DAY, number % SESSIONS_OF_A_DAY);
            let (date, hour) = (starts_on + Days::new(day as u64), 10 + 2 * (place / venue.rooms.len()));
            let slot = SlotInput {
                event_id: self.id,
                schedule_id: release.id,
                uid: format!("session-{}@{}", number + 1, self.rare_word.to_lowercase()),
                session_id,
                room_id: Some(venue.rooms[place % venue.rooms.len()]),
                starts_at: format!("{date}T{hour:02}:00:00"),
                ends_at: format!("{date}T{:02}:30:00", hour + 1),
                zone: zone(&venue.time_zone),
                time_zone: None,
            };
            schedules::create_slot(self.writer, checked(|checks, id| slot.parse(checks, id))?).await?;
        }
        schedules::freeze(self.writer, &release).await?;
        Ok(())
    }

    async fn session(&mut self, number: usize, microconference_id: Option<Uuid>) -> Result<Uuid, LoadError> {
        let kind = if microconference_id.is_some() { SessionKind::Discussion } else { SessionKind::Talk };
        let fields = SessionFields {
            slug: Value(format!("session-{}", number + 1)),
            title: Value(self.dice.title()),
            r#abstract: Value(self.dice.paragraph()),
            kind: Value(kind),
            language: Value("en".into()),
            ..Default::default()
        };
        let row = |id| session::ActiveModel {
            id: Set(id),
            event_id: Set(self.id),
            microconference_id: Set(microconference_id),
            status: Set(SessionStatus::Confirmed),
            ..Default::default()
        };
        let draft = checked(|checks, id| fields.draft(checks, id, row(id), None))?;
        let id = sessions::create(self.writer, draft).await?.id;
        let speakers = self.dice.pair(self.people);
        let how_many = 1 + self.dice.below(speakers.len());
        for (person, position) in speakers.into_iter().take(how_many).zip(0..) {
            self.credit(Subject::Session(id), person, CreditRole::Speaker, position).await?;
        }
        Ok(id)
    }

    async fn credit(&self, subject: Subject, person: Uuid, role: CreditRole, position: i32) -> Result<(), LoadError> {
        let fields = CreditFields { role: Value(role), ..Default::default() };
        let row = |id| credit::ActiveModel {
            person_id: Set(Some(person)),
            ..credit::Entity::new_row(id, self.id, subject, position)
        };
        let row = checked(|checks, id| fields.row(checks, row(id)))?;
        credits::create(self.writer, row).await?;
        Ok(())
    }
}

/// A position in a list, as stored.
fn order(position: usize) -> i32 {
    i32::try_from(position).unwrap_or(i32::MAX)
}
