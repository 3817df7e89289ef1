//! Selects every field of every node, with every argument.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use plenary::graphql::id;
use plenary_entity::{enums::NodeType, external_id, slug};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    documents::{Arguments, FieldRequest, MOST_ROOT_FIELDS, Side, fits, packed, print, quoted, quoted_list},
    opened,
    schema::{Field, Input, Schema, list, text},
    truth::{KEPT_BACK, Node, Truth, Visibility},
};
use crate::support::{Client, Reply};

/// The words for what the public does not see.
const NEVER_SHOWN: [(&str, &str); 7] = [
    ("AnnouncementStatus", "DRAFT"),
    ("CoLocationStatus", "PROPOSED"),
    ("EventStatus", "DRAFT"),
    ("MicroconferenceStatus", "DECLINED"),
    ("MicroconferenceStatus", "PROPOSED"),
    ("SessionStatus", "DRAFT"),
    ("TopicStatus", "PROPOSED"),
];

/// What leads nowhere: these types have no names in other systems.
const NO_EXTERNAL_IDS: [&str; 10] = [
    "Announcement",
    "Availability",
    "ChatLink",
    "Credit",
    "EventChange",
    "Grant",
    "Reference",
    "Schedule",
    "Slot",
    "VideoLink",
];

/// What the test itself puts into the database, past the log.
const PAST_THE_LOG: [&str; 2] = ["Schedule", "Slot"];

/// What has nothing to show to the public, ever.
const NOT_FOR_THE_PUBLIC: [(&str, &str); 9] = [
    ("Event", "auditLog"),
    ("Event", "draftSchedule"),
    ("Event", "grants"),
    ("Person", "availability"),
    ("Query", "auditLog"),
    ("Query", "viewer"),
    ("Room", "availability"),
    ("Series", "grants"),
    ("Session", "draftSlots"),
];

/// What nothing in the program of this test leads to; `tests/it/mutations/schedules/conflicts.rs` does.
const NOT_IN_THE_PROGRAM: [(&str, &str); 1] = [("ScheduleConflict", "person")];

fn absent(node_type: NodeType) -> String {
    id::encode(node_type, Uuid::now_v7()).to_string()
}

/// The selected fields that returned something.
#[derive(Default)]
pub struct Coverage {
    /// The fields that were selected.
    asked: BTreeSet<(String, String)>,
    /// The fields that had something to show, once at least.
    told: BTreeSet<(String, String)>,
    /// Where fields led to: whose, which, and what was there.
    led_to: BTreeSet<(String, String, String)>,
}

/// The values of fields of public nodes, by node, field and arguments.
pub type Listed = BTreeMap<(String, String, String), String>;

pub struct Walk<'a> {
    client: &'a Client,
    schema: &'a Schema,
    truth: &'a Truth,
    sight: Visibility,
    /// Cursors from which the whole feed of changes can be read, a page each.
    feed: Vec<String>,
    /// What was found, by id, with its type.
    found: BTreeMap<String, String>,
    pub coverage: Coverage,
    pub listed: Listed,
    /// The items of lists filtered by all statuses, by node and type.
    complete: BTreeMap<(String, String), BTreeSet<String>>,
    wrong: BTreeSet<String>,
}

impl<'a> Walk<'a> {
    pub fn of(client: &'a Client, schema: &'a Schema, truth: &'a Truth, sight: Visibility) -> Self {
        for type_name in &schema.get("Node").possible {
            assert!(truth.of_type(type_name).next().is_some(), "this file must read the table of every {type_name}");
        }
        let mut walk = Self {
            client,
            schema,
            truth,
            sight,
            feed: Vec::new(),
            found: BTreeMap::new(),
            coverage: Coverage::default(),
            listed: Listed::new(),
            complete: BTreeMap::new(),
            wrong: BTreeSet::new(),
        };
        if !walk.is_anonymous() {
            // Anonymous viewers start at the root; others also look up everything that they may see.
            let seen = truth.nodes.iter().filter(|node| !walk.hides(node));
            walk.found = seen.map(|node| (node.id.clone(), node.type_name.clone())).collect();
        }
        walk
    }

    /// Finds out where the feed of changes can be read. Those who may credit people saw everybody whom nothing credited
    /// yet, while the program was loaded: for them it starts now.
    pub async fn find_the_feed(&mut self) {
        let data = self.client.query("{ changeCursor }").await;
        let now = data["changeCursor"].as_str().expect("a cursor").to_owned();
        let who = &self.sight.who;
        if !who.admin && (!who.leads.is_empty() || !who.drafts_of.is_empty()) {
            self.feed = vec![now];
            return;
        }
        let start = std::iter::once((0, Uuid::nil()));
        let places = start.chain(self.truth.log.iter().copied().skip(89).step_by(90));
        self.feed = places
            .map(|(seq, transaction_id)| {
                let mut written = super::opened(&now).expect("a cursor that can be read");
                (written[1], written[2]) = (json!(seq), json!(transaction_id));
                URL_SAFE_NO_PAD.encode(written.to_string())
            })
            .collect();
    }

    fn is_anonymous(&self) -> bool {
        self.sight.who.subject.is_empty()
    }

    fn hides(&self, node: &Node) -> bool {
        !self.sight.seen.contains(&node.key)
    }

    /// A grant of theirs on what they don't see is looked up with what it is on.
    fn holds_unseen_grants(&self) -> bool {
        self.truth.of_type("Grant").any(|grant| grant.row["subject"] == self.sight.who.subject && self.hides(grant))
    }

    /// Something that the public does not see.
    fn is_hidden_thing(&self, id: &str) -> bool {
        self.truth.by_id(id).is_some_and(|node| node.hidden)
    }

    /// Every slug leads to what bears or bore it, for those who see that.
    pub async fn by_every_slug(&mut self) {
        let mut asked = Vec::new();
        for slug in &self.truth.slugs {
            let fields = &self.schema.get("Query").fields;
            let Some(field) = fields.iter().find(|field| field.name == slug.kind) else { continue };
            let named = quoted(&slug.slug);
            let given: Vec<String> = if field.arguments.len() == 1 {
                vec![format!("slug:{named}")]
            } else {
                let events = self.truth.slugs_of(slug.scope_id);
                events.map(|event| format!("eventSlug:{},slug:{named}", quoted(event))).collect()
            };
            let seen = self.sight.seen.contains(&slug.node_id);
            let expected = self.truth.nodes.iter().find(|node| seen && node.key == slug.node_id);
            let expected = expected.map(|node| node.id.as_str());
            asked.extend(given.into_iter().map(|given| (format!("{}({given})", field.name), expected)));
        }
        assert!(asked.len() > 40, "only {} slugs", asked.len());
        for asked in asked.chunks(MOST_ROOT_FIELDS) {
            let fields = asked.iter().enumerate().map(|(place, (field, _))| format!("_{place}:{field}{{id}}"));
            let reply = self.client.send(&format!("{{{}}}", fields.collect::<String>()), json!({})).await.json();
            for (place, (field, expected)) in asked.iter().enumerate() {
                let found = reply["data"][format!("_{place}")]["id"].as_str();
                if found != *expected {
                    self.wrong.insert(format!("{field} is {found:?}, and not {expected:?}"));
                }
            }
        }
    }

    /// All root fields are selected once, to start from.
    pub async fn start_at_the_root(&mut self) {
        let fields = self.schema.get("Query").fields.clone();
        let asked = fields.iter().map(|field| self.deep("Query", field)).collect();
        for pack in packed(asked) {
            self.ask_root(&pack).await;
        }
    }

    /// Every field of everything that was found, until nothing new is found.
    pub async fn along_every_field(&mut self) {
        let mut done = HashSet::new();
        loop {
            let mut fresh: BTreeMap<String, Vec<String>> = BTreeMap::new();
            for (id, type_name) in &self.found {
                if done.insert(id.clone()) {
                    fresh.entry(type_name.clone()).or_default().push(id.clone());
                }
            }
            if fresh.is_empty() {
                return;
            }
            for (type_name, ids) in fresh {
                let interfaces = self.schema.get(&type_name).interfaces.clone();
                let mut asked = Vec::new();
                for parent in std::iter::once(&type_name).chain(&interfaces) {
                    asked.extend(self.schema.get(parent).fields.iter().map(|field| self.deep(parent, field)));
                }
                for pack in packed(asked) {
                    for ids in ids.chunks(100) {
                        self.ask_nodes(&pack, ids).await;
                    }
                }
            }
        }
    }

    /// Every field that takes arguments, with everything that can be given.
    pub async fn with_every_argument(&mut self) {
        let types: Vec<String> = self.schema.with_fields().map(|(name, _)| name.clone()).collect();
        for type_name in types {
            let of_nodes = self.schema.is_node(&type_name);
            let mut packs = Vec::new();
            for field in self.schema.get(&type_name).fields.iter().filter(|field| !field.arguments.is_empty()) {
                assert!(
                    of_nodes || type_name == "Query",
                    "{type_name}.{} takes arguments, but this file can't get at it by an id",
                    field.name
                );
                let every = self.arguments_of(&type_name, field).into_iter().enumerate();
                let asked = every.map(|(number, arguments)| FieldRequest {
                    alias: format!("{}_{number}", field.name),
                    parent: type_name.clone(),
                    field: field.clone(),
                    arguments,
                    beneath: self.beneath(field, 0),
                });
                let looks_up = type_name == "Query" && field.arguments.iter().any(|argument| argument.of.required);
                let thorough = self.sight.who.thorough || looks_up;
                let asked = asked.filter(|asked| thorough || self.names_all_statuses(asked));
                // Documents that name hidden nodes are sent alone, so that their cost is visible.
                let (naming_hidden, plain): (Vec<_>, Vec<_>) =
                    asked.partition(|asked| asked.arguments.nothing.is_some());
                packs.extend(packed(plain));
                // So are fields whose errors affect others.
                if type_name == "Query"
                    && (self.is_anonymous() || ["dateClashes", "findClearDates"].contains(&field.name.as_str()))
                {
                    packs.extend(naming_hidden.into_iter().map(|asked| vec![asked]));
                } else {
                    packs.extend(packed(naming_hidden));
                }
            }
            let concrete = self.schema.concrete(&type_name);
            let ids: Vec<String> =
                self.found.iter().filter(|(_, of)| concrete.contains(of)).map(|(id, _)| id.clone()).collect();
            for pack in packs {
                if type_name == "Query" {
                    self.ask_root(&pack).await;
                } else {
                    for ids in ids.chunks(100) {
                        self.ask_nodes(&pack, ids).await;
                    }
                }
            }
        }
    }

    /// A field with as much beneath it as the limits allow, or less to save time.
    fn deep(&self, parent: &str, field: &Field) -> FieldRequest {
        let arguments = self.usual(parent, field);
        let alias = format!("{parent}_{}", field.name);
        let depths: &[i32] = match (self.is_anonymous(), self.sight.who.thorough) {
            (true, _) => &[2, 1, 0],
            (false, true) => &[1, 0],
            (false, false) => &[0],
        };
        let depths = depths.iter().map(|depth| FieldRequest {
            alias: alias.clone(),
            parent: parent.to_owned(),
            field: field.clone(),
            arguments: arguments.clone(),
            beneath: self.beneath(field, *depth),
        });
        let fitting = depths.into_iter().find(fits);
        fitting.unwrap_or_else(|| panic!("{alias} does not fit the limits"))
    }

    /// What to ask of the value of a field, through so many nodes; of those beneath them only the id.
    fn beneath(&self, field: &Field, depth: i32) -> Option<Vec<FieldRequest>> {
        let name = &field.of.name;
        if matches!(field.of.kind.as_str(), "SCALAR" | "ENUM") {
            return None;
        }
        let depth = if self.schema.is_node(name) { depth - 1 } else { depth };
        let plain = |parent: &str, field: &Field| FieldRequest {
            alias: format!("{parent}_{}", field.name),
            parent: parent.to_owned(),
            field: field.clone(),
            arguments: self.usual(parent, field),
            beneath: self.beneath(field, depth),
        };
        if depth < 0 {
            let ids = self.schema.get("Node").fields.iter().filter(|field| field.name == "id");
            return Some(ids.map(|field| plain("Node", field)).collect());
        }
        let mut parents = self.schema.concrete(name);
        if self.schema.get(name).kind == "INTERFACE" {
            parents.push(name.clone());
        }
        let mut asked = Vec::new();
        for parent in &parents {
            asked.extend(self.schema.get(parent).fields.iter().map(|field| plain(parent, field)));
        }
        Some(asked)
    }

    /// What a field is given unless it matters: as little as it takes, of a list as much as it has.
    fn usual(&self, parent: &str, field: &Field) -> Arguments {
        let pages = field.arguments.iter().any(|argument| argument.name == "first");
        let needed = self.required_of(parent, field).into_iter().find(|arguments| arguments.nothing.is_none());
        needed.unwrap_or_else(|| Arguments::plain(if pages { "first:100" } else { "" }))
    }

    async fn ask_root(&mut self, asked: &[FieldRequest]) {
        let named = self.send(&format!("query{}", print(asked, Side::AsNamed)), json!({}), asked).await;
        self.follow(asked, &named.json()["data"], Some("Query"));
        if asked.iter().any(|field| field.arguments.nothing.is_some()) {
            let nothing = self.send(&format!("query{}", print(asked, Side::Nothing)), json!({}), asked).await;
            self.compare(asked, &[], &named, &nothing);
        }
    }

    async fn ask_nodes(&mut self, asked: &[FieldRequest], ids: &[String]) {
        let document = |side| format!("query($ids:[ID!]!){{nodes(ids:$ids){}}}", print(asked, side));
        let named = self.send(&document(Side::AsNamed), json!({ "ids": ids }), asked).await;
        let json = named.json();
        for (id, node) in ids.iter().zip(json["data"]["nodes"].as_array().into_iter().flatten()) {
            if node.is_null() {
                self.wrong.insert(format!("{id} shows somewhere, but `nodes` does not know it"));
            }
            self.follow(asked, node, Some(id));
        }
        if asked.iter().any(|field| field.arguments.nothing.is_some()) {
            let nothing = self.send(&document(Side::Nothing), json!({ "ids": ids }), asked).await;
            self.compare(asked, ids, &named, &nothing);
        }
    }

    /// What is hidden is answered for as what does not exist, and costs as much.
    fn compare(&mut self, asked: &[FieldRequest], ids: &[String], hidden: &Reply, nothing: &Reply) {
        let (one, other) = (hidden.json(), nothing.json());
        if one == other {
            if hidden.statements() != nothing.statements() && !self.holds_unseen_grants() {
                let (one, other) = (hidden.statements(), nothing.statements());
                let document = print(asked, Side::AsNamed);
                self.wrong.insert(format!("{one} statements for what is hidden, {other} for nothing: {document}"));
            }
            return;
        }
        let nodes = |json: &Value| match &json["data"]["nodes"] {
            Value::Array(nodes) if !asked.iter().any(|field| field.parent == "Query") => nodes.clone(),
            _ => vec![json["data"].clone()],
        };
        for (place, (one, other)) in nodes(&one).iter().zip(&nodes(&other)).enumerate() {
            let of_hidden = ids.get(place).is_some_and(|id| self.is_hidden_thing(id));
            for field in asked.iter().filter(|field| one[&field.alias] != other[&field.alias]) {
                let for_some = of_hidden || includes_nonpublic(&field.arguments.text);
                if field.arguments.in_words && for_some && !self.is_anonymous() {
                    continue;
                }
                self.wrong.insert(format!(
                    "{}.{}({}) is not answered as ({}): {} and {}",
                    field.parent,
                    field.field.name,
                    field.arguments.text,
                    field.arguments.nothing.as_deref().unwrap_or_default(),
                    one[&field.alias],
                    other[&field.alias]
                ));
            }
        }
    }

    async fn send(&mut self, document: &str, variables: Value, asked: &[FieldRequest]) -> Reply {
        let reply = self.client.send(document, variables).await;
        let fields = || asked.iter().map(|field| format!("{}.{}", field.parent, field.field.name));
        let about = || fields().collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(", ");
        let json = reply.json();
        assert_eq!(reply.status, 200, "{about}: {json}\n{document}", about = about());
        // What is hidden may be refused, just as what is not there is.
        let refused = |field: &FieldRequest| field.arguments.nothing.is_some();
        if let Some(errors) = json.get("errors").filter(|_| !asked.iter().any(refused)) {
            self.wrong.insert(format!("errors at {}: {errors}", about()));
        }
        for (name, value) in &reply.headers {
            self.examine(&format!("the header {name}"), value.to_str().unwrap_or_default());
        }
        self.examine_all("", &json);
        reply
    }

    fn examine_all(&mut self, path: &str, value: &Value) {
        match value {
            Value::String(text) => self.examine(path, text),
            Value::Array(items) => items.iter().for_each(|item| self.examine_all(path, item)),
            Value::Object(fields) => {
                for (name, value) in fields {
                    self.examine(path, name);
                    self.examine_all(&format!("{path}/{name}"), value);
                }
            }
            _ => {}
        }
    }

    /// Looks into a text, and into it as a cursor.
    fn examine(&mut self, path: &str, text: &str) {
        if let Some(keys) = opened(text) {
            return self.examine_all(&format!("{path} (opened)"), &keys);
        }
        // A sentence about a conflict names sessions, rooms and people by what is quoted in it. An address to join is
        // looked at with its link. The audit log shows what a public thing keeps to itself to those who read the drafts
        // of its event.
        let is_told = path.contains("viewerJoin")
            || path.ends_with("/ScheduleConflict_message") && quoted_in(text).all(|title| self.sight.may_read(title))
            || path.contains("AuditEntry_") && KEPT_BACK.iter().any(|name| path.ends_with(&format!("/{name}")));
        if !self.sight.may_read(text) && !is_told {
            let end: Vec<&str> = path.rsplitn(3, '/').take(2).collect();
            self.wrong.insert(format!("`{text}` at {}", end.into_iter().rev().collect::<Vec<_>>().join("/")));
        }
    }

    /// Notes the content of a response: of a node, of the root, or of an object without an ID.
    fn follow(&mut self, asked: &[FieldRequest], value: &Value, of: Option<&str>) {
        let Some(type_name) = value["__typename"].as_str() else { return };
        // Entries of the audit log have no ids, and are more than a page.
        if self.schema.is_connection(type_name) && type_name != "AuditEntryConnection" {
            self.count(type_name, asked, value);
        }
        let own_id =
            asked.iter().filter(|field| field.field.name == "id").find_map(|field| value[&field.alias].as_str());
        let of = of.or(own_id);
        let node = of.and_then(|id| self.truth.by_id(id));
        if let Some(node) = node {
            self.check(node, asked, value);
        }
        let hidden = node.is_some_and(|node| node.hidden);
        for field in asked {
            let Some(child) = value.get(&field.alias) else { continue };
            let place = (field.parent.clone(), field.field.name.clone());
            self.coverage.asked.insert(place.clone());
            if field.field.name == "id" && self.schema.is_node(type_name) {
                self.found.insert(text(child), type_name.to_owned());
            }
            self.note(field, child, of, hidden);
            let one = std::slice::from_ref(child);
            for child in child.as_array().map_or(one, Vec::as_slice).iter().filter(|child| !child.is_null()) {
                self.coverage.told.insert(place.clone());
                // An agreement is no node. A proposal is shown to who reads drafts, and asks for all statuses.
                let who = &self.sight.who;
                let proposed = who.thorough && (who.admin || !who.drafts_of.is_empty());
                let never = |word| {
                    let shown = (field.field.of.name.as_str(), word);
                    NEVER_SHOWN.contains(&shown) && !(proposed && shown.0 == "CoLocationStatus")
                };
                if let Some(word) = child.as_str().filter(|word| never(word) && !hidden) {
                    self.wrong.insert(format!("{}.{} shows {word}", place.0, place.1));
                }
                if let (Some(beneath), Some(there)) = (&field.beneath, child["__typename"].as_str()) {
                    self.coverage.led_to.insert((place.0.clone(), place.1.clone(), there.to_owned()));
                    self.follow(beneath, child, None);
                }
            }
        }
    }

    /// Notes what lists hold.
    fn note(&mut self, field: &FieldRequest, value: &Value, of: Option<&str>, hidden: bool) {
        let Some(of) = of.filter(|_| !value.is_null()) else { return };
        if !hidden && self.is_for_everybody(field) {
            let key = (of.to_owned(), field.field.name.clone(), field.arguments.text.clone());
            self.listed.insert(key, summary(field, value).to_string());
        }
        if self.names_all_statuses(field) {
            let nodes = field.beneath.iter().flatten().find(|field| field.field.name == "nodes").expect("nodes");
            let ids = list(&summary(nodes, &value[&nodes.alias]), text).into_iter().collect();
            let type_name = field.field.of.name.trim_end_matches("Connection").to_owned();
            self.complete.insert((of.to_owned(), type_name), ids);
        }
    }

    /// Whether what a field of something public holds is the same for everybody: lists that ask for nothing more.
    fn is_for_everybody(&self, asked: &FieldRequest) -> bool {
        let name = asked.field.name.as_str();
        let looked_up = ["nodes", "nodesByExternalId"].contains(&name) && asked.parent == "Query";
        let of = &asked.field.of;
        let is_list = of.list || ["SCALAR", "ENUM"].contains(&of.kind.as_str()) || self.schema.is_connection(&of.name);
        let for_some = name.starts_with("viewer")
            || ["auditLog", "changeCursor", "changes", "draftSlots", "grants"].contains(&name);
        is_list && !looked_up && !for_some && !includes_nonpublic(&asked.arguments.text)
    }

    fn names_all_statuses(&self, asked: &FieldRequest) -> bool {
        let Some(filter) = asked.field.arguments.iter().find(|argument| argument.name == "filter") else {
            return false;
        };
        let inputs = &self.schema.get(&filter.of.name).inputs;
        let Some(statuses) = inputs.iter().find(|input| input.name == "statuses") else { return false };
        let words = self.schema.get(&statuses.of.name).words.join(",");
        asked.arguments.text.ends_with(&format!("filter:{{ statuses:[{words}]}}"))
    }

    /// Fields whose answer follows from who asks.
    fn check(&mut self, node: &Node, asked: &[FieldRequest], value: &Value) {
        let answers = |name: &str| {
            let field = asked.iter().find(|field| field.field.name == name)?;
            Some((field, value.get(&field.alias)?))
        };
        let drafts = self.sight.reads_drafts(self.truth, node);
        let mut right: Vec<(&str, bool)> = Vec::new();
        if let Some((_, can)) = answers("viewerCan") {
            let can = |word: &str| can.as_array().is_some_and(|words| words.iter().any(|can| can == word));
            right.push(("viewerCan READ_DRAFTS", can("READ_DRAFTS") == drafts));
            if matches!(node.node_type, NodeType::Event | NodeType::Series) {
                right.push(("viewerCan MANAGE_ROLES", can("MANAGE_ROLES") == self.sight.manages(node)));
            }
        }
        if let Some((_, grants)) = answers("grants") {
            right.push(("grants", grants.is_null() != self.sight.manages(node)));
        }
        let has_draft = |event: &Value| {
            let mut schedules = self.truth.of_type("Schedule");
            schedules.any(|schedule| schedule.row["release"].is_null() && schedule.row["eventId"] == *event)
        };
        if let Some((_, draft)) = answers("draftSchedule") {
            right.push(("draftSchedule", draft.is_null() != (drafts && has_draft(&node.row["id"]))));
        }
        if let Some((_, draft)) = answers("draftSlots") {
            right.push(("draftSlots", draft.is_null() != drafts));
        }
        if let Some((field, join)) = answers("viewerJoin") {
            let inner = |name: &str| {
                let field = field.beneath.iter().flatten().find(|field| field.field.name == name).expect("a field");
                join[&field.alias].as_str()
            };
            let opens = self.sight.opens(self.truth, node);
            let (state, url) = (inner("state").expect("a state"), inner("url"));
            let refused = ["SIGN_IN_REQUIRED", "NOT_REGISTERED", "NOT_ALLOWED"].contains(&state);
            let is_over = ["ENDED", "NOT_AVAILABLE"].contains(&state);
            right.push(("viewerJoin.state", !(refused && opens) && (refused || opens || is_over)));
            right.push(("viewerJoin.url", url.is_some() == (opens && state == "OPEN")));
            right.push(("the address in viewerJoin", url.is_none_or(|url| Visibility::is_address(node, url))));
        }
        for (what, _) in right.iter().filter(|(_, right)| !right) {
            self.wrong.insert(format!("{what} of {} {}: {value}", node.type_name.clone(), node.row));
        }
    }

    /// A connection counts what it lists, and has no more than one page here.
    fn count(&mut self, type_name: &str, asked: &[FieldRequest], value: &Value) {
        let of = |name: &str| {
            let field = asked.iter().find(|field| field.field.name == name).expect("a field of a connection");
            (field, &value[&field.alias])
        };
        let ((edges_field, edges), (nodes_field, nodes)) = (of("edges"), of("nodes"));
        let (total, (page_field, page)) = (of("totalCount").1, of("pageInfo"));
        let inner = |asked: &FieldRequest, name: &str| {
            let beneath = asked.beneath.iter().flatten();
            beneath.into_iter().find(|field| field.field.name == name).expect("a field").alias.clone()
        };
        let id_of = |of: &FieldRequest, node: &Value| {
            let ids = of.beneath.iter().flatten().filter(|field| field.field.name == "id");
            ids.into_iter().find_map(|field| node.get(&field.alias)).cloned()
        };
        let node_of_edge =
            edges_field.beneath.iter().flatten().find(|field| field.field.name == "node").expect("a node");
        let by_edges = list(edges, |edge| id_of(node_of_edge, &edge[&node_of_edge.alias]));
        let by_nodes = list(nodes, |node| id_of(nodes_field, node));
        let different: HashSet<String> = by_nodes.iter().flatten().map(Value::to_string).collect();
        let more = ["hasNextPage", "hasPreviousPage"].map(|name| page[inner(page_field, name)] == true);
        let agree = by_edges == by_nodes && different.len() == by_nodes.len() && json!(by_nodes.len()) == *total;
        if !agree || more != [false, false] {
            self.wrong.insert(format!("a {type_name} that counts {total} lists {} things", by_nodes.len()));
        }
    }

    // ─── Arguments ──────────────────────────────────────────────────────────────────────────────────────────────────

    /// Everything to give to a field: what it must be given, then with the usual one thing more at a time.
    fn arguments_of(&self, parent: &str, field: &Field) -> Vec<Arguments> {
        let usual = self.usual(parent, field);
        let mut every = self.required_of(parent, field);
        if every.is_empty() {
            every.push(usual.clone());
        }
        for argument in field.arguments.iter().filter(|argument| !argument.of.required) {
            match argument.name.as_str() {
                "first" | "after" | "before" => {}
                "last" => every.push(Arguments::plain("last:100")),
                _ => {
                    let comma = if usual.text.is_empty() { "" } else { "," };
                    let given = |value: &str| format!("{}{comma}{}:{value}", usual.text, argument.name);
                    let values = self.values(parent, argument);
                    every.extend(values.iter().map(|value| value.within(given)));
                }
            }
        }
        every
    }

    /// What a field must be given, where it must be given something.
    fn required_of(&self, parent: &str, field: &Field) -> Vec<Arguments> {
        let required = field.arguments.iter().filter(|argument| argument.of.required);
        let names: Vec<&str> = required.map(|argument| argument.name.as_str()).collect();
        match names.as_slice() {
            [] => Vec::new(),
            ["release"] => vec![Arguments::plain("release:1")],
            ["eventId"] => {
                let one = |node: &Node| {
                    let given = |id: &str| format!("eventId:{}", quoted(id));
                    if self.hides(node) {
                        Arguments::hidden(given(&node.id), given(&absent(node.node_type)))
                    } else {
                        Arguments::plain(given(&node.id))
                    }
                };
                self.truth.of_type("Event").map(one).collect()
            }
            ["after"] => {
                let page = |cursor: &String| Arguments::plain(format!("first:100,after:{}", quoted(cursor)));
                self.feed.iter().map(page).collect()
            }
            ["endsOn", "startsOn"] => {
                let given = |day: &str, last: &str| format!("startsOn:{},endsOn:{}", quoted(day), quoted(last));
                let hidden = Arguments::words(given("2019-03-03", "2019-03-03"), given("1900-01-01", "1900-01-01"));
                vec![Arguments::plain(given("2021-09-20", "2021-09-30")), hidden]
            }
            ["days", "from", "to"] => {
                // It answers with the days that it was given: a hidden one would only be its own echo.
                vec![Arguments::plain("days:5,from:\"2021-09-13\",to:\"2021-10-01\"")]
            }
            ["slug"] => {
                let given = |slug: &str| format!("slug:{}", quoted(slug));
                self.by_slug(&field.name, |slug| vec![given(&slug.slug)], &given("no-such-thing"))
            }
            ["eventSlug", "slug"] => {
                let given = |event: &str, slug: &str| format!("eventSlug:{},slug:{}", quoted(event), quoted(slug));
                let every = |slug: &slug::Model| {
                    self.truth.slugs_of(slug.scope_id).map(|event| given(event, &slug.slug)).collect()
                };
                self.by_slug(&field.name, every, &given("plumbing-2021", "no-such-thing"))
            }
            ["id"] => {
                let one = |node: &Node| {
                    let given = |id: &str| format!("id:{}", quoted(id));
                    if self.hides(node) {
                        Arguments::hidden(given(&node.id), given(&absent(node.node_type)))
                    } else {
                        Arguments::plain(given(&node.id))
                    }
                };
                self.truth.nodes.iter().map(one).collect()
            }
            ["ids"] => {
                let given = |ids: Vec<&str>| format!("ids:{}", quoted_list(ids));
                let mut every = Vec::new();
                for type_name in self.schema.get("Node").possible.iter() {
                    let (hidden, shown): (Vec<_>, Vec<_>) =
                        self.truth.of_type(type_name).partition(|node| self.hides(node));
                    every.push(Arguments::plain(given(shown.iter().map(|node| node.id.as_str()).collect())));
                    let none: Vec<String> = hidden.iter().map(|node| absent(node.node_type)).collect();
                    every.push(Arguments::hidden(
                        given(hidden.iter().map(|node| node.id.as_str()).collect()),
                        given(none.iter().map(String::as_str).collect()),
                    ));
                }
                every
            }
            ["system", "type", "values"] => {
                let (hidden, shown): (Vec<_>, Vec<_>) =
                    self.truth.external_ids.iter().partition(|(_, owner)| !self.sight.seen.contains(owner));
                let values = |rows: Vec<&'a (external_id::Model, Uuid)>| -> Vec<&'a str> {
                    rows.into_iter().map(|(row, _)| row.value.as_str()).collect()
                };
                let (hidden, shown) = (values(hidden), values(shown));
                let none: Vec<String> = (0..hidden.len()).map(|number| format!("no-such-thing-{number}")).collect();
                let mut every = Vec::new();
                for word in &self.schema.get("NodeType").words {
                    let given = |values: &[&str]| {
                        format!("system:\"indico\",type:{word},values:{}", quoted_list(values.iter().copied()))
                    };
                    let none: Vec<&str> = none.iter().map(String::as_str).collect();
                    every.push(Arguments::plain(given(&shown)));
                    every.push(Arguments::hidden(given(&hidden), given(&none)));
                }
                every
            }
            _ => panic!("say in this file what to give to {parent}.{}({})", field.name, names.join(", ")),
        }
    }

    /// All current and former slugs of a type.
    fn by_slug(&self, kind: &str, given: impl Fn(&slug::Model) -> Vec<String>, nothing: &str) -> Vec<Arguments> {
        let mut every = Vec::new();
        for slug in self.truth.slugs.iter().filter(|slug| slug.kind == kind) {
            for arguments in given(slug) {
                every.push(if !self.sight.seen.contains(&slug.node_id) {
                    // A slug of its own each: fields that ask for the same share what is looked up.
                    let nothing = nothing.replace("no-such-thing", &format!("no-such-thing-{}", every.len()));
                    Arguments::hidden(arguments, nothing)
                } else {
                    Arguments::plain(arguments)
                });
            }
        }
        assert!(!every.is_empty(), "nothing bears a slug of the kind `{kind}`");
        every
    }

    /// Everything to give to an argument or a field of an input.
    fn values(&self, owner: &str, input: &Input) -> Vec<Arguments> {
        let in_list = |value: &str| if input.of.list { format!("[{value}]") } else { value.to_owned() };
        let words = |names: &[&str]| -> Vec<Arguments> {
            // As many different words on both sides, or one side would cost less.
            let hidden = names.iter().flat_map(|name| [name.to_lowercase(), name.to_uppercase()]);
            let nothing = (1..).map(|number| quoted(&format!("no such thing {number}")));
            hidden.zip(nothing).map(|(name, nothing)| Arguments::words(quoted(&name), nothing)).collect()
        };
        let plain = |value: &str| Arguments::plain(quoted(value));
        let mut values = match (input.of.kind.as_str(), input.of.name.as_str()) {
            ("ENUM", name) => self.schema.get(name).words.iter().map(Arguments::plain).collect(),
            ("SCALAR", "Boolean") => vec![Arguments::plain("true"), Arguments::plain("false")],
            ("SCALAR", "ID") => self.ids(owner, input),
            ("SCALAR", "Int") if input.name == "release" => ["1", "2", "99"].map(Arguments::plain).to_vec(),
            ("SCALAR", "Int") if input.name == "withinMinutes" => ["0", "90"].map(Arguments::plain).to_vec(),
            ("SCALAR", "Int") if input.name == "first" => ["3"].map(Arguments::plain).to_vec(),
            ("SCALAR", "DateTime") => vec![plain("2021-09-20T08:30:00Z"), plain("2021-09-20T09:30:00Z")],
            ("SCALAR", "TimeZone") => vec![plain("Asia/Tokyo")],
            ("SCALAR", "Date") => {
                vec![plain("2021-09-20"), Arguments::words(quoted("2019-03-03"), quoted("1900-01-01"))]
            }
            ("SCALAR", "String") => match (owner, input.name.as_str()) {
                (_, "titleContains" | "nameContains") => {
                    [words(&["hidden", "Hidden beneath"]), vec![plain("pumps"), plain("")]].concat()
                }
                ("SlotFilter", "uids") => {
                    let hidden = (1..=6).map(|number| (format!("HIDDEN {number}"), format!("no such thing {number}")));
                    let hidden = hidden.map(|(uid, nothing)| Arguments::words(quoted(&uid), quoted(&nothing)));
                    hidden.chain([plain("pumps")]).collect()
                }
                (_, "audience" | "audiences") => [words(&["hidden-audience"]), vec![plain("plumbers")]].concat(),
                ("MicroconferenceFilter", "keyword") => [words(&["hidden-keyword"]), vec![plain("pressure")]].concat(),
                ("EventFilter", "countryCode") => {
                    vec![Arguments::words(quoted("IS"), quoted("AQ")), plain("IE")]
                }
                // The venue of a draft is there for everybody.
                ("VenueFilter", "countryCode") => vec![plain("IS"), plain("IE")],
                (owner, name) => panic!("say in this file what to give to {owner}.{name}"),
            },
            ("INPUT_OBJECT", "DateRange") => {
                let range = |from: &str, to: &str| format!("{{from:{},to:{}}}", quoted(from), quoted(to));
                let days = [("2019-03-03", "1900-01-01"), ("2033-03-03", "1900-01-02")];
                let days =
                    days.map(|(hidden, nothing)| Arguments::words(range(hidden, hidden), range(nothing, nothing)));
                [days.to_vec(), vec![Arguments::plain(range("2018-01-01", "2040-01-01"))]].concat()
            }
            ("INPUT_OBJECT", name) => self.input_objects(name),
            (_, name) => panic!("say in this file what to give to {owner}.{}, a {name}", input.name),
        };
        if input.of.list && input.of.kind == "ENUM" {
            let all = self.schema.get(&input.of.name).words.join(",");
            values.extend([Arguments::plain(all), Arguments::plain("")]);
        }
        values.iter().map(|value| value.within(in_list)).collect()
    }

    fn ids(&self, owner: &str, input: &Input) -> Vec<Arguments> {
        let what = input.name.strip_suffix("Id").map(|name| name[..1].to_uppercase() + &name[1..]);
        let nodes: Vec<&Node> = what.iter().flat_map(|type_name| self.truth.of_type(type_name)).collect();
        assert!(!nodes.is_empty(), "say in this file what to give to {owner}.{}", input.name);
        let one = |node: &&Node| {
            let leads_nowhere = node.node_type == NodeType::Series && self.truth.is_empty_series(node);
            if leads_nowhere {
                // Those who see drafts find what is in it.
                Arguments::words(quoted(&node.id), quoted(&absent(node.node_type)))
            } else if self.hides(node) {
                Arguments::hidden(quoted(&node.id), quoted(&absent(node.node_type)))
            } else {
                Arguments::plain(quoted(&node.id))
            }
        };
        nodes.iter().map(one).collect()
    }

    /// All that must be given in every combination; with it, one at a time, what may be given.
    fn input_objects(&self, name: &str) -> Vec<Arguments> {
        let inputs = &self.schema.get(name).inputs;
        let mut every = vec![Arguments::plain("")];
        for input in inputs.iter().filter(|input| input.of.required) {
            let mut longer = Vec::new();
            for earlier in &every {
                let given = |value: &str| format!("{} {}:{value}", earlier.text, input.name);
                longer.extend(self.values(name, input).iter().map(|value| value.within(given)));
            }
            every = longer;
        }
        let mut with_one_more = Vec::new();
        for input in inputs.iter().filter(|input| !input.of.required) {
            for earlier in &every {
                let given = |value: &str| format!("{} {}:{value}", earlier.text, input.name);
                with_one_more.extend(self.values(name, input).iter().map(|value| value.within(given)));
            }
        }
        // What names all statuses asks for all that there is to see.
        if let Some(statuses) = inputs.iter().find(|input| input.name == "statuses") {
            let all = self.schema.get(&statuses.of.name).words.join(",");
            let given = |fields: &str| format!("{fields} statuses:[{all}]");
            let others = with_one_more.iter().filter(|more| !more.text.contains("statuses"));
            let with_all: Vec<Arguments> = others.map(|more| more.within(given)).collect();
            with_one_more.extend(with_all);
        }
        every.extend(with_one_more);
        every.iter().map(|arguments| arguments.within(|fields| format!("{{{fields}}}"))).collect()
    }

    // ─── The end ────────────────────────────────────────────────────────────────────────────────────────────────────

    /// Lists filtered by all statuses contain everything that a viewer sees.
    fn check_complete_lists(&mut self) {
        for ((of, type_name), found) in std::mem::take(&mut self.complete) {
            let parent = self.truth.by_id(&of);
            let belongs = |node: &Node| match parent.map(|parent| (parent.node_type, &parent.row["id"])) {
                None => true,
                Some((NodeType::Event, id)) => node.row["eventId"] == *id,
                Some((NodeType::Microconference, id)) => node.row["microconferenceId"] == *id,
                Some((NodeType::Person, id)) => {
                    let mut credits = self.truth.of_type("Credit");
                    credits.any(|row| row.row["sessionId"] == node.row["id"] && row.row["personId"] == *id)
                }
                // What is beneath series, venues and topics is found beneath events.
                Some(_) => found.contains(&node.id),
            };
            let expected = self.truth.of_type(&type_name).filter(|node| !self.hides(node) && belongs(node));
            let expected: BTreeSet<String> = expected.map(|node| node.id.clone()).collect();
            for id in expected.symmetric_difference(&found) {
                let what = self.truth.by_id(id).map(|node| node.row.to_string());
                let here = if found.contains(id) { "is" } else { "is not" };
                let of = parent.map_or("the root".into(), |node| node.row["slug"].to_string());
                self.wrong.insert(format!("{here} on the list of every {type_name} of {of}: {what:?}"));
            }
        }
    }

    /// What was wrong; what everybody sees must be as the public sees it.
    pub fn faults(&mut self, public: Option<&Listed>) -> Vec<String> {
        self.check_complete_lists();
        let mut faults: Vec<String> = self.wrong.iter().cloned().collect();
        for node in self.truth.nodes.iter().filter(|node| !self.hides(node) && !self.found.contains_key(&node.id)) {
            faults.push(format!("nothing leads to {} {}", node.type_name.clone(), node.row));
        }
        for (place, expected) in public.into_iter().flatten() {
            let (of, field, arguments) = place;
            let of = self.truth.by_id(of).map_or_else(|| of.clone(), |node| format!("{of} {}", node.row["slug"]));
            match self.listed.get(place) {
                Some(found) if found == expected => {}
                Some(found) => faults.push(format!("{field}({arguments}) of {of} is {found}, and not {expected}")),
                None if !self.sight.who.thorough => {}
                None => faults.push(format!("{field}({arguments}) of {of} has no answer")),
            }
        }
        if self.is_anonymous() {
            let places = NOT_FOR_THE_PUBLIC.map(|(of, field)| (of.to_owned(), field.to_owned()));
            let told = places.iter().filter(|place| self.coverage.told.contains(place));
            faults.extend(told.map(|(of, field)| format!("shown to the public: {of}.{field}")));
        }
        faults.into_iter().map(|fault| format!("{}: {fault}", self.sight.who.subject)).collect()
    }
}

impl Coverage {
    pub fn add(&mut self, other: &Self) {
        self.asked.extend(other.asked.iter().cloned());
        self.told.extend(other.told.iter().cloned());
        self.led_to.extend(other.led_to.iter().cloned());
    }

    /// What was never selected, or never returned.
    pub fn faults(&self, schema: &Schema) -> Vec<String> {
        let mut faults = Vec::new();
        for (name, found) in schema.with_fields() {
            for field in &found.fields {
                let place = (name.clone(), field.name.clone());
                if NOT_IN_THE_PROGRAM.contains(&(name.as_str(), field.name.as_str())) {
                    continue;
                }
                if !self.asked.contains(&place) {
                    faults.push(format!("never asked: {name}.{}", field.name));
                } else if !self.told.contains(&place) {
                    faults.push(format!("has never had anything to show: {name}.{}", field.name));
                }
                if matches!(field.of.kind.as_str(), "SCALAR" | "ENUM") {
                    continue;
                }
                for there in schema.concrete(&field.of.name) {
                    let nowhere = field.name == "nodesByExternalId" && NO_EXTERNAL_IDS.contains(&there.as_str())
                        || name == "Change" && PAST_THE_LOG.contains(&there.as_str());
                    if !nowhere && !self.led_to.contains(&(name.clone(), field.name.clone(), there.clone())) {
                        faults.push(format!("has never led to a {there}: {name}.{}", field.name));
                    }
                }
            }
        }
        faults
    }
}

/// The text in quotation marks in a sentence.
fn quoted_in(sentence: &str) -> impl Iterator<Item = &str> {
    sentence.split('“').skip(1).filter_map(|quoted| quoted.split('”').next())
}

/// A response, of whose nodes only the IDs count.
fn summary(asked: &FieldRequest, value: &Value) -> Value {
    if let Value::Array(items) = value {
        return items.iter().map(|item| summary(asked, item)).collect();
    }
    let Some(beneath) = asked.beneath.as_ref().filter(|_| value.is_object()) else { return value.clone() };
    let told = || beneath.iter().filter_map(|field| Some((field, value.get(&field.alias)?)));
    if let Some((_, id)) = told().find(|(field, _)| field.field.name == "id") {
        return id.clone();
    }
    told().map(|(field, value)| summary(field, value)).collect()
}

/// Whether arguments ask for what the caller may see, beyond what everybody sees.
fn includes_nonpublic(arguments: &str) -> bool {
    arguments.contains("statuses") || arguments.contains("includeUncredited:true")
}
