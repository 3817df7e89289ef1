//! A subject of an announcement. Exactly one node is named.

use plenary_entity_derive::Decode;
use sea_orm::entity::prelude::*;

/// A row of `announcement_subject`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Decode, serde::Serialize)]
#[sea_orm(table_name = "announcement_subject")]
#[serde(rename_all = "camelCase")]
pub struct Model {
    /// The announcement.
    #[sea_orm(primary_key, auto_increment = false)]
    pub announcement_id: Uuid,
    /// Position among the subjects, starting at 0.
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i32,
    /// An event.
    pub event_id: Option<Uuid>,
    /// A microconference.
    pub microconference_id: Option<Uuid>,
    /// A topic.
    pub topic_id: Option<Uuid>,
    /// A session.
    pub session_id: Option<Uuid>,
    /// A venue.
    pub venue_id: Option<Uuid>,
    /// A person.
    pub person_id: Option<Uuid>,
}

impl ActiveModelBehavior for ActiveModel {}
