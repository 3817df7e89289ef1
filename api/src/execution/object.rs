//! Declares types of the schema: their fields, and where each value comes from.

use std::any::Any;

use async_graphql::{OutputType, registry::Registry};
use futures_util::future::LocalBoxFuture;
use sea_orm::ColumnTrait;

use super::{
    arguments::{Argument, Arguments},
    leaf::Leaf,
    node::{Elsewhere, Nodes, NodesOf},
    relation::{Context, Relation},
};
use crate::{
    change::Logged,
    database::rows::{Column, Row, Rows},
    error::Result,
    text::markdown_to_html,
};

/// An object type.
pub struct Object {
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub description: String,
    /// The interfaces that it implements.
    pub interfaces: Vec<&'static str>,
    /// Its fields.
    pub fields: Vec<Field>,
}

/// A field of an object type.
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub of: FieldType,
    /// Its type.
    pub description: String,
    /// Its arguments.
    pub arguments: Vec<Argument>,
    /// The source of its value.
    pub source: Source,
    /// Registers the type of its values, where no object is declared for it.
    pub register: Option<fn(&mut Registry) -> String>,
    /// Columns that it shows, beyond what its source says: where one of them changes, the field changed.
    pub shows: Vec<Column>,
}

/// The type of a field: a named type, or a list of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldType {
    /// The name of the type of the value, or of the items.
    pub name: &'static str,
    /// Whether it is a list, and whether its items can't be null.
    pub list: Option<bool>,
    /// Whether it can't be null.
    pub non_null: bool,
}

impl FieldType {
    /// The type as the schema writes it.
    #[must_use]
    pub fn written(&self) -> String {
        let mark = |is_non_null: bool| if is_non_null { "!" } else { "" };
        match self.list {
            Some(items) => format!("[{}{}]{}", self.name, mark(items), mark(self.non_null)),
            None => format!("{}{}", self.name, mark(self.non_null)),
        }
    }

    /// Reads a type as the schema writes it: `[Topic!]!`.
    #[must_use]
    pub fn parse(text: &'static str) -> Self {
        let strip = |text: &'static str| text.strip_suffix('!').map_or((text, false), |text| (text, true));
        let (text, non_null) = strip(text);
        match text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) {
            Some(item) => {
                let (name, items_non_null) = strip(item);
                Self { name, list: Some(items_non_null), non_null }
            }
            None => Self { name: text, list: None, non_null },
        }
    }
}

/// A value that is computed from columns of the row.
pub type Compute = Box<dyn for<'r> Fn(&'r Context, Row<'r>, &'r Arguments) -> Result<Leaf<'r>> + Send + Sync>;

/// A value that is computed from columns of the row, and of another one if there is one.
pub type Join = Box<dyn for<'r> Fn(Row<'r>, Option<Row<'r>>) -> Leaf<'r> + Send + Sync>;

/// The source of a field's value.
pub enum Source {
    /// A column, which is printed as it is.
    Column(Column),
    /// A column that holds the id of a node, and what looks nodes of the type up.
    Id(Column, &'static str, Box<dyn Nodes>),
    /// Some columns of the row, and some of the one row that a relation leads to.
    Through(Box<dyn Relation>, &'static str, Vec<Column>, Vec<Column>, Join),
    /// Some columns.
    Computed(Vec<Column>, Compute),
    /// An object that is made of the same row; null where all of these columns are, if there are any.
    Within(Vec<Column>),
    /// Other objects, or values that are looked up for many rows at once.
    Related(Box<dyn Relation>),
    /// One object, which is the first that one of these leads to. Each leads to objects of one type.
    Either(Vec<(&'static str, Box<dyn Relation>)>),
    /// A page of a list.
    Page(Box<dyn Relation>),
    /// The result of a mutation, for a root field.
    Done(Box<dyn Doing>),
}

/// Runs the mutation, and returns its payload.
pub trait Doing: Send + Sync {
    /// Runs the mutation with its context, which this layer does not know. The field is identified by its response
    /// name.
    fn run<'a>(
        &'a self,
        work: &'a (dyn Any + Send + Sync),
        key: &'a str,
        arguments: &'a Arguments,
    ) -> LocalBoxFuture<'a, Result<Rows>>;
}

/// The source of a value, with its arguments and type.
pub struct Declared {
    /// Its source.
    pub source: Source,
    /// The arguments that come with it, such as those of paging.
    pub arguments: Vec<Argument>,
    /// See [`Field::register`].
    pub register: Option<fn(&mut Registry) -> String>,
    /// See `Field::shows`.
    pub shows: Vec<Column>,
}

impl From<Source> for Declared {
    fn from(source: Source) -> Self {
        Self { source, arguments: Vec::new(), register: None, shows: Vec::new() }
    }
}

impl Declared {
    /// The values are of this scalar or enum.
    #[must_use]
    pub fn of<T: OutputType>(mut self) -> Self {
        self.register = Some(T::create_type_info);
        self
    }

    /// These columns are shown by the field: the feed of changes calls them by its name.
    #[must_use]
    pub fn showing(mut self, columns: Vec<Column>) -> Self {
        self.shows = columns;
        self
    }
}

impl Object {
    /// An object type. The macro `object!` writes this.
    #[must_use]
    pub fn new(name: &'static str, about: &[&str], interfaces: &[&'static str], fields: Vec<Field>) -> Self {
        Self { name, description: description(about), interfaces: interfaces.to_vec(), fields }
    }
}

impl Field {
    /// Whether its values are of scalars or enums.
    #[must_use]
    pub fn is_leaf(&self) -> bool {
        self.register.is_some() || matches!(self.of.name, "String" | "Int" | "Float" | "Boolean" | "ID")
    }

    /// A field. The macro `object!` writes this.
    #[must_use]
    pub fn new(
        name: &'static str,
        about: &[&str],
        of: &'static str,
        arguments: Vec<Argument>,
        declared: impl Into<Declared>,
    ) -> Self {
        let Declared { source, arguments: own, register, shows } = declared.into();
        let arguments = own.into_iter().chain(arguments).collect();
        Self { name, of: FieldType::parse(of), description: description(about), arguments, source, register, shows }
    }
}

/// The lines of a comment as one text.
fn description(lines: &[&str]) -> String {
    let lines: Vec<&str> = lines.iter().map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end()).collect();
    lines.join("\n")
}

/// Columns of entities, for what is computed of them.
macro_rules! columns {
    ($($column:expr),* $(,)?) => { vec![$($crate::database::rows::Column::of($column)),*] };
}
pub(crate) use columns;

/// A column.
#[must_use]
pub fn column<C: ColumnTrait>(column: C) -> Declared {
    Source::Column(Column::of(column)).into()
}

/// The id of a node of a table.
#[must_use]
pub fn node_id<E: Logged>() -> Declared {
    Source::Id(Column::of(E::key()), E::NODE.prefix(), Box::new(NodesOf::<E>::default())).into()
}

/// The id of a node of a table, some nodes of which are found elsewhere.
#[must_use]
pub fn node_id_or<E: Logged>(elsewhere: Elsewhere<E>) -> Declared {
    let nodes = NodesOf::<E> { elsewhere: Some(elsewhere) };
    Source::Id(Column::of(E::key()), E::NODE.prefix(), Box::new(nodes)).into()
}

/// A value computed from some columns of the row, and of a related row of another type.
pub fn through<F>(relation: impl Relation, name: &'static str, own: Vec<Column>, its: Vec<Column>, join: F) -> Declared
where
    F: for<'r> Fn(Row<'r>, Option<Row<'r>>) -> Leaf<'r> + Send + Sync + 'static,
{
    Source::Through(Box::new(relation), name, own, its, Box::new(join)).into()
}

/// The first object that one of some relations leads to.
#[must_use]
pub fn either(relations: Vec<(&'static str, Box<dyn Relation>)>) -> Declared {
    Source::Either(relations).into()
}

/// A value computed from some columns.
pub fn computed<F>(columns: Vec<Column>, compute: F) -> Declared
where
    F: for<'r> Fn(Row<'r>) -> Leaf<'r> + Send + Sync + 'static,
{
    Source::Computed(columns, Box::new(move |_, row, _| Ok(compute(row)))).into()
}

/// A column that holds Markdown, as HTML that is safe to put into a page.
pub fn markdown(text: impl ColumnTrait, id: impl ColumnTrait) -> Declared {
    computed(columns![text, id], |row| row.text(0).map(|text| markdown_to_html(text, row.key(1))).into())
}

/// A value of an object that is not a row.
pub fn of_object<T, F>(say: F) -> Declared
where
    T: std::any::Any,
    F: for<'r> Fn(&'r T) -> Leaf<'r> + Send + Sync + 'static,
{
    computed(Vec::new(), move |row| row.object::<T>().map_or(Leaf::Null, &say))
}

/// A value computed from some columns, the viewer and the arguments.
pub fn answered<F>(columns: Vec<Column>, compute: F) -> Declared
where
    F: for<'r> Fn(&'r Context, Row<'r>, &'r Arguments) -> Result<Leaf<'r>> + Send + Sync + 'static,
{
    Source::Computed(columns, Box::new(compute)).into()
}

/// An object that is made of the same row; null where all of these columns are, if there are any.
#[must_use]
pub fn within(columns: Vec<Column>) -> Declared {
    Source::Within(columns).into()
}

/// The target of a relation.
pub fn related(relation: impl Relation) -> Declared {
    Source::Related(Box::new(relation)).into()
}

/// Declares an object type:
///
/// ```text
/// object! {
///     /// What it is.
///     type Topic: Node & Creditable {
///         /// Its title.
///         title: "String!" = column(Title);
///         /// Who did what for it, in order.
///         credits(argument::<Option<Vec<CreditRole>>>("roles", "Only these.")): "[Credit!]!" = credits_of(…);
///     }
/// }
/// ```
macro_rules! object {
    (
        $(#[doc = $about:literal])*
        type $name:ident $(: $($interface:ident)&+)? {
            $(
                $(#[doc = $doc:literal])*
                $field:ident $(($($argument:expr),* $(,)?))? : $of:literal = $source:expr;
            )*
        }
    ) => {
        $crate::execution::object::Object::new(
            stringify!($name),
            &[$($about),*],
            &[$($(stringify!($interface)),+)?],
            vec![$(
                $crate::execution::object::Field::new(
                    stringify!($field),
                    &[$($doc),*],
                    $of,
                    vec![$($($argument),*)?],
                    $source,
                )
            ),*],
        )
    };
}
pub(crate) use object;

/// An interface or a union.
pub enum Abstract {
    /// An interface. The object types that implement it say so.
    Interface {
        /// Its name.
        name: &'static str,
        /// Its type.
        description: String,
        /// The interfaces that it implements itself.
        interfaces: Vec<&'static str>,
        /// Its fields.
        fields: Vec<AbstractField>,
    },
    /// A union.
    Union {
        /// Its name.
        name: &'static str,
        /// Its type.
        description: String,
        /// The object types that it may be.
        members: Vec<&'static str>,
    },
}

/// A field of an interface.
pub struct AbstractField {
    /// Its name.
    pub name: &'static str,
    /// Its type, as the schema writes it.
    pub of: &'static str,
    /// Its type.
    pub description: &'static str,
    /// Its arguments.
    pub arguments: Vec<Argument>,
}

/// A field of an interface.
#[must_use]
pub const fn abstract_field(name: &'static str, of: &'static str, description: &'static str) -> AbstractField {
    AbstractField { name, of, description, arguments: Vec::new() }
}

/// An interface with these fields.
#[must_use]
pub fn interface(name: &'static str, description: &str, fields: Vec<AbstractField>) -> Abstract {
    Abstract::Interface { name, description: description.to_owned(), interfaces: Vec::new(), fields }
}

impl Abstract {
    /// The same interface, which implements another one.
    #[must_use]
    pub fn implementing(mut self, other: &'static str) -> Self {
        if let Self::Interface { interfaces, .. } = &mut self {
            interfaces.push(other);
        }
        self
    }
}

/// A union of these object types.
#[must_use]
pub fn union(name: &'static str, description: &str, members: &[&'static str]) -> Abstract {
    Abstract::Union { name, description: description.to_owned(), members: members.to_vec() }
}

impl Object {
    /// The look-up of nodes of this type, if it is a node type.
    #[must_use]
    pub fn nodes(&self) -> Option<&dyn Nodes> {
        self.fields.iter().find_map(|field| match &field.source {
            Source::Id(_, _, nodes) if field.name == "id" => Some(nodes.as_ref()),
            _ => None,
        })
    }

    /// The field with a name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}
