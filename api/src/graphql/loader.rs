//! Batched look-ups: each [`BatchKey`] is a typed key, and all keys are answered by a number of statements that does
//! not depend on how many there are.

use std::{
    collections::{HashMap, HashSet},
    future::Future,
    hash::Hash,
    marker::PhantomData,
};

use plenary_entity::{decode::Decode, enums::NodeType, person_alias};
use sea_orm::{
    Condition, ConnectionTrait, EntityTrait, IntoSimpleExpr, ModelTrait, QueryFilter, QuerySelect, Select, Value,
};
use uuid::Uuid;

use crate::{
    auth::{
        viewer::Viewer,
        visible::{Visibility, Visible, rows, seen},
    },
    change::Logged,
    database::{Conn, fetch::Fetch, sql::any_of},
    error::Result,
};

/// Something to be looked up: the type says what, the value says for what.
pub trait BatchKey: Clone + Eq + Hash + Send + Sync + 'static {
    /// The answer.
    type Value: Clone + Send + Sync + 'static;

    /// Answers many at once, with a number of statements that does not depend on how many there are.
    /// What has no answer is left out.
    fn load(from: &Loader, keys: &[Self]) -> impl Future<Output = Result<HashMap<Self, Self::Value>>> + Send;
}

/// The source of the answers.
pub struct Loader {
    /// The connection for statements.
    pub conn: Conn,
    /// The viewer.
    pub viewer: Viewer,
}

impl Loader {
    /// The loader of a request by `viewer`.
    #[must_use]
    pub const fn new(conn: Conn, viewer: Viewer) -> Self {
        Self { conn, viewer }
    }

    /// The same for questions about data under rows that were already read, within their events.
    #[must_use]
    pub fn beneath(&self) -> Self {
        Self::new(self.conn.beneath(), self.viewer.clone())
    }

    /// Notes what was found by its id, and what was not: that may appear.
    fn note_found<E: Logged>(&self, asked: usize, found: &[E::Model]) {
        let Some(recorder) = self.conn.recorder() else { return };
        // Nodes in an event were recorded with the event.
        if found.len() < asked || found.iter().any(|row| E::event_of(row).is_none()) {
            recorder.note_table(E::default().table_name());
        }
    }

    /// The visible rows of `E` whose `column` is one of `ids`, before filters and order.
    #[must_use]
    pub fn rows_by<E: Visible>(&self, column: E::Column, ids: &[Uuid]) -> Select<E> {
        let backend = self.conn.get_database_backend();
        rows::<E>(&self.viewer).filter(any_of(backend, column.into_simple_expr(), ids))
    }

    /// The same as [`Self::rows_by`], for lists that are not filtered by status, under a visible parent. The condition
    /// is for rows whose parent is public, if they are hidden with it.
    #[must_use]
    pub fn listed_by<E: Visible>(
        &self,
        column: E::Column,
        ids: &[Uuid],
        parent_is_public: Option<Condition>,
    ) -> Select<E> {
        let backend = self.conn.get_database_backend();
        let beneath = |public| Visibility::Beneath(self.viewer.clone(), public, E::extra_conditions(column));
        let visibility = parent_is_public.map_or(Visibility::Public, beneath);
        seen::<E>(&visibility).filter(any_of(backend, column.into_simple_expr(), ids))
    }

    /// All rows that `select` finds, by the value of `column`.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn grouped<E>(&self, select: Select<E>, column: E::Column) -> Result<HashMap<Uuid, Vec<E::Model>>>
    where
        E: EntityTrait<Model: Decode + Send>,
    {
        let mut groups: HashMap<Uuid, Vec<E::Model>> = HashMap::new();
        for row in select.fetch_all(&self.conn).await? {
            if let Value::Uuid(Some(id)) = row.get(column) {
                groups.entry(id).or_default().push(row);
            }
        }
        Ok(groups)
    }
}

impl Loader {
    /// For each of `ids`, the visible rows of `E` that the links lead to, in the order of the links.
    /// A link is a pair: the id that it starts from, and the id of the row that it leads to.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn along<E: Logged>(&self, links: Vec<(Uuid, Uuid)>) -> Result<HashMap<Uuid, Vec<E::Model>>>
    where
        E::Model: Clone + Send + Sync,
    {
        let targets: Vec<Uuid> = links.iter().map(|(_, target)| *target).collect();
        // The links were seen, and both sides with them; what is left is the status.
        let from = self.beneath();
        let rows = from.rows_by::<E>(E::key(), &targets).filter(E::shown()).fetch_all(&from.conn).await?;
        self.note_found::<E>(targets.iter().collect::<HashSet<_>>().len(), &rows);
        let rows: HashMap<Uuid, E::Model> = rows.into_iter().map(|row| (E::id_of(&row), row)).collect();
        let mut groups: HashMap<Uuid, Vec<E::Model>> = HashMap::new();
        for (start, target) in links {
            if let Some(row) = rows.get(&target) {
                groups.entry(start).or_default().push(row.clone());
            }
        }
        Ok(groups)
    }
}

impl Loader {
    /// The links that lists may follow: from public rows only to public rows, so that the lists are the same for
    /// everyone. For links that are not columns.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn listed_links<E: Logged>(&self, mut links: Vec<(Uuid, Uuid)>) -> Result<Vec<(Uuid, Uuid)>> {
        if self.viewer.signed_in().is_some() {
            let ends: Vec<Uuid> = links.iter().flat_map(|(start, target)| [*start, *target]).collect();
            let among = any_of(self.conn.get_database_backend(), E::key().into_simple_expr(), &ends);
            let public = seen::<E>(&Visibility::Public).filter(among).select_only().column(E::key());
            let public: HashSet<Uuid> = public.into_tuple().all(&self.conn).await?.into_iter().collect();
            links.retain(|(start, target)| !public.contains(start) || public.contains(target));
        }
        Ok(links)
    }
}

impl Loader {
    /// The people into whom others were merged, by the ids that these had.
    pub async fn merged<E: Logged>(&self, ids: &[Uuid]) -> Result<Vec<(Uuid, E::Model)>> {
        let aliases =
            self.rows_by::<person_alias::Entity>(person_alias::Column::FormerId, ids).fetch_all(&self.conn).await?;
        let people: Vec<Uuid> = aliases.iter().map(|alias| alias.person_id).collect();
        if people.is_empty() {
            return Ok(Vec::new());
        }
        let people = self.rows_by::<E>(E::key(), &people).fetch_all(&self.conn).await?;
        let kept = |alias: &person_alias::Model| {
            people.iter().find(|row| E::id_of(row) == alias.person_id).map(|row| (alias.former_id, row.clone()))
        };
        Ok(aliases.iter().filter_map(kept).collect())
    }
}

/// The row with an id.
pub struct ById<E> {
    id: Uuid,
    is_seen: bool,
    of: PhantomData<fn() -> E>,
}

/// Asks for the row with an id.
#[must_use]
pub const fn by_id<E>(id: Uuid) -> ById<E> {
    ById { id, is_seen: false, of: PhantomData }
}

impl<E> ById<E> {
    /// The ID.
    #[must_use]
    pub const fn id(&self) -> Uuid {
        self.id
    }

    /// The same for a row that is known to be visible to the viewer, since they see a row that refers to it. It is the
    /// same key, so concurrent look-ups of the row share the result.
    #[must_use]
    pub const fn seen(self) -> Self {
        Self { is_seen: true, ..self }
    }
}

impl<E> Clone for ById<E> {
    fn clone(&self) -> Self {
        Self { id: self.id, is_seen: self.is_seen, of: PhantomData }
    }
}

impl<E> PartialEq for ById<E> {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl<E> Eq for ById<E> {}

impl<E> Hash for ById<E> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.id.hash(state);
    }
}

impl<E: Logged> BatchKey for ById<E>
where
    E::Model: Send + Sync,
{
    type Value = E::Model;

    async fn load(from: &Loader, keys: &[Self]) -> Result<HashMap<Self, Self::Value>> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.id).collect();
        let all_are_seen = keys.iter().all(|key| key.is_seen);
        let viewer = if all_are_seen { Viewer::Server } else { from.viewer.clone() };
        let from = &Loader::new(from.conn.beneath(), viewer);
        let found = from.rows_by::<E>(E::key(), &ids).fetch_all(&from.conn).await?;
        from.note_found::<E>(ids.len(), &found);
        let mut found: HashMap<Self, E::Model> = found.into_iter().map(|row| (by_id(E::id_of(&row)), row)).collect();
        if E::NODE == NodeType::Person && found.len() < ids.len() {
            for (former, row) in from.merged::<E>(&ids).await? {
                found.entry(by_id(former)).or_insert(row);
            }
        }
        Ok(found)
    }
}

/// Declares questions for short lists under a parent: `TopicsOf(microconference): topic by MicroconferenceId in
/// [Position, Id] beneath MicroconferenceId of microconference`. The table after `beneath` is the parent that hides the
/// rows unless it is public. `within its event`: no other event is read.
macro_rules! lists {
    ($($(#[$doc:meta])* $name:ident: $table:ident by $parent:ident in [$($order:ident),+] $(beneath $above:ident of $owner:ident)? $(, within $its:ident event)?;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash)]
        pub struct $name(pub uuid::Uuid);

        impl $crate::graphql::loader::BatchKey for $name {
            type Value = Vec<$table::Model>;

            async fn load(
                from: &$crate::graphql::loader::Loader,
                keys: &[Self],
            ) -> $crate::error::Result<std::collections::HashMap<Self, Self::Value>> {
                use sea_orm::QueryOrder;
                $(
                    // Named so that the clause needs it only once.
                    let $its = from.beneath();
                    let from = &$its;
                )?
                let ids: Vec<uuid::Uuid> = keys.iter().map(|key| key.0).collect();
                let select = from
                    .listed_by::<$table::Entity>(
                        $table::Column::$parent,
                        &ids,
                        None$(.or(Some($crate::auth::visible::public::<$owner::Entity>($table::Column::$above))))?,
                    )
                    $(.order_by_asc($table::Column::$order))+;
                let groups = from.grouped(select, $table::Column::$parent).await?;
                Ok(groups.into_iter().map(|(parent, rows)| ($name(parent), rows)).collect())
            }
        }
    )*};
}
pub(crate) use lists;
