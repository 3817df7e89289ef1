//! GraphQL types of references.

use plenary_entity::reference::{self, Column};

use crate::{
    execution::object::{Object as Type, column, node_id, object},
    graphql::scalar::Url,
    reference::ReferenceKind,
};

/// All types declared here.
#[must_use]
pub fn objects() -> Vec<Type> {
    vec![reference()]
}

/// The type `Reference`.
fn reference() -> Type {
    object! {
        /// Reference to an external resource. Visible to everyone who can see its subject.
        type Reference: Versioned & Node {
            /// Opaque, permanent ID.
            id: "ID!" = node_id::<reference::Entity>();
            /// Kind of resource.
            kind: "ReferenceKind!" = column(Column::Kind).of::<ReferenceKind>();
            /// Title as plain text, up to 200 characters.
            title: "String!" = column(Column::Title);
            /// URL of the resource. Null if unknown.
            url: "URL" = column(Column::Url).of::<Url>();
            /// Former name of the resource.
            formerName: "String" = column(Column::FormerName);
            /// Position among the subject's references, starting at 0.
            position: "Int!" = column(Column::Position);
            /// Revision number. Starts at 1 and increases by one with each change.
            version: "Int!" = column(Column::Version);
        }
    }
}
