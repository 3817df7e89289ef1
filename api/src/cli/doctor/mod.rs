//! `plenary doctor`: checks the installation without changing it, and suggests fixes.

mod database;
mod keys;

use std::{
    fmt,
    io::ErrorKind,
    net::{SocketAddr, TcpListener},
    process::ExitCode,
};

use crate::config::Loaded;

/// The result of a check.
enum CheckResult {
    /// Everything is in order.
    Ok(String),
    /// It may be intentional.
    Note(String),
    /// The server runs, but something may be missed.
    Warning(String),
    /// The server does not start, or does not do what the settings say.
    Problem(String),
}

impl fmt::Display for CheckResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mark, line) = match self {
            Self::Ok(line) => ("ok", line),
            Self::Note(line) => ("note", line),
            Self::Warning(line) => ("warning", line),
            Self::Problem(line) => ("problem", line),
        };
        write!(f, "{mark:8} {}", line.replace(char::is_control, " "))
    }
}

pub(super) fn run(loaded: &Loaded) -> ExitCode {
    let found = actix_web::rt::System::new().block_on(run_checks(loaded));
    for line in &found {
        println!("{line}");
    }
    let well = !found.iter().any(|line| matches!(line, CheckResult::Problem(_)));
    if well { ExitCode::SUCCESS } else { ExitCode::from(2) }
}

/// Runs all checks, in the order of their output.
async fn run_checks(loaded: &Loaded) -> Vec<CheckResult> {
    let mut found = settings(loaded);
    found.extend(keys::secret_files(loaded));
    found.extend(keys::of_files(loaded));
    if !found.iter().any(|line| matches!(line, CheckResult::Problem(_))) {
        found.extend(keys::refused(loaded).await);
    }
    found.extend(keys::of_url(loaded).await);
    found.extend(keys::any(loaded));
    found.extend(database::check(loaded).await);
    found.extend(listen(loaded));
    found
}

fn settings(loaded: &Loaded) -> Vec<CheckResult> {
    let mut found: Vec<CheckResult> =
        loaded.problems.iter().map(|problem| CheckResult::Problem(problem.to_string())).collect();
    found.extend(loaded.unknown_variables.iter().map(|variable| match variable.meant {
        Some(_) => CheckResult::Problem(format!("{variable}; rename or remove it")),
        None => CheckResult::Warning(format!("{variable}; remove it if it is meant for Plenary")),
    }));
    if found.is_empty() {
        let file = loaded.file.as_ref().map(|file| file.display().to_string());
        let variables = loaded.variables.iter().map(ToString::to_string);
        let sources: Vec<String> = file.into_iter().chain(variables).collect();
        let sources = if sources.is_empty() { "defaults only".into() } else { sources.join(", ") };
        found.push(CheckResult::Ok(format!("the settings are valid; they come from {sources}")));
    }
    found
}

fn listen(loaded: &Loaded) -> Vec<CheckResult> {
    let Ok(address) = loaded.settings.listen.parse::<SocketAddr>() else { return Vec::new() };
    if loaded.is_wrong("listen") {
        return Vec::new();
    }
    let mut found = vec![match TcpListener::bind(address) {
        Ok(_) => CheckResult::Ok(format!("{address} is available")),
        Err(cause) if cause.kind() == ErrorKind::AddrInUse => CheckResult::Warning(format!(
            "{address} is in use; unless it is this server, stop the program that listens there, or set \
             PLENARY_LISTEN to another address"
        )),
        Err(cause) if cause.kind() == ErrorKind::PermissionDenied => CheckResult::Problem(format!(
            "this user may not listen on {address}; set PLENARY_LISTEN to a port of 1024 or \
                                    higher"
        )),
        Err(cause) => CheckResult::Problem(format!(
            "can't listen on {address} ({cause}); set PLENARY_LISTEN to an address of this machine"
        )),
    }];
    if !address.ip().is_loopback() && loaded.settings.http.trusted_proxies == 0 {
        found.push(CheckResult::Note(format!(
            "{address} is reachable from other machines, but Plenary serves plain HTTP; put a TLS proxy in front, and \
             set PLENARY_TRUSTED_PROXIES to the number of proxies"
        )));
    }
    found
}
