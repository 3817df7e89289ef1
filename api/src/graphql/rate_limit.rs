//! `Query.rateLimit`: what a client may spend, and what this request cost.

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

/// The points that you may spend, counted for your token, else for your network address.
/// Where the server has no limit, `limit` and `remaining` are 2147483647.
#[derive(Clone, Copy, Debug)]
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

/// The types that tell what was spent.
#[must_use]
pub fn objects() -> Vec<Type> {
    let query = object! {
        type Query {
            /// What you may spend, and what this request costs. Everybody may ask.
            rateLimit: "RateLimit!" = related(batch(Vec::new(), told).without_data());
        }
    };
    let rate_limit = object! {
        /// The points that you may spend, counted for your token, else for your network address.
        /// Where the server has no limit, `limit` and `remaining` are 2147483647.
        type RateLimit {
            /// How many points you may spend within a minute.
            limit: "Int!" = of_object(|points: &RateLimit| points.limit.into());
            /// How many points this request costs, at least 1.
            cost: "Int!" = of_object(|points: &RateLimit| points.cost.into());
            /// How many points are left after this request. They come back evenly over the minute.
            remaining: "Int!" = of_object(|points: &RateLimit| points.remaining.into());
            /// When all points are back, if you spend no more until then.
            resetsAt: "DateTime!" = of_object(|points: &RateLimit| points.resets_at.0.into()).of::<DateTime>();
        }
    };
    vec![query, rate_limit]
}

fn told<'a>(load: &'a Load<'a>) -> LocalBoxFuture<'a, Result<Found>> {
    if let Some(recorder) = load.conn().recorder() {
        recorder.note_once();
    }
    Box::pin(std::future::ready(Ok(load.one_object_each(vec![load.context.rate_limit]))))
}
