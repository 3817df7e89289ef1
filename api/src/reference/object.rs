//! The types that this concept declares for the schema.

use plenary_entity::reference::{self, Column};

use crate::{
    execution::object::{Object as Type, column, node_id, object},
    graphql::scalar::Url,
    reference::ReferenceKind,
};

/// All of them.
#[must_use]
pub fn objects() -> Vec<Type> {
    vec![reference()]
}

/// The type `Reference`.
fn reference() -> Type {
    object! {
        /// A thing elsewhere that something of the program refers to. Everybody sees it where they see what refers
        /// to it.
        type Reference: Node {
            /// Its id, opaque and for ever.
            id: "ID!" = node_id::<reference::Entity>();
            /// What sort of thing it is.
            kind: "ReferenceKind!" = column(Column::Kind).of::<ReferenceKind>();
            /// Its title.
            title: "String!" = column(Column::Title);
            /// Its address; null when none is known.
            url: "URL" = column(Column::Url).of::<Url>();
            /// What it used to be called.
            formerName: "String" = column(Column::FormerName);
            /// Its place among the references of its subject, from 0.
            position: "Int!" = column(Column::Position);
            /// Grows by one with every change, from 1.
            version: "Int!" = column(Column::Version);
        }
    }
}
