//! `Query.rateLimit`: what a client may spend, and what this request cost.

use super::{context::ReadContext, scalar::DateTime};
use async_graphql::{Context, Object, SimpleObject};

/// The points that you may spend, counted for your token, else for your network address.
/// Where the server has no limit, `limit` and `remaining` are 2147483647.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub struct RateLimit {
    /// How many points you may spend within a minute.
    pub limit: i32,
    /// How many points this request costs, at least 1.
    pub cost: i32,
    /// How many points are left after this request. They come back evenly over the minute.
    pub remaining: i32,
    /// When all points are back, if you spend no more until then.
    pub resets_at: DateTime,
}

/// What was spent.
#[derive(Default)]
pub struct RateLimitQuery;

#[Object]
impl RateLimitQuery {
    /// What you may spend, and what this request costs. Everybody may ask.
    async fn rate_limit(&self, context: &Context<'_>) -> RateLimit {
        if let Some(recorder) = context.read().conn.recorder() {
            recorder.note_once();
        }
        *context.data_unchecked::<RateLimit>()
    }
}
