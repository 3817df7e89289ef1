//! The mutations of grants.

use async_graphql::ID;
use plenary_entity::{
    enums::{AccessRole, NodeType},
    event, membership, microconference, person, series,
};
use uuid::Uuid;

use super::{
    Grant,
    input::{GrantRoleInput, RevokeRoleInput, RoleScopeInput},
    store,
};
use crate::{
    auth::policy::{Action, Location, Permission, Permit},
    check::{Checks, IssueKind},
    error::Fault,
    graphql::id,
    mutation::{Command, Field, MutationResult, mutations},
    removal::{self, AnyNode},
};

mutations! {
    /// Grants a role to a user. Requires `MANAGE_ROLES` on the scope. Only an admin can grant
    /// `ADMIN`.
    ///
    /// Example: `mutation { grantRole(input: { subject: "ada", role: LEAD, on: { microconferenceId:
    /// "microconference_01h455vb4pex5vsknk084sn02q" } }) { grant { id } errors { code message path } } }`.
    grant_role(GrantRoleInput) -> GrantRolePayload {
        /// The created grant. Null if the mutation failed.
        grant: Grant,
    };

    /// Revokes a granted role. Requires `MANAGE_ROLES` on its scope. Only an admin can revoke `ADMIN`.
    revoke_role(RevokeRoleInput) -> RevokeRolePayload {
        /// ID of the revoked grant. Null if the mutation failed.
        deleted_id: ID,
    };
}

/// The scope of a grant, also for the policy.
struct ExistingGrants {
    series_id: Option<Uuid>,
    event_id: Option<Uuid>,
    microconference_id: Option<Uuid>,
    location: Location,
}

impl ExistingGrants {
    const fn everywhere() -> Self {
        Self { series_id: None, event_id: None, microconference_id: None, location: Location::everywhere() }
    }

    const fn on_series(row: &series::Model) -> Self {
        Self { series_id: Some(row.id), location: Location::series(row.id), ..Self::everywhere() }
    }

    const fn on_event(row: &event::Model) -> Self {
        Self { event_id: Some(row.id), location: Location::of_event(row), ..Self::everywhere() }
    }

    const fn on_microconference(row: &microconference::Model) -> Self {
        Self {
            event_id: Some(row.event_id),
            microconference_id: Some(row.id),
            location: Location::in_microconference(row.event_id, row.id),
            ..Self::everywhere()
        }
    }

    /// The node that the input names. Continue with a permit.
    async fn named(field: &Field<'_>, on: Option<&RoleScopeInput>) -> MutationResult<Self> {
        Ok(match on {
            None => Self::everywhere(),
            Some(RoleScopeInput::SeriesId(id)) => {
                Self::on_series(&field.target::<series::Entity>("on.seriesId", id).await?)
            }
            Some(RoleScopeInput::EventId(id)) => {
                Self::on_event(&field.target::<event::Entity>("on.eventId", id).await?)
            }
            Some(RoleScopeInput::MicroconferenceId(id)) => {
                Self::on_microconference(&field.target::<microconference::Entity>("on.microconferenceId", id).await?)
            }
        })
    }

    /// That of a grant.
    async fn of(field: &Field<'_>, row: &membership::Model) -> MutationResult<Self> {
        Ok(match (row.series_id, row.event_id, row.microconference_id) {
            (_, _, Some(id)) => Self::on_microconference(&field.existing::<microconference::Entity>(id).await?),
            (_, Some(id), None) => Self::on_event(&field.existing::<event::Entity>(id).await?),
            (Some(id), None, None) => Self::on_series(&field.existing::<series::Entity>(id).await?),
            (None, None, None) => Self::everywhere(),
        })
    }

    /// The permit to give or take a role there.
    fn permit(&self, field: &Field<'_>, role: AccessRole) -> MutationResult<Permit> {
        if role == AccessRole::Admin {
            return field.viewer().permit_of_admin().ok_or_else(|| Fault::forbidden().into());
        }
        field.permit(Action::With(Permission::ManageRoles), &self.location)
    }
}

impl Command for GrantRoleInput {
    type Output = Grant;

    async fn run(self, field: &Field<'_>) -> MutationResult<Grant> {
        let held = ExistingGrants::named(field, self.on.as_ref()).await?;
        let role = AccessRole::from(self.role);
        let permit = held.permit(field, role)?;
        let mut checks = Checks::default();
        let id = field.new_id::<membership::Entity>(&mut checks, self.id.as_ref()).await?;
        if role == AccessRole::Admin {
            checks.ensure(self.on.is_none(), "on", "must be omitted; the role ADMIN applies everywhere");
        }
        let subject = subject(field, &mut checks, self.subject, self.person_id.as_ref()).await?;
        let grant = membership::Model {
            id,
            subject: subject.unwrap_or_default(),
            role,
            series_id: held.series_id,
            event_id: held.event_id,
            microconference_id: held.microconference_id,
            created_at: field.now(),
            version: 1,
        };
        if checks.is_right("subject")
            && let Some(same) = store::same(field.conn(), &grant).await?
        {
            let existing = Some((NodeType::Grant, same.id));
            checks.note(IssueKind::Taken(existing), "role", "is already granted to the subject on this scope");
        }
        field.note_draft::<membership::Entity>(&grant.clone().into());
        let grant = checks.finish(grant)?;
        Ok(store::create_as(&field.writer(permit), id, grant).await?)
    }
}

impl Command for RevokeRoleInput {
    type Output = ID;

    async fn run(self, field: &Field<'_>) -> MutationResult<ID> {
        // A grant in a token has no row, so that it is not found.
        let row = field.target::<membership::Entity>("id", &self.id).await?;
        let permit = ExistingGrants::of(field, &row).await?.permit(field, row.role)?;
        removal::remove(field, Checks::default(), permit, AnyNode::from(row.clone()), false).await?;
        Ok(id::encode(NodeType::Grant, row.id))
    }
}

/// The subject of the grant; errors are recorded.
async fn subject(
    field: &Field<'_>,
    checks: &mut Checks,
    subject: Option<String>,
    person_id: Option<&ID>,
) -> MutationResult<Option<String>> {
    let person = field.refer_if_any::<person::Entity>(checks, "personId", person_id).await?;
    match (subject, person_id) {
        (Some(subject), None) => Ok(Some(checks.subject("subject", &subject))),
        (None, Some(_)) => {
            let subject = person.as_ref().and_then(|person| person.subject.clone());
            checks.ensure(
                person.is_none() || subject.is_some(),
                "personId",
                "must be a person who is linked to a token subject",
            );
            Ok(subject)
        }
        (Some(_), Some(_)) => {
            checks.wrong("personId", "must be omitted if `subject` is given");
            Ok(None)
        }
        (None, None) => {
            checks.wrong("subject", "must be given, or `personId`");
            Ok(None)
        }
    }
}
