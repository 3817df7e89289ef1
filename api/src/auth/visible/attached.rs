//! Rules of visibility for people, announcements, credits, references, availabilities, links, external IDs and grants.

use plenary_entity::{
    accomplishment, announcement, announcement_subject, availability, change, chat_link, credit,
    enums::{AnnouncementStatus, NodeType},
    event, event_change, external_id, membership, microconference, person, person_alias, reference, session, topic,
    video_link,
};
use sea_orm::{
    ColumnTrait, IntoSimpleExpr,
    sea_query::{Condition, ExprTrait, Query},
};

use super::{
    super::viewer::Reads,
    Visible,
    condition::{Granted, public, public_if_any, seen, seen_if_any},
};
use crate::database::sql::{any_of, anything, is_found, is_one_of, is_value, nothing, refers_to};

/// The announcement is out and not retracted, and the subject is public.
impl Visible for announcement_subject::Entity {
    fn beneath_public() -> Condition {
        let out = announcement::Entity::public()
            .add(is_value(announcement::Column::Status.into_simple_expr(), AnnouncementStatus::Published));
        Condition::all()
            .add(refers_to::<announcement::Entity>(
                announcement_subject::Column::AnnouncementId.into_simple_expr(),
                out,
            ))
            .add(public_if_any::<event::Entity>(announcement_subject::Column::EventId))
            .add(public_if_any::<microconference::Entity>(announcement_subject::Column::MicroconferenceId))
            .add(public_if_any::<topic::Entity>(announcement_subject::Column::TopicId))
            .add(public_if_any::<session::Entity>(announcement_subject::Column::SessionId))
            .add(public_if_any::<person::Entity>(announcement_subject::Column::PersonId))
    }

    fn granted(reads: &Reads) -> Option<Condition> {
        let announcement = announcement_subject::Column::AnnouncementId.into_simple_expr();
        let of_announcement = refers_to::<announcement::Entity>(announcement, announcement::Entity::granted(reads)?);
        let person = seen_if_any::<person::Entity>(announcement_subject::Column::PersonId, reads);
        Some(Condition::all().add(of_announcement).add(person))
    }
}

/// Its event is, and it is out; of one that was retracted only the title and status are shown.
impl Visible for announcement::Entity {
    const DRAFTS_OF: &[(NodeType, Self::Column)] = &[(NodeType::Event, announcement::Column::EventId)];

    fn shown() -> Condition {
        use AnnouncementStatus::{Published, Retracted};
        Condition::all().add(is_one_of(announcement::Column::Status.into_simple_expr(), &[Published, Retracted]))
    }

    fn beneath_public() -> Condition {
        public::<event::Entity>(announcement::Column::EventId)
    }

    fn implied_by(parent: Self::Column) -> bool {
        matches!(parent, announcement::Column::EventId)
    }
}

/// Its subject is.
impl Visible for credit::Entity {
    const DRAFTS_OF: &[(NodeType, Self::Column)] = &[
        (NodeType::Event, credit::Column::EventId),
        (NodeType::Microconference, credit::Column::MicroconferenceId),
        (NodeType::Topic, credit::Column::TopicId),
        (NodeType::Accomplishment, credit::Column::AccomplishmentId),
        (NodeType::Session, credit::Column::SessionId),
    ];

    fn beneath_public() -> Condition {
        public::<event::Entity>(credit::Column::EventId)
            .add(public_if_any::<microconference::Entity>(credit::Column::MicroconferenceId))
            .add(public_if_any::<topic::Entity>(credit::Column::TopicId))
            .add(public_if_any::<accomplishment::Entity>(credit::Column::AccomplishmentId))
            .add(public_if_any::<session::Entity>(credit::Column::SessionId))
    }

    /// On any subject.
    fn implied_by(_: Self::Column) -> bool {
        true
    }
}

/// Its subject is.
impl Visible for reference::Entity {
    const DRAFTS_OF: &[(NodeType, Self::Column)] = &[
        (NodeType::Event, reference::Column::EventId),
        (NodeType::Microconference, reference::Column::MicroconferenceId),
        (NodeType::Topic, reference::Column::TopicId),
        (NodeType::Accomplishment, reference::Column::AccomplishmentId),
        (NodeType::Session, reference::Column::SessionId),
    ];

    fn beneath_public() -> Condition {
        public::<event::Entity>(reference::Column::EventId)
            .add(public_if_any::<microconference::Entity>(reference::Column::MicroconferenceId))
            .add(public_if_any::<topic::Entity>(reference::Column::TopicId))
            .add(public_if_any::<accomplishment::Entity>(reference::Column::AccomplishmentId))
            .add(public_if_any::<session::Entity>(reference::Column::SessionId))
    }

    /// On any subject.
    fn implied_by(_: Self::Column) -> bool {
        true
    }
}

/// Nobody but those who read the drafts of the event; if it is a person's, also the person, where they see the event, and
/// those who read the drafts of a microconference that credits the person.
impl Visible for availability::Entity {
    const DRAFTS_OF: &[(NodeType, Self::Column)] = &[(NodeType::Event, availability::Column::EventId)];

    fn shown() -> Condition {
        Condition::all().add(nothing())
    }

    fn granted(reads: &Reads) -> Option<Condition> {
        use availability::Column;
        let own = reads.person.map(|person| {
            let theirs = any_of(reads.backend, Column::PersonId.into_simple_expr(), &[person]);
            seen::<event::Entity>(Column::EventId, reads).add(theirs)
        });
        // Who speaks in a session with others is not told of theirs.
        let of_leads = Reads { sessions: Vec::new(), ..reads.clone() };
        let led = credit::Entity::granted(&of_leads).map(|led| {
            let credits = Query::select()
                .expr(anything())
                .from(credit::Entity)
                .and_where(credit::Column::PersonId.into_simple_expr().equals(Column::PersonId.as_column_ref()))
                .and_where(credit::Column::EventId.into_simple_expr().equals(Column::EventId.as_column_ref()))
                .cond_where(led)
                .take();
            Condition::all().add(is_found(credits))
        });
        own.into_iter().chain(led).fold(Granted::among_drafts::<Self>(reads), Granted::or).condition()
    }
}

/// They have a public credit. People without credits are visible to those who may credit people.
impl Visible for person::Entity {
    fn beneath_public() -> Condition {
        credited(credit::Entity::public())
    }

    fn granted(reads: &Reads) -> Option<Condition> {
        let credits = credit::Entity::granted(reads).map(credited);
        let uncredited = reads.uncredited.then(|| credited(Condition::all()).not());
        let granted = Granted::by(reads).one_of(person::Column::Id, reads.person.as_slice());
        credits.into_iter().chain(uncredited).fold(granted, Granted::or).condition()
    }
}

/// Its subject is; the address is another matter.
impl Visible for chat_link::Entity {
    const DRAFTS_OF: &[(NodeType, Self::Column)] = &[
        (NodeType::Event, chat_link::Column::EventId),
        (NodeType::Microconference, chat_link::Column::MicroconferenceId),
        (NodeType::Session, chat_link::Column::SessionId),
    ];

    fn beneath_public() -> Condition {
        Condition::all()
            .add(public_if_any::<event::Entity>(chat_link::Column::EventId))
            .add(public_if_any::<microconference::Entity>(chat_link::Column::MicroconferenceId))
            .add(public_if_any::<session::Entity>(chat_link::Column::SessionId))
    }

    /// A room's link may be for an event that is hidden; all others only depend on their parent.
    fn extra_conditions(parent: Self::Column) -> Condition {
        match parent {
            chat_link::Column::RoomId => public_if_any::<event::Entity>(chat_link::Column::EventId),
            _ => Condition::all(),
        }
    }
}

/// Its subject is; the address is another matter.
impl Visible for video_link::Entity {
    const DRAFTS_OF: &[(NodeType, Self::Column)] = &[
        (NodeType::Event, video_link::Column::EventId),
        (NodeType::Microconference, video_link::Column::MicroconferenceId),
        (NodeType::Session, video_link::Column::SessionId),
    ];

    fn beneath_public() -> Condition {
        Condition::all()
            .add(public_if_any::<event::Entity>(video_link::Column::EventId))
            .add(public_if_any::<microconference::Entity>(video_link::Column::MicroconferenceId))
            .add(public_if_any::<session::Entity>(video_link::Column::SessionId))
    }

    /// A room's link may be for an event that is hidden; all others only depend on their parent.
    fn extra_conditions(parent: Self::Column) -> Condition {
        match parent {
            video_link::Column::RoomId => public_if_any::<event::Entity>(video_link::Column::EventId),
            _ => Condition::all(),
        }
    }
}

/// Its owner is.
impl Visible for external_id::Entity {
    fn beneath_public() -> Condition {
        Condition::all()
            .add(public_if_any::<event::Entity>(external_id::Column::EventId))
            .add(public_if_any::<person::Entity>(external_id::Column::PersonId))
            .add(public_if_any::<microconference::Entity>(external_id::Column::MicroconferenceId))
            .add(public_if_any::<topic::Entity>(external_id::Column::TopicId))
            .add(public_if_any::<accomplishment::Entity>(external_id::Column::AccomplishmentId))
            .add(public_if_any::<session::Entity>(external_id::Column::SessionId))
    }

    fn granted(reads: &Reads) -> Option<Condition> {
        Granted::by(reads)
            .beneath::<event::Entity>(external_id::Column::EventId)
            .beneath::<microconference::Entity>(external_id::Column::MicroconferenceId)
            .beneath::<topic::Entity>(external_id::Column::TopicId)
            .beneath::<accomplishment::Entity>(external_id::Column::AccomplishmentId)
            .beneath::<session::Entity>(external_id::Column::SessionId)
            .beneath::<person::Entity>(external_id::Column::PersonId)
            .condition()
    }
}

/// They are credited by a row for which the condition holds.
fn credited(condition: Condition) -> Condition {
    let credits = Query::select()
        .expr(anything())
        .from(credit::Entity)
        .and_where(credit::Column::PersonId.into_simple_expr().equals(person::Column::Id.as_column_ref()))
        .cond_where(condition)
        .take();
    Condition::all().add(is_found(credits))
}

/// Nobody but the subject, where they see what it is on, and those who give and take roles there.
impl Visible for membership::Entity {
    const DRAFTS: bool = false;

    fn shown() -> Condition {
        Condition::all().add(nothing())
    }

    fn granted(reads: &Reads) -> Option<Condition> {
        if reads.all_grants {
            return Some(Condition::all());
        }
        let own = Condition::all()
            .add(membership::Column::Subject.eq(reads.subject.as_str()))
            .add(seen_if_any::<event::Entity>(membership::Column::EventId, reads))
            .add(seen_if_any::<microconference::Entity>(membership::Column::MicroconferenceId, reads));
        Granted::by(reads)
            .or(own)
            .one_of(membership::Column::SeriesId, &reads.granting_series)
            .one_of(membership::Column::EventId, &reads.granting_events)
            .one_of(membership::Column::MicroconferenceId, &reads.granting_microconferences)
            .condition()
    }
}

/// The person that it leads to is.
impl Visible for person_alias::Entity {
    fn beneath_public() -> Condition {
        public::<person::Entity>(person_alias::Column::PersonId)
    }

    fn granted(reads: &Reads) -> Option<Condition> {
        Granted::by(reads).beneath::<person::Entity>(person_alias::Column::PersonId).condition()
    }
}

/// Only those who read all drafts of the event; entries about grants, only those who manage roles there. The change
/// feed gives everyone their part of it.
impl Visible for change::Entity {
    fn shown() -> Condition {
        Condition::all().add(nothing())
    }

    fn granted(reads: &Reads) -> Option<Condition> {
        let of_grants = Granted::by(reads).one_of(change::Column::EventId, &reads.granting_events).condition();
        let permitted =
            Condition::any().add(is_value(change::Column::NodeType.into_simple_expr(), NodeType::Grant).not());
        let permitted = of_grants.into_iter().fold(permitted, Condition::add);
        let drafts = Granted::by(reads).event(change::Column::EventId).condition()?;
        // An entry of the history that is about a hidden partner is hidden.
        let seen = event_change::Entity::granted(reads).into_iter().fold(Condition::any(), Condition::add);
        let unseen = seen.add(event_change::Entity::public()).not();
        let of_hidden = refers_to::<event_change::Entity>(change::Column::NodeId.into_simple_expr(), unseen);
        Some(Condition::all().add(drafts).add(permitted).add(of_hidden.not()))
    }
}
