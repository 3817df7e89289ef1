//! Filters and orders of venues.

use async_graphql::InputObject;

use super::enums::VenueKind;

/// Filters for venues. All given filters must match.
#[derive(Clone, Default, PartialEq, Eq, Hash, InputObject)]
pub struct VenueFilter {
    /// Physical or virtual venues only.
    pub kind: Option<VenueKind>,
    /// In this country, given as an ISO 3166-1 alpha-2 code: `IE`. Case-insensitive.
    pub country_code: Option<String>,
    /// Filters by name; case-insensitive substring match.
    pub name_contains: Option<String>,
}
