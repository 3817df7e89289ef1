//! The types of conflicts.

use std::{any::Any, collections::HashMap};

use futures_util::future::LocalBoxFuture;
use plenary_entity::{event, person, room, schedule, session};
use uuid::Uuid;

use super::{
    ConflictSeverity, ScheduleConflict, ScheduleConflictKind, Standing,
    store::{Plan, conflicts_in},
};
use crate::{
    auth::policy::{Action, Location, Permission},
    error::Result,
    execution::{
        found::Found,
        leaf::{Leaf, name},
        lookup::{batch, given, one_by},
        object::{Declared, Object as Type, columns, computed, object, of_object, related},
        permitted::permitted,
        relation::{Load, Relation},
    },
    schedule::store::SlotsOf,
};

/// All of them.
#[must_use]
pub fn objects() -> Vec<Type> {
    vec![schedule_conflict(), event()]
}

/// The type `ScheduleConflict`.
fn schedule_conflict() -> Type {
    object! {
        /// Conflict in a schedule. Slots don't overlap if one ends when the other starts.
        type ScheduleConflict {
            /// Rule that is violated.
            kind: "ScheduleConflictKind!" = of_object(|conflict: &ScheduleConflict| name(conflict.kind)).of::<ScheduleConflictKind>();
            /// Severity. The kinds in the event's `blockingConflicts` block a release.
            severity: "ConflictSeverity!" = of_object(|conflict: &ScheduleConflict| name(conflict.severity)).of::<ConflictSeverity>();
            /// Message for people, with times in the event's time zone. May change; use `kind` in programs.
            message: "String!" = of_object(|conflict: &ScheduleConflict| conflict.message.as_str().into());
            /// Slots in conflict, sorted by start time. Empty for `SESSION_NOT_PLACED`. They can include slots of a co-located event.
            slots: "[Slot!]!" = related(given(|conflict: &ScheduleConflict| conflict.slots.clone()));
            /// Session, if the conflict is about a single one.
            session: "Session" = related(one_by::<session::Entity, ScheduleConflict>(|conflict| conflict.session));
            /// Person, for conflicts about people.
            person: "Person" = related(one_by::<person::Entity, ScheduleConflict>(|conflict| conflict.person));
            /// Room, for conflicts about rooms.
            room: "Room" = related(one_by::<room::Entity, ScheduleConflict>(|conflict| conflict.room));
        }
    }
}

/// What events have to do with conflicts.
fn event() -> Type {
    object! {
        type Event {
            /// Kinds of schedule conflicts that block a release.
            blockingConflicts: "[ScheduleConflictKind!]!" = computed(columns![event::Column::BlockingConflicts], |row| {
                let kept = row.text(0).and_then(|kept| serde_json::from_str(kept).ok());
                Leaf::List(ScheduleConflictKind::read(kept).into_iter().map(name).collect())
            }).of::<ScheduleConflictKind>();
        }
    }
}

/// The conflicts of a schedule, for those who read the drafts of its event.
pub fn of_schedule() -> Declared {
    let columns = columns![schedule::Column::Id, schedule::Column::EventId];
    permitted(related(batch(columns, conflicts)), Vec::new(), |viewer, row| {
        viewer.may(Action::With(Permission::ReadDrafts), &Location::in_event(row.key(1)))
    })
}

fn conflicts<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
    Box::pin(async move {
        let mut slots = load.answers(load.ids().into_iter().map(SlotsOf)).await?;
        let events: HashMap<Uuid, Uuid> =
            load.parents.iter().map(|parent| (parent.row.key(0), parent.row.key(1))).collect();
        let plan = |(id, event)| Plan { id, event, slots: slots.remove(&SlotsOf(id)).unwrap_or_default() };
        let plans = events.into_iter().map(plan).collect();
        let found = conflicts_in(&load.context.read, plans).await?;
        let of = |id: Uuid| found.get(&id).cloned().unwrap_or_default();
        Ok(load.objects_each(load.parents.iter().map(|parent| of(parent.row.key(0))).collect()))
    })
}

/// The field of a payload with the conflicts that stand once all fields of the operation have run.
pub fn standing<P: Any>(of: fn(&P) -> Option<Standing>) -> Declared {
    related(StandingIn { of })
}

struct StandingIn<P> {
    of: fn(&P) -> Option<Standing>,
}

impl<P: Any> Relation for StandingIn<P> {
    fn is_late(&self) -> bool {
        true
    }

    fn load<'a>(&'a self, load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
        Box::pin(async move {
            let (mut lists, mut are_there) = (Vec::new(), Vec::new());
            for parent in &load.parents {
                let standing = parent.row.object::<P>().and_then(self.of);
                are_there.push(standing.is_some());
                lists.push(match standing {
                    Some(standing) => standing.conflicts(&load.context.read).await?,
                    None => Vec::new(),
                });
            }
            let mut found = load.objects_each(lists);
            found.without_lists(are_there);
            Ok(found)
        })
    }
}
