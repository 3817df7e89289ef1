//! GraphQL types and queries of venues.

use futures_util::future::LocalBoxFuture;
use plenary_entity::{
    chat_link, external_id, room,
    venue::{self, Column},
    video_link,
};

use super::{query, store};
use crate::{
    error::Result,
    execution::{
        arguments::argument,
        found::Found,
        lookup::{batch, by_slug, one, owned},
        object::{Object as Type, column, columns, markdown, node_id, object, related, within},
        page::{page, page_beneath},
        relation::{Load, Parent},
    },
    graphql::scalar::{DateTime, TimeZone, Url},
    membership::{enums::AccessPermission, names, permitted_on_all, store::SharedNode},
    venue::{enums::VenueKind, query::VenueFilter},
};

/// All types declared here.
#[must_use]
pub fn objects() -> Vec<Type> {
    vec![query(), venue(), postal_address(), room()]
}

/// The type `Query`.
fn query() -> Type {
    object! {
        type Query {
            /// Looks up a venue by slug. Null if there is none.
            venue(
                argument::<String>("slug", "Current or former slug."),
            ): "Venue" = related(by_slug::<venue::Entity>());
            /// Lists venues, by name.
            ///
            /// Example: `{ venues(filter: { countryCode: "IE" }) { nodes { name } } }`.
            venues(
                argument::<Option<VenueFilter>>("filter", "Returns only the venues that match this filter."),
            ): "VenueConnection!" = page::<query::VenueFilter>(|load| Box::pin(async { Ok(Some(load.arguments().get::<Option<query::VenueFilter>>("filter")?.unwrap_or_default())) }));
        }
    }
}

/// The type `Venue`.
fn venue() -> Type {
    object! {
        /// Physical or virtual place where events are held. Public.
        type Venue: Versioned & Node {
            /// Opaque, permanent ID.
            id: "ID!" = node_id::<venue::Entity>();
            /// URL slug, unique among all venues: `dublin`. Former slugs keep working.
            slug: "String!" = column(Column::Slug);
            /// Display name, up to 200 characters.
            name: "String!" = column(Column::Name);
            /// Whether the venue is physical or virtual.
            kind: "VenueKind!" = column(Column::Kind).of::<VenueKind>();
            /// Postal address of a physical venue. Null if unknown.
            address: "PostalAddress" = within(columns![Column::Street, Column::Locality, Column::Region, Column::PostalCode, Column::CountryCode]);
            /// Degrees north in WGS 84: -90 to 90. Null if unknown.
            latitude: "Float" = column(Column::Latitude);
            /// Degrees east in WGS 84: -180 to 180. Null if unknown.
            longitude: "Float" = column(Column::Longitude);
            /// Local time zone of a physical venue. Null if unknown.
            timeZone: "TimeZone" = column(Column::TimeZone).of::<TimeZone>();
            /// Home page of the venue.
            websiteUrl: "URL" = column(Column::WebsiteUrl).of::<Url>();
            /// Description in Markdown, such as directions.
            description: "String" = column(Column::Description);
            /// The `description` rendered as sanitized HTML, safe to embed in a page.
            descriptionHtml: "String" = markdown(Column::Description, Column::Id);
            /// Rooms of the venue, in order.
            rooms: "[Room!]!" = related(store::rooms_in());
            /// Events that use the venue for any purpose. Sorted by latest dates first.
            events: "EventConnection!" = page_beneath(Column::Id, crate::event::store::Beneath::Venue, crate::event::query::listed);
            /// Identifiers of the same node in other systems.
            externalIds: "[ExternalId!]!" = related(owned::<external_id::Entity>(Column::Id, external_id::Column::VenueId));
            /// Your permissions on this node. Empty without sign-in. Says nothing about other people's permissions.
            viewerCan: "[AccessPermission!]!" = related(batch(columns![Column::Id], viewer_can)).of::<AccessPermission>();
            /// When the record was created.
            createdAt: "DateTime!" = column(Column::CreatedAt).of::<DateTime>();
            /// When the record was last updated.
            updatedAt: "DateTime!" = column(Column::UpdatedAt).of::<DateTime>();
            /// Revision number. Starts at 1 and increases by one with each change to the node's own fields.
            version: "Int!" = column(Column::Version);
        }
    }
}

/// The type `PostalAddress`.
fn postal_address() -> Type {
    object! {
        /// Postal address. Unknown parts are null.
        type PostalAddress {
            /// Street and number.
            street: "String" = column(Column::Street);
            /// Town or city.
            locality: "String" = column(Column::Locality);
            /// State or province.
            region: "String" = column(Column::Region);
            /// Postal or ZIP code.
            postalCode: "String" = column(Column::PostalCode);
            /// Country as an ISO 3166-1 alpha-2 code: `IE`.
            countryCode: "String" = column(Column::CountryCode);
        }
    }
}

/// The type `Room`.
fn room() -> Type {
    object! {
        /// Physical or virtual room of a venue. Public.
        type Room: LinkSubject & Versioned & Node {
            /// Opaque, permanent ID.
            id: "ID!" = node_id::<room::Entity>();
            /// URL slug, unique within the venue: `real-time`.
            slug: "String!" = column(room::Column::Slug);
            /// Display name, up to 200 characters.
            name: "String!" = column(room::Column::Name);
            /// Venue that the room belongs to.
            venue: "Venue!" = related(one::<venue::Entity>(room::Column::VenueId).seen());
            /// Maximum number of people. Null if unknown or unlimited.
            capacity: "Int" = column(room::Column::Capacity);
            /// Position in the venue, starting at 0.
            position: "Int!" = column(room::Column::Position);
            /// Whether sessions may overlap in this room, as in a hallway. Overlaps in such a room are not conflicts.
            allowsOverlap: "Boolean!" = column(room::Column::AllowsOverlap);
            /// Chat links in order. The existence of a link is public; its address is only shown here if the link is
            /// `PUBLIC`.
            chatLinks: "[ChatLink!]!" = related(owned::<chat_link::Entity>(room::Column::Id, chat_link::Column::RoomId));
            /// Links to video calls, streams and recordings, in order. The existence of a link is public; its address
            /// is only shown here if the link is `PUBLIC`.
            videoLinks: "[VideoLink!]!" = related(owned::<video_link::Entity>(room::Column::Id, video_link::Column::RoomId));
            /// Identifiers of the same node in other systems.
            externalIds: "[ExternalId!]!" = related(owned::<external_id::Entity>(room::Column::Id, external_id::Column::RoomId));
            /// When the record was created.
            createdAt: "DateTime!" = column(room::Column::CreatedAt).of::<DateTime>();
            /// When the record was last updated.
            updatedAt: "DateTime!" = column(room::Column::UpdatedAt).of::<DateTime>();
            /// Revision number. Starts at 1 and increases by one with each change to the node's own fields.
            version: "Int!" = column(room::Column::Version);
        }
    }
}

fn viewer_can<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
    Box::pin(async move {
        let shared = permitted_on_all(load, load.ids().into_iter().map(SharedNode::Venue)).await?;
        let of = |parent: &Parent<'_>| shared.get(&SharedNode::Venue(parent.row.key(0))).cloned().unwrap_or_default();
        let all = load.parents.iter().map(of);
        Ok(Found::leaves(all.map(names)))
    })
}
