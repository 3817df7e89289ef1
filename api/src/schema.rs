//! Puts the parts together: the one GraphQL schema, and its text.

use std::sync::LazyLock;

use async_graphql::{EmptySubscription, MergedObject, SDLExportOptions, ValidationMode};

use crate::{
    accomplishment::{self, mutation::AccomplishmentMutation, query::AccomplishmentQuery},
    announcement::{self, mutation::AnnouncementMutation, query::AnnouncementQuery},
    credit::{self, mutation::CreditMutation},
    event::{self, clash::query::ClashQuery, mutation::EventMutation, query::EventQuery},
    execution::{
        object::{Object, Types},
        page::page_info,
    },
    external_id::{self, query::ExternalIdQuery},
    feed::{self, query::ChangeQuery},
    graphql::rate_limit::{self, RateLimitQuery},
    link::{
        self,
        mutation::{chat::ChatLinkMutation, video::VideoLinkMutation},
    },
    membership::{self, mutation::GrantMutation, query::ViewerQuery},
    microconference::{self, mutation::MicroconferenceMutation, query::MicroconferenceQuery},
    node::NodeQuery,
    node_object,
    person::{self, mutation::PersonMutation, query::PersonQuery},
    reference::{self, mutation::ReferenceMutation},
    schedule,
    series::{self, mutation::SeriesMutation, query::SeriesQuery},
    session::{self, mutation::SessionMutation, query::SessionQuery},
    topic::{self, mutation::TopicMutation, query::TopicQuery},
    venue::{self, mutation::VenueMutation, query::VenueQuery},
};

/// Events and where they are held.
#[derive(Default, MergedObject)]
struct Gatherings(SeriesQuery, EventQuery, ClashQuery, VenueQuery, AnnouncementQuery);

/// What events are made of.
#[derive(Default, MergedObject)]
struct Program(MicroconferenceQuery, TopicQuery, AccomplishmentQuery, SessionQuery, PersonQuery);

/// Where every query starts. All that it yields is what you may see: what is hidden from you is absent.
#[derive(Default, MergedObject)]
pub struct Query(NodeQuery, ExternalIdQuery, ViewerQuery, RateLimitQuery, ChangeQuery, Gatherings, Program);

/// What changes events, where they are held and who is there.
#[derive(Default, MergedObject)]
struct GatheringMutation(SeriesMutation, EventMutation, VenueMutation, PersonMutation, AnnouncementMutation);

/// What changes what events are made of.
#[derive(Default, MergedObject)]
struct ProgramMutation(MicroconferenceMutation, TopicMutation, AccomplishmentMutation, SessionMutation);

/// What changes what is attached to all of these.
#[derive(Default, MergedObject)]
struct AttachedMutation(CreditMutation, ReferenceMutation, ChatLinkMutation, VideoLinkMutation);

/// Where every change starts. You need a token. All fields of one operation are one transaction: all of them are tried,
/// so that you are told of all mistakes at once, and if there is any, nothing is done. Each answer says in
/// `extensions.transaction` what became of it: `COMMITTED`, `ROLLED_BACK`, or `DRY_RUN` where you asked for one with
/// `"extensions": { "dryRun": true }` or the header `Plenary-Dry-Run: true`.
#[derive(Default, MergedObject)]
pub struct Mutation(GatheringMutation, ProgramMutation, AttachedMutation, GrantMutation);

/// The one schema.
pub type Schema = async_graphql::Schema<Query, Mutation, EmptySubscription>;

/// Makes the schema. It needs no database: what a request reads with comes with the request. A schema that can't be
/// asked for is not told in errors either: they propose no names.
#[must_use]
pub fn schema(introspection: bool) -> Schema {
    // Documents are validated before, to the letter of the specification, and nested no deeper than the limits say.
    let schema = Schema::build(Query::default(), Mutation::default(), EmptySubscription)
        .validation_mode(ValidationMode::Fast)
        .limit_recursive_depth(usize::MAX);
    if introspection { schema.finish() } else { schema.disable_suggestions().finish() }
}

/// The schema as text in the GraphQL schema definition language, sorted, as `schema.graphql` holds it.
#[must_use]
pub fn sdl() -> String {
    let options = SDLExportOptions::new().sorted_fields().sorted_arguments().sorted_enum_items().include_specified_by();
    schema(true).sdl_with_options(options)
}

/// All types that are declared.
#[must_use]
pub fn types() -> &'static Types {
    static TYPES: LazyLock<Types> = LazyLock::new(|| {
        let concepts: [fn() -> Vec<Object>; 18] = [
            node_object::objects,
            rate_limit::objects,
            series::object::objects,
            event::object::objects,
            venue::object::objects,
            person::object::objects,
            microconference::object::objects,
            topic::object::objects,
            accomplishment::object::objects,
            session::object::objects,
            schedule::object::objects,
            credit::object::objects,
            reference::object::objects,
            external_id::object::objects,
            announcement::object::objects,
            link::object::objects,
            membership::object::objects,
            feed::object::objects,
        ];
        let objects = concepts.iter().flat_map(|objects| objects()).chain([page_info()]);
        Types::new(objects.collect())
    });
    &TYPES
}
