//! The types that this concept declares for the schema.

use crate::credit::enums::CreditRole;
use crate::execution::lookup::one;
use crate::execution::object::Object as Type;
use crate::execution::object::column;
use crate::execution::object::columns;
use crate::execution::object::either;
use crate::execution::object::node_id;
use crate::execution::object::object;
use crate::execution::object::related;
use crate::execution::object::through;
use crate::execution::relation::Relation;
use plenary_entity::{accomplishment, credit, credit::Column, event, microconference, person, session, topic};

/// All of them.
#[must_use]
pub fn objects() -> Vec<Type> {
    vec![credit()]
}

/// The type `Credit`.
fn credit() -> Type {
    object! {
        /// Who did what, for one thing. Everybody sees it where they see that thing.
        type Credit: Node {
            /// Its id, opaque and for ever.
            id: "ID!" = node_id::<credit::Entity>();
            /// The person; null for those who are no one person, as in "the database folks".
            person: "Person" = related(one::<person::Entity>(Column::PersonId).seen());
            /// The name to show: what was written, else the name of the person.
            creditedAs: "String!" = through(one::<person::Entity>(Column::PersonId).seen(), "Person", columns![Column::CreditedAs], columns![person::Column::Name], |own, person| own.text(0).or_else(|| person?.text(0)).unwrap_or_default().into());
            /// What they did.
            role: "CreditRole!" = column(Column::Role).of::<CreditRole>();
            /// Its place among the credits of its subject, from 0.
            position: "Int!" = column(Column::Position);
            /// What it is for.
            subject: "Creditable!" = either(subjects());
            /// Grows by one with every change, from 1.
            version: "Int!" = column(Column::Version);
        }
    }
}

/// What a credit is for: the event as a whole, unless it is something within it.
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
