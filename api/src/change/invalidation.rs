//! Cache invalidation: follows the change log, and knows what each change affects.
//!
//! A cached value is stored with its [`Dependencies`] and the head of the log before it was read. It is valid as long
//! as no later row of the log affects its dependencies. No change is reported before it can be read:
//!
//! - A writer follows the log to its commit before it responds.
//! - At a SQLite file every read notices what was written, by whomever, and follows it first.
//! - On PostgreSQL, a server may use its cache for one [lease](lease::LEASE) after it followed the log, and writers
//!   wait for other servers with a lease.
//!
//! If the log can't be followed, the cache may not be used.

use std::{
    collections::HashMap,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering::SeqCst},
    },
    time::{Duration, Instant},
};

use plenary_entity::{change, enums::NodeType};
use sea_orm::{ColumnTrait, DatabaseConnection, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use tokio::sync::{Mutex, watch};
use uuid::Uuid;

use super::lease;
use crate::database::{
    Conn,
    dependencies::{Dependencies, NAMES, Tables},
    watch::Watch,
};

/// How many changes are read at a time.
const PORTION: u64 = 1_000;

/// How far the log was followed, and what it affected. Clones share this.
#[derive(Clone, Debug)]
pub struct Invalidation(Arc<State>);

#[derive(Debug)]
struct State {
    database: DatabaseConnection,
    /// The name of this server in its leases.
    server: Uuid,
    /// Notices writes, where the database is a SQLite file.
    watch: Option<Watch>,
    /// Whether the log is being followed.
    followed: AtomicBool,
    /// Until when it may be used that the log was followed.
    lease: Expiry,
    /// Until when others wait for this server. One at a time renews.
    announced: Mutex<Option<Instant>>,
    /// The last change that was looked at; none before the log was ever followed.
    head: watch::Sender<Option<i64>>,
    /// The last change that all other servers are known to have followed.
    settled: AtomicI64,
    /// The last change that touched each table.
    tables: [AtomicI64; NAMES.len()],
    /// The last change that touched each event.
    events: RwLock<HashMap<Uuid, i64>>,
    /// One at a time reads the log.
    turn: Mutex<()>,
}

/// An instant that can be moved on.
#[derive(Debug)]
struct Expiry {
    origin: Instant,
    /// In milliseconds since `origin`.
    at: AtomicU64,
}

impl Expiry {
    fn never() -> Self {
        Self { origin: Instant::now(), at: AtomicU64::new(u64::MAX) }
    }

    fn is_over(&self) -> bool {
        let at = self.at.load(SeqCst);
        at != u64::MAX && self.origin.elapsed() >= Duration::from_millis(at)
    }

    fn set(&self, at: Instant) {
        let since = at.saturating_duration_since(self.origin).as_millis();
        self.at.store(u64::try_from(since).unwrap_or(0), SeqCst);
    }
}

impl Invalidation {
    /// For a database whose log is not followed yet.
    #[must_use]
    pub fn of(database: DatabaseConnection) -> Self {
        Self(Arc::new(State {
            watch: Watch::of(&database),
            database,
            server: Uuid::now_v7(),
            followed: AtomicBool::new(false),
            lease: Expiry::never(),
            announced: Mutex::default(),
            head: watch::Sender::default(),
            settled: AtomicI64::new(0),
            tables: std::array::from_fn(|_| AtomicI64::new(0)),
            events: RwLock::default(),
            turn: Mutex::default(),
        }))
    }

    fn is_followed(&self) -> bool {
        self.0.followed.load(SeqCst) && !self.0.lease.is_over()
    }

    /// The head of the log, for reads from now on; none while the log is not followed.
    #[must_use]
    pub fn head(&self) -> Option<i64> {
        if self.is_followed() { *self.0.head.borrow() } else { None }
    }

    /// Whether what was read at `head` is still valid.
    #[must_use]
    pub fn is_valid(&self, dependencies: &Dependencies, head: i64) -> bool {
        let state = &*self.0;
        let is_untouched = |last: &AtomicI64| last.load(SeqCst) <= head;
        if !self.is_followed() {
            return false;
        }
        if !dependencies.tables.places().all(|place| state.tables.get(place).is_some_and(is_untouched)) {
            return false;
        }
        let events = state.events.read().unwrap_or_else(PoisonError::into_inner);
        dependencies.events.iter().all(|event| events.get(event).is_none_or(|last| *last <= head))
    }

    /// Waits until the log is followed, up to a change at least.
    pub async fn is_at(&self, seq: i64) {
        let is_there = |head: &Option<i64>| head.is_some_and(|head| head >= seq) && self.is_followed();
        // It ends with the server.
        let _ = self.0.head.subscribe().wait_for(is_there).await;
    }

    /// The log is no longer followed: the cache may not be used until it is.
    pub fn lose(&self) {
        self.0.followed.store(false, SeqCst);
    }

    /// For a SQLite file: follows what was written before the cache is used. If nothing was, this takes microseconds;
    /// if it fails or takes longer than `max_wait`, the cache may not be used.
    pub async fn notice(&self, max_wait: Duration) {
        let state = &*self.0;
        let Some(watch) = state.watch.as_ref().filter(|_| self.is_followed()) else { return };
        if watch.notice().is_none() {
            return;
        }
        let reading = async {
            let _turn = state.turn.lock().await;
            // Whoever was before may have done it.
            let Some(noticed) = watch.notice() else { return Ok(()) };
            self.read_on().await?;
            watch.acknowledge(&noticed);
            Ok::<(), DbErr>(())
        };
        if !matches!(tokio::time::timeout(max_wait, reading).await, Ok(Ok(()))) {
            self.lose();
        }
    }

    /// Follows the log to its end. After that, the cache may be used as long as no unnoticed writes happen.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn follow(&self) -> Result<(), DbErr> {
        let _turn = self.0.turn.lock().await;
        self.read_on().await?;
        self.resume();
        Ok(())
    }

    /// Follows the log to its end. On PostgreSQL this server takes a lease, so that others wait for it, and may use its
    /// cache until the lease expires.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn renew(&self) -> Result<(), DbErr> {
        let (state, conn) = (&*self.0, self.conn());
        if !lease::is_needed(&conn) {
            return self.follow().await;
        }
        let mut announced = state.announced.lock().await;
        if announced.is_none() {
            lease::clean_up(&conn).await?;
        }
        loop {
            let begun = Instant::now();
            let head = {
                let _turn = state.turn.lock().await;
                self.read_on().await?;
                state.head.borrow().unwrap_or(0)
            };
            lease::announce(&conn, state.server, head).await?;
            // If others may not have waited for this server since before it read the log, it must read it again.
            let others_waited = announced.is_some_and(|until| Instant::now() < until);
            let until = begun + lease::LEASE;
            *announced = Some(until);
            if others_waited {
                state.lease.set(until);
                self.resume();
                return Ok(());
            }
        }
    }

    /// Ends the lease of this server, whose cache is not used any more.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn withdraw(&self) -> Result<(), DbErr> {
        self.lose();
        let (mut announced, conn) = (self.0.announced.lock().await, self.conn());
        *announced = None;
        if lease::is_needed(&conn) { lease::withdraw(&conn, self.0.server).await } else { Ok(()) }
    }

    fn resume(&self) {
        if !self.0.followed.swap(true, SeqCst) {
            // Wakes those who wait for it.
            self.0.head.send_modify(|_| {});
        }
    }

    /// Waits until no server responds with a state older than now. If the log can't be followed within `max_wait`, the
    /// cache of this server is disabled until it can.
    pub async fn acknowledge(&self, max_wait: Duration) {
        let seq = match self.catch_up(max_wait).await {
            Ok(()) => self.0.head.borrow().unwrap_or(0),
            Err(cause) => {
                tracing::warn!(%cause, "can't follow the change log");
                // Then it is not known what to wait for, other than for their leases to run out.
                i64::MAX
            }
        };
        lease::wait_for_others(&self.conn(), seq, self.0.server).await;
    }

    /// Waits until no server answers anything up to a change as it was before it.
    pub async fn reach(&self, seq: i64, max_wait: Duration) {
        if self.head().is_some_and(|head| head < seq)
            && let Err(cause) = self.catch_up(max_wait).await
        {
            tracing::warn!(%cause, "can't follow the change log");
        }
        if self.0.settled.load(SeqCst) < seq {
            lease::wait_for_others(&self.conn(), seq, self.0.server).await;
            self.0.settled.fetch_max(seq, SeqCst);
        }
    }

    /// Follows the log to its end if it is followed at all. If that fails or takes too long, the cache is disabled
    /// until it succeeds.
    async fn catch_up(&self, max_wait: Duration) -> Result<(), DbErr> {
        let reading = async {
            let _turn = self.0.turn.lock().await;
            self.read_on().await
        };
        let late = |_| DbErr::Custom("timed out waiting for changes from the database".into());
        let followed = tokio::time::timeout(max_wait, reading).await.map_err(late).flatten();
        followed.inspect_err(|_| self.lose())
    }

    fn conn(&self) -> Conn {
        Conn::pool(&self.0.database)
    }

    async fn read_on(&self) -> Result<(), DbErr> {
        let (state, conn) = (&*self.0, &self.conn());
        let last = *state.head.borrow();
        let Some(mut head) = last else {
            // Nothing was cached before.
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
            // Later reads include these changes.
            state.head.send_replace(Some(head));
        }
    }

    fn touch(&self, seq: i64, node_type: NodeType, event: Option<Uuid>) {
        for place in invalidated_by(node_type).places() {
            if let Some(table) = self.0.tables.get(place) {
                table.fetch_max(seq, SeqCst);
            }
        }
        if let Some(event) = event {
            self.0.events.write().unwrap_or_else(PoisonError::into_inner).insert(event, seq);
        }
    }
}

/// The tables that may differ after a change of a node: its own, those of its parts, and those with rows that refer to
/// it and are deleted with it.
fn invalidated_by(node_type: NodeType) -> Tables {
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
        NodeType::Availability => &["availability"],
        NodeType::Announcement => &["announcement", "announcement_subject", "slug"],
        NodeType::ChatLink => &["chat_link"],
        NodeType::VideoLink => &["video_link"],
        NodeType::Grant => &["membership"],
    };
    Tables::named("change").and(Tables::all_of(names))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lease_runs_out_and_can_be_renewed() {
        let lease = Expiry::never();
        assert!(!lease.is_over());
        lease.set(Instant::now());
        assert!(lease.is_over());
        lease.set(Instant::now() + Duration::from_secs(3_600));
        assert!(!lease.is_over());
    }
}
