use std::collections::HashMap;

use html5ever::{QualName, local_name, ns, parse_fragment, tendril::TendrilSink};
use markup5ever_rcdom::{Handle, NodeData, RcDom};

use super::*;

const OF: Uuid = Uuid::from_u128(0x0193_7c5a);

fn shown(markdown: &str) -> String {
    markdown_to_html(markdown, OF)
}

/// Every element of some HTML, as a browser parses it, with its attributes.
fn elements(html: &str) -> Vec<(String, HashMap<String, String>)> {
    let body = QualName::new(None, ns!(html), local_name!("body"));
    let dom = parse_fragment(RcDom::default(), Default::default(), body, Vec::new(), false).one(html);
    // A node takes all that is in it along when it goes.
    let (mut elements, mut waiting): (_, Vec<Handle>) = (Vec::new(), vec![dom.document.clone()]);
    while let Some(node) = waiting.pop() {
        if let NodeData::Element { name, attrs, .. } = &node.data {
            let attributes = attrs.borrow();
            let attributes = attributes.iter().map(|of| (of.name.local.to_string(), of.value.to_string()));
            elements.push((name.local.to_string(), attributes.collect()));
        }
        waiting.extend(node.children.borrow().iter().rev().cloned());
    }
    elements
}

fn attributes(html: &str, name: &str) -> Vec<String> {
    elements(html).into_iter().filter_map(|(_, mut attributes)| attributes.remove(name)).collect()
}

/// Each link within the text leads to exactly one element of it. The number of such links.
fn links_within(html: &str) -> usize {
    let ids = attributes(html, "id");
    let links: Vec<String> =
        attributes(html, "href").iter().filter_map(|href| href.strip_prefix('#').map(Into::into)).collect();
    for link in &links {
        assert_eq!(ids.iter().filter(|id| *id == link).count(), 1, "{link} in {html}");
    }
    links.len()
}

#[test]
fn html_keeps_text_and_loses_scripts() {
    let html = shown(
        "**bold** <script>alert(1)</script><img src=x onerror=alert(2)> [x](javascript:alert(3)) \
         [y](https://example.org/) <style>p{}</style><svg><a xlink:href=javascript:alert(4)>z</a></svg> \
         <a href=\"jav&#x09;ascript:alert(5)\">v</a> <iframe src=javascript:alert(6)></iframe>",
    );
    assert!(html.contains("<strong>bold</strong>"));
    assert!(html.contains("href=\"https://example.org/\""));
    for gone in ["script", "onerror", "alert(1)", "style", "p{}", "svg", "iframe"] {
        assert!(!html.contains(gone), "{gone} is still in {html}");
    }
}

#[test]
fn links_have_the_schemes_of_url_fields() {
    for (scheme, url) in [
        ("https", "https://example.org/"),
        ("http", "http://example.org/"),
        ("irc", "irc://irc.example.org/plenary"),
        ("ircs", "ircs://irc.example.org/plenary"),
        ("matrix", "matrix:r/plenary:example.org"),
        ("mailto", "mailto:ada@example.org"),
    ] {
        assert!(URL_SCHEMES.contains(&scheme));
        for written in [format!("[a]({url})"), format!("<{url}>"), format!("<a href=\"{url}\">a</a>"), url.to_owned()] {
            assert_eq!(attributes(&shown(&written), "href"), [url], "{written}");
        }
    }
    for url in ["javascript:alert(1)", "data:text/html,a", "ftp://example.org/", "vbscript:a", "tel:+1"] {
        for written in [format!("[a]({url})"), format!("<{url}>"), format!("<a href=\"{url}\">a</a>"), url.to_owned()] {
            assert_eq!(attributes(&shown(&written), "href"), [""; 0], "{written}");
        }
    }
}

#[test]
fn bare_urls_are_linked_outside_links_and_code() {
    let links = |markdown: &str| attributes(&shown(markdown), "href");
    assert_eq!(
        links("See https://example.org/a_b_c, or **www.example.org**."),
        ["https://example.org/a_b_c", "http://www.example.org"]
    );
    assert_eq!(
        links("- ada@example.org\n\n| a |\n|-|\n| http://a.example |"),
        ["mailto:ada@example.org", "http://a.example"]
    );
    assert_eq!(links("`https://a.example`\n\n    https://b.example\n\n```\nhttps://c.example\n```"), [""; 0]);
    assert_eq!(links("[https://a.example](https://b.example)"), ["https://b.example"]);
    assert_eq!(links("<a href=\"https://b.example\">https://a.example</a>"), ["https://b.example"]);
    assert_eq!(links("<abbr>https://a.example</abbr>"), ["https://a.example"]);
    assert_eq!(attributes(&shown("![www.a.example](https://b.example/c.png)"), "alt"), ["www.a.example"]);
}

#[test]
fn footnotes_and_references_link_to_each_other() {
    let html = shown(
        "One[^a], two[^b] and one again[^a].\n\n[^b]: Second.\n[^a]: First, with a list:\n\n    - item[^c]\n\n[^c]: Third.",
    );
    let prefix = format!("fn-{}", OF.simple());
    assert!(attributes(&html, "id").iter().all(|id| id.starts_with(&prefix)), "{html}");
    assert_eq!(links_within(&html), 4 + 4, "as many ways back as there are references: {html}");
    let notes: Vec<_> = elements(&html)
        .into_iter()
        .filter(|(name, attributes)| name == "li" && attributes.contains_key("id"))
        .collect();
    assert_eq!(notes.len(), 3);
    assert!(html.find("First").is_some_and(|first| html.find("Second").is_some_and(|second| first < second)), "{html}");
}

#[test]
fn footnotes_of_several_texts_have_distinct_ids() {
    let markdown = "One[^1].\n\n[^1]: Note.";
    let page = shown(markdown) + &markdown_to_html(markdown, Uuid::from_u128(7));
    assert_eq!(links_within(&page), 4);
    assert_eq!(shown(markdown), shown(markdown), "a text is shown alike each time");
}

#[test]
fn footnotes_are_complete_for_any_text() {
    for (markdown, links) in [
        ("[^1][^1]\n\n[^1]: A [^1]: b", 6),
        ("[^A] [^ß] [^É]\n\n[^a]: 1\n[^SS]: 2\n[^é]: 3", 6),
        ("[^1]\n\n[^1]: a\n[^1]: b", 2),
        ("[^none]", 0),
        ("[^1]: unused[^2]\n[^2]: used", 2),
        ("> [^1]\n>\n> [^1]: in a quotation", 2),
        ("![a[^1]](https://example.org/a.png)\n\n[^1]: a", 2),
        ("# [^1]\n\n|[^1]|\n|-|\n|[^1]|\n\n[^1]: ```\n    a", 6),
        ("[^1]\n\n[^1]:", 2),
    ] {
        assert_eq!(links_within(&shown(markdown)), links, "{markdown}");
    }
    let html = shown(&format!("{}\n\n[^1]: a", "[^1] ".repeat(30)));
    assert_eq!(links_within(&html), 30 + 10);
}

#[test]
fn html_in_markdown_has_no_ids() {
    let id = format!("fn-{}-1", OF.simple());
    let html =
        shown(&format!("<li id=\"{id}\">a</li><a id=\"{id}\" name=\"{id}\">b</a><p id=x>c</p>\n\nd[^1]\n\n[^1]: e"));
    assert_eq!(links_within(&html), 2);
    assert_eq!(attributes(&html, "id").len(), 2, "{html}");
    assert_eq!(attributes(&html, "name"), [""; 0]);
}

#[test]
fn html_in_markdown_is_balanced() {
    assert_eq!(shown("<b>a\n\nb"), "<p><b>a</b></p>\n<p>b</p>\n");
    assert_eq!(shown("<div>\n\n**a**\n\n</div>"), "<div>\n<p><strong>a</strong></p>\n</div>");
    assert_eq!(shown("<ul><li>a<li>b</ul>\n"), "<ul><li>a</li><li>b</li></ul>\n");
    assert_eq!(shown("a</b></div>b &amp;lt; <br>c"), "<p>ab &amp;lt; <br>c</p>\n");
}

/// Input that is designed to be costly is not: it used to take seconds, in which the server was blocked.
///
/// The number of elements and the depth are bounded, which is what the time depends on.
#[test]
fn hostile_markdown_is_cheap() {
    const LENGTH: usize = 64 * 1024;
    let mut texts: Vec<String> = [
        "[",
        "![",
        "*a ",
        "**a *b ",
        "_a_",
        "`a",
        "> ",
        ">",
        "- ",
        "1. ",
        "[a](",
        "[](<",
        "![[]()",
        "[^1]",
        "<",
        "<b>",
        "<div>",
        "<p>",
        "<a href=x>",
        "<table><tr><td>",
        "<!--",
        "<b></i>",
        "<li>",
        "&",
        "~~a ",
        "a\n\n",
        "www.",
        "http://[",
        "a@",
        "a@b.c ",
        "https://a.b/).",
        "[^1]: a[^1]\n",
        "<svg><b>",
        "<textarea>",
    ]
    .iter()
    .map(|part| part.repeat(LENGTH / part.len()))
    .collect();
    let open: String = (0..1000).map(|n| format!("<b title={n}>")).collect();
    texts.extend(
        ["<p>", "<li>a", "\n\na", "<td>a", "<h1>a</h1>", "<a href=x>a"]
            .map(|part| open.clone() + &part.repeat(LENGTH / 2 / part.len())),
    );
    texts.push("|a".repeat(8_000) + "\n" + &"|-".repeat(8_000) + "\n" + &"|a\n".repeat(10_000));
    texts.push("[".repeat(LENGTH / 2) + &"]".repeat(LENGTH / 2));
    texts.push("[".repeat(LENGTH / 4) + &"](a)".repeat(LENGTH / 5));
    for text in texts {
        let html = shown(&text);
        let start: String = text.chars().take(20).collect();
        assert!(html.len() < 32 * LENGTH, "{start} has {} bytes", html.len());
        let mut depth = 0_usize;
        let deepest = html.match_indices('<').map(|(place, _)| {
            let tag = &html[place + 1..];
            if tag.starts_with('/') {
                depth = depth.saturating_sub(1)
            } else if !["br", "hr", "img", "wbr"].iter().any(|void| tag.starts_with(void)) {
                depth += 1
            }
            depth
        });
        // The parser puts bodies into tables.
        assert!(deepest.max().unwrap_or_default() <= 2 * bounds::DEEPEST, "{start} is too deep");
    }
}
