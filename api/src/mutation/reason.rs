//! The reason for a change, as input.

use async_graphql::{ID, InputObject, MaybeUndefined};
use chrono::{DateTime, Utc};
use plenary_entity::announcement;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::{Field, MutationResult};
use crate::{
    change::Parts,
    check::Checks,
    graphql::scalar::{self, AsWritten},
};

/// Reason and effective time of a change.
#[derive(Clone, Debug, Default, InputObject)]
pub struct ChangeReasonInput {
    /// Reason in Markdown. At most 50,000 characters.
    pub text: Option<String>,
    /// Announcement of the change.
    pub announcement_id: Option<ID>,
    /// When the change took effect. Defaults to now; null means unknown.
    pub occurred_at: MaybeUndefined<AsWritten<scalar::DateTime>>,
}

/// Why something is changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// Why.
    pub text: Option<String>,
    /// Announcement of the change.
    pub announcement_id: Option<Uuid>,
    /// Since when, where that is known.
    pub occurred_at: Option<DateTime<Utc>>,
}

impl ChangeReasonInput {
    /// Checks it. What is wrong with it is noted, by its path in `because`.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn parse(self, field: &Field<'_>, checks: &mut Checks) -> MutationResult<Reason> {
        let announcement = self.announcement_id.as_ref();
        let announcement =
            field.refer_if_any::<announcement::Entity>(checks, "because.announcementId", announcement).await?;
        let occurred_at = match &self.occurred_at {
            MaybeUndefined::Undefined => Some(field.now()),
            MaybeUndefined::Null => None,
            MaybeUndefined::Value(written) => checks.instant("because.occurredAt", written),
        };
        Ok(Reason {
            text: self.text.as_deref().map(|text| checks.markdown("because.text", text)),
            announcement_id: announcement.map(|row| row.id),
            occurred_at,
        })
    }
}

/// Checks a reason that may be left out.
///
/// # Errors
///
/// When the database fails.
pub async fn parse(
    field: &Field<'_>,
    checks: &mut Checks,
    because: Option<ChangeReasonInput>,
) -> MutationResult<Option<Reason>> {
    match because {
        Some(because) => because.parse(field, checks).await.map(Some),
        None => Ok(None),
    }
}

/// The changed parts of a node, with the reason in the log if given.
#[must_use]
pub fn because(parts: Parts, reason: Option<&Reason>) -> Parts {
    match reason {
        Some(reason) => parts.written_elsewhere("because", Json::Null, reason.logged()),
        None => parts,
    }
}

impl Reason {
    fn logged(&self) -> Json {
        json!({ "text": self.text, "announcementId": self.announcement_id, "occurredAt": self.occurred_at })
    }
}
