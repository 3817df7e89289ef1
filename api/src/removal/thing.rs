//! Any node that can be deleted.

use plenary_entity::{enums::NodeType, node_tables};
use sea_orm::{Condition, DbErr};
use uuid::Uuid;

use super::{plan::Holder, store};
use crate::{
    change::{Gone, Logged, PartTable, Parts, WriteError, Writer, audience::Stand, id_in},
    database::Conn,
};

macro_rules! things {
    ($($table:ident $name:ident $prefix:literal)*) => {
        /// Anything that can be deleted, as its row.
        #[derive(Clone, Debug)]
        pub enum Thing {
            $(
                #[expect(missing_docs, reason = "named as its table is")]
                $name(plenary_entity::$table::Model),
            )*
        }

        impl Thing {
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
            pub(super) fn stand(&self) -> Stand {
                match self {
                    $(Self::$name(row) => <plenary_entity::$table::Entity as Logged>::stand(row),)*
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

            /// Deletes rows of one table.
            pub(super) async fn delete(writer: &Writer<'_>, table: &str, things: Vec<Self>) -> Result<(), WriteError> {
                match table {
                    $(stringify!($table) => {
                        let rows = things.into_iter().filter_map(|thing| {
                            if let Self::$name(row) = thing { Some(row) } else { None }
                        });
                        writer.delete_all::<plenary_entity::$table::Entity>(&rows.collect::<Vec<_>>()).await
                    })*
                    _ => Err(unknown(table).into()),
                }
            }

            /// Makes rows of one table let go of what they refer to.
            pub(super) async fn clear(
                writer: &Writer<'_>,
                table: &str,
                holders: Vec<Holder>,
                gone: &[(PartTable, Gone)],
            ) -> Result<(), WriteError> {
                match table {
                    $(stringify!($table) => {
                        let mut edits = Vec::with_capacity(holders.len());
                        for Holder { thing, references, .. } in holders {
                            if let Self::$name(row) = thing {
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
            impl From<plenary_entity::$table::Model> for Thing {
                fn from(row: plenary_entity::$table::Model) -> Self {
                    Self::$name(row)
                }
            }
        )*
    };
}

node_tables!(things);

fn unknown(table: &str) -> DbErr {
    DbErr::Custom(format!("{table} is no table of nodes"))
}

impl Thing {
    /// Whether it is known by a slug that may be free for others when it is gone. What is public from the start keeps its
    /// own.
    #[must_use]
    pub const fn has_slug(&self) -> bool {
        matches!(
            self,
            Self::Event(_) | Self::Microconference(_) | Self::Session(_) | Self::Announcement(_) | Self::Person(_)
        )
    }
}
