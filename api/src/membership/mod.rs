//! Grants, the viewer, and their permissions.

pub mod enums;
pub mod input;
pub mod mutation;
pub mod object;
pub mod store;

use std::collections::HashMap;

use plenary_entity::membership;

use self::{
    enums::AccessPermission,
    store::{HostedEventsWith, SharedNode},
};
use crate::{
    auth::{
        policy::{Action, Location, Permission},
        viewer::Viewer,
    },
    database::rows::{Column, Row},
    error::Result,
    execution::{
        leaf::{Leaf, name},
        object::{Declared, answered},
        relation::Load,
    },
};

/// A stored or carried grant.
pub type Grant = membership::Model;

/// You, as your token has it.
pub struct Me(String);

/// The viewer's permissions in a scope.
#[must_use]
pub fn permissions(viewer: &Viewer, location: &Location) -> Vec<AccessPermission> {
    let may = |permission: &Permission| viewer.may(Action::With(*permission), location);
    Permission::ALL.into_iter().filter(may).map(AccessPermission::from).collect()
}

/// Permissions as they are printed.
#[must_use]
pub fn names(permissions: Vec<AccessPermission>) -> Leaf<'static> {
    Leaf::List(permissions.into_iter().map(name).collect())
}

/// The viewer's permissions on an object, whose scope is given by some of its columns.
pub fn viewer_can(columns: Vec<Column>, location: fn(Row<'_>) -> Location) -> Declared {
    let field = answered(columns, move |context, row, _| Ok(names(permissions(&context.read.viewer, &location(row)))));
    field.of::<AccessPermission>()
}

/// The viewer's permissions on shared nodes: edit each if they may edit every hosted event that uses it, or any event
/// if none does.
///
/// # Errors
///
/// When the database fails.
pub async fn permitted_on_all(
    load: &Load<'_>,
    shared: impl Iterator<Item = SharedNode>,
) -> Result<HashMap<SharedNode, Vec<AccessPermission>>> {
    let viewer = load.viewer();
    let all: Vec<SharedNode> = shared.collect();
    if viewer.is_admin() {
        return Ok(all.into_iter().map(|used| (used, Permission::ALL.map(AccessPermission::from).into())).collect());
    }
    if !viewer.may_somewhere(Action::With(Permission::EditProgram)) {
        return Ok(HashMap::new());
    }
    let users = load.answers(all.iter().copied().map(HostedEventsWith)).await?;
    let may_edit = |used: &SharedNode| {
        let events = users.get(&HostedEventsWith(*used)).cloned().unwrap_or_default();
        let locations: Vec<Location> = events.into_iter().map(Location::in_event).collect();
        viewer.permit_at_all(Action::With(Permission::EditProgram), &locations).is_some()
    };
    Ok(all.into_iter().filter(may_edit).map(|used| (used, vec![AccessPermission::EditProgram])).collect())
}
