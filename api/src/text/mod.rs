//! Texts: allowed characters, case folding, and Markdown.

pub mod character;
pub mod link;
pub mod markdown;
pub mod slug;

use icu_casemap::CaseMapper;
use icu_normalizer::ComposingNormalizer;

pub use markdown::markdown_to_html;

/// The form in which texts are compared, ordered and searched: composed (NFC) and case-folded by
/// Unicode's rules, so that both databases, which know nothing of either, agree.
#[must_use]
pub fn fold(text: &str) -> String {
    let composed = ComposingNormalizer::new_nfc().normalize(text);
    CaseMapper::new().fold_string(&composed).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_equates_equivalent_letters() {
        assert_eq!(fold("STRASSE"), fold("Straße"));
        assert_eq!(fold("Caf\u{e9}"), fold("CAFE\u{301}"));
        assert_ne!(fold("cafe"), fold("café"));
    }
}
