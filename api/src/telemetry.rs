//! Logging to standard error, as text or JSON. Variables of a request are never logged.

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
        format!(
            "PLENARY_LOG is `{}`, which is not a valid filter: {error}; examples: info, plenary=debug,warn",
            settings.log
        )
    })?;
    // A line that can't be written is dropped: an error on the same output would end the task that logs it.
    let layer =
        fmt::layer().with_ansi(std::io::stderr().is_terminal()).with_writer(std::io::stderr).log_internal_errors(false);
    let layer = if settings.log_format == "json" { layer.json().boxed() } else { layer.boxed() };
    tracing_subscriber::registry()
        .with(layer.with_filter(filter))
        .try_init()
        .map_err(|error| format!("logging could not start: {error}"))?;
    // A panic is logged like anything else, in the configured format.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, message = panic_message(panic.payload()), "panic");
    }));
    Ok(())
}

/// The message of a panic.
#[must_use]
pub fn panic_message(payload: &(dyn std::any::Any + Send)) -> &str {
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("it says nothing")
}
