//! The commands of the program.

use std::{
    io::{BufRead, BufReader},
    net::TcpListener,
    path::PathBuf,
    process::{Command, Output, Stdio},
};

use plenary_entity::topic;
use sea_orm::{EntityTrait, QueryOrder};

/// A folder of its own for each test, with the program run in it.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("plenary-cli-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }

    pub fn run(&self, arguments: &[&str], settings: &[(&str, &str)]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_plenary"))
            .args(arguments)
            .env("PLENARY_LOG", "error")
            .envs(settings.iter().copied())
            .current_dir(&self.0)
            .output()
            .expect("the program runs")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

pub fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// What the program says when it stops, which must be one line and exit code 2.
#[track_caller]
pub fn one_line_and_code_2(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert_eq!(text.trim_end().lines().count(), 1, "{text}");
    text
}

#[test]
fn an_error_names_a_port_in_use_and_the_fix() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let output = Folder::new("port").run(&["serve"], &[("PLENARY_LISTEN", &address)]);
    let line = one_line_and_code_2(&output);
    assert!(line.contains(&address) && line.contains("PLENARY_LISTEN"), "{line}");
}

#[test]
fn a_server_with_a_closed_output_keeps_serving() {
    let folder = Folder::new("unread");
    let mut server = Command::new(env!("CARGO_BIN_EXE_plenary"))
        .arg("serve")
        .envs([("PLENARY_LISTEN", "127.0.0.1:0"), ("PLENARY_LOG", "info")])
        .current_dir(&folder.0)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    drop(server.stdout.take());
    let mut log = BufReader::new(server.stderr.take().expect("its log")).lines().map_while(Result::ok);
    assert!(log.any(|line| line.contains("listening on")), "it stopped before it served");
    server.kill().expect("it is killed");
    server.wait().expect("it is gone");
}

#[test]
fn an_error_names_a_database_that_cannot_be_opened_and_the_fix() {
    let output = Folder::new("path").run(&["serve"], &[("PLENARY_DATABASE_URL", "sqlite:/nowhere/at/all.db")]);
    let line = one_line_and_code_2(&output);
    assert!(line.contains("/nowhere/at/all.db") && line.contains("PLENARY_DATABASE_URL"), "{line}");
}

#[test]
fn errors_name_invalid_settings_without_their_secrets() {
    let folder = Folder::new("settings");
    for (name, value) in [
        ("PLENARY_DATABASE_URL", "mysql://root:sesame@127.0.0.1/x"),
        ("PLENARY_DATABASE_URL", "plenary.db"),
        ("PLENARY_DATABASE_URL", "sqlite::memory:"),
        ("PLENARY_DATABASE_URL", "sqlite:"),
        ("PLENARY_DATABASE_URL", "postgres://plenary:sesame@127.0.0.1:1/plenary"),
        ("PLENARY_LISTEN", "localhost"),
        ("PLENARY_LISTEN", "127.0.0.1:99999"),
        ("PLENARY_LOG_FORMAT", "xml"),
        ("PLENARY_CORS_ORIGINS", "https://example.org/"),
    ] {
        let line = one_line_and_code_2(&folder.run(&["serve"], &[(name, value)]));
        assert!(line.contains(name), "{line}");
        assert!(!line.contains("sesame"), "{line}");
    }
}

#[test]
fn unknown_arguments_exit_with_code_2_and_help_describes_the_program() {
    let folder = Folder::new("help");
    assert_eq!(folder.run(&["serve", "--nonsense"], &[]).status.code(), Some(2));
    assert_eq!(folder.run(&[], &[]).status.code(), Some(2));
    let help = out(&folder.run(&["--help"], &[]));
    for word in [
        "serve",
        "demo-data",
        "migrate",
        "doctor",
        "config",
        "schema",
        "PLENARY_DATABASE_URL",
        "PLENARY_LISTEN",
        "Exit codes",
    ] {
        assert!(help.contains(word), "{word} is not in {help}");
    }
    assert!(out(&folder.run(&["--version"], &[])).starts_with("plenary "));
}

#[test]
fn printing_the_schema_needs_no_database() {
    let folder = Folder::new("schema");
    let output = folder.run(&["schema"], &[("PLENARY_DATABASE_URL", "nonsense")]);
    assert_eq!(out(&output), plenary::schema::sdl());
    assert_eq!(std::fs::read_dir(&folder.0).expect("the folder").count(), 0);
}

#[test]
fn token_prints_only_the_token_or_an_error_with_the_fix() {
    let folder = Folder::new("token");
    let secret = ("PLENARY_JWT_SECRET", "sesame, sesame, sesame, sesame, sesame");
    let arguments = ["token", "--subject", "ada", "--grant", "organizer@lpc-2021", "--grant", "admin", "--ttl", "8h"];
    let output = folder.run(&arguments, &[secret, ("PLENARY_DATABASE_URL", "sqlite:/nowhere/at/all.db")]);
    let token = out(&output);
    assert!(output.status.success() && output.stderr.is_empty(), "{token}");
    assert_eq!((token.lines().count(), token.split('.').count()), (1, 3), "{token}");

    let line = one_line_and_code_2(&folder.run(&arguments, &[]));
    assert!(line.contains("PLENARY_JWT_SECRET is not set"), "{line}");
    let line = one_line_and_code_2(&folder.run(&arguments, &[("PLENARY_JWT_SECRET", "sesame")]));
    assert!(line.contains("at least 32 bytes") && !line.contains("sesame"), "{line}");
    let line = one_line_and_code_2(&folder.run(&["token", "--subject", "ada", "--ttl", "25h"], &[secret]));
    assert!(line.contains("PLENARY_JWT_LONGEST_LIFETIME") && !line.contains("sesame"), "{line}");
    assert_eq!(folder.run(&["token", "--subject", "ada", "--ttl", "soon"], &[secret]).status.code(), Some(2));
}

#[test]
fn migrate_applies_reverts_and_lists_migrations() {
    let folder = Folder::new("migrate");
    let up = out(&folder.run(&["migrate", "up"], &[]));
    assert!(up.lines().all(|line| line.starts_with("applied")) && !up.is_empty(), "{up}");
    assert_eq!(out(&folder.run(&["migrate", "status"], &[])), up);
    let down = out(&folder.run(&["migrate", "down"], &[]));
    assert_eq!(down.lines().filter(|line| line.starts_with("pending")).count(), 1, "{down}");
    let all = out(&folder.run(&["migrate", "down", "--all"], &[]));
    assert!(all.lines().all(|line| line.starts_with("pending")), "{all}");
}

#[test]
fn migrate_status_does_not_create_a_missing_database() {
    let folder = Folder::new("status");
    for verb in ["status", "down"] {
        let line = one_line_and_code_2(&folder.run(&["migrate", verb], &[]));
        assert!(line.contains("sqlite:plenary.db") && line.contains("plenary migrate up"), "{line}");
        assert_eq!(std::fs::read_dir(&folder.0).expect("the folder").count(), 0);
    }
}

/// The titles of all topics in the default database of a folder, as they were made.
fn titles_of_topics(folder: &Folder) -> Vec<String> {
    let url = format!("sqlite:{}", folder.0.join("plenary.db").display());
    actix_web::rt::System::new().block_on(async {
        let database = plenary::database::look(&url).await.expect("a database");
        let topics = topic::Entity::find().order_by_asc(topic::Column::Id).all(&database).await.expect("topics");
        topics.into_iter().map(|topic| topic.title).collect()
    })
}

#[test]
fn demo_data_is_determined_by_its_seed_and_requires_an_empty_database() {
    let fill = |name: &str, seed: &str| {
        let folder = Folder::new(name);
        let output = folder.run(&["demo-data", "--events", "2", "--seed", seed], &[]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(out(&output).contains("2 events with 24 microconferences, 240 topics"), "{}", out(&output));
        let titles = titles_of_topics(&folder);
        assert_eq!(titles.len(), 240);
        (folder, titles)
    };
    let (folder, titles) = fill("made-up", "7");
    assert_eq!(fill("made-up-again", "7").1, titles);
    assert_ne!(fill("made-up-otherwise", "8").1, titles);
    for number in 0..2 {
        let word = plenary::demo::generated::rare_word(number);
        assert_eq!(titles.iter().filter(|title| title.contains(&word)).count(), 5, "{word}");
    }

    let line = one_line_and_code_2(&folder.run(&["demo-data", "--events", "1"], &[]));
    assert!(line.contains("sqlite:plenary.db already contains a program"), "{line}");
    assert_eq!(titles_of_topics(&folder), titles);
    assert_eq!(folder.run(&["demo-data", "--events", "0"], &[]).status.code(), Some(2));
}
