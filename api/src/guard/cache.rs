//! Cache of parsed and validated documents.

use std::sync::Arc;

use moka::sync::Cache;
use sha2::{Digest, Sha256};

use super::document::Document;

/// The SHA-256 of the text of a document.
pub type Hash = [u8; 32];

/// Documents by their hash, up to a total size.
#[derive(Debug)]
pub struct Documents {
    cache: Cache<Hash, Arc<Document>>,
}

/// The minimum size of a token in bytes, for estimates: a document of short names is much larger parsed than as text.
const BYTES_PER_TOKEN: usize = 16;

impl Documents {
    /// Room for so many bytes of text.
    #[must_use]
    pub fn new(bytes: usize) -> Self {
        let weigh = |_: &Hash, document: &Arc<Document>| {
            let weight = document.text.len().max(document.tokens.saturating_mul(BYTES_PER_TOKEN));
            u32::try_from(weight).unwrap_or(u32::MAX)
        };
        let room = u64::try_from(bytes).unwrap_or(u64::MAX);
        Self { cache: Cache::builder().weigher(weigh).max_capacity(room).build() }
    }

    /// A document by the hash of its text.
    #[must_use]
    pub fn get(&self, hash: &Hash) -> Option<Arc<Document>> {
        self.cache.get(hash)
    }

    /// Remembers a document.
    pub fn put(&self, hash: Hash, document: Arc<Document>) {
        self.cache.insert(hash, document);
    }
}

/// The hash of a text.
#[must_use]
pub fn hash(text: &str) -> Hash {
    Sha256::digest(text).into()
}

/// A hash as clients write it: 64 hexadecimal digits.
#[must_use]
pub fn read_hash(digits: &str) -> Option<Hash> {
    if digits.len() != 64 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let mut hash = Hash::default();
    for (byte, digits) in hash.iter_mut().zip(digits.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    }
    Some(hash)
}
