//! State that all workers of a server share.

use std::time::Duration;

use super::{
    cors::{Origins, RequestHeaders},
    health::Health,
    rate::Rates,
    response_cache::ResponseCache,
};
use crate::{
    app::App,
    graphql::budget::{Budget, ResponseLimits},
    guard::Admitted,
};

/// State that all workers of a server share.
pub struct Edge {
    /// The parts of the server.
    pub app: App,
    /// The pages that may read answers.
    pub origins: Origins,
    /// The headers that pages of listed origins may send.
    pub request_headers: RequestHeaders,
    /// The rate limits of clients.
    pub rates: Rates,
    /// The cached responses.
    pub response_cache: ResponseCache,
    /// Whether the server is ready.
    pub health: Health,
}

impl Edge {
    /// The edge of a server.
    ///
    /// # Errors
    ///
    /// A line that says which setting is wrong and what would be right.
    pub fn new(app: App) -> Result<Self, String> {
        Ok(Self {
            origins: Origins::parse(&app.settings.http.cors_origins)?,
            request_headers: RequestHeaders::parse(&app.settings.http.cors_headers)?,
            rates: Rates::new(app.settings.http.rate_limit),
            response_cache: ResponseCache::new(app.settings.http.answer_cache_bytes, app.invalidation.clone()),
            health: Health::default(),
            app,
        })
    }

    /// How long shared caches may use a public response without revalidating it.
    #[must_use]
    pub fn shared_max_age(&self) -> Duration {
        Duration::from_secs(self.app.settings.http.shared_max_age.into())
    }

    /// The limits of a response.
    #[must_use]
    pub fn budget(&self, admitted: &Admitted) -> Budget {
        let limits = &self.app.settings.limits;
        Budget::new(ResponseLimits { objects: limits.objects, bytes: limits.answer_bytes }, admitted.pages.clone())
    }

    /// How long a body may take to arrive, and then a request to run.
    #[must_use]
    pub fn deadline(&self) -> Duration {
        Duration::from_secs(self.app.settings.http.deadline.into())
    }
}
