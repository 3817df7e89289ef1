//! A client over HTTP.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use reqwest::{
    RequestBuilder, StatusCode,
    header::{AUTHORIZATION, HeaderMap, HeaderValue},
};
use serde_json::{Value, json};

/// A client of one server.
pub struct Client {
    http: reqwest::Client,
    base: String,
    address: SocketAddr,
}

/// What came back.
#[derive(Debug)]
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub text: String,
}

/// Connections are closed before the server does so.
fn builder() -> reqwest::ClientBuilder {
    reqwest::Client::builder().pool_idle_timeout(Duration::from_secs(60))
}

impl Client {
    /// A client of the server at an address.
    pub fn of(address: SocketAddr) -> Self {
        Self {
            http: builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client"),
            base: format!("http://{address}"),
            address,
        }
    }

    /// Another client of the same server, without a token.
    pub fn same(&self) -> Self {
        Self::of(self.address)
    }

    /// The same client, with a token.
    pub fn with_token(&self, token: &str) -> Self {
        let mut value = HeaderValue::try_from(format!("Bearer {token}")).expect("a header");
        value.set_sensitive(true);
        let headers = HeaderMap::from_iter([(AUTHORIZATION, value)]);
        let http = builder().default_headers(headers).build().expect("a client");
        Self { http, base: self.base.clone(), address: self.address }
    }

    /// Sends a query that must succeed, and gives its data.
    pub async fn query(&self, document: &str) -> Value {
        self.send(document, json!({})).await.data()
    }

    /// The address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// A GET that is not sent yet.
    pub fn get(&self, path: &str) -> RequestBuilder {
        self.http.get(format!("{}{path}", self.base))
    }

    /// A POST that is not sent yet.
    pub fn post(&self, path: &str) -> RequestBuilder {
        self.http.post(format!("{}{path}", self.base))
    }

    /// A request of any method that is not sent yet.
    pub fn request(&self, method: &str, path: &str) -> RequestBuilder {
        self.http.request(method.parse().expect("a method"), format!("{}{path}", self.base))
    }

    /// Writes bytes to the server as they are, and reads what comes until it closes the connection.
    pub async fn raw(&self, bytes: Vec<u8>) -> String {
        let address = self.address;
        let exchange = move || {
            let mut stream = TcpStream::connect(address).expect("a connection");
            stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a timeout");
            stream.write_all(&bytes).expect("a server that reads");
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer).expect("a connection that is closed");
            String::from_utf8_lossy(&answer).into_owned()
        };
        tokio::task::spawn_blocking(exchange).await.expect("an answer")
    }

    /// Sends one mutation with an input of its type, and asks for its errors, and for `fields` of what it made.
    pub async fn mutate(&self, name: &str, fields: &str, input: Value) -> Outcome {
        Outcome { reply: self.send(&mutation(name, fields), json!({ "input": input })).await, name: name.into() }
    }

    /// As [`Self::mutate`], to see what would come of it.
    pub async fn try_out(&self, name: &str, fields: &str, input: Value) -> Outcome {
        let body = json!({
            "query": mutation(name, fields), "variables": { "input": input }, "extensions": { "dryRun": true },
        });
        let request = self.post("/graphql").header("accept", "application/graphql-response+json").json(&body);
        Outcome { reply: Reply::to(request).await, name: name.into() }
    }

    /// Sends a GraphQL request.
    pub async fn send(&self, document: &str, variables: Value) -> Reply {
        let body = json!({ "query": document, "variables": variables });
        Reply::to(self.post("/graphql").header("accept", "application/graphql-response+json").json(&body)).await
    }
}

/// What came of a mutation.
#[derive(Debug)]
pub struct Outcome {
    /// The whole reply.
    pub reply: Reply,
    name: String,
}

fn mutation(name: &str, fields: &str) -> String {
    let of_input = format!("{}{}Input", name[..1].to_uppercase(), &name[1..]);
    format!(
        "mutation($input: {of_input}!) {{ {name}(input: $input) {{ {fields} errors {{ __typename code message path }} }} }}"
    )
}

impl Outcome {
    /// The payload.
    #[track_caller]
    pub fn payload(&self) -> Value {
        let json = self.reply.json();
        assert!(json.get("errors").is_none(), "errors: {:#}", json["errors"]);
        json["data"][&self.name].clone()
    }

    /// What was made, where nothing is wrong.
    #[track_caller]
    pub fn done(&self) -> Value {
        let payload = self.payload();
        assert_eq!(payload["errors"], json!([]), "{}", self.name);
        payload
    }

    /// What is wrong with the input, as pairs of code and path.
    #[track_caller]
    pub fn mistakes(&self) -> Vec<(String, String)> {
        let payload = self.payload();
        let errors = payload["errors"].as_array().expect("a list").clone();
        let path = |error: &Value| {
            let steps = error["path"].as_array().expect("a path").iter().map(|step| step.as_str().expect("a step"));
            steps.collect::<Vec<_>>().join(".")
        };
        errors.iter().map(|error| (error["code"].as_str().expect("a code").to_owned(), path(error))).collect()
    }

    /// The code of the error that ended the operation, or none.
    pub fn code(&self) -> Option<String> {
        self.reply.errors().into_iter().next().map(|(code, _)| code)
    }

    /// What became of the transaction.
    pub fn transaction(&self) -> String {
        self.reply.json()["extensions"]["transaction"]["outcome"].as_str().unwrap_or_default().to_owned()
    }
}

impl Reply {
    /// What comes back to a request.
    pub async fn to(request: RequestBuilder) -> Self {
        let response = request.send().await.expect("an answer");
        Self {
            status: response.status(),
            headers: response.headers().clone(),
            text: response.text().await.expect("a body"),
        }
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// The data of an answer without errors.
    #[track_caller]
    pub fn data(&self) -> Value {
        let json = self.json();
        assert!(json.get("errors").is_none(), "errors: {:#}", json["errors"]);
        json["data"].clone()
    }

    /// The errors as pairs of code and message.
    pub fn errors(&self) -> Vec<(String, String)> {
        let json = self.json();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let errors = json["errors"].as_array().cloned().unwrap_or_default();
        errors.iter().map(|error| (text(&error["extensions"]["code"]), text(&error["message"]))).collect()
    }

    /// A header as text.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// How many SQL statements the answer took.
    pub fn statements(&self) -> usize {
        let timing = self.header("server-timing");
        let number = timing.split("desc=\"").nth(1).and_then(|rest| rest.split(' ').next());
        number.and_then(|number| number.parse().ok()).unwrap_or_else(|| panic!("no statements in `{timing}`"))
    }
}
