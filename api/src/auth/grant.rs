//! Grants as tokens and commands write them: `admin`, `organizer@lpc-2021`, `lead@lpc-2021/real-time`,
//! `organizer@series:lpc`.

use std::{fmt, str::FromStr};

use plenary_entity::enums::AccessRole;

/// A grant as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenGrant {
    /// The role.
    pub role: AccessRole,
    /// On what.
    pub on: WrittenScope,
}

/// On what a grant is, by slugs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WrittenScope {
    /// Everything that the server holds.
    Everything,
    /// A series with all its events.
    Series(String),
    /// An event.
    Event(String),
    /// A microconference of an event.
    Microconference {
        /// The event.
        event: String,
        /// The microconference.
        slug: String,
    },
}

/// The roles as they are written.
const ROLES: [(AccessRole, &str); 6] = [
    (AccessRole::Admin, "admin"),
    (AccessRole::Organizer, "organizer"),
    (AccessRole::Editor, "editor"),
    (AccessRole::Lead, "lead"),
    (AccessRole::Speaker, "speaker"),
    (AccessRole::Attendee, "attendee"),
];

impl FromStr for WrittenGrant {
    /// What is wrong, and how to fix it.
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (role, on) = text.split_once('@').map_or((text, None), |(role, on)| (role, Some(on)));
        let Some((role, _)) = ROLES.into_iter().find(|(_, word)| *word == role) else {
            let words = ROLES.map(|(_, word)| word).join(", ");
            return Err(format!("must start with a role ({words}), such as organizer@lpc-2021"));
        };
        let on = on.map_or(Ok(WrittenScope::Everything), scope)?;
        if role == AccessRole::Admin && on != WrittenScope::Everything {
            return Err("the role admin applies everywhere; use `admin` without a scope, or another role".into());
        }
        Ok(Self { role, on })
    }
}

fn scope(text: &str) -> Result<WrittenScope, String> {
    let slugs: Vec<&str> = text.strip_prefix("series:").unwrap_or(text).split('/').collect();
    let one = |slug: &&str| !slug.is_empty() && slug.len() <= 100;
    match slugs[..] {
        [slug] if one(&slug) && text.starts_with("series:") => Ok(WrittenScope::Series(slug.into())),
        [slug] if one(&slug) => Ok(WrittenScope::Event(slug.into())),
        [event, slug] if one(&event) && one(&slug) && !text.starts_with("series:") => {
            Ok(WrittenScope::Microconference { event: event.into(), slug: slug.into() })
        }
        _ => Err("after the @, give the slug of an event (lpc-2021), of a microconference with its event \
                  (lpc-2021/real-time), or of a series (series:lpc)"
            .into()),
    }
}

impl fmt::Display for WrittenGrant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = ROLES.iter().find(|(role, _)| *role == self.role).map_or("", |(_, word)| word);
        match &self.on {
            WrittenScope::Everything => write!(f, "{word}"),
            WrittenScope::Series(slug) => write!(f, "{word}@series:{slug}"),
            WrittenScope::Event(slug) => write!(f, "{word}@{slug}"),
            WrittenScope::Microconference { event, slug } => write!(f, "{word}@{event}/{slug}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grants_parse_and_print() {
        for text in ["admin", "organizer", "organizer@lpc-2021", "lead@lpc-2021/real-time", "editor@series:lpc"] {
            assert_eq!(text.parse::<WrittenGrant>().map(|grant| grant.to_string()).as_deref(), Ok(text));
        }
    }

    #[test]
    fn an_invalid_grant_is_an_error_with_examples() {
        for text in
            ["", "boss", "Admin", "@lpc", "organizer@", "lead@a/b/c", "lead@a/", "lead@series:", "lead@series:a/b"]
        {
            assert!(text.parse::<WrittenGrant>().is_err(), "{text}");
        }
        assert!("admin@lpc-2021".parse::<WrittenGrant>().is_err_and(|error| error.contains("everywhere")));
    }
}
