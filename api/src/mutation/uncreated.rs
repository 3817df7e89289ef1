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
    auth::policy::{Location, Permit},
    change::{Logged, preview_of},
    check::{Issue, IssueKind},
};

/// A row of some table, as it would have been created.
type Draft = Arc<dyn Any + Send + Sync>;

/// A slug in its scope: the type of node, the scope, the slug.
type Slug = (String, Uuid, String);

/// Rows that failed fields would have created.
#[derive(Debug, Default)]
pub struct UncreatedRows {
    /// By ID, with the row if known.
    rows: Mutex<HashMap<Uuid, Option<Draft>>>,
    /// The node that would have a slug.
    slugs: Mutex<HashMap<Slug, Uuid>>,
    /// The IDs of those that other fields were validated against. No nodes have these IDs.
    stand_ins: Mutex<HashSet<Uuid>>,
}

impl UncreatedRows {
    /// Whether a failed field was about the node with an ID. If it does not exist, the field would have created it.
    pub fn contains(&self, id: Uuid) -> bool {
        locked(&self.rows).contains_key(&id)
    }

    /// The row that would have been created, if known.
    pub fn row<E: Logged>(&self, id: Uuid) -> Option<E::Model> {
        let draft = locked(&self.rows).get(&id).cloned().flatten()?;
        draft.downcast_ref::<E::Model>().cloned()
    }

    /// Whether fields were validated against an uncreated node.
    pub fn is_stand_in(&self, id: Uuid) -> bool {
        locked(&self.stand_ins).contains(&id)
    }

    /// Whether another node would have the slug in its scope.
    pub fn has_slug(&self, kind: &str, scope: Uuid, slug: &str, own: Uuid) -> bool {
        let bearer = locked(&self.slugs).get(&(kind.to_owned(), scope, slug.to_owned())).copied();
        bearer.is_some_and(|bearer| bearer != own)
    }

    /// Notes what a field failed to create, with the ID that the client chose.
    pub fn note(&self, id: Option<Uuid>, findings: &Findings) {
        locked(&self.stand_ins).extend(locked(&findings.stand_ins).iter());
        if let Some(id) = id {
            // Fields that would have changed it have no row of their own.
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
    /// The row that it would create.
    draft: Mutex<Option<Draft>>,
    /// Its slug and ID.
    slug: Mutex<Option<(Slug, Uuid)>>,
    /// The IDs of the uncreated nodes that it is validated against.
    stand_ins: Mutex<HashSet<Uuid>>,
    /// If its target was not created.
    missing: Mutex<Vec<Issue>>,
}

impl Findings {
    /// Notes the row that the field would create.
    pub fn note_draft<E: Logged>(&self, row: &E::ActiveModel, now: chrono::DateTime<chrono::Utc>) {
        let row = preview_of::<E>(row.clone(), now).map(|row| Arc::new(row) as Draft);
        *locked(&self.draft) = row;
    }

    /// Notes the slug of the node that the field would create.
    pub fn note_slug(&self, kind: &str, scope: Uuid, slug: &str, own: Uuid) {
        *locked(&self.slug) = Some(((kind.to_owned(), scope, slug.to_owned()), own));
    }

    /// Notes that the field is validated against an uncreated node.
    pub fn note_stand_in(&self, id: Uuid) {
        locked(&self.stand_ins).insert(id);
    }

    /// Notes that the target of the field was not created.
    pub fn note_missing(&self, path: &str) {
        let issue = Issue::new(IssueKind::RolledBack, path, NOT_MADE);
        let mut missing = locked(&self.missing);
        if !missing.contains(&issue) {
            missing.push(issue);
        }
    }

    /// Whether an ID is of an uncreated node.
    pub fn is_stand_in(&self, id: Uuid) -> bool {
        locked(&self.stand_ins).contains(&id)
    }

    /// The permit to find errors in a scope that was not created. A target of this field, or its parent from an earlier
    /// field.
    pub fn permit_at(&self, location: &Location, uncreated: &UncreatedRows) -> Option<Permit> {
        let named = [location.series, location.event, location.microconference, location.session];
        let is_stand_in = |id: &Uuid| self.is_stand_in(*id) || uncreated.is_stand_in(*id);
        named.iter().flatten().any(is_stand_in).then(Permit::for_validation)
    }

    /// The permit to find errors in a node that was not created. A viewer who could create it may do anything with it.
    pub fn permit_on(&self, id: Uuid) -> Option<Permit> {
        self.is_stand_in(id).then(Permit::for_validation)
    }

    /// The errors of a field whose target was not created.
    pub fn missing(&self) -> Vec<Issue> {
        locked(&self.missing).clone()
    }
}

/// The error for a node that was not created.
pub const NOT_MADE: &str = "refers to a node that another field of the same operation failed to create";
