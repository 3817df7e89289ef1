//! Content coding: every body decodes, according to its headers, to the bytes of `identity`.

use std::io::Read;

use reqwest::{RequestBuilder, header::HeaderMap};
use serde_json::json;

use crate::support::{Client, Reply, TestApp};

/// A response with its bytes as they came over the wire.
struct Raw {
    status: u16,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Raw {
    async fn to(request: RequestBuilder) -> Self {
        let response = request.send().await.expect("an answer");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Self { status, headers, body: response.bytes().await.expect("a body").to_vec() }
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The body, decoded as its header says.
    #[track_caller]
    fn decoded(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let body = self.body.as_slice();
        assert!(self.headers.get_all("content-encoding").iter().count() <= 1);
        match self.header("content-encoding") {
            "" => return self.body.clone(),
            "gzip" => flate2::read::GzDecoder::new(body).read_to_end(&mut out),
            "br" => brotli::Decompressor::new(body, 4096).read_to_end(&mut out),
            "zstd" => zstd::Decoder::new(body).and_then(|mut decoder| decoder.read_to_end(&mut out)),
            other => panic!("nobody asked for `{other}`"),
        }
        .expect("a body in the coding that it is labelled with");
        out
    }
}

/// What a client accepts, and the coding of a long and of a short body.
const ACCEPTED: [(&str, &str, &str); 14] = [
    ("gzip, deflate, br, zstd", "br", ""),
    ("gzip", "gzip", ""),
    ("br", "br", ""),
    ("zstd", "zstd", ""),
    ("*", "br", ""),
    ("gzip, deflate", "gzip", ""),
    ("br;q=0.1, gzip;q=0.9, zstd;q=0.5", "gzip", ""),
    ("br;q=0, *;q=0.5", "zstd", ""),
    ("identity;q=0, gzip", "gzip", "gzip"),
    ("zstd, *;q=0", "zstd", "zstd"),
    ("identity", "", ""),
    ("deflate, compress", "", ""),
    ("gzip;q=0", "", ""),
    ("nonsense;;q", "", ""),
];

/// Up to this length, a body is sent as it is where the client accepts that.
const SHORT: usize = 1024;

/// Numbers at random, the same for the same seed (xorshift64).
struct Random(u64);

impl Random {
    /// From a seed of the clock's, which is printed.
    fn seeded() -> Self {
        let seed = uuid::Uuid::now_v7().as_u64_pair().1 | 1;
        println!("seed: {seed}");
        Self(seed)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    /// So many letters, of so many different ones.
    fn text(&mut self, length: usize, letters: u64) -> String {
        (0..length).map(|_| char::from(b'!' + 12 + u8::try_from(self.below(letters)).unwrap_or_default())).collect()
    }
}

/// Makes series with descriptions of these lengths, and gives a document for each.
async fn documents(app: &TestApp, random: &mut Random, lengths: &[usize]) -> Vec<String> {
    let mut program = String::new();
    let mut documents = Vec::new();
    for (number, length) in lengths.iter().enumerate() {
        // Of two letters it compresses well, of forty it hardly does.
        let text = random.text(*length, if number % 2 == 0 { 40 } else { 2 });
        let text = format!("a{text}");
        program += &format!("[[series]]\nslug = 's{number}'\nname = 'S'\ntimeZone = 'UTC'\ndescription = '{text}'\n");
        documents.push(format!("{{ series(slug: \"s{number}\") {{ description }} }}"));
    }
    app.load(&program).await;
    documents
}

/// The two ways to send a query.
fn ways(client: &Client, document: &str) -> [RequestBuilder; 2] {
    [client.get("/graphql").query(&[("query", document)]), client.post("/graphql").json(&json!({ "query": document }))]
}

tests! {
    starting empty;

    async fn every_response_decodes_according_to_its_headers(app: TestApp) {
        let mut random = Random::seeded();
        let mut lengths = vec![60, 900, 980, 990, 1000, 1100, 1700, 5000, 20_000, 49_000];
        lengths.extend((0..6).map(|_| usize::try_from(random.below(8000)).unwrap_or_default()));
        let mut documents = documents(&app, &mut random, &lengths).await;
        let parts: String = (0..5).map(|part| format!("p{part}: series(slug: \"s9\") {{ description }} ")).collect();
        documents.push(format!("{{ {parts} first: series(slug: \"s8\") {{ description }} }}"));

        let uncached = app.with(|settings| settings.http.answer_cache_bytes = 0).await;
        let cached = app.keeping().await;
        for document in &documents {
            let identity = Raw::to(ways(uncached.client(), document)[0].try_clone().expect("a request")).await;
            assert_eq!((identity.status, identity.header("content-encoding")), (200, ""));
            let is_long = identity.body.len() >= SHORT;
            let few = if identity.body.len() > 30_000 { 4 } else { ACCEPTED.len() };
            for (accept, long, short) in &ACCEPTED[..few] {
                let coding = if is_long { *long } else { *short };
                for client in [uncached.client(), cached.client(), cached.client()] {
                    for request in ways(client, document) {
                        let raw = Raw::to(request.header("accept-encoding", *accept)).await;
                        let what = format!("{accept} for {} bytes", identity.body.len());
                        assert_eq!((raw.status, raw.header("content-encoding")), (200, coding), "{what}");
                        assert_eq!(raw.header("content-length"), raw.body.len().to_string(), "{what}");
                        assert!(raw.header("vary").contains("Accept-Encoding"), "{what}");
                        assert!(raw.decoded() == identity.body, "{what}");
                    }
                }
                let [get, _] = ways(cached.client(), document);
                let tag = Raw::to(get.header("accept-encoding", *accept)).await.header("etag").to_owned();
                let coding = if coding.is_empty() { "identity" } else { coding };
                assert!(tag.ends_with(&format!(".{coding}\"")), "{tag}");
                let [get, _] = ways(cached.client(), document);
                let same = Raw::to(get.header("accept-encoding", *accept).header("if-none-match", &tag)).await;
                assert_eq!((same.status, same.header("etag"), same.header("content-encoding")), (304, &*tag, ""));
                assert_eq!((same.body.len(), same.header("content-type")), (0, ""));
            }
        }
    }

    async fn errors_and_pages_decode_according_to_their_headers(app: TestApp) {
        let unknown: String = (0..20).map(|field| format!("aFieldThatIsNotThere{field} ")).collect();
        let post = || app.client().post("/graphql");
        let json = || post().header("content-type", "application/json");
        let requests: Vec<(u16, RequestBuilder)> = vec![
            (400, post().header("accept", "application/graphql-response+json").json(&json!({ "query": format!("{{ {unknown} }}") }))),
            (200, post().json(&json!({ "query": format!("{{ {unknown} }}") }))),
            (200, app.client().get("/graphql").query(&[("query", format!("{{ {unknown} }}"))])),
            (200, post().json(&json!({ "query": "{ node(id: \"x\") { id } }" }))),
            (400, json().body("{")),
            (400, app.client().get("/graphql").header("accept", "application/json")),
            (401, post().header("authorization", "Bearer x").json(&json!({ "query": "{ __typename }" }))),
            (401, post().json(&json!({ "query": "mutation { deleteVenue(input: { id: \"x\" }) { deletedId } }" }))),
            (405, app.client().request("DELETE", "/graphql")),
            (406, post().header("accept", "image/png").json(&json!({ "query": "{ __typename }" }))),
            (413, json().body("a".repeat(300_000))),
            (414, app.client().get(&format!("/graphql?query={}", "a".repeat(50_000)))),
            (415, post().body("{}")),
            (200, app.client().get("/graphql").header("accept", "text/html")),
            (200, app.client().get("/schema.graphql")),
            (200, app.client().get("/livez")),
            (200, app.client().get("/readyz")),
            (404, app.client().get("/nowhere")),
            (405, app.client().post("/schema.graphql")),
            (302, app.client().get("/")),
        ];
        for (status, request) in requests {
            let again = || request.try_clone().expect("a request");
            let identity = Raw::to(again()).await;
            assert!(identity.header("content-encoding").is_empty());
            for (accept, long, short) in ACCEPTED {
                let raw = Raw::to(again().header("accept-encoding", accept)).await;
                let what = format!("{accept}: {}", String::from_utf8_lossy(&identity.body[..identity.body.len().min(90)]));
                let is_empty = identity.body.is_empty();
                let coding = if is_empty { "" } else if identity.body.len() < SHORT { short } else { long };
                assert_eq!((raw.status, raw.header("content-encoding")), (status, coding), "{what}");
                assert!(raw.decoded() == identity.body, "{what}");
            }
        }
    }

    async fn a_client_that_accepts_no_coding_gets_406_and_nothing_runs(app: TestApp) {
        let admin = app.signed_in("root", &["admin"]);
        let input = json!({ "slug": "hall", "name": "Hall", "kind": "VIRTUAL" });
        let mutation = "mutation($input: CreateVenueInput!) { createVenue(input: $input) { venue { id } } }";
        for accept in ["identity;q=0", "*;q=0", "br;q=0, identity;q=0, deflate"] {
            for request in [
                app.client().get("/graphql?query={__typename}"),
                app.client().post("/graphql").json(&json!({ "query": "{ __typename }" })),
                admin.post("/graphql").json(&json!({ "query": mutation, "variables": { "input": input } })),
            ] {
                let reply = Reply::to(request.header("accept-encoding", accept)).await;
                assert_eq!((reply.status.as_u16(), reply.errors()[0].0.as_str()), (406, "BAD_REQUEST"), "{accept}");
                assert!(reply.errors()[0].1.contains("Accept-Encoding") && !reply.header("x-request-id").is_empty());
                assert_eq!((reply.header("content-encoding"), reply.statements()), ("", 0));
            }
            for (path, status) in [("/schema.graphql", 406), ("/livez", 406), ("/graphql", 406), ("/nowhere", 404)] {
                let request = app.client().get(path).header("accept", "text/html").header("accept-encoding", accept);
                let reply = Reply::to(request).await;
                assert_eq!((reply.status.as_u16(), reply.header("content-encoding")), (status, ""), "{path}");
            }
        }
        assert_eq!(app.query("{ venues { totalCount } }").await["venues"]["totalCount"], 0);
    }

    async fn head_has_the_headers_of_get(app: TestApp) {
        let mut random = Random::seeded();
        let app = app.keeping().await;
        let of_answers = documents(&app, &mut random, &[10, 1100, 4000]).await;
        let mut paths: Vec<String> = of_answers.iter().map(|document| format!("/graphql?query={document}")).collect();
        paths.extend(["/graphql", "/graphql?query={x}", "/schema.graphql", "/livez", "/nowhere"].map(Into::into));
        for path in &paths {
            for (accept, ..) in ACCEPTED {
                let [get, head] = ["GET", "HEAD"].map(|method| app.client().request(method, path));
                let ask = |request: RequestBuilder| Raw::to(request.header("accept-encoding", accept));
                let (get, head) = (ask(get).await, ask(head).await);
                assert_eq!((get.status, head.body.len()), (head.status, 0), "{path}");
                let lasting = |raw: &Raw| {
                    let mut headers = raw.headers.clone();
                    for passing in ["date", "x-request-id", "server-timing", "ratelimit"] {
                        headers.remove(passing);
                    }
                    headers
                };
                assert_eq!(lasting(&get), lasting(&head), "{path} with {accept}");
            }
        }
    }

    async fn a_client_library_with_default_settings_reads_every_response(app: TestApp) {
        let mut random = Random::seeded();
        let lengths: Vec<usize> = (0..30).map(|step| 100 + step * 150 + usize::try_from(random.below(150)).unwrap_or_default()).collect();
        let app = app.keeping().await;
        for document in documents(&app, &mut random, &lengths).await {
            let expected = app.query(&document).await;
            let (get, post) = (app.client().url("/graphql"), app.client().url("/graphql"));
            let read = move || {
                let query = document.as_str();
                // Twice, since the second answer is a cached one.
                let gets = [(); 2].map(|()| ureq::get(&get).query("query", query).call().expect("an answer"));
                let posts = [(); 2].map(|()| {
                    let body = json!({ "query": query }).to_string();
                    ureq::post(&post).header("content-type", "application/json").send(&body).expect("an answer")
                });
                let texts = gets.into_iter().chain(posts).map(|mut answer| answer.body_mut().read_to_string().expect("a text"));
                texts.collect::<Vec<_>>()
            };
            for text in actix_web::rt::task::spawn_blocking(read).await.expect("texts") {
                let json: serde_json::Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
                assert_eq!(json["data"], expected);
            }
        }
    }
}
