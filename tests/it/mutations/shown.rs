//! Every column that an update may change is shown by a field, or changes without a version.

use plenary::{change::Logged, feed::names::field_of, schema::types};
use plenary_entity::node_tables;
use sea_orm::{Iden, Iterable};

/// What every change changes, or none does.
const ALWAYS: [&str; 4] = ["id", "created_at", "updated_at", "version"];

/// What is set once, or changes only along with something that is shown.
const ALONG: [&str; 12] = [
    "EventChange.event_id",
    "EventChange.other_event_id",
    "Microconference.was_accepted",
    "Schedule.is_frozen",
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

#[test]
fn every_column_is_shown_by_a_field_or_changes_without_a_version() {
    let field_of = |of, column: &str| field_of(types(), of, column);
    let mut wrong = Vec::new();
    macro_rules! look_at {
        ($($table:ident $node:ident $prefix:literal)*) => {$({
            use plenary_entity::$table::{Column, Entity};
            let of = format!("{:?}", Entity::NODE);
            for column in Column::iter().map(|column| Iden::to_string(&column)) {
                // Folded texts change with what they fold.
                if column.ends_with("_folded") || ALWAYS.contains(&column.as_str()) {
                    continue;
                }
                let is_shown = field_of(Entity::NODE, &camel_case(&column)).is_some();
                let may_be_hidden = Entity::UNSHOWN.contains(&column.as_str()) || ALONG.contains(&format!("{of}.{column}").as_str());
                if !is_shown && !may_be_hidden {
                    wrong.push(format!("{of}.{column} is shown by no field, and raises a version"));
                }
            }
            for unshown in Entity::UNSHOWN {
                if field_of(Entity::NODE, &camel_case(unshown)).is_some() {
                    wrong.push(format!("{of}.{unshown} is shown by a field, and raises no version"));
                }
            }
        })*};
    }
    node_tables!(look_at);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
