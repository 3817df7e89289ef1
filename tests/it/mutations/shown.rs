//! What an update may change is what a field shows, or what nobody is told of.

use std::collections::{BTreeMap, BTreeSet};

use async_graphql::parser::{
    parse_schema,
    types::{TypeKind, TypeSystemDefinition},
};
use plenary::{change::Logged, feed::names::field_of};
use plenary_entity::{
    accomplishment, announcement, chat_link, credit, event, event_change, membership, microconference, person,
    reference, room, schedule, series, session, slot, topic, venue, video_link,
};
use sea_orm::{Iden, Iterable};

/// What every change changes, or none does.
const ALWAYS: [&str; 4] = ["id", "created_at", "updated_at", "version"];

/// What is set once, or changes only along with something that is shown.
const ALONG: [&str; 11] = [
    "EventChange.event_id",
    "EventChange.other_event_id",
    "Microconference.was_accepted",
    "Slot.event_id",
    "Topic.event_id",
    "Accomplishment.event_id",
    "Reference.event_id",
    "Reference.microconference_id",
    "Reference.topic_id",
    "Reference.accomplishment_id",
    "Reference.session_id",
];

fn camel_case(column: &str) -> String {
    let mut words = column.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| name + &word[..1].to_uppercase() + &word[1..])
}

/// The fields of each type of the schema.
fn fields() -> BTreeMap<String, BTreeSet<String>> {
    let definitions = parse_schema(plenary::schema::sdl()).expect("a schema").definitions;
    let mut found = BTreeMap::new();
    for definition in definitions {
        let TypeSystemDefinition::Type(of) = definition else { continue };
        let TypeKind::Object(object) = &of.node.kind else { continue };
        let names = object.fields.iter().map(|field| field.node.name.node.to_string()).collect();
        found.insert(of.node.name.node.to_string(), names);
    }
    found
}

#[test]
fn every_column_is_shown_by_a_field_or_changes_without_a_version() {
    let fields = fields();
    let mut wrong = Vec::new();
    macro_rules! look_at {
        ($($table:ident)*) => {$(
            let of = format!("{:?}", $table::Entity::NODE);
            for column in $table::Column::iter().map(|column| Iden::to_string(&column)) {
                // Folded texts change with what they fold.
                if column.ends_with("_folded") || ALWAYS.contains(&column.as_str()) {
                    continue;
                }
                let name = camel_case(&column);
                match field_of($table::Entity::NODE, &name) {
                    Some(field) if !fields[&of].contains(field) => wrong.push(format!("{of}.{field} shows {column}, but is no field")),
                    Some(_) => {}
                    None if $table::Entity::UNSHOWN.contains(&column.as_str()) => {}
                    None if ALONG.contains(&format!("{of}.{column}").as_str()) => {}
                    None => wrong.push(format!("{of}.{column} is shown by no field, and raises a version")),
                }
            }
            for unshown in $table::Entity::UNSHOWN {
                if field_of($table::Entity::NODE, &camel_case(unshown)).is_some() {
                    wrong.push(format!("{of}.{unshown} is shown by a field, and raises no version"));
                }
            }
        )*};
    }
    look_at! {
        accomplishment announcement chat_link credit event event_change membership microconference person reference room
        schedule series session slot topic venue video_link
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
