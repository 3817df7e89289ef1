//! Whether what was read still holds: the log, followed, says what each change touches.
//!
//! What was read is kept with its [`Footprint`] and the head of the log from before it was read. It holds as long as
//! nothing behind that head touches the footprint. Whoever commits a change follows the log up to it before anybody is
//! told, and other servers follow as soon as the database tells them of it. Where the log can't be followed, nothing
//! that was kept may be used.

use std::{
    collections::HashMap,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicBool, AtomicI64, Ordering::SeqCst},
    },
    time::Duration,
};

use plenary_entity::{change, enums::NodeType};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use tokio::sync::{Mutex, watch};
use uuid::Uuid;

use crate::database::{
    Conn,
    footprint::{Footprint, NAMES, Tables},
};

/// How many changes are read at a time.
const PORTION: u64 = 1_000;

/// How far the log was followed, and what it touched. Clones follow together.
#[derive(Clone, Debug, Default)]
pub struct Freshness(Arc<State>);

#[derive(Debug, Default)]
struct State {
    /// Whether somebody follows the log.
    followed: AtomicBool,
    /// The last change that was looked at; none before the log was ever followed.
    head: watch::Sender<Option<i64>>,
    /// The last change that touched each table.
    tables: [AtomicI64; NAMES.len()],
    /// The last change that touched each event.
    events: RwLock<HashMap<Uuid, i64>>,
    /// One at a time reads the log.
    turn: Mutex<()>,
}

impl Freshness {
    /// The head of the log, for what is read from now on; none while nobody follows the log.
    #[must_use]
    pub fn head(&self) -> Option<i64> {
        if self.0.followed.load(SeqCst) { *self.0.head.borrow() } else { None }
    }

    /// Whether what was read behind `head` still holds.
    #[must_use]
    pub fn holds(&self, footprint: &Footprint, head: i64) -> bool {
        let state = &*self.0;
        let is_untouched = |last: &AtomicI64| last.load(SeqCst) <= head;
        if !state.followed.load(SeqCst) {
            return false;
        }
        if !footprint.tables.places().all(|place| state.tables.get(place).is_some_and(is_untouched)) {
            return false;
        }
        let events = state.events.read().unwrap_or_else(PoisonError::into_inner);
        footprint.events.iter().all(|event| events.get(event).is_none_or(|last| *last <= head))
    }

    /// Waits until the log is followed, up to a change at least.
    pub async fn is_at(&self, seq: i64) {
        let is_there = |head: &Option<i64>| head.is_some_and(|head| head >= seq) && self.0.followed.load(SeqCst);
        // It ends with the server.
        let _ = self.0.head.subscribe().wait_for(is_there).await;
    }

    /// Nobody follows the log any more: what was kept may not be used until somebody does.
    pub fn lose(&self) {
        self.0.followed.store(false, SeqCst);
    }

    /// Follows the log to its end. From then on what is kept may be used.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn follow(&self, conn: &Conn) -> Result<(), DbErr> {
        let _turn = self.0.turn.lock().await;
        self.read_on(conn).await?;
        if !self.0.followed.swap(true, SeqCst) {
            // Wakes those who wait for it.
            self.0.head.send_modify(|_| {});
        }
        Ok(())
    }

    /// Follows the log to its end, where somebody follows it already. Where that fails or takes too long, nothing that was
    /// kept may be used until somebody follows it again.
    ///
    /// # Errors
    ///
    /// When the database fails, or takes longer than `patience`.
    pub async fn catch_up(&self, conn: &Conn, patience: Duration) -> Result<(), DbErr> {
        let reading = async {
            let _turn = self.0.turn.lock().await;
            self.read_on(conn).await.inspect_err(|_| self.lose())
        };
        let late = |_| {
            self.lose();
            DbErr::Custom("the database takes too long to tell of changes".into())
        };
        tokio::time::timeout(patience, reading).await.map_err(late)?
    }

    async fn read_on(&self, conn: &Conn) -> Result<(), DbErr> {
        let state = &*self.0;
        let last = *state.head.borrow();
        let Some(mut head) = last else {
            // Nothing was read and kept before.
            let last = change::Entity::find()
                .select_only()
                .column(change::Column::Seq)
                .order_by_desc(change::Column::Seq)
                .into_tuple::<i64>()
                .one(conn)
                .await?;
            state.head.send_replace(Some(last.unwrap_or(0)));
            return Ok(());
        };
        loop {
            let found: Vec<(i64, NodeType, Option<Uuid>)> = change::Entity::find()
                .select_only()
                .columns([change::Column::Seq, change::Column::NodeType, change::Column::EventId])
                .filter(change::Column::Seq.gt(head))
                .order_by_asc(change::Column::Seq)
                .limit(PORTION)
                .into_tuple()
                .all(conn)
                .await?;
            let Some((last, ..)) = found.last() else { return Ok(()) };
            head = *last;
            for (seq, node_type, event) in &found {
                self.touch(*seq, *node_type, *event);
            }
            // What is read from here on knows of these changes.
            state.head.send_replace(Some(head));
        }
    }

    fn touch(&self, seq: i64, node_type: NodeType, event: Option<Uuid>) {
        for place in touched_by(node_type).places() {
            if let Some(table) = self.0.tables.get(place) {
                table.fetch_max(seq, SeqCst);
            }
        }
        if let Some(event) = event {
            self.0.events.write().unwrap_or_else(PoisonError::into_inner).insert(event, seq);
        }
    }
}

/// The tables in which something may differ behind a change of a node: its own, those of its parts, and those that hold
/// what refers to it and goes with it.
fn touched_by(node_type: NodeType) -> Tables {
    let names: &[&str] = match node_type {
        NodeType::Series => &["series", "external_id", "slug"],
        NodeType::Event => {
            &["event", "event_audience", "event_venue", "co_location", "external_id", "slug", "announcement_subject"]
        }
        NodeType::EventChange => &["event_change"],
        NodeType::Microconference => {
            &["microconference", "microconference_keyword", "external_id", "slug", "announcement_subject"]
        }
        NodeType::Topic => &["topic", "accomplishment_topic", "session_topic", "external_id", "announcement_subject"],
        NodeType::Accomplishment => &["accomplishment", "accomplishment_topic", "external_id", "announcement_subject"],
        NodeType::Session => &["session", "session_topic", "external_id", "slug", "announcement_subject"],
        NodeType::Slot => &["slot"],
        NodeType::Schedule => &["schedule", "slot"],
        NodeType::Venue => &["venue", "event_venue", "external_id", "slug", "announcement_subject"],
        NodeType::Room => &["room", "external_id", "slug", "announcement_subject"],
        NodeType::Person => &["person", "person_alias", "external_id", "slug", "announcement_subject"],
        NodeType::Credit => &["credit"],
        NodeType::Reference => &["reference"],
        NodeType::Announcement => &["announcement", "announcement_subject", "slug"],
        NodeType::ChatLink => &["chat_link"],
        NodeType::VideoLink => &["video_link"],
        NodeType::Grant => &["membership"],
    };
    Tables::named("change").and(Tables::all_of(names))
}
