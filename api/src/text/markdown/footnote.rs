//! Footnotes: numbered in order of reference, at the end of the text, with links in both directions.

use std::collections::{HashMap, VecDeque};

use pulldown_cmark::{CowStr, Event, Tag, TagEnd};
use uuid::Uuid;

use crate::text::fold;

/// How many references to one footnote it links back to. Those beyond are links to it all the same.
const MOST_BACK_LINKS: usize = 10;

/// The ids of the footnotes of one text.
///
/// While HTML is written, they start with a secret, so that HTML within the Markdown can't have them.
#[derive(Debug)]
pub struct Anchors {
    secret: String,
    prefix: String,
}

impl Anchors {
    /// Ids for the text of a node.
    #[must_use]
    pub fn new(of: Uuid) -> Self {
        // Its random bits are not visible.
        Self { secret: Uuid::now_v7().simple().to_string(), prefix: format!("fn-{}", of.simple()) }
    }

    /// The id that is shown for one as it was written here; none for an id that was not.
    pub fn shown(&self, written: &str) -> Option<String> {
        let place = written.strip_prefix(&self.secret)?;
        Some(format!("{}{place}", self.prefix))
    }

    fn note(&self, number: usize) -> String {
        format!("{}-{number}", self.secret)
    }

    fn reference(&self, number: usize, count: usize) -> String {
        format!("{}-{number}-ref-{count}", self.secret)
    }
}

/// Numbers and links the footnotes. Those that nothing refers to come last.
pub fn link<'a>(events: Vec<Event<'a>>, anchors: &Anchors) -> Vec<Event<'a>> {
    let (mut body, mut notes) = separate(events);
    if notes.is_empty() {
        return body;
    }
    let mut numbers = Numbers::default();
    numbers.refer(&mut body, anchors);
    let mut written: Vec<(usize, Vec<Event<'a>>)> = Vec::with_capacity(notes.len());
    let mut unused: VecDeque<String> = notes.iter().map(|note| note.label.clone()).collect();
    let mut by_label: HashMap<String, Vec<Event<'a>>> = HashMap::with_capacity(notes.len());
    for note in notes.drain(..) {
        // A label that is defined twice means its first definition.
        by_label.entry(note.label).or_insert(note.events);
    }
    loop {
        let label = numbers.waiting.pop_front().or_else(|| unused.pop_front());
        let Some(label) = label else { break };
        let Some(mut events) = by_label.remove(&label) else { continue };
        let number = numbers.number(&label);
        numbers.refer(&mut events, anchors);
        written.push((number, events));
    }
    written.sort_by_key(|(number, _)| *number);
    body.push(html("<hr />\n<ol>\n".into()));
    for (number, events) in written {
        body.push(html(format!("<li id=\"{}\">", anchors.note(number))));
        let back = back_links(anchors, number, numbers.counts[number - 1]);
        put_at_the_end(&mut body, events, back);
        body.push(html("</li>\n".into()));
    }
    body.push(html("</ol>\n".into()));
    body
}

struct Note<'a> {
    label: String,
    events: Vec<Event<'a>>,
}

/// The text without its footnotes, and the footnotes in the order of their definitions.
fn separate(events: Vec<Event<'_>>) -> (Vec<Event<'_>>, Vec<Note<'_>>) {
    let (mut body, mut notes, mut open) = (Vec::new(), Vec::new(), Vec::<Note<'_>>::new());
    for event in events {
        match event {
            Event::Start(Tag::FootnoteDefinition(label)) => open.push(Note { label: fold(&label), events: Vec::new() }),
            Event::End(TagEnd::FootnoteDefinition) => notes.extend(open.pop()),
            other => open.last_mut().map_or(&mut body, |note| &mut note.events).push(other),
        }
    }
    (body, notes)
}

#[derive(Default)]
struct Numbers {
    of: HashMap<String, usize>,
    /// How many references each number has.
    counts: Vec<usize>,
    /// The labels that got a number and whose notes are not written yet.
    waiting: VecDeque<String>,
}

impl Numbers {
    fn number(&mut self, label: &str) -> usize {
        if let Some(number) = self.of.get(label) {
            return *number;
        }
        self.counts.push(0);
        self.of.insert(label.to_owned(), self.counts.len());
        self.waiting.push_back(label.to_owned());
        self.counts.len()
    }

    /// Makes links of the references in some events.
    fn refer(&mut self, events: &mut [Event<'_>], anchors: &Anchors) {
        for event in events {
            let Event::FootnoteReference(label) = event else { continue };
            let number = self.number(&fold(label));
            let count = &mut self.counts[number - 1];
            *count += 1;
            let id = if *count <= MOST_BACK_LINKS {
                format!(" id=\"{}\"", anchors.reference(number, *count))
            } else {
                String::new()
            };
            *event = html(format!("<sup><a href=\"#{}\"{id}>{number}</a></sup>", anchors.note(number)));
        }
    }
}

fn back_links(anchors: &Anchors, number: usize, count: usize) -> String {
    (1..=count.min(MOST_BACK_LINKS))
        .map(|of| {
            let reference = anchors.reference(number, of);
            let (which, shown) =
                if of == 1 { (String::new(), String::new()) } else { (format!("-{of}"), format!("<sup>{of}</sup>")) };
            format!(" <a href=\"#{reference}\" aria-label=\"Back to reference {number}{which}\">↩{shown}</a>")
        })
        .collect()
}

/// The links back go into the last paragraph, where the note ends with one.
fn put_at_the_end<'a>(body: &mut Vec<Event<'a>>, mut events: Vec<Event<'a>>, back: String) {
    let end = events.pop_if(|event| *event == Event::End(TagEnd::Paragraph));
    body.extend(events);
    if !back.is_empty() {
        body.push(html(back));
    }
    body.extend(end);
}

fn html<'a>(text: String) -> Event<'a> {
    // In the text of an image, which has no tags, it is left out.
    Event::Html(CowStr::from(text))
}
