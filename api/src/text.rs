//! What is done to the texts of people: folding for search and order, and Markdown to safe HTML.

use icu_casemap::CaseMapper;
use icu_normalizer::ComposingNormalizer;
use pulldown_cmark::{Options, Parser, html};

/// The form in which texts are compared, ordered and searched: composed (NFC) and case-folded by
/// Unicode's rules, so that both databases, which know nothing of either, agree.
#[must_use]
pub fn fold(text: &str) -> String {
    let composed = ComposingNormalizer::new_nfc().normalize(text);
    CaseMapper::new().fold_string(&composed).into_owned()
}

/// Markdown (CommonMark with tables, footnotes and strikethrough) as HTML that is safe to put into a
/// page: scripts, event handlers, styles, frames and links of odd schemes are gone. Links carry
/// `rel="noopener noreferrer nofollow"`.
#[must_use]
pub fn markdown_to_html(markdown: &str) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_STRIKETHROUGH;
    let mut rendered = String::with_capacity(markdown.len() * 3 / 2);
    html::push_html(&mut rendered, Parser::new_ext(markdown, options));
    ammonia::Builder::default()
        .link_rel(Some("noopener noreferrer nofollow"))
        .url_schemes(["http", "https", "mailto"].into())
        .clean(&rendered)
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_joins_what_people_see_as_the_same_letters() {
        assert_eq!(fold("STRASSE"), fold("Straße"));
        assert_eq!(fold("Caf\u{e9}"), fold("CAFE\u{301}"));
        assert_ne!(fold("cafe"), fold("café"));
    }

    #[test]
    fn html_keeps_the_text_and_loses_what_could_run() {
        let html = markdown_to_html(
            "**bold** <script>alert(1)</script><img src=x onerror=alert(2)> [x](javascript:alert(3)) \
             [y](https://example.org/)",
        );
        assert!(html.contains("<strong>bold</strong>"));
        assert!(html.contains("href=\"https://example.org/\""));
        for gone in ["script", "onerror", "javascript", "alert(1)"] {
            assert!(!html.contains(gone), "{gone} is still in {html}");
        }
    }
}
