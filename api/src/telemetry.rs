//! Logging: to standard error, as text or JSON. The variables of a request are never logged.

use std::io::IsTerminal;

use tracing_subscriber::{EnvFilter, fmt, prelude::*};

use crate::config::Settings;

/// Starts to log as the settings say.
///
/// # Errors
///
/// A line that says what is wrong with the filter.
pub fn start(settings: &Settings) -> Result<(), String> {
    let filter = EnvFilter::try_new(&settings.log).map_err(|error| {
        format!("PLENARY_LOG is `{}`, which is no filter: {error}; examples: info, plenary=debug,warn", settings.log)
    })?;
    let layer = fmt::layer().with_ansi(std::io::stderr().is_terminal()).with_writer(std::io::stderr);
    let layer = if settings.log_format == "json" { layer.json().boxed() } else { layer.boxed() };
    tracing_subscriber::registry()
        .with(layer.with_filter(filter))
        .try_init()
        .map_err(|error| format!("logging could not start: {error}"))
}
