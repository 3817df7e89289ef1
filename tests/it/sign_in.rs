//! Sign-in over HTTP: valid tokens are accepted, and all invalid ones get the same error.

use std::{fs, path::PathBuf};

use actix_web::rt::System;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey};
use plenary::{clock::Clock, config::Settings};
use reqwest::{RequestBuilder, StatusCode, header::AUTHORIZATION};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    command_line::Folder,
    pairs::{Pair, forge},
    support::{Client, Program, Reply, token},
};

/// That of the servers of tests.
const SECRET: &str = "for tests only, for tests only, for tests only";
const WHO: &str = "{ viewer { subject } }";
const UNAUTHENTICATED: &str = "{\"errors\":[{\"extensions\":{\"code\":\"UNAUTHENTICATED\"},\"message\":\"The token \
    is invalid or expired. Sign in again, or send no token to read public data.\"}]}";

/// A wrong token, and what is wrong with it.
type Wrong = (String, String);

fn now() -> i64 {
    Clock::System.now().timestamp()
}

fn own() -> EncodingKey {
    EncodingKey::from_secret(SECRET.as_bytes())
}

fn claims() -> Value {
    json!({ "iss": "plenary", "aud": "plenary", "sub": "ada", "iat": now(), "exp": now() + 3600, "grants": ["admin"] })
}

/// Claims with others in their place; null takes one away.
fn claims_with(changes: &Value) -> Value {
    let mut claims = claims();
    for (name, change) in changes.as_object().expect("an object") {
        claims[name] = change.clone();
    }
    claims
}

fn without(claim: &str) -> Value {
    let mut claims = claims();
    claims.as_object_mut().expect("an object").remove(claim);
    claims
}

/// A token that is signed with the right secret.
fn signed(header: &Value, payload: &str) -> String {
    forge(&header.to_string(), payload, &own(), Algorithm::HS256)
}

fn good() -> String {
    signed(&json!({ "alg": "HS256" }), &claims().to_string())
}

/// A token without a signature.
fn unsigned(header: &Value) -> String {
    let token = signed(header, &claims().to_string());
    token[..=token.rfind('.').expect("a dot")].to_owned()
}

/// The keys of a server that takes all algorithms: a public key for RS256, and a set with the others.
struct Keys {
    rsa: Pair,
    ec: Pair,
    ed: Pair,
    folder: Folder,
}

impl Keys {
    fn new() -> Self {
        let folder = Folder::new(&format!("sign-in-{}", Uuid::now_v7()));
        Self { rsa: Pair::rsa(), ec: Pair::ec(), ed: Pair::ed(), folder }
    }

    fn file(&self, name: &str, text: &str) -> Option<PathBuf> {
        let path = self.folder.0.join(name);
        fs::write(&path, text).expect("a file");
        Some(path)
    }

    /// Lets a server take all of them.
    fn configure(&self, settings: &mut Settings) {
        settings.auth.jwt_public_key_file = self.file("key.pem", &self.rsa.public);
        settings.auth.jwt_algorithm = Some("RS256".into());
        let set = json!({ "keys": [self.ec.jwk("ec"), self.ed.jwk("ed")] });
        settings.auth.jwks_file = self.file("set.json", &set.to_string());
    }
}

/// RFC 8725, 2.1, 3.1 and 3.2: the algorithm is that of the key, and nothing that a token says changes it.
fn wrong_algorithms(keys: &Keys) -> Vec<Wrong> {
    let payload = claims().to_string();
    let mut wrong = Vec::new();
    for none in ["none", "None", "NONE", "nOnE", " none", "none ", "", "null", "hs256", "HS", "HS256 ", "A128KW", "dir"]
    {
        wrong.push((signed(&json!({ "alg": none }), &payload), format!("alg `{none}`, signed")));
        wrong.push((unsigned(&json!({ "alg": none })), format!("alg `{none}`, without signature")));
    }
    for alg in [json!(null), json!(["HS256"]), json!(256), json!({})] {
        wrong.push((signed(&json!({ "alg": alg }), &payload), format!("alg {alg}")));
    }
    wrong.push((signed(&json!({ "typ": "JWT" }), &payload), "no alg".into()));
    for algorithm in [Algorithm::HS384, Algorithm::HS512] {
        let token = forge(&json!({ "alg": algorithm }).to_string(), &payload, &own(), algorithm);
        wrong.push((token, format!("the secret as {algorithm:?}")));
    }
    for algorithm in [Algorithm::RS384, Algorithm::RS512, Algorithm::PS256] {
        let token = forge(&json!({ "alg": algorithm }).to_string(), &payload, &keys.rsa.signer(), algorithm);
        wrong.push((token, format!("the RSA key as {algorithm:?}")));
    }
    for public in [&keys.rsa.public, &keys.ec.public, &keys.ed.public] {
        for secret in [public.as_str(), public.trim_end(), &public.replace('\n', ""), &public.replace('\n', "\r\n")] {
            for header in [json!({ "alg": "HS256" }), json!({ "alg": "HS256", "kid": "ec" }), json!({ "alg": "RS256" })]
            {
                let key = EncodingKey::from_secret(secret.as_bytes());
                let token = forge(&header.to_string(), &payload, &key, Algorithm::HS256);
                wrong.push((token, format!("an HMAC with a public key, {header}")));
            }
        }
    }
    wrong
}

/// RFC 8725, 3.3 and 3.10: tokens signed by others, and tokens that name or contain a key.
fn wrong_signatures(keys: &Keys) -> Vec<Wrong> {
    let payload = claims().to_string();
    let by = |header: Value, pair: &Pair| forge(&header.to_string(), &payload, &pair.signer(), pair.algorithm);
    let (good, stranger) = (good(), Pair::ed());
    let parts: Vec<&str> = good.split('.').collect();
    let eve = URL_SAFE_NO_PAD.encode(claims_with(&json!({ "sub": "eve" })).to_string());
    let zeros = URL_SAFE_NO_PAD.encode([0; 64]);
    let ec = by(json!({ "alg": "ES256", "kid": "ec" }), &keys.ec);
    let mut wrong: Vec<Wrong> = [
        (unsigned(&json!({ "alg": "HS256" })), "no signature"),
        (good[..good.len() - 1].to_owned(), "a signature without its last letter"),
        (good[..good.len() - 10].to_owned(), "half a signature"),
        (format!("{good}AAAA"), "something behind the signature"),
        (format!("{}.{eve}.{}", parts[0], parts[2]), "other claims"),
        (format!("{}.{}.{}", parts[0], parts[1], zeros), "a signature of zeros"),
        (format!("{}.{zeros}", &ec[..ec.rfind('.').expect("a dot")]), "a signature of zeros on a curve"),
        (ec[..ec.len() - 4].to_owned(), "a signature cut short on a curve"),
        (by(json!({ "alg": "RS256" }), &Pair::rsa()), "another RSA key"),
        (by(json!({ "alg": "ES256", "kid": "ec" }), &Pair::ec()), "another key on P-256"),
        (by(json!({ "alg": "EdDSA", "kid": "ed" }), &stranger), "another key on Ed25519"),
        (by(json!({ "alg": "EdDSA", "kid": "ec" }), &keys.ed), "the name of another key"),
        (by(json!({ "alg": "ES256", "kid": "ed" }), &keys.ed), "another algorithm than that of the key"),
        (by(json!({ "alg": "EdDSA" }), &keys.ed), "no kid where there are several keys"),
        (by(json!({ "alg": "EdDSA", "kid": "unknown" }), &keys.ed), "an unknown kid"),
        (by(json!({ "alg": "EdDSA", "jwk": stranger.jwk("ed"), "kid": "ed" }), &stranger), "a key of its own"),
    ]
    .map(|(token, what)| (token, what.to_owned()))
    .into();
    let another = EncodingKey::from_secret(b"another secret, another secret, another");
    wrong.push((forge(r#"{"alg":"HS256"}"#, &payload, &another, Algorithm::HS256), "another secret".into()));
    let empty = EncodingKey::from_secret(b"");
    wrong.push((forge(r#"{"alg":"HS256"}"#, &payload, &empty, Algorithm::HS256), "an empty secret".into()));
    for kid in [json!(1), json!(null), json!(["ec"]), json!({})] {
        wrong.push((signed(&json!({ "alg": "HS256", "kid": kid }), &payload), format!("kid {kid}")));
    }
    wrong.extend(wrong_secrets_with_a_name(keys));
    wrong
}

/// RFC 8725, 2.1: the name of a key never makes its public half a secret, nor a secret a public key.
fn wrong_secrets_with_a_name(keys: &Keys) -> Vec<Wrong> {
    let payload = claims().to_string();
    let (jwk, point) = (keys.ed.jwk("ed"), keys.ec.jwk("ec"));
    let mut secrets = vec![Vec::new(), b"ed".to_vec(), jwk.to_string().into_bytes(), point.to_string().into_bytes()];
    for coordinate in [&jwk["x"], &point["x"], &point["y"]].map(|value| value.as_str().expect("a coordinate")) {
        secrets.extend([coordinate.as_bytes().to_vec(), URL_SAFE_NO_PAD.decode(coordinate).expect("base64url")]);
    }
    let mut wrong = Vec::new();
    for kid in ["ec", "ed", "unknown", "", "../../dev/null", "/proc/self/environ", "' OR 1=1 --"] {
        for secret in &secrets {
            let header = json!({ "alg": "HS256", "kid": kid }).to_string();
            let token = forge(&header, &payload, &EncodingKey::from_secret(secret), Algorithm::HS256);
            wrong.push((token, format!("kid {kid} with a secret of {} bytes", secret.len())));
        }
        for alg in ["ES256", "EdDSA", "RS256"] {
            let token = signed(&json!({ "alg": alg, "kid": kid }), &payload);
            wrong.push((token, format!("kid {kid} and the secret as {alg}")));
        }
        let token = unsigned(&json!({ "alg": "HS256", "kid": kid }));
        wrong.push((token, format!("kid {kid} without signature")));
    }
    wrong
}

/// RFC 7515, 4.1, and RFC 8725, 3.11: headers that would change what a token means.
fn wrong_headers() -> Vec<Wrong> {
    let payload = claims().to_string();
    let own = Pair::ed().jwk("mine");
    let headers = [
        json!({ "jku": "https://evil.example/keys" }),
        json!({ "x5u": "https://evil.example/certificate" }),
        json!({ "x5c": ["MIIB"] }),
        json!({ "jwk": own }),
        json!({ "crit": ["exp"] }),
        json!({ "crit": [] }),
        json!({ "crit": ["b64"], "b64": false }),
        json!({ "b64": true }),
        json!({ "zip": "DEF" }),
        json!({ "enc": "A128GCM" }),
        json!({ "typ": "dpop+jwt" }),
        json!({ "typ": "secevent+jwt" }),
        json!({ "typ": "JWE" }),
        json!({ "typ": "" }),
        json!({ "typ": null }),
        json!({ "typ": 1 }),
    ];
    let mut wrong: Vec<Wrong> = headers
        .into_iter()
        .map(|mut header| {
            header["alg"] = json!("HS256");
            (signed(&header, &payload), format!("the header {header}"))
        })
        .collect();
    for header in
        ["[]", "\"HS256\"", "{", "", "null", r#"{"alg":"HS256","alg":"HS256"}"#, r#"{"alg":"none","\u0061lg":"HS256"}"#]
    {
        wrong.push((forge(header, &payload, &self::own(), Algorithm::HS256), format!("the header {header}")));
    }
    wrong
}

/// RFC 7519, 4.1, and RFC 8725, 3.8 to 3.12: claims that are missing, of another type, or not for this server now.
fn wrong_claims() -> Vec<Wrong> {
    let now = now();
    let mut payloads: Vec<String> = ["iss", "aud", "sub", "exp"].map(|claim| without(claim).to_string()).into();
    let changes = [
        json!({ "exp": now - 31 }),
        json!({ "exp": 0 }),
        json!({ "exp": -1 }),
        json!({ "exp": null }),
        json!({ "exp": (now + 3600).to_string() }),
        json!({ "exp": [now + 3600] }),
        json!({ "exp": true }),
        json!({ "exp": now + 86_460 }),
        json!({ "exp": u64::MAX }),
        json!({ "exp": 1e300 }),
        json!({ "iat": now - 86_000, "exp": now + 3600 }),
        json!({ "nbf": now + 120 }),
        json!({ "nbf": "0" }),
        json!({ "nbf": null }),
        json!({ "nbf": u64::MAX }),
        json!({ "iat": now + 120 }),
        json!({ "iat": "0" }),
        json!({ "iat": null }),
        json!({ "iat": i64::MIN }),
        json!({ "iss": "Plenary" }),
        json!({ "iss": "plenary/" }),
        json!({ "iss": "" }),
        json!({ "iss": null }),
        json!({ "iss": ["plenary"] }),
        json!({ "iss": "plenary\0" }),
        json!({ "aud": "other" }),
        json!({ "aud": ["other"] }),
        json!({ "aud": [] }),
        json!({ "aud": null }),
        json!({ "aud": ["plenary", 1] }),
        json!({ "aud": { "plenary": true } }),
        json!({ "aud": "plenary " }),
        json!({ "sub": "" }),
        json!({ "sub": " " }),
        json!({ "sub": 1 }),
        json!({ "sub": null }),
        json!({ "sub": ["ada"] }),
        json!({ "sub": "ada\n" }),
        json!({ "sub": "ada\u{0}" }),
        json!({ "sub": "ada\u{85}" }),
        json!({ "sub": "a".repeat(256) }),
        json!({ "grants": "admin" }),
        json!({ "grants": { "admin": true } }),
        json!({ "grants": ["admin", 1] }),
        json!({ "grants": null }),
        json!({ "grants": [["admin"]] }),
        json!({ "grants": true }),
    ];
    payloads.extend(changes.iter().map(|changes| claims_with(changes).to_string()));
    let text = claims().to_string();
    payloads.extend([
        text.replacen('{', r#"{"sub":"eve","#, 1),
        text.replacen('{', r#"{"su\u0062":"eve","#, 1),
        text.replacen('{', r#"{"grants":[],"#, 1),
        format!("[{text}]"),
        format!("{text}{text}"),
        text[..text.len() - 1].to_owned(),
        "\"ada\"".into(),
        "null".into(),
        String::new(),
        "[".repeat(3000),
    ]);
    let header = json!({ "alg": "HS256" });
    payloads.into_iter().map(|text| (signed(&header, &text), format!("the claims {text:.80}"))).collect()
}

/// RFC 7515, 3 and 7: what is no signed token at all.
fn wrong_forms() -> Vec<Wrong> {
    let good = good();
    let parts: Vec<&str> = good.split('.').collect();
    [
        ("x".into(), "a letter"),
        ("..".into(), "two dots"),
        (".".into(), "a dot"),
        (parts[..2].join("."), "two parts"),
        (format!("{good}."), "a fourth part"),
        (format!("{good}.{}.{}", parts[0], parts[1]), "five parts, as of an encrypted token"),
        (format!("{}=.{}.{}", parts[0], parts[1], parts[2]), "padding"),
        (format!("e3+/.{}.{}", parts[1], parts[2]), "letters of another base64"),
        (format!("{}.{}~.{}", parts[0], parts[1], parts[2]), "letters of no base64"),
        (good.to_uppercase(), "capitals"),
        (good.replace('.', "/"), "other dots"),
        (URL_SAFE_NO_PAD.encode(&good), "a token that was encoded once more"),
        (signed(&json!({ "alg": "HS256" }), &claims_with(&json!({ "x": "x".repeat(8192) })).to_string()), "10 KiB"),
    ]
    .map(|(token, what)| (token, what.to_owned()))
    .into()
}

/// Whether a request is refused as all of them are, and nothing of it ran.
async fn is_refused(request: RequestBuilder, what: &str) {
    let reply = Reply::to(request).await;
    assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{what}: {}", reply.text);
    assert_eq!(reply.header("www-authenticate"), "Bearer error=\"invalid_token\"", "{what}");
    assert_eq!(reply.header("cache-control"), "private, no-store", "{what}");
    assert_eq!(reply.text, UNAUTHENTICATED, "{what}");
    assert_eq!(reply.statements(), 0, "{what}");
}

/// Requests of every kind with a header, also those that need no sign-in or are invalid otherwise.
fn all_requests(client: &Client) -> [RequestBuilder; 6] {
    [
        client.post("/graphql").json(&json!({ "query": WHO })),
        client.post("/graphql").json(&json!({ "query": "{ __typename }" })),
        client.get("/graphql").query(&[("query", "{ __typename }")]),
        client.get("/graphql").query(&[("query", WHO)]).header("accept", "application/graphql-response+json"),
        client.post("/graphql").body("no request"),
        client.request("DELETE", "/graphql"),
    ]
}

/// The viewer that a server reports.
async fn who(request: RequestBuilder) -> Value {
    Reply::to(request).await.data()["viewer"]["subject"].take()
}

fn asking(client: &Client) -> RequestBuilder {
    client.get("/graphql").query(&[("query", WHO)])
}

tests! {
    starting empty;

    async fn all_invalid_tokens_get_the_same_error(app: TestApp) {
        let keys = Keys::new();
        let app = app.with(|settings| keys.configure(settings)).await;
        let wrong = [wrong_algorithms(&keys), wrong_signatures(&keys), wrong_headers(), wrong_claims(), wrong_forms()];
        for (token, what) in wrong.concat() {
            for request in all_requests(app.client()) {
                is_refused(request.header(AUTHORIZATION, format!("Bearer {token}")), &what).await;
            }
        }
        assert_eq!(who(asking(app.client()).header(AUTHORIZATION, format!("Bearer {}", good()))).await, "ada");
    }

    async fn headers_other_than_a_single_bearer_token_get_the_same_error(app: TestApp) {
        let good = good();
        let wrong = [
            String::new(), "Bearer".into(), "Bearer ".into(), format!("Bearer{good}"), good.clone(),
            format!("Basic {good}"), "Basic YWRhOnNlc2FtZQ==".into(), format!("Token {good}"), format!("JWT {good}"),
            format!("DPoP {good}"), format!("Bearer:{good}"), format!("Bearer\t{good}"), format!("Bearer \"{good}\""),
            format!("Bearer {good} {good}"), format!("Bearer {good}, Bearer {good}"), format!("Bearer {good},"),
            format!("Bearer Bearer {good}"), format!("Bearer token={good}"), format!("Bearer {good};"), "\u{e9}".into(),
        ];
        for header in wrong {
            for request in all_requests(app.client()) {
                is_refused(request.header(AUTHORIZATION, header.clone()), &header).await;
            }
        }
        for (one, other) in [(&*good, &*good), (&*good, "x"), ("x", &*good)] {
            for request in all_requests(app.client()) {
                let request = request.header(AUTHORIZATION, format!("Bearer {one}"));
                is_refused(request.header(AUTHORIZATION, format!("Bearer {other}")), "two headers").await;
            }
        }
        for scheme in ["Bearer", "bearer", "BEARER", "Bearer  "] {
            assert_eq!(who(asking(app.client()).header(AUTHORIZATION, format!("{scheme} {good}"))).await, "ada");
        }
    }

    async fn tokens_outside_the_authorization_header_are_ignored(app: TestApp) {
        let good = good();
        for request in [
            asking(app.client()).query(&[("access_token", &good)]),
            asking(app.client()).query(&[("token", &good)]),
            asking(app.client()).header("cookie", format!("access_token={good}")),
            asking(app.client()).header("x-authorization", format!("Bearer {good}")),
            asking(app.client()).header("proxy-authorization", format!("Bearer {good}")),
            app.client().post("/graphql").json(&json!({ "query": WHO, "access_token": good })),
            app.client().post("/graphql").json(&json!({ "query": WHO, "extensions": { "authorization": good } })),
        ] {
            assert_eq!(Reply::to(request).await.data(), json!({ "viewer": null }));
        }
    }

    async fn tokens_of_all_supported_algorithms_are_accepted(app: TestApp) {
        let keys = Keys::new();
        let by = |kid: Option<&str>, pair: &Pair| {
            let header = json!({ "alg": pair.algorithm, "typ": "at+jwt" });
            let header = kid.map_or(header.clone(), |kid| json!({ "kid": kid, "alg": pair.algorithm }));
            let token = forge(&header.to_string(), claims().to_string(), &pair.signer(), pair.algorithm);
            format!("Bearer {token}")
        };
        for pair in [&keys.rsa, &keys.ec, &keys.ed] {
            let alone = app.with(|settings| {
                settings.auth.jwt_secret = None;
                settings.auth.jwt_public_key_file = keys.file("alone.pem", &pair.public);
                settings.auth.jwt_algorithm = Some(format!("{:?}", pair.algorithm));
            }).await;
            for kid in [None, Some("whatever it is")] {
                assert_eq!(who(asking(alone.client()).header(AUTHORIZATION, by(kid, pair))).await, "ada");
            }
            is_refused(asking(alone.client()).header(AUTHORIZATION, format!("Bearer {}", good())), "the secret").await;
        }
        let app = app.with(|settings| keys.configure(settings)).await;
        for (kid, pair) in [(None, &keys.rsa), (Some("ec"), &keys.ec), (Some("ed"), &keys.ed)] {
            assert_eq!(who(asking(app.client()).header(AUTHORIZATION, by(kid, pair))).await, "ada");
        }
        assert_eq!(who(asking(app.client()).header(AUTHORIZATION, format!("Bearer {}", good()))).await, "ada");
    }

    async fn a_token_signed_with_the_secret_can_have_any_kid(app: TestApp) {
        let keys = Keys::new();
        let with_sets = app.with(|settings| keys.configure(settings)).await;
        for kid in ["2024-11", "ec", "", "../../dev/null", "' OR 1=1 --"] {
            let token = signed(&json!({ "alg": "HS256", "kid": kid }), &claims().to_string());
            for app in [&app, &with_sets] {
                let asked = asking(app.client()).header(AUTHORIZATION, format!("Bearer {token}"));
                assert_eq!(who(asked).await, "ada", "{kid}");
            }
        }
        let without_secret = app.with(|settings| {
            keys.configure(settings);
            settings.auth.jwt_secret = None;
        }).await;
        for kid in ["ec", "ed", "unknown"] {
            let token = signed(&json!({ "alg": "HS256", "kid": kid }), &claims().to_string());
            let request = asking(without_secret.client()).header(AUTHORIZATION, format!("Bearer {token}"));
            is_refused(request, kid).await;
        }
    }

    async fn without_a_key_every_token_is_rejected(app: TestApp) {
        let app = app.with(|settings| settings.auth.jwt_secret = None).await;
        let empty = EncodingKey::from_secret(b"");
        let tokens = [
            token("ada", &["admin"]),
            unsigned(&json!({ "alg": "none" })),
            forge(r#"{"alg":"HS256"}"#, claims().to_string(), &empty, Algorithm::HS256),
        ];
        for token in tokens {
            for request in all_requests(app.client()) {
                is_refused(request.header(AUTHORIZATION, format!("Bearer {token}")), "no key").await;
            }
        }
        assert_eq!(app.query(WHO).await, json!({ "viewer": null }));
    }

    async fn subjects_are_compared_exactly(app: TestApp) {
        app.grant("zo\u{eb}", "admin").await;
        let others = ["zoe\u{308}", "Zo\u{eb}", "zo\u{eb} ", " zo\u{eb}", "zo\u{eb}\u{200b}", "zoe"];
        for (subject, roles) in others.map(|other| (other, 0)).into_iter().chain([("zo\u{eb}", 1)]) {
            let data = app.signed_in(subject, &[]).query("{ viewer { subject grants { role } } }").await;
            assert_eq!(data["viewer"]["subject"], subject);
            assert_eq!(data["viewer"]["grants"].as_array().map(Vec::len), Some(roles), "{subject:?}");
        }
    }
}

#[test]
fn a_server_without_a_key_says_so_at_startup() {
    let program = Program::serve("no-key", &["serve"], &[], "Schema");
    assert!(program.log().lines().any(|line| line.contains("WARN") && line.contains("sign-in is disabled")));
    System::new().block_on(async {
        for request in all_requests(&program.client) {
            is_refused(request.header(AUTHORIZATION, format!("Bearer {}", good())), "no key").await;
        }
        assert_eq!(program.client.query(WHO).await, json!({ "viewer": null }));
    });
}

#[test]
fn the_demo_prints_tokens_that_sign_in_and_no_other_server_takes() {
    let [one, other] =
        ["demo-one", "demo-other"].map(|name| Program::serve(name, &["serve", "--demo"], &[], "attendee"));
    assert!(!one.log().contains("sign-in is disabled"));
    System::new().block_on(async {
        for (role, person, roles) in [
            ("organizer", Value::Null, vec!["ORGANIZER"; 2]),
            ("lead", json!("demo-ines-farrow"), vec!["LEAD"; 2]),
            ("speaker", json!("demo-mara-lind"), vec!["SPEAKER"]),
            ("attendee", Value::Null, vec!["ATTENDEE"; 2]),
        ] {
            let line = one.said.iter().find_map(|line| line.trim().strip_prefix(role));
            let token = line.unwrap_or_else(|| panic!("a token for a {role}: {:?}", one.said)).trim();
            let data =
                one.client.with_token(token).query("{ viewer { subject person { slug } grants { role } } }").await;
            let grants: Vec<Value> = roles.iter().map(|role| json!({ "role": role })).collect();
            let person = if person.is_null() { Value::Null } else { json!({ "slug": person }) };
            let subject = format!("demo-{role}");
            assert_eq!(data["viewer"], json!({ "subject": subject, "person": person, "grants": grants }));
            let request = asking(&other.client).header(AUTHORIZATION, format!("Bearer {token}"));
            is_refused(request, "the token of another server").await;
        }
    });
}

#[test]
fn the_log_contains_no_tokens_or_secrets() {
    let settings = [("PLENARY_JWT_SECRET", SECRET), ("PLENARY_LOG", "trace")];
    let program = Program::serve("log", &["serve", "--demo"], &settings, "To run a first query");
    assert!(!program.said.iter().any(|line| line.contains("eyJ")), "a token that other servers take is not printed");
    let marked = claims_with(&json!({ "jti": "sesame, open" })).to_string();
    let wrong = claims_with(&json!({ "jti": "sesame, open", "aud": "sesame, open" })).to_string();
    let header = json!({ "alg": "HS256" });
    let another = EncodingKey::from_secret(b"another secret, another secret, another");
    let tokens = [
        signed(&header, &marked),
        signed(&header, &wrong),
        forge(&header.to_string(), &marked, &another, Algorithm::HS256),
        signed(&json!({ "alg": "RS256", "kid": "a key" }), &marked),
        unsigned(&json!({ "alg": "none" })),
    ];
    System::new().block_on(async {
        for token in &tokens {
            for header in [format!("Bearer {token}"), format!("Basic {token}"), format!("Bearer {token}, {token}")] {
                for request in all_requests(&program.client) {
                    Reply::to(request.header(AUTHORIZATION, header.clone())).await;
                }
            }
        }
    });
    let log = program.log();
    assert!(log.contains("rejected a token") && log.contains("TRACE") && log.contains("client=\"subject\""));
    let parts = tokens.iter().flat_map(|token| token.split('.')).filter(|part| !part.is_empty());
    for part in parts.chain(["sesame", SECRET, "another secret"]) {
        let line = log.lines().find(|line| line.contains(part));
        assert_eq!(line, None, "{part} is in the log");
    }
}
