//! A link to a chat. It is for the node that is named, otherwise for the event.

use plenary_entity_derive::Decode;
use sea_orm::entity::prelude::*;

use crate::enums::{ChatProvider, LinkStatus, LinkVisibility};

/// A row of `chat_link`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Decode, serde::Serialize)]
#[sea_orm(table_name = "chat_link")]
#[serde(rename_all = "camelCase")]
pub struct Model {
    /// UUIDv7, made by the server or by the client that creates the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,

    /// The event of its subject, which is the subject where nothing below is named; of a room's
    /// link the edition that it is for, where it is for one only.
    pub event_id: Option<Uuid>,
    /// The microconference that it is for.
    pub microconference_id: Option<Uuid>,
    /// The session that it is for.
    pub session_id: Option<Uuid>,
    /// The room that it is for.
    pub room_id: Option<Uuid>,

    /// The service.
    pub provider: ChatProvider,
    /// What to call it.
    pub label: Option<String>,
    /// The address within the service, such as `#real-time:lpc.events`.
    pub address: Option<String>,
    /// What a browser opens, where it does not follow from the address.
    pub url: Option<String>,
    /// Whether it is in use.
    pub status: LinkStatus,
    /// Whom the address is meant for.
    pub visibility: LinkVisibility,
    /// Where it belongs on a list of its kind, from 0.
    pub position: i32,
    /// Grows by one with every change, from 1.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
