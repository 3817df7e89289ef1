//! The root field about who is asking.

use async_graphql::{Context, Object};

use super::Me;
use crate::graphql::context::ReadContext;

/// The root field about who is asking.
#[derive(Default)]
pub struct ViewerQuery;

#[Object]
impl ViewerQuery {
    /// You, as the token says that the request came with; null without a token. A token that can't be taken is refused
    /// before anything runs. Example: `{ viewer { subject grants { role } } }`.
    async fn viewer(&self, ctx: &Context<'_>) -> Option<Me> {
        ctx.read().who().map(|who| Me(who.subject.clone()))
    }
}
