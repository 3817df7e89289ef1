//! Runs the body of a test on a runtime of its own, and cleans up after it whatever happened.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use super::{TestApp, TestDatabase};

/// Runs `body` on `database`, then drops the database.
pub fn run<F>(database: TestDatabase, body: impl FnOnce(TestApp) -> F)
where
    F: Future<Output = ()>,
{
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        actix_web::rt::System::new().block_on(async {
            let connection = database.connect().await;
            body(TestApp::on(connection.clone(), &database.url()).await).await;
            connection.close().await.expect("the connection closes");
        });
    }));
    database.remove();
    if let Err(panic) = outcome {
        resume_unwind(panic);
    }
}
