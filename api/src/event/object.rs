//! GraphQL types and queries of events.

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
    auth::policy::{Action, Location, Permission},
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
        leaf::{Leaf, enum_value, name},
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
        store::{Grants, GrantsOn, SharedNode},
    },
    microconference::query::{MicroconferenceFilter, MicroconferenceOrder},
    session::query::{SessionFilter, SessionOrder},
    text::fold,
    venue::store::DeletedVenue,
};

/// All types declared here.
#[must_use]
pub fn objects() -> Vec<Type> {
    vec![query(), event(), event_dates(), event_venue(), co_location(), event_clash(), event_change(), event_facts()]
}

/// The type `Query`.
fn query() -> Type {
    object! {
        type Query {
            /// Lists events that overlap with a date range, most severe first. Use it to check dates before you
            /// announce them.
            ///
            /// Example: `{ dateClashes(startsOn: "2021-09-20", endsOn: "2021-09-24", audiences: ["linux-kernel"],
            /// minSeverity: WARN) { severity reasons event { title } } }`.
            dateClashes(
                argument::<Option<Vec<String>>>("audiences", "Audience tags to check in addition to those of the event."),
                argument::<Date>("endsOn", "Last day, inclusive. At most 366 days, counting both ends."),
                argument::<Option<ID>>("eventId", "Event to check the dates for. Its series, audiences, co-location partners and venues are compared. The event itself is left out. An ID of no event that you may see is an error."),
                argument::<Option<ClashSeverity>>("minSeverity", "Returns only conflicts of at least this severity."),
                argument::<Date>("startsOn", "First day, inclusive."),
            ): "[EventClash!]!" = related(batch(Vec::new(), date_clashes));
            /// Looks up an event by slug. Null if there is none that you may see.
            ///
            /// Example: `{ event(slug: "lpc-2021") { title dates { startsOn endsOn } } }`.
            event(
                argument::<String>("slug", "Current or former slug: `lpc-2021`."),
            ): "Event" = related(by_slug::<event::Entity>());
            /// Lists events. Sorted by latest dates first by default.
            events(
                argument::<Option<EventFilter>>("filter", "Returns only the events that match this filter."),
                argument::<Option<EventOrder>>("orderBy", "Sort order. Defaults to latest dates first."),
            ): "EventConnection!" = page(query::listed);
        }
    }
}

/// The type `Event`.
fn event() -> Type {
    object! {
        /// Edition of a series, or an external event tracked for its dates. Public unless it is a `DRAFT`.
        type Event: LinkSubject & Creditable & Versioned & Node {
            /// Opaque, permanent ID.
            id: "ID!" = node_id::<event::Entity>();
            /// URL slug, unique among all events: `lpc-2021`. Former slugs keep working.
            slug: "String!" = column(Column::Slug);
            /// Title as plain text: `Linux Plumbers Conference 2021`.
            title: "String!" = column(Column::Title);
            /// Short machine-readable name: `lpc2021`. 4 to 40 characters of `a-z`, `0-9`, `_` and `-`.
            acronym: "String" = column(Column::Acronym);
            /// Series that the event is an edition of. Null if none.
            series: "Series" = related(one::<series::Entity>(Column::SeriesId));
            /// Label that distinguishes this edition within its series: `2021`.
            editionLabel: "String" = column(Column::EditionLabel);
            /// Previous edition. Null if none or not visible to you.
            previousEdition: "Event" = related(one::<event::Entity>(Column::PreviousEditionId));
            /// Next edition. Null if none or not visible to you.
            nextEdition: "Event" = related(only(list::<event::Entity>(Column::Id, Column::PreviousEditionId, |from, _, ids| Ok(from.rows_by::<event::Entity>(Column::PreviousEditionId, ids)))));
            /// Whether the program is managed on this server.
            origin: "EventOrigin!" = column(Column::Origin).of::<EventOrigin>();
            /// Current status. Set by organizers, never changed automatically.
            status: "EventStatus!" = column(Column::Status).of::<EventStatus>();
            /// How people can attend.
            attendanceMode: "AttendanceMode!" = column(Column::AttendanceMode).of::<AttendanceMode>();
            /// Dates in the event's time zone.
            dates: "EventDates!" = within(vec![]).showing(columns![Column::StartsOn, Column::EndsOn, Column::DateStatus]);
            /// Time zone in which days are counted and times are shown.
            timeZone: "TimeZone!" = column(Column::TimeZone).of::<TimeZone>();
            /// Local time at which each day starts, as `HH:MM`. A slot that starts earlier belongs to the previous day.
            dayStartsAt: "String!" = column(Column::DayStartsAt);
            /// How many minutes before a slot its chat and video links open. See `JoinAccess`.
            joinOpensBeforeMinutes: "Int!" = column(Column::JoinOpensBeforeMinutes);
            /// Whether the event is open outside the hours of its program.
            availability: "EventAvailability!" = column(Column::Availability).of::<EventAvailability>();
            /// Tags for the target audience, such as `linux-kernel`. Events that share a tag compete for people.
            audiences: "[String!]!" = related(values(store::audiences(), event_audience::Column::Tag));
            /// Description in Markdown.
            description: "String" = column(Column::Description);
            /// The `description` rendered as sanitized HTML, safe to embed in a page.
            descriptionHtml: "String" = markdown(Column::Description, Column::Id);
            /// Home page of the event.
            websiteUrl: "URL" = column(Column::WebsiteUrl).of::<Url>();
            /// Venues in use, in order.
            venues: "[EventVenue!]!" = related(store::venues_of());
            /// Rooms of all venues in use. Sorted by venue, then by position.
            rooms: "[Room!]!" = related(store::rooms_of());
            /// Co-located events: planned, current, past and called off. Without `statuses`, proposals are left out.
            coLocations(
                argument::<Option<Vec<CoLocationStatus>>>("statuses", "Returns only co-locations with one of these statuses. Include `PROPOSED` to also list proposals that you may see. An empty list matches nothing."),
            ): "[CoLocation!]!" = related(batch(columns![Column::Id], co_locations));
            /// Other events on the same days. Sorted by severity, most severe first, then by first day. Empty for
            /// events that have no dates, are cancelled or are postponed.
            clashes(
                argument::<Option<ClashSeverity>>("minSeverity", "Returns only conflicts of at least this severity."),
            ): "[EventClash!]!" = related(batch(columns![Column::Id, Column::Status, Column::StartsOn, Column::EndsOn], clashes));
            /// Announced changes, oldest first. Changes with no known time come first.
            history: "[EventChange!]!" = related(store::history());
            /// Microconferences. Sorted by position by default.
            microconferences(
                argument::<Option<MicroconferenceFilter>>("filter", "Returns only the microconferences that match this filter."),
                argument::<Option<MicroconferenceOrder>>("orderBy", "Sort order. Defaults to position."),
            ): "MicroconferenceConnection!" = page_beneath(Column::Id, crate::microconference::store::Beneath::Event, crate::microconference::query::listed);
            /// Sessions. Sorted by start time by default.
            sessions(
                argument::<Option<SessionFilter>>("filter", "Returns only the sessions that match this filter."),
                argument::<Option<SessionOrder>>("orderBy", "Sort order. Defaults to start time."),
            ): "SessionConnection!" = page_beneath(Column::Id, crate::session::store::Beneath::Event, crate::session::query::listed);
            /// Released schedule. The latest release, the one with the given number, or the latest at a given time.
            /// Null if it does not exist.
            schedule(
                argument::<Option<DateTime>>("at", "Time at which the release was the latest. Can't be combined with `release`."),
                argument::<Option<i32>>("release", "Release number. Defaults to the latest release."),
            ): "Schedule" = related(crate::schedule::store::release_of(Column::Id));
            /// Schedule that organizers are working on. Null without `READ_DRAFTS` on the event.
            draftSchedule: "Schedule" = permitted(related(crate::schedule::store::draft_of(Column::Id)), columns![Column::SeriesId], |viewer, row| viewer.may(Action::With(Permission::ReadDrafts), &place(row)));
            /// Released schedules, newest first.
            scheduleReleases: "ScheduleConnection!" = page_beneath(Column::Id, crate::schedule::store::Beneath::Event, |_| Box::pin(async { Ok(Some(crate::schedule::store::Releases)) }));
            /// Announcements, newest first. Those with no known publication time come last.
            announcements: "AnnouncementConnection!" = page_beneath(Column::Id, AnnouncementsOf::Event, |_| Box::pin(async { Ok(Some(AnnouncementList::default())) }));
            /// Credits in order.
            credits(
                argument::<Option<Vec<CreditRole>>>("roles", "Returns only credits with one of these roles."),
            ): "[Credit!]!" = related(owned::<credit::Entity>(Column::Id, credit::Column::EventId));
            /// References to external resources, in order.
            references: "[Reference!]!" = related(owned::<reference::Entity>(Column::Id, reference::Column::EventId));
            /// Chat links in order. The existence of a link is public, its address only if the link is `PUBLIC`.
            chatLinks: "[ChatLink!]!" = related(owned::<chat_link::Entity>(Column::Id, chat_link::Column::EventId));
            /// Links to video calls, streams and recordings, in order. The existence of a link is public; its address
            /// is only shown here if the link is `PUBLIC`.
            videoLinks: "[VideoLink!]!" = related(owned::<video_link::Entity>(Column::Id, video_link::Column::EventId));
            /// Identifiers of the same node in other systems.
            externalIds: "[ExternalId!]!" = related(owned::<external_id::Entity>(Column::Id, external_id::Column::EventId));
            /// Your permissions on this node. Empty without sign-in. Says nothing about other people's permissions.
            viewerCan: "[AccessPermission!]!" = related(batch(columns![Column::Id, Column::SeriesId, Column::Origin], viewer_can)).of::<AccessPermission>();
            /// Roles granted on the event and its microconferences, oldest first. Null without `MANAGE_ROLES` on the
            /// event. Grants carried by a token are only listed in `viewer` of its bearer.
            grants: "GrantConnection" = permitted(page_beneath(Column::Id, GrantsOn::Event, |_| Box::pin(async { Ok(Some(Grants)) })), columns![Column::SeriesId], |viewer, row| viewer.may(Action::With(Permission::ManageRoles), &place(row)));
            /// Audit log of the event and its content, newest first. Null without `READ_DRAFTS` on the event. Changes
            /// to grants are only listed with `MANAGE_ROLES`.
            auditLog: "AuditEntryConnection" = permitted(page_beneath(Column::Id, AuditOf::Event, |_| Box::pin(async { Ok(Some(AuditLog)) })), columns![Column::SeriesId], |viewer, row| viewer.may(Action::With(Permission::ReadDrafts), &place(row)));
            /// When the record was created.
            createdAt: "DateTime!" = column(Column::CreatedAt).of::<DateTime>();
            /// When the record was last updated.
            updatedAt: "DateTime!" = column(Column::UpdatedAt).of::<DateTime>();
            /// Revision number. Starts at 1 and increases by one with each change to the node's own fields.
            version: "Int!" = column(Column::Version);
        }
    }
}

/// The type `EventDates`.
fn event_dates() -> Type {
    object! {
        /// First and last day of an event.
        type EventDates {
            /// How definite the dates are.
            status: "DateStatus!" = computed(columns![Column::DateStatus], |row| then(row).map_or_else(|| row.text(0).into(), |then| enum_value(&then.status))).of::<DateStatus>();
            /// Last day, inclusive, in the event's time zone. Null until announced.
            endsOn: "Date" = computed(columns![Column::EndsOn], |row| then(row).map_or_else(|| row.date(0), |then| then.ends_on).into()).of::<Date>();
            /// First day, in the event's time zone. Null until announced.
            startsOn: "Date" = computed(columns![Column::StartsOn], |row| then(row).map_or_else(|| row.date(0), |then| then.starts_on).into()).of::<Date>();
        }
    }
}

/// The type `EventVenue`.
fn event_venue() -> Type {
    object! {
        /// Venue used by an event, with its purpose.
        type EventVenue {
            /// Venue in use.
            venue: "Venue!" = within(vec![]);
            /// What the event uses the venue for.
            role: "VenueRole!" = column(event_venue::Column::Role).of::<VenueRole>();
        }
    }
}

/// The type `CoLocation`.
fn co_location() -> Type {
    object! {
        /// Agreement to hold two events together, seen from one of them.
        type CoLocation {
            /// Event at the other side of the agreement.
            event: "Event!" = related(one_by::<event::Entity, CoLocation>(|agreement| Some(agreement.other_event_id)));
            /// Status of the agreement.
            status: "CoLocationStatus!" = of_object(|agreement: &CoLocation| enum_value(&agreement.status)).of::<CoLocationStatus>();
            /// Note about the agreement.
            note: "String" = of_object(|agreement: &CoLocation| agreement.note.as_deref().into());
        }
    }
}

/// The type `EventClash`.
fn event_clash() -> Type {
    object! {
        /// Another event on some of the same days. Cancelled and postponed events don't count.
        type EventClash {
            /// Event with overlapping dates.
            event: "Event!" = related(given(|clash: &EventClash| Some(clash.event.clone())));
            /// Days that both events have in common, in order.
            days: "[Date!]!" = of_object(|clash: &EventClash| Leaf::List(clash.days.iter().map(|day| day.0.into()).collect())).of::<Date>();
            /// What connects the events, most severe first. Contains only `OVERLAP` if nothing does.
            reasons: "[ClashReason!]!" = of_object(|clash: &EventClash| Leaf::List(clash.reasons.iter().copied().map(name).collect())).of::<ClashReason>();
            /// Overall severity, taken from the most severe reason.
            severity: "ClashSeverity!" = of_object(|clash: &EventClash| name(clash.severity)).of::<ClashSeverity>();
        }
    }
}

/// The type `EventChange`.
fn event_change() -> Type {
    object! {
        /// Announced change to an event, such as new dates or a new venue. Visible to everyone who can see the event.
        type EventChange: Versioned & Node {
            /// Opaque, permanent ID.
            id: "ID!" = node_id::<event_change::Entity>();
            /// What changed.
            kind: "EventChangeKind!" = column(event_change::Column::Kind).of::<EventChangeKind>();
            /// State before the change. Null if there was none.
            before: "EventFacts" = related(batch(columns![event_change::Column::Before], facts_then));
            /// State after the change. Null if there is none.
            after: "EventFacts" = related(batch(columns![event_change::Column::After], facts_then));
            /// Why the change was made.
            reason: "String" = column(event_change::Column::Reason);
            /// Announcement of the change. Null if none or not visible to you.
            announcement: "Announcement" = related(one::<announcement::Entity>(event_change::Column::AnnouncementId));
            /// When the change took effect. Null if unknown.
            occurredAt: "DateTime" = column(event_change::Column::OccurredAt).of::<DateTime>();
            /// Revision number. Starts at 1 and increases by one with each change.
            version: "Int!" = column(event_change::Column::Version);
        }
    }
}

/// The type `EventFacts`.
fn event_facts() -> Type {
    object! {
        /// State of an event before or after a change. Fields that the change does not concern are null.
        type EventFacts {
            /// The event's dates.
            dates: "EventDates" = related(given(|facts: &Recorded| Object(facts.dates.clone())));
            /// Venues in use. A venue that was since deleted is shown as it was, and `node` no longer finds it.
            venues: "[EventVenue!]" = related(batch(Vec::new(), venues_then));
            /// How people can attend.
            attendanceMode: "AttendanceMode" = of_object(|facts: &Recorded| facts.attendance_mode.as_ref().map_or(Leaf::Null, enum_value)).of::<AttendanceMode>();
            /// The event's time zone.
            timeZone: "TimeZone" = of_object(|facts: &Recorded| facts.time_zone.as_deref().into()).of::<TimeZone>();
            /// Status of the event. Null if it was a draft, which is not public.
            status: "EventStatus" = of_object(|facts: &Recorded| facts.status.filter(|status| *status != Status::Draft).as_ref().map_or(Leaf::Null, enum_value)).of::<EventStatus>();
            /// Co-location with another event. Null if you may not see that event.
            coLocation: "CoLocation" = related(batch(Vec::new(), co_location_then));
            /// Description of the state in free text, where no other field applies.
            text: "String" = of_object(|facts: &Recorded| facts.text.as_deref().into());
        }
    }
}

fn place(row: Row<'_>) -> Location {
    Location { series: row.id(1), ..Location::in_event(row.key(0)) }
}

/// The dates in a history entry.
fn then<'r>(row: Row<'r>) -> Option<&'r DatesFact> {
    row.object()
}

fn co_locations<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
    Box::pin(async move {
        let statuses: Option<Vec<CoLocationStatus>> = load.arguments().get("statuses")?;
        let statuses: Option<Vec<_>> = statuses.map(|statuses| statuses.into_iter().map(Into::into).collect());
        let key = |event| CoLocationsOf { event, statuses: statuses.clone() };
        let found = load.answers(load.ids().into_iter().map(key)).await?;
        let of = |parent: &Parent<'_>| found.get(&key(parent.row.key(0))).cloned().unwrap_or_default();
        Ok(load.objects_each(load.parents.iter().map(of).collect()))
    })
}

fn clashes<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
    Box::pin(async move {
        let least: Option<ClashSeverity> = load.arguments().get("minSeverity")?;
        let found = load.answers(load.ids().into_iter().map(ClashesOf)).await?;
        let of = |parent: &Parent<'_>| {
            let row = parent.row;
            let takes_its_days = !matches!(row.enum_value(1), Some(Status::Cancelled | Status::Postponed));
            let days = row.date(2).zip(row.date(3)).filter(|_| takes_its_days);
            let clashing = found.get(&ClashesOf(row.key(0))).cloned().unwrap_or_default();
            days.map(|days| clash::grade(days, clashing, least)).unwrap_or_default()
        };
        Ok(load.objects_each(load.parents.iter().map(of).collect()))
    })
}

/// Maximum number of days per request.
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
            return Err(Fault::bad_input("`eventId` does not name an event that you may see."));
        }
        let audiences: Option<Vec<String>> = arguments.get("audiences")?;
        let audiences: Vec<String> = audiences.unwrap_or_default().iter().map(|tag| fold(tag)).collect();
        let found = clash::store::on_days(&load.context.read, (starts_on, ends_on), (event, None), &audiences).await?;
        Ok(load.objects_each(vec![clash::grade((starts_on, ends_on), found, arguments.get("minSeverity")?)]))
    })
}

fn viewer_can<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
    Box::pin(async move {
        let viewer = load.viewer();
        let own: Vec<Vec<AccessPermission>> =
            load.parents.iter().map(|parent| permissions(viewer, &place(parent.row))).collect();
        let is_outside = |parent: &Parent<'_>| parent.row.enum_value::<Origin>(2) == Some(Origin::External);
        let asked = load.parents.iter().zip(&own).filter(|(parent, own)| own.is_empty() && is_outside(parent));
        let shared =
            permitted_on_all(load, asked.map(|(parent, _)| SharedNode::OutsideEvent(parent.row.key(0)))).await?;
        let all = load
            .parents
            .iter()
            .zip(own)
            .map(|(parent, own)| shared.get(&SharedNode::OutsideEvent(parent.row.key(0))).cloned().unwrap_or(own));
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
        known.extend(load.answers(gone).await?.into_iter().map(|(key, row)| (key.0, row)));
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
