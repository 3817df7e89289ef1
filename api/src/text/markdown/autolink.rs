//! Autolinks of bare URLs and e-mail addresses, as in [GitHub Flavored
//! Markdown](https://github.github.com/gfm/#autolinks-extension-), for all allowed schemes.

use pulldown_cmark::{CowStr, Event, LinkType, Tag, TagEnd};

use crate::text::link;

/// Prefixes of bare URLs. All but the last are followed by a host; `matrix:` by the name of a room or user.
const STARTS: [&str; 7] = ["https://", "http://", "ircs://", "irc://", "mailto:", "matrix:", "www."];

/// Links the URLs in texts that are in no link yet.
pub fn link<'a>(events: impl Iterator<Item = Event<'a>>) -> Vec<Event<'a>> {
    // How many links, images and code blocks are open, and whether a link that is written as HTML is.
    let (mut depth, mut is_in_html_link) = (0_usize, false);
    let mut linked = Vec::new();
    for event in events {
        match &event {
            Event::Start(Tag::Link { .. } | Tag::Image { .. } | Tag::CodeBlock(_)) => depth += 1,
            Event::End(TagEnd::Link | TagEnd::Image | TagEnd::CodeBlock) => depth = depth.saturating_sub(1),
            Event::End(TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::TableCell) => is_in_html_link = false,
            Event::InlineHtml(tag) => is_in_html_link = anchor(tag).unwrap_or(is_in_html_link),
            Event::Text(text) if depth == 0 && !is_in_html_link => {
                let links = find(text);
                if !links.is_empty() {
                    split(&mut linked, text, &links);
                    continue;
                }
            }
            _ => {}
        }
        linked.push(event);
    }
    linked
}

/// Whether a tag is the start of a link, or the end of one; none for any other tag.
fn anchor(tag: &str) -> Option<bool> {
    let (is_start, name) = tag.strip_prefix("</").map_or_else(|| (true, tag.get(1..)), |name| (false, Some(name)));
    let name = name?.split(|letter: char| !letter.is_ascii_alphanumeric()).next()?;
    name.eq_ignore_ascii_case("a").then_some(is_start)
}

/// A part of a text, and the target of its link.
#[derive(Debug, PartialEq, Eq)]
struct Autolink {
    start: usize,
    end: usize,
    target: String,
}

fn split(events: &mut Vec<Event<'_>>, text: &str, links: &[Autolink]) {
    let owned = |part: &str| Event::Text(CowStr::from(part.to_owned()));
    let mut place = 0;
    for found in links {
        if place < found.start {
            events.push(owned(&text[place..found.start]));
        }
        events.push(Event::Start(Tag::Link {
            link_type: LinkType::Inline,
            dest_url: found.target.clone().into(),
            title: "".into(),
            id: "".into(),
        }));
        events.push(owned(&text[found.start..found.end]));
        events.push(Event::End(TagEnd::Link));
        place = found.end;
    }
    if place < text.len() {
        events.push(owned(&text[place..]));
    }
}

/// The links in a text, from left to right. Each byte is looked at a fixed number of times.
fn find(text: &str) -> Vec<Autolink> {
    let mut links = Vec::new();
    // Where the part that has not been searched starts.
    let mut from = 0;
    while let Some(place) = text[from..].find([':', '@', '.']).map(|offset| from + offset) {
        let next = match &text[place..=place] {
            "@" => email(text, from, place),
            _ => url(text, from, place),
        };
        from = match next {
            Ok(found) => {
                let end = found.end;
                links.push(found);
                end
            }
            Err(end) => end,
        };
    }
    links
}

/// The URL whose scheme, or `www`, ends at a place; else where to search on.
fn url(text: &str, from: usize, place: usize) -> Result<Autolink, usize> {
    let starts = STARTS.iter().find_map(|start| {
        let name = start.find([':', '.']).unwrap_or_default();
        let begin = place.checked_sub(name).filter(|begin| *begin >= from)?;
        let given = text.get(begin..begin + start.len())?;
        given.eq_ignore_ascii_case(start).then_some((begin, *start))
    });
    let Some((begin, start)) = starts else { return Err(place + 1) };
    if text[..begin].ends_with(|before: char| before.is_alphanumeric()) {
        return Err(place + 1);
    }
    let rest = &text[begin..];
    let length = rest.find(|letter: char| letter.is_whitespace() || letter == '<').unwrap_or(rest.len());
    // Nothing else is looked for in what is no link, so that no part is searched twice.
    let whole = begin + length;
    let shown = trim(&rest[..length]);
    let target = if start == "www." { format!("http://{shown}") } else { shown.to_owned() };
    // Trimming may have reached into the start.
    let name = shown.get(start.len()..).unwrap_or_default();
    let is_right = match start {
        "mailto:" => is_email(name),
        "matrix:" => ["r/", "u/", "roomid/"].iter().any(|kind| name.starts_with(kind)),
        "www." => name.starts_with(char::is_alphanumeric) && name.contains('.'),
        _ => name.starts_with(|letter: char| letter.is_alphanumeric() || letter == '['),
    };
    if is_right && shown.len() <= link::LONGEST_URL && link::parse(&target).is_ok() {
        return Ok(Autolink { start: begin, end: begin + shown.len(), target });
    }
    Err(whole)
}

/// The e-mail address around an `@`; else where to search on.
fn email(text: &str, from: usize, place: usize) -> Result<Autolink, usize> {
    let is_local = |letter: char| letter.is_ascii_alphanumeric() || ".+-_".contains(letter);
    let start = from + text[from..place].trim_end_matches(is_local).len();
    let rest = &text[place + 1..];
    let domain =
        rest.find(|letter: char| !letter.is_ascii_alphanumeric() && !".-_".contains(letter)).unwrap_or(rest.len());
    let end = place + 1 + rest[..domain].trim_end_matches('.').len();
    let address = &text[start..end];
    if is_email(address) && !text[..start].ends_with(|before: char| before.is_alphanumeric()) {
        return Ok(Autolink { start, end, target: format!("mailto:{address}") });
    }
    Err(place + 1 + domain)
}

fn is_email(address: &str) -> bool {
    let Some((local, domain)) = address.split_once('@') else { return false };
    let is_of = |text: &str, others: &str| {
        !text.is_empty() && text.chars().all(|letter| letter.is_ascii_alphanumeric() || others.contains(letter))
    };
    let is_domain = domain.contains('.') && domain.split('.').all(|label| is_of(label, "-_"));
    address.len() <= 254 && is_of(local, ".+-_") && is_domain && !domain.ends_with(['-', '_'])
}

/// A URL without the punctuation after it, which is of the sentence: also brackets that it does not open.
fn trim(mut url: &str) -> &str {
    let count = |bracket: char| url.matches(bracket).count();
    let mut unopened =
        [('(', ')'), ('[', ']'), ('{', '}')].map(|(open, close)| (close, count(close).saturating_sub(count(open))));
    while let Some(last) = url.chars().next_back() {
        let surplus = unopened.iter_mut().find(|(close, _)| *close == last);
        let is_outside = match surplus {
            Some((_, 0)) => false,
            Some((_, more)) => {
                *more -= 1;
                true
            }
            None => {
                matches!(last, '?' | '!' | '.' | ',' | ':' | ';' | '*' | '_' | '~' | '\'' | '"' | '’' | '”' | '»' | '…')
            }
        };
        if !is_outside {
            break;
        }
        url = &url[..url.len() - last.len_utf8()];
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(&str, String)> {
        find(text).into_iter().map(|found| (&text[found.start..found.end], found.target)).collect()
    }

    #[test]
    fn bare_urls_are_links() {
        let rows = [
            ("see https://example.org/a_b?c=d&e#f.", "https://example.org/a_b?c=d&e#f", ""),
            ("(https://example.org/a_(b))", "https://example.org/a_(b)", ""),
            ("\"HTTP://Example.org\", he said", "HTTP://Example.org", ""),
            ("www.example.org!", "www.example.org", "http://www.example.org"),
            ("irc://irc.example.org/#real-time;", "irc://irc.example.org/#real-time", ""),
            ("[matrix:r/real-time:example.org]", "matrix:r/real-time:example.org", ""),
            ("mailto:ada@example.org.", "mailto:ada@example.org", ""),
            ("to ada+b@example.co.uk, or", "ada+b@example.co.uk", "mailto:ada+b@example.co.uk"),
            ("http://localhost:8080/a", "http://localhost:8080/a", ""),
            ("http://[2001:db8::1]/", "http://[2001:db8::1]/", ""),
            ("in https://bücher.example/ü …", "https://bücher.example/ü", ""),
        ];
        for (text, shown, target) in rows {
            let target = if target.is_empty() { shown } else { target };
            assert_eq!(found(text), [(shown, target.to_owned())], "{text}");
        }
        assert_eq!(found("https://a.example, www.b.example and c@d.example").len(), 3);
    }

    #[test]
    fn other_text_is_not_linked() {
        for text in [
            "javascript:alert(1)",
            "xhttps://example.org",
            "https://",
            "https://<",
            "http://?",
            "www.",
            "www..",
            "awww.example.org",
            "a@b",
            "@ada",
            "a@b.",
            "a@-",
            "matrix:",
            "matrix:x",
            "mailto:",
            "mailto:a",
            "std::http://",
            "ftp://example.org/",
            "é@b.example",
            "https://exa[mple/",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }
}
