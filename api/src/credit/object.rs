//! GraphQL types and queries of credits.

use plenary_entity::{
    accomplishment,
    credit::{self, Column},
    event, microconference, person, session, topic,
};

use crate::{
    credit::enums::CreditRole,
    execution::{
        arguments::argument,
        lookup::one,
        object::{
            Abstract, Object as Type, abstract_field, column, columns, either, interface, node_id, object, related,
            through,
        },
        relation::Relation,
    },
};

/// All types declared here.
#[must_use]
pub fn objects() -> Vec<Type> {
    vec![credit()]
}

/// The type `Credit`.
fn credit() -> Type {
    object! {
        /// Credit to a person for their part in the program. Visible to everyone who can see the subject.
        type Credit: Versioned & Node {
            /// Opaque, permanent ID.
            id: "ID!" = node_id::<credit::Entity>();
            /// Person who is credited. Null for a group, such as "the database folks".
            person: "Person" = related(one::<person::Entity>(Column::PersonId).seen());
            /// Name to display. The name given in the credit, otherwise the person's name.
            creditedAs: "String!" = through(one::<person::Entity>(Column::PersonId).seen(), "Person", columns![Column::CreditedAs], columns![person::Column::Name], |own, person| own.text(0).or_else(|| person?.text(0)).unwrap_or_default().into());
            /// What the person contributed.
            role: "CreditRole!" = column(Column::Role).of::<CreditRole>();
            /// Position among the subject's credits, starting at 0.
            position: "Int!" = column(Column::Position);
            /// Node that the credit is for.
            subject: "Creditable!" = either(subjects());
            /// Revision number. Starts at 1 and increases by one with each change.
            version: "Int!" = column(Column::Version);
        }
    }
}

/// The subject of a credit: the event as a whole, unless it is a node within it.
fn subjects() -> Vec<(&'static str, Box<dyn Relation>)> {
    let within = columns![Column::MicroconferenceId, Column::TopicId, Column::AccomplishmentId, Column::SessionId];
    vec![
        ("Microconference", one::<microconference::Entity>(Column::MicroconferenceId).seen().boxed()),
        ("Topic", one::<topic::Entity>(Column::TopicId).seen().boxed()),
        ("Accomplishment", one::<accomplishment::Entity>(Column::AccomplishmentId).seen().boxed()),
        ("Session", one::<session::Entity>(Column::SessionId).seen().boxed()),
        ("Event", one::<event::Entity>(Column::EventId).seen().unless(within).boxed()),
    ]
}

/// The interface of nodes that can have credits.
#[must_use]
pub fn creditable() -> Abstract {
    let id = abstract_field("id", "ID!", "Opaque, permanent ID.");
    let mut credits = abstract_field("credits", "[Credit!]!", "Credits in order.");
    credits.arguments =
        vec![argument::<Option<Vec<CreditRole>>>("roles", "Returns only credits with one of these roles.")];
    interface("Creditable", "Node that can have credits.", vec![id, credits])
}
