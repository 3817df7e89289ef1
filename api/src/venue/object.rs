//! The types that this concept declares for the schema.

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
    membership::{enums::AccessPermission, names, permitted_on_all, store::Used},
    venue::{enums::VenueKind, query::VenueFilter},
};

/// All of them.
#[must_use]
pub fn objects() -> Vec<Type> {
    vec![query(), venue(), postal_address(), room()]
}

/// The type `Query`.
fn query() -> Type {
    object! {
        type Query {
            /// A venue by its slug, or null when there is none.
            venue(
                argument::<String>("slug", "Its slug, or one that it had."),
            ): "Venue" = related(by_slug::<venue::Entity>());
            /// Venues, by name. Example: `{ venues(filter: { countryCode: "IE" }) { nodes { name } } }`.
            venues(
                argument::<Option<VenueFilter>>("filter", "Only venues for which all of this holds."),
            ): "VenueConnection!" = page::<query::VenueFilter>(|load| Box::pin(async { Ok(Some(load.arguments().get::<Option<query::VenueFilter>>("filter")?.unwrap_or_default())) }));
        }
    }
}

/// The type `Venue`.
fn venue() -> Type {
    object! {
        /// A place where events are held, or a service that stands in for one. Everybody may see it.
        type Venue: Node {
            /// Its id, opaque and for ever.
            id: "ID!" = node_id::<venue::Entity>();
            /// Its name in addresses, unique over all venues: `dublin`. Old slugs keep answering after a change.
            slug: "String!" = column(Column::Slug);
            /// Its name.
            name: "String!" = column(Column::Name);
            /// A building or a service.
            kind: "VenueKind!" = column(Column::Kind).of::<VenueKind>();
            /// Where a building stands; null when nothing is known of it.
            address: "PostalAddress" = within(columns![Column::Street, Column::Locality, Column::Region, Column::PostalCode, Column::CountryCode]);
            /// Degrees north, in WGS 84: -90 to 90.
            latitude: "Float" = column(Column::Latitude);
            /// Degrees east, in WGS 84: -180 to 180.
            longitude: "Float" = column(Column::Longitude);
            /// The zone of a building.
            timeZone: "TimeZone" = column(Column::TimeZone).of::<TimeZone>();
            /// Its site.
            websiteUrl: "URL" = column(Column::WebsiteUrl).of::<Url>();
            /// What there is to know about it, as Markdown.
            description: "String" = column(Column::Description);
            /// `description` as HTML that is safe to put into a page.
            descriptionHtml: "String" = markdown(Column::Description, Column::Id);
            /// Its rooms, in order.
            rooms: "[Room!]!" = related(store::rooms_in());
            /// The events that use it, whatever for; those with the latest days first.
            events: "EventConnection!" = page_beneath(Column::Id, crate::event::store::Beneath::Venue, crate::event::query::listed);
            /// What it is called in other systems.
            externalIds: "[ExternalId!]!" = related(owned::<external_id::Entity>(Column::Id, external_id::Column::VenueId));
            /// What you may do with it; empty without a token. It tells what a mutation would let you do, and nothing of others.
            viewerCan: "[AccessPermission!]!" = related(batch(columns![Column::Id], viewer_can)).of::<AccessPermission>();
            /// When it was made here.
            createdAt: "DateTime!" = column(Column::CreatedAt).of::<DateTime>();
            /// When it last changed.
            updatedAt: "DateTime!" = column(Column::UpdatedAt).of::<DateTime>();
            /// Grows by one with every change of its own fields, from 1.
            version: "Int!" = column(Column::Version);
        }
    }
}

/// The type `PostalAddress`.
fn postal_address() -> Type {
    object! {
        /// A postal address. Parts that are not known are null.
        type PostalAddress {
            /// Street and number.
            street: "String" = column(Column::Street);
            /// Town or city.
            locality: "String" = column(Column::Locality);
            /// State or province.
            region: "String" = column(Column::Region);
            /// Postal code.
            postalCode: "String" = column(Column::PostalCode);
            /// The country as ISO 3166-1 alpha-2 has it: `IE`.
            countryCode: "String" = column(Column::CountryCode);
        }
    }
}

/// The type `Room`.
fn room() -> Type {
    object! {
        /// A room of a venue, of bricks or of bits. Everybody may see it.
        type Room: LinkSubject & Node {
            /// Its id, opaque and for ever.
            id: "ID!" = node_id::<room::Entity>();
            /// Its name in addresses, unique in its venue: `real-time`.
            slug: "String!" = column(room::Column::Slug);
            /// Its name.
            name: "String!" = column(room::Column::Name);
            /// The venue that it is in.
            venue: "Venue!" = related(one::<venue::Entity>(room::Column::VenueId).seen());
            /// How many people it holds; null when that is not known or has no bound.
            capacity: "Int" = column(room::Column::Capacity);
            /// Its place among the rooms of its venue, from 0.
            position: "Int!" = column(room::Column::Position);
            /// Whether several things may happen in it at once, as in a hallway: then it is never double-booked.
            allowsOverlap: "Boolean!" = column(room::Column::AllowsOverlap);
            /// The ways into its chats, in order. Everybody sees that there is a link; only a `PUBLIC` one shows its
            /// address in the open.
            chatLinks: "[ChatLink!]!" = related(owned::<chat_link::Entity>(room::Column::Id, chat_link::Column::RoomId));
            /// The ways into its video calls, streams and recordings, in order. Everybody sees that there is a link;
            /// only a `PUBLIC` one shows its address in the open.
            videoLinks: "[VideoLink!]!" = related(owned::<video_link::Entity>(room::Column::Id, video_link::Column::RoomId));
            /// What it is called in other systems.
            externalIds: "[ExternalId!]!" = related(owned::<external_id::Entity>(room::Column::Id, external_id::Column::RoomId));
            /// When it was made here.
            createdAt: "DateTime!" = column(room::Column::CreatedAt).of::<DateTime>();
            /// When it last changed.
            updatedAt: "DateTime!" = column(room::Column::UpdatedAt).of::<DateTime>();
            /// Grows by one with every change of its own fields, from 1.
            version: "Int!" = column(room::Column::Version);
        }
    }
}

fn viewer_can<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
    Box::pin(async move {
        let shared = permitted_on_all(load, load.ids().into_iter().map(Used::Venue)).await?;
        let of = |parent: &Parent<'_>| shared.get(&Used::Venue(parent.row.key(0))).cloned().unwrap_or_default();
        let all = load.parents.iter().map(of);
        Ok(Found::leaves(all.map(names)))
    })
}
