//! Builds triggers: rules about more than one row, and derived rows.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

/// What happens after rows were written.
pub struct Trigger {
    pub name: &'static str,
    pub table: &'static str,
    /// Such as `INSERT` and `UPDATE OF depth`.
    pub after: &'static [&'static str],
    pub action: Action,
}

/// What a trigger does. Conditions and statements know the row as `NEW` and `OLD`, and are SQL
/// that both databases read.
pub enum Action {
    /// Refuses what was written, with a message, when the condition holds.
    Refuse { when: &'static str, message: &'static str },
    /// Runs a statement.
    Run { statement: String },
}

impl Trigger {
    pub async fn create(&self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        let (name, table) = (self.name, self.table);
        if manager.get_database_backend() == DbBackend::Sqlite {
            let body = match &self.action {
                Action::Refuse { when, message } => {
                    format!("SELECT RAISE(ABORT, '{message}') WHERE {when}")
                }
                Action::Run { statement } => statement.clone(),
            };
            for event in self.after {
                let name = sqlite_name(name, event);
                let sql = format!("CREATE TRIGGER {name} AFTER {event} ON \"{table}\" BEGIN {body}; END");
                connection.execute_unprepared(&sql).await?;
            }
        } else {
            let body = match &self.action {
                Action::Refuse { when, message } => {
                    format!("IF {when} THEN RAISE EXCEPTION '{message}'; END IF")
                }
                Action::Run { statement } => statement.clone(),
            };
            let function = format!(
                "CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql \
                 AS $$ BEGIN {body}; RETURN NULL; END $$"
            );
            let events = self.after.join(" OR ");
            let trigger = format!(
                "CREATE TRIGGER {name} AFTER {events} ON \"{table}\" \
                 FOR EACH ROW EXECUTE FUNCTION {name}()"
            );
            connection.execute_unprepared(&function).await?;
            connection.execute_unprepared(&trigger).await?;
        }
        Ok(())
    }

    pub async fn drop(&self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        if manager.get_database_backend() == DbBackend::Sqlite {
            for event in self.after {
                let sql = format!("DROP TRIGGER {}", sqlite_name(self.name, event));
                connection.execute_unprepared(&sql).await?;
            }
        } else {
            let sql = format!("DROP FUNCTION {}() CASCADE", self.name);
            connection.execute_unprepared(&sql).await?;
        }
        Ok(())
    }
}

pub async fn create_triggers(manager: &SchemaManager<'_>, triggers: &[Trigger]) -> Result<(), DbErr> {
    for trigger in triggers {
        trigger.create(manager).await?;
    }
    Ok(())
}

pub async fn drop_triggers(manager: &SchemaManager<'_>, triggers: &[Trigger]) -> Result<(), DbErr> {
    for trigger in triggers {
        trigger.drop(manager).await?;
    }
    Ok(())
}

/// SQLite takes one event a trigger.
fn sqlite_name(name: &str, event: &str) -> String {
    let verb = event.split(' ').next().unwrap_or(event);
    format!("{name}_{}", verb.to_lowercase())
}
