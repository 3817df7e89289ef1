//! What each mutation does, and what it says to what people get wrong.

mod deleting;
mod events;
mod growing;
mod inputs;
mod people;
mod places;
mod program;
mod roles;
mod schedules;
mod shown;
mod texts;

use serde_json::{Value, json};

use crate::support::Client;

/// Runs a mutation that must succeed, and returns `thing` with its ID and `fields`.
pub async fn make(client: &Client, name: &str, thing: &str, fields: &str, input: Value) -> Value {
    client.mutate(name, &format!("{thing} {{ id {fields} }}"), input).await.done()[thing].clone()
}

/// The id of what a look-up finds: `event(slug: "lpc-2021")`.
pub async fn id_of(client: &Client, of: &str) -> Value {
    let data = client.query(&format!("{{ it: {of} {{ id }} }}")).await;
    assert!(data["it"]["id"].is_string(), "{of} is not there");
    data["it"]["id"].clone()
}

/// A mistake, as a pair of its code and its path.
pub fn mistake(code: &str, path: &str) -> (String, String) {
    (code.into(), path.into())
}

/// The errors of a payload in full: every error has the fields that its type brings.
pub async fn errors(client: &Client, name: &str, input: Value) -> Value {
    let of_input = format!("{}{}Input", name[..1].to_uppercase(), &name[1..]);
    let document = format!(
        "mutation($input: {of_input}!) {{ {name}(input: $input) {{ errors {{ code path message
            ... on TakenError {{ existing {{ __typename id }} }}
            ... on VersionConflictError {{ currentVersion current {{ __typename id }} }}
            ... on InUseError {{ usedBy {{ __typename id }} usedByCount }}
        }} }} }}"
    );
    client.send(&document, json!({ "input": input })).await.data()[name]["errors"].clone()
}
