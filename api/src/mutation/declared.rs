//! The macro that declares mutations and their payloads.

use std::{any::Any, marker::PhantomData};

use async_graphql::InputType;
use futures_util::future::LocalBoxFuture;

use super::{Command, Payload, mutate};
use crate::{
    database::rows::Rows,
    error::{Fault, Result},
    execution::{
        arguments::Arguments,
        object::{Declared, Doing, Source},
    },
};

/// Runs the mutation of a root field.
pub fn done<C, P>() -> Declared
where
    C: Command + InputType + 'static,
    P: Payload<Output = C::Output> + Any + Send + Sync,
{
    Source::Done(Box::new(Mutation::<C, P>(PhantomData))).into()
}

struct Mutation<C, P>(PhantomData<fn(C) -> P>);

impl<C, P> Doing for Mutation<C, P>
where
    C: Command + InputType + 'static,
    P: Payload<Output = C::Output> + Any + Send + Sync,
{
    fn run<'a>(
        &'a self,
        work: &'a (dyn Any + Send + Sync),
        key: &'a str,
        arguments: &'a Arguments,
    ) -> LocalBoxFuture<'a, Result<Rows>> {
        Box::pin(async move {
            let work = work.downcast_ref().ok_or_else(|| Fault::internal(&"a mutation without a transaction"))?;
            Ok(Rows::of_objects(vec![mutate::<C, P>(work, key, arguments).await?]))
        })
    }
}

/// Declares mutations: a root field for each, and the type of its answer.
///
/// `/// doc` `name(Input) -> Payload { /// doc` `field: Type };`
macro_rules! mutations {
    ($($(#[doc = $doc:literal])* $name:ident($input:ident) -> $payload:ident { $($(#[doc = $of:literal])* $thing:ident: $type:ident $(<$inner:ident>)?),+ $(,)? };)*) => {
        /// The root fields that change something, and the types of their answers.
        #[must_use]
        pub fn objects() -> Vec<$crate::execution::object::Object> {
            use $crate::execution::object::{Field, Object};
            let root = vec![$(
                Field::new(
                    $crate::mutation::declared::camel_case(stringify!($name)),
                    &[$($doc),*],
                    concat!(stringify!($payload), "!"),
                    vec![$crate::execution::arguments::argument::<$input>("input", "Input for this mutation.")],
                    $crate::mutation::declared::done::<$input, $payload>(),
                )
            ),*];
            let mut objects = vec![Object::new("Mutation", &[], &[], root)];
            $({
                let mut fields = Vec::new();
                $({
                    let (of, declared) = $crate::mutation::declared::made!($payload, $thing, $type $(<$inner>)?);
                    let name = $crate::mutation::declared::camel_case(stringify!($thing));
                    fields.push(Field::new(name, &[$($of),*], of, Vec::new(), declared));
                })+
                fields.push($crate::mutation::object::errors(|payload: &$payload| payload.errors.clone()));
                let about = " Result of the mutation.";
                objects.push(Object::new(stringify!($payload), &[about], &[], fields));
            })*
            objects
        }

        $(
            struct $payload {
                $($thing: Option<$type $(<$inner>)?>,)+
                errors: Vec<$crate::check::Issue>,
            }

            impl $crate::mutation::Payload for $payload {
                type Output = $crate::mutation::declared::one_or_all!($($type $(<$inner>)?),+);

                fn success(output: Self::Output) -> Self {
                    let $crate::mutation::declared::one_or_all!($($thing),+) = output;
                    Self { $($thing: Some($thing),)+ errors: Vec::new() }
                }

                fn failure(errors: Vec<$crate::check::Issue>) -> Self {
                    Self { $($thing: None,)+ errors }
                }
            }
        )*
    };
}
pub(crate) use mutations;

/// The type of an output of a mutation, and the source of its value.
macro_rules! made {
    ($payload:ident, $thing:ident, ID) => {
        (
            "ID",
            $crate::execution::object::of_object(|payload: &$payload| {
                payload.$thing.as_ref().map(|id| id.as_str()).into()
            }),
        )
    };
    ($payload:ident, $thing:ident, Subject) => {
        ("Creditable", $crate::mutation::object::subject(|payload: &$payload| payload.$thing))
    };
    ($payload:ident, $thing:ident, Standing) => {
        (
            "[ScheduleConflict!]",
            $crate::schedule::conflict::object::standing(|payload: &$payload| payload.$thing.clone()),
        )
    };
    ($payload:ident, $thing:ident, Objects<$type:ident>) => {
        (
            concat!("[", stringify!($type), "!]"),
            $crate::execution::object::related($crate::execution::lookup::given(|payload: &$payload| {
                payload.$thing.clone()
            })),
        )
    };
    ($payload:ident, $thing:ident, Vec<$type:ident>) => {
        (
            concat!("[", stringify!($type), "!]"),
            $crate::execution::object::related($crate::execution::lookup::given(|payload: &$payload| {
                $crate::execution::lookup::ListIfAny(payload.$thing.clone())
            })),
        )
    };
    ($payload:ident, $thing:ident, Option<$type:ident>) => {
        (
            stringify!($type),
            $crate::execution::object::related($crate::execution::lookup::given(|payload: &$payload| {
                payload.$thing.clone().flatten()
            })),
        )
    };
    ($payload:ident, $thing:ident, $type:ident) => {
        (
            stringify!($type),
            $crate::execution::object::related($crate::execution::lookup::given(|payload: &$payload| {
                payload.$thing.clone()
            })),
        )
    };
}
pub(crate) use made;

/// One type as it is, several as a tuple.
macro_rules! one_or_all {
    ($one:ident) => { $one };
    ($one:ty) => { $one };
    ($($all:ident),+) => { ($($all),+) };
    ($($all:ty),+) => { ($($all),+) };
}
pub(crate) use one_or_all;

/// A name in the schema: `deletedId` for `deleted_id`. Computed once, when the types are declared.
#[must_use]
pub fn camel_case(name: &str) -> &'static str {
    Box::leak(super::input::name(name).into_boxed_str())
}
