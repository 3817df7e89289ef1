//! The demo program tells what the announcements tell.

use plenary::{clock::Clock, demo};
use serde_json::json;

tests! {
    starting with the demo program;

    async fn the_eight_microconferences_are_there_in_order(app: TestApp) {
        let data = app
            .query("{ event(slug: \"lpc-2021\") { microconferences(first: 100) { totalCount nodes { slug status position } } } }")
            .await;
        let list = &data["event"]["microconferences"];
        assert_eq!(list["totalCount"], 8);
        assert_eq!(list["nodes"][0], json!({ "slug": "real-time", "status": "ACCEPTED", "position": 0 }));
    }

    async fn loading_it_again_changes_nothing(app: TestApp) {
        use plenary_entity::change;
        use sea_orm::{EntityTrait, PaginatorTrait};
        let before = change::Entity::find().count(&app.database).await.expect("a count");
        demo::load(&app.database, Clock::System).await.expect("nothing to load");
        assert_eq!(change::Entity::find().count(&app.database).await.expect("a count"), before);
    }
}
