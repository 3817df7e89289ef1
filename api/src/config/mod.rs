//! The settings and their one home: defaults, then a TOML file, then `PLENARY_*` variables.
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

/// The settings of Plenary.
///
/// A file such as this one sets them. It is the one that `--config` or the variable `PLENARY_CONFIG` names, else
/// `plenary.toml` in the working directory, where there is one. A variable wins over the file.
///
/// To change a setting, take the `#` before its name away. In variables, items of a list are divided by commas, a
/// switch is `true` or `false`, and an empty variable counts as not set. Paths start from the working directory.
/// `plenary doctor` says what is wrong, and how to mend it.
#[derive(Clone, Debug, Config)]
pub struct Settings {
    /// The database: `sqlite:` and a file, which is made where there is none, or
    /// `postgres://user:password@host:port/database`. It may hold a password, so it is never shown.
    ///
    /// Default value: `sqlite:plenary.db`; with `serve --demo` `sqlite:plenary-demo.db`
    #[config(env = "PLENARY_DATABASE_URL")]
    pub database_url: Option<Secret>,
    /// A file that holds the URL of the database, in place of `database_url`.
    #[config(env = "PLENARY_DATABASE_URL_FILE")]
    pub database_url_file: Option<PathBuf>,
    /// The IP address and port to serve on. `0.0.0.0` and `[::]` are all addresses of the machine.
    #[config(env = "PLENARY_LISTEN", default = "127.0.0.1:8080")]
    pub listen: String,
    /// What to log: `error`, `warn`, `info`, `debug`, `trace`, or a filter such as `plenary=debug,warn`.
    #[config(env = "PLENARY_LOG", default = "info")]
    pub log: String,
    /// How to log: `text` for people, `json` for programs.
    #[config(env = "PLENARY_LOG_FORMAT", default = "text")]
    pub log_format: String,
    /// Who may sign in, and with what. A token is good when one of the keys that are set here made it. Without any
    /// key nobody can sign in, and all that the server does is to read what is public.
    #[config(nested)]
    pub auth: Auth,
    /// What is served over HTTP, and to whom.
    #[config(nested)]
    pub http: Http,
    /// What a request may be at most. No honest client meets these limits. Those for mutations hold for clients that
    /// are signed in.
    #[config(nested)]
    pub limits: Limits,
}

/// Who may sign in, and with what: the keys that tokens are checked with, and what else must hold for them.
#[derive(Clone, Debug, Config)]
pub struct Auth {
    /// A secret that tokens are signed and checked with (HS256): 32 bytes at least, from a random source such as
    /// `openssl rand -base64 48`. It is never shown. It is safer in a file of its own.
    #[config(env = "PLENARY_JWT_SECRET")]
    pub jwt_secret: Option<Secret>,
    /// A file that holds the secret, in place of `jwt_secret`: `/run/secrets/plenary-jwt`. Line breaks at its end
    /// are no part of it.
    #[config(env = "PLENARY_JWT_SECRET_FILE")]
    pub jwt_secret_file: Option<PathBuf>,
    /// A file with a public key in PEM that tokens are checked with. Set `jwt_algorithm` with it.
    #[config(env = "PLENARY_JWT_PUBLIC_KEY_FILE")]
    pub jwt_public_key_file: Option<PathBuf>,
    /// The algorithm of the public key: `RS256`, `ES256` or `EdDSA`.
    #[config(env = "PLENARY_JWT_ALGORITHM")]
    pub jwt_algorithm: Option<String>,
    /// A file with a JSON Web Key Set (RFC 7517) that tokens are checked with.
    #[config(env = "PLENARY_JWKS_FILE")]
    pub jwks_file: Option<PathBuf>,
    /// Where the identity provider has its JSON Web Key Set: `https://id.example.org/jwks.json`. The server starts
    /// and serves when it does not answer. Plain `http://` is for this machine alone.
    #[config(env = "PLENARY_JWKS_URL")]
    pub jwks_url: Option<String>,
    /// Who must have issued a token: its claim `iss`.
    #[config(env = "PLENARY_JWT_ISSUER", default = "plenary")]
    pub jwt_issuer: String,
    /// Whom a token must be for: its claim `aud`.
    #[config(env = "PLENARY_JWT_AUDIENCE", default = "plenary")]
    pub jwt_audience: String,
    /// The claim of a token that lists what its subject may do.
    #[config(env = "PLENARY_JWT_GRANTS_CLAIM", default = "grants")]
    pub grants_claim: String,
    /// How long a token may be good for, from `iat` to `exp`, in seconds: from 60 to 31536000, which is a year.
    #[config(env = "PLENARY_JWT_LONGEST_LIFETIME", default = 86400)]
    pub longest_lifetime: u32,
    /// How far the clocks of those who sign may be off, in seconds: up to 600.
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

/// What is served over HTTP, and to whom.
#[derive(Clone, Debug, Config)]
pub struct Http {
    /// The origins whose pages may read answers: `*` for any, or a list such as `https://example.org`; an empty list
    /// for none but the server's own.
    #[config(env = "PLENARY_CORS_ORIGINS", default = ["*"])]
    pub cors_origins: Vec<String>,
    /// Further headers that pages of listed origins may send, or `*` for any. The usual ones need no mention: those for
    /// GraphQL, for HTTP caching, and for tracing with OpenTelemetry, Sentry and others. Where `cors_origins` is `*`,
    /// pages may send any.
    #[config(env = "PLENARY_CORS_HEADERS", default = [])]
    pub cors_headers: Vec<String>,
    /// How many proxies stand before the server and add to `X-Forwarded-For`: so many of its entries are believed.
    #[config(env = "PLENARY_TRUSTED_PROXIES", default = 0)]
    pub trusted_proxies: usize,
    /// How much one client may spend, in points of cost a minute; 0 for no limit.
    #[config(env = "PLENARY_RATE_LIMIT", default = 1000000)]
    pub rate_limit: u32,
    /// How long a request may take, in seconds: from 1 to 3600.
    #[config(env = "PLENARY_DEADLINE", default = 10)]
    pub deadline: u32,
    /// Whether the schema can be asked for.
    #[config(env = "PLENARY_INTROSPECTION", default = true)]
    pub introspection: bool,
    /// How much room there is for answers that are kept until a change touches what they were made of, in bytes; 0 to
    /// keep none.
    #[config(env = "PLENARY_ANSWER_CACHE_BYTES", default = 16777216)]
    pub answer_cache_bytes: usize,
    /// How long a cache that many share, such as that of a CDN, may hand out a public answer without asking whether it
    /// is still the same, in seconds. 0 where it must ask each time, unless something purges it by the tags of answers.
    #[config(env = "PLENARY_SHARED_MAX_AGE", default = 0)]
    pub shared_max_age: u32,
}

/// What a request may be at most. The limits for mutations hold for those who are signed in.
#[derive(Clone, Debug, Config)]
pub struct Limits {
    /// The size of a body, in bytes.
    #[config(env = "PLENARY_LIMIT_BODY_BYTES", default = 262144)]
    pub body_bytes: usize,
    /// The size of a body with a token, in bytes.
    #[config(env = "PLENARY_LIMIT_MUTATION_BODY_BYTES", default = 1048576)]
    pub mutation_body_bytes: usize,
    /// The size of a document, in bytes.
    #[config(env = "PLENARY_LIMIT_DOCUMENT_BYTES", default = 16384)]
    pub document_bytes: usize,
    /// The size of a document with a mutation, in bytes.
    #[config(env = "PLENARY_LIMIT_MUTATION_DOCUMENT_BYTES", default = 262144)]
    pub mutation_document_bytes: usize,
    /// How many tokens a document may have, as the parser counts them: white space, commas and comments too.
    #[config(env = "PLENARY_LIMIT_TOKENS", default = 5000)]
    pub tokens: usize,
    /// How many tokens a document with a mutation may have.
    #[config(env = "PLENARY_LIMIT_MUTATION_TOKENS", default = 50000)]
    pub mutation_tokens: usize,
    /// How deep selection sets, values and types may be nested in a document: up to 256, since the parser needs stack for
    /// each level.
    #[config(env = "PLENARY_LIMIT_NESTING", default = 64)]
    pub nesting: usize,
    /// How deep fields may be nested: up to 256. Introspection needs 15.
    #[config(env = "PLENARY_LIMIT_FIELD_DEPTH", default = 20)]
    pub field_depth: usize,
    /// How many root fields a query may have.
    #[config(env = "PLENARY_LIMIT_ROOT_FIELDS", default = 50)]
    pub root_fields: usize,
    /// How many root fields a mutation may have.
    #[config(env = "PLENARY_LIMIT_MUTATION_ROOT_FIELDS", default = 200)]
    pub mutation_root_fields: usize,
    /// How many fields an operation may select, with every fragment applied to every object type.
    #[config(env = "PLENARY_LIMIT_FIELDS", default = 5000)]
    pub fields: usize,
    /// How many objects an operation may yield, as estimated before it runs: a page counts with its size, any other list
    /// as one. It only stops what is absurd.
    #[config(env = "PLENARY_LIMIT_ESTIMATED_OBJECTS", default = 500000)]
    pub estimated_objects: usize,
    /// How many objects an answer may hold: events, topics, people and so on, as often as they occur in it.
    #[config(env = "PLENARY_LIMIT_OBJECTS", default = 100000)]
    pub objects: usize,
    /// How many bytes an answer may have, before it is compressed.
    #[config(env = "PLENARY_LIMIT_ANSWER_BYTES", default = 16777216)]
    pub answer_bytes: usize,
    /// How much text the cache of parsed documents may hold, in bytes; 0 for no cache.
    #[config(env = "PLENARY_DOCUMENT_CACHE_BYTES", default = 2097152)]
    pub document_cache_bytes: usize,
}

/// Where the program is kept unless a setting says.
pub const DEFAULT_DATABASE: &str = "sqlite:plenary.db";
/// Where the demo program is kept unless a setting says.
pub const DEMO_DATABASE: &str = "sqlite:plenary-demo.db";

impl Settings {
    /// The commented default file.
    #[must_use]
    pub fn template() -> String {
        confique::toml::template::<Self>(confique::toml::FormatOptions::default())
    }
}

/// The database without what is secret in its URL.
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
