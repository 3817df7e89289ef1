//! What grants are made from.

use async_graphql::{ID, InputObject, OneofObject};

use super::enums;

/// Within what a role holds. Exactly one field is given.
#[derive(Clone, Debug, OneofObject)]
pub enum RoleScopeInput {
    /// A series, with all its events.
    SeriesId(ID),
    /// An event, with all that is in it.
    EventId(ID),
    /// A microconference, with all that is in it.
    MicroconferenceId(ID),
}

/// Whom to give which role. You need `MANAGE_ROLES` there; only an admin makes another admin.
#[derive(InputObject)]
pub struct GrantRoleInput {
    /// An id of your own for the grant: `grant_` and a UUID of version 7, as a TypeID. One is made where you give none.
    pub id: Option<ID>,
    /// Subject of the grant: the `sub` claim of their tokens. 1 to 255 characters without control characters. Either
    /// this or `personId` is given.
    pub subject: Option<String>,
    /// The person whose it is; they must be tied to a subject. Either this or `subject` is given.
    pub person_id: Option<ID>,
    /// The role. The same one is given once within the same.
    pub role: enums::AccessRole,
    /// Within what it holds; left out, everywhere. An `ADMIN` is one everywhere.
    pub on: Option<RoleScopeInput>,
}

/// Which grant to take back. You need `MANAGE_ROLES` where it holds; only an admin takes that from another. What a
/// token grants can't be taken back here.
#[derive(InputObject)]
pub struct RevokeRoleInput {
    /// Which grant.
    pub id: ID,
}
