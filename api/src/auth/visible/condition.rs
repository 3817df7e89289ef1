//! Building blocks of the rules of visibility.

use plenary_entity::{accomplishment, enums::NodeType, session, topic};
use sea_orm::{ColumnTrait, IdenStatic, IntoSimpleExpr, sea_query::Condition};
use uuid::Uuid;

use super::{super::viewer::Reads, Visible};
use crate::database::sql::{any_of, refers_to};

/// The row that a foreign key names is public.
#[must_use]
pub fn public<E: Visible>(foreign_key: impl ColumnTrait) -> Condition {
    Condition::all().add(refers_to::<E>(foreign_key.into_simple_expr(), E::public()))
}

/// The row that a foreign key names is public, or the key names none.
#[must_use]
pub fn public_if_any<E: Visible>(foreign_key: impl ColumnTrait) -> Condition {
    Condition::any().add(foreign_key.is_null()).add(public::<E>(foreign_key))
}

/// The row that a foreign key names is seen.
pub fn seen<E: Visible>(foreign_key: impl ColumnTrait, reads: &Reads) -> Condition {
    Condition::all().add(refers_to::<E>(foreign_key.into_simple_expr(), seen_by::<E>(reads)))
}

/// The row that a foreign key names is seen, or the key names none.
pub fn seen_if_any<E: Visible>(foreign_key: impl ColumnTrait, reads: &Reads) -> Condition {
    Condition::any().add(foreign_key.is_null()).add(seen::<E>(foreign_key, reads))
}

fn seen_by<E: Visible>(reads: &Reads) -> Condition {
    if reads.all_drafts && E::DRAFTS {
        return Condition::all();
    }
    E::granted(reads).map_or_else(E::public, |granted| Condition::any().add(E::public()).add(granted))
}

/// The drafts that the viewer may see, by the columns that say where a row belongs.
pub struct Granted<'r> {
    reads: &'r Reads,
    any: Vec<Condition>,
}

impl<'r> Granted<'r> {
    pub const fn by(reads: &'r Reads) -> Self {
        Self { reads, any: Vec::new() }
    }

    /// By what [`Visible::DRAFTS_OF`] says.
    pub fn among_drafts<E: Visible>(reads: &'r Reads) -> Self {
        E::DRAFTS_OF.iter().fold(Self::by(reads), |granted, (of, column)| match of {
            NodeType::Event => granted.event(*column),
            NodeType::Microconference => granted.microconference(*column),
            NodeType::Session if column.as_str() == "id" => granted.one_of(*column, &reads.sessions),
            NodeType::Session => granted.beneath::<session::Entity>(*column),
            NodeType::Topic => granted.beneath::<topic::Entity>(*column),
            NodeType::Accomplishment => granted.beneath::<accomplishment::Entity>(*column),
            // Nothing else is granted.
            _ => granted,
        })
    }

    pub fn one_of(mut self, column: impl ColumnTrait, ids: &[Uuid]) -> Self {
        if !ids.is_empty() {
            self.any.push(Condition::all().add(any_of(self.reads.backend, column.into_simple_expr(), ids)));
        }
        self
    }

    /// The column names an event whose drafts they see.
    pub fn event(self, column: impl ColumnTrait) -> Self {
        let reads = self.reads;
        self.one_of(column, &reads.events)
    }

    /// The column names a microconference whose drafts they see.
    pub fn microconference(self, column: impl ColumnTrait) -> Self {
        let reads = self.reads;
        self.one_of(column, &reads.microconferences)
    }

    /// The column names a row of `E` that was granted.
    pub fn beneath<E: Visible>(mut self, column: impl ColumnTrait) -> Self {
        if let Some(granted) = E::granted(self.reads) {
            self.any.push(Condition::all().add(refers_to::<E>(column.into_simple_expr(), granted)));
        }
        self
    }

    pub fn or(mut self, condition: Condition) -> Self {
        self.any.push(condition);
        self
    }

    pub fn condition(self) -> Option<Condition> {
        let nothing = self.any.is_empty();
        (!nothing).then(|| self.any.into_iter().fold(Condition::any(), Condition::add))
    }
}
