//! The conflicts that stand once all fields of an operation have run.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
};

use uuid::Uuid;

use super::{
    ScheduleConflict,
    store::{Plan, conflicts_in},
};
use crate::{error::Result, graphql::context::Read, schedule::store::SlotsOf};

/// What was found so far, by the draft. A clone is the same.
#[derive(Clone, Default)]
pub struct ConflictCache(Arc<Mutex<HashMap<Uuid, Arc<Vec<ScheduleConflict>>>>>);

/// The conflicts of some slots of a draft. They are looked for when they are asked for, once for all of an operation.
#[derive(Clone)]
pub struct Standing {
    /// The draft.
    pub draft: Uuid,
    /// Its event.
    pub event: Uuid,
    /// The slots.
    pub slots: HashSet<Uuid>,
    /// What was found so far.
    pub cache: ConflictCache,
}

impl Standing {
    /// The conflicts, the worst first, then by time.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn conflicts(&self, read: &Read) -> Result<Vec<ScheduleConflict>> {
        let known = self.cache.get(self.draft);
        let all = match known {
            Some(known) => known,
            None => {
                let slots = read.load(SlotsOf(self.draft)).await?.unwrap_or_default();
                let plan = Plan { id: self.draft, event: self.event, slots };
                let found = conflicts_in(read, vec![plan]).await?.remove(&self.draft).unwrap_or_default();
                self.cache.keep(self.draft, found)
            }
        };
        let is_of_them = |conflict: &&ScheduleConflict| conflict.slots.iter().any(|slot| self.slots.contains(&slot.id));
        Ok(all.iter().filter(is_of_them).cloned().collect())
    }
}

impl ConflictCache {
    fn get(&self, draft: Uuid) -> Option<Arc<Vec<ScheduleConflict>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&draft).cloned()
    }

    fn keep(&self, draft: Uuid, found: Vec<ScheduleConflict>) -> Arc<Vec<ScheduleConflict>> {
        let found = Arc::new(found);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(draft, found.clone());
        found
    }
}
