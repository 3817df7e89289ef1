//! Settings, their sources, and what `plenary doctor` reports about them.

use std::{fs, net::TcpListener, path::Path, process::Output};

use crate::command_line::{Folder, one_line_and_code_2, out};

const PUBLIC_KEY: &str = "-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEARrR5X/MBClHGngOgosAOzfmT1S9hCbI13tSnObzi5pA=
-----END PUBLIC KEY-----
";
/// What must never be printed: once as a secret, once as a password.
const SECRET: &str = "open-sesame-open-sesame-open-sesame";

fn write(folder: &Folder, name: &str, text: &str) {
    fs::write(folder.0.join(name), text).expect("a file");
}

fn doctor(folder: &Folder, settings: &[(&str, &str)]) -> Output {
    // No test may depend on what listens on the default port.
    let free = [("PLENARY_LISTEN", "127.0.0.1:0")];
    folder.run(&["doctor"], &[&free[..], settings].concat())
}

/// The lines of the doctor that start with a mark.
fn marked(output: &Output, mark: &str) -> Vec<String> {
    out(output).lines().filter_map(|line| line.strip_prefix(mark)).map(|line| line.trim().to_owned()).collect()
}

/// The one problem that the doctor must see, beside nothing else that is one.
#[track_caller]
fn the_problem(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(2), "{}", out(output));
    let mut problems = marked(output, "problem");
    assert_eq!(problems.len(), 1, "{problems:?}");
    problems.remove(0)
}

#[track_caller]
fn well(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(0), "{}", out(output));
    out(output)
}

fn names(folder: &Folder) -> Vec<String> {
    let entries = fs::read_dir(&folder.0).expect("the folder");
    entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository")
}

#[test]
fn the_example_file_is_current() {
    let printed = out(&Folder::new("template").run(&["config"], &[("PLENARY_DATABASE_URL", "nonsense")]));
    let kept = fs::read_to_string(root().join("plenary.example.toml")).expect("plenary.example.toml");
    assert!(printed == kept, "plenary.example.toml is stale: plenary config > plenary.example.toml");
}

#[test]
fn the_documentation_of_variables_is_correct() {
    let known = out(&Folder::new("names").run(&["config"], &[]));
    for document in
        ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/ARCHITECTURE.md", "docs/OPERATIONS.md", "Dockerfile"]
    {
        let text = fs::read_to_string(root().join(document)).expect("a document");
        let words = text.split(|c: char| !c.is_ascii_uppercase() && c != '_');
        for word in words.filter(|word| word.starts_with("PLENARY_") && !word.starts_with("PLENARY_TEST_")) {
            assert!(known.contains(&format!("`{word}`")) || word.ends_with('_'), "{document} names {word}");
        }
    }
}

#[test]
fn variables_override_the_file_and_the_file_overrides_defaults() {
    let folder = Folder::new("layers");
    assert!(well(&doctor(&folder, &[])).contains("sqlite:plenary.db"));
    write(&folder, "plenary.toml", "database_url = 'sqlite:file.db'");
    assert!(well(&doctor(&folder, &[])).contains("sqlite:file.db"));
    let variable = well(&doctor(&folder, &[("PLENARY_DATABASE_URL", "sqlite:variable.db")]));
    assert!(variable.contains("sqlite:variable.db") && variable.contains("plenary.toml, PLENARY_DATABASE_URL"));
    assert!(well(&doctor(&folder, &[("PLENARY_DATABASE_URL", "")])).contains("sqlite:file.db"));
}

#[test]
fn the_file_can_be_chosen() {
    let folder = Folder::new("files");
    for name in ["plenary", "named", "argument"] {
        write(&folder, &format!("{name}.toml"), &format!("database_url = 'sqlite:{name}.db'"));
    }
    let named = [("PLENARY_CONFIG", "named.toml"), ("PLENARY_LISTEN", "127.0.0.1:0")];
    assert!(well(&doctor(&folder, &named)).contains("sqlite:named.db"));
    let argument = folder.run(&["doctor", "--config", "argument.toml"], &named);
    assert!(well(&argument).contains("sqlite:argument.db"));
}

#[test]
fn a_chosen_file_that_cannot_be_read_is_an_error() {
    let folder = Folder::new("missing");
    let by_argument = one_line_and_code_2(&folder.run(&["--config", "nowhere.toml", "migrate", "up"], &[]));
    assert!(by_argument.contains("--config names nowhere.toml"), "{by_argument}");
    let by_variable = one_line_and_code_2(&folder.run(&["migrate", "up"], &[("PLENARY_CONFIG", ".")]));
    assert!(by_variable.contains("PLENARY_CONFIG names ."), "{by_variable}");
    assert!(names(&folder).is_empty());
}

#[test]
fn all_invalid_settings_are_reported_at_once() {
    let folder = Folder::new("all");
    write(&folder, "plenary.toml", "listne = 'x'\n[limits]\nobjects = 0\n[http]\ndeadline = 'soon'");
    let output = folder.run(&["serve"], &[("PLENARY_RATE_LIMIT", "lots"), ("PLENARY_INTROSPECTION", "maybe")]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    for (part, line) in [
        "`listne` in plenary.toml is not a setting (did you mean `listen`?)",
        "PLENARY_RATE_LIMIT is `lots`, but must be a whole number",
        "`http.deadline` in plenary.toml is `soon`, but must be a whole number",
        "PLENARY_INTROSPECTION is `maybe`, but must be true or false",
        "`limits.objects` in plenary.toml is `0`, but must be a whole number from 1",
    ]
    .iter()
    .zip(said.lines())
    {
        assert!(line.starts_with(&format!("plenary: {part}")), "{line}");
    }
    assert_eq!(said.lines().count(), 5, "{said}");
}

#[test]
fn a_misspelled_variable_is_a_warning_at_startup_and_a_problem_for_the_doctor() {
    let folder = Folder::new("misspelt");
    let misspelt = [("PLENARY_JWT_SECERT", SECRET), ("PLENARY_LOG", "warn")];
    let start = folder.run(&["migrate", "up"], &misspelt);
    let said = String::from_utf8_lossy(&start.stderr).into_owned();
    assert!(start.status.success() && said.contains("PLENARY_JWT_SECERT is not a setting"), "{said}");
    let problem = the_problem(&doctor(&folder, &misspelt));
    assert!(problem.contains("did you mean PLENARY_JWT_SECRET?"), "{problem}");
    // What Kubernetes sets for a service with the name of the program.
    let foreign = doctor(&folder, &[("PLENARY_SERVICE_HOST", "10.0.0.1")]);
    assert!(well(&foreign).contains("PLENARY_SERVICE_HOST is not a setting"));
}

#[test]
fn a_secret_comes_from_a_file_without_the_line_break_at_its_end() {
    let folder = Folder::new("secret");
    let from = |name| doctor(&folder, &[("PLENARY_JWT_SECRET_FILE", name)]);
    write(&folder, "short", &format!("{}\n\n", &SECRET[..31]));
    assert!(
        the_problem(&from("short")).contains("the content of short (PLENARY_JWT_SECRET_FILE) must have at least 32")
    );
    write(&folder, "long", &format!("{}\r\n", &SECRET[..32]));
    assert!(!well(&from("long")).contains("sign-in is disabled"));
    write(&folder, "empty", "\n");
    assert!(the_problem(&from("empty")).contains("PLENARY_JWT_SECRET_FILE names empty, which is empty"));
    assert!(the_problem(&from("none")).contains("PLENARY_JWT_SECRET_FILE names none, which can't be read"));
    write(&folder, "url", "sqlite:from-a-file.db\n");
    assert!(well(&doctor(&folder, &[("PLENARY_DATABASE_URL_FILE", "url")])).contains("sqlite:from-a-file.db"));
}

#[test]
fn a_secret_and_its_file_are_not_both_set() {
    let folder = Folder::new("both");
    write(&folder, "secret", SECRET);
    let both = [("PLENARY_JWT_SECRET", SECRET), ("PLENARY_JWT_SECRET_FILE", "secret")];
    let line = one_line_and_code_2(&folder.run(&["migrate", "up"], &both));
    assert!(line.contains("PLENARY_JWT_SECRET and PLENARY_JWT_SECRET_FILE are both set"), "{line}");
    let empty = [("PLENARY_JWT_SECRET", ""), ("PLENARY_JWT_SECRET_FILE", "secret")];
    assert!(folder.run(&["migrate", "up"], &empty).status.success());
}

#[cfg(unix)]
#[test]
fn a_secret_file_readable_by_others_is_a_warning() {
    use std::os::unix::fs::PermissionsExt;

    let folder = Folder::new("mode");
    write(&folder, "secret", SECRET);
    for (mode, warnings) in [(0o600, 0), (0o400, 0), (0o640, 1), (0o604, 1)] {
        fs::set_permissions(folder.0.join("secret"), fs::Permissions::from_mode(mode)).expect("its own file");
        let output = doctor(&folder, &[("PLENARY_JWT_SECRET_FILE", "secret")]);
        let found = marked(&output, "warning");
        assert_eq!(found.len(), warnings, "{mode:o}: {found:?}");
        assert!(found.iter().all(|line| line.contains("chmod 600 secret")), "{found:?}");
    }
}

#[test]
fn no_secret_is_ever_printed() {
    let folder = Folder::new("silent");
    let (url, bad_url) = (
        format!("postgres://plenary:{SECRET}@h/x?host=/nowhere&password={SECRET}"),
        format!("mysql://root:{SECRET}@h/x"),
    );
    write(&folder, "secret", SECRET);
    write(&folder, "short", "open-sesame");
    write(&folder, "url", &format!("{url}\n"));
    write(&folder, "broken.toml", &format!("database_url = '{bad_url}'\nlog = open-sesame"));
    write(
        &folder,
        "wrong.toml",
        &format!("database_url = 5\n[auth]\njwt_secret = ['{SECRET}']\njwks_url = '{bad_url}'"),
    );
    write(&folder, "right.toml", &format!("database_url = '{url}'\n[auth]\njwt_secret = '{SECRET}'"));
    for settings in [
        &[("PLENARY_CONFIG", "broken.toml")][..],
        &[("PLENARY_CONFIG", "wrong.toml")],
        &[("PLENARY_CONFIG", "right.toml")],
        &[("PLENARY_DATABASE_URL", &bad_url), ("PLENARY_JWT_SECRET", "open-sesame")],
        &[("PLENARY_DATABASE_URL_FILE", "url"), ("PLENARY_JWT_SECRET_FILE", "secret")],
        &[("PLENARY_DATABASE_URL_FILE", "secret"), ("PLENARY_JWT_SECRET_FILE", "short")],
        &[("PLENARY_JWKS_URL", &format!("http://127.0.0.1:1/{SECRET}"))],
    ] {
        for verb in [&["doctor"][..], &["migrate", "status"]] {
            let output = folder.run(verb, &[&[("PLENARY_LOG", "debug")], settings].concat());
            let said = out(&output) + &String::from_utf8_lossy(&output.stderr);
            assert!(!said.is_empty() && !said.contains("sesame"), "{said}");
        }
    }
}

#[test]
fn the_doctor_changes_nothing() {
    let folder = Folder::new("untouched");
    let fresh = doctor(&folder, &[]);
    assert!(well(&fresh).contains("sqlite:plenary.db does not exist yet"));
    assert!(names(&folder).is_empty());
    write(&folder, "plenary.db", "");
    assert!(marked(&doctor(&folder, &[]), "note").concat().contains("migrations are pending"));
    assert_eq!(fs::metadata(folder.0.join("plenary.db")).expect("the file").len(), 0);
    folder.run(&["migrate", "up"], &[]);
    let bytes = || ["plenary.db", "plenary.db-wal"].map(|name| fs::read(folder.0.join(name)).unwrap_or_default());
    let before = bytes();
    well(&doctor(&folder, &[]));
    assert!(before == bytes(), "the doctor changed the database");
}

#[test]
fn the_doctor_reports_the_state_of_the_database() {
    let folder = Folder::new("standing");
    folder.run(&["migrate", "up"], &[]);
    let applied = well(&doctor(&folder, &[]));
    assert!(applied.contains("journal mode wal") && applied.contains("match this version"), "{applied}");
    folder.run(&["migrate", "down", "--steps", "2"], &[]);
    assert!(marked(&doctor(&folder, &[]), "note").concat().starts_with("2 of "));
    write(&folder, "text.db", &"this is no database. ".repeat(100));
    let problem = the_problem(&doctor(&folder, &[("PLENARY_DATABASE_URL", "sqlite:text.db")]));
    assert!(problem.contains("sqlite:text.db can't be opened"), "{problem}");
    let problem = the_problem(&doctor(&folder, &[("PLENARY_DATABASE_URL", "sqlite:nowhere/x.db")]));
    assert!(problem.contains("the directory nowhere does not exist"), "{problem}");
}

#[test]
fn the_doctor_recognizes_a_database_of_a_later_version() {
    let folder = Folder::new("later");
    folder.run(&["migrate", "up"], &[]);
    let url = format!("sqlite:{}", folder.0.join("plenary.db").display());
    actix_web::rt::System::new().block_on(async {
        let database = plenary::database::connect(&url).await.expect("the database");
        let later = "INSERT INTO seaql_migrations VALUES ('m29991231_000001_later', 0)";
        sea_orm::ConnectionTrait::execute_unprepared(&database, later).await.expect("a migration of a later version");
        database.close().await.expect("closed");
    });
    let problem = the_problem(&doctor(&folder, &[]));
    assert!(problem.contains("later version of Plenary"), "{problem}");
}

#[test]
fn the_doctor_checks_postgresql() {
    #[expect(clippy::disallowed_methods, reason = "tests have settings of their own")]
    let Ok(url) = std::env::var("PLENARY_TEST_POSTGRES_URL") else { return };
    let folder = Folder::new("postgres");
    let said = out(&doctor(&folder, &[("PLENARY_DATABASE_URL", &url)]));
    assert!(said.contains("can be opened: PostgreSQL 1"), "{said}");
    let nobody = doctor(&folder, &[("PLENARY_DATABASE_URL", "postgres://nobody@nowhere/x?host=/nowhere")]);
    let problem = the_problem(&nobody);
    assert!(problem.contains("postgres://nobody@nowhere/x can't be opened; check that it is running"), "{problem}");
}

#[test]
fn the_doctor_checks_the_keys() {
    let folder = Folder::new("keys");
    write(&folder, "key.pem", PUBLIC_KEY);
    write(&folder, "private.pem", &PUBLIC_KEY.replace("PUBLIC", "PRIVATE"));
    write(&folder, "empty.json", r#"{"keys": []}"#);
    let key = |file, algorithm| {
        doctor(&folder, &[("PLENARY_JWT_PUBLIC_KEY_FILE", file), ("PLENARY_JWT_ALGORITHM", algorithm)])
    };
    assert!(well(&key("key.pem", "EdDSA")).contains("key.pem contains a public key for EdDSA"));
    assert!(the_problem(&key("key.pem", "RS256")).contains("key.pem contains no public key for RS256"));
    assert!(the_problem(&key("private.pem", "EdDSA")).contains("private.pem contains a private key"));
    assert!(the_problem(&key("nowhere.pem", "EdDSA")).contains("nowhere.pem can't be read"));
    let set = |file| the_problem(&doctor(&folder, &[("PLENARY_JWKS_FILE", file)]));
    assert!(set("empty.json").contains("no key"));
    assert!(set("key.pem").contains("not a JSON Web Key Set"));
}

#[test]
fn an_unreachable_key_set_or_no_key_is_a_warning() {
    let folder = Folder::new("provider");
    let silent = doctor(&folder, &[("PLENARY_JWKS_URL", "http://127.0.0.1:1/jwks.json")]);
    assert!(well(&silent).contains("can't be fetched"));
    let none = doctor(&folder, &[]);
    well(&none);
    assert!(marked(&none, "warning").concat().starts_with("sign-in is disabled"));
}

#[test]
fn the_doctor_tries_to_listen() {
    let folder = Folder::new("listen");
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let output = doctor(&folder, &[("PLENARY_LISTEN", &address)]);
    assert!(well(&output).contains(&format!("{address} is in use")));
    assert!(the_problem(&doctor(&folder, &[("PLENARY_LISTEN", "192.0.2.1:80")])).contains("PLENARY_LISTEN"));
    let open = [("PLENARY_LISTEN", "0.0.0.0:0")];
    assert!(marked(&doctor(&folder, &open), "note").concat().contains("PLENARY_TRUSTED_PROXIES"));
    let behind = [open[0], ("PLENARY_TRUSTED_PROXIES", "1")];
    assert!(marked(&doctor(&folder, &behind), "note").is_empty());
}
