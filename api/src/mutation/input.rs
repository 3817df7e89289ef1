//! Inputs as they are declared: one list of fields, from which creating and updating follow.

use async_graphql::MaybeUndefined;
use plenary_entity::external_id;
use uuid::Uuid;

/// A row with its external IDs, ready to be written.
pub struct Draft<Row> {
    /// ID of the row.
    pub id: Uuid,
    /// The row.
    pub row: Row,
    /// Its external IDs; `None` keeps the existing ones.
    pub external_ids: Option<Vec<external_id::ActiveModel>>,
}

/// Declares the inputs that create and update one type, from one list of fields.
///
/// ```text
/// inputs! {
///     create CreateRoomInput { venue_id: ID, }
///     update UpdateRoomInput {}
///     fields RoomFields of room {
///         required { name: String => Checks::line, }
///         default { allows_overlap: bool = "false", }
///         optional { capacity: i32, }
///         custom { external_ids: Vec<ExternalIdInput>, }
///     }
/// }
/// ```
///
/// Inputs and fields each have a doc comment before them. `create` and `update` hold what only one of the two inputs
/// has; `id` and `expectedVersion` of an update come by themselves. The fields are in groups:
///
/// | group | left out when creating | null when updating |
/// |---|---|---|
/// | `required` | an error | an error |
/// | `default` | the value after `=` | an error |
/// | `preset` | what the mutation has set on the row | an error |
/// | `optional` | null | null |
/// | `custom` | null | null |
///
/// Both inputs become `RoomFields`, which has the given values. `RoomFields::set` checks it and sets the columns of the
/// same names, but for the `custom` fields, which are left to the caller. The function after `=>` checks a value and
/// gives that of the column, or none. `title and title_folded` sets the folded text too.
macro_rules! inputs {
    (
        $(#[$($create_doc:tt)*])*
        create $create:ident { $($(#[$($c_doc:tt)*])* $c:ident: $c_type:ty,)* }

        $(#[$($update_doc:tt)*])*
        update $update:ident { $($(#[$($u_doc:tt)*])* $u:ident: $u_type:ty,)* }

        fields $fields:ident of $table:ident {
            $(required {
                $($(#[$($r_doc:tt)*])* $r:ident $(and $r_folded:ident)?: $r_type:ty $(=> $r_check:path)?,)*
            })?
            $(default { $($(#[$($d_doc:tt)*])* $d:ident: $d_type:ty = $default:tt,)* })?
            $(preset { $($(#[$($p_doc:tt)*])* $p:ident: $p_type:ty => $p_check:path,)* })?
            $(optional { $($(#[$($o_doc:tt)*])* $o:ident: $o_type:ty $(=> $o_check:path)?,)* })?
            $(custom { $($(#[$($x_doc:tt)*])* $x:ident: $x_type:ty,)* })?
        }
    ) => {
        $(#[$($create_doc)*])*
        #[derive(async_graphql::InputObject)]
        pub struct $create {
            $($(#[$($c_doc)*])* pub $c: $c_type,)*
            $($($(#[$($r_doc)*])* pub $r: $r_type,)*)?
            $($($(#[$($d_doc)*])* #[graphql(default_with = $default)] pub $d: $d_type,)*)?
            $($($(#[$($p_doc)*])* pub $p: Option<$p_type>,)*)?
            $($($(#[$($o_doc)*])* pub $o: Option<$o_type>,)*)?
            $($($(#[$($x_doc)*])* pub $x: Option<$x_type>,)*)?
        }

        $(#[$($update_doc)*])*
        #[derive(async_graphql::InputObject)]
        pub struct $update {
            /// ID of the node to update.
            pub id: async_graphql::ID,
            /// The `version` that you last read. If it has changed since, nothing is written and the error is
            /// `VERSION_CONFLICT`.
            pub expected_version: Option<i32>,
            $($(#[$($u_doc)*])* pub $u: async_graphql::MaybeUndefined<$u_type>,)*
            $($($(#[$($r_doc)*])* pub $r: async_graphql::MaybeUndefined<$r_type>,)*)?
            $($($(#[$($d_doc)*])* pub $d: async_graphql::MaybeUndefined<$d_type>,)*)?
            $($($(#[$($p_doc)*])* pub $p: async_graphql::MaybeUndefined<$p_type>,)*)?
            $($($(#[$($o_doc)*])* pub $o: async_graphql::MaybeUndefined<$o_type>,)*)?
            $($($(#[$($x_doc)*])* pub $x: async_graphql::MaybeUndefined<$x_type>,)*)?
        }

        impl $update {
            /// Whether none but the named fields are given.
            #[must_use]
            pub fn only(&self, names: &[&str]) -> bool {
                [
                    $((stringify!($u), self.$u.is_undefined()),)*
                    $($((stringify!($r), self.$r.is_undefined()),)*)?
                    $($((stringify!($d), self.$d.is_undefined()),)*)?
                    $($((stringify!($p), self.$p.is_undefined()),)*)?
                    $($((stringify!($o), self.$o.is_undefined()),)*)?
                    $($((stringify!($x), self.$x.is_undefined()),)*)?
                ]
                .into_iter()
                .all(|(field, is_undefined)| {
                    is_undefined || names.contains(&$crate::mutation::input::name(field).as_str())
                })
            }
        }

        /// The fields that were given.
        #[derive(Default)]
        pub struct $fields {
            $($($(#[$($r_doc)*])* pub $r: async_graphql::MaybeUndefined<$r_type>,)*)?
            $($($(#[$($d_doc)*])* pub $d: async_graphql::MaybeUndefined<$d_type>,)*)?
            $($($(#[$($p_doc)*])* pub $p: async_graphql::MaybeUndefined<$p_type>,)*)?
            $($($(#[$($o_doc)*])* pub $o: async_graphql::MaybeUndefined<$o_type>,)*)?
            $($($(#[$($x_doc)*])* pub $x: async_graphql::MaybeUndefined<$x_type>,)*)?
        }

        impl $fields {
            /// Checks the fields that were given, and sets their columns. The custom ones are left to the caller.
            pub fn set(&self, checks: &mut $crate::check::Checks, row: &mut plenary_entity::$table::ActiveModel) {
                $($(if let Some(given) = checks.present(&$crate::mutation::input::name(stringify!($r)), &self.$r) {
                    let value = $crate::mutation::input::required!(checks, $r, given $(, $r_check)?);
                    $(row.$r_folded = sea_orm::Set($crate::text::fold(&value));)?
                    row.$r = sea_orm::Set(value);
                })*)?
                $($(if let Some(given) = checks.present(&$crate::mutation::input::name(stringify!($d)), &self.$d) {
                    row.$d = sea_orm::Set($crate::mutation::input::required!(checks, $d, given));
                })*)?
                $($(if let Some(given) = checks.present(&$crate::mutation::input::name(stringify!($p)), &self.$p) {
                    row.$p = sea_orm::Set($crate::mutation::input::required!(checks, $p, given, $p_check));
                })*)?
                $($(if let Some(given) = self.$o.as_opt_ref() {
                    row.$o = sea_orm::Set(given.and_then(|given| $crate::mutation::input::optional!(checks, $o, given $(, $o_check)?)));
                })*)?
            }
        }

        impl From<$create> for $fields {
            fn from(input: $create) -> Self {
                Self {
                    $($($r: async_graphql::MaybeUndefined::Value(input.$r),)*)?
                    $($($d: async_graphql::MaybeUndefined::Value(input.$d),)*)?
                    $($($p: $crate::mutation::input::given(input.$p),)*)?
                    $($($o: $crate::mutation::input::given_or_null(input.$o),)*)?
                    $($($x: $crate::mutation::input::given_or_null(input.$x),)*)?
                }
            }
        }

        impl From<$update> for $fields {
            fn from(input: $update) -> Self {
                Self {
                    $($($r: input.$r,)*)?
                    $($($d: input.$d,)*)?
                    $($($p: input.$p,)*)?
                    $($($o: input.$o,)*)?
                    $($($x: input.$x,)*)?
                }
            }
        }
    };
}
pub(crate) use inputs;

/// The value of a column that is never null.
macro_rules! required {
    ($checks:ident, $field:ident, $given:ident, $check:path) => {
        $check($checks, &$crate::mutation::input::name(stringify!($field)), $given)
    };
    ($checks:ident, $field:ident, $given:ident) => {
        (*$given).into()
    };
}
pub(crate) use required;

/// The value of a column that may be null.
macro_rules! optional {
    ($checks:ident, $field:ident, $given:ident, $check:path) => {
        Option::from($check($checks, &$crate::mutation::input::name(stringify!($field)), $given))
    };
    ($checks:ident, $field:ident, $given:ident) => {
        Some((*$given).into())
    };
}
pub(crate) use optional;

/// The name of a field as the schema has it.
#[must_use]
pub fn name(field: &str) -> String {
    let mut words = field.strip_prefix("r#").unwrap_or(field).split('_');
    let mut name = words.next().unwrap_or_default().to_owned();
    for word in words {
        name.extend(word.chars().take(1).map(|letter| letter.to_ascii_uppercase()));
        name.extend(word.chars().skip(1));
    }
    name
}

/// A field that keeps its value if omitted.
#[must_use]
pub fn given<T>(value: Option<T>) -> MaybeUndefined<T> {
    value.map_or(MaybeUndefined::Undefined, MaybeUndefined::Value)
}

/// A field that is null where it is left out.
#[must_use]
pub fn given_or_null<T>(value: Option<T>) -> MaybeUndefined<T> {
    value.map_or(MaybeUndefined::Null, MaybeUndefined::Value)
}

/// A list that was given: null is an empty one, and one that was left out is none.
#[must_use]
pub fn list<T>(given: &MaybeUndefined<Vec<T>>) -> Option<&[T]> {
    given.as_opt_ref().map(|given| given.map(Vec::as_slice).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use async_graphql::ID;
    use plenary_entity::session;
    use sea_orm::{Set, Unchanged};

    use super::*;
    use crate::check::Checks;

    inputs! {
        /// A new talk.
        create CreateTalkInput {}

        /// Changes to a talk.
        update UpdateTalkInput {}

        fields TalkFields of session {
            required {
                /// Title.
                title and title_folded: String => Checks::line,
            }
            optional {
                /// Abstract.
                r#abstract: String => Checks::markdown,
            }
        }
    }

    fn update(title: MaybeUndefined<String>, r#abstract: MaybeUndefined<String>) -> UpdateTalkInput {
        UpdateTalkInput { id: ID::from("session_1"), expected_version: None, title, r#abstract }
    }

    fn talk() -> session::ActiveModel {
        let title = Unchanged("Old".to_owned());
        session::ActiveModel { title, r#abstract: Unchanged(Some("Old".into())), ..Default::default() }
    }

    /// The row after an update, and the paths of the mistakes in it.
    fn updated(input: UpdateTalkInput) -> (session::ActiveModel, Vec<String>) {
        let (mut row, mut checks) = (talk(), Checks::default());
        TalkFields::from(input).set(&mut checks, &mut row);
        (row, checks.into_issues().into_iter().map(|issue| issue.path.join(".")).collect())
    }

    #[test]
    fn omitted_fields_keep_their_values() {
        let (row, mistakes) = updated(update(MaybeUndefined::Undefined, MaybeUndefined::Undefined));
        assert_eq!((row, mistakes), (talk(), vec![]));
    }

    #[test]
    fn null_clears_optional_fields() {
        let (row, mistakes) = updated(update(MaybeUndefined::Undefined, MaybeUndefined::Null));
        assert_eq!((row.r#abstract, mistakes), (Set(None), vec![]));
    }

    #[test]
    fn null_is_an_error_for_required_fields() {
        let (row, mistakes) = updated(update(MaybeUndefined::Null, MaybeUndefined::Undefined));
        assert_eq!((row.title, mistakes), (talk().title, vec!["title".to_owned()]));
    }

    #[test]
    fn setting_a_title_sets_its_folded_text() {
        let (row, _) = updated(update(MaybeUndefined::Value(" New ".into()), MaybeUndefined::Undefined));
        assert_eq!((row.title, row.title_folded), (Set("New".to_owned()), Set("new".to_owned())));
    }

    #[test]
    fn every_error_has_a_path() {
        let (_, mistakes) = updated(update(MaybeUndefined::Value(String::new()), MaybeUndefined::Value(" ".into())));
        assert_eq!(mistakes, ["title", "abstract"]);
    }

    #[test]
    fn omitted_fields_of_a_new_row_are_null() {
        let input = CreateTalkInput { title: "New".into(), r#abstract: None };
        let (mut row, mut checks) = (session::ActiveModel::default(), Checks::default());
        TalkFields::from(input).set(&mut checks, &mut row);
        assert_eq!(row.r#abstract, Set(None));
    }

    #[test]
    fn an_update_knows_whether_it_changes_only_named_fields() {
        assert!(update(MaybeUndefined::Undefined, MaybeUndefined::Null).only(&["abstract"]));
        assert!(!update(MaybeUndefined::Null, MaybeUndefined::Null).only(&["abstract"]));
    }

    #[test]
    fn names_are_converted_to_camel_case() {
        assert_eq!(["r#abstract", "time_zone_override"].map(name), ["abstract", "timeZoneOverride"]);
    }
}
