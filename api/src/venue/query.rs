//! What lists of venues can be asked for: filters and orders.

use async_graphql::InputObject;

use super::enums::VenueKind;

/// Which venues to list. All that is given must hold.
#[derive(Clone, Default, PartialEq, Eq, Hash, InputObject)]
pub struct VenueFilter {
    /// Buildings or services.
    pub kind: Option<VenueKind>,
    /// In this country, as ISO 3166-1 alpha-2 has it: `IE`.
    pub country_code: Option<String>,
    /// With this text in the name, whatever the case of its letters.
    pub name_contains: Option<String>,
}
