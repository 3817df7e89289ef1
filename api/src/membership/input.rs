//! Inputs of grants.

use async_graphql::{ID, InputObject, OneofObject};

use super::enums;

/// Scope of a role. Exactly one field must be given.
#[derive(Clone, Debug, OneofObject)]
pub enum RoleScopeInput {
    /// ID of a series. The role applies to all its events too.
    SeriesId(ID),
    /// ID of an event. The role applies to everything in it.
    EventId(ID),
    /// ID of a microconference. The role applies to everything in it.
    MicroconferenceId(ID),
}

/// A role for a user. Requires `MANAGE_ROLES` on the scope, and the role `ADMIN` to grant `ADMIN`.
#[derive(InputObject)]
pub struct GrantRoleInput {
    /// Client-generated ID: `grant_` and a version 7 UUID, as a TypeID. Generated if omitted.
    pub id: Option<ID>,
    /// Subject of the user: the `sub` claim of their tokens. 1 to 255 characters, without control characters. Give
    /// either this or `personId`.
    pub subject: Option<String>,
    /// ID of the user's person, who must be linked to a subject. Give either this or `subject`.
    pub person_id: Option<ID>,
    /// Role. Granting it again on the same scope is the error `TAKEN`.
    pub role: enums::AccessRole,
    /// Scope of the role; everywhere if omitted. Must be omitted for `ADMIN`.
    pub on: Option<RoleScopeInput>,
}

/// Which grant to revoke. Requires `MANAGE_ROLES` on its scope, and the role `ADMIN` to revoke `ADMIN`. Grants carried
/// by a token can't be revoked.
#[derive(InputObject)]
pub struct RevokeRoleInput {
    /// ID of the grant to revoke.
    pub id: ID,
}
