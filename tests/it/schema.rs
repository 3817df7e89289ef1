//! The committed schema matches the code, and its nodes can be looked up.

use async_graphql::parser::{
    parse_schema,
    types::{TypeKind, TypeSystemDefinition},
};

fn definitions() -> Vec<TypeSystemDefinition> {
    parse_schema(plenary::schema::sdl()).expect("a schema").definitions
}

#[test]
fn the_committed_schema_is_current() {
    let committed = include_str!("../../schema.graphql");
    let hint = "regenerate it with: cargo run -p plenary-api -- schema > schema.graphql";
    assert!(committed == plenary::schema::sdl(), "schema.graphql is out of date; {hint}");
}

#[test]
fn objects_with_an_id_are_nodes() {
    for definition in definitions() {
        let TypeSystemDefinition::Type(definition) = definition else { continue };
        let TypeKind::Object(object) = &definition.node.kind else { continue };
        let has_id = object.fields.iter().any(|field| field.node.name.node == "id");
        let is_node = object.implements.iter().any(|interface| interface.node == "Node");
        assert_eq!(has_id, is_node, "{}", definition.node.name.node);
    }
}
