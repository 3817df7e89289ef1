//! `plenary grant` and `plenary person`.

use crate::{
    command_line::{Folder, one_line_and_code_2, out},
    support::{Start, TestDatabase},
};

/// A folder with the demo program in `plenary.db`.
fn with_the_demo_program(name: &str) -> Folder {
    let folder = Folder::new(name);
    let database = TestDatabase::sqlite(Start::Demo);
    if let TestDatabase::Sqlite(file) = &database {
        std::fs::copy(file, folder.0.join("plenary.db")).expect("a copy");
    }
    database.remove();
    folder
}

#[test]
fn roles_can_be_granted_listed_and_revoked() {
    let folder = with_the_demo_program("grants");
    let run = |arguments: &[&str]| folder.run(arguments, &[]);
    let wanted = |verb: &'static str, grant: &'static str| ["grant", verb, "--subject", "ada", "--grant", grant];
    for grant in ["admin", "organizer@lpc-2021", "lead@lpc-2021/real-time", "editor@series:lpc"] {
        assert!(run(&wanted("add", grant)).status.success(), "{grant}");
    }
    assert!(out(&run(&wanted("add", "admin"))).contains("already has"), "a second time changes nothing");
    assert!(run(&["grant", "add", "--subject", "bob", "--grant", "attendee@lpc-2021"]).status.success());
    let listed = out(&run(&["grant", "list", "--subject", "ada"]));
    assert_eq!(listed, "ada admin\nada organizer@lpc-2021\nada lead@lpc-2021/real-time\nada editor@series:lpc\n");
    assert!(run(&wanted("remove", "admin")).status.success());
    let line = one_line_and_code_2(&run(&wanted("remove", "admin")));
    assert!(line.contains("ada has no stored grant admin"), "{line}");
    assert_eq!(out(&run(&["grant", "list"])).lines().count(), 4);

    for (grant, hint) in [
        ("boss", "a role (admin"),
        ("admin@lpc-2021", "everywhere"),
        ("organizer@nowhere", "no event"),
        ("lead@lpc-2021/nothing", "no microconference"),
        ("editor@series:nothing", "no series"),
    ] {
        let line = one_line_and_code_2(&run(&wanted("add", grant)));
        assert!(line.contains(grant) && line.contains(hint), "{line}");
    }
}

#[test]
fn a_person_has_one_subject_and_a_subject_one_person() {
    let folder = with_the_demo_program("people");
    let run = |arguments: &[&str]| folder.run(arguments, &[]);
    let link = ["person", "link", "--person", "daniel-jordan", "--subject", "dj"];
    assert!(run(&link).status.success());
    assert!(run(&link).status.success(), "a second time changes nothing");
    let line = one_line_and_code_2(&run(&["person", "link", "--person", "boqun-feng", "--subject", "dj"]));
    assert!(line.contains("linked to another person"), "{line}");
    assert!(run(&["person", "unlink", "--person", "daniel-jordan"]).status.success());
    assert!(run(&["person", "link", "--person", "boqun-feng", "--subject", "dj"]).status.success());
    let line = one_line_and_code_2(&run(&["person", "link", "--person", "nobody", "--subject", "x"]));
    assert!(line.contains("no person"), "{line}");
}

#[test]
fn granting_a_role_does_not_create_a_missing_database() {
    let folder = Folder::new("no-grants");
    let line = one_line_and_code_2(&folder.run(&["grant", "list"], &[]));
    assert!(line.contains("does not exist yet") && line.contains("plenary.db"), "{line}");
    assert_eq!(std::fs::read_dir(&folder.0).expect("the folder").count(), 0);
}
