//! Names of settings, read from their structs.

use std::{ops::RangeInclusive, sync::LazyLock};

use confique::{
    Config,
    meta::{Expr, Field, FieldKind, LeafKind},
};

use super::{Settings, rule};

/// One setting.
pub(super) struct Leaf {
    /// Its name in the file, with its table: `http.deadline`.
    pub key: String,
    /// Its variable.
    pub variable: &'static str,
    /// Its type.
    pub kind: Kind,
}

/// The type of a setting.
pub(super) enum Kind {
    Text,
    Switch,
    List,
    Number(RangeInclusive<i64>),
}

/// Every setting.
pub(super) static LEAVES: LazyLock<Vec<Leaf>> = LazyLock::new(|| {
    let mut leaves = Vec::new();
    collect(Settings::META.fields, "", &mut leaves);
    leaves
});

fn collect(fields: &[Field], table: &str, leaves: &mut Vec<Leaf>) {
    for field in fields {
        let key = format!("{table}{}", field.name);
        match field.kind {
            FieldKind::Nested { meta } => collect(meta.fields, &format!("{key}."), leaves),
            FieldKind::Leaf { env, kind } => {
                let kind = kind_of(&key, kind);
                leaves.push(Leaf { key, variable: env.unwrap_or_default(), kind });
            }
        }
    }
}

/// The default determines the type of a setting; one without a default is a string.
fn kind_of(key: &str, kind: LeafKind) -> Kind {
    match kind {
        LeafKind::Required { default: Some(Expr::Bool(_)) } => Kind::Switch,
        LeafKind::Required { default: Some(Expr::Array(_)) } => Kind::List,
        LeafKind::Required { default: Some(Expr::Integer(_)) } => Kind::Number(rule::range(key)),
        _ => Kind::Text,
    }
}

/// The setting of a key.
pub(super) fn leaf(key: &str) -> Option<&'static Leaf> {
    LEAVES.iter().find(|leaf| leaf.key == key)
}

/// The secrets, each with the setting that names a file in its place: the one with `_file` after its name.
pub(super) fn secrets() -> impl Iterator<Item = (&'static Leaf, &'static Leaf)> {
    LEAVES.iter().filter_map(|secret| Some((secret, leaf(&format!("{}_file", secret.key))?)))
}

/// Whether a wrong value may be repeated. The URL of a key set may hold what its reader must prove.
pub(super) fn may_be_shown(key: &str) -> bool {
    key != "auth.jwks_url" && secrets().all(|(secret, _)| secret.key != key)
}

/// The one of `names` that was probably meant by `word`.
pub(super) fn nearest(word: &str, names: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    names
        .map(|name| (name, strsim::normalized_damerau_levenshtein(word, name)))
        .filter(|(_, likeness)| *likeness > 0.65)
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(name, _)| name)
}
