//! The objects and texts of a response are counted while it is computed.

use std::collections::{BTreeMap, BTreeSet, btree_map::Entry};

use async_graphql::parser::{
    parse_schema,
    types::{BaseType, FieldDefinition, Type, TypeKind, TypeSystemDefinition},
};
use serde_json::{Value, json};

use crate::support::{Client, Reply, TestApp};

const PROGRAM: &str = include_str!("../fixtures/two-of-everything.toml");

/// Arguments that fields need, and some with which they hold more.
const ARGUMENTS: [(&str, &str); 7] = [
    ("Query.changes", "after: \"CURSOR\", first: 2"),
    ("Query.dateClashes", "startsOn: \"2021-09-20\", endsOn: \"2021-09-24\", audiences: [\"twins\"]"),
    ("Query.findClearDates", "days: 2, from: \"2021-09-18\", to: \"2021-09-27\", audiences: [\"twins\"]"),
    ("Query.nodesByExternalId", "system: \"a\", type: EVENT, values: [\"1\", \"2\"]"),
    ("Schedule.changesSince", "release: 1"),
    ("Schedule.next", "at: \"2021-09-20T11:30:00Z\""),
    ("Schedule.now", "at: \"2021-09-20T12:30:00Z\""),
];

/// Types that are no nodes and have lists: how to get there from a node, or from the root.
const PATHS: [(&str, &str, &str); 6] = [
    ("Availability", "Person", "availability(eventId: EVENT)"),
    ("ScheduleDay", "Schedule", "days"),
    ("ScheduleConflict", "Schedule", "conflicts"),
    ("EventFacts", "EventChange", "before"),
    ("Viewer", "Query", "viewer"),
    (
        "ClearDates",
        "Query",
        "findClearDates(days: 5, from: \"2021-09-20\", to: \"2021-09-24\", audiences: [\"twins\"], first: 1)",
    ),
];

/// Lists in the errors of mutations, which no query reaches.
const IN_ERRORS: [&str; 2] = ["InUseError.usedBy", "ScheduleConflictError.conflicts"];

/// Lists of objects that are not counted, since no data is read for them: what is wrong with an input.
const NOT_COUNTED: &str = "errors";

/// A list of objects.
#[derive(Clone)]
struct List {
    owner: String,
    field: String,
    item: String,
    is_page: bool,
    arguments: String,
}

impl List {
    fn name(&self) -> String {
        format!("{}.{}", self.owner, self.field)
    }

    /// What to ask of it, under a name of its own.
    fn selection(&self, alias: &str, schema: &Schema) -> String {
        let of_item = schema.of_item(&self.item);
        let arguments = if self.arguments.is_empty() { String::new() } else { format!("({})", self.arguments) };
        if self.is_page {
            format!("{alias}_page: {}{arguments} {{ {alias}: nodes {{ {of_item} }} }}", self.field)
        } else {
            format!("{alias}: {}{arguments} {{ {of_item} }}", self.field)
        }
    }
}

struct Schema(BTreeMap<String, TypeKind>);

impl Schema {
    fn new() -> Self {
        let definitions = parse_schema(plenary::schema::sdl()).expect("a schema").definitions;
        let types = definitions.into_iter().filter_map(|definition| match definition {
            TypeSystemDefinition::Type(of) => Some((of.node.name.node.to_string(), of.node.kind)),
            _ => None,
        });
        Self(types.collect())
    }

    fn is_object(&self, name: &str) -> bool {
        matches!(self.0.get(name), Some(TypeKind::Object(_) | TypeKind::Interface(_) | TypeKind::Union(_)))
    }

    fn is_node(&self, name: &str) -> bool {
        match self.0.get(name) {
            Some(TypeKind::Object(object)) => object.implements.iter().any(|interface| interface.node == "Node"),
            _ => name == "Node",
        }
    }

    fn of_item(&self, item: &str) -> &'static str {
        match self.0.get(item) {
            Some(TypeKind::Union(_)) => "__typename ... on Node { id }",
            _ if self.is_node(item) => "__typename id",
            _ => "__typename",
        }
    }

    /// Every list of objects; of a page, the field that returns it.
    fn lists(&self, cursor: &str) -> Vec<List> {
        let mut lists = Vec::new();
        for (owner, kind) in &self.0 {
            let TypeKind::Object(object) = kind else { continue };
            let is_part = owner.ends_with("Connection") || owner.ends_with("Payload") || owner == "Mutation";
            if is_part {
                continue;
            }
            for FieldDefinition { name, ty, .. } in object.fields.iter().map(|field| &field.node) {
                let (item, is_list) = base(&ty.node);
                let (item, is_page) = item.strip_suffix("Connection").map_or((item, false), |item| (item, true));
                if !(is_list || is_page) || !self.is_object(item) || name.node == NOT_COUNTED {
                    continue;
                }
                let field = name.node.to_string();
                let given = ARGUMENTS.iter().find(|(of, _)| *of == format!("{owner}.{field}"));
                let given = given.map(|(_, arguments)| arguments.replace("CURSOR", cursor));
                let arguments = given.unwrap_or_else(|| if is_page { "first: 2".into() } else { String::new() });
                lists.push(List { owner: owner.clone(), field, item: item.to_owned(), is_page, arguments });
            }
        }
        lists
    }
}

fn base(of: &Type) -> (&str, bool) {
    match &of.base {
        BaseType::Named(name) => (name, false),
        BaseType::List(items) => (base(items).0, true),
    }
}

/// How many items the lists of a name hold, wherever they are.
fn held(value: &Value, name: &str) -> usize {
    match value {
        Value::Array(items) => items.iter().map(|item| held(item, name)).sum(),
        Value::Object(fields) => fields
            .iter()
            .map(|(key, value)| match value {
                Value::Array(items) if key == name => items.len(),
                value => held(value, name),
            })
            .sum(),
        _ => 0,
    }
}

/// The nodes in an answer, with their types.
fn nodes(value: &Value, found: &mut BTreeMap<String, String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| nodes(item, found)),
        Value::Object(fields) => {
            if let (Some(id), Some(of)) =
                (fields.get("id").and_then(Value::as_str), fields.get("__typename").and_then(Value::as_str))
            {
                found.insert(id.to_owned(), of.to_owned());
            }
            fields.values().for_each(|value| nodes(value, found));
        }
        _ => {}
    }
}

/// The place of a list: the text before and after it in a document.
type Place = (String, String);

/// Where a list of an owner can be selected: at the root, or on a node.
fn place(owner: &str, id: Option<(&str, &str)>, event: &Value) -> Option<Place> {
    if owner == "Query" {
        return Some((String::new(), String::new()));
    }
    let (start, path) = match PATHS.iter().find(|(of, ..)| *of == owner) {
        Some((_, "Query", path)) => return Some((format!("{path} {{"), "}".into())),
        Some((_, start, path)) => (*start, format!("{} {{", path.replace("EVENT", &event.to_string()))),
        None => (owner, String::new()),
    };
    let (id, of) = id?;
    let close = if path.is_empty() { "} }" } else { "} } }" };
    (of == start).then(|| (format!("node(id: \"{id}\") {{ ... on {start} {{ {path}"), close.into()))
}

/// Every list with a place where it holds two or more, and the names of those that have none.
async fn places(
    client: &Client,
    schema: &Schema,
    lists: &[List],
    event: &Value,
) -> (Vec<(List, Place)>, BTreeSet<String>) {
    let mut waiting: BTreeMap<String, String> = BTreeMap::new();
    let mut done: BTreeSet<String> = BTreeSet::new();
    let mut found: BTreeMap<String, (List, Place)> = BTreeMap::new();
    let mut id: Option<(String, String)> = None;
    loop {
        let here: Vec<(&List, Place)> = lists
            .iter()
            .filter_map(|list| {
                let id = id.as_ref().map(|(id, of)| (id.as_str(), of.as_str()));
                let at_root =
                    list.owner == "Query" || PATHS.iter().any(|(of, start, _)| *of == list.owner && *start == "Query");
                (at_root == id.is_none()).then(|| place(&list.owner, id, event)).flatten().map(|place| (list, place))
            })
            .collect();
        for (list, (open, close)) in here {
            let document = format!("{{ {open} {} {close} }}", list.selection("counted", schema));
            let data = client.query(&document).await;
            if held(&data, "counted") >= 2 {
                found.entry(list.name()).or_insert_with(|| (list.clone(), (open, close)));
            }
            nodes(&data, &mut waiting);
        }
        id = loop {
            match waiting.pop_first() {
                None => break None,
                Some((id, of)) if done.insert(id.clone()) => break Some((id, of)),
                Some(_) => {}
            }
        };
        if id.is_none() {
            break;
        }
    }
    let missing = lists.iter().map(List::name).filter(|name| !found.contains_key(name)).collect();
    (found.into_values().collect(), missing)
}

/// How many objects an answer held, from what it cost.
async fn objects(client: &Client, within: &str) -> (usize, Value) {
    let document = format!("{{ rateLimit {{ cost }} {within} }}");
    // Once the document is known, there is nothing to pay for it.
    client.query(&document).await;
    let reply = client.send(&document, json!({})).await;
    let data = reply.data();
    let cost = data["rateLimit"]["cost"].as_u64().expect("a cost");
    (usize::try_from(cost).expect("a small number") - 1 - 10 * reply.statements(), data)
}

fn is_over(reply: &Reply) -> bool {
    reply.status == 400 && reply.errors().iter().all(|(code, _)| code == "LIMIT_EXCEEDED")
}

/// What the server advises: which page should be shorter, and how long.
fn advice(message: &str) -> Option<(String, u64)> {
    let (path, rest) = message.split_once("request `")?.1.split_once("` with pages of ")?;
    Some((path.to_owned(), rest.split(' ').next()?.parse().ok()?))
}

async fn limited(app: &TestApp, objects: usize) -> TestApp {
    app.with(|settings| settings.limits.objects = objects).await
}

tests! {
    starting empty;

    async fn every_list_of_objects_is_counted_and_limited(app: TestApp) {
        app.load(PROGRAM).await;
        for grant in ["organizer@twins-2021", "organizer@series:twins"] {
            app.grant("ada", grant).await;
            app.grant("bob", grant).await;
        }
        let grants = ["admin", "attendee@twins-2021"];
        let large = app.with_large_limits().await;
        let client = large.signed_in("root", &grants);
        let schema = Schema::new();
        let cursor = client.query("{ changeCursor }").await["changeCursor"].as_str().expect("a cursor").to_owned();
        for slug in ["rival-1", "rival-2"] {
            let id = client.query(&format!("{{ event(slug: \"{slug}\") {{ id }} }}")).await["event"]["id"].take();
            client.mutate("updateEvent", "", json!({ "id": id, "title": "Changed" })).await.done();
        }
        let mut lists = schema.lists(&cursor);
        let event = client.query("{ event(slug: \"twins-2021\") { id } }").await["event"]["id"].take();
        let ada = client.query("{ people(first: 1) { nodes { id } } }").await["people"]["nodes"][0]["id"].take();
        let ranges = ["20", "21"].map(|day| json!({ "from": format!("2021-09-{day}T10:00:00Z"), "to": format!("2021-09-{day}T12:00:00Z") }));
        client.mutate("setAvailability", "", json!({ "eventId": event, "personId": ada, "ranges": ranges })).await.done();
        for list in &mut lists {
            if list.name() == "Query.nodes" {
                list.arguments = format!("ids: [{event}, {event}]");
            }
        }
        lists.retain(|list| !IN_ERRORS.contains(&list.name().as_str()));
        assert!(lists.len() > 70, "only {} lists", lists.len());
        let (places, missing) = places(&client, &schema, &lists, &event).await;
        assert!(missing.is_empty(), "the program has no two items in {missing:?}");
        let mut servers: BTreeMap<usize, TestApp> = BTreeMap::new();
        let mut faults = Vec::new();
        for (list, (open, close)) in places {
            let mut selections = vec![list.selection("counted", &schema)];
            if list.is_page {
                selections.push(selections[0].replace(": nodes {", ": edges { node {") + " }");
            }
            for selection in selections {
                let name = format!("{} as {selection}", list.name());
                // What the answer holds without the items: a page may count as an object itself.
                let page = selection.split_once(" {").filter(|_| list.is_page);
                let empty_page = page.map(|(field, _)| format!("{field} {{ __typename }}")).unwrap_or_default();
                let base = format!("{open} __typename {empty_page} {close}");
                let (without, _) = objects(&client, &base).await;
                let within = format!("{open} {selection} {close}");
                let (with, data) = objects(&client, &within).await;
                let items = held(&data, "counted");
                if with != without + items {
                    faults.push(format!("{name}: {with} objects, {without} without its {items} items"));
                }
                for (limit, refused) in [(without + items - 1, true), (without + items, false)] {
                    if let Entry::Vacant(place) = servers.entry(limit) {
                        place.insert(limited(&app, limit).await);
                    }
                    let reply = servers[&limit].signed_in("root", &grants).send(&format!("{{ {within} }}"), json!({})).await;
                    if is_over(&reply) != refused || !refused && reply.status != 200 {
                        faults.push(format!("{name} with a limit of {limit}: {} {}", reply.status, reply.text));
                    }
                }
            }
        }
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }

    async fn nodes_in_errors_of_deletions_are_counted(app: TestApp) {
        app.load(PROGRAM).await;
        let small = limited(&app, 1).await;
        let admin = small.signed_in("root", &["admin"]);
        let id = admin.query("{ venue(slug: \"castle\") { id } }").await["venue"]["id"].take();
        let document = |fields: &str| format!(
            "mutation {{ deleteVenue(input: {{ id: {id} }}) {{ errors {{ __typename ... on InUseError {{ {fields} }} }} }} }}"
        );
        let counted = admin.send(&document("usedByCount"), json!({})).await.data();
        let errors = counted["deleteVenue"]["errors"].as_array().expect("errors").clone();
        assert!(errors.iter().any(|error| error["usedByCount"].as_u64().is_some_and(|count| count > 1)), "{errors:?}");
        let reply = admin.send(&document("usedBy { id }"), json!({})).await;
        assert!(is_over(&reply), "{}", reply.text);
        assert_eq!(reply.json()["extensions"]["transaction"]["outcome"], json!("ROLLED_BACK"));
    }
}

mod on_the_demo_program {
    use super::*;

    #[track_caller]
    fn refused(reply: &Reply, message: &str) {
        assert!(is_over(reply), "{}", reply.text);
        let (_, text) = reply.errors().remove(0);
        assert_eq!(reply.errors().len(), 1);
        assert!(text.contains(message), "{text}");
        assert!(reply.json().get("data").is_none());
    }

    tests! {
        starting with the demo program;

        async fn an_error_over_the_limit_names_the_field_and_a_page_size_that_fits(app: TestApp) {
            let small = limited(&app, 30).await;
            let topics = |first: usize| {
                format!("{{ t: topics(first: {first}) {{ nodes {{ title microconference {{ title event {{ title }} }} }} }} }}")
            };
            refused(
                &small.send(&topics(20), json!({})).await,
                "The response would contain more than 30 objects, which is the limit. Most are in `t`; request `t` with pages of 10 \
                 instead of 20.",
            );
            small.query(&topics(10)).await;
        }

        async fn following_the_advice_in_errors_leads_to_a_response(app: TestApp) {
            let small = limited(&app, 60).await;
            let document = "query($events: Int, $sessions: Int, $topics: Int, $mcs: Int) {
                events(first: $events) { nodes { sessions(first: $sessions) { nodes { slots { id } } }
                    mcs: microconferences(first: $mcs) { edges { node { allTopics { id } } } } } }
                topics(first: $topics) { nodes { title } } }";
            let mut pages = json!({ "events": 50, "sessions": 50, "topics": 50, "mcs": 50 });
            let mut steps = 0;
            loop {
                let reply = small.send(document, pages.clone()).await;
                if reply.status == 200 {
                    break;
                }
                let Some((path, size)) = advice(&reply.errors()[0].1) else { panic!("no advice: {}", reply.text) };
                let name = path.rsplit('.').next().expect("a name");
                assert!(pages[name].as_u64().is_some_and(|before| size < before && size > 0), "{}", reply.text);
                pages[name] = json!(size);
                steps += 1;
                assert!(steps < 30, "{pages}");
            }
            assert!(steps > 0);
        }

        async fn an_error_over_the_limit_names_a_list_without_pages(app: TestApp) {
            let small = limited(&app, 5).await;
            let of_event = "{ event(slug: \"lpc-2021\") { r: rooms { name } } }";
            refused(&small.send(of_event, json!({})).await, "Most are in `event.r`.");
            let id = app.query("{ event(slug: \"lpc-2021\") { id } }").await["event"]["id"].take();
            let ids = vec![id; 11];
            let of_nodes = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
            refused(&small.send(of_nodes, json!({ "ids": ids })).await, "Most are in `nodes`.");
        }

        async fn an_object_is_counted_each_time_it_is_returned(app: TestApp) {
            let small = limited(&app, 20).await;
            let document = |times: usize| (0..times).map(|n| format!("a{n}: event(slug: \"lpc-2021\") {{ title }} ")).collect::<String>();
            small.query(&format!("{{ {} }}", document(20))).await;
            refused(&small.send(&format!("{{ {} }}", document(21)), json!({})).await, "more than 20 objects");
        }

        async fn the_size_of_texts_is_limited(app: TestApp) {
            let small = app.with(|settings| settings.limits.answer_bytes = 2_000).await;
            small.query("{ event(slug: \"lpc-2021\") { title slug description } }").await;
            for document in [
                "{ microconferences(first: 50) { nodes { description } } }",
                "{ microconferences(first: 50) { nodes { descriptionHtml } } }",
                "{ microconferences(first: 50) { edges { node { description } } } }",
                "{ microconferences(first: 50) { edges { node { topics { description title } } } } }",
                "{ announcements(first: 50) { nodes { body } } }",
            ] {
                refused(
                    &small.send(document, json!({})).await,
                    "The response would be larger than 2000 bytes, which is the limit. Request smaller pages or fewer long texts.",
                );
            }
        }

        async fn texts_of_nodes_are_counted(app: TestApp) {
            let small = app.with(|settings| settings.limits.answer_bytes = 2_000).await;
            let id = app.query("{ event(slug: \"lpc-2021\") { id } }").await["event"]["id"].take();
            let description = "query($id: ID!) { node(id: $id) { ... on Event { description } } }";
            small.send(description, json!({ "id": id })).await.data();
            let many = (0..50).map(|n| format!("a{n}: description ")).collect::<String>();
            let documents = [
                format!("query($id: ID!) {{ node(id: $id) {{ ... on Event {{ {many} }} }} }}"),
                "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Event { description } } }".to_owned(),
            ];
            for document in documents {
                let reply = small.send(&document, json!({ "id": id, "ids": vec![id.clone(); 50] })).await;
                refused(&reply, "larger than 2000 bytes");
            }
        }

        async fn a_text_is_counted_under_each_alias(app: TestApp) {
            let small = app.with(|settings| settings.limits.answer_bytes = 10_000).await;
            let many = (0..500).map(|n| format!("a{n}: title ")).collect::<String>();
            refused(&small.send(&format!("{{ event(slug: \"lpc-2021\") {{ {many} }} }}"), json!({})).await, "larger than 10000 bytes");
        }

        async fn names_of_fields_are_counted(app: TestApp) {
            let small = app.with(|settings| settings.limits.answer_bytes = 5_000).await;
            let many = (0..400).map(|n| format!("a{n}: version ")).collect::<String>();
            let topics = format!("{{ topics(first: 100) {{ nodes {{ {many} }} }} }}");
            refused(&small.send(&topics, json!({})).await, "larger than 5000 bytes");
            let subjects = format!("{{ announcements(first: 50) {{ nodes {{ subjects {{ ... on Microconference {{ {many} }} ... on Event {{ {many} }} }} }} }} }}");
            refused(&small.send(&subjects, json!({})).await, "larger than 5000 bytes");
        }
    }
}
