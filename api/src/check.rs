//! Validates input. All errors of an input are found at once, each with its path.

use std::{any::Any, sync::Arc};

use async_graphql::{ID, MaybeUndefined};
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use plenary_entity::enums::NodeType;
use sea_orm::ActiveEnum;
use uuid::Uuid;

use crate::{
    auth::token::LONGEST_SUBJECT,
    graphql::id,
    text::{
        character::{self, Lines, Refused, is_invisible},
        link, slug,
    },
    time,
};

/// How long a title or name may be, in characters.
pub const LONGEST_LINE: usize = 200;
/// How long a Markdown text may be, in characters.
pub const LONGEST_MARKDOWN: usize = 50_000;
/// How long something may be planned to take, in minutes: a week.
pub const LONGEST_MINUTES: i32 = 7 * 24 * 60;

/// Maximum number of external IDs of a node.
pub const MOST_EXTERNAL_IDS: usize = 20;

/// A validation error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// Category of the validation error.
    pub kind: IssueKind,
    /// Path to the invalid input.
    pub path: Vec<String>,
    /// What is wrong, and how to fix it.
    pub message: String,
}

/// Category of a validation error, with the data that its type needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IssueKind {
    /// Malformed or out of range.
    Invalid,
    /// An id in the input names nothing that may be named.
    NotFound,
    /// Something else has it already: what has it.
    Taken(Option<(NodeType, Uuid)>),
    /// The node has changed since it was read: the node, and its version.
    VersionConflict((NodeType, Uuid), i32),
    /// Contradicts current data.
    Conflict,
    /// Others refer to it: which.
    InUse(Vec<(NodeType, Uuid)>),
    /// The maximum number of items is reached.
    TooMany,
    /// Something speaks against it: what, for the type of error that tells it.
    Blocked(Details),
    /// Nothing is wrong with it, but with something else in the same operation.
    RolledBack,
}

/// What a mistake brings along that only its type of error knows.
#[derive(Clone, Debug)]
pub struct Details(pub Arc<dyn Any + Send + Sync>);

impl PartialEq for Details {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Details {}

impl Issue {
    /// An error in a field, given by its path with dots; an empty path is the whole input.
    #[must_use]
    pub fn new(kind: IssueKind, field: &str, message: impl Into<String>) -> Self {
        let path = field.split('.').filter(|step| !step.is_empty()).map(Into::into).collect();
        Self { kind, path, message: message.into() }
    }
}

/// Collects the validation errors of an input. Each check returns a value to continue with, valid or not.
#[derive(Debug, Default)]
pub struct Checks {
    issues: Vec<Issue>,
}

impl Checks {
    /// The draft, if nothing was found wrong.
    ///
    /// # Errors
    ///
    /// All that was found wrong.
    pub fn finish<T>(self, draft: T) -> Result<T, Vec<Issue>> {
        if self.issues.is_empty() { Ok(draft) } else { Err(self.issues) }
    }

    /// All that was found wrong.
    #[must_use]
    pub fn into_issues(self) -> Vec<Issue> {
        self.issues
    }

    /// Notes that a field is wrong.
    pub fn wrong(&mut self, field: &str, message: impl Into<String>) {
        self.note(IssueKind::Invalid, field, message);
    }

    /// Records an error of any category.
    pub fn note(&mut self, kind: IssueKind, field: &str, message: impl Into<String>) {
        self.issues.push(Issue::new(kind, field, message));
    }

    /// Whether nothing was found wrong with a field, or with what is in it, so far.
    #[must_use]
    pub fn is_right(&self, field: &str) -> bool {
        let is_within = |path: &[String]| {
            let mut steps = path.iter();
            field.split('.').all(|step| steps.next().is_some_and(|given| given == step))
        };
        !self.issues.iter().any(|issue| is_within(&issue.path))
    }

    /// Records an error if a status can't follow the current one.
    pub fn step<S: ActiveEnum<Value = String> + PartialEq>(&mut self, field: &str, (from, to): (&S, &S), next: &[S]) {
        if next.contains(to) {
            return;
        }
        let words: Vec<String> = next.iter().map(ActiveEnum::to_value).collect();
        let may = match words.split_last() {
            Some((last, [])) => last.clone(),
            Some((last, others)) => format!("{} or {last}", others.join(", ")),
            None => "nothing else".into(),
        };
        let (from, to) = (from.to_value(), to.to_value());
        let message = if from == to {
            format!("is {to} already; it can change to {may}")
        } else {
            format!("can't change from {from} to {to}; it can change to {may}")
        };
        self.note(IssueKind::Conflict, field, message);
    }

    /// The value that was given for a field, if one was; that it is null is noted.
    pub fn present<'a, T>(&mut self, field: &str, given: &'a MaybeUndefined<T>) -> Option<&'a T> {
        if given.is_null() {
            self.wrong(field, "must not be null; omit it to keep the current value");
        }
        given.value()
    }

    /// The key in an ID of a given type; none, with an error, if it is not such an ID.
    pub fn id(&mut self, field: &str, given: &ID, wanted: NodeType) -> Option<Uuid> {
        match id::decode_as("", given, wanted) {
            Ok(key) => Some(key),
            Err(fault) => {
                // The path says which argument it was.
                let message = fault.message.strip_prefix("``: ").or(fault.message.strip_prefix("`` "));
                self.wrong(field, message.unwrap_or(&fault.message));
                None
            }
        }
    }

    /// The same as [`Self::id`], for an ID that may be of several types.
    pub fn id_of(&mut self, field: &str, given: &ID, wanted: &[NodeType]) -> Option<(NodeType, Uuid)> {
        let found = id::decode(given).ok().filter(|(node_type, _)| wanted.contains(node_type));
        if found.is_none() {
            let prefixes: Vec<String> = wanted.iter().map(|node_type| format!("`{}_`", node_type.prefix())).collect();
            self.wrong(field, format!("must be an ID that starts with {}", prefixes.join(" or ")));
        }
        found
    }

    /// Notes that a field is wrong unless a condition holds.
    pub fn ensure(&mut self, right: bool, field: &str, message: &str) {
        if !right {
            self.wrong(field, message);
        }
    }

    /// One line of text, which must not be empty.
    pub fn line(&mut self, field: &str, text: &str) -> String {
        self.is_clean(field, character::find_refused_in_trimmed(text, Lines::One));
        let text = text.trim();
        self.not_empty(field, text, "must not be empty");
        self.within(field, text, LONGEST_LINE);
        text.into()
    }

    /// The subject of a token, letter by letter as a token has it.
    pub fn subject(&mut self, field: &str, subject: &str) -> String {
        self.is_clean(field, character::find_refused(subject, Lines::Word));
        self.not_empty(field, subject, "must not be empty");
        self.within(field, subject, LONGEST_SUBJECT);
        subject.into()
    }

    /// Markdown, which must not be empty.
    pub fn markdown(&mut self, field: &str, text: &str) -> String {
        self.is_clean(field, character::find_refused_in_trimmed(text, Lines::Many));
        let text = text.trim();
        self.not_empty(field, text, "must not be empty; leave it out instead");
        self.within(field, text, LONGEST_MARKDOWN);
        text.into()
    }

    /// Records an error for characters that no text may contain. Whether there are none.
    fn is_clean(&mut self, field: &str, refused: Option<Refused>) -> bool {
        if let Some(refused) = refused {
            self.wrong(field, refused.message());
        }
        refused.is_none()
    }

    /// Notes a text that shows nothing.
    fn not_empty(&mut self, field: &str, text: &str, message: &str) {
        if text.is_empty() {
            self.wrong(field, message);
        } else if text.chars().all(is_invisible) {
            self.wrong(field, "must contain a visible character");
        }
    }

    fn within(&mut self, field: &str, text: &str, longest: usize) {
        let length = text.chars().count();
        if length > longest {
            self.wrong(field, format!("has {length} characters; the maximum is {longest}"));
        }
    }

    /// The value of a text that has a form of its own; `right` says which.
    pub fn formed<T>(
        &mut self,
        field: &str,
        text: &str,
        parse: impl FnOnce(&str) -> Result<T, String>,
        right: &str,
    ) -> Option<T> {
        if !self.is_clean(field, character::find_refused(text, Lines::Word)) {
            return None;
        }
        parse(text).map_err(|reason| self.wrong(field, format!("{right}; {reason}"))).ok()
    }

    /// A name for addresses.
    pub fn slug(&mut self, field: &str, slug: &str) -> String {
        if self.is_clean(field, character::find_refused(slug, Lines::Word))
            && let Err(message) = slug::check(slug)
        {
            self.wrong(field, message);
        }
        slug.into()
    }

    /// The name of an IANA zone.
    pub fn zone(&mut self, field: &str, name: &str) -> String {
        if self.is_clean(field, character::find_refused(name, Lines::Word))
            && let Err(meant) = time::zone_name(name)
        {
            let meant = meant.unwrap_or("America/Halifax");
            self.wrong(field, format!("must be the name of an IANA time zone, such as `{meant}`"));
        }
        name.into()
    }

    /// An absolute URL, in canonical form.
    pub fn url(&mut self, field: &str, text: &str) -> Option<String> {
        if !self.is_clean(field, character::find_refused_in_trimmed(text, Lines::Word)) {
            return None;
        }
        match link::parse(text.trim()) {
            Ok(url) => Some(url.into()),
            Err(message) => {
                self.wrong(field, message);
                None
            }
        }
    }

    /// A calendar date.
    pub fn date(&mut self, field: &str, text: &str) -> Option<NaiveDate> {
        self.formed(field, text, time::date, "must be a calendar date, such as `2021-09-20`")
    }

    /// An instant.
    pub fn instant(&mut self, field: &str, text: &str) -> Option<DateTime<Utc>> {
        let right = "must be an RFC 3339 date and time with an offset, such as `2021-09-20T10:00:00-03:00`";
        self.formed(field, text, time::rfc3339, right)
    }

    /// A local date and time.
    pub fn local_time(&mut self, field: &str, text: &str) -> Option<NaiveDateTime> {
        let right = "must be a local date and time without an offset, such as `2021-09-20T10:00:00`";
        self.formed(field, text, time::local_time, right)
    }

    /// A length of time in minutes, which may be left out.
    pub fn minutes(&mut self, field: &str, minutes: &i32) -> Option<i32> {
        let is_right = (1..=LONGEST_MINUTES).contains(minutes);
        self.ensure(is_right, field, "must be from 1 to 10,080 (a week)");
        is_right.then_some(*minutes)
    }

    /// Whether a list has as many as fit, or fewer; that it has more is noted.
    pub fn at_most(&mut self, field: &str, length: usize, most: usize) -> bool {
        if length > most {
            self.note(IssueKind::TooMany, field, format!("has {length} items; the maximum is {most}"));
        }
        length <= most
    }

    /// The position after the last of the existing items. An error is recorded if there is no room.
    pub fn one_more(&mut self, field: &str, things: &str, there: usize, most: usize) -> i32 {
        if there >= most {
            self.note(IssueKind::TooMany, field, format!("already has {there} {things}, which is the maximum"));
        }
        i32::try_from(there).unwrap_or(i32::MAX)
    }

    /// A short list of distinct items.
    pub fn distinct<T: Eq + std::hash::Hash>(&mut self, field: &str, things: &[T]) {
        let different: std::collections::HashSet<_> = things.iter().collect();
        self.ensure(different.len() == things.len(), field, "must not contain duplicates");
    }
}
