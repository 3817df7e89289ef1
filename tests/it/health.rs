//! The health checks.

use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::support::{Reply, TestApp};

async fn asked(app: &TestApp, path: &str) -> (u16, String) {
    let reply = Reply::to(app.client().get(path)).await;
    (reply.status.as_u16(), reply.text)
}

tests! {
    starting empty;

    async fn a_working_server_is_live_and_ready(app: TestApp) {
        assert_eq!(asked(&app, "/livez").await, (200, "ok\n".to_owned()));
        assert_eq!(asked(&app, "/readyz").await, (200, "ok\n".to_owned()));
    }

    async fn without_its_database_a_server_is_live_but_not_ready(app: TestApp) {
        app.database.clone().close().await.expect("it closes");
        assert_eq!(asked(&app, "/livez").await.0, 200);
        let (status, text) = asked(&app, "/readyz").await;
        assert_eq!((status, text.as_str()), (503, "not ready: the database does not respond\n"));
        assert_eq!(Reply::to(app.client().get("/readyz")).await.header("retry-after"), "5");
    }

    async fn requests_while_the_database_is_down_get_503_with_retry_after(app: TestApp) {
        app.database.clone().close().await.expect("it closes");
        let reply = app.signed_in("ada", &["admin"]).mutate("deleteEvent", "", json!({ "id": "x" })).await.reply;
        assert_eq!((reply.status.as_u16(), reply.errors()[0].0.as_str()), (503, "UNAVAILABLE"));
        assert_eq!(reply.header("retry-after"), "5");
    }

    async fn a_server_is_not_ready_with_the_tables_of_another_version(app: TestApp) {
        let expected = (503, "not ready: the tables do not match this version\n".to_owned());
        let newer = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m99991231_000001_later', 0)";
        app.database.execute_unprepared(newer).await.expect("a row");
        assert_eq!(asked(&app, "/readyz").await, expected);
        app.database.execute_unprepared("DELETE FROM seaql_migrations").await.expect("no rows");
        assert_eq!(asked(&app.with(|_| {}).await, "/readyz").await, expected);
    }

    async fn readiness_is_checked_at_most_once_per_second(app: TestApp) {
        let ready = asked(&app, "/readyz").await;
        assert_eq!(ready.0, 200);
        let all = futures_util::future::join_all((0..20).map(|_| asked(&app, "/readyz"))).await;
        assert!(all.iter().all(|answer| *answer == ready));
    }
}
