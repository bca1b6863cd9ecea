//! [`CowDeque`]: an append-only log that forgets from the front.
//!
//! *Invariants* INV-5: items live in `Arc` pages of 64, pages in `Arc` chunks
//! of 64, so a clone copies one pointer per 4,096 items. Positions are
//! absolute and never move: the n-th item ever pushed stays at n.
//!
//! *Cost* truncating the front frees whole pages; up to 63 forgotten items
//! keep their memory until their page goes.

use std::fmt;
use std::sync::Arc;

use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, SerializeSeq, SerializeTuple, Serializer};

const PAGE: u64 = 64;
const PAGES: u64 = 64;
const CHUNK: u64 = PAGE * PAGES;

type Chunk<T> = Vec<Arc<Vec<T>>>;

/// A log of items at absolute positions `first()..end()`.
pub struct CowDeque<T> {
    chunks: Vec<Arc<Chunk<T>>>,
    /// The position of the first slot of the first chunk.
    origin: u64,
    first: u64,
    end: u64,
}

impl<T> Clone for CowDeque<T> {
    fn clone(&self) -> Self {
        CowDeque {
            chunks: self.chunks.clone(),
            ..*self
        }
    }
}

impl<T> Default for CowDeque<T> {
    fn default() -> Self {
        CowDeque::new()
    }
}

impl<T> CowDeque<T> {
    pub const fn new() -> Self {
        CowDeque::starting_at(0)
    }

    /// An empty log whose first item will be at `position`.
    pub const fn starting_at(position: u64) -> Self {
        CowDeque {
            chunks: Vec::new(),
            origin: position,
            first: position,
            end: position,
        }
    }

    /// The position of the oldest item kept; `end()` if there is none.
    pub fn first(&self) -> u64 {
        self.first
    }

    /// One past the position of the newest item.
    pub fn end(&self) -> u64 {
        self.end
    }

    pub fn len(&self) -> u64 {
        self.end - self.first
    }

    pub fn is_empty(&self) -> bool {
        self.first == self.end
    }

    #[inline]
    pub fn get(&self, position: u64) -> Option<&T> {
        if position < self.first || position >= self.end {
            return None;
        }
        let slot = position - self.origin;
        let page = &self.chunks[(slot / CHUNK) as usize][(slot / PAGE % PAGES) as usize];
        page.get((slot % PAGE) as usize)
    }

    /// The newest item.
    pub fn back(&self) -> Option<&T> {
        self.end.checked_sub(1).and_then(|last| self.get(last))
    }

    /// (position, item) from the oldest kept to the newest.
    pub fn iter(&self) -> CowDequeIter<'_, T> {
        self.range(self.first)
    }

    /// (position, item) from `from`, or from the oldest kept if that is later.
    pub fn range(&self, from: u64) -> CowDequeIter<'_, T> {
        CowDequeIter {
            deque: self,
            at: from.max(self.first),
            back: self.end,
            page: [].iter(),
        }
    }

    /// Forgets everything before `position`.
    pub fn truncate_front(&mut self, position: u64) {
        let first = position.clamp(self.first, self.end);
        let passed = ((first - self.origin) / CHUNK).min(self.chunks.len() as u64);
        self.chunks.drain(..passed as usize);
        self.origin += passed * CHUNK;
        let from = self.first.max(self.origin);
        self.first = first;
        let Some(chunk) = self.chunks.first_mut() else {
            return;
        };
        let pages = (from - self.origin) / PAGE..(first - self.origin) / PAGE;
        if !pages.is_empty() {
            let chunk = Arc::make_mut(chunk);
            let none = Arc::new(Vec::new());
            for page in pages {
                chunk[page as usize] = Arc::clone(&none);
            }
        }
    }
}

impl<T: Clone> CowDeque<T> {
    /// Appends an item and returns its position.
    pub fn push_back(&mut self, item: T) -> u64 {
        let slot = self.end - self.origin;
        let (c, p) = ((slot / CHUNK) as usize, (slot / PAGE % PAGES) as usize);
        if c == self.chunks.len() {
            self.chunks.push(Arc::new(Vec::new()));
        }
        let chunk = Arc::make_mut(&mut self.chunks[c]);
        if p == chunk.len() {
            chunk.push(Arc::new(Vec::new()));
        }
        Arc::make_mut(&mut chunk[p]).push(item);
        self.end += 1;
        self.end - 1
    }

    /// The item to write to. Copies its page first if a clone shares it.
    pub fn get_mut(&mut self, position: u64) -> Option<&mut T> {
        self.get(position)?;
        let slot = position - self.origin;
        let chunk = Arc::make_mut(&mut self.chunks[(slot / CHUNK) as usize]);
        let page = Arc::make_mut(&mut chunk[(slot / PAGE % PAGES) as usize]);
        page.get_mut((slot % PAGE) as usize)
    }

    /// Forgets everything at and after `position`, which is pushed next.
    pub fn truncate_back(&mut self, position: u64) {
        let end = position.clamp(self.first, self.end);
        if end == self.end {
            return;
        }
        self.end = end;
        let slots = end - self.origin;
        self.chunks.truncate(slots.div_ceil(CHUNK) as usize);
        if let Some(chunk) = self.chunks.last_mut() {
            let inside = slots - (slots.div_ceil(CHUNK) - 1) * CHUNK;
            let chunk = Arc::make_mut(chunk);
            chunk.truncate(inside.div_ceil(PAGE) as usize);
            let keep = (inside - (inside.div_ceil(PAGE) - 1) * PAGE) as usize;
            if let Some(page) = chunk.last_mut() {
                Arc::make_mut(page).truncate(keep);
            }
        }
    }
}

/// Ascending (position, item) pairs of a [`CowDeque`].
pub struct CowDequeIter<'a, T> {
    deque: &'a CowDeque<T>,
    at: u64,
    /// One past the last position to come.
    back: u64,
    page: core::slice::Iter<'a, T>,
}

impl<'a, T> Iterator for CowDequeIter<'a, T> {
    type Item = (u64, &'a T);

    fn next(&mut self) -> Option<Self::Item> {
        if self.at >= self.back {
            return None;
        }
        if let Some(item) = self.page.next() {
            self.at += 1;
            return Some((self.at - 1, item));
        }
        let slot = self.at - self.deque.origin;
        let chunk = self.deque.chunks.get((slot / CHUNK) as usize)?;
        let page = chunk.get((slot / PAGE % PAGES) as usize)?;
        self.page = page.get((slot % PAGE) as usize..)?.iter();
        self.at += 1;
        Some((self.at - 1, self.page.next()?))
    }
}

impl<T> DoubleEndedIterator for CowDequeIter<'_, T> {
    fn next_back(&mut self) -> Option<Self::Item> {
        if self.at >= self.back {
            return None;
        }
        self.back -= 1;
        Some((self.back, self.deque.get(self.back)?))
    }
}

impl<'a, T> IntoIterator for &'a CowDeque<T> {
    type Item = (u64, &'a T);
    type IntoIter = CowDequeIter<'a, T>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<T: fmt::Debug> fmt::Debug for CowDeque<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

struct Items<'a, T>(&'a CowDeque<T>);

impl<T: Serialize> Serialize for Items<'_, T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut seq = to.serialize_seq(Some(self.0.len() as usize))?;
        for (_, item) in self.0 {
            seq.serialize_element(item)?;
        }
        seq.end()
    }
}

impl<T: Serialize> Serialize for CowDeque<T> {
    /// Canonical: (first position, items in order).
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut tuple = to.serialize_tuple(2)?;
        tuple.serialize_element(&self.first)?;
        tuple.serialize_element(&Items(self))?;
        tuple.end()
    }
}

impl<'de, T: Clone + Deserialize<'de>> Deserialize<'de> for CowDeque<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let (first, items) = <(u64, Vec<T>)>::deserialize(from)?;
        let mut deque = CowDeque::starting_at(first);
        for item in items {
            deque.push_back(item);
        }
        Ok(deque)
    }
}
