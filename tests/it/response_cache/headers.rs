//! The headers with which browsers and shared caches store and revalidate responses.

use serde_json::json;

use super::{id_of, is_kept};
use crate::support::{Client, Reply};

const PAGE: &str = "/graphql?query={event(slug:%22lpc-2021%22){id,title,descriptionHtml,microconferences(first:50){nodes{title,descriptionHtml,topics{title}}}}}";

async fn get(client: &Client, headers: &[(&str, &str)]) -> Reply {
    let request = headers.iter().fold(client.get(PAGE), |request, (name, value)| request.header(*name, *value));
    Reply::to(request).await
}

tests! {
    starting with the demo program;

    async fn a_client_with_a_current_response_gets_304(app: TestApp) {
        let app = app.keeping().await;
        let reply = get(app.client(), &[]).await;
        let tag = reply.header("etag").to_owned();
        assert!(tag.starts_with('"') && tag.ends_with('"'), "{tag} is no strong tag");
        let weak = format!("W/{tag}");
        let several = format!("\"other\", {weak}, \"more\"");
        for known in [tag.as_str(), &weak, &several, "*"] {
            let again = get(app.client(), &[("if-none-match", known)]).await;
            assert_eq!((again.status.as_u16(), again.text.as_str()), (304, ""), "{known}");
            for header in ["etag", "cache-control", "vary", "cache-tag"] {
                assert_eq!(again.header(header), reply.header(header), "{header}");
            }
        }
        for unknown in ["\"other\"", "W/\"other\"", tag.trim_matches('"'), ""] {
            let again = get(app.client(), &[("if-none-match", unknown)]).await;
            assert_eq!((again.status.as_u16(), &again.text), (200, &reply.text), "{unknown}");
        }
        let admin = app.signed_in("root", &["admin"]);
        let lpc = id_of(&admin, "event(slug: \"lpc-2021\")").await;
        admin.mutate("updateEvent", "", json!({ "id": lpc, "title": "Plumbers" })).await.done();
        let again = get(app.client(), &[("if-none-match", &tag)]).await;
        assert_eq!(again.status.as_u16(), 200);
        assert_ne!(again.header("etag"), tag);
    }

    async fn each_coding_and_media_type_has_its_own_etag(app: TestApp) {
        let app = app.keeping().await;
        let newer = "application/graphql-response+json";
        let mut tags = Vec::new();
        for accept in ["application/json", newer] {
            for coding in ["identity", "gzip", "br", "zstd"] {
                let asked = [("accept", accept), ("accept-encoding", coding)];
                let (first, second) = (get(app.client(), &asked).await, get(app.client(), &asked).await);
                assert_eq!(first.header("etag"), second.header("etag"));
                assert_eq!(first.header("content-encoding"), if coding == "identity" { "" } else { coding });
                assert!(is_kept(&second));
                let known = [("accept", accept), ("accept-encoding", coding), ("if-none-match", first.header("etag"))];
                assert_eq!(get(app.client(), &known).await.status.as_u16(), 304);
                tags.push(first.header("etag").to_owned());
            }
        }
        tags.sort();
        tags.dedup();
        assert_eq!(tags.len(), 8, "{tags:?}");
    }

    async fn a_client_gets_the_coding_that_it_prefers(app: TestApp) {
        for (accepted, coding) in [
            ("", ""), ("gzip, deflate, br, zstd", "br"), ("gzip;q=1, br;q=0.5", "gzip"), ("zstd, gzip;q=0.1", "zstd"),
            ("gzip;q=0, identity", ""), ("deflate", ""), ("nonsense;;", ""), ("identity;q=1, gzip;q=0.5", ""),
        ] {
            assert_eq!(get(app.client(), &[("accept-encoding", accepted)]).await.header("content-encoding"), coding, "{accepted}");
        }
    }

    async fn headers_tell_caches_who_may_store_a_response_and_its_tags(app: TestApp) {
        let app = app.keeping().await;
        let lpc = id_of(app.client(), "event(slug: \"lpc-2021\")").await;
        let public = get(app.client(), &[]).await;
        assert_eq!(public.header("cache-control"), "public, no-cache");
        assert_eq!(public.header("vary"), "Accept, Accept-Encoding, Authorization, Origin");
        assert_eq!(public.header("cache-tag"), lpc.as_str().expect("an id"), "it is of one event");
        let list = Reply::to(app.client().get("/graphql?query={events(first:2){nodes{title}}}")).await;
        let tags: Vec<&str> = list.header("cache-tag").split(',').collect();
        assert!(tags.len() == 4 && tags.contains(&"event"), "two on the page, one that shows that there are more: {tags:?}");

        let personal = get(&app.signed_in("ada", &[]), &[]).await;
        assert_eq!((personal.header("cache-control"), personal.header("cache-tag")), ("private, no-cache", ""));
        assert_ne!(personal.header("etag"), "");
        for wrong in ["/graphql?query={nothing}", "/graphql?query={node(id:%22x%22){id}}", "/graphql"] {
            let reply = Reply::to(app.client().get(wrong).header("accept", "application/json")).await;
            assert_eq!((reply.header("cache-control"), reply.header("etag")), ("private, no-store", ""), "{wrong}");
        }
        let cursor = app.client().query("{ changeCursor }").await["changeCursor"].as_str().expect("a cursor").to_owned();
        let draft = json!({ "slug": "fair", "title": "Fair", "timeZone": "UTC" });
        app.signed_in("root", &["admin"]).mutate("createEvent", "", draft).await.done();
        let feed = format!("/graphql?query={{changes(after:%22{cursor}%22){{cursor}}}}");
        let feed = Reply::to(app.client().get(&feed)).await;
        assert_eq!((feed.status.as_u16(), feed.header("cache-tag")), (200, "change"), "it names an event that is hidden");
        let balance = Reply::to(app.client().get("/graphql?query={rateLimit{remaining}}")).await;
        assert_eq!((balance.header("cache-control"), balance.header("cache-tag")), ("private, no-store", ""));

        let shared = app.with(|settings| settings.http.shared_max_age = 60).await;
        assert_eq!(get(shared.client(), &[]).await.header("cache-control"), "public, max-age=0, s-maxage=60, must-revalidate");
        assert_eq!(get(&shared.signed_in("ada", &[]), &[]).await.header("cache-control"), "private, no-cache");
    }
}
