//! The GraphQL schema, collected from the concepts, and its SDL.

use std::sync::LazyLock;

use crate::{
    accomplishment, announcement, credit, event,
    execution::{
        object::{Abstract, Object},
        page::page_info,
        schema,
        types::Types,
    },
    external_id, feed,
    graphql::rate_limit,
    link, membership, microconference, mutation, node, person, reference, schedule, series, session, topic, venue,
};

/// All types that are declared.
#[must_use]
pub fn types() -> &'static Types {
    static TYPES: LazyLock<Types> = LazyLock::new(|| Types::new(objects(), abstracts()));
    &TYPES
}

fn objects() -> Vec<Object> {
    let roots = [
        Object::new("Query", &["Root of all queries. Results contain only what you may see."], &[], Vec::new()),
        Object::new(
            "Mutation",
            &[
                " Root of all mutations. Requires a token.",
                "",
                " All fields of an operation run in one transaction. All of them are checked, so that all validation errors are",
                " returned at once; if there are any, nothing is saved. The outcome is in `extensions.transaction`: `COMMITTED`,",
                " `ROLLED_BACK` or `DRY_RUN`. For a dry run, send `\"extensions\": { \"dryRun\": true }` or the header",
                " `Plenary-Dry-Run: true`.",
            ],
            &[],
            Vec::new(),
        ),
        page_info(),
    ];
    let concepts: [fn() -> Vec<Object>; 38] = [
        node::objects,
        rate_limit::objects,
        mutation::object::objects,
        series::object::objects,
        series::mutation::objects,
        event::object::objects,
        event::clear::object::objects,
        event::mutation::objects,
        venue::object::objects,
        venue::mutation::objects,
        person::object::objects,
        person::mutation::objects,
        microconference::object::objects,
        microconference::mutation::objects,
        topic::object::objects,
        topic::mutation::objects,
        accomplishment::object::objects,
        accomplishment::mutation::objects,
        session::object::objects,
        session::mutation::objects,
        schedule::object::objects,
        schedule::mutation::objects,
        schedule::conflict::object::objects,
        schedule::availability::object::objects,
        schedule::availability::mutation::objects,
        credit::object::objects,
        credit::mutation::objects,
        reference::object::objects,
        reference::mutation::objects,
        external_id::object::objects,
        announcement::object::objects,
        announcement::mutation::objects,
        link::object::objects,
        link::mutation::chat::objects,
        link::mutation::video::objects,
        membership::object::objects,
        membership::mutation::objects,
        feed::object::objects,
    ];
    roots.into_iter().chain(concepts.iter().flat_map(|objects| objects())).collect()
}

fn abstracts() -> Vec<Abstract> {
    vec![
        node::interface(),
        node::versioned(),
        credit::object::creditable(),
        link::object::subject(),
        announcement::object::announceable(),
        membership::object::scope(),
        mutation::object::error(),
    ]
}

/// The schema as text in the GraphQL schema definition language, sorted, as `schema.graphql` holds it.
///
/// # Panics
///
/// When what is declared makes no schema, which a test would find first.
#[must_use]
pub fn sdl() -> String {
    schema::sdl(types()).expect("a schema")
}
