//! `plenary migrate up|down|status`.

use plenary_migration::{Migrator, MigratorTrait};

use super::{Direction, Stop, connect, database_url, migration_failed};
use crate::{app, config::Settings};

pub(super) async fn run(settings: Settings, direction: Direction) -> Result<(), Stop> {
    let database = connect(database_url(&settings)).await?;
    match direction {
        Direction::Up => app::migrate(&database).await.map_err(|cause| migration_failed(&cause))?,
        Direction::Down { steps, all } => {
            let steps = (!all).then_some(steps);
            Migrator::down(&database, steps).await.map_err(|cause| migration_failed(&cause))?;
        }
        Direction::Status => {}
    }
    let failed = |cause: sea_orm::DbErr| Stop::Failed(format!("the migrations can't be read: {cause}"));
    for migration in Migrator::get_migration_with_status(&database).await.map_err(failed)? {
        println!("{:8} {}", migration.status().to_string().to_lowercase(), migration.name());
    }
    Ok(())
}
