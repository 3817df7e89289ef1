//! Names by which entries of a program document refer to earlier ones.

use plenary_entity::enums::NodeType;
use uuid::Uuid;

use super::{
    program::Program,
    reader::{Entry, Placed},
};

/// A node that later entries can refer to.
#[derive(Clone, Copy)]
pub(super) struct Known {
    /// Its id.
    pub(super) id: Uuid,
    /// The event that it belongs to.
    pub(super) event_id: Option<Uuid>,
}

impl Program<'_> {
    pub(super) fn remember(&mut self, node_type: NodeType, name: String, id: Uuid, event_id: Option<Uuid>) {
        self.known.insert((node_type, name), Known { id, event_id });
    }

    pub(super) fn next_position(&mut self, list: &'static str, parent: Uuid) -> i32 {
        let next = self.positions.entry((list, parent)).or_default();
        *next += 1;
        *next - 1
    }

    /// The node that a name refers to, which must be an entry above.
    pub(super) fn find(&self, entry: &Entry<'_>, node_type: NodeType, name: &Placed) -> Option<Known> {
        let known = self.known.get(&(node_type, name.text.clone())).copied();
        if known.is_none() {
            let sort = format!("{node_type:?}").to_lowercase();
            entry.problem_at(&name.place, format!("`{}` names no {sort} above", name.text));
        }
        known
    }

    pub(super) fn find_all(&self, entry: &Entry<'_>, key: &'static str, node_type: NodeType) -> Option<Vec<Uuid>> {
        entry.texts(key).iter().map(|name| Some(self.find(entry, node_type, name)?.id)).collect()
    }

    pub(super) fn refer(&self, entry: &Entry<'_>, key: &'static str, node_type: NodeType) -> Option<Known> {
        self.find(entry, node_type, &entry.placed(key)?)
    }

    /// The node that a key refers to, if present. A name without a node gives none.
    #[expect(clippy::option_option, reason = "none at all, named and found, or named and not found")]
    pub(super) fn refer_if_any(
        &self,
        entry: &Entry<'_>,
        key: &'static str,
        node_type: NodeType,
    ) -> Option<Option<Known>> {
        entry.optional_placed(key).map_or(Some(None), |name| self.find(entry, node_type, &name).map(Some))
    }

    /// A table with a single key, which is the type of the node that its value names.
    pub(super) fn subject(&self, entry: &Entry<'_>) -> Option<(NodeType, Known)> {
        let sorts = [
            ("event", NodeType::Event),
            ("microconference", NodeType::Microconference),
            ("topic", NodeType::Topic),
            ("session", NodeType::Session),
            ("venue", NodeType::Venue),
            ("room", NodeType::Room),
            ("person", NodeType::Person),
        ];
        for (key, node_type) in sorts {
            if let Some(name) = entry.optional_placed(key) {
                return Some((node_type, self.find(entry, node_type, &name)?));
            }
        }
        entry.problem("it names nothing; give one of event, microconference, topic, session, venue, room, person");
        None
    }
}
