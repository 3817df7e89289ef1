//! `Query.rateLimit`: the client's rate limit, and the cost of the request.

use futures_util::future::LocalBoxFuture;

use super::scalar::DateTime;
use crate::{
    error::Result,
    execution::{
        found::Found,
        lookup::batch,
        object::{Object as Type, object, of_object, related},
        relation::Load,
    },
};

/// Your rate limit, counted per token, otherwise per network address. Without a limit, `limit` and `remaining` are
/// 2147483647.
#[derive(Clone, Copy, Debug)]
pub struct RateLimit {
    /// Maximum number of points per minute.
    pub limit: i32,
    /// Points that this request costs, at least 1.
    pub cost: i32,
    /// Points left after this request. They are restored evenly over a minute.
    pub remaining: i32,
    /// When all points are restored, if you spend none until then.
    pub resets_at: DateTime,
}

/// The type `RateLimit`.
#[must_use]
pub fn objects() -> Vec<Type> {
    let query = object! {
        type Query {
            /// Your rate limit and the cost of this request. Public.
            rateLimit: "RateLimit!" = related(batch(Vec::new(), load_rate_limit).without_data());
        }
    };
    let rate_limit = object! {
        /// Your rate limit, counted per token, otherwise per network address. Without a limit, `limit` and `remaining`
        /// are 2147483647.
        type RateLimit {
            /// Maximum number of points per minute.
            limit: "Int!" = of_object(|points: &RateLimit| points.limit.into());
            /// Points that this request costs, at least 1.
            cost: "Int!" = of_object(|points: &RateLimit| points.cost.into());
            /// Points left after this request. They are restored evenly over a minute.
            remaining: "Int!" = of_object(|points: &RateLimit| points.remaining.into());
            /// When all points are restored, if you spend none until then.
            resetsAt: "DateTime!" = of_object(|points: &RateLimit| points.resets_at.0.into()).of::<DateTime>();
        }
    };
    vec![query, rate_limit]
}

fn load_rate_limit<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
    if let Some(recorder) = load.conn().recorder() {
        recorder.note_uncacheable();
    }
    Box::pin(std::future::ready(Ok(load.one_object_each(vec![load.context.rate_limit]))))
}
