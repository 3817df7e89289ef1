//! A link to a video call, stream or recording. It is for the node that is named, otherwise for the event.

use plenary_entity_derive::Decode;
use sea_orm::entity::prelude::*;

use crate::enums::{ChatIntegration, LinkStatus, LinkVisibility, VideoProvider, VideoPurpose};

/// A row of `video_link`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Decode, serde::Serialize)]
#[sea_orm(table_name = "video_link")]
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
    pub provider: VideoProvider,
    /// Its description.
    pub purpose: VideoPurpose,
    /// What to call it.
    pub label: Option<String>,
    /// The address.
    pub url: Option<String>,
    /// The address for a frame in a page.
    pub embed_url: Option<String>,
    /// When it opens, where that is not around the slots of its subject.
    pub opens_at: Option<DateTimeUtc>,
    /// When it closes, where that is not around the slots of its subject.
    pub closes_at: Option<DateTimeUtc>,
    /// The chat shown beside or inside it.
    pub chat_id: Option<Uuid>,
    /// How the chat is shown.
    pub chat_integration: ChatIntegration,
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
