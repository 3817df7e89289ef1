//! The columns that are read only for those who ask for what they hold: long texts, and what few clients show.

use async_graphql::parser::types::{ExecutableDocument, Selection, SelectionSet};
use plenary_entity::decode::Columns;
use sea_orm::{EntityTrait, IdenStatic, Iterable};

/// Columns, of whatever table, and the fields that show what they hold, of whatever type. No other field may look at them:
/// a test asks for each field alone. Nobody is shown what is folded; the database orders and searches by it.
const SHOWN_BY: [(&str, &[&str]); 13] = [
    ("affiliation", &["affiliation"]),
    ("avatar_url", &["avatarUrl"]),
    ("biography", &["biography", "biographyHtml"]),
    ("body", &["body", "bodyHtml"]),
    ("created_at", &["createdAt"]),
    ("description", &["description", "descriptionHtml"]),
    ("embed_url", &["embedUrl"]),
    ("label", &["label"]),
    ("name_folded", &[]),
    ("outcome_note", &["outcomeNote"]),
    ("title_folded", &[]),
    ("updated_at", &["updatedAt"]),
    ("website_url", &["websiteUrl"]),
];

/// Which of the columns are asked for, by their places in `SHOWN_BY`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked(u32);

impl Asked {
    /// All of them.
    pub const ALL: Self = Self(u32::MAX);

    /// Those whose fields stand anywhere in a document.
    #[must_use]
    pub fn by(document: &ExecutableDocument) -> Self {
        let operations = document.operations.iter().map(|(_, operation)| &operation.node.selection_set.node);
        let fragments = document.fragments.values().map(|fragment| &fragment.node.selection_set.node);
        let mut asked = Self(0);
        operations.chain(fragments).for_each(|set| asked.add(set));
        asked
    }

    fn add(&mut self, set: &SelectionSet) {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => {
                    self.add_field(&field.node.name.node);
                    self.add(&field.node.selection_set.node);
                }
                Selection::InlineFragment(inline) => self.add(&inline.node.selection_set.node),
                // It is looked at by itself.
                Selection::FragmentSpread(_) => {}
            }
        }
    }

    fn add_field(&mut self, name: &str) {
        for (place, (_, fields)) in SHOWN_BY.iter().enumerate() {
            if fields.contains(&name) {
                self.0 |= 1 << place;
            }
        }
    }

    /// The columns of a table that are read.
    #[must_use]
    pub fn of<E: EntityTrait>(self) -> Columns {
        if self == Self::ALL {
            return Columns::ALL;
        }
        let left_out = |column: &E::Column| {
            let place = SHOWN_BY.iter().position(|(name, _)| *name == column.as_str());
            place.is_some_and(|place| self.0 & (1 << place) == 0)
        };
        let places = E::Column::iter().enumerate().filter(|(_, column)| left_out(column));
        places.fold(Columns::ALL, |columns, (place, _)| columns.without(place))
    }
}
