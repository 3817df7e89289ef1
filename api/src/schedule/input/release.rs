//! What a release is made from.

use async_graphql::{ID, InputObject};

/// Input for `publishSchedule`. Requires `PUBLISH` on the event.
#[derive(InputObject)]
pub struct PublishScheduleInput {
    /// The event whose draft is published.
    pub event_id: ID,
    /// Name of the release: one line of 1 to 200 characters.
    pub label: Option<String>,
    /// What is new in the release: at most 50,000 characters.
    pub note: Option<String>,
    /// Publishes only the changes to these sessions, up to 500. All other sessions stay as in the latest release. For
    /// corrections while the draft is being edited.
    pub session_ids: Option<Vec<ID>>,
    /// Why to publish despite conflicts that block it. Markdown of at most 50,000 characters. The audit log keeps it.
    pub override_reason: Option<String>,
    /// The version of the draft that you read. If the draft has changed since, the result is `VERSION_CONFLICT`.
    pub expected_draft_version: Option<i32>,
}
