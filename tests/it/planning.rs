//! The plan of an operation, in which each object has each response name once.

use std::collections::BTreeSet;

use plenary::{
    error::Code,
    execution::operation::{Beneath, Selected},
    guard::Guard,
};
use serde_json::{Value, json};

use crate::{
    guard::{ask, ask_as, limits},
    support::Reply,
};

/// A schema with a mutation, and with objects that are like each other.
pub const SDL: &str = "
    interface Named { name: String friend(n: Int): Named }
    type Cat implements Named { name: String friend(n: Int): Cat lives: Int owner: Person }
    type Dog implements Named { name: String friend(n: Int): Named barks: Boolean owner: Person }
    type Person implements Named { name: String friend(n: Int): Named pets: [Pet!]! }
    union Pet = Cat | Dog
    enum Kind { OLD NEW }
    input Search { text: String words: [String] limit: Int = 10 kinds: [Kind!] within: Search }
    type Query {
        pet: Pet
        named: Named
        me: Person
        hi(n: Int): Int
        find(by: Search, words: [String!], among: [[Int]], any: [Search]): Int
    }
    type Mutation { x(n: Int): Int make: Person }
    schema { query: Query mutation: Mutation }";

/// What a plan selects, as short as can be.
pub fn print(fields: &[Selected]) -> String {
    let names: BTreeSet<&str> = fields.iter().map(|field| &*field.key).collect();
    assert_eq!(names.len(), fields.len(), "each response name once");
    format!("{{{}}}", fields.iter().map(print_field).collect::<Vec<_>>().join(" "))
}

fn print_field(field: &Selected) -> String {
    let alias = if field.key == field.name { String::new() } else { format!("{}:", field.key) };
    let given = field.arguments.iter().map(|(name, value)| format!("{name}:{value}"));
    let arguments: Vec<String> = given.collect();
    let arguments = if arguments.is_empty() { String::new() } else { format!("({})", arguments.join(" ")) };
    let within = match &field.beneath {
        Beneath::Leaf => String::new(),
        Beneath::Fields(fields) if fields.is_empty() => String::new(),
        Beneath::ByType(types) if types.is_empty() => String::new(),
        Beneath::Fields(fields) => print(fields),
        Beneath::ByType(types) => {
            let distinct: BTreeSet<&str> = types.iter().map(|(name, _)| &**name).collect();
            assert_eq!(distinct.len(), types.len(), "each object type once");
            let of_type = |(name, fields): &(Box<str>, Vec<Selected>)| format!("...on {name}{}", print(fields));
            format!("{{{}}}", types.iter().map(of_type).collect::<Vec<_>>().join(" "))
        }
    };
    format!("{alias}{}{arguments}{within}", field.name)
}

fn guard() -> Guard {
    Guard::new(&limits(), SDL, true)
}

#[track_caller]
fn becomes_with(document: &str, variables: Value, expected: &str) {
    let admitted = ask(&guard(), document, variables).unwrap_or_else(|fault| panic!("{document}: {}", fault.message));
    assert_eq!(print(&admitted.fields), expected, "{document}");
}

#[track_caller]
fn becomes(document: &str, expected: &str) {
    becomes_with(document, json!({}), expected);
}

#[track_caller]
fn conflicts(document: &str, message: &str) {
    let fault = ask(&guard(), document, json!({})).map(|_| ()).expect_err(document);
    assert_eq!(fault.code, Code::BadUserInput, "{document}: {}", fault.message);
    assert!(fault.message.contains(message), "{document}: {}", fault.message);
}

#[test]
fn a_repeated_field_is_planned_once() {
    becomes("{ hi hi me { name } hi me { name } }", "{hi me{name}}");
    becomes("mutation { a: x a: x b: x(n: 1) b: x(n: 1) }", "{a:x b:x(n:1)}");
    becomes(
        "mutation { x make { name } ...F } fragment F on Mutation { make { friend { __typename } } x }",
        "{x make{name friend{...on Cat{__typename} ...on Dog{__typename} ...on Person{__typename}}}}",
    );
}

#[test]
fn aliases_are_kept() {
    becomes("{ a: hi b: hi(n: 2) me { name: __typename x: name } }", "{a:hi b:hi(n:2) me{name:__typename x:name}}");
}

#[test]
fn fields_are_in_the_order_of_their_first_response_name() {
    becomes("{ b: hi me { name } a: hi b: hi }", "{b:hi me{name} a:hi}");
    becomes("{ me { x: name } hi me { y: name x: name } }", "{me{x:name y:name} hi}");
    becomes("{ ...F a: hi } fragment F on Query { c: hi ... { b: hi } a: hi }", "{c:hi b:hi a:hi}");
}

#[test]
fn fragments_on_an_object_are_part_of_it() {
    becomes("{ me { ...F } } fragment F on Person { name }", "{me{name}}");
    becomes(
        "{ me { name } ... { me { a: name } } ... on Query { me { b: name } } ...F ...F } fragment F on Query { me { c: name } }",
        "{me{name a:name b:name c:name}}",
    );
    becomes("{ me { ... on Named { name } ... on Person { name } name } }", "{me{name}}");
    becomes("{ me { ... on Named { ... on Cat { lives } } name } }", "{me{name}}");
}

#[test]
fn each_object_type_of_an_interface_has_its_own_fields() {
    becomes(
        "{ named { ... on Cat { lives name } name } }",
        "{named{...on Cat{lives name} ...on Dog{name} ...on Person{name}}}",
    );
    becomes(
        "{ named { name ... on Named { n: name } ... on Dog { barks name } } }",
        "{named{...on Cat{name n:name} ...on Dog{name n:name barks} ...on Person{name n:name}}}",
    );
}

#[test]
fn types_of_a_union_without_selected_fields_are_left_out() {
    becomes("{ pet { __typename } }", "{pet{...on Cat{__typename} ...on Dog{__typename}}}");
    becomes("{ pet { ... on Cat { lives } ... on Cat { name } } }", "{pet{...on Cat{lives name}}}");
    becomes(
        "{ pet { ... on Cat { owner { name } } ... on Dog { owner { a: name } } ... on Cat { owner { b: name } } } }",
        "{pet{...on Cat{owner{name b:name}} ...on Dog{owner{a:name}}}}",
    );
    becomes(
        "{ pet { ...F } } fragment F on Named { ... on Dog { barks } ... on Pet { __typename } }",
        "{pet{...on Cat{__typename} ...on Dog{barks __typename}}}",
    );
}

#[test]
fn an_object_can_return_a_more_specific_type_than_its_interface() {
    becomes(
        "{ named { friend { name } } }",
        "{named{...on Cat{friend{name}} \
         ...on Dog{friend{...on Cat{name} ...on Dog{name} ...on Person{name}}} \
         ...on Person{friend{...on Cat{name} ...on Dog{name} ...on Person{name}}}}}",
    );
    becomes(
        "{ pet { ... on Cat { friend { lives } ... on Named { friend { ... on Cat { name } ... on Dog { barks } } } } } }",
        "{pet{...on Cat{friend{lives name}}}}",
    );
}

#[test]
fn skipped_fields_are_not_planned() {
    becomes("{ hi @skip(if: true) a: hi @include(if: false) b: hi @skip(if: false) @include(if: true) }", "{b:hi}");
    becomes("{ ... @skip(if: true) { hi } ... on Query @include(if: false) { hi } a: hi }", "{a:hi}");
    let document = "query($yes: Boolean!, $no: Boolean = false) {
        a: hi @include(if: $yes) b: hi @skip(if: $yes) c: hi @include(if: $no) d: hi @skip(if: $no)
        ...F @skip(if: $yes) ...G @include(if: $yes) me @include(if: $yes) { name @skip(if: $yes) n: name } }
        fragment F on Query { f: hi } fragment G on Query { g: hi @skip(if: $no) }";
    becomes_with(document, json!({ "yes": true }), "{a:hi d:hi g:hi me{n:name}}");
    becomes_with(document, json!({ "yes": false, "no": true }), "{b:hi c:hi f:hi}");
}

#[test]
fn a_field_skipped_in_one_place_can_be_selected_in_another() {
    becomes("{ hi @skip(if: true) hi ...F @skip(if: true) ...F } fragment F on Query { f: hi }", "{hi f:hi}");
    becomes("{ ...F ...F @skip(if: true) } fragment F on Query { f: hi }", "{f:hi}");
    becomes("{ me { name @skip(if: true) } me { name } }", "{me{name}}");
}

#[test]
fn a_plan_with_all_fields_skipped_is_empty() {
    becomes("{ hi @skip(if: true) }", "{}");
    becomes("{ me { name @skip(if: true) } named { ... on Cat @skip(if: true) { lives } } }", "{me named}");
}

#[test]
fn variables_are_replaced_by_their_values() {
    let document = "query($n: Int) { hi(n: $n) }";
    becomes_with(document, json!({ "n": 3 }), "{hi(n:3)}");
    becomes_with(document, json!({ "n": null }), "{hi(n:null)}");
    becomes_with("query($n: Int) { ...F } fragment F on Query { hi(n: $n) }", json!({ "n": 3 }), "{hi(n:3)}");
    becomes_with(
        "query($by: Search, $kind: Kind!) { find(by: $by, any: [$by, { kinds: [$kind, OLD], within: $by }]) }",
        json!({ "by": { "text": "a", "kinds": "NEW" }, "kind": "NEW" }),
        "{find(by:{kinds: [NEW], text: \"a\"} any:[{kinds: [NEW], text: \"a\"}, \
         {kinds: [NEW, OLD], within: {kinds: [NEW], text: \"a\"}}])}",
    );
}

#[test]
fn a_variable_without_a_value_leaves_out_its_argument_or_field_and_is_null_in_a_list() {
    becomes("query($n: Int) { hi(n: $n) }", "{hi}");
    becomes("query($t: String) { find(by: { text: $t, limit: 1 }) }", "{find(by:{limit: 1})}");
    becomes("query($t: String) { find(by: { within: { text: $t } }) }", "{find(by:{within: {}})}");
    becomes("query($t: String) { find(by: { words: [\"a\", $t] }) }", "{find(by:{words: [\"a\", null]})}");
    becomes_with(
        "query($t: String) { find(by: { text: $t, words: [$t] }) }",
        json!({ "t": null }),
        "{find(by:{text: null, words: [null]})}",
    );
}

#[test]
fn a_variable_has_its_default_unless_a_value_is_given() {
    let document = "query($n: Int = 7, $by: Search = { kinds: NEW }) { hi(n: $n) find(by: $by) }";
    becomes(document, "{hi(n:7) find(by:{kinds: [NEW]})}");
    becomes_with(document, json!({ "n": null, "by": null }), "{hi(n:null) find(by:null)}");
    becomes_with(document, json!({ "n": 1, "by": {} }), "{hi(n:1) find(by:{})}");
}

#[test]
fn a_single_value_becomes_a_list() {
    becomes(
        "{ find(words: \"a\", among: 1, any: { text: \"b\" }) }",
        "{find(words:[\"a\"] among:[[1]] any:[{text: \"b\"}])}",
    );
    becomes("{ find(among: [[1, null], null]) }", "{find(among:[[1, null], null])}");
    becomes("{ find(words: null) }", "{find(words:null)}");
    becomes_with(
        "query($words: [String!], $among: [[Int]]) { find(words: $words, among: $among) }",
        json!({ "words": "a", "among": [1, [2]] }),
        "{find(words:[\"a\"] among:[[1], [2]])}",
    );
}

#[test]
fn conflicting_fields_are_rejected() {
    conflicts("{ a: hi a: find }", "Cannot select different fields into the same alias `a`.");
    conflicts("{ a: hi a: __typename }", "different types using the same name `a`");
    conflicts("{ hi(n: 1) hi(n: 2) }", "conflicting field arguments for the same name `hi`");
    conflicts("query($n: Int) { hi(n: $n) hi(n: 2) }", "conflicting field arguments");
    conflicts("{ hi hi(n: 2) }", "conflicting field arguments");
    conflicts("{ me { friend { a: name } } me { friend { a: friend { name } } } }", "the same name `a`");
    conflicts("{ named { name ... on Cat { name: __typename } } }", "alias `name`");
    conflicts("{ pet { ... on Cat { a: lives } ... on Dog { a: barks } } }", "different types using the same name `a`");
    conflicts("{ me { a: name } ...F } fragment F on Query { me { a: __typename } }", "the same name `a`");
    becomes(
        "{ pet { ... on Cat { friend(n: 1) { a: lives } } ... on Dog { friend(n: 2) { ... on Cat { a: lives } } } } }",
        "{pet{...on Cat{friend(n:1){a:lives}} ...on Dog{friend(n:2){...on Cat{a:lives}}}}}",
    );
}

#[test]
fn only_the_chosen_operation_is_planned() {
    let document = "query A { ...F } query B($n: Int) { ...F hi(n: $n) } fragment F on Query { f: hi }";
    let planned = ask_as(&guard(), (document, Some("B")), json!({ "n": 2 }), false).expect("B");
    assert_eq!(print(&planned.fields), "{f:hi hi(n:2)}");
}

#[test]
fn exponential_fields_are_counted_only_up_to_the_limit() {
    let mut document = String::from("{ me { ...F0 } }");
    for link in 0..60 {
        let next = link + 1;
        document += &format!(" fragment F{link} on Named {{ a: friend {{ ...F{next} }} b: friend {{ ...F{next} }} }}");
    }
    document += " fragment F60 on Named { name }";
    let fault = ask(&guard(), &document, json!({})).map(|_| ()).expect_err("it never ends");
    assert!(fault.message.contains("levels deep, but at most 20"), "{}", fault.message);
    let document = document.replace("F12 }", "F60 }");
    let fault = ask(&guard(), &document, json!({})).map(|_| ()).expect_err("fragments that are not used");
    assert!(fault.message.contains("must be used"), "{}", fault.message);
    let up_to_twelve = document.split(" fragment F12 ").next().unwrap_or_default();
    let document = format!("{up_to_twelve} fragment F60 on Named {{ name }}");
    let fault = ask(&guard(), &document, json!({})).map(|_| ()).expect_err("3^12 fields");
    assert!(fault.message.starts_with("The operation selects more than 5000 fields"), "{}", fault.message);
}

#[test]
fn fragments_that_double_without_a_field_between_them_cost_nothing() {
    let mut document = String::from("{ ...F0 }");
    for link in 0..60 {
        document += &format!(" fragment F{link} on Query {{ ...F{0} ... {{ ...F{0} }} }}", link + 1);
    }
    becomes(&(document + " fragment F60 on Query { hi }"), "{hi}");
}

tests! {
    starting with the demo program;

    async fn a_repeated_field_takes_the_statements_of_one(app: TestApp) {
        for (once, twice) in [
            ("{ topics { totalCount } }", "{ topics { totalCount } topics { totalCount } }"),
            (
                "{ event(slug: \"lpc-2021\") { title rooms { name } sessions(first: 2) { nodes { slug title } } } }",
                "{ event(slug: \"lpc-2021\") { title sessions(first: 2) { nodes { slug } } } ...F ...F }
                 fragment F on Query { event(slug: \"lpc-2021\") { rooms { name } ... { sessions(first: 2) { nodes { title } } } } }",
            ),
            (
                "{ announcements(first: 3) { nodes { subjects { __typename ... on Event { slug title } ... on Node { id } } } } }",
                "{ announcements(first: 3) { nodes { subjects { __typename ... on Event { slug __typename } ... on Node { id __typename }
                   ... on Event { title slug id } } } } }",
            ),
        ] {
            let (one, two) = (app.send(once, json!({})).await, app.send(twice, json!({})).await);
            assert_eq!(one.data(), two.data(), "{twice}");
            assert_eq!(one.statements(), two.statements(), "{twice}");
        }
    }

    async fn a_response_has_its_fields_in_the_order_of_the_document(app: TestApp) {
        let document = "{ z: __typename event(slug: \"lpc-2021\") { title __typename ...F slug title } a: __typename }
            fragment F on Node { slugAgain: __typename ... on Event { status slug } }";
        let reply = app.send(document, json!({})).await;
        let event = "{\"title\":\"Linux Plumbers Conference 2021\",\"__typename\":\"Event\",\"slugAgain\":\"Event\",\
                     \"status\":\"PLANNED\",\"slug\":\"lpc-2021\"}";
        assert_eq!(reply.text, format!("{{\"data\":{{\"z\":\"Query\",\"event\":{event},\"a\":\"Query\"}}}}"));
    }

    async fn an_object_with_all_fields_skipped_is_empty(app: TestApp) {
        assert_eq!(app.query("{ __typename @skip(if: true) }").await, json!({}));
        assert_eq!(app.query("{ event(slug: \"lpc-2021\") { title @skip(if: true) } }").await, json!({ "event": {} }));
        assert_eq!(app.query("{ events(first: 1) { nodes { slug @skip(if: true) } } }").await, json!({ "events": { "nodes": [{}] } }));
        let id = app.query("{ event(slug: \"lpc-2021\") { id } }").await["event"]["id"].take();
        let document = "query($id: ID!) { a: node(id: $id) { ... on Topic { title } } b: node(id: $id) { id @skip(if: true) } }";
        assert_eq!(app.send(document, json!({ "id": id })).await.data(), json!({ "a": {}, "b": {} }));
    }

    async fn a_mutation_with_all_fields_skipped_does_nothing(app: TestApp) {
        let admin = app.signed_in("somebody", &["admin"]);
        let create = "createPerson(input: { slug: \"nobody\", name: \"Nobody\" }) @skip(if: true) { person { id } }";
        let reply = admin.send(&format!("mutation {{ {create} }}"), json!({})).await;
        assert_eq!(reply.data(), json!({}));
        assert_eq!(app.query("{ rateLimit @skip(if: true) { cost } person(slug: \"nobody\") { id } }").await, json!({ "person": null }));
    }

    async fn a_repeated_mutation_runs_once(app: TestApp) {
        let admin = app.signed_in("somebody", &["admin"]);
        let create = "createPerson(input: { slug: \"twice\", name: \"Twice\" })";
        let document = format!("mutation {{ {create} {{ person {{ slug }} }} ...F }}
            fragment F on Mutation {{ {create} {{ person {{ name }} errors {{ message }} }} }}");
        let reply: Reply = admin.send(&document, json!({})).await;
        let created = json!({ "person": { "slug": "twice", "name": "Twice" }, "errors": [] });
        assert_eq!(reply.data(), json!({ "createPerson": created }));
    }
}
