//! What a release is made from.

use async_graphql::{ID, InputObject};

/// What to publish. Requires `PUBLISH` on the event.
#[derive(InputObject)]
pub struct PublishScheduleInput {
    /// ID of the event whose draft to publish.
    pub event_id: ID,
    /// Name of the release: one line, 1 to 200 characters.
    pub label: Option<String>,
    /// Release notes: plain text, up to 50,000 characters.
    pub note: Option<String>,
    /// IDs of the only sessions whose changes to publish, up to 500. All others stay as in the latest release. Use it for
    /// corrections while the draft is being edited.
    pub session_ids: Option<Vec<ID>>,
    /// Reason for publishing despite blocking conflicts. Markdown, up to 50,000 characters; kept in the audit log.
    pub override_reason: Option<String>,
    /// The `version` of the draft that you last read. If it has changed since, nothing is published and the error is
    /// `VERSION_CONFLICT`.
    pub expected_draft_version: Option<i32>,
}
