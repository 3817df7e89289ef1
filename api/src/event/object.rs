//! The types that this concept declares for the schema.

use async_graphql::ID;
use futures_util::future::LocalBoxFuture;
use plenary_entity::{
    announcement, chat_link, credit, enums as words,
    enums::{EventOrigin as Origin, EventStatus as Status, NodeType},
    event::{self, Column},
    event_audience, event_change, event_venue, external_id,
    facts::{CoLocationFact, DatesFact, EventFacts as Recorded, VenueFact},
    reference, series, venue, video_link,
};
use sea_orm::ActiveEnum;

use super::{query, store};
use crate::{
    announcement::store::{AnnouncementList, AnnouncementsOf},
    auth::policy::{Action, Permission, Place},
    credit::enums::CreditRole,
    database::rows::{Row, Rows, value_of},
    error::{Fault, Result},
    event::{
        clash::{self, ClashReason, ClashSeverity, EventClash, store::ClashesOf},
        co_location::{CoLocation, store::CoLocationsOf},
        enums::{
            AttendanceMode, CoLocationStatus, DateStatus, EventAvailability, EventChangeKind, EventOrigin, EventStatus,
            VenueRole,
        },
        query::{EventFilter, EventOrder},
    },
    execution::{
        arguments::argument,
        found::Found,
        leaf::{Leaf, name, word},
        lookup::{Object, batch, by_slug, given, list, one, one_by, only, owned, values},
        object::{Object as Type, column, columns, computed, markdown, node_id, object, of_object, related, within},
        page::{page, page_beneath},
        permitted::permitted,
        relation::{Load, Parent},
    },
    feed::store::{AuditLog, AuditOf},
    graphql::{
        id,
        scalar::{Date, DateTime, TimeZone, Url},
    },
    membership::{
        enums::AccessPermission,
        names, permissions, permitted_on_all,
        store::{Grants, GrantsOn, Used},
    },
    microconference::query::{MicroconferenceFilter, MicroconferenceOrder},
    session::query::{SessionFilter, SessionOrder},
    text::fold,
    venue::store::DeletedVenue,
};

/// All of them.
#[must_use]
pub fn objects() -> Vec<Type> {
    vec![query(), event(), event_dates(), event_venue(), co_location(), event_clash(), event_change(), event_facts()]
}

/// The type `Query`.
fn query() -> Type {
    object! {
        type Query {
            /// Which events are on some days, worst first: to be asked before the days are claimed.
            /// Example: `{ dateClashes(startsOn: "2021-09-20", endsOn: "2021-09-24", audiences: ["linux-kernel"],
            /// minSeverity: WARN) { severity reasons event { title } } }`.
            dateClashes(
                argument::<Option<Vec<String>>>("audiences", "Tags of audiences that count besides those of the event."),
                argument::<Date>("endsOn", "The last day, inclusive; a year after the first at most."),
                argument::<Option<ID>>("eventId", "The event that would be held then: its series, audiences, partners and venues count, and it does not clash with itself."),
                argument::<Option<ClashSeverity>>("minSeverity", "Only clashes as bad as this, or worse."),
                argument::<Date>("startsOn", "The first day."),
            ): "[EventClash!]!" = related(batch(Vec::new(), date_clashes));
            /// An event by its slug, or null when there is none that you may see.
            /// Example: `{ event(slug: "lpc-2021") { title dates { startsOn endsOn } } }`.
            event(
                argument::<String>("slug", "Its slug, or one that it had: `lpc-2021`."),
            ): "Event" = related(by_slug::<event::Entity>());
            /// Events, those with the latest days first unless you order them otherwise.
            events(
                argument::<Option<EventFilter>>("filter", "Only events for which all of this holds."),
                argument::<Option<EventOrder>>("orderBy", "The order; the latest days first unless given."),
            ): "EventConnection!" = page(query::listed);
        }
    }
}

/// The type `Event`.
fn event() -> Type {
    object! {
        /// One edition of a series, or an outside event that is tracked for its dates and co-location. Everybody
        /// sees all but drafts.
        type Event: LinkSubject & Creditable & Node {
            /// Its id, opaque and for ever.
            id: "ID!" = node_id::<event::Entity>();
            /// Its name in addresses, unique over all events: `lpc-2021`. Old slugs keep answering after a change.
            slug: "String!" = column(Column::Slug);
            /// Its title: `Linux Plumbers Conference 2021`.
            title: "String!" = column(Column::Title);
            /// A short name for machines, of `[a-z0-9_-]`, four letters or more: `lpc2021`.
            acronym: "String" = column(Column::Acronym);
            /// The series that it is an edition of.
            series: "Series" = related(one::<series::Entity>(Column::SeriesId));
            /// What tells it from the other editions of its series: `2021`.
            editionLabel: "String" = column(Column::EditionLabel);
            /// The edition before this one, if you may see it.
            previousEdition: "Event" = related(one::<event::Entity>(Column::PreviousEditionId));
            /// The edition after this one, if there is one that you may see.
            nextEdition: "Event" = related(only(list::<event::Entity>(Column::Id, Column::PreviousEditionId, |from, _, ids| Ok(from.rows_by::<event::Entity>(Column::PreviousEditionId, ids)))));
            /// Whether its program is kept here.
            origin: "EventOrigin!" = column(Column::Origin).of::<EventOrigin>();
            /// Where it stands. People set it; it never changes by the clock.
            status: "EventStatus!" = column(Column::Status).of::<EventStatus>();
            /// In which way people attend.
            attendanceMode: "AttendanceMode!" = column(Column::AttendanceMode).of::<AttendanceMode>();
            /// Its days, in its zone.
            dates: "EventDates!" = within(vec![]).showing(columns![Column::StartsOn, Column::EndsOn, Column::DateStatus]);
            /// The zone in which its days are counted and its times are shown.
            timeZone: "TimeZone!" = column(Column::TimeZone).of::<TimeZone>();
            /// When its day starts, as `HH:MM` in its zone: what starts earlier belongs to the evening before.
            dayStartsAt: "String!" = column(Column::DayStartsAt);
            /// Whether it is open beyond the hours of its program.
            availability: "EventAvailability!" = column(Column::Availability).of::<EventAvailability>();
            /// Tags that say who would want to be there, such as `linux-kernel`. Two events that share one compete
            /// for the same people.
            audiences: "[String!]!" = related(values(store::audiences(), event_audience::Column::Tag));
            /// What it is about, as Markdown.
            description: "String" = column(Column::Description);
            /// `description` as HTML that is safe to put into a page.
            descriptionHtml: "String" = markdown(Column::Description, Column::Id);
            /// Its site.
            websiteUrl: "URL" = column(Column::WebsiteUrl).of::<Url>();
            /// The venues that it uses, in order.
            venues: "[EventVenue!]!" = related(store::venues_of());
            /// The rooms of the venues that it uses, in the order of the venues and then of their rooms.
            rooms: "[Room!]!" = related(store::rooms_of());
            /// The events that it is, was or will be held together with. Without `statuses` there are no proposals among them.
            coLocations(
                argument::<Option<Vec<CoLocationStatus>>>("statuses", "Only those with one of these statuses. Naming `PROPOSED` asks for proposals as well, and yields those that you may see; an empty list matches nothing."),
            ): "[CoLocation!]!" = related(batch(columns![Column::Id], co_locations));
            /// Other events on the same days, worst first, then by their first day: who else wants the same people, the same
            /// place, or just the same week. An event without days clashes with none; nor does one that is cancelled or
            /// postponed.
            clashes(
                argument::<Option<ClashSeverity>>("minSeverity", "Only clashes as bad as this, or worse."),
            ): "[EventClash!]!" = related(batch(columns![Column::Id, Column::Status, Column::StartsOn, Column::EndsOn], clashes));
            /// What was announced and then changed, oldest first; what has no known time stands before what has.
            history: "[EventChange!]!" = related(store::history());
            /// Its microconferences, in their order unless you order them otherwise.
            microconferences(
                argument::<Option<MicroconferenceFilter>>("filter", "Only microconferences for which all of this holds."),
                argument::<Option<MicroconferenceOrder>>("orderBy", "The order; by position unless given."),
            ): "MicroconferenceConnection!" = page_beneath(Column::Id, crate::microconference::store::Beneath::Event, crate::microconference::query::listed);
            /// Its sessions, by start unless you order them otherwise.
            sessions(
                argument::<Option<SessionFilter>>("filter", "Only sessions for which all of this holds."),
                argument::<Option<SessionOrder>>("orderBy", "The order; by start unless given."),
            ): "SessionConnection!" = page_beneath(Column::Id, crate::session::store::Beneath::Event, crate::session::query::listed);
            /// Its times and places as they were released: the latest release, or an older one by its number. Null when there
            /// is none.
            schedule(
                argument::<Option<i32>>("release", "The number of the release; the latest unless given."),
            ): "Schedule" = related(crate::schedule::store::release_of(Column::Id));
            /// The times and places that its organizers are working on; null unless you may read drafts here.
            draftSchedule: "Schedule" = permitted(related(crate::schedule::store::draft_of(Column::Id)), columns![Column::SeriesId], |viewer, row| viewer.may(Action::With(Permission::ReadDrafts), &place(row)));
            /// Its releases, newest first.
            scheduleReleases: "ScheduleConnection!" = page_beneath(Column::Id, crate::schedule::store::Beneath::Event, |_| Box::pin(async { Ok(Some(crate::schedule::store::Releases)) }));
            /// What was announced about it, newest first; what has no known time comes last.
            announcements: "AnnouncementConnection!" = page_beneath(Column::Id, AnnouncementsOf::Event, |_| Box::pin(async { Ok(Some(AnnouncementList::default())) }));
            /// Who did what for it, in order.
            credits(
                argument::<Option<Vec<CreditRole>>>("roles", "Only credits with one of these roles."),
            ): "[Credit!]!" = related(owned::<credit::Entity>(Column::Id, credit::Column::EventId));
            /// What it refers to elsewhere, in order.
            references: "[Reference!]!" = related(owned::<reference::Entity>(Column::Id, reference::Column::EventId));
            /// The ways into its chats, in order. Everybody sees that there is a link; only a `PUBLIC` one shows its
            /// address in the open.
            chatLinks: "[ChatLink!]!" = related(owned::<chat_link::Entity>(Column::Id, chat_link::Column::EventId));
            /// The ways into its video calls, streams and recordings, in order. Everybody sees that there is a link;
            /// only a `PUBLIC` one shows its address in the open.
            videoLinks: "[VideoLink!]!" = related(owned::<video_link::Entity>(Column::Id, video_link::Column::EventId));
            /// What it is called in other systems.
            externalIds: "[ExternalId!]!" = related(owned::<external_id::Entity>(Column::Id, external_id::Column::EventId));
            /// What you may do with it; empty without a token. It tells what a mutation would let you do, and nothing of others.
            viewerCan: "[AccessPermission!]!" = related(batch(columns![Column::Id, Column::SeriesId, Column::Origin], viewer_can)).of::<AccessPermission>();
            /// Who was given which role on it and on its microconferences, the oldest first; null unless you may give and take
            /// roles here. Grants that a token brings along are in no list but that of its bearer.
            grants: "GrantConnection" = permitted(page_beneath(Column::Id, GrantsOn::Event, |_| Box::pin(async { Ok(Some(Grants)) })), columns![Column::SeriesId], |viewer, row| viewer.may(Action::With(Permission::ManageRoles), &place(row)));
            /// Who did what to it and to what is in it, the newest first; null unless you read all drafts here. What is told of
            /// grants is for those who give and take roles here.
            auditLog: "AuditEntryConnection" = permitted(page_beneath(Column::Id, AuditOf::Event, |_| Box::pin(async { Ok(Some(AuditLog)) })), columns![Column::SeriesId], |viewer, row| viewer.may(Action::With(Permission::ReadDrafts), &place(row)));
            /// When it was made here.
            createdAt: "DateTime!" = column(Column::CreatedAt).of::<DateTime>();
            /// When it last changed.
            updatedAt: "DateTime!" = column(Column::UpdatedAt).of::<DateTime>();
            /// Grows by one with every change of its own fields, from 1.
            version: "Int!" = column(Column::Version);
        }
    }
}

/// The type `EventDates`.
fn event_dates() -> Type {
    object! {
        /// The days of an event.
        type EventDates {
            /// How sure the days are.
            status: "DateStatus!" = computed(columns![Column::DateStatus], |row| then(row).map_or_else(|| row.text(0).into(), |then| word(&then.status))).of::<DateStatus>();
            /// The last day, inclusive, in the event's zone; null while it is to be announced.
            endsOn: "Date" = computed(columns![Column::EndsOn], |row| then(row).map_or_else(|| row.date(0), |then| then.ends_on).into()).of::<Date>();
            /// The first day, in the event's zone; null while it is to be announced.
            startsOn: "Date" = computed(columns![Column::StartsOn], |row| then(row).map_or_else(|| row.date(0), |then| then.starts_on).into()).of::<Date>();
        }
    }
}

/// The type `EventVenue`.
fn event_venue() -> Type {
    object! {
        /// A venue that an event uses, and what for.
        type EventVenue {
            /// The venue.
            venue: "Venue!" = within(vec![]);
            /// What the event uses it for.
            role: "VenueRole!" = column(event_venue::Column::Role).of::<VenueRole>();
        }
    }
}

/// The type `CoLocation`.
fn co_location() -> Type {
    object! {
        /// An agreement to hold two events at one place and time, seen from one of them.
        type CoLocation {
            /// The other event.
            event: "Event!" = related(one_by::<event::Entity, CoLocation>(|agreement| Some(agreement.other_event_id)));
            /// Where the agreement stands.
            status: "CoLocationStatus!" = of_object(|agreement: &CoLocation| word(&agreement.status)).of::<CoLocationStatus>();
            /// What there is to say of it.
            note: "String" = of_object(|agreement: &CoLocation| agreement.note.as_deref().into());
        }
    }
}

/// The type `EventClash`.
fn event_clash() -> Type {
    object! {
        /// Another event that has days in common. Events that are cancelled or postponed take no days.
        type EventClash {
            /// The other event.
            event: "Event!" = related(given(|clash: &EventClash| Some(clash.event.clone())));
            /// The days that they have in common, in order.
            days: "[Date!]!" = of_object(|clash: &EventClash| Leaf::List(clash.days.iter().map(|day| day.0.into()).collect())).of::<Date>();
            /// All that connects them, the worst first; `OVERLAP` alone where nothing does.
            reasons: "[ClashReason!]!" = of_object(|clash: &EventClash| Leaf::List(clash.reasons.iter().copied().map(name).collect())).of::<ClashReason>();
            /// How bad that is: as bad as the worst of the reasons.
            severity: "ClashSeverity!" = of_object(|clash: &EventClash| name(clash.severity)).of::<ClashSeverity>();
        }
    }
}

/// The type `EventChange`.
fn event_change() -> Type {
    object! {
        /// Something that was announced of an event and then changed: its days, its place, its services. Everybody
        /// sees it where they see the event.
        type EventChange: Node {
            /// Its id, opaque and for ever.
            id: "ID!" = node_id::<event_change::Entity>();
            /// What changed.
            kind: "EventChangeKind!" = column(event_change::Column::Kind).of::<EventChangeKind>();
            /// What held before; null when there was nothing.
            before: "EventFacts" = related(batch(columns![event_change::Column::Before], facts_then));
            /// What holds since; null when there is nothing.
            after: "EventFacts" = related(batch(columns![event_change::Column::After], facts_then));
            /// Why it changed.
            reason: "String" = column(event_change::Column::Reason);
            /// Where it was announced, if you may see that.
            announcement: "Announcement" = related(one::<announcement::Entity>(event_change::Column::AnnouncementId));
            /// Since when; null when that is not known.
            occurredAt: "DateTime" = column(event_change::Column::OccurredAt).of::<DateTime>();
            /// Grows by one with every change, from 1.
            version: "Int!" = column(event_change::Column::Version);
        }
    }
}

/// The type `EventFacts`.
fn event_facts() -> Type {
    object! {
        /// What held for an event before or after a change. Only what the change is about is there; all else is
        /// null.
        type EventFacts {
            /// Its days.
            dates: "EventDates" = related(given(|facts: &Recorded| Object(facts.dates.clone())));
            /// Venues. A venue that was deleted since is shown as it was then; `node` no longer finds it.
            venues: "[EventVenue!]" = related(batch(Vec::new(), venues_then));
            /// In which way people attend.
            attendanceMode: "AttendanceMode" = of_object(|facts: &Recorded| facts.attendance_mode.as_ref().map_or(Leaf::Null, word)).of::<AttendanceMode>();
            /// The zone of its days.
            timeZone: "TimeZone" = of_object(|facts: &Recorded| facts.time_zone.as_deref().into()).of::<TimeZone>();
            /// Where it stood. Null where it was a draft, which is nobody's business.
            status: "EventStatus" = of_object(|facts: &Recorded| facts.status.filter(|status| *status != Status::Draft).as_ref().map_or(Leaf::Null, word)).of::<EventStatus>();
            /// An agreement with another event, if you may see that event.
            coLocation: "CoLocation" = related(batch(Vec::new(), co_location_then));
            /// What no other field holds, in words.
            text: "String" = of_object(|facts: &Recorded| facts.text.as_deref().into());
        }
    }
}

fn place(row: Row<'_>) -> Place {
    Place { series: row.id(1), ..Place::in_event(row.key(0)) }
}

/// The days as they were then, where a history tells them.
fn then<'r>(row: Row<'r>) -> Option<&'r DatesFact> {
    row.object()
}

fn co_locations<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
    Box::pin(async move {
        let statuses: Option<Vec<CoLocationStatus>> = load.arguments().get("statuses")?;
        let statuses: Option<Vec<_>> = statuses.map(|statuses| statuses.into_iter().map(Into::into).collect());
        let question = |event| CoLocationsOf { event, statuses: statuses.clone() };
        let found = load.answers(load.ids().into_iter().map(question)).await?;
        let of = |parent: &Parent<'_>| found.get(&question(parent.row.key(0))).cloned().unwrap_or_default();
        Ok(load.objects_each(load.parents.iter().map(of).collect()))
    })
}

fn clashes<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
    Box::pin(async move {
        let least: Option<ClashSeverity> = load.arguments().get("minSeverity")?;
        let found = load.answers(load.ids().into_iter().map(ClashesOf)).await?;
        let of = |parent: &Parent<'_>| {
            let row = parent.row;
            let takes_its_days = !matches!(row.word(1), Some(Status::Cancelled | Status::Postponed));
            let days = row.date(2).zip(row.date(3)).filter(|_| takes_its_days);
            let clashing = found.get(&ClashesOf(row.key(0))).cloned().unwrap_or_default();
            days.map(|days| clash::grade(days, clashing, least)).unwrap_or_default()
        };
        Ok(load.objects_each(load.parents.iter().map(of).collect()))
    })
}

/// How many days may be asked about at once.
const MOST_DAYS: i64 = 366;

fn date_clashes<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
    Box::pin(async move {
        let arguments = load.arguments();
        let (Date(starts_on), Date(ends_on)) = (arguments.get("startsOn")?, arguments.get("endsOn")?);
        if starts_on > ends_on {
            return Err(Fault::bad_input("`endsOn` must not be before `startsOn`."));
        }
        if (ends_on - starts_on).num_days() >= MOST_DAYS {
            return Err(Fault::bad_input(format!("`endsOn` must be within {MOST_DAYS} days of `startsOn`.")));
        }
        let event = id::optional("eventId", arguments.get::<Option<ID>>("eventId")?.as_ref(), NodeType::Event)?;
        if let Some(id) = event
            && load.models::<event::Entity>([id]).await?.is_empty()
        {
            return Err(Fault::bad_input("`eventId` is of no event that you may see."));
        }
        let audiences: Option<Vec<String>> = arguments.get("audiences")?;
        let audiences: Vec<String> = audiences.unwrap_or_default().iter().map(|tag| fold(tag)).collect();
        let found = clash::store::on_days(&load.context.read, (starts_on, ends_on), event, &audiences).await?;
        Ok(load.objects_each(vec![clash::grade((starts_on, ends_on), found, arguments.get("minSeverity")?)]))
    })
}

fn viewer_can<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
    Box::pin(async move {
        let viewer = load.viewer();
        let own: Vec<Vec<AccessPermission>> =
            load.parents.iter().map(|parent| permissions(viewer, &place(parent.row))).collect();
        let is_outside = |parent: &Parent<'_>| parent.row.word::<Origin>(2) == Some(Origin::External);
        let asked = load.parents.iter().zip(&own).filter(|(parent, own)| own.is_empty() && is_outside(parent));
        let shared = permitted_on_all(load, asked.map(|(parent, _)| Used::OutsideEvent(parent.row.key(0)))).await?;
        let all = load
            .parents
            .iter()
            .zip(own)
            .map(|(parent, own)| shared.get(&Used::OutsideEvent(parent.row.key(0))).cloned().unwrap_or(own));
        Ok(Found::leaves(all.map(names)))
    })
}

fn facts_then<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
    let read = |parent: &Parent<'_>| {
        let kept = parent.row.text(0).map(serde_json::from_str::<Recorded>);
        kept.transpose().map_err(|cause| Fault::internal(&cause))
    };
    let facts: Result<Vec<Option<Recorded>>> = load.parents.iter().map(read).collect();
    Box::pin(std::future::ready(facts.map(|facts| load.one_object_each(facts))))
}

fn venues_then<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
    Box::pin(async move {
        let facts: Vec<Option<&Vec<VenueFact>>> = load
            .parents
            .iter()
            .map(|parent| parent.row.object::<Recorded>().and_then(|facts| facts.venues.as_ref()))
            .collect();
        let all = || facts.iter().flatten().flat_map(|venues| venues.iter());
        let mut known = load.models::<venue::Entity>(all().map(|fact| fact.venue_id)).await?;
        let gone: Vec<DeletedVenue> =
            all().filter(|fact| !known.contains_key(&fact.venue_id)).map(|fact| DeletedVenue(fact.venue_id)).collect();
        known.extend(load.answers(gone).await?.into_iter().map(|(question, row)| (question.0, row)));
        let mut used = Vec::new();
        let mut starts = vec![0];
        for venues in &facts {
            for fact in venues.iter().flat_map(|venues| venues.iter()) {
                if let Some(venue) = known.get(&fact.venue_id) {
                    used.push((fact.role, venue));
                }
            }
            starts.push(u32::try_from(used.len()).unwrap_or(u32::MAX));
        }
        let rows = Rows::of_values(load.columns(), used.len(), |row, column| {
            let (role, venue) = &used[row];
            let value = if column.table == "venue" { value_of(*venue, column) } else { Some(role.to_value().into()) };
            value.unwrap_or(sea_orm::Value::String(None))
        });
        let mut found = load.many(starts, rows);
        found.without_lists(facts.iter().map(Option::is_some).collect());
        Ok(found)
    })
}

fn co_location_then<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
    Box::pin(async move {
        let fact = |parent: &Parent<'_>| {
            let fact = parent.row.object::<Recorded>()?.co_location.clone();
            fact.filter(|fact| fact.status != words::CoLocationStatus::Proposed)
        };
        let facts: Vec<Option<CoLocationFact>> = load.parents.iter().map(fact).collect();
        let seen = load.models::<event::Entity>(facts.iter().flatten().map(|fact| fact.event_id)).await?;
        let agreement = |fact: Option<CoLocationFact>| {
            let fact = fact.filter(|fact| seen.contains_key(&fact.event_id))?;
            Some(CoLocation { other_event_id: fact.event_id, status: fact.status, note: fact.note })
        };
        Ok(load.one_object_each(facts.into_iter().map(agreement).collect()))
    })
}
