//! [`CowVec`]: rows by dense `u32` id in copy-on-write pages.
//!
//! *Invariants* INV-5: rows live in `Arc` pages of 32, pages in `Arc` chunks
//! of 64, so a clone copies one pointer per 2,048 ids ever used, and the first
//! write to a page after a clone copies that page and its chunk's table only.
//! A page or chunk without rows is dropped, so ids that are never used again
//! cost one null pointer per 2,048.
//!
//! *Cost* `get` is three dependent loads; iterating skips empty rows, pages
//! and chunks by bit masks. Keep rows small (`Arc`s or at most 32 bytes).

use std::fmt;
use std::sync::Arc;

use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, SerializeSeq, SerializeTuple, Serializer};

const ROWS: usize = 32;
const PAGES: usize = 64;
const CHUNK: usize = ROWS * PAGES;

#[derive(Clone)]
struct Page<T> {
    /// Bit r is set if row r is there.
    live: u32,
    rows: [Option<T>; ROWS],
}

struct Chunk<T> {
    /// Bit p is set if page p is there.
    live: u64,
    pages: [Option<Arc<Page<T>>>; PAGES],
}

impl<T> Clone for Chunk<T> {
    fn clone(&self) -> Self {
        Chunk {
            live: self.live,
            pages: self.pages.clone(),
        }
    }
}

/// Rows by `u32` id. Ids may be sparse; [`CowVec::push`] uses the id after the
/// highest ever used, so a removed id does not come back.
pub struct CowVec<T> {
    chunks: Vec<Option<Arc<Chunk<T>>>>,
    len: u32,
    next: u32,
}

impl<T> Clone for CowVec<T> {
    fn clone(&self) -> Self {
        CowVec {
            chunks: self.chunks.clone(),
            len: self.len,
            next: self.next,
        }
    }
}

impl<T> Default for CowVec<T> {
    fn default() -> Self {
        CowVec::new()
    }
}

const fn split(id: u32) -> (usize, usize, usize) {
    let id = id as usize;
    (id / CHUNK, id / ROWS % PAGES, id % ROWS)
}

impl<T> CowVec<T> {
    pub const fn new() -> Self {
        CowVec {
            chunks: Vec::new(),
            len: 0,
            next: 0,
        }
    }

    /// The number of rows there are.
    pub fn len(&self) -> u32 {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// One past the highest id ever used; what [`CowVec::push`] uses next.
    pub fn next_id(&self) -> u32 {
        self.next
    }

    #[inline]
    pub fn get(&self, id: u32) -> Option<&T> {
        let (chunk, page, row) = split(id);
        self.chunks.get(chunk)?.as_ref()?.pages[page].as_ref()?.rows[row].as_ref()
    }

    pub fn contains(&self, id: u32) -> bool {
        self.get(id).is_some()
    }

    /// The rows in ascending order of id.
    pub fn iter(&self) -> CowVecIter<'_, T> {
        self.range(0)
    }

    /// The rows whose id is at least `from`, ascending.
    pub fn range(&self, from: u32) -> CowVecIter<'_, T> {
        let mut iter = CowVecIter {
            vec: self,
            page: None,
            base: 0,
            mask: 0,
            at: 0,
        };
        let page = from as usize / ROWS;
        iter.at = page;
        iter.load();
        if iter.base as usize == page * ROWS {
            iter.mask &= u32::MAX << (from as usize % ROWS);
        }
        iter
    }

    /// Removes every row; ids go on from where they were.
    pub fn clear(&mut self) {
        self.chunks.clear();
        self.len = 0;
    }

    /// Counts all ids below `next` as used.
    pub fn skip_to(&mut self, next: u32) {
        self.next = self.next.max(next);
    }

    /// Pages there are, each of 32 rows: what memory this takes, roughly.
    pub fn pages(&self) -> u32 {
        self.chunks
            .iter()
            .flatten()
            .map(|chunk| chunk.live.count_ones())
            .sum()
    }
}

impl<T: Clone> CowVec<T> {
    /// The row to write to. Copies its page first if a clone shares it.
    pub fn get_mut(&mut self, id: u32) -> Option<&mut T> {
        // Looking first keeps a miss from copying the page.
        self.get(id)?;
        let (chunk, page, row) = split(id);
        let chunk = Arc::make_mut(self.chunks[chunk].as_mut()?);
        Arc::make_mut(chunk.pages[page].as_mut()?).rows[row].as_mut()
    }

    /// Puts a row at `id` and returns the one that was there.
    pub fn insert(&mut self, id: u32, row: T) -> Option<T> {
        assert!(id < u32::MAX, "INV-5: ids end below u32::MAX");
        let (c, p, r) = split(id);
        if self.chunks.len() <= c {
            self.chunks.resize_with(c + 1, || None);
        }
        let chunk = Arc::make_mut(self.chunks[c].get_or_insert_with(|| {
            Arc::new(Chunk {
                live: 0,
                pages: core::array::from_fn(|_| None),
            })
        }));
        chunk.live |= 1 << p;
        let page = Arc::make_mut(chunk.pages[p].get_or_insert_with(|| {
            Arc::new(Page {
                live: 0,
                rows: core::array::from_fn(|_| None),
            })
        }));
        page.live |= 1 << r;
        let old = page.rows[r].replace(row);
        if old.is_none() {
            self.len += 1;
        }
        self.next = self.next.max(id + 1);
        old
    }

    /// Puts a row at [`CowVec::next_id`] and returns that id.
    pub fn push(&mut self, row: T) -> u32 {
        let id = self.next;
        self.insert(id, row);
        id
    }

    /// Takes the row out. The id counts as used.
    pub fn remove(&mut self, id: u32) -> Option<T> {
        self.get(id)?;
        let (c, p, r) = split(id);
        let slot = &mut self.chunks[c];
        let chunk = Arc::make_mut(slot.as_mut()?);
        let page_slot = &mut chunk.pages[p];
        let page = Arc::make_mut(page_slot.as_mut()?);
        let old = page.rows[r].take();
        page.live &= !(1 << r);
        if page.live == 0 {
            *page_slot = None;
            chunk.live &= !(1 << p);
            if chunk.live == 0 {
                *slot = None;
            }
        }
        self.len -= 1;
        old
    }
}

/// Ascending (id, row) pairs of a [`CowVec`].
pub struct CowVecIter<'a, T> {
    vec: &'a CowVec<T>,
    page: Option<&'a Page<T>>,
    base: u32,
    mask: u32,
    /// The number of the page to look at next.
    at: usize,
}

impl<'a, T> CowVecIter<'a, T> {
    /// Goes to the first page at or after `at` that there is.
    fn load(&mut self) {
        self.mask = 0;
        self.page = None;
        while let Some(chunk) = self.vec.chunks.get(self.at / PAGES) {
            let first = self.at % PAGES;
            let live = chunk.as_ref().map_or(0, |chunk| chunk.live >> first);
            let (Some(chunk), true) = (chunk, live != 0) else {
                self.at = (self.at / PAGES + 1) * PAGES;
                continue;
            };
            let page = self.at + live.trailing_zeros() as usize;
            self.at = page + 1;
            self.page = chunk.pages[page % PAGES].as_deref();
            self.mask = self.page.map_or(0, |page| page.live);
            self.base = (page * ROWS) as u32;
            return;
        }
    }
}

impl<'a, T> Iterator for CowVecIter<'a, T> {
    type Item = (u32, &'a T);

    fn next(&mut self) -> Option<Self::Item> {
        while self.mask == 0 {
            self.page?;
            self.load();
        }
        let row = self.mask.trailing_zeros();
        self.mask &= self.mask - 1;
        Some((self.base + row, self.page?.rows[row as usize].as_ref()?))
    }
}

impl<'a, T> IntoIterator for &'a CowVec<T> {
    type Item = (u32, &'a T);
    type IntoIter = CowVecIter<'a, T>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<T: fmt::Debug> fmt::Debug for CowVec<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<T: PartialEq> PartialEq for CowVec<T> {
    fn eq(&self, other: &Self) -> bool {
        self.next == other.next && self.len == other.len && self.iter().eq(other.iter())
    }
}

impl<T: Eq> Eq for CowVec<T> {}

struct Rows<'a, T>(&'a CowVec<T>);

impl<T: Serialize> Serialize for Rows<'_, T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut seq = to.serialize_seq(Some(self.0.len as usize))?;
        for row in self.0 {
            seq.serialize_element(&row)?;
        }
        seq.end()
    }
}

impl<T: Serialize> Serialize for CowVec<T> {
    /// Canonical: (next id, rows in ascending order).
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut tuple = to.serialize_tuple(2)?;
        tuple.serialize_element(&self.next)?;
        tuple.serialize_element(&Rows(self))?;
        tuple.end()
    }
}

impl<'de, T: Clone + Deserialize<'de>> Deserialize<'de> for CowVec<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let (next, rows) = <(u32, Vec<(u32, T)>)>::deserialize(from)?;
        let mut vec = CowVec::new();
        for (id, row) in rows {
            if id >= next {
                return Err(serde::de::Error::custom("a row's id is past the last id"));
            }
            vec.insert(id, row);
        }
        vec.next = next;
        Ok(vec)
    }
}
