//! The settings, from `PLENARY_*` variables, each with a default.

use confique::Config;

/// What an operator can set.
#[derive(Clone, Debug, Config)]
pub struct Settings {
    /// The database: `sqlite:` and a file, or a `postgres://` URL.
    #[config(env = "PLENARY_DATABASE_URL")]
    pub database_url: Option<String>,
    /// The address and port to serve on.
    #[config(env = "PLENARY_LISTEN", default = "127.0.0.1:8080")]
    pub listen: String,
    /// What to log, as `tracing_subscriber::EnvFilter` has it: `info`, `plenary=debug,warn`.
    #[config(env = "PLENARY_LOG", default = "info")]
    pub log: String,
    /// How to log: `text` for people, `json` for programs.
    #[config(env = "PLENARY_LOG_FORMAT", default = "text")]
    pub log_format: String,
}

/// Where the program is kept unless a setting says.
pub const DEFAULT_DATABASE: &str = "sqlite:plenary.db";
/// Where the demo program is kept unless a setting says.
pub const DEMO_DATABASE: &str = "sqlite:plenary-demo.db";

impl Settings {
    /// Reads the settings.
    ///
    /// # Errors
    ///
    /// A line that says which setting is wrong and what would be right.
    pub fn load() -> Result<Self, String> {
        let mut settings = Self::builder().env().load().map_err(|error| error.to_string())?;
        settings.database_url = settings.database_url.filter(|url| !url.is_empty());
        if let Some(url) = &settings.database_url {
            check_database_url(url)?;
        }
        if settings.listen.parse::<std::net::SocketAddr>().is_err() {
            return Err(format!(
                "PLENARY_LISTEN is `{}`, but must be an IP address and a port, such as 127.0.0.1:8080",
                settings.listen
            ));
        }
        if !matches!(settings.log_format.as_str(), "text" | "json") {
            return Err(format!("PLENARY_LOG_FORMAT is `{}`, but must be text or json", settings.log_format));
        }
        Ok(settings)
    }
}

/// The value is never repeated: it may hold a password.
fn check_database_url(url: &str) -> Result<(), String> {
    let (scheme, rest) = url.split_once(':').unwrap_or((url, ""));
    match scheme {
        "sqlite" if rest.contains(":memory:") || rest.contains("mode=memory") => {
            Err("PLENARY_DATABASE_URL must name a file: a database in memory would forget everything".into())
        }
        "sqlite" if rest.split('?').next().unwrap_or_default().trim_start_matches('/').is_empty() => {
            Err("PLENARY_DATABASE_URL names no file; an example: sqlite:plenary.db".into())
        }
        "sqlite" => Ok(()),
        // A socket is named by a parameter, and then there is no host.
        "postgres" | "postgresql" if rest.starts_with("//") && url::Url::parse(url).is_ok() => Ok(()),
        _ => Err("PLENARY_DATABASE_URL must be `sqlite:` and a file, such as sqlite:plenary.db, or \
             `postgres://user:password@host:port/database`"
            .into()),
    }
}

/// The database without what is secret in its URL.
#[must_use]
pub fn shown(database_url: &str) -> String {
    let Ok(mut url) = url::Url::parse(database_url) else { return database_url.into() };
    if url.password().is_some() && url.set_password(Some("***")).is_err() {
        return "the configured database".into();
    }
    if database_url.starts_with("sqlite") {
        return database_url.into();
    }
    url.set_query(None);
    url.into()
}
