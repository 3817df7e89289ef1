//! The context of an operation: connection, viewer, clock and budget.

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
};

use chrono::{DateTime, Utc};

use super::{
    budget::Budget,
    loader::{BatchKey, Loader},
};
use crate::{
    auth::viewer::{SignedIn, Viewer},
    clock::Clock,
    database::Conn,
    error::Result,
};

/// The context of one request. Cheap to clone.
#[derive(Clone)]
pub struct Read {
    /// The connection for statements.
    pub conn: Conn,
    /// The viewer.
    pub viewer: Viewer,
    /// The time.
    pub clock: Clock,
    budget: Arc<Budget>,
}

impl Read {
    /// The context of a request by `viewer`.
    #[must_use]
    pub const fn new(conn: Conn, viewer: Viewer, clock: Clock, budget: Arc<Budget>) -> Self {
        Self { conn, viewer, clock, budget }
    }

    /// The same context with another connection.
    #[must_use]
    pub fn within(&self, conn: Conn) -> Self {
        Self::new(conn, self.viewer.clone(), self.clock, self.budget.clone())
    }

    /// The signed-in user, for results that depend on their identity and not only on visibility.
    #[must_use]
    pub fn identity(&self) -> Option<&SignedIn> {
        if let Some(recorder) = self.conn.recorder() {
            recorder.note_personal();
        }
        self.viewer.signed_in()
    }

    /// The current time. The result is valid until the first of `instants` that is in the future.
    pub fn now_until(&self, instants: impl IntoIterator<Item = DateTime<Utc>>) -> DateTime<Utc> {
        self.holds_until(self.clock.now(), instants)
    }

    /// The same as [`Self::now_until`], where the current time was asked for before.
    pub fn holds_until(&self, now: DateTime<Utc>, instants: impl IntoIterator<Item = DateTime<Utc>>) -> DateTime<Utc> {
        let next = instants.into_iter().filter(|instant| *instant > now).min();
        if let (Some(recorder), Some(next)) = (self.conn.recorder(), next) {
            recorder.note_until(next);
        }
        now
    }

    /// Counts objects that were looked up for the field at a path.
    ///
    /// # Errors
    ///
    /// When the answer would hold too many.
    pub fn reach(&self, path: &str, objects: usize) -> Result<()> {
        self.budget.reach(path, objects)
    }

    /// Counts objects that the answer holds at the field at a path.
    ///
    /// # Errors
    ///
    /// When the answer would hold too many.
    pub fn count_at(&self, path: &str, objects: usize) -> Result<()> {
        self.budget.count_at(path, objects)
    }

    /// How many bytes the answer has so far.
    #[must_use]
    pub fn printed(&self) -> usize {
        self.budget.bytes()
    }

    /// Notes how many bytes the answer has so far.
    ///
    /// # Errors
    ///
    /// When they are too many.
    pub fn weigh(&self, bytes: usize) -> Result<()> {
        self.budget.weigh(bytes)
    }

    /// Answers a question.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn load<Q: BatchKey>(&self, key: Q) -> Result<Option<Q::Value>> {
        let mut answers = Q::load(&self.loads(), std::slice::from_ref(&key)).await?;
        Ok(answers.remove(&key))
    }

    /// The same as [`Self::load`], for many at once.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn load_all<Q: BatchKey>(&self, keys: Vec<Q>) -> Result<HashMap<Q, Q::Value>> {
        if keys.is_empty() {
            return Ok(HashMap::new());
        }
        Q::load(&self.loads(), &keys).await
    }

    /// The loader for batch keys.
    #[must_use]
    pub fn loads(&self) -> Loader {
        Loader::new(self.conn.clone(), self.viewer.clone())
    }
}

/// The context of an operation from start to end. A mutation may change permissions: from then on, it has the new
/// viewer. Clones share this.
#[derive(Clone)]
pub struct Reads(Arc<Link>);

struct Link {
    read: Read,
    next: OnceLock<Box<Self>>,
}

impl Reads {
    /// The initial context.
    #[must_use]
    pub fn new(read: Read) -> Self {
        Self(Arc::new(Link { read, next: OnceLock::new() }))
    }

    /// The current context.
    #[must_use]
    pub fn latest(&self) -> &Read {
        &self.last().read
    }

    fn last(&self) -> &Link {
        let mut link = &*self.0;
        while let Some(next) = link.next.get() {
            link = next;
        }
        link
    }

    /// From now on it is read as this viewer.
    pub fn follow(&self, viewer: Viewer) {
        let last = self.last();
        let read = Read::new(last.read.conn.clone(), viewer, last.read.clock, last.read.budget.clone());
        // The fields of a mutation run in order, so this never waits.
        let _ = last.next.set(Box::new(Link { read, next: OnceLock::new() }));
    }
}
