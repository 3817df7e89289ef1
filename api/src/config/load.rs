//! Loads the settings and collects all problems.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    fmt,
    path::{Path, PathBuf},
};

use confique::{Config, Layer};
use toml::{Table, Value};

use super::{
    Settings,
    leaf::{self, Kind, LEAVES, Leaf},
    rule,
};

/// The file that is read where none is named.
const DEFAULT_FILE: &str = "plenary.toml";
/// The variable that names the file.
const FILE_VARIABLE: &str = "PLENARY_CONFIG";

/// The settings as they were found, right or wrong.
#[derive(Debug)]
pub struct Loaded {
    /// The settings. What is wrong has its default in them.
    pub settings: Settings,
    /// All that is wrong.
    pub problems: Vec<Problem>,
    /// The file that was read.
    pub file: Option<PathBuf>,
    /// The variables that set something.
    pub variables: Vec<&'static str>,
    /// Variables that look like settings but are not.
    pub unknown_variables: Vec<UnknownVariable>,
    /// The files that secrets were read from.
    pub secret_files: Vec<PathBuf>,
    file_is_lost: bool,
}

/// The problem with a setting, and how to fix it, in one line. Contains no secrets.
#[derive(Debug)]
pub struct Problem {
    key: Option<&'static str>,
    line: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.line)
    }
}

/// A variable that starts as those of Plenary do, and sets nothing.
#[derive(Debug)]
pub struct UnknownVariable {
    /// Its name.
    pub name: String,
    /// The variable that was probably meant.
    pub meant: Option<&'static str>,
}

impl fmt::Display for UnknownVariable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is not a setting", self.name)?;
        self.meant.map_or(Ok(()), |name| write!(f, " (did you mean {name}?)"))
    }
}

impl Loaded {
    /// Reads the settings: from `file`, or the one that is named by a variable or its place, and the variables.
    #[must_use]
    pub fn read(file: Option<&Path>) -> Self {
        Self::from_sources(file, &variables())
    }

    /// Whether a setting has its default because it is wrong, or because the file could not be read.
    #[must_use]
    pub fn is_wrong(&self, key: &str) -> bool {
        let concerned = |wrong: &str| wrong == key || wrong.strip_suffix("_file") == Some(key);
        let set = |name: &str| leaf::leaf(name).is_some_and(|leaf| self.variables.contains(&leaf.variable));
        let lost = self.file_is_lost && !set(key) && !set(&format!("{key}_file"));
        lost || self.problems.iter().any(|problem| problem.key.is_some_and(concerned))
    }

    fn from_sources(file: Option<&Path>, variables: &Variables) -> Self {
        let mut reader = Reader::default();
        let file = reader.file(file, variables);
        reader.finish(file, variables)
    }
}

type Variables = BTreeMap<String, OsString>;

/// The variables that are ours and not empty. Those of the tests are theirs.
#[expect(clippy::disallowed_methods, reason = "the one home of settings")]
fn variables() -> Variables {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
        .filter(|(name, value)| name.starts_with("PLENARY_") && !name.starts_with("PLENARY_TEST_") && !value.is_empty())
        .collect()
}

fn unknown(variables: &Variables) -> Vec<UnknownVariable> {
    let known = || LEAVES.iter().map(|leaf| leaf.variable).chain([FILE_VARIABLE]);
    variables
        .keys()
        .filter(|name| known().all(|known| known != name.as_str()))
        .map(|name| UnknownVariable { name: name.clone(), meant: leaf::nearest(name, known()) })
        .collect()
}

/// A value, and where it was found, as one would say it.
struct Given {
    value: Value,
    place: String,
}

type Values = BTreeMap<&'static str, Given>;

#[derive(Default)]
struct Reader {
    values: Values,
    problems: Vec<Problem>,
    secret_files: Vec<PathBuf>,
    file_is_lost: bool,
}

impl Reader {
    fn problem(&mut self, key: impl Into<Option<&'static str>>, line: String) {
        // A repeated value may be a secret.
        self.problems.push(Problem { key: key.into(), line: line.replace(char::is_control, " ") });
    }

    /// Reads the file, and says which it was.
    fn file(&mut self, argument: Option<&Path>, variables: &Variables) -> Option<PathBuf> {
        let (path, named_by) = match (argument, variables.get(FILE_VARIABLE)) {
            (Some(path), _) => (path.to_owned(), Some("--config")),
            (None, Some(path)) => (path.into(), Some(FILE_VARIABLE)),
            (None, None) => (DEFAULT_FILE.into(), None),
        };
        let shown = path.display().to_string();
        match (std::fs::read_to_string(&path), named_by) {
            (Ok(text), _) => self.text(&text, &shown),
            (Err(cause), None) if cause.kind() == std::io::ErrorKind::NotFound => return None,
            (Err(cause), named_by) => {
                let place = named_by.map(|name| format!("{name} names {shown}, which")).unwrap_or(shown);
                self.problem(None, format!("{place} can't be read: {cause}"));
                self.file_is_lost = true;
            }
        }
        if leaf::secrets().any(|(secret, _)| self.values.contains_key(secret.key.as_str())) {
            self.secret_files.push(path.clone());
        }
        Some(path)
    }

    fn text(&mut self, text: &str, file: &str) {
        match text.parse::<Table>() {
            Ok(table) => {
                let mut found = Values::new();
                self.table(table, "", file, &mut found);
                self.take(found);
            }
            Err(error) => {
                // The error as a whole repeats the line, which may hold a secret.
                let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
                let (line, message) = (before.matches('\n').count() + 1, error.message());
                self.problem(None, format!("{file} is not valid TOML: line {line}: {message}"));
                self.file_is_lost = true;
            }
        }
    }

    fn table(&mut self, table: Table, prefix: &str, file: &str, found: &mut Values) {
        for (name, value) in table {
            let key = format!("{prefix}{name}");
            let place = format!("`{key}` in {file}");
            let is_table = LEAVES.iter().any(|leaf| leaf.key.starts_with(&format!("{key}.")));
            match (leaf::leaf(&key), value) {
                (Some(leaf), value) => {
                    found.insert(&leaf.key, Given { value, place });
                }
                (None, Value::Table(inner)) if is_table => self.table(inner, &format!("{key}."), file, found),
                (None, _) if is_table => self.problem(None, format!("{place} must be a table: [{key}]")),
                (None, _) => {
                    let meant = meant(&key, &name).map(|key| format!(" (did you mean `{key}`?)")).unwrap_or_default();
                    self.problem(None, format!("{place} is not a setting{meant}"));
                }
            }
        }
    }

    fn variables(&mut self, variables: &Variables) {
        let mut found = Values::new();
        for leaf in LEAVES.iter() {
            let Some(value) = variables.get(leaf.variable) else { continue };
            let place = leaf.variable.to_owned();
            match value.to_str() {
                Some(text) => {
                    found.insert(&leaf.key, Given { value: parse(&leaf.kind, text), place });
                }
                None => self.problem(leaf.key.as_str(), format!("{place} must be UTF-8")),
            }
        }
        self.take(found);
    }

    /// Applies the settings of one source. A secret and its file are one setting, so either overrides both from earlier
    /// sources.
    fn take(&mut self, mut found: Values) {
        for (secret, file) in leaf::secrets() {
            let forms = [secret, file].map(|leaf| leaf.key.as_str());
            let set: Vec<&str> = forms.iter().filter_map(|key| Some(found.get(key)?.place.as_str())).collect();
            if !set.is_empty() {
                self.values.retain(|key, _| !forms.contains(key));
            }
            if let [one, other] = set[..] {
                self.problem(secret.key.as_str(), format!("{one} and {other} are both set; remove one of them"));
                found.retain(|key, _| !forms.contains(key));
            }
        }
        self.values.append(&mut found);
    }

    /// Reads the secrets that are in files.
    fn secrets(&mut self) {
        for (secret, file) in leaf::secrets() {
            let Some(Given { value: Value::String(path), place }) = self.values.get(file.key.as_str()) else {
                continue;
            };
            let (path, place) = (PathBuf::from(path), place.clone());
            let shown = path.display();
            match std::fs::read_to_string(&path) {
                Ok(text) if text.trim().is_empty() => {
                    self.problem(file.key.as_str(), format!("{place} names {shown}, which is empty"));
                }
                Ok(text) => {
                    let value = text.trim_end_matches(['\r', '\n']).into();
                    let place = format!("the content of {shown} ({place})");
                    self.values.insert(&secret.key, Given { value, place });
                }
                Err(cause) => {
                    self.problem(file.key.as_str(), format!("{place} names {shown}, which can't be read: {cause}"));
                }
            }
            self.secret_files.push(path);
        }
    }

    fn finish(mut self, file: Option<PathBuf>, variables: &Variables) -> Loaded {
        self.variables(variables);
        self.secrets();
        self.drop_the_broken();
        let settings = settings(&self.values);
        self.check_together(&settings);
        Loaded {
            settings,
            problems: self.problems,
            file,
            variables: LEAVES.iter().map(|leaf| leaf.variable).filter(|name| variables.contains_key(*name)).collect(),
            unknown_variables: unknown(variables),
            secret_files: self.secret_files,
            file_is_lost: self.file_is_lost,
        }
    }

    fn drop_the_broken(&mut self) {
        for leaf in LEAVES.iter() {
            let Some(given) = self.values.get(leaf.key.as_str()) else { continue };
            let Some(must) = rule::broken(leaf, &given.value) else { continue };
            let line = match shown(leaf, &given.value) {
                Some(value) if must.starts_with("must") => format!("{} is `{value}`, but {must}", given.place),
                _ => format!("{} {must}", given.place),
            };
            self.problem(leaf.key.as_str(), line);
            self.values.remove(leaf.key.as_str());
        }
    }

    fn check_together(&mut self, settings: &Settings) {
        let Some((key, needs)) = rule::not_together(settings) else { return };
        // Invalid values have already been reported.
        if self.problems.iter().any(|problem| problem.key.is_some_and(|key| KEY_PAIR.contains(&key))) {
            return;
        }
        if let Some(given) = self.values.get(key) {
            let line = format!("{} {needs}", given.place);
            self.problem(key, line);
        }
    }
}

const KEY_PAIR: [&str; 2] = ["auth.jwt_public_key_file", "auth.jwt_algorithm"];

/// A wrong value, where it may be repeated and fits in a line.
fn shown(leaf: &Leaf, value: &Value) -> Option<String> {
    if !leaf::may_be_shown(&leaf.key) {
        return None;
    }
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Integer(_) | Value::Float(_) | Value::Boolean(_) => Some(value.to_string()),
        _ => None,
    }
}

/// The text of a variable as what the setting holds. What can't be read stays a text, and is refused as one.
fn parse(kind: &Kind, text: &str) -> Value {
    let switch = |text: &str| match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "1" => Some(true),
        "false" | "no" | "0" => Some(false),
        _ => None,
    };
    let read = match kind {
        Kind::Text => None,
        Kind::Switch => switch(text.trim()).map(Value::Boolean),
        Kind::Number(_) => text.trim().parse().ok().map(Value::Integer),
        Kind::List => Some(text.split(',').map(str::trim).filter(|item| !item.is_empty()).collect::<Vec<_>>().into()),
    };
    read.unwrap_or_else(|| text.into())
}

/// The key that was probably meant: one with the same name in another table, or one that is written much alike.
fn meant(key: &str, name: &str) -> Option<&'static str> {
    let keys = || LEAVES.iter().map(|leaf| leaf.key.as_str());
    let own_name = |key: &&str| key.rsplit('.').next() == Some(name);
    keys().find(own_name).or_else(|| leaf::nearest(key, keys()))
}

/// The settings that the values make, all of which are right.
fn settings(values: &Values) -> Settings {
    let mut whole = Table::new();
    for (key, given) in values {
        match key.split_once('.') {
            None => {
                whole.insert((*key).into(), given.value.clone());
            }
            Some((table, name)) => {
                let inner = whole.entry(table).or_insert_with(|| Value::Table(Table::new()));
                if let Value::Table(inner) = inner {
                    inner.insert(name.into(), given.value.clone());
                }
            }
        }
    }
    let set: <Settings as Config>::Layer = whole.try_into().expect("each value was checked for what it must be");
    Settings::from_layer(set.with_fallback(Layer::default_values())).expect("what is not set has a default")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(file: &str, variables: &[(&str, &str)]) -> Loaded {
        let mut reader = Reader::default();
        reader.text(file, "plenary.toml");
        let variables = variables.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        reader.finish(None, &variables)
    }

    fn defaults() -> Settings {
        Settings::builder().load().expect("what is not set has a default")
    }

    /// The lines of the default file that set a value, without the `#` before them.
    fn uncommented() -> String {
        let setting = |line: &str| line.strip_prefix('#').filter(|rest| !rest.starts_with(' ')).map(str::to_owned);
        let lines = Settings::template();
        lines.lines().map(|line| setting(line).unwrap_or_else(|| line.into()) + "\n").collect()
    }

    #[test]
    fn the_example_file_with_every_line_uncommented_has_the_defaults() {
        let without_default = |line: &&str| line.ends_with('=');
        let file = uncommented();
        let loaded = load(&file.lines().filter(|line| !without_default(line)).collect::<Vec<_>>().join("\n"), &[]);
        assert!(loaded.problems.is_empty(), "{:?}", loaded.problems);
        assert_eq!(format!("{:?}", loaded.settings), format!("{:?}", defaults()));
        for leaf in LEAVES.iter() {
            let name = leaf.key.rsplit('.').next().unwrap_or_default();
            assert!(file.lines().any(|line| line.starts_with(&format!("{name} ="))), "{name} is not in the file");
            assert!(file.contains(&format!("`{}`", leaf.variable)), "{} is not in the file", leaf.variable);
        }
    }

    #[test]
    fn no_secret_has_a_default() {
        let secrets: Vec<&str> = leaf::secrets().map(|(secret, _)| secret.key.as_str()).collect();
        assert_eq!(secrets, ["database_url", "auth.jwt_secret"]);
        let defaults = defaults();
        assert!(defaults.database_url.is_none() && defaults.auth.jwt_secret.is_none());
    }

    #[test]
    fn variables_and_file_accept_the_same_values() {
        let file = load("[http]\nintrospection = false\ncors_origins = [\"https://a.org\", \"*\"]\ndeadline = 3", &[]);
        for no in ["false", "NO", "0"] {
            let variables = load(
                "",
                &[
                    ("PLENARY_INTROSPECTION", no),
                    ("PLENARY_CORS_ORIGINS", "https://a.org, *,"),
                    ("PLENARY_DEADLINE", " 3 "),
                ],
            );
            assert!(variables.problems.is_empty(), "{:?}", variables.problems);
            assert_eq!(format!("{:?}", variables.settings), format!("{:?}", file.settings));
        }
    }

    #[test]
    fn a_secret_in_a_variable_overrides_a_secret_file_in_the_file() {
        let secret = "a secret of more than thirty-two bytes";
        let loaded = load("[auth]\njwt_secret_file = \"/nowhere\"", &[("PLENARY_JWT_SECRET", secret)]);
        assert!(loaded.problems.is_empty(), "{:?}", loaded.problems);
        assert_eq!(loaded.settings.auth.jwt_secret.map(|found| found.expose() == secret), Some(true));
    }

    #[test]
    fn debug_output_contains_no_secret() {
        let loaded = load(
            "database_url = \"postgres://plenary:sesame@127.0.0.1/plenary\"",
            &[("PLENARY_JWT_SECRET", "open sesame, said the forty thieves")],
        );
        assert!(loaded.problems.is_empty() && loaded.settings.auth.jwt_secret.is_some());
        assert!(!format!("{loaded:?} {:#?}", loaded.settings).contains("sesame"));
    }

    #[test]
    fn all_invalid_values_are_reported() {
        let loaded = load(
            "log_format = 1\nlisten = \"here\"\nnonsense = 2\n[http]\nrate_limit = \"many\"",
            &[("PLENARY_DEADLINE", "0"), ("PLENARY_INTROSPECTION", "perhaps"), ("PLENARY_RATE_LIMIT", "7")],
        );
        let lines: Vec<String> = loaded.problems.iter().map(ToString::to_string).collect();
        assert_eq!(
            lines,
            [
                "`nonsense` in plenary.toml is not a setting",
                "`listen` in plenary.toml is `here`, but must be an IP address and a port, such as 127.0.0.1:8080 or \
                 [::1]:8080",
                "`log_format` in plenary.toml is `1`, but must be a string in quotes",
                "PLENARY_DEADLINE is `0`, but must be a whole number from 1 to 3600",
                "PLENARY_INTROSPECTION is `perhaps`, but must be true or false",
            ]
        );
        assert_eq!(loaded.settings.http.rate_limit, 7);
        assert!(loaded.is_wrong("listen") && !loaded.is_wrong("http.rate_limit"));
    }

    #[test]
    fn invalid_values_are_rejected() {
        for (name, value) in [
            ("PLENARY_CORS_ORIGINS", "example.org"),
            ("PLENARY_CORS_ORIGINS", "https://example.org/page"),
            ("PLENARY_CORS_ORIGINS", "https://example.org,ftp:x"),
            ("PLENARY_CORS_HEADERS", "x-tenant,x tenant"),
            ("PLENARY_CORS_HEADERS", "x-tenant: 1"),
            ("PLENARY_JWKS_URL", "http://id.example.org/jwks.json"),
            ("PLENARY_JWKS_URL", "https://user:sesame@id.example.org/jwks.json"),
            ("PLENARY_JWKS_URL", "jwks.json"),
            ("PLENARY_JWT_ALGORITHM", "HS256"),
            ("PLENARY_JWT_ALGORITHM", "RS256"),
            ("PLENARY_JWT_PUBLIC_KEY_FILE", "key.pem"),
            ("PLENARY_JWT_SECRET", "a secret that has 31 bytes only"),
            ("PLENARY_JWT_LONGEST_LIFETIME", "31536001"),
            ("PLENARY_JWT_LEEWAY", "-1"),
            ("PLENARY_LIMIT_NESTING", "257"),
            ("PLENARY_LIMIT_OBJECTS", "0"),
            ("PLENARY_LIMIT_BODY_BYTES", "1e6"),
            ("PLENARY_LOG", "plenary=loud"),
        ] {
            let problems = load("", &[(name, value)]).problems;
            assert_eq!(problems.len(), 1, "{name} {value}: {problems:?}");
            let line = problems[0].to_string();
            assert!(line.starts_with(name) && !line.contains("sesame"), "{line}");
        }
    }

    #[test]
    fn boundary_values_are_accepted() {
        for (name, value) in [
            ("PLENARY_CORS_ORIGINS", "http://localhost:3000,https://example.org,*"),
            ("PLENARY_CORS_HEADERS", "x-tenant, X-Correlation-Id"),
            ("PLENARY_CORS_HEADERS", "*"),
            ("PLENARY_JWKS_URL", "http://127.0.0.1:9000/jwks.json"),
            ("PLENARY_JWKS_URL", "http://[::1]/jwks.json"),
            ("PLENARY_JWKS_URL", "https://id.example.org/jwks.json"),
            ("PLENARY_JWT_SECRET", "a secret that has 32 bytes, yes."),
            ("PLENARY_RATE_LIMIT", "0"),
            ("PLENARY_DOCUMENT_CACHE_BYTES", "0"),
            ("PLENARY_LISTEN", "[::]:80"),
            ("PLENARY_DATABASE_URL", "postgres:///plenary?host=/run/postgresql"),
        ] {
            let problems = load("", &[(name, value)]).problems;
            assert!(problems.is_empty(), "{name} {value}: {problems:?}");
        }
    }

    #[test]
    fn a_misspelled_variable_is_reported_with_the_right_name() {
        let unknown = load("", &[("PLENARY_JWT_SECERT", "x"), ("PLENARY_PORT_8080_TCP_ADDR", "x")]).unknown_variables;
        let meant: Vec<Option<&str>> = unknown.iter().map(|variable| variable.meant).collect();
        assert_eq!(meant, [Some("PLENARY_JWT_SECRET"), None]);
    }

    #[test]
    fn an_error_about_invalid_toml_does_not_show_its_content() {
        for file in [
            "jwt_secret = sesame",
            "sesame",
            "\"sesame",
            "x = \"\\sesame\"",
            "x = 1sesame",
            "[sesame",
            "x=1\nx=1 #sesame",
        ] {
            let problems = load(file, &[]).problems;
            assert_eq!(problems.len(), 1, "{file}");
            let line = problems[0].to_string();
            assert!(line.contains("plenary.toml is not valid TOML: line") && !line.contains("sesame"), "{line}");
        }
    }
}
