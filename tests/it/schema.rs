//! The schema is what the repository says it is, and explains itself.

use async_graphql::parser::{
    parse_schema,
    types::{TypeKind, TypeSystemDefinition},
};

fn definitions() -> Vec<TypeSystemDefinition> {
    parse_schema(plenary::schema::sdl()).expect("a schema").definitions
}

#[test]
fn the_committed_schema_is_the_one_that_the_program_prints() {
    let committed = include_str!("../../schema.graphql");
    let hint = "print it anew: cargo run -p plenary-api -- schema > schema.graphql";
    assert!(committed == plenary::schema::sdl(), "schema.graphql is out of date; {hint}");
}

#[test]
fn every_type_field_argument_and_word_explains_itself() {
    let mut silent = Vec::new();
    let mut expect = |name: String, description: Option<&str>| {
        if description.is_none_or(|text| text.trim().len() < 8) {
            silent.push(name);
        }
    };
    for definition in definitions() {
        let TypeSystemDefinition::Type(definition) = definition else { continue };
        let definition = definition.node;
        let name = definition.name.node.to_string();
        expect(name.clone(), definition.description.as_ref().map(|text| text.node.as_str()));
        let fields = match definition.kind {
            TypeKind::Object(object) => object.fields,
            TypeKind::Interface(interface) => interface.fields,
            TypeKind::Enum(words) => {
                for word in words.values {
                    let text = word.node.description.as_ref().map(|text| text.node.as_str());
                    expect(format!("{name}.{}", word.node.value.node), text);
                }
                continue;
            }
            TypeKind::InputObject(input) => {
                for field in input.fields {
                    let text = field.node.description.as_ref().map(|text| text.node.as_str());
                    expect(format!("{name}.{}", field.node.name.node), text);
                }
                continue;
            }
            TypeKind::Scalar | TypeKind::Union(_) => continue,
        };
        for field in fields {
            let field = field.node;
            let field_name = format!("{name}.{}", field.name.node);
            expect(field_name.clone(), field.description.as_ref().map(|text| text.node.as_str()));
            for argument in field.arguments {
                let text = argument.node.description.as_ref().map(|text| text.node.as_str());
                expect(format!("{field_name}({})", argument.node.name.node), text);
            }
        }
    }
    assert!(silent.is_empty(), "without a description: {silent:#?}");
}

#[test]
fn objects_with_an_id_can_be_looked_up_by_it() {
    for definition in definitions() {
        let TypeSystemDefinition::Type(definition) = definition else { continue };
        let TypeKind::Object(object) = &definition.node.kind else { continue };
        let has_id = object.fields.iter().any(|field| field.node.name.node == "id");
        let is_node = object.implements.iter().any(|interface| interface.node == "Node");
        assert_eq!(has_id, is_node, "{}", definition.node.name.node);
    }
}
