//! The log has the audience of every node: the last one logged is the current one, and each row starts from the
//! audience that the previous one ended with. All tables are compared, so that no dependent change is missed.

use std::collections::{BTreeMap, HashMap};

use plenary::{
    change::{
        Parts, Writer,
        affected::audiences,
        audience::{Grantee, VisibleTo},
    },
    database::Conn,
};
use plenary_entity::{
    change,
    enums::{Audience, ChangeAction, NodeType},
    schedule, session, slot,
};
use sea_orm::{ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter, QueryOrder, Set};
use serde_json::json;
use uuid::Uuid;

use super::{
    filled::{Filled, made},
    history::{History, Random},
    id_of,
};
use crate::support::seed;

const TRANSACTIONS: usize = 60;
const MOST_AT_ONCE: usize = 6;
const TRANSACTIONS_BETWEEN_SLOTS: usize = 6;

/// The audience of each node, according to the log so far.
#[derive(Default)]
struct LoggedAudiences {
    seen: HashMap<(NodeType, Uuid), VisibleTo>,
    last: i64,
}

fn is_same(one: &VisibleTo, other: &VisibleTo) -> bool {
    one.by == other.by && (one.by != Audience::Drafts || one.grantees == other.grantees)
}

impl LoggedAudiences {
    /// Reads on, and gives what does not fit together.
    async fn read_on(&mut self, database: &DatabaseConnection) -> Vec<String> {
        let log = change::Entity::find().filter(change::Column::Seq.gt(self.last)).order_by_asc(change::Column::Seq);
        let mut wrong = Vec::new();
        for row in log.all(database).await.expect("the log") {
            self.last = row.seq;
            let before = VisibleTo::read(row.audience_before, row.seats_before.as_ref(), row.event_id);
            let after = VisibleTo::read(row.audience_after, row.seats_after.as_ref(), row.event_id);
            let is_of_part = |seen: &VisibleTo| seen.grantees.iter().any(|seat: &Grantee| seat.of_part);
            let is_for_the_audit_log = before.by == Audience::Nobody && after.by == Audience::Nobody;
            if is_of_part(&after) || is_for_the_audit_log && row.action == ChangeAction::Updated {
                continue;
            }
            let nobody = VisibleTo { by: Audience::Nobody, grantees: Vec::new() };
            let key = (row.node_type, row.node_id);
            let known = self.seen.remove(&key).unwrap_or(nobody);
            if !is_same(&known, &before) {
                wrong.push(format!("{key:?} was seen by {known:?}, and row {} says {before:?}", row.seq));
            }
            if row.action != ChangeAction::Deleted {
                self.seen.insert(key, after);
            }
        }
        wrong
    }

    /// What the log and the tables say differently.
    async fn differences(&mut self, database: &DatabaseConnection) -> Vec<String> {
        let mut wrong = self.read_on(database).await;
        let sees = audiences(&Conn::pool(database)).await.expect("an answer");
        for (key, seen) in &sees {
            match self.seen.get(key) {
                Some(logged) if is_same(logged, seen) => {}
                logged => wrong.push(format!("{key:?} is seen by {seen:?}, and the log says {logged:?}")),
            }
        }
        let gone = self.seen.keys().filter(|key| !sees.contains_key(key));
        wrong.extend(gone.map(|key| format!("{key:?} is gone, and the log does not know")));
        wrong
    }
}

fn key(id: &str) -> Uuid {
    plenary::graphql::id::decode(id).expect("an id").1
}

/// The draft of the schedule of the conference of 2021.
async fn draft_of(event_id: Uuid, database: &DatabaseConnection) -> Uuid {
    let of_event = schedule::Entity::find().filter(schedule::Column::EventId.eq(event_id));
    let draft = of_event.filter(schedule::Column::Release.is_null()).one(database).await;
    draft.expect("an answer").expect("a draft").id
}

/// Makes the draft of the schedule of an event.
async fn make_draft(writer: &Writer<'_>, event_id: Uuid) -> Uuid {
    let draft = schedule::ActiveModel {
        id: Set(Uuid::now_v7()),
        event_id: Set(event_id),
        is_frozen: Set(false),
        ..Default::default()
    };
    writer.insert::<schedule::Entity>(draft, Parts::none()).await.expect("a draft").id
}

/// Puts a session into a schedule, or takes a slot out of it.
async fn move_a_slot(writer: &Writer<'_>, schedule: Uuid, random: &mut Random, database: &DatabaseConnection) {
    let there = slot::Entity::find().filter(slot::Column::ScheduleId.eq(schedule)).order_by_asc(slot::Column::Id);
    let there = there.all(database).await.expect("slots");
    let draft = schedule::Entity::find_by_id(schedule).one(database).await.expect("an answer").expect("a draft");
    let sessions = session::Entity::find().filter(session::Column::EventId.eq(draft.event_id));
    let sessions = sessions.order_by_asc(session::Column::Id).all(database).await.expect("sessions");
    if random.below(3) == 0 && !there.is_empty() {
        writer.delete::<slot::Entity>(random.of(&there)).await.expect("it goes");
    } else if !sessions.is_empty() {
        put(writer, &Conn::pool(database), schedule, random.of(&sessions).id).await;
    }
}

/// Puts a session into a schedule.
async fn put(writer: &Writer<'_>, conn: &Conn, schedule: Uuid, session: Uuid) {
    let session = session::Entity::find_by_id(session).one(conn).await.expect("an answer").expect("a session");
    let begin = "2021-09-20T10:00:00Z".parse().expect("an instant");
    let slot = slot::ActiveModel {
        id: Set(Uuid::now_v7()),
        event_id: Set(session.event_id),
        schedule_id: Set(schedule),
        uid: Set(Uuid::now_v7().to_string()),
        session_id: Set(session.id),
        starts_at: Set(begin),
        ends_at: Set(begin + chrono::TimeDelta::hours(1)),
        ..Default::default()
    };
    writer.insert::<slot::Entity>(slot, Parts::none()).await.expect("a slot");
}

tests! {
    starting with the demo program;

    async fn the_log_has_the_audience_of_every_node_after_random_operations(app: TestApp) {
        let app = app.with_large_limits().await;
        let admin = app.signed_in("root", &["admin"]);
        let mut logged = LoggedAudiences::default();
        let wrong = logged.differences(&app.database).await;
        assert!(wrong.is_empty(), "as it was loaded:\n{}", wrong.join("\n"));
        let lpc = id_of(&admin, "event(slug: \"lpc-2021\")").await;
        Filled::make(&admin).await;
        let draft = draft_of(key(&lpc), &app.database).await;
        let seed = seed(0x5eed_2041);
        let mut history = History::new(&app.database, &admin, seed);
        history.keeps = Some(lpc);
        let mut turned: BTreeMap<usize, usize> = BTreeMap::new();
        for number in 1..=TRANSACTIONS {
            if number % TRANSACTIONS_BETWEEN_SLOTS == 0 {
                let (mut random, database) = (Random(seed + number as u64), &app.database);
                app.write(async |writer, _| move_a_slot(&writer, draft, &mut random, database).await).await;
            }
            let drawn = history.several(MOST_AT_ONCE).await;
            let wrong = logged.differences(&app.database).await;
            assert!(
                wrong.is_empty(),
                "seed {seed}, transaction {number}, {drawn:#?}:\n{}\nTo try it again: PLENARY_TEST_SEED={seed}",
                wrong.join("\n")
            );
            *turned.entry(drawn.len()).or_default() += 1;
        }
        let several: usize = turned.iter().filter(|(fields, _)| **fields > 1).map(|(_, times)| times).sum();
        assert!(several > TRANSACTIONS / 4, "hardly ever was more than one thing done at once: {turned:?}");
    }

    async fn visibility_changes_of_dependent_nodes_are_logged(app: TestApp) {
        let app = app.with_large_limits().await;
        let admin = app.signed_in("root", &["admin"]);
        let Filled { event, microconferences: [mc, other_mc], topics, accomplishment, sessions } = Filled::make(&admin).await;
        app.write(async |writer, conn| {
            let draft = make_draft(&writer, key(event.as_str().expect("an id"))).await;
            for session in &sessions {
                put(&writer, conn, draft, key(session.as_str().expect("an id"))).await;
            }
        })
        .await;
        let mut logged = LoggedAudiences::default();
        for (name, input) in [
            ("updateSession", json!({ "id": sessions[0], "microconferenceId": other_mc })),
            ("updateSession", json!({ "id": sessions[0], "microconferenceId": null })),
            ("updateSession", json!({ "id": sessions[0], "microconferenceId": mc })),
            ("moveTopic", json!({ "id": topics[0], "to": { "lastIn": other_mc } })),
            ("moveTopic", json!({ "id": topics[0], "to": { "lastIn": mc } })),
            ("moveAccomplishment", json!({ "id": accomplishment, "to": { "firstIn": other_mc } })),
            ("moveAccomplishment", json!({ "id": accomplishment, "to": { "firstIn": mc } })),
            ("changeSessionStatus", json!({ "id": sessions[0], "status": "ACCEPTED" })),
            ("reviewMicroconference", json!({ "id": mc, "status": "ACCEPTED" })),
            ("changeEventStatus", json!({ "id": event, "status": "PLANNED" })),
            ("changeSessionStatus", json!({ "id": sessions[1], "status": "ACCEPTED" })),
            ("changeSessionStatus", json!({ "id": sessions[2], "status": "ACCEPTED" })),
            ("changeSessionStatus", json!({ "id": sessions[1], "status": "WITHDRAWN" })),
            ("updateTopic", json!({ "id": topics[1], "status": "PROPOSED" })),
            ("updateTopic", json!({ "id": topics[0], "status": "PROPOSED" })),
            ("updateTopic", json!({ "id": topics[1], "status": "PLANNED" })),
            ("updateTopic", json!({ "id": topics[0], "status": "PLANNED" })),
            ("updateSession", json!({ "id": sessions[0], "microconferenceId": other_mc })),
            ("moveTopic", json!({ "id": topics[0], "to": { "lastIn": other_mc } })),
            ("moveAccomplishment", json!({ "id": accomplishment, "to": { "firstIn": other_mc } })),
            ("reviewMicroconference", json!({ "id": other_mc, "status": "ACCEPTED" })),
        ] {
            admin.mutate(name, "", input.clone()).await.done();
            let wrong = logged.differences(&app.database).await;
            assert!(wrong.is_empty(), "{name} {input}:\n{}", wrong.join("\n"));
        }
    }

    async fn repeated_visibility_changes_in_an_operation_are_logged_once(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let event = id_of(&admin, "event(slug: \"lpc-2021\")").await;
        let draft = json!({ "eventId": event, "slug": "draft", "title": "Draft" });
        let session = made(&admin, "createSession", "session", draft).await;
        let reference = json!({ "subjectId": session, "kind": "ARTICLE", "title": "Post" });
        let reference = made(&admin, "addReference", "reference", reference).await;
        let gone = made(&admin, "addReference", "reference", json!({ "subjectId": session, "kind": "ARTICLE", "title": "Gone" })).await;
        let ada = made(&admin, "createPerson", "person", json!({ "slug": "ada", "name": "Ada" })).await;
        made(&admin, "addCredit", "credit", json!({ "subjectId": session, "personId": ada, "role": "SPEAKER" })).await;
        let start = super::cursor(app.client()).await;
        let document = format!(
            "mutation {{
                a: changeSessionStatus(input: {{ id: {session}, status: ACCEPTED }}) {{ errors {{ message }} }}
                b: updateReference(input: {{ id: {reference}, title: \"Said\" }}) {{ errors {{ message }} }}
                c: removeReference(input: {{ id: {gone} }}) {{ errors {{ message }} }}
                d: changeSessionStatus(input: {{ id: {session}, status: CANCELLED }}) {{ errors {{ message }} }}
            }}"
        );
        let data = admin.query(&document).await;
        assert!(["a", "b", "c", "d"].iter().all(|field| data[field]["errors"] == json!([])), "{data}");
        let page = super::changes(app.client(), &start, "").await;
        let mut came = super::actions(&page);
        came.sort_unstable();
        let all = [("CREATED", "CREDIT"), ("CREATED", "PERSON"), ("CREATED", "REFERENCE"), ("CREATED", "SESSION")];
        assert_eq!(came, all, "what came and went in one operation was never there");
        let wrong = LoggedAudiences::default().differences(&app.database).await;
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    async fn a_node_created_under_a_newly_visible_one_is_logged_after_it(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let event = id_of(&admin, "event(slug: \"lpc-2021\")").await;
        let mc = json!({ "eventId": event, "slug": "new", "title": "New" });
        let mc = admin.mutate("createMicroconference", "microconference { id }", mc).await.done();
        let mc = &mc["microconference"]["id"];
        let topic = json!({ "microconferenceId": mc, "title": "First" });
        let topic = admin.mutate("createTopic", "topic { id }", topic).await.done()["topic"]["id"].clone();
        let start = super::cursor(app.client()).await;
        let document = format!(
            "mutation {{
                reviewMicroconference(input: {{ id: {mc}, status: ACCEPTED }}) {{ errors {{ message }} }}
                createTopic(input: {{ microconferenceId: {mc}, parentId: {topic}, title: \"Beneath\" }}) {{
                    topic {{ id }} errors {{ message }} }}
            }}"
        );
        let data = admin.query(&document).await;
        let page = super::changes(app.client(), &start, "").await;
        let logged: Vec<&serde_json::Value> = page["nodes"].as_array().expect("changes").iter().map(|change| &change["nodeId"]).collect();
        assert_eq!(logged, [mc, &topic, &data["createTopic"]["topic"]["id"]]);
    }
}
