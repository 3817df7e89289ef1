//! Visibility: one rule for each table, in `rules.rs` and `attached.rs`.
//!
//! A store starts every read from [`rows`] or [`seen`], so that what is hidden is absent from lists, counts,
//! back-references and look-ups alike. What belongs to something hidden is hidden with it.

mod attached;
mod condition;
mod rules;

use plenary_entity::{decode::Decode, enums::NodeType};
use sea_orm::{Condition, EntityTrait, QueryFilter, Select};

use self::condition::Granted;
pub use self::{
    condition::{public, public_if_any},
    rules::topics_with_those_beneath_hidden_ones,
};
use super::viewer::{Reads, Viewer};
use crate::database::sql::planned_for_its_values;

/// A table whose rows may be hidden from some.
pub trait Visible: EntityTrait<Model: Decode + Send> {
    /// The condition on a row's own status for it to be public. The columns are those of the table itself.
    fn shown() -> Condition {
        Condition::all()
    }

    /// The condition on everything that a row belongs to, for it to be public.
    fn beneath_public() -> Condition {
        Condition::all()
    }

    /// The condition for a row to be public under a public parent, which it names in `parent`: the condition on
    /// everything else that it belongs to.
    fn extra_conditions(parent: Self::Column) -> Condition {
        if Self::implied_by(parent) { Condition::all() } else { Self::beneath_public() }
    }

    /// Whether all that a row belongs to is public where that is which it names in `parent`.
    fn implied_by(_parent: Self::Column) -> bool {
        false
    }

    /// Whose drafts include a row, by the columns that name them: the row is visible to everyone who may read the
    /// drafts of one of these. The condition of a read follows from this, and so does the audience in the change log.
    const DRAFTS_OF: &'static [(NodeType, Self::Column)] = &[];

    /// The condition for rows that the viewer may see beyond public ones; none if there are none.
    fn granted(reads: &Reads) -> Option<Condition> {
        Granted::among_drafts::<Self>(reads).condition()
    }

    /// Whether all rows are public.
    const IS_PUBLIC: bool = false;

    /// Whether those who see all drafts see all rows.
    const DRAFTS: bool = true;

    /// The condition for public rows.
    fn public() -> Condition {
        Condition::all().add(Self::shown()).add(Self::beneath_public())
    }

    /// The condition for visible rows.
    fn visible(visibility: &Visibility) -> Condition {
        match visibility {
            Visibility::Public => Self::public(),
            Visibility::All(Viewer::Server) => Condition::all(),
            Visibility::All(viewer) => match Self::granted_to(viewer) {
                // Conditions of the caller apply as well.
                Some(granted) => planned(viewer).add(Condition::any().add(Self::public()).add(granted)),
                None => Self::public(),
            },
            Visibility::Beneath(Viewer::Server, ..) => Self::shown(),
            // The parent is public, so the row is.
            Visibility::Beneath(Viewer::Anonymous, _, extra_conditions) => {
                Condition::all().add(Self::shown()).add(extra_conditions.clone())
            }
            Visibility::Beneath(viewer, parent_is_public, _) => match Self::granted_to(viewer) {
                Some(granted) => {
                    let beneath_hidden = Condition::all().add(parent_is_public.clone().not()).add(granted);
                    let beneath = Condition::any().add(Self::beneath_public()).add(beneath_hidden);
                    planned(viewer).add(Self::shown()).add(beneath)
                }
                None => Self::public(),
            },
        }
    }

    /// The condition for granted rows; none if there are no grants.
    fn granted_to(viewer: &Viewer) -> Option<Condition> {
        let reads = &viewer.signed_in()?.reads;
        if reads.all_drafts && Self::DRAFTS { Some(Condition::all()) } else { Self::granted(reads) }
    }
}

/// An empty list of all so far. A generic plan for any grants would expect far too many rows.
fn planned(viewer: &Viewer) -> Condition {
    let backend = viewer.signed_in().map(|who| who.reads.backend);
    backend.and_then(planned_for_its_values).into_iter().fold(Condition::all(), Condition::add)
}

/// The visibility of a list.
#[derive(Clone, Debug)]
pub enum Visibility {
    /// Public rows: for lists at the root that are not filtered by status, so that they are the same for everyone.
    Public,
    /// For lists that are not filtered by status, under a parent that is visible to the viewer. If it is public, by the
    /// first condition, the list contains public rows; otherwise, what would be public if the parent were. The second
    /// condition is what else is required for a row to be public under a visible parent.
    Beneath(Viewer, Condition, Condition),
    /// All that the viewer may see.
    All(Viewer),
}

impl Visibility {
    /// The visibility of tables that a filter of the list uses.
    #[must_use]
    pub fn of_filters(&self) -> Self {
        match self {
            Self::Public => Self::Public,
            Self::Beneath(viewer, ..) | Self::All(viewer) => Self::All(viewer.clone()),
        }
    }
}

/// The rows of a table that `viewer` may see: what every look-up starts from.
#[must_use]
pub fn rows<E: Visible>(viewer: &Viewer) -> Select<E> {
    seen(&Visibility::All(viewer.clone()))
}

/// The rows of a table that are seen: what every list starts from.
#[must_use]
pub fn seen<E: Visible>(visibility: &Visibility) -> Select<E> {
    E::find().filter(E::visible(visibility))
}
