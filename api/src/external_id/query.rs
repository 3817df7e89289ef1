//! The root field that looks things up by what they are called elsewhere.

use async_graphql::{Context, Enum, Object};
use plenary_entity::enums;

use super::store;
use crate::{
    error::{Fault, Result},
    graphql::{context::ReadContext, printed::Weighed},
    node::{self, MOST_NODES, Node},
};

/// What sort of node it is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "enums::NodeType")]
pub enum NodeType {
    /// A series.
    Series,
    /// An event.
    Event,
    /// An entry in the history of an event.
    EventChange,
    /// A microconference.
    Microconference,
    /// A topic.
    Topic,
    /// An accomplishment.
    Accomplishment,
    /// A session.
    Session,
    /// A slot of a schedule.
    Slot,
    /// A schedule of an event.
    Schedule,
    /// A venue.
    Venue,
    /// A room of a venue.
    Room,
    /// A person.
    Person,
    /// A credit.
    Credit,
    /// A reference.
    Reference,
    /// An announcement.
    Announcement,
    /// A way into a chat.
    ChatLink,
    /// A way into a video call, stream or recording.
    VideoLink,
    /// A role that somebody has.
    Grant,
}

/// The root field that looks things up by what they are called elsewhere.
#[derive(Default)]
pub struct ExternalIdQuery;

#[Object]
impl ExternalIdQuery {
    /// Things by what another system calls them, in the order of `values`; null for each that is not known
    /// here or not for you to see. Series, events, venues, rooms, people, microconferences, topics,
    /// accomplishments and sessions can have such names.
    async fn nodes_by_external_id(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The other system: `indico`.")] system: String,
        #[graphql(name = "type", desc = "What sort of node to look for.")] node_type: NodeType,
        #[graphql(desc = "What they are called there; 100 at most.")] values: Vec<String>,
    ) -> Result<Vec<Option<Result<Weighed<Node>>>>> {
        if values.len() > MOST_NODES {
            return Err(Fault::bad_input(format!(
                "`values` has {}, but at most {MOST_NODES} fit one request.",
                values.len()
            )));
        }
        ctx.read().count(ctx, values.len())?;
        let ids = store::by_value(ctx.read(), &system, node_type.into(), &values).await?;
        let wanted = values.iter().map(|value| ids.get(value).map(|id| Ok((node_type.into(), *id)))).collect();
        Ok(node::weighed(node::load(ctx, wanted).await))
    }
}
