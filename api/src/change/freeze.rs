//! Releases of schedules: they are written like all else, and then frozen by the database.

use plenary_entity::schedule;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use uuid::Uuid;

use super::{WriteError, Writer};

impl Writer<'_> {
    /// Completes a release: from here on the database refuses to change anything in it. No field shows this, and the
    /// log tells of it with the release.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn freeze(&self, release: Uuid) -> Result<(), WriteError> {
        let update = schedule::Entity::update_many().col_expr(schedule::Column::IsFrozen, Expr::val(true));
        update.filter(schedule::Column::Id.eq(release)).exec(self.conn).await?;
        Ok(())
    }
}
