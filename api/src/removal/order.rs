//! In which order things are deleted: each while all that it refers to is still there, so that the log tells of it as it
//! was.

use std::collections::{HashMap, HashSet, VecDeque};

use uuid::Uuid;

use super::{Thing, holder::Holder};

/// Puts what refers to others before these. Where topics refer to each other in a circle, those are given too that must
/// let go first.
pub fn referrers_first(mut things: Vec<Thing>) -> (Vec<Thing>, Vec<Holder>) {
    things.sort_by_key(turn);
    let ids: HashSet<Uuid> = things.iter().map(|thing| thing.node().1).collect();
    // How many refer to each of them among those of its table.
    let mut referrers: HashMap<Uuid, usize> = HashMap::new();
    for thing in &things {
        for other in named_by(thing).into_iter().flatten().filter(|other| ids.contains(other)) {
            *referrers.entry(other).or_default() += 1;
        }
    }
    let mut ordered = Vec::with_capacity(things.len());
    let mut circle = Vec::new();
    let mut rest = things.into_iter().peekable();
    while let Some(next) = rest.peek().map(turn) {
        let mut waiting = HashMap::new();
        let mut free = VecDeque::new();
        while let Some(thing) = rest.next_if(|thing| turn(thing) == next) {
            if referrers.contains_key(&thing.node().1) {
                waiting.insert(thing.node().1, thing);
            } else {
                free.push_back(thing);
            }
        }
        while !(free.is_empty() && waiting.is_empty()) {
            let Some(thing) = free.pop_front() else {
                circle.extend(break_circle(&mut waiting, &mut referrers, &mut free));
                continue;
            };
            for other in named_by(&thing).into_iter().flatten() {
                release(other, &mut waiting, &mut referrers, &mut free);
            }
            ordered.push(thing);
        }
    }
    (ordered, circle)
}

/// One refers less to a thing; once none does, it is free to go.
fn release(
    id: Uuid,
    waiting: &mut HashMap<Uuid, Thing>,
    referrers: &mut HashMap<Uuid, usize>,
    free: &mut VecDeque<Thing>,
) {
    let Some(count) = referrers.get_mut(&id) else { return };
    *count -= 1;
    if *count == 0 {
        referrers.remove(&id);
        free.extend(waiting.remove(&id));
    }
}

/// Makes topics that stand in a circle let go of the topics that they take up again: what is left are trees.
fn break_circle(
    waiting: &mut HashMap<Uuid, Thing>,
    referrers: &mut HashMap<Uuid, usize>,
    free: &mut VecDeque<Thing>,
) -> Vec<Holder> {
    let mut circle = Vec::new();
    for thing in waiting.values_mut() {
        if let Thing::Topic(row) = thing
            && row.continues_id.is_some()
        {
            circle.push((row.continues_id.take(), row.clone()));
        }
    }
    if circle.is_empty() {
        // No other sort of thing can stand in one; the database would say so.
        referrers.clear();
        free.extend(waiting.drain().map(|(_, thing)| thing));
    }
    let mut holders = Vec::with_capacity(circle.len());
    for (continues_id, row) in circle {
        if let Some(other) = continues_id {
            release(other, waiting, referrers, free);
        }
        holders.push(Holder::Topic(plenary_entity::topic::Model { continues_id, ..row }));
    }
    holders
}

/// What a thing names of its own table, and can't outlive.
fn named_by(thing: &Thing) -> [Option<Uuid>; 2] {
    match thing {
        Thing::Topic(row) => [row.parent_id, row.continues_id],
        Thing::Announcement(row) => [row.supersedes_id, None],
        _ => [None, None],
    }
}

/// When it is a thing's turn to go: what refers to others goes before them, since the database would take the reference
/// along without a word in the log.
const fn turn(thing: &Thing) -> u8 {
    match thing {
        Thing::VideoLink(_) => 0,
        Thing::ChatLink(_) | Thing::Credit(_) | Thing::Reference(_) | Thing::Grant(_) | Thing::Slot(_) => 1,
        Thing::EventChange(_) => 2,
        Thing::Announcement(_) => 3,
        Thing::Accomplishment(_) | Thing::Session(_) => 4,
        Thing::Topic(_) => 5,
        Thing::Schedule(_) => 6,
        Thing::Microconference(_) | Thing::Room(_) => 7,
        Thing::Venue(_) | Thing::Person(_) | Thing::Event(_) => 8,
        Thing::Series(_) => 9,
    }
}
