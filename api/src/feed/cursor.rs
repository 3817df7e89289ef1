//! Cursors of the change feed.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    auth::viewer::{Reads, Viewer},
    error::{Code, Fault, Result},
};

/// A position in the log, and a hash of what its viewer may see, which determines the changes after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The number of the last row; 0 before the first.
    pub seq: i64,
    /// The transaction of that row, which differs in another log.
    pub transaction_id: Uuid,
    /// The last node that was reported along with that row, if the row itself was not reported yet.
    pub within: Option<Uuid>,
    visibility: u64,
}

type Written = (u8, i64, Uuid, u64);
type WrittenWithin = (u8, i64, Uuid, u64, Uuid);

/// The formats of cursors: after a row of the log, and within what is reported along with one.
const BEHIND: u8 = 1;
const WITHIN: u8 = 2;

impl Cursor {
    /// A position of a viewer.
    #[must_use]
    pub fn of(viewer: &Viewer, (seq, transaction_id): (i64, Uuid)) -> Self {
        Self { seq, transaction_id, within: None, visibility: visibility(viewer) }
    }

    /// The same viewer, further on.
    #[must_use]
    pub const fn at(self, (seq, transaction_id): (i64, Uuid)) -> Self {
        Self { seq, transaction_id, within: None, visibility: self.visibility }
    }

    /// The same position, but after a node that is reported along with it.
    #[must_use]
    pub const fn within(self, node: Uuid) -> Self {
        Self { within: Some(node), ..self }
    }

    /// The last row that is done with.
    #[must_use]
    pub const fn done(self) -> i64 {
        if self.within.is_some() { self.seq - 1 } else { self.seq }
    }

    /// As clients see it.
    #[must_use]
    pub fn encode(self) -> String {
        let written = match self.within {
            None => serde_json::to_vec::<Written>(&(BEHIND, self.seq, self.transaction_id, self.visibility)),
            Some(node) => {
                serde_json::to_vec::<WrittenWithin>(&(WITHIN, self.seq, self.transaction_id, self.visibility, node))
            }
        };
        URL_SAFE_NO_PAD.encode(written.unwrap_or_default())
    }

    /// Reads what a client gives.
    ///
    /// # Errors
    ///
    /// If it is not such a cursor, or of a viewer who may see something else.
    pub fn decode(text: &str, viewer: &Viewer) -> Result<Self> {
        let read = || {
            let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
            if let Ok((form, seq, transaction_id, visibility)) = serde_json::from_slice::<Written>(&bytes) {
                return (form == BEHIND && seq >= 0).then_some(Self { seq, transaction_id, within: None, visibility });
            }
            let (form, seq, transaction_id, visibility, node) = serde_json::from_slice::<WrittenWithin>(&bytes).ok()?;
            (form == WITHIN && seq > 0).then_some(Self { seq, transaction_id, within: Some(node), visibility })
        };
        let cursor = read().ok_or_else(|| {
            Fault::bad_input(
                "`after` is not a valid cursor of `changes`. Use one from `changeCursor` or an earlier \
                              page.",
            )
        })?;
        if cursor.visibility == visibility(viewer) { Ok(cursor) } else { Err(Self::expired()) }
    }

    /// The error if changes could be missed.
    #[must_use]
    pub fn expired() -> Fault {
        Fault::new(
            Code::CursorExpired,
            "The cursor `after` has expired: your access has changed, or the change log was replaced. Take a new \
             `changeCursor`, read everything again, and continue from there.",
        )
    }
}

/// A hash of everything that determines what the viewer may see.
fn visibility(viewer: &Viewer) -> u64 {
    let Some(who) = viewer.signed_in() else { return 0 };
    let Reads {
        backend: _,
        subject,
        person,
        uncredited,
        all_drafts,
        events,
        surroundings,
        microconferences,
        sessions,
        all_grants,
        granting_series,
        granting_events,
        granting_microconferences,
    } = &who.reads;
    let sorted = |ids: &Vec<Uuid>| {
        let mut ids = ids.clone();
        ids.sort_unstable();
        ids.dedup();
        ids
    };
    let lists = [events, surroundings, microconferences, sessions].map(sorted);
    let granting = [granting_series, granting_events, granting_microconferences].map(sorted);
    // Readers of all drafts see all of them, including later ones.
    let lists = if *all_drafts { None } else { Some(lists) };
    let granting = if *all_grants { None } else { Some(granting) };
    let all = format!("{:?}", (subject, person, uncredited, all_drafts, lists, all_grants, granting));
    let hash: [u8; 32] = Sha256::digest(all).into();
    u64::from_be_bytes(hash.first_chunk().copied().unwrap_or_default()).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_encode_and_decode() {
        let viewer = Viewer::Anonymous;
        let after = Cursor::of(&viewer, (7, Uuid::now_v7()));
        let within = after.within(Uuid::now_v7());
        for cursor in [after, within, Cursor::of(&viewer, (0, Uuid::nil()))] {
            assert_eq!(Cursor::decode(&cursor.encode(), &viewer).ok(), Some(cursor));
        }
        assert_eq!((after.done(), within.done()), (7, 6), "the row that a page ended within comes again");
    }
}
