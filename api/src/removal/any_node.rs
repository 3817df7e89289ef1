//! Any node that can be deleted.

use plenary_entity::{enums::NodeType, node_tables};
use sea_orm::{Condition, DbErr};
use uuid::Uuid;

use super::{plan::Referrer, store};
use crate::{
    change::{DeletedIds, Logged, PartTable, Parts, WriteError, Writer, audience::ResourceScope, id_in},
    database::Conn,
};

macro_rules! any_node {
    ($($table:ident $name:ident $prefix:literal)*) => {
        /// Anything that can be deleted, as its row.
        #[derive(Clone, Debug)]
        pub enum AnyNode {
            $(
                #[expect(missing_docs, reason = "named as its table is")]
                $name(plenary_entity::$table::Model),
            )*
        }

        impl AnyNode {
            /// Its table.
            #[must_use]
            pub const fn table(&self) -> &'static str {
                self.node().0.table()
            }

            /// Its type and ID.
            #[must_use]
            pub const fn node(&self) -> (NodeType, Uuid) {
                match self {
                    $(Self::$name(row) => (<plenary_entity::$table::Entity as Logged>::NODE, row.id),)*
                }
            }

            /// Its line.
            pub(super) fn resource_scope(&self) -> ResourceScope {
                match self {
                    $(Self::$name(row) => <plenary_entity::$table::Entity as Logged>::resource_scope(row),)*
                }
            }

            /// The id in one of its columns.
            pub(super) fn named(&self, column: &str) -> Result<Option<Uuid>, DbErr> {
                match self {
                    $(Self::$name(row) => id_in::<plenary_entity::$table::Entity>(row, column),)*
                }
            }

            /// The tables of the parts of the nodes in a table.
            pub(super) fn parts(table: &str) -> Vec<PartTable> {
                match table {
                    $(stringify!($table) => <plenary_entity::$table::Entity as Logged>::parts(),)*
                    _ => Vec::new(),
                }
            }

            /// The rows of a table for which the condition holds, in the order of their ids.
            pub(super) async fn find(conn: &Conn, table: &str, which: Condition) -> Result<Vec<Self>, DbErr> {
                match table {
                    $(stringify!($table) => {
                        let rows = store::all::<plenary_entity::$table::Entity>(conn, which).await?;
                        Ok(rows.into_iter().map(Self::$name).collect())
                    })*
                    _ => Err(unknown(table)),
                }
            }

            /// Deletes rows of one table. The database deletes some together with their event.
            pub(super) async fn delete(
                writer: &Writer<'_>,
                table: &str,
                nodes: Vec<Self>,
                event: Option<Uuid>,
            ) -> Result<(), WriteError> {
                match table {
                    $(stringify!($table) => {
                        let rows = nodes.into_iter().filter_map(|node| {
                            if let Self::$name(row) = node { Some(row) } else { None }
                        });
                        let goes_with_event = |row: &plenary_entity::$table::Model| {
                            let of = <plenary_entity::$table::Entity as Logged>::event_of(row);
                            of.is_some() && of == event && of != Some(row.id)
                        };
                        let (with_event, others): (Vec<_>, Vec<_>) = rows.partition(goes_with_event);
                        writer.delete_with_event::<plenary_entity::$table::Entity>(&with_event).await?;
                        writer.delete_all::<plenary_entity::$table::Entity>(&others).await
                    })*
                    _ => Err(unknown(table).into()),
                }
            }

            /// Clears references of rows of one table.
            pub(super) async fn clear(
                writer: &Writer<'_>,
                table: &str,
                referrers: Vec<Referrer>,
                gone: &[(PartTable, DeletedIds)],
            ) -> Result<(), WriteError> {
                match table {
                    $(stringify!($table) => {
                        let mut edits = Vec::with_capacity(referrers.len());
                        for Referrer { node, references, .. } in referrers {
                            if let Self::$name(row) = node {
                                edits.push(store::edit::<plenary_entity::$table::Entity>(row, &references, Parts::none())?);
                            }
                        }
                        writer.update_all::<plenary_entity::$table::Entity>(edits, gone).await
                    })*
                    _ => Err(unknown(table).into()),
                }
            }
        }

        $(
            impl From<plenary_entity::$table::Model> for AnyNode {
                fn from(row: plenary_entity::$table::Model) -> Self {
                    Self::$name(row)
                }
            }
        )*
    };
}

node_tables!(any_node);

fn unknown(table: &str) -> DbErr {
    DbErr::Custom(format!("{table} is no table of nodes"))
}

impl AnyNode {
    /// Whether it has a slug that can be used again after its deletion. A node that was public from the start keeps its
    /// own.
    #[must_use]
    pub const fn has_slug(&self) -> bool {
        matches!(
            self,
            Self::Event(_) | Self::Microconference(_) | Self::Session(_) | Self::Announcement(_) | Self::Person(_)
        )
    }
}
