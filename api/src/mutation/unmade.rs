//! Rows that failed fields would have created. Later fields that refer to them are validated against these, so that all
//! errors of an operation are found at once.

use std::{
    any::Any,
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex},
};

use uuid::Uuid;

use super::locked;
use crate::{
    auth::policy::{Permit, Place},
    change::{Logged, as_made},
    check::{Issue, IssueKind},
};

/// A row of some table, as it would have been made.
type Draft = Arc<dyn Any + Send + Sync>;

/// A slug in its scope: the type of node, the scope, the slug.
type Slug = (String, Uuid, String);

/// Rows that failed fields would have created.
#[derive(Debug, Default)]
pub struct Unmade {
    /// By ID, with the row if known.
    rows: Mutex<HashMap<Uuid, Option<Draft>>>,
    /// The node that would have a slug.
    slugs: Mutex<HashMap<Slug, Uuid>>,
    /// The ids of those that other fields were checked against. Nothing with these ids is there.
    stand_ins: Mutex<HashSet<Uuid>>,
}

impl Unmade {
    /// Whether a failed field was about the node with an ID. If it does not exist, the field would have created it.
    pub fn contains(&self, id: Uuid) -> bool {
        locked(&self.rows).contains_key(&id)
    }

    /// The row that was to be made, where it is known.
    pub fn row<E: Logged>(&self, id: Uuid) -> Option<E::Model> {
        let draft = locked(&self.rows).get(&id).cloned().flatten()?;
        draft.downcast_ref::<E::Model>().cloned()
    }

    /// Whether fields were checked against something that was not made.
    pub fn is_stand_in(&self, id: Uuid) -> bool {
        locked(&self.stand_ins).contains(&id)
    }

    /// Whether another node would have the slug in its scope.
    pub fn has_slug(&self, kind: &str, scope: Uuid, slug: &str, own: Uuid) -> bool {
        let bearer = locked(&self.slugs).get(&(kind.to_owned(), scope, slug.to_owned())).copied();
        bearer.is_some_and(|bearer| bearer != own)
    }

    /// Notes what a field was to make, with an id that the client chose.
    pub fn note(&self, id: Option<Uuid>, findings: &Findings) {
        locked(&self.stand_ins).extend(locked(&findings.stand_ins).iter());
        if let Some(id) = id {
            // Fields that would have changed it bring no row of their own.
            let mut rows = locked(&self.rows);
            let row = rows.entry(id).or_default();
            *row = row.take().or_else(|| locked(&findings.draft).take());
        }
        if let Some((slug, own)) = locked(&findings.slug).take() {
            locked(&self.slugs).entry(slug).or_insert(own);
        }
    }
}

/// Findings of a field, in addition to its own errors.
#[derive(Debug, Default)]
pub struct Findings {
    /// The row that it is to make.
    draft: Mutex<Option<Draft>>,
    /// The slug of that, and the id.
    slug: Mutex<Option<(Slug, Uuid)>>,
    /// The IDs of the uncreated nodes that it is validated against.
    stand_ins: Mutex<HashSet<Uuid>>,
    /// If its target was not created.
    missing: Mutex<Vec<Issue>>,
}

impl Findings {
    /// Notes the row that the field is to make.
    pub fn note_draft<E: Logged>(&self, row: &E::ActiveModel, now: chrono::DateTime<chrono::Utc>) {
        let row = as_made::<E>(row.clone(), now).map(|row| Arc::new(row) as Draft);
        *locked(&self.draft) = row;
    }

    /// Notes the slug of what the field is to make.
    pub fn note_slug(&self, kind: &str, scope: Uuid, slug: &str, own: Uuid) {
        *locked(&self.slug) = Some(((kind.to_owned(), scope, slug.to_owned()), own));
    }

    /// Notes that the field goes on with the row of something that was not made.
    pub fn note_stand_in(&self, id: Uuid) {
        locked(&self.stand_ins).insert(id);
    }

    /// Notes that the target of the field was not made.
    pub fn note_missing(&self, path: &str) {
        let issue = Issue::new(IssueKind::RolledBack, path, NOT_MADE);
        let mut missing = locked(&self.missing);
        if !missing.contains(&issue) {
            missing.push(issue);
        }
    }

    /// Whether an id is of something that was not made.
    pub fn is_stand_in(&self, id: Uuid) -> bool {
        locked(&self.stand_ins).contains(&id)
    }

    /// The permit to find errors in a scope that was not created. A target of this field, or its parent from an earlier
    /// field.
    pub fn permit_at(&self, place: &Place, unmade: &Unmade) -> Option<Permit> {
        let named = [place.series, place.event, place.microconference, place.session];
        let is_stand_in = |id: &Uuid| self.is_stand_in(*id) || unmade.is_stand_in(*id);
        named.iter().flatten().any(is_stand_in).then(Permit::to_find_mistakes)
    }

    /// The permit to find errors in a node that was not created. A viewer who could create it may do anything with it.
    pub fn permit_on(&self, id: Uuid) -> Option<Permit> {
        self.is_stand_in(id).then(Permit::to_find_mistakes)
    }

    /// The issues about what the field can't do, since its target was not made.
    pub fn missing(&self) -> Vec<Issue> {
        locked(&self.missing).clone()
    }
}

/// The error for a node that was not created.
pub const NOT_MADE: &str = "refers to a node that another field of the same operation failed to create";
