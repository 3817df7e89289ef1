//! Runs an operation with a deadline, and catches panics.

use std::{any::Any, panic::AssertUnwindSafe, time::Duration};

use actix_web::http::StatusCode;
use futures_util::FutureExt;

use super::{answer::Refusal, edge::Edge, record::Record};
use crate::{
    error::{Code, Fault},
    graphql::{rate_limit::RateLimit, scalar::DateTime},
    telemetry::panic_message,
};

/// Runs `work` until `deadline`, and catches panics. Work that takes longer is dropped, along with everything that it
/// waits for; the error includes `advice`.
///
/// # Errors
///
/// When it takes longer, or panics.
pub async fn bounded<T>(work: impl Future<Output = T>, deadline: Duration, advice: &str) -> Result<T, Refusal> {
    match tokio::time::timeout(deadline, AssertUnwindSafe(work).catch_unwind()).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(panic)) => Err(panicked(panic.as_ref())),
        Err(_) => Err(too_slow(deadline, advice)),
    }
}

fn too_slow(deadline: Duration, advice: &str) -> Refusal {
    let seconds = deadline.as_secs();
    let message = format!("The request took longer than {seconds} seconds and was stopped. {advice}");
    let fault = Fault::new(Code::DeadlineExceeded, message);
    Refusal::new(StatusCode::GATEWAY_TIMEOUT, fault)
}

fn panicked(panic: &(dyn Any + Send)) -> Refusal {
    let fault = Fault::internal(&format_args!("an operation panicked: {}", panic_message(panic)));
    Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, fault)
}

/// The cost of the request, for `rateLimit`. Without a limit, the remaining points are the maximum of an Int.
pub fn rate_limit(edge: &Edge, record: &Record) -> RateLimit {
    let int = |points: u32| i32::try_from(points).unwrap_or(i32::MAX);
    let now = edge.app.clock.now();
    let run = record.points_of_run();
    let balance = record.balance.map(|balance| balance.less(run));
    RateLimit {
        limit: balance.map_or(i32::MAX, |balance| int(balance.limit)),
        cost: int(record.cost.saturating_add(run)),
        remaining: balance.map_or(i32::MAX, |balance| int(balance.remaining)),
        resets_at: DateTime(now + balance.map(|balance| balance.resets_in()).unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[actix_web::test]
    async fn a_panic_is_an_internal_error_without_details() {
        let refusal = bounded(async { panic!("the secret is {}", "sesame") }, Duration::MAX, "").await;
        let Err(Refusal { fault, .. }): Result<(), _> = refusal else { panic!("it was not refused") };
        assert_eq!(fault.code, Code::Internal);
        assert!(fault.error_id.is_some() && !fault.message.contains("sesame"));
    }

    #[actix_web::test]
    async fn work_over_the_deadline_is_dropped() {
        let (sender, receiver) = tokio::sync::oneshot::channel::<()>();
        let work = async move {
            let _held = sender;
            std::future::pending::<()>().await;
        };
        let refusal = bounded(work, Duration::ZERO, "Ask for less.").await;
        let Err(Refusal { fault, .. }) = refusal else { panic!("it was not stopped") };
        assert_eq!(fault.code, Code::DeadlineExceeded);
        assert!(fault.message.ends_with("Ask for less."));
        assert!(receiver.await.is_err());
    }
}
