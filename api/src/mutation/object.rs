//! What can be wrong with the input of a mutation, as the types of the schema tell it.

use std::any::Any;

use futures_util::future::LocalBoxFuture;
use plenary_entity::enums::NodeType;

use super::error::{MutationErrorCode, code, sentence};
use crate::{
    check::{Issue, IssueKind},
    database::rows::{Row, Rows},
    error::Result,
    execution::{
        found::{Found, Item, Items, flat},
        leaf::{Leaf, name},
        lookup::batch,
        node::{self, Wanted},
        object::{Abstract, Declared, Field, Object, abstract_field, interface, object, of_object, related},
        relation::{Load, Parent, Relation},
    },
    subject::Subject,
};

/// All of them.
#[must_use]
pub fn objects() -> Vec<Object> {
    vec![input_error(), taken_error(), version_conflict_error(), in_use_error()]
}

fn code_of(issue: &Issue) -> Leaf<'_> {
    name(code(&issue.kind))
}

fn path_of(issue: &Issue) -> Leaf<'_> {
    Leaf::List(issue.path.iter().map(|part| part.as_str().into()).collect())
}

fn message_of(issue: &Issue) -> Leaf<'_> {
    sentence(issue).into()
}

fn input_error() -> Object {
    object! {
        /// A mistake that is told in full by its code, message and path.
        type InputError: MutationError {
            /// What a program can act on.
            code: "MutationErrorCode!" = of_object(code_of).of::<MutationErrorCode>();
            /// What a person can act on. Don't match on it: it may change.
            message: "String!" = of_object(message_of);
            /// Where in the input it is: `["externalIds", "0", "value"]`. Empty where it is about the whole.
            path: "[String!]!" = of_object(path_of);
        }
    }
}

fn taken_error() -> Object {
    object! {
        /// Something else has it already: a slug, an id, a name in another system.
        type TakenError: MutationError {
            /// `TAKEN`.
            code: "MutationErrorCode!" = of_object(code_of).of::<MutationErrorCode>();
            /// What a person can act on. Don't match on it: it may change.
            message: "String!" = of_object(message_of);
            /// Where in the input it is.
            path: "[String!]!" = of_object(path_of);
            /// What has it; null when you may not see it, or when it is gone: slugs and ids are never given away.
            existing: "Node" = related(batch(Vec::new(), named));
        }
    }
}

fn version_conflict_error() -> Object {
    object! {
        /// The thing is not as it was when you read it: somebody changed it since. Look at `current`, and send your change
        /// again with `currentVersion` if it is still right.
        type VersionConflictError: MutationError {
            /// `VERSION_CONFLICT`.
            code: "MutationErrorCode!" = of_object(code_of).of::<MutationErrorCode>();
            /// What a person can act on. Don't match on it: it may change.
            message: "String!" = of_object(message_of);
            /// Where in the input it is: `["expectedVersion"]`.
            path: "[String!]!" = of_object(path_of);
            /// The version that the thing has now.
            currentVersion: "Int!" = of_object(|issue: &Issue| match issue.kind {
                IssueKind::VersionConflict(_, version) => version.into(),
                _ => Leaf::Null,
            });
            /// The thing as it is now.
            current: "Node!" = related(batch(Vec::new(), named));
        }
    }
}

fn in_use_error() -> Object {
    object! {
        /// Others refer to it, so that it can't go unless they do. Where the mutation takes `cascade`, that takes along what
        /// belongs to it, and takes it out of what else refers to it.
        type InUseError: MutationError {
            /// `IN_USE`.
            code: "MutationErrorCode!" = of_object(code_of).of::<MutationErrorCode>();
            /// What a person can act on. Don't match on it: it may change.
            message: "String!" = of_object(message_of);
            /// Where in the input it is: `["id"]`.
            path: "[String!]!" = of_object(path_of);
            /// What refers to it, as far as you may see it: 10 at most.
            usedBy: "[Node!]!" = related(batch(Vec::new(), used_by));
            /// How many refer to it, as far as you may see them.
            usedByCount: "Int!" = of_object(|issue: &Issue| match &issue.kind {
                IssueKind::InUse(by) => i32::try_from(by.len()).unwrap_or(i32::MAX).into(),
                _ => Leaf::Null,
            });
        }
    }
}

/// The node that a mistake names.
fn named<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
    let of = |parent: &Parent<'_>| -> Wanted {
        match parent.row.object::<Issue>()?.kind {
            IssueKind::Taken(existing) => existing.map(Ok),
            IssueKind::VersionConflict(current, _) => Some(Ok(current)),
            _ => None,
        }
    };
    Box::pin(node::node(load, load.parents.iter().map(of).collect()))
}

fn used_by<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
    let of = |parent: &Parent<'_>| match parent.row.object::<Issue>().map(|issue| &issue.kind) {
        Some(IssueKind::InUse(by)) => by.iter().take(10).map(|node| Some(Ok(*node))).collect(),
        _ => Vec::new(),
    };
    Box::pin(node::nodes(load, load.parents.iter().map(of).collect(), true))
}

/// The field of a payload that tells its mistakes.
pub fn errors<P: Any>(of: fn(&P) -> Vec<Issue>) -> Field {
    let about = [
        " What is wrong with the input, all of it; empty where it was done. Where anything in the operation has an",
        " error, nothing of the operation was done.",
    ];
    Field::new("errors", &about, "[MutationError!]!", Vec::new(), related(Errors { of }))
}

struct Errors<P> {
    of: fn(&P) -> Vec<Issue>,
}

impl<P: Any> Relation for Errors<P> {
    fn is_counted(&self) -> bool {
        false
    }

    fn load<'a>(&'a self, load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
        let mut tables: [Vec<Issue>; 4] = Default::default();
        let lists = load.parents.iter().map(|parent| {
            let issues = parent.row.object::<P>().map(self.of).unwrap_or_default();
            let mut items = Vec::with_capacity(issues.len());
            for issue in issues {
                let table = match issue.kind {
                    IssueKind::Taken(_) => 1,
                    IssueKind::VersionConflict(..) => 2,
                    IssueKind::InUse(_) => 3,
                    _ => 0,
                };
                tables[table].push(issue);
                let row = u32::try_from(tables[table].len() - 1).unwrap_or(u32::MAX);
                items.push(Item::Row(u16::try_from(table).unwrap_or(u16::MAX), row));
            }
            items
        });
        let (starts, items) = flat(lists.collect());
        let names = ["InputError", "TakenError", "VersionConflictError", "InUseError"];
        let tables = names.into_iter().zip(tables).map(|(name, issues)| (name, Rows::of_objects(issues))).collect();
        Box::pin(std::future::ready(Ok(Found { tables, items: Items::Many(starts, items), ..Found::default() })))
    }
}

/// What a credit or reference that a payload tells of was for.
pub fn subject<P: Any>(of: fn(&P) -> Option<Subject>) -> Declared {
    related(SubjectOf { of })
}

struct SubjectOf<P> {
    of: fn(&P) -> Option<Subject>,
}

impl<P: Any> Relation for SubjectOf<P> {
    fn load<'a>(&'a self, load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
        let named = |row: Row<'_>| {
            let subject = row.object::<P>().and_then(self.of)?;
            Some(match subject {
                Subject::Event(id) => (NodeType::Event, id),
                Subject::Microconference(id) => (NodeType::Microconference, id),
                Subject::Topic(id) => (NodeType::Topic, id),
                Subject::Accomplishment(id) => (NodeType::Accomplishment, id),
                Subject::Session(id) => (NodeType::Session, id),
            })
        };
        let wanted = load.parents.iter().map(|parent| named(parent.row).map(Ok)).collect();
        Box::pin(node::node(load, wanted))
    }
}

/// What all mistakes have.
#[must_use]
pub fn error() -> Abstract {
    let fields = vec![
        abstract_field("code", "MutationErrorCode!", "What a program can act on."),
        abstract_field("message", "String!", "What a person can act on. Don't match on it: it may change."),
        abstract_field(
            "path",
            "[String!]!",
            "Where in the input it is: `[\"externalIds\", \"0\", \"value\"]`. Empty where it is about the whole.",
        ),
    ];
    interface("MutationError", "Something that is wrong with the input of a mutation.", fields)
}
