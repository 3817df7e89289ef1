//! Node IDs: `topic_01h455vb4pex5vsknk084sn02q`, a UUIDv7 as a TypeID (<https://github.com/jetify-com/typeid>, 0.3).
//! The prefix is the type of the node.

use async_graphql::ID;
use plenary_entity::enums::NodeType;
use type_safe_id::{DynamicType, TypeSafeId};
use uuid::Uuid;

use crate::error::{Fault, Result};

/// The ID of a node as clients see it.
#[must_use]
pub fn encode(node_type: NodeType, id: Uuid) -> ID {
    with_prefix(node_type.prefix(), id)
}

/// A transaction as clients see it. It can't be looked up.
#[must_use]
pub fn of_transaction(id: Uuid) -> ID {
    with_prefix("transaction", id)
}

fn with_prefix(prefix: &str, id: Uuid) -> ID {
    let mut written = Vec::new();
    write(prefix, id, &mut written);
    String::from_utf8_lossy(&written).into_owned().into()
}

/// Writes an id as clients see it: the prefix, and the 128 bits in Crockford's base 32. An answer holds thousands of
/// them.
pub fn write(prefix: &str, id: Uuid, out: &mut Vec<u8>) {
    const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    out.extend_from_slice(prefix.as_bytes());
    out.push(b'_');
    let bits = id.as_u128();
    out.extend((0..26).rev().map(|place| ALPHABET[(bits >> (5 * place)) as usize & 31]));
}

/// The type of node of an ID, and its key.
///
/// # Errors
///
/// When it is no id of ours.
pub fn decode(id: &str) -> Result<(NodeType, Uuid)> {
    let malformed = || {
        Fault::bad_input(format!(
            "`{}` is not a valid ID. An ID looks like `event_01h455vb4pex5vsknk084sn02q`; use the value of an `id` \
             field.",
            excerpt(id)
        ))
    };
    let parsed: TypeSafeId<DynamicType> = id.parse().map_err(|_| malformed())?;
    let node_type = NodeType::with_prefix(parsed.type_prefix()).ok_or_else(malformed)?;
    Ok((node_type, parsed.uuid()))
}

/// The same as [`decode`]; `argument` is where the ID was given.
///
/// # Errors
///
/// When it is no id of ours.
pub fn decode_any(argument: &str, id: &str) -> Result<(NodeType, Uuid)> {
    decode(id).map_err(|fault| Fault::bad_input(format!("`{argument}`: {}", fault.message)))
}

/// The key in an ID of a given type; `argument` is where the ID was given.
///
/// # Errors
///
/// If it is not an ID, or one of another type.
pub fn decode_as(argument: &str, id: &str, wanted: NodeType) -> Result<Uuid> {
    let (found, key) = decode_any(argument, id)?;
    if found == wanted {
        return Ok(key);
    }
    let (wanted, found) = (wanted.prefix(), found.prefix());
    Err(Fault::bad_input(format!("`{argument}` must be an ID that starts with `{wanted}_`, not `{found}_`.")))
}

/// The same as [`decode_as`], for an optional argument.
///
/// # Errors
///
/// If it is not an ID, or one of another type.
pub fn optional(argument: &str, id: Option<&ID>, wanted: NodeType) -> Result<Option<Uuid>> {
    id.map(|id| decode_as(argument, id, wanted)).transpose()
}

/// Enough of a text to know it by.
#[must_use]
pub fn excerpt(text: &str) -> String {
    let mut short: String = text.chars().filter(|c| !c.is_control()).take(60).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use sea_orm::Iterable;

    use super::*;

    #[test]
    fn ids_of_every_type_encode_and_decode() {
        for node_type in NodeType::iter() {
            let key = Uuid::now_v7();
            let id = encode(node_type, key);
            assert_eq!(decode(&id).ok(), Some((node_type, key)));
        }
    }

    #[test]
    fn ids_equal_those_of_the_typeid_library() {
        let drawn = || {
            let mut bytes = [0; 16];
            getrandom::fill(&mut bytes).expect("chance");
            Uuid::from_bytes(bytes)
        };
        for key in [Uuid::nil(), Uuid::max()].into_iter().chain((0..1_000).map(|_| drawn())) {
            for prefix in NodeType::iter().map(NodeType::prefix) {
                let library = TypeSafeId::from_type_and_uuid(DynamicType::new(prefix).expect("a prefix"), key);
                assert_eq!(with_prefix(prefix, key).as_str(), library.to_string(), "{key}");
            }
        }
    }
}
