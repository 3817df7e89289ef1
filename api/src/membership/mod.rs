//! Who may do what: grants, who is asking, and what they may do at a place.

pub mod enums;
pub mod input;
pub mod mutation;
pub mod object;
pub mod query;
pub mod store;

use std::collections::HashMap;

use async_graphql::{Context, ID, Object, Union};
use plenary_entity::{enums::NodeType, event, membership, microconference, person, series};
use uuid::Uuid;

use self::{
    enums::{AccessPermission, AccessRole},
    store::{Grants, GrantsOn, HostedEventsWith, PersonOf, Used},
};
use crate::{
    auth::{
        policy::{Action, Permission, Place},
        viewer::{SignedIn, Viewer},
    },
    database::{
        keyset::PageArguments,
        rows::{Column, Row},
    },
    error::Result,
    event::Event,
    execution::{
        leaf::{Leaf, name},
        object::{Declared, answered},
        relation::Load,
    },
    graphql::{
        connection::Connection,
        context::{Read, ReadContext},
        id,
        loader::by_id,
        printed::{Many, One},
    },
    microconference::Microconference,
    person::Person,
    series::Series,
};

/// A role that somebody has.
#[derive(Clone)]
pub struct Grant(pub membership::Model);

impl From<membership::Model> for Grant {
    fn from(row: membership::Model) -> Self {
        Self(row)
    }
}

/// A role that somebody has, everywhere or within a series, an event or a microconference. Its subject sees it, and so
/// does whoever may give and take roles there. A grant comes from a token (then only its bearer sees it, in `viewer`) or
/// is kept by the server.
#[Object]
impl Grant {
    /// Its id, opaque and for ever.
    pub async fn id(&self) -> ID {
        id::encode(NodeType::Grant, self.0.id)
    }

    /// Whose it is: the `sub` of their tokens.
    async fn subject(&self) -> &str {
        &self.0.subject
    }

    /// The person that the subject is tied to; null when it is tied to none, or to one that you may not see.
    async fn person(&self, ctx: &Context<'_>) -> Option<Result<One<Person>>> {
        ctx.read().one(PersonOf(self.0.subject.clone())).await
    }

    /// The role.
    async fn role(&self) -> AccessRole {
        self.0.role.into()
    }

    /// Within what it holds; null when it holds everywhere.
    async fn scope(&self, ctx: &Context<'_>) -> Option<Result<GrantScope>> {
        scope_of(ctx.read(), &self.0).await
    }
}

/// Within what a grant holds.
#[derive(Union)]
pub enum GrantScope {
    /// A series, with all its events.
    Series(Series),
    /// An event, with all that is in it.
    Event(Event),
    /// A microconference, with all that is in it.
    Microconference(Microconference),
}

async fn scope_of(read: &Read, grant: &membership::Model) -> Option<Result<GrantScope>> {
    if let Some(id) = grant.microconference_id {
        let found = read.one(by_id::<microconference::Entity>(id)).await;
        return found.map(|found| found.map(|One(row)| GrantScope::Microconference(row)));
    }
    if let Some(id) = grant.event_id {
        let found = read.one(by_id::<event::Entity>(id)).await;
        return found.map(|found| found.map(|One(row)| GrantScope::Event(row)));
    }
    let found = read.one(by_id::<series::Entity>(grant.series_id?)).await;
    found.map(|found| found.map(|One(row)| GrantScope::Series(row)))
}

/// The grants on something that stands at `place`, for those who give and take roles there.
pub async fn grants_on(
    ctx: &Context<'_>,
    place: &Place,
    parent: (GrantsOn, Uuid),
    arguments: PageArguments,
) -> Option<Result<Connection<Grant>>> {
    if !ctx.read().viewer.may(Action::With(Permission::ManageRoles), place) {
        return None;
    }
    Some(Connection::beneath(ctx, parent, Grants, arguments).await)
}

/// Whether the viewer sees within what a grant of theirs holds. One who attends an event that is still a draft does not.
async fn is_seen(read: &Read, grant: &membership::Model) -> Result<bool> {
    if grant.series_id.is_none() && grant.event_id.is_none() {
        return Ok(true);
    }
    Ok(scope_of(read, grant).await.transpose()?.is_some())
}

/// A grant of the viewer's token, which no table holds.
///
/// # Errors
///
/// When the database fails.
pub async fn own_grant(read: &Read, id: Uuid) -> Result<Option<membership::Model>> {
    let held = read.who().and_then(|who| who.grants.iter().find(|grant| grant.id == id));
    Ok(match held {
        Some(grant) if is_seen(read, grant).await? => Some(grant.clone()),
        _ => None,
    })
}

/// You, as your token has it.
pub struct Me(String);

/// You, as your token has it. Nobody else sees this.
#[Object(name = "Viewer")]
impl Me {
    /// Who you are: the `sub` of your token.
    async fn subject(&self) -> &str {
        &self.0
    }

    /// The person that your subject is tied to; null when it is tied to none.
    async fn person(&self, ctx: &Context<'_>) -> Option<Result<One<Person>>> {
        let read = ctx.read();
        read.one(by_id::<person::Entity>(me(read)?.person?)).await
    }

    /// What was granted to you, in your token and by the server; without grants on what you may not see yet.
    async fn grants(&self, ctx: &Context<'_>) -> Result<Many<Grant>> {
        let read = ctx.read();
        let held = me(read).map(|who| who.grants.as_slice()).unwrap_or_default();
        let seen = futures_util::future::try_join_all(held.iter().map(|grant| is_seen(read, grant))).await?;
        Ok(held.iter().zip(seen).filter(|(_, seen)| *seen).map(|(grant, _)| Grant(grant.clone())).collect())
    }
}

fn me(read: &Read) -> Option<&SignedIn> {
    read.who()
}

/// What the viewer may do at a place.
#[must_use]
pub fn permitted(viewer: &Viewer, place: &Place) -> Vec<AccessPermission> {
    let may = |permission: &Permission| viewer.may(Action::With(*permission), place);
    Permission::ALL.into_iter().filter(may).map(AccessPermission::from).collect()
}

/// What the viewer may do with something that several events share: edit it where they may edit every hosted event that
/// uses it, or any event where none does.
///
/// # Errors
///
/// When the database fails.
pub async fn permitted_on_shared(read: &Read, used: Used) -> Result<Vec<AccessPermission>> {
    if read.viewer.is_admin() {
        return Ok(Permission::ALL.map(AccessPermission::from).into());
    }
    if !read.viewer.may_somewhere(Action::With(Permission::EditProgram)) {
        return Ok(Vec::new());
    }
    let users = read.ask(HostedEventsWith(used)).await?.unwrap_or_default();
    let places: Vec<Place> = users.into_iter().map(Place::in_event).collect();
    let permit = read.viewer.permit_at_all(Action::With(Permission::EditProgram), &places);
    Ok(if permit.is_some() { vec![AccessPermission::EditProgram] } else { Vec::new() })
}

/// What the viewer may do at a place.
#[must_use]
pub fn permissions(viewer: &Viewer, place: &Place) -> Vec<AccessPermission> {
    permitted(viewer, place)
}

/// What the viewer may do with an object, which stands at a place that some of its columns tell.
pub fn viewer_can(columns: Vec<Column>, place: fn(Row<'_>) -> Place) -> Declared {
    let told = answered(columns, move |context, row, _| {
        let permissions = permissions(&context.read.viewer, &place(row));
        Ok(Leaf::List(permissions.into_iter().map(name).collect()))
    });
    told.of::<AccessPermission>()
}

/// What the viewer may do with things that several events share: edit each where they may edit every hosted event that uses
/// it, or any event where none does.
///
/// # Errors
///
/// When the database fails.
pub async fn permitted_on_all(
    load: &Load<'_>,
    shared: impl Iterator<Item = Used>,
) -> Result<HashMap<Used, Vec<AccessPermission>>> {
    let viewer = load.viewer();
    let all: Vec<Used> = shared.collect();
    if viewer.is_admin() {
        return Ok(all.into_iter().map(|used| (used, Permission::ALL.map(AccessPermission::from).into())).collect());
    }
    if !viewer.may_somewhere(Action::With(Permission::EditProgram)) {
        return Ok(HashMap::new());
    }
    let users = load.answers(all.iter().copied().map(HostedEventsWith)).await?;
    let may_edit = |used: &Used| {
        let events = users.get(&HostedEventsWith(*used)).cloned().unwrap_or_default();
        let places: Vec<Place> = events.into_iter().map(Place::in_event).collect();
        viewer.permit_at_all(Action::With(Permission::EditProgram), &places).is_some()
    };
    Ok(all.into_iter().filter(may_edit).map(|used| (used, vec![AccessPermission::EditProgram])).collect())
}
