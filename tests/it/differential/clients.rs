//! Operations as clients and code generators write them, against the reference.

use std::sync::Arc;

use apollo_compiler::response::JsonValue;
use serde_json::{Value, json};

use super::{
    oracle::{ClientData, Reference},
    request::Request,
};
use crate::support::TestApp;

/// What graphql-js 16 asks for with all of its options.
const GRAPHQL_JS: &str = "query IntrospectionQuery { __schema { description queryType { name kind } mutationType { name kind } \
    subscriptionType { name kind } types { ...FullType } directives { name description isRepeatable locations \
    args(includeDeprecated: true) { ...InputValue } } } } \
    fragment FullType on __Type { kind name description specifiedByURL isOneOf fields(includeDeprecated: true) { name description \
    args(includeDeprecated: true) { ...InputValue } type { ...TypeRef } isDeprecated deprecationReason } \
    inputFields(includeDeprecated: true) { ...InputValue } interfaces { ...TypeRef } enumValues(includeDeprecated: true) { name \
    description isDeprecated deprecationReason } possibleTypes { ...TypeRef } } \
    fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue isDeprecated deprecationReason } \
    fragment TypeRef on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name \
    ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } } } } }";

/// What GraphiQL asks for.
const GRAPHIQL: &str = "query IntrospectionQuery { __schema { queryType { name } mutationType { name } subscriptionType { name } \
    types { ...FullType } directives { name description locations args(includeDeprecated: true) { ...InputValue } } } } \
    fragment FullType on __Type { kind name description fields(includeDeprecated: true) { name description \
    args(includeDeprecated: true) { ...InputValue } type { ...TypeRef } isDeprecated deprecationReason } \
    inputFields(includeDeprecated: true) { ...InputValue } interfaces { ...TypeRef } enumValues(includeDeprecated: true) { name \
    description isDeprecated deprecationReason } possibleTypes { ...TypeRef } } \
    fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue isDeprecated deprecationReason } \
    fragment TypeRef on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name \
    ofType { kind name ofType { kind name } } } } } } } }";

async fn compare(app: &TestApp, document: &str, variables: Value) {
    let data_of_client = ClientData::new(&Arc::new(Reference::new()), app.client().same());
    let request = Request::new(document).with(&variables);
    request.compared(&request.compare(&data_of_client).await);
}

/// The id of the first node of a list.
async fn first(app: &TestApp, list: &str) -> String {
    let data = app.query(&format!("{{ {list}(first: 1) {{ nodes {{ id }} }} }}")).await;
    data[list]["nodes"][0]["id"].as_str().expect("an id").to_owned()
}

/// The order of what a schema declares has no meaning.
fn sorted(value: JsonValue) -> JsonValue {
    match value {
        JsonValue::Array(items) => {
            let mut items: Vec<JsonValue> = items.into_iter().map(sorted).collect();
            items.sort_by_key(|item| serde_json::to_string(item.get("name").unwrap_or(item)).expect("JSON"));
            JsonValue::Array(items)
        }
        JsonValue::Object(members) => {
            JsonValue::Object(members.into_iter().map(|(key, value)| (key, sorted(value))).collect())
        }
        other => other,
    }
}

/// Without what every implementation describes in its own words: introspection itself, the scalars and the directives
/// of the language.
fn of_the_program(mut data: JsonValue) -> JsonValue {
    let builtin = ["Boolean", "Float", "ID", "Int", "String"];
    let Some(schema) = data.get_mut("__schema").and_then(JsonValue::as_object_mut) else { return data };
    if let Some(JsonValue::Array(types)) = schema.get_mut("types") {
        types.retain(|ty| ty["name"].as_str().is_some_and(|name| !name.starts_with("__") && !builtin.contains(&name)));
    }
    schema.remove("directives");
    data
}

/// Introspection gives what the reference gives.
async fn introspect(app: &TestApp, document: &str) {
    let data_of_client = ClientData::new(&Arc::new(Reference::new()), app.client().same());
    let request = Request::new(document);
    let body: JsonValue = serde_json::from_str(&data_of_client.ask(&request).await.text).expect("JSON");
    let expected = JsonValue::Object(data_of_client.answer(&request).await.expect("an answer").data.expect("data"));
    let (found, expected) = (sorted(of_the_program(body["data"].clone())), sorted(of_the_program(expected)));
    let lines = |value: &JsonValue| serde_json::to_string_pretty(value).expect("JSON");
    let (found, expected) = (lines(&found), lines(&expected));
    let place = found.lines().zip(expected.lines()).position(|(found, expected)| found != expected);
    let around =
        |text: &str, at: usize| text.lines().skip(at.saturating_sub(12)).take(16).collect::<Vec<_>>().join("\n");
    if let Some(at) = place {
        panic!("server:\n{}\nreference:\n{}", around(&found, at), around(&expected, at));
    }
    assert_eq!(found.len(), expected.len());
}

tests! {
    starting with the demo program;

    async fn relay_refetches_a_node_with_its_fragment(app: TestApp) {
        let document = "query TopicRefetchQuery($id: ID!, $count: Int = 2, $cursor: String) { node(id: $id) { __typename ...Topic_topic_1G22uz id } } \
            fragment Topic_topic_1G22uz on Topic { id title ...Topic_credits sessions(first: $count, after: $cursor) { edges { node { id \
            __typename } cursor } pageInfo { endCursor hasNextPage } } } \
            fragment Topic_credits on Creditable { __isCreditable: __typename credits { role person { name id } id } }";
        let id = first(&app, "topics").await;
        compare(&app, document, json!({ "id": id })).await;
        compare(&app, document, json!({ "id": first(&app, "people").await, "count": null })).await;
    }

    async fn apollo_adds_typename_to_every_selection(app: TestApp) {
        let document = "query Program($slug: String!, $withTopics: Boolean = false) { event(slug: $slug) { id title dates { startsOn endsOn \
            __typename } microconferences(first: 20) { nodes { id slug title topics @include(if: $withTopics) { id title __typename } \
            credits(roles: [LEAD, COMMITTEE]) { ...CreditParts __typename } __typename } pageInfo { hasNextPage endCursor __typename } \
            __typename } __typename } } \
            fragment CreditParts on Credit { id role creditedAs person { id name __typename } __typename }";
        compare(&app, document, json!({ "slug": "lpc-2021" })).await;
        compare(&app, document, json!({ "slug": "lpc-2021", "withTopics": true })).await;
    }

    async fn urql_adds_typename_at_the_end(app: TestApp) {
        let document = "query ($first: Int!, $after: String) {\n  events(first: $first, after: $after, orderBy: {field: TITLE, direction: DESC}) {\n    \
            edges {\n      node {\n        id\n        title\n        __typename\n      }\n      __typename\n    }\n    pageInfo {\n      endCursor\n      \
            hasNextPage\n      __typename\n    }\n    __typename\n  }\n}";
        compare(&app, document, json!({ "first": 3 })).await;
        compare(&app, document, json!({ "first": 3, "after": null })).await;
    }

    async fn code_generators_nest_fragments_near_the_operation(app: TestApp) {
        let document = "query Announcements { announcements(first: 5) { nodes { ...AnnouncementCard } } } \
            fragment AnnouncementCard on Announcement { id title subjects { ...SubjectLink } event { ...EventLink } } \
            fragment SubjectLink on Announceable { __typename ... on Node { id } ...EventLink ... on Microconference { slug title event { \
            ...EventLink } } ... on Topic { title } ... on Venue { slug name } } \
            fragment EventLink on Event { slug title ...EventDays } fragment EventDays on Event { dates { startsOn endsOn } slug }";
        compare(&app, document, json!({})).await;
    }

    async fn a_document_can_have_all_operations_of_a_page(app: TestApp) {
        let document = "query List { events { nodes { ...Parts } } } query One($slug: String!) { event(slug: $slug) { ...Parts } } \
                        fragment Parts on Event { id slug }";
        let data_of_client = ClientData::new(&Arc::new(Reference::new()), app.client().same());
        for name in ["List", "One"] {
            let mut request = Request::new(document).with(&json!({ "slug": "lpc-2021" }));
            request.operation_name = Some(name.into());
            request.compared(&request.compare(&data_of_client).await);
        }
    }

    async fn the_introspection_of_graphql_js_describes_the_schema(app: TestApp) {
        introspect(&app, GRAPHQL_JS).await;
    }

    async fn the_introspection_of_graphiql_describes_the_schema(app: TestApp) {
        introspect(&app, GRAPHIQL).await;
    }

    async fn introspection_describes_a_single_type(app: TestApp) {
        let document = "{ __type(name: \"EventOrder\") { kind name inputFields { name type { kind ofType { name } } defaultValue } } \
                        none: __type(name: \"Nothing\") { name } __typename }";
        introspect(&app, document).await;
    }
}
