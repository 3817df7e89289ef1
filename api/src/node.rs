//! The interfaces that objects of several concepts share, and their look-up by id.

use std::collections::HashMap;

use async_graphql::{Context, ID, Interface, Object};
use plenary_entity::{
    accomplishment, announcement, chat_link, credit, enums::NodeType, event, event_change, membership, microconference,
    person, reference, room, schedule, series, session, slot, topic, venue, video_link,
};
use uuid::Uuid;

use crate::{
    accomplishment::Accomplishment,
    announcement::Announcement,
    change::Logged,
    credit::{Credit, enums::CreditRole},
    error::{Fault, Result},
    event::{Event, change::EventChange},
    graphql::{
        context::{Read, ReadContext},
        id,
        loader::by_id,
        printed::Many,
    },
    link::{chat::ChatLink, video::VideoLink},
    membership::{Grant, own_grant},
    microconference::Microconference,
    person::Person,
    reference::Reference,
    schedule::{Schedule, slot::Slot},
    series::Series,
    session::Session,
    topic::Topic,
    venue::{Venue, room::Room},
};

/// How many nodes one field looks up at most.
pub const MOST_NODES: usize = 100;

/// A thing with an id that is opaque, typed and for ever.
#[derive(Clone, Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "Its id, opaque and for ever."))]
pub enum Node {
    /// A series.
    Series(Series),
    /// An event.
    Event(Event),
    /// An entry in the history of an event.
    EventChange(EventChange),
    /// A microconference.
    Microconference(Microconference),
    /// A topic.
    Topic(Topic),
    /// An accomplishment.
    Accomplishment(Accomplishment),
    /// A session.
    Session(Session),
    /// A slot.
    Slot(Slot),
    /// A schedule.
    Schedule(Schedule),
    /// A venue.
    Venue(Venue),
    /// A room.
    Room(Room),
    /// A person.
    Person(Person),
    /// A credit.
    Credit(Credit),
    /// A reference.
    Reference(Reference),
    /// An announcement.
    Announcement(Announcement),
    /// A way into a chat.
    ChatLink(ChatLink),
    /// A way into a video call, stream or recording.
    VideoLink(VideoLink),
    /// A role that somebody has.
    Grant(Grant),
}

/// Something that people can be credited for.
#[derive(Interface)]
#[graphql(
    field(name = "id", ty = "ID", desc = "Its id, opaque and for ever."),
    field(
        name = "credits",
        ty = "Result<Many<Credit>>",
        desc = "Who did what for it, in order.",
        arg(name = "roles", ty = "Option<Vec<CreditRole>>", desc = "Only credits with one of these roles.")
    )
)]
pub enum Creditable {
    /// An event.
    Event(Event),
    /// A microconference.
    Microconference(Microconference),
    /// A topic.
    Topic(Topic),
    /// An accomplishment.
    Accomplishment(Accomplishment),
    /// A session.
    Session(Session),
}

/// Something that chat and video links can be for.
#[derive(Interface)]
#[graphql(
    field(name = "id", ty = "ID", desc = "Its id, opaque and for ever."),
    field(name = "chat_links", ty = "Result<Many<ChatLink>>", desc = "The ways into its chats, in order."),
    field(
        name = "video_links",
        ty = "Result<Many<VideoLink>>",
        desc = "The ways into its video calls, streams and recordings, in order."
    )
)]
pub enum LinkSubject {
    /// An event.
    Event(Event),
    /// A microconference.
    Microconference(Microconference),
    /// A session.
    Session(Session),
    /// A room.
    Room(Room),
}

/// The root fields that look things up by id.
#[derive(Default)]
pub struct NodeQuery;

#[Object]
impl NodeQuery {
    /// A thing by its id, or null when there is none that you may see. Something that is no id is an error.
    /// Example: `{ node(id: "event_01h455vb4pex5vsknk084sn02q") { ... on Event { title } } }`.
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id, as an `id` field gave it.")] id: ID,
    ) -> Option<Result<Node>> {
        let wanted = id::decode_any("id", &id);
        if let Err(fault) = ctx.read().count(ctx, 1) {
            return Some(Err(fault));
        }
        load(ctx, vec![Some(wanted)]).await.pop().flatten()
    }

    /// Things by their ids, in the order of `ids`; null for each that you may not see or that is not there.
    /// Something that is no id is an error in its place alone.
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Their ids; 100 at most.")] ids: Vec<ID>,
    ) -> Result<Vec<Option<Result<Node>>>> {
        if ids.len() > MOST_NODES {
            return Err(Fault::bad_input(format!(
                "`ids` has {}, but at most {MOST_NODES} fit one request.",
                ids.len()
            )));
        }
        ctx.read().count(ctx, ids.len())?;
        let wanted = ids.iter().enumerate().map(|(place, id)| Some(id::decode_any(&format!("ids[{place}]"), id)));
        Ok(load(ctx, wanted.collect()).await)
    }
}

/// What is wanted in one place: nothing, a node, or an error that is known before anything is looked up.
pub type Wanted = Option<Result<(NodeType, Uuid)>>;

/// The nodes that are wanted, each in its place.
pub async fn load(ctx: &Context<'_>, wanted: Vec<Wanted>) -> Vec<Option<Result<Node>>> {
    load_with(ctx.read(), wanted).await
}

/// As [`load`], for those who have no context.
pub async fn load_with(read: &Read, wanted: Vec<Wanted>) -> Vec<Option<Result<Node>>> {
    let mut by_type: HashMap<NodeType, Vec<Uuid>> = HashMap::new();
    for (node_type, id) in wanted.iter().flatten().flatten() {
        by_type.entry(*node_type).or_default().push(*id);
    }
    let types =
        by_type.into_iter().map(|(node_type, ids)| async move { (node_type, of_type(read, node_type, ids).await) });
    let mut found: HashMap<NodeType, Result<HashMap<Uuid, Node>>> =
        futures_util::future::join_all(types).await.into_iter().collect();
    let mut nodes = Vec::with_capacity(wanted.len());
    for place in wanted {
        nodes.push(match place {
            None => None,
            Some(Err(fault)) => Some(Err(fault)),
            Some(Ok((node_type, id))) => match found.get_mut(&node_type) {
                Some(Ok(nodes)) => nodes.get(&id).map(|node| Ok(node.clone())),
                Some(Err(fault)) => Some(Err(fault.clone())),
                None => None,
            },
        });
    }
    nodes
}

async fn of_type(read: &Read, node_type: NodeType, ids: Vec<Uuid>) -> Result<HashMap<Uuid, Node>> {
    async fn rows<E>(read: &Read, ids: Vec<Uuid>, node: fn(E::Model) -> Node) -> Result<HashMap<Uuid, Node>>
    where
        E: Logged,
        E::Model: Clone + Send + Sync,
    {
        let found = read.ask_all(ids.into_iter().map(by_id::<E>).collect()).await?;
        Ok(found.into_iter().map(|(asked, row)| (asked.id(), node(row))).collect())
    }
    match node_type {
        NodeType::Series => rows::<series::Entity>(read, ids, |row| Node::Series(row.into())).await,
        NodeType::Event => rows::<event::Entity>(read, ids, |row| Node::Event(row.into())).await,
        NodeType::EventChange => rows::<event_change::Entity>(read, ids, |row| Node::EventChange(row.into())).await,
        NodeType::Microconference => {
            rows::<microconference::Entity>(read, ids, |row| Node::Microconference(row.into())).await
        }
        NodeType::Topic => rows::<topic::Entity>(read, ids, |row| Node::Topic(row.into())).await,
        NodeType::Accomplishment => {
            rows::<accomplishment::Entity>(read, ids, |row| Node::Accomplishment(row.into())).await
        }
        NodeType::Session => rows::<session::Entity>(read, ids, |row| Node::Session(row.into())).await,
        NodeType::Venue => rows::<venue::Entity>(read, ids, |row| Node::Venue(row.into())).await,
        NodeType::Room => rows::<room::Entity>(read, ids, |row| Node::Room(row.into())).await,
        NodeType::Person => rows::<person::Entity>(read, ids, |row| Node::Person(row.into())).await,
        NodeType::Credit => rows::<credit::Entity>(read, ids, |row| Node::Credit(row.into())).await,
        NodeType::Reference => rows::<reference::Entity>(read, ids, |row| Node::Reference(row.into())).await,
        NodeType::Announcement => rows::<announcement::Entity>(read, ids, |row| Node::Announcement(row.into())).await,
        NodeType::ChatLink => rows::<chat_link::Entity>(read, ids, |row| Node::ChatLink(row.into())).await,
        NodeType::VideoLink => rows::<video_link::Entity>(read, ids, |row| Node::VideoLink(row.into())).await,
        NodeType::Grant => {
            let mut found = rows::<membership::Entity>(read, ids.clone(), |row| Node::Grant(row.into())).await?;
            for id in ids {
                if !found.contains_key(&id)
                    && let Some(grant) = own_grant(read, id).await?
                {
                    found.insert(id, Node::Grant(grant.into()));
                }
            }
            Ok(found)
        }
        NodeType::Slot => rows::<slot::Entity>(read, ids, |row| Node::Slot(row.into())).await,
        NodeType::Schedule => rows::<schedule::Entity>(read, ids, |row| Node::Schedule(row.into())).await,
    }
}
