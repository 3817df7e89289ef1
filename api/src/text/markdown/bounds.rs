//! Limits HTML before it is parsed into a tree, since the cost of parsing could grow with the square of its nesting, or
//! with unclosed formatting times the paragraphs after it.
//!
//! The result is balanced and no deeper than [`DEEPEST`]. Deeper tags are dropped, and their content is kept.

use std::{
    cell::RefCell,
    collections::{HashMap, HashSet},
};

use html5ever::{
    LocalName,
    tendril::StrTendril,
    tokenizer::{
        BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
        states::RawKind::{self, Rawtext, ScriptData},
    },
};

use super::footnote::Anchors;

/// How many elements may be within each other.
pub const DEEPEST: usize = 100;
/// How many elements a text may have.
pub const MOST_ELEMENTS: usize = 20_000;

/// Elements without content.
const VOID: [&str; 6] = ["area", "br", "col", "hr", "img", "wbr"];
/// Elements that end a paragraph where they start.
const BLOCKS: [&str; 29] = [
    "article",
    "aside",
    "blockquote",
    "center",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "figcaption",
    "figure",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "hr",
    "li",
    "nav",
    "ol",
    "p",
    "pre",
    "summary",
    "table",
    "ul",
];

/// HTML with only the elements of `tags`, within limits. Of the IDs, those of footnotes are kept, in their final form.
#[must_use]
pub fn bound(html: &str, tags: &HashSet<&str>, anchors: &Anchors) -> String {
    let written = Output { html: String::with_capacity(html.len()), ..Output::default() };
    let tokenizer = Tokenizer::new(Sink { tags, anchors, written: RefCell::new(written) }, TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(html));
    // The parser stops early for scripts to run, and none is run.
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    let mut written = tokenizer.sink.written.into_inner();
    written.close_down_to(0);
    written.html
}

struct Sink<'a> {
    tags: &'a HashSet<&'a str>,
    anchors: &'a Anchors,
    written: RefCell<Output>,
}

#[derive(Default)]
struct Output {
    html: String,
    /// The elements that are open, outermost first. Those beyond [`DEEPEST`] are not written.
    open: Vec<LocalName>,
    /// How many elements of each name are open.
    counts: HashMap<LocalName, usize>,
    elements: usize,
    /// The element whose content is dropped.
    dropping: Option<LocalName>,
}

impl TokenSink for Sink<'_> {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut written = self.written.borrow_mut();
        match token {
            Token::CharacterTokens(text) if written.dropping.is_none() => escape(&mut written.html, &text),
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => {
                if let Some(kind) = raw(&tag.name) {
                    written.dropping = Some(tag.name);
                    return TokenSinkResult::RawData(kind);
                }
                if self.tags.contains(&*tag.name) {
                    written.start(&tag, self.anchors);
                }
            }
            Token::TagToken(tag) => {
                if written.dropping.as_ref() == Some(&tag.name) {
                    written.dropping = None;
                } else {
                    written.end(&tag.name);
                }
            }
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

/// How to read the content of an element that is dropped with its content.
fn raw(name: &LocalName) -> Option<RawKind> {
    match &**name {
        "script" => Some(ScriptData),
        "style" => Some(Rawtext),
        _ => None,
    }
}

impl Output {
    fn start(&mut self, tag: &Tag, anchors: &Anchors) {
        if self.elements >= MOST_ELEMENTS {
            return;
        }
        let name = &*tag.name;
        self.end_implied(name);
        let is_void = VOID.contains(&name);
        if self.open.len() < DEEPEST {
            self.elements += 1;
            self.write(tag, anchors);
        }
        if !is_void {
            *self.counts.entry(tag.name.clone()).or_default() += 1;
            self.open.push(tag.name.clone());
        }
    }

    fn write(&mut self, tag: &Tag, anchors: &Anchors) {
        self.html.push('<');
        self.html.push_str(&tag.name);
        for attribute in &tag.attrs {
            let (name, value) = (&*attribute.name.local, &*attribute.value);
            let shown = match name {
                "id" => anchors.shown(value),
                "href" => value.strip_prefix('#').and_then(|id| anchors.shown(id)).map(|id| format!("#{id}")),
                _ => None,
            };
            let is_plain = name.bytes().all(|letter| letter.is_ascii_alphanumeric() || letter == b'-');
            if !is_plain || (name == "id" && shown.is_none()) {
                continue;
            }
            self.html.push(' ');
            self.html.push_str(name);
            self.html.push_str("=\"");
            escape(&mut self.html, shown.as_deref().unwrap_or(value));
            self.html.push('"');
        }
        self.html.push('>');
    }

    /// Ends the list item and the paragraph that the start of an element implicitly ends.
    fn end_implied(&mut self, name: &str) {
        // Nothing is written there.
        if self.open.len() > DEEPEST {
            return;
        }
        let innermost = |open: &[LocalName], names: &[&str]| open.iter().rposition(|open| names.contains(&&**open));
        if name == "li"
            && let Some(place) = innermost(&self.open, &["li", "ol", "ul"])
            && &*self.open[place] == "li"
        {
            self.close_down_to(place);
        }
        if BLOCKS.contains(&name)
            && let Some(place) = innermost(&self.open, &["p"])
        {
            self.close_down_to(place);
        }
    }

    fn end(&mut self, name: &LocalName) {
        // An end without a start is dropped. This is found out without looking through all that is open.
        if self.counts.get(name).is_none_or(|count| *count == 0) {
            return;
        }
        if let Some(place) = self.open.iter().rposition(|open| open == name) {
            self.close_down_to(place);
        }
    }

    fn close_down_to(&mut self, place: usize) {
        while self.open.len() > place {
            let Some(name) = self.open.pop() else { return };
            if self.open.len() < DEEPEST {
                self.html.push_str("</");
                self.html.push_str(&name);
                self.html.push('>');
            }
            if let Some(count) = self.counts.get_mut(&name) {
                *count -= 1;
            }
        }
    }
}

fn escape(html: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            other => html.push(other),
        }
    }
}
