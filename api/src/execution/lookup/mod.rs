//! Common relations: to one row, to a list of rows, and to rows with one of several owners.

mod given;
mod lists;
mod owners;

pub use self::{
    given::{Batch, Given, ListIfAny, LoadFn, Object, Objects, Offered, OneBy, batch, given, one_by},
    lists::{Listed, Only, Values, linked, list, list_by, only, values},
    owners::{Owned, OwnedBy, owned},
};

use std::{collections::HashMap, marker::PhantomData};

use futures_util::future::LocalBoxFuture;
use sea_orm::{ColumnTrait, IntoSimpleExpr, QueryTrait, Select, sea_query::SelectStatement};
use uuid::Uuid;

use crate::{
    auth::{
        viewer::Viewer,
        visible::{Visible, rows},
    },
    change::Logged,
    database::{
        dependencies::DependencyScope,
        rows::{Column, Joined, Row, Rows, joins},
        sql::{Scope, any_of, anything, has_or_had_slug},
    },
    error::{Fault, Result},
    execution::{
        found::{Found, Item},
        relation::{Load, Relation, Sharing},
        statement::{Prepared, Selection, stand_ins},
    },
};

/// Adds the column that names the event of a row, where there is one and it is not among these. Gives its place.
pub fn with_event<E: Visible>(columns: &mut Vec<Column>) -> Option<usize> {
    let event = Column::of_event::<E>()?;
    Some(columns.iter().position(|column| *column == event).unwrap_or_else(|| {
        columns.push(event);
        columns.len() - 1
    }))
}

/// Adds the columns that name the events of rows that are read along. Gives their places.
pub fn with_joined_events(columns: &mut Vec<Column>) -> Vec<usize> {
    let mut places = Vec::new();
    for joined in joins(columns) {
        if let Some(event) = joined.event {
            places.push(columns.len());
            columns.push(joined.column(event));
        }
    }
    places
}

/// A statement for the selected columns, followed by these. Rows that some of the columns belong to are read along.
pub fn narrowed<E: Visible>(
    columns: &[Column],
    mut statement: SelectStatement,
    extra_conditions: &[Column],
) -> Selection {
    let mut columns: Vec<Column> = columns.to_vec();
    columns.extend_from_slice(extra_conditions);
    let event = with_event::<E>(&mut columns);
    let events = with_joined_events(&mut columns);
    joins(&columns).into_iter().for_each(|joined| joined.join(&mut statement));
    statement.clear_selects().exprs(columns.iter().map(|column| column.expression()));
    if columns.is_empty() {
        statement.expr(anything());
    }
    let kinds = columns.iter().map(|column| column.kind).collect();
    Selection { statement, kinds, event, events }
}

fn prepared<E: Visible>(load: &Load<'_>, statement: SelectStatement, extra_conditions: &[Column]) -> Prepared {
    Prepared::new(load.backend(), narrowed::<E>(load.columns(), statement, extra_conditions))
}

/// To the row whose ID is in a column.
pub struct One<E> {
    /// The one that holds the id, then those that must hold nothing.
    columns: Vec<Column>,
    is_seen: bool,
    joined: Joined,
    of: PhantomData<fn() -> E>,
}

/// Leads to the row whose ID is in a column, if it is visible to the viewer.
#[must_use]
pub fn one<E: Logged>(column: impl ColumnTrait) -> One<E> {
    let column = Column::of(column);
    One { columns: vec![column], is_seen: E::IS_PUBLIC, joined: Joined::new::<E>(column, E::key()), of: PhantomData }
}

impl<E> One<E> {
    /// It has no target if one of these columns contains an ID.
    #[must_use]
    pub fn unless(mut self, columns: Vec<Column>) -> Self {
        self.columns.extend(columns);
        self
    }

    /// The relation as an alternative of `either`.
    #[must_use]
    pub fn boxed(self) -> Box<dyn Relation>
    where
        E: Logged,
    {
        Box::new(self)
    }

    /// Whoever sees the object sees what this leads to.
    #[must_use]
    pub const fn seen(mut self) -> Self {
        self.is_seen = true;
        self
    }
}

impl<E: Logged> Relation for One<E> {
    fn is_named(&self) -> bool {
        true
    }

    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn id(&self, row: Row<'_>) -> Option<Uuid> {
        let is_elsewhere = (1..self.columns.len()).any(|place| row.id(place).is_some());
        if is_elsewhere { None } else { row.id(0) }
    }

    fn sharing(&self) -> Sharing {
        Sharing::All("by id", E::default().table_name())
    }

    fn is_seen(&self) -> bool {
        self.is_seen
    }

    fn joined(&self) -> Option<&Joined> {
        (self.is_seen && self.columns.len() == 1).then_some(&self.joined)
    }

    fn joins(&self) -> bool {
        true
    }

    fn load<'a>(&'a self, load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
        Box::pin(ones::<E>(load))
    }
}

async fn ones<E: Logged>(load: &Load<'_>) -> Result<Found> {
    let found = by_ids::<E>(load, &load.ids()).await?;
    Ok(load.one_each(found.rows, &found.places))
}

/// Rows by their ids.
pub struct ByIds {
    /// The rows.
    pub rows: Rows,
    /// The place of each ID among them.
    pub places: HashMap<Uuid, u32>,
}

async fn by_ids<E: Logged>(load: &Load<'_>, ids: &[Uuid]) -> Result<ByIds> {
    let all_are_seen = load.parents.iter().all(|parent| parent.relation.is_seen() || parent.id().is_none());
    by_ids_of::<E>(load, load.columns(), ids, all_are_seen).await
}

/// The rows with some IDs that are visible to the viewer, or all of them if they are known to be visible.
///
/// # Errors
///
/// When the database fails.
pub async fn by_ids_of<E: Logged>(load: &Load<'_>, columns: &[Column], ids: &[Uuid], are_seen: bool) -> Result<ByIds> {
    if ids.is_empty() {
        return Ok(ByIds { rows: Rows::default(), places: HashMap::new() });
    }
    let is_one = ids.len() == 1;
    let key = load.key_of("by id", columns, is_one, |hasher| {
        hasher.write(E::default().table_name().as_bytes());
        hasher.write_u8(u8::from(are_seen));
    });
    let id = Column::of(E::key());
    let prepared = load.context.statements.get(key, || {
        let viewer = if are_seen { &Viewer::Server } else { load.viewer() };
        let these = any_of(load.backend(), E::key().into_simple_expr(), stand_ins(0, is_one));
        let statement = sea_orm::QueryFilter::filter(rows::<E>(viewer), these).into_query();
        Ok::<_, Fault>(Prepared::new(load.backend(), narrowed::<E>(columns, statement, &[id])))
    })?;
    let rows = prepared.rows(load.conn(), DependencyScope::Beneath, &[ids]).await?;
    // Nodes in an event were recorded with the event; a missing one may appear.
    if let Some(recorder) = load.conn().recorder()
        && (rows.len() < ids.len() || !prepared.names_all_events(&rows))
    {
        recorder.note_table(E::default().table_name());
    }
    let places = rows.places(columns.len());
    Ok(ByIds { rows, places })
}

/// To the one row that a statement finds.
pub struct Sole<E: Visible> {
    select: fn(&Load<'_>) -> Result<Select<E>>,
}

/// Leads from the root to the row that a statement finds by a permanent key.
#[must_use]
pub fn sole<E: Visible>(select: fn(&Load<'_>) -> Result<Select<E>>) -> Sole<E> {
    Sole { select }
}

impl<E: Visible> Relation for Sole<E> {
    fn joins(&self) -> bool {
        true
    }

    fn load<'a>(&'a self, load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
        Box::pin(async move {
            let key = load.key(self, true, |mut hasher| load.arguments().write_to(&mut hasher));
            let prepared = load.context.statements.get(key, || {
                let select = sea_orm::QuerySelect::limit((self.select)(load)?, 1);
                Ok::<_, Fault>(prepared::<E>(load, select.into_query(), &[]))
            })?;
            let rows = prepared.rows(load.conn(), DependencyScope::ByKey, &[]).await?;
            let item = if rows.is_empty() { Item::Null } else { Item::Row(0, 0) };
            let items = load.parents.iter().map(|_| item).collect();
            Ok(Found::one(load.type_name(), rows, items))
        })
    }
}

/// Leads from the root to the row that bears a slug, or bore it once: the arguments have the slug, and that of the event
/// where it is unique in its event.
#[must_use]
pub fn by_slug<E: Logged>() -> Sole<E> {
    sole(|load| {
        let (slug, event): (String, Option<String>) =
            (load.arguments().get("slug")?, load.arguments().get("eventSlug")?);
        let scope = event.map_or(Scope::Everywhere, Scope::EventNamed);
        let bears = has_or_had_slug(E::key().into_simple_expr(), E::default().table_name(), scope, &slug);
        Ok(sea_orm::QueryFilter::filter(rows::<E>(load.viewer()), bears))
    })
}
