//! The statements that find what goes with a thing and what keeps it, and that delete it.

use std::collections::HashSet;

use plenary_entity::{
    accomplishment, accomplishment_topic, announcement, announcement_subject, chat_link, co_location, credit,
    enums::{CoLocationStatus, EventStatus, NodeType},
    event, event_change, event_venue, membership, microconference, reference, room, schedule, session, session_topic,
    slot, topic, video_link,
};
use sea_orm::{ColumnTrait, Condition, DbErr, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::{
    Thing,
    holder::{Hold, Holder, store::let_go},
    order::referrers_first,
};
use crate::{
    auth::{
        viewer::Viewer,
        visible::{Visible, rows},
    },
    change::{Logged, WriteError, Writer},
    database::{Conn, fetch::Fetch},
    error::Result as Answer,
    execution::{node, object::Types},
    graphql::context::Read,
};

/// What goes when something is deleted, and what would have to let go of it.
#[derive(Default)]
pub struct Going {
    /// The thing itself first, and each behind what it belongs to.
    things: Vec<(Thing, Bond)>,
    /// Which they are.
    known: HashSet<(NodeType, Uuid)>,
    /// What refers to them from outside.
    pub holders: Vec<Holder>,
    /// What mentions them, and does not keep them.
    lets_go: Vec<Holder>,
    /// The slots of released schedules among them.
    pub released: Vec<Uuid>,
}

/// How a thing belongs to what goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bond {
    /// It is what was to be deleted.
    Itself,
    /// It is attached, and goes along silently.
    Attached,
    /// It belongs there, and goes only if that is asked for.
    Beneath,
}

/// All rows of a table for which the condition holds, whoever may see them.
async fn all<E: Logged>(conn: &Conn, which: impl Into<Condition>) -> Result<Vec<E::Model>, DbErr> {
    rows::<E>(&Viewer::Server).filter(which.into()).order_by_asc(E::key()).fetch_all(conn).await
}

/// As [`all`], for tables of links.
pub(super) async fn links<E: Visible>(conn: &Conn, which: impl Into<Condition>) -> Result<Vec<E::Model>, DbErr>
where
    E::Model: Send + Sync,
{
    rows::<E>(&Viewer::Server).filter(which.into()).fetch_all(conn).await
}

pub(super) async fn one<E: Logged>(conn: &Conn, id: Uuid) -> Result<Option<E::Model>, DbErr> {
    rows::<E>(&Viewer::Server).filter(E::key().eq(id)).fetch_one(conn).await
}

/// Those of `nodes` that who asks may see.
///
/// # Errors
///
/// When the database fails.
pub async fn visible(types: &Types, read: &Read, mut nodes: Vec<(NodeType, Uuid)>) -> Answer<Vec<(NodeType, Uuid)>> {
    let mut once = HashSet::new();
    nodes.retain(|node| once.insert(*node));
    node::visible(types, read, nodes).await
}

impl Going {
    /// Finds out what goes with a thing, and what refers to any of it.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn of(conn: &Conn, thing: Thing) -> Result<Self, DbErr> {
        let mut going = Self::default();
        going.add(vec![thing], Bond::Itself);
        let mut next = 0;
        while let Some((thing, bond)) = going.things.get(next).cloned() {
            going.add_attached(conn, &thing).await?;
            going.add_beneath(conn, &thing, bond).await?;
            going.add_holders(conn, &thing).await?;
            next += 1;
        }
        let known = &going.known;
        going.holders.retain(|holder| !known.contains(&holder.node()));
        going.lets_go.retain(|holder| !known.contains(&holder.node()));
        Ok(going)
    }

    /// Whether a whole event goes.
    #[must_use]
    pub fn is_event(&self) -> bool {
        matches!(self.things.first(), Some((Thing::Event(_), _)))
    }

    /// Whether anything keeps it.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        !self.holders.is_empty() || self.things.iter().any(|(_, bond)| *bond == Bond::Beneath)
    }

    /// What keeps it.
    #[must_use]
    pub fn kept_by(&self) -> Vec<(NodeType, Uuid)> {
        let beneath = self.things.iter().filter(|(_, bond)| *bond == Bond::Beneath).map(|(thing, _)| thing.node());
        beneath.chain(self.holders.iter().map(Holder::node)).collect()
    }

    fn add<T: Into<Thing>>(&mut self, rows: Vec<T>, bond: Bond) {
        let known = &mut self.known;
        let things = rows.into_iter().map(Into::into).filter(|thing: &Thing| known.insert(thing.node()));
        self.things.extend(things.map(|thing| (thing, bond)));
    }

    async fn add_attached(&mut self, conn: &Conn, thing: &Thing) -> Result<(), DbErr> {
        macro_rules! attached {
            ($($table:ident by $column:ident)*; $id:expr) => {$(
                let found = all::<$table::Entity>(conn, $table::Column::$column.eq($id)).await?;
                self.add(found, Bond::Attached);
            )*};
        }
        match thing {
            Thing::Series(row) => {
                attached! { membership by SeriesId; row.id };
            }
            // What is attached to things within it comes with those.
            Thing::Event(row) => {
                attached! { membership by EventId video_link by EventId chat_link by EventId; row.id };
                attached! { credit by EventId reference by EventId; row.id };
            }
            Thing::Microconference(row) => {
                attached! { membership by MicroconferenceId video_link by MicroconferenceId; row.id };
                attached! { chat_link by MicroconferenceId credit by MicroconferenceId; row.id };
                attached! { reference by MicroconferenceId; row.id };
            }
            Thing::Topic(row) => {
                attached! { credit by TopicId reference by TopicId; row.id };
            }
            Thing::Accomplishment(row) => {
                attached! { credit by AccomplishmentId reference by AccomplishmentId; row.id };
            }
            Thing::Session(row) => {
                attached! { video_link by SessionId chat_link by SessionId; row.id };
                attached! { credit by SessionId reference by SessionId; row.id };
            }
            Thing::Room(row) => {
                attached! { video_link by RoomId chat_link by RoomId; row.id };
            }
            _ => {}
        }
        Ok(())
    }

    async fn add_beneath(&mut self, conn: &Conn, thing: &Thing, above: Bond) -> Result<(), DbErr> {
        // What is beneath something that goes silently goes silently.
        let bond = if above == Bond::Attached { Bond::Attached } else { Bond::Beneath };
        macro_rules! beneath {
            ($($table:ident by $column:ident)*; $id:expr) => {$(
                let found = all::<$table::Entity>(conn, $table::Column::$column.eq($id)).await?;
                self.add(found, bond);
            )*};
        }
        match thing {
            Thing::Event(row) => {
                beneath! { microconference by EventId session by EventId schedule by EventId; row.id };
                beneath! { event_change by EventId announcement by EventId; row.id };
            }
            Thing::Microconference(row) => {
                beneath! { topic by MicroconferenceId accomplishment by MicroconferenceId; row.id };
                beneath! { session by MicroconferenceId; row.id };
            }
            Thing::Topic(row) => {
                beneath! { topic by ParentId; row.id };
            }
            Thing::Session(row) => {
                beneath! { slot by SessionId; row.id };
                let schedules: HashSet<Uuid> =
                    all::<schedule::Entity>(conn, schedule::Column::EventId.eq(row.event_id))
                        .await?
                        .into_iter()
                        .filter(|schedule| schedule.release.is_some())
                        .map(|schedule| schedule.id)
                        .collect();
                let slots = all::<slot::Entity>(conn, slot::Column::SessionId.eq(row.id)).await?;
                self.released
                    .extend(slots.iter().filter(|slot| schedules.contains(&slot.schedule_id)).map(|slot| slot.id));
            }
            Thing::Schedule(row) => {
                beneath! { slot by ScheduleId; row.id };
            }
            Thing::Venue(row) => {
                beneath! { room by VenueId; row.id };
            }
            Thing::Person(row) => {
                beneath! { credit by PersonId; row.id };
            }
            _ => {}
        }
        Ok(())
    }

    async fn add_holders(&mut self, conn: &Conn, thing: &Thing) -> Result<(), DbErr> {
        macro_rules! holders {
            ($name:ident: $table:ident by $column:ident; $id:expr) => {
                let found = all::<$table::Entity>(conn, $table::Column::$column.eq($id)).await?;
                self.holders.extend(found.into_iter().map(Holder::$name));
            };
        }
        match thing {
            Thing::Series(row) => {
                let events = all::<event::Entity>(conn, event::Column::SeriesId.eq(row.id)).await?;
                self.holders.extend(events.into_iter().map(|event| Holder::Event(event, Hold::Series)));
            }
            Thing::Event(row) => self.add_holders_of_event(conn, row).await?,
            Thing::Microconference(row) => {
                holders! { Microconference: microconference by PreviousEditionId; row.id };
                self.add_announcements(conn, announcement_subject::Column::MicroconferenceId.eq(row.id)).await?;
            }
            Thing::Topic(row) => {
                holders! { Topic: topic by ContinuesId; row.id };
                for link in
                    links::<accomplishment_topic::Entity>(conn, accomplishment_topic::Column::TopicId.eq(row.id))
                        .await?
                {
                    let found = one::<accomplishment::Entity>(conn, link.accomplishment_id).await?;
                    self.holders.extend(found.map(Holder::Accomplishment));
                }
                for link in links::<session_topic::Entity>(conn, session_topic::Column::TopicId.eq(row.id)).await? {
                    self.holders.extend(one::<session::Entity>(conn, link.session_id).await?.map(Holder::Session));
                }
                self.add_announcements(conn, announcement_subject::Column::TopicId.eq(row.id)).await?;
            }
            Thing::Session(row) => {
                self.add_announcements(conn, announcement_subject::Column::SessionId.eq(row.id)).await?;
            }
            Thing::Venue(row) => {
                for link in links::<event_venue::Entity>(conn, event_venue::Column::VenueId.eq(row.id)).await? {
                    let found = one::<event::Entity>(conn, link.event_id).await?;
                    self.holders.extend(found.map(|event| Holder::Event(event, Hold::Venue(row.id))));
                }
                self.add_announcements(conn, announcement_subject::Column::VenueId.eq(row.id)).await?;
            }
            Thing::Room(row) => {
                let slots = all::<slot::Entity>(conn, slot::Column::RoomId.eq(row.id)).await?;
                for slot in slots {
                    let schedule = one::<schedule::Entity>(conn, slot.schedule_id).await?;
                    if schedule.is_some_and(|schedule| schedule.release.is_some()) {
                        self.released.push(slot.id);
                    }
                    self.holders.push(Holder::Slot(slot));
                }
            }
            Thing::Person(row) => {
                self.add_announcements(conn, announcement_subject::Column::PersonId.eq(row.id)).await?;
            }
            Thing::Announcement(row) => {
                holders! { Announcement: announcement by SupersedesId; row.id };
                holders! { EventChange: event_change by AnnouncementId; row.id };
            }
            Thing::ChatLink(row) => {
                holders! { VideoLink: video_link by ChatId; row.id };
            }
            _ => {}
        }
        Ok(())
    }

    async fn add_holders_of_event(&mut self, conn: &Conn, row: &event::Model) -> Result<(), DbErr> {
        let id = row.id;
        let later = all::<event::Entity>(conn, event::Column::PreviousEditionId.eq(id)).await?;
        self.holders.extend(later.into_iter().map(|event| Holder::Event(event, Hold::Edition)));
        let either =
            Condition::any().add(co_location::Column::EventId.eq(id)).add(co_location::Column::OtherEventId.eq(id));
        for pair in links::<co_location::Entity>(conn, either).await? {
            let partner = if pair.event_id == id { pair.other_event_id } else { pair.event_id };
            let Some(partner) = one::<event::Entity>(conn, partner).await? else { continue };
            let holder = Holder::Event(partner, Hold::Partner(id));
            // An agreement that was dissolved binds nobody.
            if pair.status == CoLocationStatus::Dissolved {
                self.lets_go.push(holder);
            } else {
                self.holders.push(holder);
            }
        }
        let told = all::<event_change::Entity>(conn, event_change::Column::OtherEventId.eq(id)).await?;
        let told = told.into_iter().map(Holder::EventChange);
        // What a history told of a public event stays, in words. Of a draft it told nobody.
        if row.status == EventStatus::Draft {
            self.holders.extend(told);
        } else {
            self.lets_go.extend(told);
        }
        self.add_announcements(conn, announcement_subject::Column::EventId.eq(id)).await
    }

    async fn add_announcements(&mut self, conn: &Conn, about: impl Into<Condition>) -> Result<(), DbErr> {
        for subject in links::<announcement_subject::Entity>(conn, about).await? {
            let found = one::<announcement::Entity>(conn, subject.announcement_id).await?;
            self.holders.extend(found.map(Holder::Announcement));
        }
        Ok(())
    }

    /// Makes all holders let go, and deletes what goes, what refers to others first.
    ///
    /// # Errors
    ///
    /// When others need it still, or the database fails.
    pub async fn go(self, writer: &Writer<'_>) -> Result<(), WriteError> {
        let ids: HashSet<Uuid> = self.things.iter().map(|(thing, _)| thing.node().1).collect();
        let named: Vec<Uuid> =
            self.things.iter().filter(|(thing, _)| thing.has_slug()).map(|(thing, _)| thing.node().1).collect();
        let never_public = writer.never_public(&named).await?;
        let mut once = HashSet::new();
        for holder in self.holders.into_iter().chain(self.lets_go) {
            let key =
                (holder.node(), if let Holder::Event(_, hold) = &holder { Some(format!("{hold:?}")) } else { None });
            if once.insert(key) {
                let_go(writer, holder, &ids).await?;
            }
        }
        let (things, circle) = referrers_first(self.things.into_iter().map(|(thing, _)| thing).collect());
        for holder in circle {
            let_go(writer, holder, &ids).await?;
        }
        for thing in things {
            if let Some(thing) = as_it_is(writer.conn(), &thing).await? {
                thing.delete(writer).await?;
            }
        }
        writer.free_slugs(&never_public).await
    }
}

/// A thing that had to let go of another one that goes has another version then.
async fn as_it_is(conn: &Conn, thing: &Thing) -> Result<Option<Thing>, DbErr> {
    Ok(match thing {
        Thing::Topic(row) => one::<topic::Entity>(conn, row.id).await?.map(Into::into),
        other => Some(other.clone()),
    })
}
