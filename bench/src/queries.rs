//! The queries: documents in `queries/`, with variables that cover the events.

use std::fmt;

use clap::ValueEnum;
use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    Result,
    client::{Connection, post},
    grid,
};

/// How many sets of variables a query has at most.
const VARIETY: usize = 50;
/// Words that many titles have.
const COMMON_WORDS: [&str; 8] = ["kernel", "memory", "driver", "scheduler", "latency", "testing", "support", "tracing"];

/// A query that is measured.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Query {
    /// An event by its slug, with dates and venue.
    Event,
    /// A page of events.
    Events,
    /// The full program of an event.
    Program,
    /// The sessions of two days, with room and people.
    Sessions,
    /// The microconferences with their sessions, rooms and people.
    Tracks,
    /// The schedule of a day with 1,000 slots.
    Grid,
    /// The conflicts in a draft with 1,000 slots, as an editor.
    Conflicts,
    /// A person with their latest credits.
    Person,
    /// Topics by a word that a few of them have in the title.
    Search,
    /// Topics by a word that many of them have in the title.
    SearchCommon,
    /// Topics by two letters, which the text index does not know.
    SearchShort,
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_possible_value().map_or(Ok(()), |value| f.write_str(value.get_name()))
    }
}

/// The content of the database that variables refer to.
pub struct Known {
    /// Some events, over all of the list: slug, and a range of time that has all sessions.
    events: Vec<(String, Value)>,
    /// How many events there are.
    count: usize,
    /// The cursors between pages.
    cursors: Vec<Value>,
    /// The ID of an event.
    pub event_id: String,
}

impl Known {
    /// The slug of an event.
    pub fn slug(&self) -> &str {
        self.events.first().map_or("", |(slug, _)| slug)
    }
}

impl Query {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Event,
        Self::Events,
        Self::Program,
        Self::Sessions,
        Self::Tracks,
        Self::Grid,
        Self::Conflicts,
        Self::Person,
        Self::Search,
        Self::SearchCommon,
        Self::SearchShort,
    ];

    /// Its document.
    const fn document(self) -> &'static str {
        match self {
            Self::Event => include_str!("../queries/event.graphql"),
            Self::Events => include_str!("../queries/events.graphql"),
            Self::Program => include_str!("../queries/program.graphql"),
            Self::Sessions => include_str!("../queries/sessions.graphql"),
            Self::Tracks => include_str!("../queries/tracks.graphql"),
            Self::Grid => include_str!("../queries/grid.graphql"),
            Self::Conflicts => include_str!("../queries/conflicts.graphql"),
            Self::Person => include_str!("../queries/person.graphql"),
            Self::Search | Self::SearchCommon | Self::SearchShort => include_str!("../queries/search.graphql"),
        }
    }

    /// Whether it finds nothing for those who may not read drafts.
    pub const fn needs_token(self) -> bool {
        matches!(self, Self::Conflicts)
    }

    /// The bodies of its requests.
    pub fn bodies(self, known: &Known) -> Vec<String> {
        let events = known.events.iter();
        let variables: Vec<Value> = match self {
            Self::Event | Self::Program | Self::Tracks => events.map(|(slug, _)| json!({ "slug": slug })).collect(),
            Self::Events => known.cursors.iter().map(|cursor| json!({ "after": cursor })).collect(),
            Self::Sessions => events.map(|(slug, days)| json!({ "slug": slug, "days": days })).collect(),
            Self::Grid | Self::Conflicts => vec![json!({ "slug": grid::SLUG })],
            Self::Person => (1..=VARIETY).map(|number| json!({ "slug": format!("person-{number}") })).collect(),
            Self::Search => {
                let word = |number: usize| plenary::demo::generated::rare_word(number);
                spread(known.count).map(|number| json!({ "word": word(number) })).collect()
            }
            Self::SearchCommon => COMMON_WORDS.map(|word| json!({ "word": word })).into(),
            Self::SearchShort => COMMON_WORDS.map(|word| json!({ "word": &word[..2] })).into(),
        };
        let body = |variables: Value| json!({ "query": self.document(), "variables": variables }).to_string();
        variables.into_iter().map(body).collect()
    }
}

/// Numbers below another one, as far apart as may be.
fn spread(end: usize) -> impl Iterator<Item = usize> {
    let many = end.min(VARIETY);
    (0..many).map(move |number| number * end / many)
}

const PAGE_OF_ALL: &str = "query ($after: String) { events(first: 20, after: $after) { \
    nodes { id slug dates { startsOn endsOn } } pageInfo { hasNextPage endCursor } } }";

impl Known {
    /// Asks the API.
    pub async fn ask(connection: &mut Connection) -> Result<Self> {
        let (mut events, mut cursors) = (Vec::new(), Vec::new());
        let (mut after, mut event_id) = (Value::Null, String::new());
        loop {
            let body = json!({ "query": PAGE_OF_ALL, "variables": { "after": after } }).to_string();
            let answer: Value = serde_json::from_slice(connection.ask(&post("/graphql", &body, None)).await?.body)?;
            let page = &answer["data"]["events"];
            cursors.push(after);
            for event in page["nodes"].as_array().ok_or("a page without nodes")? {
                if event["slug"] == grid::SLUG {
                    continue;
                }
                event_id = event["id"].as_str().ok_or("an event without an ID")?.into();
                events.push(slug_and_days(event)?);
            }
            if page["pageInfo"]["hasNextPage"] != true {
                break;
            }
            after = page["pageInfo"]["endCursor"].clone();
        }
        let count = events.len();
        Ok(Self {
            events: spread(count).map(|number| events[number].clone()).collect(),
            cursors: spread(cursors.len()).map(|number| cursors[number].clone()).collect(),
            count,
            event_id,
        })
    }
}

/// The days of an event, with a day before and after for the offset of its zone from UTC.
fn slug_and_days(event: &Value) -> Result<(String, Value)> {
    let day = |name: &str| -> Result<chrono::NaiveDate> {
        Ok(event["dates"][name].as_str().ok_or("an event without days")?.parse()?)
    };
    let from = day("startsOn")?.pred_opt().ok_or("a day before all others")?;
    let to = (day("endsOn")? + chrono::Days::new(2)).to_string();
    let days = json!({ "from": format!("{from}T00:00:00Z"), "to": format!("{to}T00:00:00Z") });
    Ok((event["slug"].as_str().ok_or("an event without a slug")?.to_owned(), days))
}
