//! What is hidden from the public is absent wherever the public looks.
//!
//! The database holds hidden things among public ones; whatever is hidden says `HIDDEN`. The walk asks for every
//! field of every type that the introspection lists, of everything that it finds, with every filter and order; so a
//! field that is added is walked as well, and must keep to the rules.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use plenary::graphql::id;
use plenary_entity::{
    accomplishment, announcement, chat_link, credit, enums::NodeType, event, event_change, external_id,
    microconference, person, reference, room, schedule, series, session, slot, slug, topic, venue, video_link,
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DatabaseConnection, EntityTrait, IntoActiveModel, QueryFilter, Set,
    entity::prelude::DateTimeUtc,
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Reply, TestApp};

const PROGRAM: &str = include_str!("../fixtures/hidden.toml");

/// What no answer may hold, in whatever case of its letters: the mark of hidden things, and the days that only they
/// know.
const SECRETS: [&str; 4] = ["hidden", "2019-03-03", "2033-03-03", "1999-12-31"];

/// What a public row may keep to itself: a mark there does not hide the row.
const KEPT_BACK: [&str; 7] = ["address", "after", "before", "body", "embedUrl", "sourceUrl", "url"];

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
const NO_EXTERNAL_IDS: [&str; 8] =
    ["Announcement", "ChatLink", "Credit", "EventChange", "Reference", "Schedule", "Slot", "VideoLink"];

/// What has nothing to show to the public, ever.
const NOT_FOR_THE_PUBLIC: [(&str, &str); 2] = [("Event", "draftSchedule"), ("Session", "draftSlots")];

/// Kept under the limits of the server: 16 KiB, 5000 fields, and 20 of the root.
const LONGEST_DOCUMENT: usize = 15 * 1024;
const MOST_FIELDS: usize = 4_500;
const MOST_ROOT_FIELDS: usize = 18;

tests! {
    starting empty;

    async fn nothing_hidden_shows_wherever_one_looks(app: TestApp) {
        fill(&app).await;
        let mut walk = Walk::of(&app).await;
        walk.start_at_the_root().await;
        walk.along_every_field().await;
        walk.with_every_argument().await;
        walk.finish();
    }

    async fn of_a_retracted_announcement_little_is_left(app: TestApp) {
        fill(&app).await;
        let data = app
            .query(
                "{ announcements(filter: { statuses: [RETRACTED] }, first: 100) { edges { cursor node {
                    slug title status body bodyHtml sourceUrl publishedAt followUpExpected
                    subjects { __typename } supersedes { slug } supersededBy { slug }
                } } } }",
            )
            .await;
        let edges = data["announcements"]["edges"].as_array().expect("edges");
        assert_eq!(edges.len(), 1);
        assert_eq!(
            edges[0]["node"],
            json!({
                "slug": "rumour", "title": "A rumour", "status": "RETRACTED", "body": null, "bodyHtml": null,
                "sourceUrl": null, "publishedAt": null, "followUpExpected": false, "subjects": [],
                "supersedes": null, "supersededBy": { "slug": "correction" },
            })
        );
        let replaced = app
            .query(
                "{ event(slug: \"plumbing-2021\") { announcements(first: 100) {
                    nodes { slug supersedes { slug } supersededBy { slug } }
                } } }",
            )
            .await;
        let nodes = replaced["event"]["announcements"]["nodes"].as_array().expect("nodes");
        let of = |slug: &str| nodes.iter().find(|node| node["slug"] == slug).expect("an announcement").clone();
        assert_eq!(of("program-again")["supersededBy"], Value::Null, "what was retracted replaces nothing");
        assert_eq!(of("program")["supersedes"], Value::Null, "a draft was not there to be replaced");
        assert_eq!(of("save-the-date")["supersededBy"], Value::Null, "a draft replaces nothing");
    }

    async fn when_a_retracted_announcement_came_out_does_not_show_in_its_cursor(app: TestApp) {
        fill(&app).await;
        let data = app
            .query("{ announcements(filter: { statuses: [RETRACTED] }, first: 100) { edges { cursor } } }")
            .await;
        let cursor = data["announcements"]["edges"][0]["cursor"].as_str().expect("a cursor");
        let keys = opened(cursor).expect("a cursor that can be read");
        assert!(!keys.to_string().contains("1999-12-31"), "{keys}");
    }

    async fn a_mere_proposal_to_co_locate_is_no_reason_for_a_clash(app: TestApp) {
        fill(&app).await;
        let data = app.query("{ event(slug: \"plumbing-2021\") { clashes { event { slug } reasons } } }").await;
        let reasons = ["SHARED_AUDIENCE", "SAME_VENUE", "SAME_CITY"];
        assert_eq!(data["event"]["clashes"], json!([{ "event": { "slug": "expo-2021" }, "reasons": reasons }]));
    }

    async fn a_link_that_is_not_public_shows_that_it_is_there_and_no_address(app: TestApp) {
        fill(&app).await;
        let data = app
            .query(
                "{ event(slug: \"plumbing-2021\") {
                    chatLinks { visibility address url appUrl }
                    videoLinks { visibility url embedUrl }
                } }",
            )
            .await;
        let mut seen = BTreeSet::new();
        for list in ["chatLinks", "videoLinks"] {
            for link in data["event"][list].as_array().expect("links") {
                let visibility = link["visibility"].as_str().expect("a word");
                seen.insert((list, visibility.to_owned()));
                let addresses = link.as_object().expect("fields").iter().filter(|(name, _)| *name != "visibility");
                for (name, address) in addresses {
                    assert_eq!(address.is_string(), visibility == "PUBLIC", "{name} of {link}");
                }
            }
        }
        assert_eq!(seen.len(), 8, "each list has a link of each visibility, but: {seen:?}");
    }
}

/// Loads the program, and adds what a program document cannot say.
async fn fill(app: &TestApp) {
    app.load(PROGRAM).await;
    let database = &app.database;
    rename(database, "hidden-2019", "hidden-in-2019").await;
    rename(database, "forum-2021", "forum-in-2021").await;

    let mut dublin = one::<venue::Entity>(database, venue::Column::Slug.eq("dublin")).await.into_active_model();
    dublin.latitude = Set(Some(53.35));
    dublin.longitude = Set(Some(-6.26));
    dublin.update(database).await.expect("a place on the map");

    let taps = one::<microconference::Entity>(database, microconference::Column::Slug.eq("taps")).await;
    let mut taps = taps.into_active_model();
    taps.was_accepted = Set(true);
    taps.update(database).await.expect("a microconference that had been accepted");

    let first = [("dinner", "dinner", 9), ("hidden-draft", "HIDDEN 1", 10), ("pumps", "pumps", 11)];
    schedule(database, "plumbing-2021", Some(1), &first).await;
    let second = [("opening", "opening", 9), ("hidden-block", "HIDDEN 2", 10), ("pumps", "pumps", 12)];
    schedule(database, "plumbing-2021", Some(2), &second).await;
    schedule(database, "plumbing-2021", None, &[("opening", "HIDDEN 3", 9), ("hidden-supper", "HIDDEN 4", 19)]).await;
    schedule(database, "hidden-in-2019", Some(1), &[("hidden-opening", "HIDDEN 5", 9)]).await;
}

async fn one<E: EntityTrait>(database: &DatabaseConnection, which: impl sea_orm::sea_query::IntoCondition) -> E::Model
where
    E::Model: Send + Sync,
{
    E::find().filter(which).one(database).await.expect("a database that answers").expect("a row of the program")
}

async fn rename(database: &DatabaseConnection, from: &str, to: &str) {
    let mut event = one::<event::Entity>(database, event::Column::Slug.eq(from)).await.into_active_model();
    event.slug = Set(to.into());
    event.update(database).await.expect("a new slug");
}

/// Makes a release of a schedule, or its draft, with sessions, what their slots are called, and their hours. What stands in the
/// draft or at a hidden event is hidden.
async fn schedule(database: &DatabaseConnection, event: &str, release: Option<i32>, sessions: &[(&str, &str, u32)]) {
    let instant = |text: &str| text.parse::<DateTimeUtc>().expect("an instant");
    let event_id = one::<event::Entity>(database, event::Column::Slug.eq(event)).await.id;
    let hall = one::<room::Entity>(database, room::Column::Slug.eq("hall")).await.id;
    let name = if release.is_none() || is_marked(event) { "HIDDEN" } else { "A release" };
    let made = schedule::ActiveModel {
        id: Set(Uuid::now_v7()),
        event_id: Set(event_id),
        release: Set(release),
        label: Set(Some(name.into())),
        note: Set(Some(name.into())),
        published_at: Set(release.map(|_| instant("2021-08-01T12:00:00Z"))),
        created_at: Set(instant("2021-08-01T12:00:00Z")),
        version: Set(1),
    };
    let made = made.insert(database).await.expect("a schedule");
    for (session, uid, hour) in sessions {
        let slot = slot::ActiveModel {
            id: Set(Uuid::now_v7()),
            event_id: Set(event_id),
            schedule_id: Set(made.id),
            uid: Set((*uid).into()),
            session_id: Set(one::<session::Entity>(database, session::Column::Slug.eq(*session)).await.id),
            room_id: Set(Some(hall)),
            starts_at: Set(instant(&format!("2021-09-20T{hour:02}:00:00Z"))),
            ends_at: Set(instant(&format!("2021-09-20T{:02}:00:00Z", hour + 1))),
            time_zone_override: Set(Some("Asia/Tokyo".into())),
            created_at: Set(instant("2021-08-01T12:00:00Z")),
            version: Set(1),
        };
        slot.insert(database).await.expect("a slot");
    }
}

// ─── What there is ──────────────────────────────────────────────────────────────────────────────────────────────────

/// A row that is a node, whether the public may see it or not.
struct Node {
    node_type: NodeType,
    key: Uuid,
    id: String,
    hidden: bool,
    row: Value,
}

impl Node {
    fn of(node_type: NodeType, key: Uuid, row: Value) -> Self {
        let told = row.as_object().expect("columns").iter().filter(|(name, _)| !KEPT_BACK.contains(&name.as_str()));
        let hidden = told.into_iter().any(|(_, value)| is_marked(&value.to_string()));
        Self { node_type, key, id: id::encode(node_type, key).to_string(), hidden, row }
    }

    fn type_name(&self) -> String {
        format!("{:?}", self.node_type)
    }
}

fn is_marked(text: &str) -> bool {
    text.to_lowercase().contains(SECRETS[0])
}

/// All that the database holds, hidden or not.
struct Truth {
    nodes: Vec<Node>,
    slugs: Vec<slug::Model>,
    external_ids: Vec<external_id::Model>,
}

impl Truth {
    async fn of(database: &DatabaseConnection) -> Self {
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
            announcement as Announcement,
            chat_link as ChatLink,
            video_link as VideoLink
        );
        Self {
            nodes,
            slugs: slug::Entity::find().all(database).await.expect("slugs"),
            external_ids: external_id::Entity::find().all(database).await.expect("external ids"),
        }
    }

    fn of_type<'a>(&'a self, type_name: &'a str) -> impl Iterator<Item = &'a Node> {
        self.nodes.iter().filter(move |node| node.type_name() == type_name)
    }

    fn is_hidden(&self, key: Uuid) -> bool {
        self.nodes.iter().any(|node| node.key == key && node.hidden)
    }

    /// Whether nothing that the public may see belongs to a series.
    fn is_empty_series(&self, series: &Node) -> bool {
        let mut editions = self.of_type("Event").filter(|event| event.row["seriesId"] == series.row["id"]);
        editions.all(|event| event.hidden)
    }

    /// The slugs that an event bears or bore.
    fn slugs_of(&self, key: Uuid) -> impl Iterator<Item = &str> {
        self.slugs.iter().filter(move |slug| slug.node_id == key).map(|slug| slug.slug.as_str())
    }
}

fn absent(node_type: NodeType) -> String {
    id::encode(node_type, Uuid::now_v7()).to_string()
}

// ─── What can be asked ──────────────────────────────────────────────────────────────────────────────────────────────

/// A type as the introspection tells it.
#[derive(Default)]
struct Type {
    kind: String,
    fields: Vec<Field>,
    inputs: Vec<Input>,
    words: Vec<String>,
    possible: Vec<String>,
    interfaces: Vec<String>,
}

#[derive(Clone)]
struct Field {
    name: String,
    arguments: Vec<Input>,
    of: Named,
}

#[derive(Clone)]
struct Input {
    name: String,
    of: Named,
}

/// The type that is left of a reference without its lists.
#[derive(Clone)]
struct Named {
    name: String,
    kind: String,
    required: bool,
    list: bool,
}

struct Schema(HashMap<String, Type>);

fn list<T>(value: &Value, read: impl Fn(&Value) -> T) -> Vec<T> {
    value.as_array().map(|items| items.iter().map(read).collect()).unwrap_or_default()
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

impl Named {
    fn read(mut reference: &Value) -> Self {
        let required = reference["kind"] == "NON_NULL";
        let mut is_list = false;
        while reference["ofType"].is_object() {
            is_list |= reference["kind"] == "LIST";
            reference = &reference["ofType"];
        }
        Self { name: text(&reference["name"]), kind: text(&reference["kind"]), required, list: is_list }
    }
}

impl Input {
    fn read(value: &Value) -> Self {
        Self { name: text(&value["name"]), of: Named::read(&value["type"]) }
    }
}

impl Schema {
    async fn of(app: &TestApp) -> Self {
        let data = app
            .query(
                "{ __schema { types {
                    kind name
                    fields(includeDeprecated: true) { name args { name type { ...T } } type { ...T } }
                    inputFields { name type { ...T } }
                    enumValues(includeDeprecated: true) { name }
                    possibleTypes { name }
                    interfaces { name }
                } } }
                fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }",
            )
            .await;
        let named = |value: &Value| text(&value["name"]);
        let field = |value: &Value| Field {
            name: text(&value["name"]),
            arguments: list(&value["args"], Input::read),
            of: Named::read(&value["type"]),
        };
        let read = |value: &Value| {
            let read = Type {
                kind: text(&value["kind"]),
                fields: list(&value["fields"], field),
                inputs: list(&value["inputFields"], Input::read),
                words: list(&value["enumValues"], named),
                possible: list(&value["possibleTypes"], named),
                interfaces: list(&value["interfaces"], named),
            };
            (text(&value["name"]), read)
        };
        let types = list(&data["__schema"]["types"], read);
        Self(types.into_iter().filter(|(name, _)| !name.starts_with("__")).collect())
    }

    fn get(&self, name: &str) -> &Type {
        self.0.get(name).unwrap_or_else(|| panic!("the schema has no type {name}"))
    }

    /// The object types that something of a type can be.
    fn concrete(&self, name: &str) -> Vec<String> {
        let found = self.get(name);
        if found.kind == "OBJECT" { vec![name.to_owned()] } else { found.possible.clone() }
    }

    fn is_node(&self, name: &str) -> bool {
        let concrete = self.concrete(name);
        concrete.iter().all(|name| self.get(name).interfaces.iter().any(|interface| interface == "Node"))
    }

    fn is_connection(&self, name: &str) -> bool {
        let has = |wanted: &str| self.get(name).fields.iter().any(|field| field.name == wanted);
        has("edges") && has("pageInfo")
    }

    /// The types with fields: objects and interfaces.
    fn with_fields(&self) -> impl Iterator<Item = (&String, &Type)> {
        self.0.iter().filter(|(_, found)| !found.fields.is_empty())
    }
}

/// A field as it is asked for, with what is asked of its value. Its alias tells whose field it is, so that types
/// with fields of one name can stand side by side.
#[derive(Clone)]
struct Asked {
    alias: String,
    parent: String,
    field: Field,
    arguments: Arguments,
    beneath: Option<Vec<Asked>>,
}

/// The arguments of a field; where they name something hidden, with others that name nothing at all in its place.
#[derive(Clone, Default)]
struct Arguments {
    text: String,
    nothing: Option<String>,
}

impl Arguments {
    fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), nothing: None }
    }

    fn hidden(text: impl Into<String>, nothing: impl Into<String>) -> Self {
        Self { text: text.into(), nothing: Some(nothing.into()) }
    }

    /// The same values wrapped into something else.
    fn within(&self, wrap: impl Fn(&str) -> String) -> Self {
        Self { text: wrap(&self.text), nothing: self.nothing.as_deref().map(wrap) }
    }
}

/// Which arguments are sent.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    AsNamed,
    Nothing,
}

fn print(asked: &[Asked], side: Side) -> String {
    let mut by_parent: BTreeMap<&str, String> = BTreeMap::new();
    for field in asked {
        let arguments = match (side, &field.arguments.nothing) {
            (Side::Nothing, Some(nothing)) => nothing,
            _ => &field.arguments.text,
        };
        let fields = by_parent.entry(&field.parent).or_default();
        fields.push_str(&format!(" {}:{}", field.alias, field.field.name));
        if !arguments.is_empty() {
            fields.push_str(&format!("({arguments})"));
        }
        if let Some(beneath) = &field.beneath {
            fields.push_str(&print(beneath, side));
        }
    }
    let fragments: Vec<String> = by_parent.iter().map(|(name, fields)| format!("... on {name}{{{fields} }}")).collect();
    format!("{{__typename {}}}", fragments.join(" "))
}

fn size(asked: &[Asked]) -> usize {
    asked.iter().map(|field| 2 + field.beneath.as_deref().map_or(0, size)).sum()
}

fn fits(asked: &[Asked]) -> bool {
    let longest = print(asked, Side::AsNamed).len().max(print(asked, Side::Nothing).len());
    let of_root = asked.iter().filter(|field| field.parent == "Query").count();
    longest + 200 < LONGEST_DOCUMENT && size(asked) + 10 < MOST_FIELDS && of_root <= MOST_ROOT_FIELDS
}

/// As few documents as hold all the fields.
fn packed(asked: Vec<Asked>) -> Vec<Vec<Asked>> {
    let mut packs: Vec<Vec<Asked>> = Vec::new();
    for field in asked {
        if let Some(last) = packs.last_mut() {
            last.push(field.clone());
            if fits(last) {
                continue;
            }
            last.pop();
        }
        assert!(fits(std::slice::from_ref(&field)), "{} alone is over the limits", field.alias);
        packs.push(vec![field]);
    }
    packs
}

fn quoted(text: &str) -> String {
    json!(text).to_string()
}

fn quoted_list<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    json!(texts.into_iter().collect::<Vec<_>>()).to_string()
}

// ─── The walk ───────────────────────────────────────────────────────────────────────────────────────────────────────

struct Walk<'a> {
    app: &'a TestApp,
    schema: Schema,
    truth: Truth,
    hidden: HashSet<String>,
    /// What was found, by id, with its type.
    found: BTreeMap<String, String>,
    /// The fields that were asked of something.
    asked: BTreeSet<(String, String)>,
    /// The fields that had something to show, once at least.
    told: BTreeSet<(String, String)>,
    /// Where fields led to: whose, which, and what was there.
    led_to: BTreeSet<(String, String, String)>,
    wrong: BTreeSet<String>,
}

impl<'a> Walk<'a> {
    async fn of(app: &'a TestApp) -> Self {
        let schema = Schema::of(app).await;
        let mut truth = Truth::of(&app.database).await;
        // What is in the database may not be in the schema yet.
        let nodes = &schema.get("Node").possible;
        truth.nodes.retain(|node| nodes.contains(&node.type_name()));
        for type_name in nodes {
            assert!(truth.of_type(type_name).next().is_some(), "this file must read the table of every {type_name}");
        }
        let hidden = truth.nodes.iter().filter(|node| node.hidden);
        let hidden = hidden.flat_map(|node| [node.id.clone(), node.key.to_string()]).collect();
        Self {
            app,
            schema,
            truth,
            hidden,
            found: BTreeMap::new(),
            asked: BTreeSet::new(),
            told: BTreeSet::new(),
            led_to: BTreeSet::new(),
            wrong: BTreeSet::new(),
        }
    }

    /// Everything is asked of the root once, so that there is something to go on from.
    async fn start_at_the_root(&mut self) {
        let fields = self.schema.get("Query").fields.clone();
        let asked = fields.iter().map(|field| self.deep("Query", field)).collect();
        for pack in packed(asked) {
            self.ask_root(&pack).await;
        }
    }

    /// Every field of everything that was found, until nothing new is found.
    async fn along_every_field(&mut self) {
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
    async fn with_every_argument(&mut self) {
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
                let asked = every.map(|(number, arguments)| Asked {
                    alias: format!("{}_{number}", field.name),
                    parent: type_name.clone(),
                    field: field.clone(),
                    arguments,
                    beneath: self.beneath(field, 0),
                });
                // What names something hidden goes alone, so that its cost shows.
                let (naming_hidden, plain): (Vec<_>, Vec<_>) =
                    asked.partition(|asked| asked.arguments.nothing.is_some());
                packs.extend(packed(plain));
                if type_name == "Query" {
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

    /// A field with as much beneath it as the limits allow.
    fn deep(&self, parent: &str, field: &Field) -> Asked {
        let arguments = self.usual(parent, field);
        let alias = format!("{parent}_{}", field.name);
        let depths = [2, 1, 0].map(|depth| Asked {
            alias: alias.clone(),
            parent: parent.to_owned(),
            field: field.clone(),
            arguments: arguments.clone(),
            beneath: self.beneath(field, depth),
        });
        let fitting = depths.into_iter().find(|asked| fits(std::slice::from_ref(asked)));
        fitting.unwrap_or_else(|| panic!("{alias} does not fit the limits"))
    }

    /// What to ask of the value of a field, through so many nodes; of those beneath them only the id.
    fn beneath(&self, field: &Field, depth: i32) -> Option<Vec<Asked>> {
        let name = &field.of.name;
        if matches!(field.of.kind.as_str(), "SCALAR" | "ENUM") {
            return None;
        }
        let depth = if self.schema.is_node(name) { depth - 1 } else { depth };
        let plain = |parent: &str, field: &Field| Asked {
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

    async fn ask_root(&mut self, asked: &[Asked]) {
        let named = self.send(&format!("query{}", print(asked, Side::AsNamed)), json!({}), asked).await;
        self.follow(asked, &named.json()["data"]);
        if asked.iter().any(|field| field.arguments.nothing.is_some()) {
            let nothing = self.send(&format!("query{}", print(asked, Side::Nothing)), json!({}), asked).await;
            self.compare(asked, &named, &nothing);
        }
    }

    async fn ask_nodes(&mut self, asked: &[Asked], ids: &[String]) {
        let document = |side| format!("query($ids:[ID!]!){{nodes(ids:$ids){}}}", print(asked, side));
        let named = self.send(&document(Side::AsNamed), json!({ "ids": ids }), asked).await;
        let json = named.json();
        for (id, node) in ids.iter().zip(json["data"]["nodes"].as_array().into_iter().flatten()) {
            if node.is_null() {
                self.wrong.insert(format!("{id} shows somewhere, but `nodes` does not know it"));
            }
            self.follow(asked, node);
        }
        if asked.iter().any(|field| field.arguments.nothing.is_some()) {
            let nothing = self.send(&document(Side::Nothing), json!({ "ids": ids }), asked).await;
            self.compare(asked, &named, &nothing);
        }
    }

    /// What is hidden is answered for as what does not exist, and costs as much.
    fn compare(&mut self, asked: &[Asked], hidden: &Reply, nothing: &Reply) {
        let (one, other) = (hidden.json(), nothing.json());
        if one == other {
            if hidden.statements() != nothing.statements() {
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
        for (one, other) in nodes(&one).iter().zip(&nodes(&other)) {
            for field in asked.iter().filter(|field| one[&field.alias] != other[&field.alias]) {
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

    async fn send(&mut self, document: &str, variables: Value, asked: &[Asked]) -> Reply {
        let reply = self.app.send(document, variables).await;
        let fields = || asked.iter().map(|field| format!("{}.{}", field.parent, field.field.name));
        let about = || fields().collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(", ");
        let json = reply.json();
        assert_eq!(reply.status, 200, "{about}: {json}\n{document}", about = about());
        // What is hidden may be refused, just as what is not there is.
        let refused = |field: &Asked| field.arguments.nothing.is_some();
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
        let lower = text.to_lowercase();
        if SECRETS.iter().any(|secret| lower.contains(secret)) || self.hidden.contains(text) {
            let end: Vec<&str> = path.rsplitn(3, '/').take(2).collect();
            self.wrong.insert(format!("`{text}` at {}", end.into_iter().rev().collect::<Vec<_>>().join("/")));
        }
    }

    /// Notes what an answer holds.
    fn follow(&mut self, asked: &[Asked], value: &Value) {
        let Some(type_name) = value["__typename"].as_str() else { return };
        if self.schema.is_connection(type_name) {
            self.count(type_name, asked, value);
        }
        for field in asked {
            let Some(child) = value.get(&field.alias) else { continue };
            let place = (field.parent.clone(), field.field.name.clone());
            self.asked.insert(place.clone());
            if field.field.name == "id" && self.schema.is_node(type_name) {
                self.found.insert(text(child), type_name.to_owned());
            }
            let one = std::slice::from_ref(child);
            for child in child.as_array().map_or(one, Vec::as_slice).iter().filter(|child| !child.is_null()) {
                self.told.insert(place.clone());
                let never = |word| NEVER_SHOWN.contains(&(field.field.of.name.as_str(), word));
                if let Some(word) = child.as_str().filter(|word| never(word)) {
                    self.wrong.insert(format!("{}.{} shows {word}", place.0, place.1));
                }
                if let (Some(beneath), Some(there)) = (&field.beneath, child["__typename"].as_str()) {
                    self.led_to.insert((place.0.clone(), place.1.clone(), there.to_owned()));
                    self.follow(beneath, child);
                }
            }
        }
    }

    /// A connection counts what it lists, and has no more than one page here.
    fn count(&mut self, type_name: &str, asked: &[Asked], value: &Value) {
        let of = |name: &str| {
            let field = asked.iter().find(|field| field.field.name == name).expect("a field of a connection");
            (field, &value[&field.alias])
        };
        let ((edges_field, edges), (nodes_field, nodes)) = (of("edges"), of("nodes"));
        let (total, (page_field, page)) = (of("totalCount").1, of("pageInfo"));
        let inner = |asked: &Asked, name: &str| {
            let beneath = asked.beneath.iter().flatten();
            beneath.into_iter().find(|field| field.field.name == name).expect("a field").alias.clone()
        };
        let id_of = |of: &Asked, node: &Value| {
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
            ["startsOn", "endsOn"] => {
                let given = |day: &str, last: &str| format!("startsOn:{},endsOn:{}", quoted(day), quoted(last));
                let hidden = Arguments::hidden(given("2019-03-03", "2019-03-03"), given("1900-01-01", "1900-01-01"));
                vec![Arguments::plain(given("2021-09-20", "2021-09-30")), hidden]
            }
            ["slug"] => {
                let given = |slug: &str| format!("slug:{}", quoted(slug));
                self.by_slug(&field.name, |slug| vec![given(&slug.slug)], given("no-such-thing"))
            }
            ["eventSlug", "slug"] => {
                let given = |event: &str, slug: &str| format!("eventSlug:{},slug:{}", quoted(event), quoted(slug));
                let every = |slug: &slug::Model| {
                    self.truth.slugs_of(slug.scope_id).map(|event| given(event, &slug.slug)).collect()
                };
                self.by_slug(&field.name, every, given("plumbing-2021", "no-such-thing"))
            }
            ["id"] => {
                let one = |node: &Node| {
                    let given = |id: &str| format!("id:{}", quoted(id));
                    if node.hidden {
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
                    let (hidden, shown): (Vec<_>, Vec<_>) = self.truth.of_type(type_name).partition(|node| node.hidden);
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
                let (hidden, shown): (Vec<&str>, Vec<&str>) =
                    self.truth.external_ids.iter().map(|row| row.value.as_str()).partition(|value| is_marked(value));
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

    /// Every slug that a kind of thing bears or bore.
    fn by_slug(&self, kind: &str, given: impl Fn(&slug::Model) -> Vec<String>, nothing: String) -> Vec<Arguments> {
        let mut every = Vec::new();
        for slug in self.truth.slugs.iter().filter(|slug| slug.kind == kind) {
            for arguments in given(slug) {
                every.push(if self.truth.is_hidden(slug.node_id) {
                    Arguments::hidden(arguments, nothing.clone())
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
            hidden.zip(nothing).map(|(name, nothing)| Arguments::hidden(quoted(&name), nothing)).collect()
        };
        let plain = |value: &str| Arguments::plain(quoted(value));
        let mut values = match (input.of.kind.as_str(), input.of.name.as_str()) {
            ("ENUM", name) => self.schema.get(name).words.iter().map(Arguments::plain).collect(),
            ("SCALAR", "Boolean") => vec![Arguments::plain("true"), Arguments::plain("false")],
            ("SCALAR", "ID") => self.ids(owner, input),
            ("SCALAR", "Int") if input.name == "release" => ["1", "2", "99"].map(Arguments::plain).to_vec(),
            ("SCALAR", "DateTime") => vec![plain("2021-09-20T08:30:00Z"), plain("2021-09-20T09:30:00Z")],
            ("SCALAR", "TimeZone") => vec![plain("Asia/Tokyo")],
            ("SCALAR", "Date") => {
                vec![plain("2021-09-20"), Arguments::hidden(quoted("2019-03-03"), quoted("1900-01-01"))]
            }
            ("SCALAR", "String") => match (owner, input.name.as_str()) {
                (_, "titleContains" | "nameContains") => {
                    [words(&["hidden", "Hidden beneath"]), vec![plain("pumps"), plain("")]].concat()
                }
                ("SlotFilter", "uids") => {
                    let hidden = (1..=5).map(|number| (format!("HIDDEN {number}"), format!("no such thing {number}")));
                    let hidden = hidden.map(|(uid, nothing)| Arguments::hidden(quoted(&uid), quoted(&nothing)));
                    hidden.chain([plain("pumps")]).collect()
                }
                (_, "audience" | "audiences") => [words(&["hidden-audience"]), vec![plain("plumbers")]].concat(),
                ("MicroconferenceFilter", "keyword") => [words(&["hidden-keyword"]), vec![plain("pressure")]].concat(),
                ("EventFilter", "countryCode") => {
                    vec![Arguments::hidden(quoted("IS"), quoted("AQ")), plain("IE")]
                }
                // The venue of a draft is there for everybody.
                ("VenueFilter", "countryCode") => vec![plain("IS"), plain("IE")],
                (owner, name) => panic!("say in this file what to give to {owner}.{name}"),
            },
            ("INPUT_OBJECT", "DateRange") => {
                let range = |from: &str, to: &str| format!("{{from:{},to:{}}}", quoted(from), quoted(to));
                let days = [("2019-03-03", "1900-01-01"), ("2033-03-03", "1900-01-02")];
                let days =
                    days.map(|(hidden, nothing)| Arguments::hidden(range(hidden, hidden), range(nothing, nothing)));
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
            if node.hidden || leads_nowhere {
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
        every.extend(with_one_more);
        every.iter().map(|arguments| arguments.within(|fields| format!("{{{fields}}}"))).collect()
    }

    // ─── The end ────────────────────────────────────────────────────────────────────────────────────────────────────

    fn finish(self) {
        let mut faults: Vec<String> = self.wrong.iter().cloned().collect();
        let shown = |node: &&Node| !node.hidden;
        for node in self.truth.nodes.iter().filter(shown).filter(|node| !self.found.contains_key(&node.id)) {
            faults.push(format!("nothing leads to what is public: {} {}", node.type_name(), node.row));
        }
        for (name, found) in self.schema.with_fields() {
            for field in &found.fields {
                let place = (name.clone(), field.name.clone());
                if NOT_FOR_THE_PUBLIC.contains(&(name.as_str(), field.name.as_str())) {
                    if self.told.contains(&place) || !self.asked.contains(&place) {
                        faults.push(format!("not asked, or shown to the public: {name}.{}", field.name));
                    }
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
                for there in self.schema.concrete(&field.of.name) {
                    let nowhere = field.name == "nodesByExternalId" && NO_EXTERNAL_IDS.contains(&there.as_str());
                    if !nowhere && !self.led_to.contains(&(name.clone(), field.name.clone(), there.clone())) {
                        faults.push(format!("has never led to a {there}: {name}.{}", field.name));
                    }
                }
            }
        }
        assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    }
}

/// The keys in a cursor.
fn opened(cursor: &str) -> Option<Value> {
    let keys: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    keys.is_array().then_some(keys)
}
