//! What appears and vanishes along with a change: all beneath something that becomes public, the people whom it credits.
//!
//! Who can see what is looked at before the change and after it, and what differs goes into the log. It is so seldom
//! that a change of one row sways others that all of its event is looked at then.

use std::collections::HashMap;

use plenary_entity::{
    accomplishment, announcement, chat_link, credit, enums::NodeType, event, event_change, membership, microconference,
    person, reference, schedule, session, slot, topic, video_link,
};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, IntoSimpleExpr, QueryFilter};
use uuid::Uuid;

use super::{
    Logged,
    audience::{Seen, of_rows},
    logged::Sway,
};
use crate::{
    auth::{viewer::Viewer, visible::rows},
    database::{Conn, fetch::Fetch, sql::any_of},
};

/// Who can see each node that may be swayed, in the order in which the log tells of them: owners first.
pub(super) struct Snapshot(Vec<(Swayed, Seen)>);

/// A node that may be swayed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Swayed {
    pub node_type: NodeType,
    pub id: Uuid,
    pub event: Option<Uuid>,
}

/// What somebody saw of a node, and sees now.
pub(super) struct Turn {
    pub node: Swayed,
    pub before: Seen,
    pub after: Seen,
}

impl Snapshot {
    /// Looks at all that may be swayed.
    pub async fn of(conn: &Conn, sway: &Sway) -> Result<Self, DbErr> {
        let mut snapshot = Self(Vec::new());
        match sway {
            Sway::Nothing => {}
            Sway::People(people) => snapshot.add_people(conn, people).await?,
            Sway::Schedules(schedules) => {
                let these = any_of(conn.get_database_backend(), schedule::Column::Id.into_simple_expr(), schedules);
                snapshot.add::<schedule::Entity>(conn, Condition::all().add(these)).await?;
            }
            Sway::Event(id) => snapshot.add_event(conn, *id).await?,
        }
        Ok(snapshot)
    }

    /// What differs from how it was before.
    pub fn since(self, before: Self) -> Vec<Turn> {
        let mut before: HashMap<Swayed, Seen> = before.0.into_iter().collect();
        let turned = |(node, after): (Swayed, Seen)| {
            let before = before.remove(&node)?;
            (before != after).then_some(Turn { node, before, after })
        };
        self.0.into_iter().filter_map(turned).collect()
    }

    async fn add<E: Logged>(&mut self, conn: &Conn, which: Condition) -> Result<Vec<E::Model>, DbErr> {
        let found = rows::<E>(&Viewer::Server).filter(which).fetch_all(conn).await?;
        if found.is_empty() {
            return Ok(found);
        }
        let seen = of_rows::<E>(conn, &found).await?;
        for row in &found {
            let node = Swayed { node_type: E::NODE, id: E::id_of(row), event: E::event_of(row) };
            if let Some(seen) = seen.get(&node.id) {
                self.0.push((node, seen.clone()));
            }
        }
        Ok(found)
    }

    async fn add_people(&mut self, conn: &Conn, people: &[Uuid]) -> Result<(), DbErr> {
        let these = any_of(conn.get_database_backend(), person::Column::Id.into_simple_expr(), people);
        self.add::<person::Entity>(conn, Condition::all().add(these)).await.map(drop)
    }

    async fn add_event(&mut self, conn: &Conn, id: Uuid) -> Result<(), DbErr> {
        macro_rules! of_event {
            ($($table:ident)*) => {$(
                self.add::<$table::Entity>(conn, $table::Column::EventId.eq(id).into()).await?;
            )*};
        }
        self.add::<event::Entity>(conn, event::Column::Id.eq(id).into()).await?;
        let either =
            Condition::any().add(event_change::Column::EventId.eq(id)).add(event_change::Column::OtherEventId.eq(id));
        self.add::<event_change::Entity>(conn, either).await?;
        of_event! { microconference topic accomplishment session schedule slot announcement membership }
        let credits =
            rows::<credit::Entity>(&Viewer::Server).filter(credit::Column::EventId.eq(id)).fetch_all(conn).await?;
        let mut people: Vec<Uuid> = credits.iter().filter_map(|credit| credit.person_id).collect();
        people.sort_unstable();
        people.dedup();
        if !people.is_empty() {
            self.add_people(conn, &people).await?;
        }
        of_event! { credit reference chat_link video_link }
        Ok(())
    }
}
