//! What a mutation takes does not grow with what is around it.

use serde_json::{Value, json};

use crate::support::Client;

const FEW: usize = 3;
const MANY: usize = 30;

async fn made(client: &Client, name: &str, of: &str, input: Value) -> Value {
    client.mutate(name, &format!("{of} {{ id }}"), input).await.done()[of]["id"].clone()
}

/// An event that everybody sees.
async fn event(client: &Client, slug: &str) -> Value {
    let input = json!({ "slug": slug, "title": "Event", "timeZone": "UTC" });
    let event = made(client, "createEvent", "event", input).await;
    client.mutate("changeEventStatus", "", json!({ "id": event, "status": "PLANNED" })).await.done();
    event
}

/// A session with a speaker, slides and a chat.
async fn session(client: &Client, event: &Value, slug: &str) -> Value {
    let session = json!({ "eventId": event, "slug": slug, "title": "Session" });
    let session = made(client, "createSession", "session", session).await;
    let of_event = event.as_str().expect("an id").replace('_', "-");
    let person = json!({ "slug": format!("speaker-of-{slug}-{of_event}"), "name": "Speaker" });
    let person = made(client, "createPerson", "person", person).await;
    made(client, "addCredit", "credit", json!({ "subjectId": session, "personId": person, "role": "SPEAKER" })).await;
    made(client, "addReference", "reference", json!({ "subjectId": session, "kind": "SLIDES", "title": "Slides" }))
        .await;
    let chat = json!({ "subjectId": session, "provider": "MATRIX", "address": "#a:example.org" });
    made(client, "createChatLink", "chatLink", chat).await;
    session
}

tests! {
    starting empty;

    async fn accepting_a_session_takes_as_many_statements_in_a_large_event(app: TestApp) {
        let app = app.with_large_limits().await;
        let admin = app.signed_in("root", &["admin"]);
        let mut statements = Vec::new();
        for (slug, sessions) in [("small", FEW), ("large", MANY)] {
            let event = event(&admin, slug).await;
            let first = session(&admin, &event, "first").await;
            for number in 1..sessions {
                session(&admin, &event, &format!("session-{number}")).await;
            }
            let done = admin.mutate("changeSessionStatus", "", json!({ "id": first, "status": "ACCEPTED" })).await;
            done.done();
            statements.push(done.reply.statements());
        }
        assert_eq!(statements[0], statements[1]);
    }

    async fn further_sessions_of_an_operation_take_fewer_statements_than_the_first(app: TestApp) {
        let app = app.with_large_limits().await;
        let admin = app.signed_in("root", &["admin"]);
        let event = event(&admin, "event").await;
        let mut sessions = Vec::new();
        for number in 0..MANY {
            sessions.push(session(&admin, &event, &format!("session-{number}")).await);
        }
        let accept = async |sessions: &[Value]| {
            let fields: Vec<String> = sessions.iter().enumerate()
                .map(|(number, id)| format!("f{number}: changeSessionStatus(input: {{ id: {id}, status: ACCEPTED }}) {{ errors {{ code }} }}"))
                .collect();
            let reply = admin.send(&format!("mutation {{ {} }}", fields.join(" ")), json!({})).await;
            assert_eq!(reply.json()["extensions"]["transaction"]["outcome"], "COMMITTED", "{}", reply.text);
            reply.statements()
        };
        let one = accept(&sessions[..1]).await;
        let others = accept(&sessions[1..]).await;
        assert!(others < one * (MANY - 1) * 2 / 3, "{others} statements for {}, and {one} for one", MANY - 1);
    }

    async fn moving_a_room_takes_a_fixed_number_of_statements(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let mut statements = Vec::new();
        for (slug, number) in [("small", FEW), ("large", MANY)] {
            let venue = json!({ "slug": slug, "name": "Venue", "kind": "PHYSICAL" });
            let venue = made(&admin, "createVenue", "venue", venue).await;
            let mut rooms = Vec::new();
            for number in 0..number {
                let room = json!({ "venueId": venue, "slug": format!("room-{number}"), "name": "Room" });
                rooms.push(made(&admin, "createRoom", "room", room).await);
            }
            let to = json!({ "after": rooms.last() });
            let moved = admin.mutate("moveRoom", "room { position version venue { rooms { id version } } }", json!({ "id": rooms[0], "to": to })).await;
            let room = moved.done()["room"].clone();
            assert_eq!((&room["position"], &room["version"]), (&json!(number - 1), &json!(2)));
            rooms.rotate_left(1);
            let there: Vec<Value> = rooms.iter().map(|id| json!({ "id": id, "version": 2 })).collect();
            assert_eq!(room["venue"]["rooms"], json!(there));
            let log = admin.query(&format!("{{ auditLog(first: {number}) {{ nodes {{ nodeId before after }} }} }}")).await;
            let log = log["auditLog"]["nodes"].as_array().expect("a log").clone();
            for (place, id) in rooms.iter().enumerate() {
                let told = log.iter().find(|entry| entry["nodeId"] == *id).expect("each is told of");
                let was = if place == number - 1 { 0 } else { place + 1 };
                assert_eq!((&told["before"], &told["after"]), (&json!({ "position": was }), &json!({ "position": place })));
            }
            statements.push(moved.reply.statements());
        }
        assert_eq!(statements[0], statements[1]);
    }
}
