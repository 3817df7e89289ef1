//! Equal response keys are merged before anything runs.

use async_graphql::{
    Name, Positioned,
    parser::types::{DocumentOperations, ExecutableDocument, Selection, SelectionSet},
};
use plenary::{guard::Guard, schema};
use serde_json::{Value, json};

use crate::guard::{ask, limits};

/// A schema with a mutation, and with objects that are like each other.
pub const SDL: &str = "
    interface Named { name: String friend(n: Int): Named }
    type Cat implements Named { name: String friend(n: Int): Named lives: Int owner: Person }
    type Dog implements Named { name: String friend(n: Int): Named barks: Boolean owner: Person }
    type Person implements Named { name: String friend(n: Int): Named pets: [Pet!]! }
    union Pet = Cat | Dog
    type Query { pet: Pet named: Named me: Person hi(n: Int): Int }
    type Mutation { x(n: Int): Int make: Person }
    schema { query: Query mutation: Mutation }";

fn merged(document: &str, variables: Value) -> ExecutableDocument {
    let guard = Guard::new(&limits(), SDL, true);
    let mut request = ask(&guard, document, variables).map(|admitted| admitted.request()).expect(document);
    request.parsed_query().expect("a document").clone()
}

/// The first operation, as short as can be.
pub fn print(document: &ExecutableDocument) -> String {
    match &document.operations {
        DocumentOperations::Single(operation) => print_set(&operation.node.selection_set.node),
        DocumentOperations::Multiple(_) => panic!("one operation"),
    }
}

fn print_set(set: &SelectionSet) -> String {
    let item = |selection: &Selection| {
        let given = |(name, value): &(Positioned<Name>, Positioned<_>)| format!("{}:{}", name.node, value.node);
        let of_directive = |arguments: &[_]| arguments.iter().map(given).collect::<Vec<_>>().join(" ");
        let directives = selection.directives().iter().map(|of| &of.node);
        let directives: String =
            directives.map(|of| format!("@{}({})", of.name.node, of_directive(&of.arguments))).collect();
        match selection {
            Selection::Field(field) => {
                let field = &field.node;
                let alias = field.alias.as_ref().map(|alias| format!("{}:", alias.node)).unwrap_or_default();
                let arguments: Vec<String> = field.arguments.iter().map(given).collect();
                let arguments = if arguments.is_empty() { String::new() } else { format!("({})", arguments.join(" ")) };
                let beneath = &field.selection_set.node;
                let beneath = if beneath.items.is_empty() { String::new() } else { print_set(beneath) };
                format!("{alias}{}{arguments}{directives}{beneath}", field.name.node)
            }
            Selection::InlineFragment(fragment) => {
                let condition = fragment.node.type_condition.as_ref();
                let condition = condition.map(|of| format!(" on {}", of.node.on.node)).unwrap_or_default();
                format!("...{condition}{directives}{}", print_set(&fragment.node.selection_set.node))
            }
            Selection::FragmentSpread(spread) => format!("...{}{directives}", spread.node.fragment_name.node),
        }
    };
    format!("{{{}}}", set.items.iter().map(|of| item(&of.node)).collect::<Vec<_>>().join(" "))
}

#[track_caller]
fn becomes(document: &str, expected: &str) {
    assert_eq!(print(&merged(document, json!({}))), expected, "{document}");
}

#[test]
fn a_mutation_runs_a_repeated_field_once() {
    becomes("mutation { a: x a: x b: x(n: 1) b: x(n: 1) }", "{a:x b:x(n:1)}");
    becomes(
        "mutation { x make { name } ...F } fragment F on Mutation { make { pets { __typename } } x }",
        "{x make{name pets{__typename}}}",
    );
}

#[test]
fn what_has_no_key_twice_is_left_alone() {
    becomes("{ me { ...F } } fragment F on Person { name }", "{me{...F}}");
}

#[test]
fn selections_beneath_equal_fields_become_one_in_the_order_of_the_first() {
    becomes("{ me { name } hi me { friend { name } name } }", "{me{name friend{name}} hi}");
    becomes(
        "{ me { friend(n: 1) { name } } me { a: name friend(n: 1) { ... on Person { b: name } name } } }",
        "{me{friend(n:1){name ... on Person{b:name}} a:name}}",
    );
}

#[test]
fn fragments_are_looked_into() {
    becomes(
        "{ me { name } ... { me { a: name } } ... on Query { me { b: name } } ...F } fragment F on Query { me { c: name } }",
        "{me{name a:name b:name c:name}}",
    );
    becomes("{ me { ... on Named { name } ... on Person { name } name } }", "{me{name}}");
}

#[test]
fn among_types_of_objects_each_gets_its_own() {
    becomes("{ named { name ... on Cat { name lives } ... on Dog { name } } }", "{named{name ... on Cat{lives}}}");
    becomes(
        "{ named { ... on Cat { lives name } name } }",
        "{named{... on Cat{lives name} ... on Dog{name} ... on Person{name}}}",
    );
    becomes(
        "{ pet { __typename ... on Named { friend { name } } ... on Cat { friend { __typename } } } }",
        "{pet{... on Cat{__typename friend{name __typename}} ... on Dog{__typename friend{name}}}}",
    );
    becomes(
        "{ pet { ... on Cat { owner { name } } ... on Dog { owner { a: name } } ... on Cat { lives } } hi hi }",
        "{pet{... on Cat{owner{name}} ... on Dog{owner{a:name}} ... on Cat{lives}} hi}",
    );
}

#[test]
fn what_is_left_out_stays_as_it_is_and_what_is_not_is_merged() {
    let document = "query($yes: Boolean!, $no: Boolean! = false, $unused: Int) {
        hi @include(if: $yes) hi @skip(if: $no) ...F @include(if: $no) ... on Query @skip(if: $no) { hi } }
        fragment F on Query { hi } fragment G on Query { hi }";
    let merged = merged(document, json!({ "yes": true }));
    assert_eq!(print(&merged), "{hi ...F@include(if:$no)}");
    let DocumentOperations::Single(operation) = &merged.operations else { panic!("one operation") };
    let variables = operation.node.variable_definitions.iter().map(|variable| variable.node.name.node.to_string());
    assert_eq!(variables.collect::<Vec<_>>(), ["no", "unused"], "what the merge made unused is gone, and only that");
    let mut fragments: Vec<_> = merged.fragments.keys().map(ToString::to_string).collect();
    fragments.sort();
    assert_eq!(fragments, ["F", "G"]);
}

#[test]
fn fragments_that_were_written_out_are_dropped_unless_another_operation_spreads_them() {
    let guard = Guard::new(&limits(), SDL, true);
    let document = "query A { ...F ...G hi } query B { ...G } fragment F on Query { hi } fragment G on Query { hi }";
    let asked = plenary::guard::Asked {
        document,
        operation_name: Some("A"),
        variables: serde_json::Map::new(),
        signed_in: false,
    };
    let mut request = guard.admit(asked).expect("a document").request();
    let names: Vec<_> = request.parsed_query().expect("a document").fragments.keys().map(ToString::to_string).collect();
    assert_eq!(names, ["G"]);
}

#[test]
fn what_is_not_valid_is_left_to_the_engine() {
    for document in [
        "{ hi hi nothing }",
        "{ hi hi ...Nowhere }",
        "{ hi hi pet { name } }",
        "{ hi hi @skip(if: 1) }",
        "{ hi hi @unknown }",
        "{ hi hi me { ... on Cat { lives } } }",
        "query($x: Boolean) { hi hi @skip(if: $x) }",
    ] {
        assert!(print(&merged(document, json!({}))).starts_with("{hi hi"), "{document}");
    }
}

#[test]
fn an_object_keeps_a_selection_even_where_nothing_is_for_it() {
    becomes("{ hi hi me { ... on Named { ... on Cat { lives } } } }", "{hi me{... on Named{... on Cat{lives}}}}");
}

#[test]
fn what_conflicts_is_refused() {
    let guard = Guard::new(&limits(), SDL, true);
    for document in [
        "{ a: hi a: __typename }",
        "{ hi(n: 1) hi(n: 2) }",
        "{ me { friend { a: name } } me { friend { a: friend { name } } } }",
        "{ named { name ... on Cat { name: __typename } } }",
    ] {
        let fault = ask(&guard, document, json!({})).map(|_| ()).expect_err(document);
        assert!(fault.message.contains("is asked for twice"), "{}", fault.message);
        assert_eq!(fault.locations.len(), 2, "{document}");
    }
    let different_objects = "{ pet { ... on Cat { a: lives } ... on Dog { a: barks } } hi hi }";
    becomes(different_objects, "{pet{... on Cat{a:lives} ... on Dog{a:barks}} hi}");
}

#[test]
fn merging_for_each_type_of_object_stays_within_the_limits() {
    let sdl = schema::sdl();
    let guard = Guard::new(&limits(), &sdl, true);
    let mut document = String::from("{ id }");
    for _ in 0..6 {
        document = format!(
            "{{ ... on Credit {{ subject {document} }} ... on Creditable {{ credits {{ subject {document} }} }} \
                            ... on Topic {{ credits {{ subject {{ id }} }} }} }}"
        );
        if document.len() > 3_000 {
            break;
        }
    }
    let fault = ask(&guard, &format!("{{ node(id: 1) {document} }}"), json!({})).map(|_| ());
    if let Err(fault) = fault {
        assert_eq!(fault.code.as_str(), "LIMIT_EXCEEDED", "{}", fault.message);
    }
}

tests! {
    starting with the demo program;

    async fn a_field_that_is_written_twice_takes_the_statements_of_one(app: TestApp) {
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
}
