//! The structure of the code is what `docs/ARCHITECTURE.md` says it is: read from the sources.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    iter::Peekable,
    path::{Path, PathBuf},
    str::Chars,
};

fn sources() -> BTreeMap<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = BTreeMap::new();
    let mut folders: Vec<PathBuf> = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let name = path.strip_prefix(&root).expect("below the root").display().to_string();
                let text = fs::read_to_string(&path).expect("a source");
                let text = text.split("#[cfg(test)]").next().unwrap_or_default().to_owned();
                found.insert(name, text);
            }
        }
    }
    found
}

/// The paths within this crate that a source names: `event::store::EventList`.
fn paths(source: &str) -> Vec<String> {
    let mut paths = Vec::new();
    for (start, prefix) in source.match_indices("crate::") {
        let mut letters = source[start + prefix.len()..].chars().peekable();
        read_path("", false, &mut letters, &mut paths);
    }
    paths
}

/// Reads a path, or all that begin with it: `a::{b, c::{d, e}}` has `a::b`, `a::c::d` and `a::c::e`.
fn read_path(prefix: &str, in_group: bool, letters: &mut Peekable<Chars<'_>>, paths: &mut Vec<String>) {
    let is_part = |letter: &char| letter.is_alphanumeric() || ['_', ':'].contains(letter);
    let mut path = prefix.to_owned();
    while let Some(letter) = letters.next_if(|letter| is_part(letter) || (in_group && letter.is_whitespace())) {
        path.extend(Some(letter).filter(|letter| !letter.is_whitespace()));
    }
    if letters.next_if_eq(&'{').is_none() {
        paths.extend(Some(path).filter(|path| path != prefix));
        return;
    }
    loop {
        read_path(&path, true, letters, paths);
        if letters.next_if_eq(&',').is_none() {
            break;
        }
    }
    letters.next_if_eq(&'}');
    while in_group && letters.next_if(|letter| letter.is_whitespace()).is_some() {}
}

/// The modules of this crate that a source imports.
fn imports(source: &str) -> Vec<String> {
    let first = |path: String| path.split("::").next().unwrap_or_default().to_owned();
    paths(source).into_iter().map(first).filter(|module| !module.is_empty()).collect()
}

const CONCEPTS: [&str; 16] = [
    "series",
    "event",
    "venue",
    "person",
    "microconference",
    "topic",
    "accomplishment",
    "session",
    "schedule",
    "credit",
    "reference",
    "external_id",
    "feed",
    "announcement",
    "link",
    "membership",
];

/// The layer of a module: it may use those of its own and of lower ones.
fn layer(module: &str) -> usize {
    match module {
        "error" | "clock" | "text" | "time" => 0,
        "config" | "telemetry" | "database" => 1,
        "auth" => 2,
        "change" => 3,
        "graphql" | "check" | "guard" | "execution" => 4,
        "subject" => 5,
        "node" | "mutation" | "removal" => 6,
        module if CONCEPTS.contains(&module) => 6,
        "schema" => 7,
        "demo" => 7,
        "app" => 8,
        "http" => 9,
        "cli" => 10,
        _ => panic!("`{module}` has no layer: give it one here and in docs/ARCHITECTURE.md"),
    }
}

#[test]
fn imports_go_down_only() {
    for (name, source) in sources() {
        let module = name.split(['/', '.']).next().unwrap_or_default();
        if module == "lib" || module == "main" {
            continue;
        }
        for import in imports(&source) {
            assert!(layer(&import) <= layer(module), "{name} uses crate::{import}, which is above it");
        }
    }
}

/// Whether a source of a concept is of its lower floor: what it keeps and how, and not how it answers.
fn is_data(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or_default();
    matches!(file, "store.rs" | "query.rs" | "input.rs" | "enums.rs") || name.contains("/input/")
}

/// The sources of the lower floors of all concepts, each with its concept.
fn lower_floors() -> Vec<(String, String, String)> {
    let concept = |name: &str| name.split('/').next().unwrap_or_default().to_owned();
    let all = sources().into_iter().map(|(name, source)| (concept(&name), name, source));
    all.filter(|(concept, name, _)| CONCEPTS.contains(&concept.as_str()) && is_data(name)).collect()
}

#[test]
fn what_a_concept_keeps_knows_nothing_of_how_it_answers() {
    for (_, name, source) in lower_floors() {
        let own = source.split("use crate::").next().unwrap_or_default();
        let of_others =
            CONCEPTS.iter().flat_map(|concept| ["object", "mutation"].map(|file| format!("{concept}::{file}")));
        for upper in of_others {
            assert!(!source.contains(&upper), "{name} uses {upper}, which is above it");
        }
        for upper in ["    object::", "    mutation::", "super::object", "super::mutation"] {
            assert!(!own.contains(upper), "{name} uses{upper} of its concept, which is above it");
        }
    }
}

#[test]
fn the_lower_floors_of_concepts_form_no_circle() {
    let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (concept, _, source) in lower_floors() {
        // Enums are vocabulary, and use nothing.
        let others = paths(&source).into_iter().filter(|path| path.split("::").nth(1) != Some("enums"));
        let others = others.filter_map(|path| path.split("::").next().map(ToOwned::to_owned));
        let others = others.filter(|other| CONCEPTS.contains(&other.as_str()) && *other != concept);
        uses.entry(concept.clone()).or_default().extend(others);
    }
    // What uses no other is taken away, again and again: a circle is what stays.
    while let Some(leaf) = uses.iter().find(|(_, others)| others.is_empty()).map(|(concept, _)| concept.clone()) {
        uses.remove(&leaf);
        let known: BTreeSet<String> = uses.keys().cloned().collect();
        uses.values_mut().for_each(|others| others.retain(|other| known.contains(other)));
    }
    assert!(uses.is_empty(), "these use each other in a circle: {uses:?}");
}

#[test]
fn sql_stands_in_stores_and_in_the_layers_below_them() {
    let homes = [
        "database/",
        "auth/visible/",
        "change/",
        "graphql/",
        "execution/",
        "app.rs",
        "cli/",
        "demo/mod.rs",
        "subject.rs",
    ];
    for (name, source) in sources() {
        if name.ends_with("store.rs") || homes.iter().any(|home| name.starts_with(home)) {
            continue;
        }
        for sql in ["sea_query", "Statement::from", "QueryFilter", "EntityTrait", "ConnectionTrait"] {
            assert!(!source.contains(sql), "{name} speaks of {sql}: statements stand in store.rs");
        }
    }
}

#[test]
fn every_read_starts_from_what_the_viewer_may_see() {
    for (name, source) in sources() {
        if name.ends_with("store.rs")
            || name == "subject.rs"
            || name.starts_with("graphql/")
            || name.starts_with("execution/")
        {
            assert!(!source.contains("::find()"), "{name} reads past auth::visible::rows");
            assert!(!source.contains("find_by_id"), "{name} reads past auth::visible::rows");
        }
    }
}

#[test]
fn nothing_is_written_past_the_writer() {
    for (name, source) in sources() {
        if name.starts_with("change/") {
            continue;
        }
        for write in [
            "insert_many",
            "update_many",
            "delete_many",
            "Entity::insert",
            "Query::insert",
            "Query::update",
            "Query::delete",
            ".save(",
            "INSERT INTO",
            "UPDATE ",
            "DELETE FROM",
        ] {
            let written: Vec<&str> = source.lines().filter(|line| line.contains(write)).collect();
            let through_the_writer = |line: &&str| line.contains("writer.") || line.trim_start().starts_with("//");
            assert!(written.iter().all(through_the_writer), "{name} writes past the Writer: {written:?}");
        }
    }
}

#[test]
fn only_commands_write_without_asking_the_policy() {
    for (name, source) in sources() {
        let is_command = ["cli/", "demo/", "auth/policy.rs"].iter().any(|home| name.starts_with(home));
        assert!(is_command || !source.contains("of_the_operator"), "{name} makes a permit of its own");
    }
}

#[test]
fn files_are_short_enough_to_read_at_once() {
    for (name, source) in sources() {
        let lines = source.lines().count();
        assert!(lines <= 450, "{name} has {lines} lines without its tests: split it");
    }
}
