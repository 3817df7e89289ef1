//! What a resolver has at hand: the connection, who is asking, the clock, and the loader.

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
};

use async_graphql::{Context, ContextBase, dataloader::DataLoader};
use chrono::{DateTime, Utc};
use futures_util::{FutureExt, future::BoxFuture};

use super::{
    budget::Budget,
    loader::{ById, Loads, Question, Scoped},
    printed::{Many, One},
};
use crate::{
    auth::viewer::{SignedIn, Viewer},
    change::Logged,
    clock::Clock,
    database::Conn,
    error::{Fault, Result},
};

/// What one request reads with. A clone is cheap and reads with the same.
#[derive(Clone)]
pub struct Read {
    /// What statements go through.
    pub conn: Conn,
    /// Who is asking.
    pub viewer: Viewer,
    /// The time.
    pub clock: Clock,
    loader: Arc<DataLoader<Loads>>,
    budget: Arc<Budget>,
}

impl Read {
    /// What a request of `viewer` reads with.
    #[must_use]
    pub fn new(conn: Conn, viewer: Viewer, clock: Clock, budget: Arc<Budget>) -> Self {
        let loads = Loads::new(conn.clone(), viewer.clone());
        let loader = DataLoader::new(loads, Scoped::default(), conn.activity().clone());
        // A number of keys at which a batch would close early makes the statements depend on the rows.
        let loader = Arc::new(loader.max_batch_size(usize::MAX));
        Self { conn, viewer, clock, loader, budget }
    }

    /// What reads the same through another connection.
    #[must_use]
    pub fn within(&self, conn: Conn) -> Self {
        Self::new(conn, self.viewer.clone(), self.clock, self.budget.clone())
    }

    /// Who is signed in, for what depends on who they are, and not only on what they may see.
    #[must_use]
    pub fn who(&self) -> Option<&SignedIn> {
        if let Some(recorder) = self.conn.recorder() {
            recorder.note_personal();
        }
        self.viewer.signed_in()
    }

    /// The time. What is told holds until `turns` say that it becomes another: the first of them that is yet to come.
    pub fn now_until(&self, turns: impl IntoIterator<Item = DateTime<Utc>>) -> DateTime<Utc> {
        let now = self.clock.now();
        let next = turns.into_iter().filter(|turn| *turn > now).min();
        if let (Some(recorder), Some(next)) = (self.conn.recorder(), next) {
            recorder.note_until(next);
        }
        now
    }

    /// Counts objects that the answer holds, at the field that is being resolved.
    ///
    /// # Errors
    ///
    /// When the answer would hold too many.
    pub fn count<T>(&self, ctx: &ContextBase<'_, T>, objects: usize) -> Result<()> {
        self.budget.count(ctx.path_node.as_ref(), objects)
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

    /// Notes how many bytes the answer has so far.
    ///
    /// # Errors
    ///
    /// When they are too many.
    pub fn weigh(&self, bytes: usize) -> Result<()> {
        self.budget.weigh(bytes)
    }

    /// Counts bytes of text that the answer holds.
    ///
    /// # Errors
    ///
    /// When the answer would hold too many.
    pub fn count_bytes(&self, bytes: usize) -> Result<()> {
        self.budget.count_bytes(bytes)
    }

    /// Answers a question together with all that are asked at the same time.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn ask<Q: Question>(&self, question: Q) -> BoxFuture<'_, Result<Option<Q::Answer>>> {
        self.conn.activity().note_question();
        // In a box, the resolvers of an object stay small, whichever of them asks: each field is one, and is moved.
        self.loader.load_one(question).boxed()
    }

    /// As [`Self::ask`], for many at once.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn ask_all<Q: Question>(&self, questions: Vec<Q>) -> BoxFuture<'_, Result<HashMap<Q, Q::Answer>>> {
        self.conn.activity().note_question();
        self.loader.load_many(questions).boxed()
    }

    /// The one thing that is asked for, if there is one that the viewer may see.
    pub async fn one<Q, M, T>(&self, question: Q) -> Option<Result<One<T>>>
    where
        Q: Question<Answer = M>,
        T: From<M>,
    {
        let found = self.ask(question).await.transpose()?;
        Some(found.map(|row| One(T::from(row))))
    }

    /// The one thing that must be there, since what refers to it is: whoever sees that sees it.
    ///
    /// # Errors
    ///
    /// When the database fails, or somebody removed the thing while it was read.
    pub async fn needed<E, T>(&self, question: ById<E>) -> Result<One<T>>
    where
        E: Logged<Model: Send + Sync>,
        T: From<E::Model>,
    {
        let row = self.ask(question.seen()).await?.ok_or_else(Fault::vanished)?;
        Ok(One(T::from(row)))
    }

    /// A list that is asked for, empty where there is nothing to list.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn list<Q, M, T>(&self, question: Q) -> Result<Many<T>>
    where
        Q: Question<Answer = Vec<M>>,
        T: From<M>,
    {
        let rows = self.ask(question).await?.unwrap_or_default();
        Ok(rows.into_iter().map(T::from).collect())
    }
}

/// What an operation reads with, first and last. A mutation may change who may see what: from then on it is read as
/// whom the viewer has become. A clone is the same.
#[derive(Clone)]
pub struct Reads(Arc<Link>);

struct Link {
    read: Read,
    next: OnceLock<Box<Self>>,
}

impl Reads {
    /// What starts with this.
    #[must_use]
    pub fn new(read: Read) -> Self {
        Self(Arc::new(Link { read, next: OnceLock::new() }))
    }

    /// What is read with now.
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
        // The fields of a mutation run one behind the other, so nobody else is here.
        let _ = last.next.set(Box::new(Link { read, next: OnceLock::new() }));
    }
}

/// Gives resolvers what they read with.
pub trait ReadContext {
    /// What the request reads with.
    fn read(&self) -> &Read;
}

impl ReadContext for Context<'_> {
    fn read(&self) -> &Read {
        self.data_unchecked::<Reads>().latest()
    }
}
