//! All nodes, and who may see which, derived from the rows alone and not from the rules of the server.

use std::collections::{BTreeSet, HashMap, HashSet};

use plenary::graphql::id;
use plenary_entity::{
    accomplishment, announcement, availability, change, chat_link, co_location, credit, enums::NodeType, event,
    event_audience, event_change, external_id, membership, microconference, microconference_keyword, person, reference,
    room, schedule, series, session, slot, slug, topic, venue, video_link,
};
use sea_orm::{DatabaseConnection, EntityTrait, QueryOrder};
use serde_json::Value;
use uuid::Uuid;

use super::{DAYS, is_marked, roles::Who};

/// What a public row may keep to itself: a mark there does not hide the row.
pub const KEPT_BACK: [&str; 9] =
    ["address", "after", "before", "body", "embedUrl", "publishedAt", "sourceUrl", "subject", "url"];

/// A row that is a node, whether the public may see it or not.
pub struct Node {
    pub node_type: NodeType,
    pub type_name: String,
    pub key: Uuid,
    pub id: String,
    /// Whether the public does not see it.
    pub hidden: bool,
    pub row: Value,
}

impl Node {
    fn of(node_type: NodeType, key: Uuid, row: Value) -> Self {
        let told = row.as_object().expect("columns").iter().filter(|(name, _)| !KEPT_BACK.contains(&name.as_str()));
        let marked = told.into_iter().any(|(_, value)| is_marked(&value.to_string()));
        let hidden = marked || matches!(node_type, NodeType::Grant | NodeType::Availability);
        Self {
            node_type,
            type_name: format!("{node_type:?}"),
            key,
            id: id::encode(node_type, key).to_string(),
            hidden,
            row,
        }
    }

    fn names(&self, column: &str, keys: &HashSet<Uuid>) -> bool {
        key_in(&self.row[column]).is_some_and(|key| keys.contains(&key))
    }

    /// The columns that no field shows as stored.
    fn shows_nobody(&self, column: &str) -> bool {
        match self.node_type {
            NodeType::Person => column == "subject",
            NodeType::Announcement => {
                self.row["status"] == "RETRACTED" && ["body", "sourceUrl", "publishedAt"].contains(&column)
            }
            NodeType::ChatLink | NodeType::VideoLink => {
                self.row["visibility"] != "PUBLIC" && ["address", "url", "embedUrl"].contains(&column)
            }
            _ => false,
        }
    }
}

fn key_in(value: &Value) -> Option<Uuid> {
    value.as_str().and_then(|text| text.parse().ok())
}

/// All that the database holds, hidden or not.
pub struct Truth {
    pub nodes: Vec<Node>,
    /// Their indexes, by ID.
    places: HashMap<String, usize>,
    pub slugs: Vec<slug::Model>,
    pub external_ids: Vec<(external_id::Model, Uuid)>,
    audiences: Vec<event_audience::Model>,
    keywords: Vec<microconference_keyword::Model>,
    co_locations: Vec<co_location::Model>,
    /// The rows of the log, in order: their numbers and transactions.
    pub log: Vec<(i64, Uuid)>,
}

impl Truth {
    pub async fn of(database: &DatabaseConnection) -> Self {
        let mut nodes = Vec::new();
        macro_rules! read {
            ($($table:ident as $node_type:ident),*) => {$(
                for row in $table::Entity::find().all(database).await.expect("rows") {
                    let columns = serde_json::to_value(&row).expect("a row as JSON");
                    nodes.push(Node::of(NodeType::$node_type, row.id, columns));
                }
            )*};
        }
        read!(
            series as Series,
            event as Event,
            event_change as EventChange,
            microconference as Microconference,
            topic as Topic,
            accomplishment as Accomplishment,
            session as Session,
            slot as Slot,
            schedule as Schedule,
            venue as Venue,
            room as Room,
            person as Person,
            credit as Credit,
            reference as Reference,
            availability as Availability,
            announcement as Announcement,
            chat_link as ChatLink,
            video_link as VideoLink,
            membership as Grant
        );
        let owner_of = |row: external_id::Model| {
            let owners = [row.series_id, row.event_id, row.venue_id, row.room_id, row.person_id];
            let owners = owners.into_iter().chain([row.microconference_id, row.topic_id, row.accomplishment_id]);
            let owner = owners.chain([row.session_id]).flatten().next().expect("an owner");
            (row, owner)
        };
        let external_ids = external_id::Entity::find().all(database).await.expect("external ids");
        Self {
            places: nodes.iter().enumerate().map(|(place, node)| (node.id.clone(), place)).collect(),
            nodes,
            slugs: slug::Entity::find().all(database).await.expect("slugs"),
            external_ids: external_ids.into_iter().map(owner_of).collect(),
            audiences: event_audience::Entity::find().all(database).await.expect("audiences"),
            keywords: microconference_keyword::Entity::find().all(database).await.expect("keywords"),
            co_locations: co_location::Entity::find().all(database).await.expect("agreements"),
            log: change::Entity::find()
                .order_by_asc(change::Column::Seq)
                .all(database)
                .await
                .expect("the log")
                .into_iter()
                .map(|row| (row.seq, row.transaction_id))
                .collect(),
        }
    }

    pub fn of_type<'a>(&'a self, type_name: &'a str) -> impl Iterator<Item = &'a Node> {
        self.nodes.iter().filter(move |node| node.type_name == type_name)
    }

    pub fn by_id(&self, id: &str) -> Option<&Node> {
        self.places.get(id).map(|place| &self.nodes[*place])
    }

    fn by_key(&self, key: Uuid) -> Option<&Node> {
        self.nodes.iter().find(|node| node.key == key)
    }

    /// Whether nothing that the public may see belongs to a series.
    pub fn is_empty_series(&self, series: &Node) -> bool {
        let mut editions = self.of_type("Event").filter(|event| event.row["seriesId"] == series.row["id"]);
        editions.all(|event| event.hidden)
    }

    /// The slugs that an event bears or bore.
    pub fn slugs_of(&self, key: Uuid) -> impl Iterator<Item = &str> {
        self.slugs.iter().filter(move |slug| slug.node_id == key).map(|slug| slug.slug.as_str())
    }
}

/// What a viewer may see and do.
pub struct Visibility {
    pub who: Who,
    /// The events, microconferences and sessions of which they read all drafts.
    events: HashSet<Uuid>,
    microconferences: HashSet<Uuid>,
    sessions: HashSet<Uuid>,
    /// The events and series in which they give and take roles.
    organizes: HashSet<Uuid>,
    /// All that they see.
    pub seen: HashSet<Uuid>,
    /// The ids of what they don't.
    pub unseen: HashSet<String>,
    /// The marked texts that they may be shown, and the days.
    texts: HashSet<String>,
    days: BTreeSet<&'static str>,
}

impl Visibility {
    pub fn of(who: Who, truth: &Truth) -> Self {
        let event = |slug: &str| {
            let found = truth.of_type("Event").find(|node| node.row["slug"] == slug);
            found.unwrap_or_else(|| panic!("no event is called {slug}")).key
        };
        let within = |type_name: &'static str, (of, slug): &(&str, &str)| -> Vec<Uuid> {
            let of = HashSet::from([event(of)]);
            let all = truth.of_type(type_name).filter(|node| node.names("eventId", &of));
            let found: Vec<Uuid> =
                all.filter(|node| *slug == "*" || node.row["slug"] == *slug).map(|node| node.key).collect();
            assert!(!found.is_empty(), "no {type_name} is called {slug}");
            found
        };
        let series = truth.of_type("Series").filter(|node| who.series.iter().any(|slug| node.row["slug"] == *slug));
        let organizes = series.map(|node| node.key).chain(who.organizes.iter().map(|slug| event(slug))).collect();
        let mut sight = Self {
            events: who.drafts_of.iter().map(|slug| event(slug)).collect(),
            microconferences: who.leads.iter().flat_map(|named| within("Microconference", named)).collect(),
            sessions: who.speaks.iter().flat_map(|named| within("Session", named)).collect(),
            organizes,
            seen: HashSet::new(),
            unseen: HashSet::new(),
            texts: HashSet::new(),
            days: BTreeSet::new(),
            who,
        };
        sight.seen = truth.nodes.iter().filter(|node| sight.sees(truth, node)).map(|node| node.key).collect();
        let unseen = truth.nodes.iter().filter(|node| !sight.seen.contains(&node.key));
        sight.unseen = unseen.flat_map(|node| [node.id.clone(), node.key.to_string()]).collect();
        sight.learn(truth);
        sight
    }

    fn sees(&self, truth: &Truth, node: &Node) -> bool {
        if !node.hidden || (self.who.admin && node.node_type != NodeType::Grant) {
            return true;
        }
        let whole = node.names("eventId", &self.events);
        match node.node_type {
            NodeType::Event => self.sees_event(truth, node.key),
            NodeType::EventChange => {
                let other = key_in(&node.row["otherEventId"]);
                whole && other.is_none_or(|other| self.sees_event(truth, other))
            }
            NodeType::Person => {
                let me = self.who.person.is_some_and(|slug| node.row["slug"] == slug);
                let credits: Vec<&Node> =
                    truth.of_type("Credit").filter(|credit| credit.row["personId"] == node.row["id"]).collect();
                let uncredited = credits.is_empty() && self.may_credit();
                me || uncredited || credits.into_iter().any(|credit| self.sees(truth, credit))
            }
            NodeType::Schedule => {
                whole || key_in(&node.row["eventId"]).is_some_and(|event| self.reads_drafts_in(truth, event))
            }
            NodeType::Grant => self.sees_grant(truth, node),
            NodeType::Availability => whole || self.sees_availability(truth, node),
            NodeType::Announcement => whole,
            _ => self.reads_drafts(truth, node),
        }
    }

    fn sees_event(&self, truth: &Truth, key: Uuid) -> bool {
        let public = truth.by_key(key).is_some_and(|event| !event.hidden);
        public || self.who.admin || self.events.contains(&key) || self.reads_drafts_in(truth, key)
    }

    /// Whether they read the drafts of some microconference or session of an event.
    fn reads_drafts_in(&self, truth: &Truth, event: Uuid) -> bool {
        let holds = |type_name, keys: &HashSet<Uuid>| {
            truth.of_type(type_name).any(|node| keys.contains(&node.key) && node.row["eventId"] == event.to_string())
        };
        holds("Microconference", &self.microconferences) || holds("Session", &self.sessions)
    }

    /// Those who may add credits anywhere see people without credits.
    fn may_credit(&self) -> bool {
        !self.events.is_empty() || !self.who.leads.is_empty()
    }

    /// Somebody sees what was granted to them, but for what they don't see yet; those who give and take roles see all.
    fn sees_grant(&self, truth: &Truth, grant: &Node) -> bool {
        let organizes = ["eventId", "seriesId"].into_iter().any(|column| grant.names(column, &self.organizes));
        let there = ["eventId", "microconferenceId"].into_iter().filter_map(|column| key_in(&grant.row[column]));
        let mut there = there.filter_map(|key| truth.by_key(key));
        self.who.admin
            || organizes
            || grant.row["subject"] == self.who.subject && there.all(|node| self.sees(truth, node))
    }

    /// People see their own where they see the event; so do those who lead something that credits the person there.
    fn sees_availability(&self, truth: &Truth, node: &Node) -> bool {
        let Some(person) = key_in(&node.row["personId"]).and_then(|key| truth.by_key(key)) else { return false };
        let me = self.who.person.is_some_and(|slug| person.row["slug"] == slug);
        let there = truth.of_type("Credit").filter(|credit| credit.row["eventId"] == node.row["eventId"]);
        let mut credits = there.filter(|credit| credit.row["personId"] == node.row["personId"]);
        let leads = |credit: &Node| {
            let of = ["topicId", "accomplishmentId", "sessionId"].into_iter();
            let mut of = of.filter_map(|column| truth.by_key(key_in(&credit.row[column])?));
            credit.names("microconferenceId", &self.microconferences)
                || of.any(|of| of.names("microconferenceId", &self.microconferences))
        };
        me && key_in(&node.row["eventId"]).is_some_and(|event| self.sees_event(truth, event)) || credits.any(leads)
    }

    /// Whether they read the drafts of something, or of what it belongs to.
    pub fn reads_drafts(&self, truth: &Truth, node: &Node) -> bool {
        if self.who.admin || node.names("eventId", &self.events) {
            return true;
        }
        match node.node_type {
            NodeType::Event => self.events.contains(&node.key),
            NodeType::Series => self.organizes.contains(&node.key),
            NodeType::Microconference => self.microconferences.contains(&node.key),
            NodeType::Session if self.sessions.contains(&node.key) => true,
            _ => {
                let above = ["topicId", "accomplishmentId", "sessionId"].into_iter();
                let mut above = above.filter_map(|column| truth.by_key(key_in(&node.row[column])?));
                node.names("microconferenceId", &self.microconferences)
                    || above.any(|above| self.reads_drafts(truth, above))
            }
        }
    }

    /// Whether they give and take roles on an event or a series.
    pub fn manages(&self, node: &Node) -> bool {
        self.who.admin || self.organizes.contains(&node.key)
    }

    /// Whether a link is meant for them.
    pub fn opens(&self, truth: &Truth, link: &Node) -> bool {
        let meant_for = link.row["visibility"].as_str().expect("a word");
        if meant_for == "PUBLIC" || self.who.admin {
            return true;
        }
        let events: Vec<Uuid> = self
            .who
            .opens
            .iter()
            .filter(|(_, words)| words.contains(&meant_for))
            .map(|(slug, _)| truth.of_type("Event").find(|node| node.row["slug"] == *slug).expect("an event").key)
            .collect();
        let whole = match key_in(&link.row["eventId"]) {
            Some(event) => events.contains(&event),
            // All rooms of the program with such links are in a venue that all these events use.
            None => !events.is_empty(),
        };
        let session = key_in(&link.row["sessionId"]).and_then(|key| truth.by_key(key));
        let led = [Some(link), session]
            .into_iter()
            .flatten()
            .any(|node| node.names("microconferenceId", &self.microconferences));
        let mine = link.names("sessionId", &self.sessions);
        whole || (led || mine) && meant_for != "ORGANIZERS"
    }

    /// Notes the marked texts in what they see.
    fn learn(&mut self, truth: &Truth) {
        let mut texts = vec![self.who.subject.to_owned()];
        for node in truth.nodes.iter().filter(|node| self.seen.contains(&node.key)) {
            for (_, value) in node.row.as_object().expect("columns").iter().filter(|(name, _)| !node.shows_nobody(name))
            {
                strings_in(value, &mut texts);
            }
        }
        for (row, _) in truth.external_ids.iter().filter(|(_, owner)| self.seen.contains(owner)) {
            texts.extend([Some(row.value.clone()), row.url.clone()].into_iter().flatten());
        }
        texts.extend(truth.audiences.iter().filter(|row| self.seen.contains(&row.event_id)).map(|row| row.tag.clone()));
        let keywords = truth.keywords.iter().filter(|row| self.seen.contains(&row.microconference_id));
        texts.extend(keywords.map(|row| row.keyword.clone()));
        // Who reads drafts reads in the audit log what is only proposed.
        let reads_drafts = self.who.admin || !self.events.is_empty();
        let agreed = truth
            .co_locations
            .iter()
            .filter(|row| reads_drafts || row.status != plenary_entity::enums::CoLocationStatus::Proposed);
        let both = agreed.filter(|row| [row.event_id, row.other_event_id].iter().all(|key| self.seen.contains(key)));
        texts.extend(both.filter_map(|row| row.note.clone()));
        self.days = DAYS.into_iter().filter(|day| texts.iter().any(|text| text.contains(day))).collect();
        self.texts = texts.iter().filter(|text| is_marked(text)).map(|text| plain(text)).collect();
    }

    /// Whether a text may be shown to them.
    pub fn may_read(&self, text: &str) -> bool {
        let day = DAYS.into_iter().any(|day| text.contains(day) && !self.days.contains(day));
        !day && !self.unseen.contains(text) && (!is_marked(text) || self.texts.contains(&plain(text)))
    }

    /// As [`Self::may_read`], for the address of a link that is meant for them.
    pub fn is_address(link: &Node, text: &str) -> bool {
        let of_link = ["address", "url"].into_iter().filter_map(|column| link.row[column].as_str());
        of_link.into_iter().any(|address| plain(address) == plain(text))
    }
}

fn strings_in(value: &Value, texts: &mut Vec<String>) {
    match value {
        Value::String(text) => texts.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| strings_in(item, texts)),
        Value::Object(fields) => fields.values().for_each(|field| strings_in(field, texts)),
        _ => {}
    }
}

/// A text without what the server puts around it: the markup of a paragraph, the schemes of chats.
fn plain(text: &str) -> String {
    let text = text.trim().to_lowercase();
    let text = text.strip_prefix("<p>").and_then(|text| text.strip_suffix("</p>")).unwrap_or(&text);
    let schemes = ["https://matrix.to/#/", "matrix:r/", "ircs://"];
    let text = schemes.into_iter().find_map(|scheme| text.strip_prefix(scheme)).unwrap_or(text);
    text.replace("%23", "").replace('#', "")
}
