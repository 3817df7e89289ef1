//! Settings: defaults, overridden by a TOML file, overridden by `PLENARY_*` environment variables.
//!
//! Each setting is a field here and is listed nowhere else. Its name in the file, variable, default and description are
//! read from these structs. `load.rs` reads the values, `rule.rs` validates them.
//!
//! Each setting is a field here, and nothing else lists them: its name in the file, its variable, its default and the
//! text of the default file are read from these structs. `load.rs` reads, `rule.rs` says what a value must be.

mod leaf;
mod load;
mod rule;
mod secret;

pub use self::{
    load::{Loaded, Problem, UnknownVariable},
    secret::Secret,
};

use std::path::PathBuf;

use confique::Config;

/// Settings of Plenary.
///
/// The server reads the file named by `--config` or the variable `PLENARY_CONFIG`, otherwise `plenary.toml` in the
/// working directory if it exists. Environment variables override the file.
///
/// To change a setting, remove the `#` before its name. In variables, separate list items with commas and write
/// switches as `true` or `false`; an empty variable counts as not set. Relative paths start at the working directory.
/// Run `plenary doctor` to check the settings.
#[derive(Clone, Debug, Config)]
pub struct Settings {
    /// Database URL: `sqlite:` and a file, which is created if it does not exist, or
    /// `postgres://user:password@host:port/database`. Never shown, since it may contain a password.
    ///
    /// Default value: `sqlite:plenary.db`; with `serve --demo` `sqlite:plenary-demo.db`
    #[config(env = "PLENARY_DATABASE_URL")]
    pub database_url: Option<Secret>,
    /// File that contains the database URL, instead of `database_url`.
    #[config(env = "PLENARY_DATABASE_URL_FILE")]
    pub database_url_file: Option<PathBuf>,
    /// IP address and port to listen on. Use `0.0.0.0` or `[::]` for all addresses of the machine.
    #[config(env = "PLENARY_LISTEN", default = "127.0.0.1:8080")]
    pub listen: String,
    /// Log level (`error`, `warn`, `info`, `debug` or `trace`) or a filter such as `plenary=debug,warn`.
    #[config(env = "PLENARY_LOG", default = "info")]
    pub log: String,
    /// Log format: `text` for people, `json` for programs.
    #[config(env = "PLENARY_LOG_FORMAT", default = "text")]
    pub log_format: String,
    /// Sign-in. A token is accepted if one of the keys configured here signed it. Without a key, sign-in is disabled
    /// and the server only serves public data.
    #[config(nested)]
    pub auth: Auth,
    /// HTTP server.
    #[config(nested)]
    pub http: Http,
    /// Limits of a request, far above what ordinary clients need. Those for mutations apply to signed-in clients.
    #[config(nested)]
    pub limits: Limits,
}

/// Sign-in: keys for verifying tokens, and requirements for their claims.
#[derive(Clone, Debug, Config)]
pub struct Auth {
    /// Shared secret for signing and verifying tokens (HS256). At least 32 random bytes, such as the output of `openssl
    /// rand -base64 48`. Never shown. Prefer `jwt_secret_file`.
    #[config(env = "PLENARY_JWT_SECRET")]
    pub jwt_secret: Option<Secret>,
    /// File that contains the secret, instead of `jwt_secret`: `/run/secrets/plenary-jwt`. Trailing line breaks are
    /// ignored.
    #[config(env = "PLENARY_JWT_SECRET_FILE")]
    pub jwt_secret_file: Option<PathBuf>,
    /// File with a public key in PEM for verifying tokens. Requires `jwt_algorithm`.
    #[config(env = "PLENARY_JWT_PUBLIC_KEY_FILE")]
    pub jwt_public_key_file: Option<PathBuf>,
    /// Algorithm of the public key: `RS256`, `ES256` or `EdDSA`.
    #[config(env = "PLENARY_JWT_ALGORITHM")]
    pub jwt_algorithm: Option<String>,
    /// File with a JSON Web Key Set (RFC 7517) for verifying tokens.
    #[config(env = "PLENARY_JWKS_FILE")]
    pub jwks_file: Option<PathBuf>,
    /// URL of the identity provider's JSON Web Key Set: `https://id.example.org/jwks.json`. The server also starts if
    /// it can't be reached. `http://` is only allowed for this machine.
    #[config(env = "PLENARY_JWKS_URL")]
    pub jwks_url: Option<String>,
    /// Required issuer of tokens, their `iss` claim.
    #[config(env = "PLENARY_JWT_ISSUER", default = "plenary")]
    pub jwt_issuer: String,
    /// Required audience of tokens, their `aud` claim.
    #[config(env = "PLENARY_JWT_AUDIENCE", default = "plenary")]
    pub jwt_audience: String,
    /// Claim that lists the grants of a token.
    #[config(env = "PLENARY_JWT_GRANTS_CLAIM", default = "grants")]
    pub grants_claim: String,
    /// Maximum lifetime of tokens, from `iat` to `exp`, in seconds: 60 to 31536000 (one year).
    #[config(env = "PLENARY_JWT_LONGEST_LIFETIME", default = 86400)]
    pub longest_lifetime: u32,
    /// Tolerated clock difference to token issuers, in seconds: 0 to 600.
    #[config(env = "PLENARY_JWT_LEEWAY", default = 30)]
    pub leeway: u32,
}

impl Auth {
    /// Whether any key is set that tokens can be checked with.
    #[must_use]
    pub fn has_key(&self) -> bool {
        self.jwt_secret.is_some()
            || self.jwt_public_key_file.is_some()
            || self.jwks_file.is_some()
            || self.jwks_url.is_some()
    }
}

/// HTTP server.
#[derive(Clone, Debug, Config)]
pub struct Http {
    /// Origins whose pages may read responses: `*` for any, or a list such as `https://example.org`. An empty list
    /// allows only the server's own origin.
    #[config(env = "PLENARY_CORS_ORIGINS", default = ["*"])]
    pub cors_origins: Vec<String>,
    /// Additional headers that pages of the listed origins may send, or `*` for any. Common headers for GraphQL, HTTP
    /// caching and tracing (OpenTelemetry, Sentry and others) are always allowed. If `cors_origins` is `*`, all headers
    /// are allowed.
    #[config(env = "PLENARY_CORS_HEADERS", default = [])]
    pub cors_headers: Vec<String>,
    /// Number of proxies in front of the server. That many entries of `X-Forwarded-For` are trusted.
    #[config(env = "PLENARY_TRUSTED_PROXIES", default = 0)]
    pub trusted_proxies: usize,
    /// Rate limit per client, in cost points per minute. 0 disables it.
    #[config(env = "PLENARY_RATE_LIMIT", default = 1000000)]
    pub rate_limit: u32,
    /// Maximum duration of a request, in seconds: 1 to 3600.
    #[config(env = "PLENARY_DEADLINE", default = 10)]
    pub deadline: u32,
    /// Whether introspection and `/schema.graphql` are enabled.
    #[config(env = "PLENARY_INTROSPECTION", default = true)]
    pub introspection: bool,
    /// Maximum size of the response cache, in bytes. Responses are cached until the data they depend on changes. 0
    /// disables the cache.
    #[config(env = "PLENARY_ANSWER_CACHE_BYTES", default = 16777216)]
    pub answer_cache_bytes: usize,
    /// How long shared caches such as CDNs may serve a public response without revalidation, in seconds. Use 0 unless
    /// the cache is purged by the tags in `Cache-Tag`.
    #[config(env = "PLENARY_SHARED_MAX_AGE", default = 0)]
    pub shared_max_age: u32,
}

/// Limits of a request. Those for mutations apply to signed-in clients.
#[derive(Clone, Debug, Config)]
pub struct Limits {
    /// Size of a request body, in bytes.
    #[config(env = "PLENARY_LIMIT_BODY_BYTES", default = 262144)]
    pub body_bytes: usize,
    /// Size of a request body with a token, in bytes.
    #[config(env = "PLENARY_LIMIT_MUTATION_BODY_BYTES", default = 1048576)]
    pub mutation_body_bytes: usize,
    /// Size of a document, in bytes.
    #[config(env = "PLENARY_LIMIT_DOCUMENT_BYTES", default = 16384)]
    pub document_bytes: usize,
    /// Size of a document with a mutation, in bytes.
    #[config(env = "PLENARY_LIMIT_MUTATION_DOCUMENT_BYTES", default = 262144)]
    pub mutation_document_bytes: usize,
    /// Number of tokens in a document, including white space, commas and comments.
    #[config(env = "PLENARY_LIMIT_TOKENS", default = 5000)]
    pub tokens: usize,
    /// Number of tokens in a document with a mutation.
    #[config(env = "PLENARY_LIMIT_MUTATION_TOKENS", default = 50000)]
    pub mutation_tokens: usize,
    /// Nesting depth of selection sets, values and types in a document: at most 256, since the parser needs stack space
    /// for each level.
    #[config(env = "PLENARY_LIMIT_NESTING", default = 64)]
    pub nesting: usize,
    /// Nesting depth of fields: at most 256. Introspection needs 15.
    #[config(env = "PLENARY_LIMIT_FIELD_DEPTH", default = 20)]
    pub field_depth: usize,
    /// Number of root fields in a query.
    #[config(env = "PLENARY_LIMIT_ROOT_FIELDS", default = 50)]
    pub root_fields: usize,
    /// Number of root fields in a mutation.
    #[config(env = "PLENARY_LIMIT_MUTATION_ROOT_FIELDS", default = 200)]
    pub mutation_root_fields: usize,
    /// Number of fields that an operation selects, with every fragment applied to every object type.
    #[config(env = "PLENARY_LIMIT_FIELDS", default = 5000)]
    pub fields: usize,
    /// Number of objects that an operation may return, estimated before it runs. A page counts as its size, any other
    /// list as one object. Rejects only extreme operations.
    #[config(env = "PLENARY_LIMIT_ESTIMATED_OBJECTS", default = 500000)]
    pub estimated_objects: usize,
    /// Number of objects in a response, such as events and topics, counted each time they occur.
    #[config(env = "PLENARY_LIMIT_OBJECTS", default = 100000)]
    pub objects: usize,
    /// Size of a response before compression, in bytes.
    #[config(env = "PLENARY_LIMIT_ANSWER_BYTES", default = 16777216)]
    pub answer_bytes: usize,
    /// Maximum size of the cache of parsed documents, in bytes of their text. 0 disables the cache.
    #[config(env = "PLENARY_DOCUMENT_CACHE_BYTES", default = 2097152)]
    pub document_cache_bytes: usize,
}

/// Default database.
pub const DEFAULT_DATABASE: &str = "sqlite:plenary.db";
/// Default database of `serve --demo`.
pub const DEMO_DATABASE: &str = "sqlite:plenary-demo.db";

impl Settings {
    /// The default file with comments.
    #[must_use]
    pub fn template() -> String {
        confique::toml::template::<Self>(confique::toml::FormatOptions::default())
    }
}

/// The database URL without secrets.
#[must_use]
pub fn shown(database_url: &str) -> String {
    if database_url.starts_with("sqlite") {
        return database_url.into();
    }
    let Ok(mut url) = url::Url::parse(database_url) else { return "the configured database".into() };
    if url.password().is_some() && url.set_password(Some("***")).is_err() {
        return "the configured database".into();
    }
    url.set_query(None);
    url.into()
}
