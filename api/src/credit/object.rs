//! The types that this concept declares for the schema.

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

/// What all have that people can be credited for.
#[must_use]
pub fn creditable() -> Abstract {
    let id = abstract_field("id", "ID!", "Its id, opaque and for ever.");
    let mut credits = abstract_field("credits", "[Credit!]!", "Who did what for it, in order.");
    credits.arguments = vec![argument::<Option<Vec<CreditRole>>>("roles", "Only credits with one of these roles.")];
    interface("Creditable", "Something that people can be credited for.", vec![id, credits])
}
