//! The types of validation errors.

use std::any::Any;

use futures_util::future::LocalBoxFuture;
use plenary_entity::enums::NodeType;

use super::error::{MutationErrorCode, code, sentence};
use crate::{
    check::{Details, Issue, IssueKind},
    database::rows::{Row, Rows},
    error::Result,
    execution::{
        found::{Found, Item, Items, flat},
        leaf::{Leaf, name},
        lookup::{Objects, batch, given},
        node::{self, Requested},
        object::{Abstract, Declared, Field, Object, abstract_field, interface, object, of_object, related},
        relation::{Load, Parent, Relation},
    },
    schedule::conflict::ScheduleConflict,
    subject::Subject,
};

/// All types declared here.
#[must_use]
pub fn objects() -> Vec<Object> {
    vec![input_error(), taken_error(), version_conflict_error(), in_use_error(), schedule_conflict_error()]
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
        /// Validation error without further details.
        type InputError: MutationError {
            /// Error category, for use by programs.
            code: "MutationErrorCode!" = of_object(code_of).of::<MutationErrorCode>();
            /// Human-readable message. It may change; don't match on it.
            message: "String!" = of_object(message_of);
            /// Path to the invalid input: `["externalIds", "0", "value"]`. Empty if the error concerns the whole input.
            path: "[String!]!" = of_object(path_of);
        }
    }
}

fn taken_error() -> Object {
    object! {
        /// The value is already in use, such as a slug, ID or external ID.
        type TakenError: MutationError {
            /// Always `TAKEN`.
            code: "MutationErrorCode!" = of_object(code_of).of::<MutationErrorCode>();
            /// Human-readable message. It may change; don't match on it.
            message: "String!" = of_object(message_of);
            /// Path to the invalid input.
            path: "[String!]!" = of_object(path_of);
            /// Node that uses the value. Null if not visible to you or deleted. Slugs and IDs are not reused.
            existing: "Node" = related(batch(Vec::new(), named));
        }
    }
}

fn version_conflict_error() -> Object {
    object! {
        /// The node has changed since you read it. Check `current`, and if your change still applies, retry with
        /// `currentVersion`.
        type VersionConflictError: MutationError {
            /// Always `VERSION_CONFLICT`.
            code: "MutationErrorCode!" = of_object(code_of).of::<MutationErrorCode>();
            /// Human-readable message. It may change; don't match on it.
            message: "String!" = of_object(message_of);
            /// Path to the invalid input: `["expectedVersion"]`.
            path: "[String!]!" = of_object(path_of);
            /// Current version of the node.
            currentVersion: "Int!" = of_object(|issue: &Issue| match issue.kind {
                IssueKind::VersionConflict(_, version) => version.into(),
                _ => Leaf::Null,
            });
            /// Current state of the node.
            current: "Node!" = related(batch(Vec::new(), named));
        }
    }
}

fn in_use_error() -> Object {
    object! {
        /// The node is still referenced and can't be deleted. Where the mutation has a `cascade` option, it also
        /// deletes what belongs to the node and removes all other references.
        type InUseError: MutationError {
            /// Always `IN_USE`.
            code: "MutationErrorCode!" = of_object(code_of).of::<MutationErrorCode>();
            /// Human-readable message. It may change; don't match on it.
            message: "String!" = of_object(message_of);
            /// Path to the invalid input: `["id"]`.
            path: "[String!]!" = of_object(path_of);
            /// Nodes that refer to it: the first 10 visible to you.
            usedBy: "[Node!]!" = related(batch(Vec::new(), used_by));
            /// Number of referring nodes visible to you.
            usedByCount: "Int!" = of_object(|issue: &Issue| match &issue.kind {
                IssueKind::InUse(by) => i32::try_from(by.len()).unwrap_or(i32::MAX).into(),
                _ => Leaf::Null,
            });
        }
    }
}

fn schedule_conflict_error() -> Object {
    object! {
        /// Conflicts that block a release. Resolve them, or give an `overrideReason`.
        type ScheduleConflictError: MutationError {
            /// `CONFLICT`.
            code: "MutationErrorCode!" = of_object(code_of).of::<MutationErrorCode>();
            /// Message for people. May change; use `code` in programs.
            message: "String!" = of_object(message_of);
            /// Always empty: the error concerns the schedule as a whole.
            path: "[String!]!" = of_object(path_of);
            /// Conflicts with the severity `BLOCKS_RELEASE`, sorted by time.
            conflicts: "[ScheduleConflict!]!" = related(given(|issue: &Issue| match &issue.kind {
                IssueKind::Blocked(Details(conflicts)) => {
                    Objects(conflicts.downcast_ref::<Vec<ScheduleConflict>>().cloned().unwrap_or_default())
                }
                _ => Objects(Vec::new()),
            }));
        }
    }
}

/// The node of an error.
fn named<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
    let of = |parent: &Parent<'_>| -> Requested {
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

/// The `errors` field of a payload.
pub fn errors<P: Any>(of: fn(&P) -> Vec<Issue>) -> Field {
    let about = [
        " Validation errors. Empty on success. If any field of the operation has an error, nothing of the operation is",
        " saved.",
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
        let mut tables: [Vec<Issue>; 5] = Default::default();
        let lists = load.parents.iter().map(|parent| {
            let issues = parent.row.object::<P>().map(self.of).unwrap_or_default();
            let mut items = Vec::with_capacity(issues.len());
            for issue in issues {
                let table = match issue.kind {
                    IssueKind::Taken(_) => 1,
                    IssueKind::VersionConflict(..) => 2,
                    IssueKind::InUse(_) => 3,
                    IssueKind::Blocked(_) => 4,
                    _ => 0,
                };
                tables[table].push(issue);
                let row = u32::try_from(tables[table].len() - 1).unwrap_or(u32::MAX);
                items.push(Item::Row(u16::try_from(table).unwrap_or(u16::MAX), row));
            }
            items
        });
        let (starts, items) = flat(lists.collect());
        let names = ["InputError", "TakenError", "VersionConflictError", "InUseError", "ScheduleConflictError"];
        let tables = names.into_iter().zip(tables).map(|(name, issues)| (name, Rows::of_objects(issues))).collect();
        Box::pin(std::future::ready(Ok(Found { tables, items: Items::Many(starts, items), ..Found::default() })))
    }
}

/// The subject of a credit or reference in a payload.
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

/// The interface of all validation errors.
#[must_use]
pub fn error() -> Abstract {
    let fields = vec![
        abstract_field("code", "MutationErrorCode!", "Error category, for use by programs."),
        abstract_field("message", "String!", "Human-readable message. It may change; don't match on it."),
        abstract_field(
            "path",
            "[String!]!",
            "Path to the invalid input: `[\"externalIds\", \"0\", \"value\"]`. Empty if the error concerns the whole input.",
        ),
    ];
    interface("MutationError", "Validation error of a mutation.", fields)
}
