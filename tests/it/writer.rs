//! The writer versions and logs every write, in one transaction.

use plenary::{
    auth::policy::Permit,
    change::{AuditContext, Parts, WriteError, Writer},
    clock::Clock,
    database::WriteTransaction,
};
use plenary_entity::{
    change,
    enums::{Audience, ChangeAction, EventStatus, NodeType},
    event, event_audience,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Set};

use crate::support::TestApp;

async fn lpc(app: &TestApp) -> event::Model {
    let found = event::Entity::find().filter(event::Column::Slug.eq("lpc-2021"));
    found.one(&app.database).await.expect("a database").expect("the event")
}

async fn log_of(app: &TestApp, node: uuid::Uuid) -> Vec<change::Model> {
    let rows = change::Entity::find().filter(change::Column::NodeId.eq(node)).order_by_asc(change::Column::Seq);
    rows.all(&app.database).await.expect("the log")
}

fn stamp() -> AuditContext {
    AuditContext::command("test", Clock::System)
}

/// Retitles the event, and gives it other audiences.
async fn retitle(app: &TestApp, before: &event::Model, title: &str) -> Result<event::Model, WriteError> {
    let transaction = WriteTransaction::begin(&app.database).await?;
    let conn = transaction.conn();
    let change = event::ActiveModel { title: Set(title.into()), ..Default::default() };
    let tag = event_audience::ActiveModel { event_id: Set(before.id), tag: Set("rust".into()), position: Set(0) };
    let owned = event_audience::Column::EventId.eq(before.id).into();
    let parts = Parts::none().set::<event_audience::Entity>("audiences", owned, vec![tag]);
    let row = Writer::new(&conn, stamp(), Permit::of_operator()).update::<event::Entity>(before, change, parts).await?;
    drop(conn);
    transaction.commit().await?;
    Ok(row)
}

tests! {
    starting with the demo program;

    async fn everything_loaded_is_in_the_log(app: TestApp) {
        let event = lpc(&app).await;
        let log = log_of(&app, event.id).await;
        assert_eq!(log[0].action, ChangeAction::Created);
        assert_eq!(log[0].node_type, NodeType::Event);
        assert_eq!(log[0].actor, "plenary demo");
        assert_eq!((log[0].audience_before, log[0].audience_after), (Audience::Nobody, Audience::Everybody));
        let after = log[0].after.as_ref().expect("what was made");
        assert_eq!(after["title"], event.title.as_str());
        assert_eq!(after["audiences"][0]["tag"], "linux-kernel");
        for fields in log.iter().filter_map(|row| row.after.as_ref()) {
            assert!(fields.get("titleFolded").is_none(), "what is derived is not logged");
        }
    }

    async fn an_update_increments_the_version_and_logs_the_changed_fields(app: TestApp) {
        let before = lpc(&app).await;
        let after = retitle(&app, &before, "Plumbers").await.expect("a change");
        assert_eq!(after.version, before.version + 1);
        let log = log_of(&app, before.id).await.pop().expect("a row");
        let (was, is) = (log.before.expect("before"), log.after.expect("after"));
        assert_eq!((&was["title"], &is["title"]), (&before.title.into(), &"Plumbers".into()));
        assert_eq!((&was["audiences"][0]["tag"], &is["audiences"][0]["tag"]), (&"linux-kernel".into(), &"rust".into()));
        let mut fields: Vec<&String> = is.as_object().expect("fields").keys().collect();
        fields.sort();
        assert_eq!(fields, ["audiences", "title"]);
        let data = app.query("{ event(slug: \"lpc-2021\") { title audiences version } }").await;
        assert_eq!(data["event"], serde_json::json!({ "title": "Plumbers", "audiences": ["rust"], "version": after.version }));
    }

    async fn an_outdated_version_changes_nothing(app: TestApp) {
        let before = lpc(&app).await;
        retitle(&app, &before, "First").await.expect("a change");
        let rows = log_of(&app, before.id).await.len();
        assert!(matches!(retitle(&app, &before, "Second").await, Err(WriteError::Stale)));
        assert_eq!(lpc(&app).await.title, "First");
        assert_eq!(log_of(&app, before.id).await.len(), rows);
    }

    async fn current_and_former_slugs_of_other_events_are_taken(app: TestApp) {
        let before = lpc(&app).await;
        let transaction = WriteTransaction::begin(&app.database).await.expect("a transaction");
        let conn = transaction.conn();
        let change = event::ActiveModel { slug: Set("lpc-2020".into()), ..Default::default() };
        let result = Writer::new(&conn, stamp(), Permit::of_operator()).update::<event::Entity>(&before, change, Parts::none()).await;
        assert!(matches!(result, Err(WriteError::Taken)), "{result:?}");
    }

    async fn rejections_by_the_database_are_not_server_errors(app: TestApp) {
        let before = lpc(&app).await;
        let transaction = WriteTransaction::begin(&app.database).await.expect("a transaction");
        let conn = transaction.conn();
        let change = event::ActiveModel { ends_on: Set(None), ..Default::default() };
        let result = Writer::new(&conn, stamp(), Permit::of_operator()).update::<event::Entity>(&before, change, Parts::none()).await;
        assert!(matches!(result, Err(WriteError::Refused(_))), "{result:?}");
    }

    async fn the_log_says_who_could_see_a_node_before_and_after(app: TestApp) {
        let before = lpc(&app).await;
        let transaction = WriteTransaction::begin(&app.database).await.expect("a transaction");
        let conn = transaction.conn();
        let change = event::ActiveModel { status: Set(EventStatus::Draft), ..Default::default() };
        Writer::new(&conn, stamp(), Permit::of_operator()).update::<event::Entity>(&before, change, Parts::none()).await.expect("a change");
        drop(conn);
        transaction.commit().await.expect("a commit");
        let log = log_of(&app, before.id).await.pop().expect("a row");
        assert_eq!((log.audience_before, log.audience_after), (Audience::Everybody, Audience::Drafts));
    }

    async fn an_uncommitted_transaction_saves_nothing(app: TestApp) {
        let before = lpc(&app).await;
        let transaction = WriteTransaction::begin(&app.database).await.expect("a transaction");
        {
            let conn = transaction.conn();
            Writer::new(&conn, stamp(), Permit::of_operator()).delete::<event::Entity>(&before).await.ok();
        }
        drop(transaction);
        assert_eq!(lpc(&app).await, before);
    }

    async fn rows_of_the_log_can_be_neither_changed_nor_deleted(app: TestApp) {
        for sql in ["UPDATE change SET actor = 'nobody'", "DELETE FROM change"] {
            assert!(app.database.execute_unprepared(sql).await.is_err(), "{sql}");
        }
    }
}
