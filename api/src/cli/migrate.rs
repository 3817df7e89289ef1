//! `plenary migrate up|down|status`: runs database migrations.

use plenary_migration::{Migrator, MigratorTrait};

use super::{Direction, ExitError, connect, database_url, migration_failed, require_file};
use crate::{app, config::Settings};

pub(super) async fn run(settings: Settings, direction: Direction) -> Result<(), ExitError> {
    let url = database_url(&settings);
    if !matches!(direction, Direction::Up) {
        require_file(url)?;
    }
    let database = connect(url).await?;
    match direction {
        Direction::Up => app::migrate(&database).await.map_err(|cause| migration_failed(&cause))?,
        Direction::Down { steps, all } => {
            let steps = (!all).then_some(steps);
            Migrator::down(&database, steps).await.map_err(|cause| migration_failed(&cause))?;
        }
        Direction::Status => {}
    }
    let failed = |cause: sea_orm::DbErr| ExitError::Failed(format!("the migrations can't be read: {cause}"));
    for migration in Migrator::get_migration_with_status_read_only(&database).await.map_err(failed)? {
        println!("{:8} {}", migration.status().to_string().to_lowercase(), migration.name());
    }
    Ok(())
}
