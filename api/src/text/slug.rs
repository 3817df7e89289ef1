//! Slugs: words of a-z and 0-9 with single hyphens between them.

use icu_casemap::CaseMapper;
use icu_normalizer::DecomposingNormalizer;

use super::character::describe;

/// How long a slug may be, in characters.
pub const LONGEST_SLUG: usize = 100;

/// The first rule that a slug breaks.
///
/// # Errors
///
/// Which rule, where, and what would be right, as a predicate: "starts with a hyphen; …".
pub fn check(slug: &str) -> Result<(), String> {
    let Some(fault) = fault(slug) else { return Ok(()) };
    Err(match suggestion(slug) {
        Some(right) => format!("{fault}, such as `{right}`"),
        None => format!("{fault}, such as `real-time`"),
    })
}

fn fault(slug: &str) -> Option<String> {
    if slug.is_empty() {
        return Some("must not be empty; use words of a-z and 0-9 with single hyphens between them".into());
    }
    let odd = slug.chars().zip(1..).find(|(letter, _)| !matches!(letter, 'a'..='z' | '0'..='9' | '-'));
    if let Some((letter, place)) = odd {
        let letter_shown = describe(letter);
        return Some(if letter.is_ascii_uppercase() {
            format!("contains the capital letter {letter_shown} at character {place}; use lower case")
        } else {
            format!("contains {letter_shown} at character {place}; use only a-z, 0-9 and hyphens")
        });
    }
    if slug.starts_with('-') {
        return Some("starts with a hyphen; start with a letter or digit".into());
    }
    if let Some(place) = slug.find("--") {
        return Some(format!("contains two hyphens in a row at character {}; use one", place + 1));
    }
    if slug.ends_with('-') {
        return Some("ends with a hyphen; end with a letter or digit".into());
    }
    let length = slug.len();
    (length > LONGEST_SLUG).then(|| format!("has {length} characters; the maximum is {LONGEST_SLUG}"))
}

/// A suggested slug; none if characters would get lost.
#[must_use]
pub fn suggestion(text: &str) -> Option<String> {
    let plain = DecomposingNormalizer::new_nfkd().normalize(text);
    let plain = CaseMapper::new().fold_string(&plain);
    let mut slug = String::with_capacity(plain.len());
    for letter in plain.chars() {
        match letter {
            'a'..='z' | '0'..='9' => slug.push(letter),
            // Characters that decomposition leaves unchanged.
            'ø' => slug.push('o'),
            'æ' => slug.push_str("ae"),
            'œ' => slug.push_str("oe"),
            'đ' | 'ð' => slug.push('d'),
            'ł' => slug.push('l'),
            'ı' => slug.push('i'),
            'þ' => slug.push_str("th"),
            // Accents, which decomposition has put after their letters, and apostrophes.
            '\u{300}'..='\u{36f}' | '\'' | '’' => {}
            other if other.is_alphabetic() || other.is_numeric() => return None,
            _ if slug.is_empty() || slug.ends_with('-') => {}
            _ => slug.push('-'),
        }
        if slug.len() > 2 * LONGEST_SLUG {
            break;
        }
    }
    if slug.len() > LONGEST_SLUG {
        // The last word that fits ends before a hyphen.
        let end = slug[..=LONGEST_SLUG].rfind('-').unwrap_or(LONGEST_SLUG);
        slug.truncate(end);
    }
    let slug = slug.trim_end_matches('-');
    (!slug.is_empty()).then(|| slug.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_the_violated_rule_and_the_position() {
        let rows = [
            ("", "must not be empty; use words of a-z and 0-9 with single hyphens between them, such as `real-time`"),
            ("Real-Time", "contains the capital letter `R` at character 1; use lower case, such as `real-time`"),
            ("real time", "contains a space at character 5; use only a-z, 0-9 and hyphens, such as `real-time`"),
            ("café_society", "contains `é` at character 4; use only a-z, 0-9 and hyphens, such as `cafe-society`"),
            ("a\u{2013}b", "contains U+2013 (en dash) at character 2; use only a-z, 0-9 and hyphens, such as `a-b`"),
            ("Łódź", "contains `Ł` at character 1; use only a-z, 0-9 and hyphens, such as `lodz`"),
            ("linux-中文", "contains `中` at character 7; use only a-z, 0-9 and hyphens, such as `real-time`"),
            ("-a", "starts with a hyphen; start with a letter or digit, such as `a`"),
            ("a-", "ends with a hyphen; end with a letter or digit, such as `a`"),
            ("-", "starts with a hyphen; start with a letter or digit, such as `real-time`"),
            ("a--b", "contains two hyphens in a row at character 2; use one, such as `a-b`"),
        ];
        for (slug, message) in rows {
            assert_eq!(check(slug), Err(message.to_owned()));
        }
        let long = format!("{}-b", "a".repeat(99));
        let message = format!("has 101 characters; the maximum is 100, such as `{}`", "a".repeat(99));
        assert_eq!(check(&long), Err(message));
    }

    #[test]
    fn suggestions_are_valid_slugs() {
        for text in
            ["Straße & Co.", "--a--", "'; DROP TABLE event; --", "ﬁne ½", "É\u{301}", "a\0b", &"aé ".repeat(200)]
        {
            let slug = suggestion(text).expect("a suggestion");
            assert_eq!(check(&slug), Ok(()), "{text} {slug}");
        }
        assert_eq!(suggestion("Straße & Co.").as_deref(), Some("strasse-co"));
        for text in ["", "中文", "Ада", "---", "🐧"] {
            assert_eq!(suggestion(text), None, "{text}");
        }
    }
}
