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
    store::{HostedEventsWith, Used},
};
use crate::{
    auth::{
        policy::{Action, Permission, Place},
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
pub fn permissions(viewer: &Viewer, place: &Place) -> Vec<AccessPermission> {
    let may = |permission: &Permission| viewer.may(Action::With(*permission), place);
    Permission::ALL.into_iter().filter(may).map(AccessPermission::from).collect()
}

/// Permissions as they are printed.
#[must_use]
pub fn names(permissions: Vec<AccessPermission>) -> Leaf<'static> {
    Leaf::List(permissions.into_iter().map(name).collect())
}

/// The viewer's permissions on an object, whose scope is given by some of its columns.
pub fn viewer_can(columns: Vec<Column>, place: fn(Row<'_>) -> Place) -> Declared {
    let told = answered(columns, move |context, row, _| Ok(names(permissions(&context.read.viewer, &place(row)))));
    told.of::<AccessPermission>()
}

/// The viewer's permissions on shared nodes: edit each if they may edit every hosted event that uses it, or any event
/// if none does.
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
