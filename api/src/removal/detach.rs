//! Clears references to deleted rows.

use plenary_entity::{enums::EventStatus, event, event_change, facts::EventFacts};
use sea_orm::{ActiveEnum, Set};
use serde_json::{Value as Json, json};

use super::{
    AnyNode,
    plan::{Plan, Referrer},
    store::edit,
};
use crate::{
    change::{Parts, WriteError, Writer},
    error::Fault,
    event::co_location::store as agreements,
};

impl Plan {
    /// Clears the references of rows of one table to deleted rows.
    pub(super) async fn detach(
        &self,
        writer: &Writer<'_>,
        table: &str,
        referrers: Vec<Referrer>,
    ) -> Result<(), WriteError> {
        match table {
            _ if referrers.is_empty() => Ok(()),
            "event" => self.detach_events(writer, &referrers).await,
            "event_change" => self.detach_history(writer, referrers).await,
            _ => AnyNode::clear(writer, table, referrers, &self.deleted_from_parts(table)).await,
        }
    }

    /// Detaches later editions, events that use a venue, and partners. A co-location is deleted with either partner.
    async fn detach_events(&self, writer: &Writer<'_>, referrers: &[Referrer]) -> Result<(), WriteError> {
        let (mut edits, mut hidden) = (Vec::new(), Vec::new());
        for referrer in referrers {
            let AnyNode::Event(row) = &referrer.node else { continue };
            let mut parts = Parts::none();
            for (agreement, other) in self.agreements_with(row.id) {
                let (was, is) = (json!([agreement]), json!([]));
                if agreements::is_public(agreement, [row, other]) {
                    parts = parts.written_elsewhere("coLocations", was, is);
                } else {
                    let parts = Parts::none().written_elsewhere("coLocations", was, is);
                    hidden.push((row, parts, agreements::places(row.id, other.id)));
                }
            }
            edits.push(edit::<event::Entity>(row.clone(), &referrer.references, parts)?);
        }
        writer.update_all(edits, &self.deleted_from_parts("event")).await?;
        writer.update_hidden_parts::<event::Entity>(hidden).await
    }

    /// A history entry about a co-location with a public event becomes text. A draft was never announced.
    async fn detach_history(&self, writer: &Writer<'_>, referrers: Vec<Referrer>) -> Result<(), WriteError> {
        let (mut edits, mut unannounced) = (Vec::new(), Vec::new());
        for Referrer { node, references, .. } in referrers {
            let AnyNode::EventChange(row) = node else { continue };
            let partner = self.event(row.other_event_id);
            if partner.is_some_and(|partner| partner.status == EventStatus::Draft) {
                unannounced.push(row);
                continue;
            }
            let mut edit = edit::<event_change::Entity>(row, &references, Parts::none())?;
            if let Some(partner) = partner {
                edit.change.before = Set(as_text(edit.before.before.clone(), partner)?);
                edit.change.after = Set(as_text(edit.before.after.clone(), partner)?);
            }
            edits.push(edit);
        }
        writer.update_all(edits, &self.deleted_from_parts("event_change")).await?;
        writer.delete_all::<event_change::Entity>(&unannounced).await
    }
}

/// Recorded facts, with a co-location as text: `Spring Meeting: AGREED`.
fn as_text(recorded: Option<Json>, partner: &event::Model) -> Result<Option<Json>, WriteError> {
    let Some(recorded) = recorded else { return Ok(None) };
    let fault = |cause: serde_json::Error| WriteError::Fault(Fault::internal(&cause));
    let mut facts: EventFacts = serde_json::from_value(recorded).map_err(fault)?;
    if let Some(agreement) = facts.co_location.take() {
        let text = format!("{}: {}", partner.title, agreement.status.to_value());
        let texts = [facts.text.take(), Some(text), agreement.note];
        facts.text = Some(texts.into_iter().flatten().collect::<Vec<_>>().join("\n\n"));
    }
    serde_json::to_value(facts).map(Some).map_err(fault)
}
