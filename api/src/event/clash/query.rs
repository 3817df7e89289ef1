//! The root field that says whether dates are free.

use async_graphql::{Context, ID, Object};
use plenary_entity::enums::NodeType;

use super::{ClashSeverity, EventClash, grade, store};
use crate::{
    error::{Fault, Result},
    graphql::{context::ReadContext, id, loader::by_id, printed::Many, scalar::Date},
    text::fold,
};

/// How many days may be asked about at once.
const MOST_DAYS: i64 = 366;

/// The root field that says whether dates are free.
#[derive(Default)]
pub struct ClashQuery;

#[Object]
impl ClashQuery {
    /// Which events are on some days, worst first: to be asked before the days are claimed.
    /// Example: `{ dateClashes(startsOn: "2021-09-20", endsOn: "2021-09-24", audiences: ["linux-kernel"],
    /// minSeverity: WARN) { severity reasons event { title } } }`.
    async fn date_clashes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first day.")] starts_on: Date,
        #[graphql(desc = "The last day, inclusive; a year after the first at most.")] ends_on: Date,
        #[graphql(
            desc = "The event that would be held then: its series, audiences, partners and venues count, and it \
            does not clash with itself."
        )]
        event_id: Option<ID>,
        #[graphql(desc = "Tags of audiences that count besides those of the event.")] audiences: Option<Vec<String>>,
        #[graphql(desc = "Only clashes as bad as this, or worse.")] min_severity: Option<ClashSeverity>,
    ) -> Result<Many<EventClash>> {
        let days = (starts_on.0, ends_on.0);
        if days.0 > days.1 {
            return Err(Fault::bad_input("`endsOn` must not be before `startsOn`."));
        }
        if (days.1 - days.0).num_days() >= MOST_DAYS {
            return Err(Fault::bad_input(format!("`endsOn` must be within {MOST_DAYS} days of `startsOn`.")));
        }
        let event = id::optional("eventId", event_id.as_ref(), NodeType::Event)?;
        if let Some(id) = event
            && ctx.read().ask(by_id::<plenary_entity::event::Entity>(id)).await?.is_none()
        {
            return Err(Fault::bad_input("`eventId` is of no event that you may see."));
        }
        let audiences: Vec<String> = audiences.unwrap_or_default().iter().map(|tag| fold(tag)).collect();
        let found = store::on_days(ctx.read(), days, event, &audiences).await?;
        Ok(Many(grade(days, found, min_severity)))
    }
}
