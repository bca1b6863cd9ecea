//! A dense array of `Copy` items in copy-on-write pages: what the event queue
//! and the hash index keep their slots in.
//!
//! *Invariants* INV-5: a clone copies one pointer per 2,048 items; a write
//! after a clone copies one table of 64 pointers and one page of 32 items.

use std::sync::Arc;

const ITEMS: usize = 32;
const PAGES: usize = 64;
/// Items in one chunk: the unit the array grows and shrinks by.
pub(crate) const CHUNK: u32 = (ITEMS * PAGES) as u32;

type Page<T> = Arc<[T; ITEMS]>;

#[derive(Clone)]
pub(crate) struct CowArray<T: Copy> {
    chunks: Vec<Arc<[Page<T>; PAGES]>>,
}

impl<T: Copy> CowArray<T> {
    pub(crate) fn new() -> Self {
        CowArray { chunks: Vec::new() }
    }

    pub(crate) fn capacity(&self) -> u32 {
        self.chunks.len() as u32 * CHUNK
    }

    /// Adds a chunk whose items all are `fill`; its pages are one shared page
    /// until they are written.
    pub(crate) fn grow(&mut self, fill: T) {
        let page: Page<T> = Arc::new([fill; ITEMS]);
        self.chunks
            .push(Arc::new(core::array::from_fn(|_| Arc::clone(&page))));
    }

    pub(crate) fn shrink(&mut self) {
        self.chunks.pop();
    }

    #[inline]
    pub(crate) fn get(&self, at: u32) -> T {
        let at = at as usize;
        self.chunks[at / (ITEMS * PAGES)][at / ITEMS % PAGES][at % ITEMS]
    }

    #[inline]
    pub(crate) fn set(&mut self, at: u32, item: T) {
        let at = at as usize;
        let chunk = Arc::make_mut(&mut self.chunks[at / (ITEMS * PAGES)]);
        Arc::make_mut(&mut chunk[at / ITEMS % PAGES])[at % ITEMS] = item;
    }
}
