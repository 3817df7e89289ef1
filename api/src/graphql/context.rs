//! What a resolver has at hand: the connection, who is asking, the clock, and the loader.

use std::sync::Arc;

use async_graphql::{Context, dataloader::DataLoader};

use super::loader::{Loads, Question, Scoped};
use crate::{
    auth::viewer::Viewer,
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
}

impl Read {
    /// What a request of `viewer` reads with.
    #[must_use]
    pub fn new(conn: Conn, viewer: Viewer, clock: Clock) -> Self {
        let loads = Loads::new(conn.clone(), viewer);
        let loader = DataLoader::new(loads, Scoped::default(), conn.activity().clone());
        // A number of keys at which a batch would close early makes the statements depend on the rows.
        let loader = Arc::new(loader.max_batch_size(usize::MAX));
        Self { conn, viewer, clock, loader }
    }

    /// Answers a question together with all that are asked at the same time.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn ask<Q: Question>(&self, question: Q) -> Result<Option<Q::Answer>> {
        self.conn.activity().note_question();
        self.loader.load_one(question).await
    }

    /// As [`Self::ask`], for many at once.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn ask_all<Q: Question>(&self, questions: Vec<Q>) -> Result<std::collections::HashMap<Q, Q::Answer>> {
        self.conn.activity().note_question();
        self.loader.load_many(questions).await
    }

    /// The one thing that is asked for, if there is one that the viewer may see.
    pub async fn one<Q, M, T>(&self, question: Q) -> Option<Result<T>>
    where
        Q: Question<Answer = M>,
        T: From<M>,
    {
        self.ask(question).await.map(|found| found.map(T::from)).transpose()
    }

    /// The one thing that must be there, since what refers to it is.
    ///
    /// # Errors
    ///
    /// When the database fails, or somebody removed the thing while it was read.
    pub async fn needed<Q, M, T>(&self, question: Q) -> Result<T>
    where
        Q: Question<Answer = M>,
        T: From<M>,
    {
        self.ask(question).await?.map(T::from).ok_or_else(Fault::vanished)
    }

    /// A list that is asked for, empty where there is nothing to list.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn list<Q, M, T>(&self, question: Q) -> Result<Vec<T>>
    where
        Q: Question<Answer = Vec<M>>,
        T: From<M>,
    {
        let rows = self.ask(question).await?.unwrap_or_default();
        Ok(rows.into_iter().map(T::from).collect())
    }
}

/// Gives resolvers what they read with.
pub trait ReadContext {
    /// What the request reads with.
    fn read(&self) -> &Read;
}

impl ReadContext for Context<'_> {
    fn read(&self) -> &Read {
        self.data_unchecked::<Read>()
    }
}
