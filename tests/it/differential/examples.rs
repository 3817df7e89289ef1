//! Operations that were answered wrongly once, or that deserve a test of their own.

use std::sync::Arc;

use serde_json::json;

use super::{
    oracle::{ClientData, Reference},
    request::Request,
};
use crate::support::TestApp;

async fn compare(app: &TestApp, request: Request) {
    let data_of_client = ClientData::new(&Arc::new(Reference::new()), app.client().same());
    request.compared(&request.compare(&data_of_client).await);
}

/// The server refuses what the reference refuses.
async fn both_refuse(app: &TestApp, document: &str) {
    let reply = app.send(document, json!({})).await;
    assert!(Reference::new().validate(document).is_err(), "the reference accepts it: {document}");
    assert!(
        reply.json().get("data").is_none() && reply.status == 400,
        "the server accepts it: {document}\n{}",
        reply.text
    );
}

/// The server runs what is valid.
async fn both_accept(app: &TestApp, document: &str) {
    compare(app, Request::new(document)).await;
}

tests! {
    starting with the demo program;

    async fn a_field_skipped_in_one_place_and_selected_in_another_is_returned(app: TestApp) {
        for field in ["__typename", "title", "id", "dates { status }"] {
            let document = format!("query($x: Boolean!) {{ event(slug: \"lpc-2021\") {{ {field} {} }} }}", skipped(field));
            for value in [true, false] {
                compare(&app, Request::new(&document).with(&json!({ "x": value }))).await;
            }
        }
    }

    async fn a_list_of_objects_without_fields_keeps_its_length(app: TestApp) {
        let document = "query($x: Boolean!) { event(slug: \"lpc-2021\") { microconferences { nodes { title @include(if: $x) } } \
                        references { title @include(if: $x) } externalIds { value @include(if: $x) } } }";
        compare(&app, Request::new(document).with(&json!({ "x": false }))).await;
    }

    async fn an_object_without_fields_is_empty(app: TestApp) {
        both_accept(&app, "{ event(slug: \"lpc-2021\") { dates { startsOn @skip(if: true) } series { name @skip(if: true) } } }").await;
    }

    async fn a_union_fragment_on_a_member_selects_its_fields(app: TestApp) {
        both_accept(&app, "{ event(slug: \"lpc-2021\") { slug ... on Announceable { ... on Event { title } } } }").await;
    }

    async fn an_interface_fragment_on_an_implementer_selects_its_fields(app: TestApp) {
        both_accept(&app, "{ event(slug: \"lpc-2021\") { slug ... on Node { id ... on Creditable { credits { role } } } } }").await;
    }

    async fn a_fragment_on_another_type_selects_nothing(app: TestApp) {
        let document = "{ event(slug: \"lpc-2021\") { slug ... on Node { ...T ...T } ...C } } \
                        fragment T on Topic { title depth } fragment C on Creditable { ...T id ... on Session { kind } ...T }";
        both_accept(&app, document).await;
    }

    async fn keys_are_in_the_order_of_their_first_occurrence(app: TestApp) {
        let document = "{ event(slug: \"lpc-2021\") { ...A title dates { endsOn } slug ...B dates { startsOn endsOn } } } \
                        fragment A on Event { slug } fragment B on Node { id ... on Event { title status } }";
        both_accept(&app, document).await;
    }

    async fn a_fragment_skipped_at_its_first_spread_counts_from_the_next(app: TestApp) {
        let document = "{ event(slug: \"lpc-2021\") { ...A @skip(if: true) slug ...A } } fragment A on Event { title slug }";
        both_accept(&app, document).await;
    }

    async fn selections_of_a_key_are_merged_through_lists(app: TestApp) {
        let document = "{ events { nodes { slug microconferences { nodes { slug } } } nodes { microconferences { nodes { topics { title } } \
                        totalCount } } ...E } } fragment E on EventConnection { nodes { microconferences { nodes { topics { id title } } } } }";
        both_accept(&app, document).await;
    }

    async fn a_variable_must_fit_its_position(app: TestApp) {
        for document in [
            "query($i: ID) { node(id: $i) { id } }",
            "query($n: [MicroconferenceStatus]) { microconferences(filter: { statuses: $n }) { nodes { id } } }",
            "query($n: MicroconferenceStatus) { microconferences(filter: { statuses: [$n] }) { nodes { id } } }",
            "query($x: Boolean) { event(slug: \"lpc-2021\") { id @skip(if: $x) } }",
            "query($n: Int) { events(filter: { titleContains: $n }) { totalCount } }",
        ] {
            both_refuse(&app, document).await;
        }
    }

    /// The reference accepts it, and the specification does not.
    async fn a_null_default_does_not_fit_a_non_null_position(app: TestApp) {
        let reply = app.send("query($i: ID = null) { node(id: $i) { id } }", json!({})).await;
        assert!(reply.json().get("data").is_none() && reply.status == 400, "{}", reply.text);
    }

    async fn a_default_allows_a_nullable_variable_in_a_non_null_position(app: TestApp) {
        both_accept(&app, "query($x: Boolean = true, $s: String = \"lpc-2021\") { event(slug: $s) { id @skip(if: $x) slug } }").await;
    }

    async fn an_enum_is_not_a_string(app: TestApp) {
        for document in [
            "{ microconferences(filter: { statuses: [\"ACCEPTED\"] }) { totalCount } }",
            "{ events(filter: { origin: \"HOSTED\" }) { totalCount } }",
            "query($o: EventOrigin = \"HOSTED\") { events(filter: { origin: $o }) { totalCount } }",
            "{ events(orderBy: { field: \"TITLE\", direction: ASC }) { totalCount } }",
        ] {
            both_refuse(&app, document).await;
        }
    }

    async fn a_key_must_have_one_type(app: TestApp) {
        for document in [
            "{ nodes(ids: []) { ... on Event { x: title } ... on Session { x: credits { role } } } }",
            "{ nodes(ids: []) { ... on Event { x: title } ... on Session { x: abstract } } }",
            "{ nodes(ids: []) { ... on Event { status } ... on Session { status } } }",
            "{ nodes(ids: []) { ...A ...B } } fragment A on Event { x: sessions { nodes { x: title } } } \
             fragment B on Person { x: sessions { nodes { x: kind } } }",
            "{ event(slug: \"a\") { sessions(first: 1) { totalCount } ...A } } fragment A on Event { sessions(first: 2) { totalCount } }",
        ] {
            both_refuse(&app, document).await;
        }
    }

    async fn a_key_can_be_different_fields_on_different_types(app: TestApp) {
        let document = "{ microconferences(first: 3) { nodes { x: slug event { x: title } } } topics(first: 2) { nodes { ... on Node { \
                        ... on Topic { name: title } ... on Person { name } } } } }";
        both_accept(&app, document).await;
    }

    async fn every_escape_sequence_is_supported(app: TestApp) {
        for literal in ["\\u{65}vent", "\\u0065vent", "\\u{1F600}", "\\uD83D\\uDE00", "\\u{0065}", "\\b\\f\\n\\r\\t\\/\\\\\\\""] {
            both_accept(&app, &format!("{{ event(slug: \"{literal}\") {{ slug }} }}")).await;
            both_accept(&app, &format!("{{ events(filter: {{ titleContains: \"{literal}\" }}) {{ totalCount }} }}")).await;
        }
    }

    async fn an_unpaired_surrogate_is_rejected(app: TestApp) {
        for literal in ["\\uD83D", "\\uDE00", "\\uDE00\\uD83D", "\\u{D83D}", "\\u{110000}", "\\u{}", "\\u{61", "\\u006", "\\x61"] {
            both_refuse(&app, &format!("{{ event(slug: \"{literal}\") {{ slug }} }}")).await;
        }
    }

    async fn a_block_string_is_a_string(app: TestApp) {
        both_accept(&app, "{ event(slug: \"\"\"\n    lpc-2021\n  \"\"\") { slug } }").await;
        both_accept(&app, "{ event(slug: \"\"\"lpc-\\u{32}021\"\"\") { slug } }").await;
    }

    async fn a_byte_order_mark_is_ignored(app: TestApp) {
        both_accept(&app, "\u{feff}{ event(slug: \"lpc-2021\") { slug } }").await;
    }

    async fn empty_parentheses_are_a_syntax_error(app: TestApp) {
        for document in ["query A() { __typename }", "{ event() { slug } }", "{ __typename @skip() }", "query", ""] {
            both_refuse(&app, document).await;
        }
    }

    async fn an_empty_selection_set_is_a_syntax_error(app: TestApp) {
        for document in ["{}", "{ event(slug: \"a\") {} }", "{ event(slug: \"a\") { id {} } }", "{ ... {} }", "{ ...F } fragment F on Query {}"] {
            both_refuse(&app, document).await;
        }
    }

    async fn a_type_can_contain_spaces(app: TestApp) {
        both_accept(&app, "query($s: [ MicroconferenceStatus ! ] = [ ACCEPTED ]) { microconferences(filter: { statuses: $s }) { totalCount } }").await;
    }
}

fn skipped(field: &str) -> String {
    match field.split_once(' ') {
        Some((name, rest)) => format!("{name} @skip(if: $x) {rest}"),
        None => format!("{field} @skip(if: $x)"),
    }
}
