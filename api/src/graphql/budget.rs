//! Counts the objects and bytes of a response while it is computed.

use std::{
    collections::HashMap,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};

use crate::error::{Fault, Result};

/// The response names of a connection's parts, which the paths of fields leave out.
pub const PARTS_OF_CONNECTIONS: [&str; 3] = ["edges", "nodes", "node"];

/// The limits of a response.
#[derive(Clone, Copy, Debug)]
pub struct ResponseLimits {
    /// How many objects.
    pub objects: usize,
    /// How many bytes.
    pub bytes: usize,
}

/// The limits and current size of a response.
#[derive(Debug)]
pub struct Budget {
    most: ResponseLimits,
    /// The page size of each paged field, by its path.
    pages: HashMap<String, u64>,
    objects: AtomicUsize,
    /// How many objects were looked up.
    reached: AtomicUsize,
    bytes: AtomicUsize,
    /// The objects of lists, by the path of their field.
    by_path: Mutex<HashMap<String, usize>>,
}

impl Budget {
    /// A budget for an operation with pages of these sizes.
    #[must_use]
    pub fn new(most: ResponseLimits, pages: HashMap<String, u64>) -> Self {
        let by_path = Mutex::default();
        let [objects, reached, bytes] = [0, 0, 0].map(AtomicUsize::new);
        Self { most, pages, objects, reached, bytes, by_path }
    }

    /// How many objects the answer holds.
    #[must_use]
    pub fn objects(&self) -> usize {
        self.objects.load(Relaxed)
    }

    /// Counts objects that were looked up for the field at a path. An answer that holds them has them all, and each as
    /// often as it is reached.
    ///
    /// # Errors
    ///
    /// When the answer would hold too many.
    pub fn reach(&self, path: &str, objects: usize) -> Result<()> {
        let reached = self.reached.fetch_add(objects, Relaxed).saturating_add(objects);
        if reached <= self.most.objects {
            return Ok(());
        }
        self.count_at(path, reached)
    }

    /// Counts objects of the field at a path.
    ///
    /// # Errors
    ///
    /// When the answer would hold too many.
    pub fn count_at(&self, path: &str, objects: usize) -> Result<()> {
        if objects > 1 {
            let mut by_path = self.by_path.lock().unwrap_or_else(PoisonError::into_inner);
            match by_path.get_mut(path) {
                Some(counted) => *counted += objects,
                None => drop(by_path.insert(path.to_owned(), objects)),
            }
        }
        if self.objects.fetch_add(objects, Relaxed).saturating_add(objects) <= self.most.objects {
            return Ok(());
        }
        Err(self.too_many_objects())
    }

    /// How many bytes the answer has so far.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes.load(Relaxed)
    }

    /// Notes how many bytes the answer has so far.
    ///
    /// # Errors
    ///
    /// When they are too many.
    pub fn weigh(&self, bytes: usize) -> Result<()> {
        self.bytes.store(bytes, Relaxed);
        if bytes <= self.most.bytes { Ok(()) } else { Err(self.too_many_bytes()) }
    }

    fn too_many_objects(&self) -> Fault {
        let most = self.most.objects;
        let advice = self.advice().map(|advice| format!(" {advice}")).unwrap_or_default();
        Fault::over_limit(format!("The response would contain more than {most} objects, which is the limit.{advice}"))
    }

    fn too_many_bytes(&self) -> Fault {
        let most = self.most.bytes;
        Fault::over_limit(format!(
            "The response would be larger than {most} bytes, which is the limit. Request smaller pages or fewer long \
             texts."
        ))
    }

    /// The field with most objects, and a page size with which they would fit.
    fn advice(&self) -> Option<String> {
        let by_path = self.by_path.lock().unwrap_or_else(PoisonError::into_inner);
        let (path, most) = by_path.iter().max_by_key(|(path, objects)| (**objects, std::cmp::Reverse(*path)))?;
        let paged = self.pages.iter().filter(|(page, size)| **size > 1 && is_within(path, page));
        let paged = paged.max_by_key(|(page, _)| page.len());
        let Some((page, size)) = paged else { return Some(format!("Most are in `{path}`.")) };
        // The count so far is only a part, so a page size that fits it may still be too large: halve it.
        let others = by_path.values().sum::<usize>() - most;
        let room = self.most.objects.saturating_sub(others).max(1) as u64;
        let fitting = (size * room / (*most as u64).max(1)).min(size / 2).max(1);
        Some(format!("Most are in `{path}`; request `{page}` with pages of {fitting} instead of {size}."))
    }
}

/// Whether a field is the one at `outer`, or under it.
fn is_within(path: &str, outer: &str) -> bool {
    path.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}
