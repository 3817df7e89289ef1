//! Renders Markdown as sanitized HTML.
//!
//! Markdown is parsed into events. `footnote` and `autolink` rewrite some of them; the events are then written as
//! HTML, which `bounds` keeps shallow and balanced, and `ammonia` sanitizes.

mod autolink;
mod bounds;
mod footnote;

use std::{collections::HashSet, sync::LazyLock};

use ammonia::Builder;
use pulldown_cmark::{Event, Options, Parser, TextMergeStream, html};
use uuid::Uuid;

use self::footnote::Anchors;
use super::link::URL_SCHEMES;

static SANITIZER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::default();
    builder
        .link_rel(Some("noopener noreferrer nofollow"))
        .url_schemes(URL_SCHEMES.into())
        // Ids are those of footnotes: `bounds` has removed all others.
        .add_tag_attributes("a", ["aria-label", "id"])
        .add_tag_attributes("li", ["id"]);
    builder
});

/// The elements that the sanitizer keeps.
static TAGS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| SANITIZER.clone_tags());

/// Markdown (CommonMark with tables, strikethrough, footnotes, and links of bare URLs, as GitHub has them) as HTML that
/// is safe to put into a page: scripts, event handlers, styles, frames, ids and links of other schemes than
/// [`URL_SCHEMES`] are removed. Links carry `rel="noopener noreferrer nofollow"`.
///
/// Footnotes are anchored by ids that start with `fn-` and the key of the node that the text is `of`, so that several
/// texts fit into one page.
///
/// The time only depends on the length of the text.
#[must_use]
pub fn markdown_to_html(markdown: &str, of: Uuid) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_STRIKETHROUGH;
    let anchors = Anchors::new(of);
    // Further events have no source: they are the missing cells of tables.
    let events = TextMergeStream::new(Parser::new_ext(markdown, options)).take(3 * markdown.len() + 10);
    let events = footnote::link(autolink::link(events), &anchors);
    let is_within_bounds = is_within_bounds(&events);
    let mut rendered = String::with_capacity(markdown.len() * 3 / 2);
    html::push_html(&mut rendered, events.into_iter());
    if !is_within_bounds {
        rendered = bounds::bound(&rendered, &TAGS, &anchors);
    }
    SANITIZER.clean(&rendered).to_string()
}

/// Whether events have no HTML of their own, which may be unbalanced, and are as shallow and few as most are.
fn is_within_bounds(events: &[Event<'_>]) -> bool {
    let (mut depth, mut deepest) = (0_usize, 0);
    for event in events {
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            Event::Html(_) | Event::InlineHtml(_) => return false,
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest <= bounds::DEEPEST && events.len() <= bounds::MOST_ELEMENTS
}

#[cfg(test)]
mod tests;
