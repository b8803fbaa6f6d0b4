//! Texts of one column or field, each once, addressed by code. Codes are given in
//! order of first appearance and never change; order by text is asked for apart.
//! A copy shares all but what is added to it later.

use std::cmp::Ordering;
use std::ops::Index;
use std::sync::{Arc, OnceLock};

use hashbrown::HashTable;

use crate::base::checksum::xxh3;
use crate::base::limit::DICTIONARY_TEXTS_MAX;

/// Texts of one segment; a growing copy rewrites at most one.
const SEGMENT_TEXTS: usize = 4_096;
/// Entries of a layer of the index that a copy takes along rather than begin a new layer.
const LAYER_ENTRIES_COPIED: usize = 4_096;

/// A list of texts that grows at its end and shares its full segments with its copies.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    segments: Vec<Arc<Vec<Arc<str>>>>,
    len: usize,
}

impl Texts {
    /// How many.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The text at that place.
    pub fn get(&self, at: usize) -> Option<&Arc<str>> {
        self.segments
            .get(at / SEGMENT_TEXTS)?
            .get(at % SEGMENT_TEXTS)
    }

    /// In order of their places.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<str>> + '_ {
        self.segments.iter().flat_map(|segment| segment.iter())
    }

    fn push(&mut self, text: Arc<str>) {
        if self.len.is_multiple_of(SEGMENT_TEXTS) {
            self.segments.push(Arc::default());
        }
        if let Some(last) = self.segments.last_mut() {
            Arc::make_mut(last).push(text);
            self.len += 1;
        }
    }
}

impl Index<usize> for Texts {
    type Output = Arc<str>;

    #[expect(
        clippy::indexing_slicing,
        reason = "an index out of range is the caller's fault, as for a list"
    )]
    fn index(&self, at: usize) -> &Arc<str> {
        &self.segments[at / SEGMENT_TEXTS][at % SEGMENT_TEXTS]
    }
}

/// A text by its hash; keys are not kept twice.
#[derive(Clone, Copy, Debug)]
struct Entry {
    hash: u64,
    code: u32,
}

/// Codes are positions.
#[derive(Clone, Debug, Default)]
pub struct Dictionary {
    /// By code.
    pub texts: Texts,
    /// Each code lies in one layer; layers shrink towards the end.
    layers: Vec<Arc<HashTable<Entry>>>,
    /// Codes by text.
    order: OnceLock<Arc<[u32]>>,
    /// Places in `order` by code.
    ranks: OnceLock<Arc<[u32]>>,
    /// An order of the first codes, from before texts were added.
    earlier: Option<Arc<[u32]>>,
}

/// No room for another text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full;

impl PartialEq for Dictionary {
    fn eq(&self, other: &Self) -> bool {
        self.texts.len() == other.texts.len() && self.texts.iter().eq(other.texts.iter())
    }
}

impl Eq for Dictionary {}

impl Dictionary {
    /// The texts in order, repeats left out.
    pub fn from_texts<T: Into<Arc<str>>>(texts: impl IntoIterator<Item = T>) -> Result<Self, Full> {
        let mut dictionary = Self::default();
        for text in texts {
            dictionary.intern(&text.into())?;
        }
        Ok(dictionary)
    }

    /// Texts that are known to differ, in the order of their codes.
    pub(super) fn of_distinct(texts: Vec<Arc<str>>) -> Self {
        let mut dictionary = Self::default();
        let mut layer = HashTable::with_capacity(texts.len());
        for (code, text) in (0..).zip(texts) {
            let hash = xxh3(text.as_bytes());
            layer.insert_unique(hash, Entry { hash, code }, |entry: &Entry| entry.hash);
            dictionary.texts.push(text);
        }
        if !dictionary.is_empty() {
            dictionary.layers.push(Arc::new(layer));
        }
        dictionary
    }

    /// How many texts; codes are below.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// The text of a code.
    pub fn get(&self, code: u32) -> Option<&Arc<str>> {
        self.texts.get(code as usize)
    }

    /// The code of a text, if it has one.
    pub fn code(&self, text: &str) -> Option<u32> {
        self.find(xxh3(text.as_bytes()), text)
    }

    fn find(&self, hash: u64, text: &str) -> Option<u32> {
        self.layers.iter().rev().find_map(|layer| {
            layer
                .find(hash, |entry| {
                    entry.hash == hash && self.get(entry.code).is_some_and(|known| **known == *text)
                })
                .map(|entry| entry.code)
        })
    }

    /// The code of a text, a new one if it has none yet.
    pub fn intern(&mut self, text: &Arc<str>) -> Result<u32, Full> {
        let hash = xxh3(text.as_bytes());
        if let Some(code) = self.find(hash, text) {
            return Ok(code);
        }
        if self.len() >= DICTIONARY_TEXTS_MAX {
            return Err(Full);
        }
        let code = u32::try_from(self.len()).map_err(|_| Full)?;
        self.texts.push(Arc::clone(text));
        self.index(Entry { hash, code });
        if let Some(order) = self.order.take() {
            self.earlier = Some(order);
        }
        self.ranks = OnceLock::new();
        Ok(code)
    }

    fn index(&mut self, entry: Entry) {
        let grows = self
            .layers
            .last_mut()
            .is_some_and(|last| last.len() < LAYER_ENTRIES_COPIED || Arc::get_mut(last).is_some());
        if !grows {
            self.merge();
            self.layers.push(Arc::default());
        }
        if let Some(last) = self.layers.last_mut() {
            Arc::make_mut(last).insert_unique(entry.hash, entry, |entry| entry.hash);
        }
    }

    /// Joins layers at the end until each is at least twice as large as the next, so that there are few.
    fn merge(&mut self) {
        while let [.., before, last] = self.layers.as_mut_slice()
            && before.len() < 2 * last.len()
        {
            let into = Arc::make_mut(before);
            for entry in last.iter() {
                into.insert_unique(entry.hash, *entry, |entry| entry.hash);
            }
            self.layers.pop();
        }
    }

    /// Codes sorted by text (by code point); made when first asked for.
    pub fn order(&self) -> &[u32] {
        self.order.get_or_init(|| self.sorted().into())
    }

    fn sorted(&self) -> Vec<u32> {
        let compare = |a: &u32, b: &u32| self.get(*a).cmp(&self.get(*b));
        let earlier = self.earlier.as_deref().unwrap_or_default();
        let all = u32::try_from(self.len()).unwrap_or(u32::MAX);
        let mut new: Vec<u32> = (u32::try_from(earlier.len()).unwrap_or(all)..all).collect();
        new.sort_unstable_by(compare);
        if earlier.is_empty() {
            return new;
        }
        let mut merged = Vec::with_capacity(self.len());
        let mut old = earlier;
        for code in new {
            let before = old.partition_point(|known| compare(known, &code) == Ordering::Less);
            let (less, more) = old.split_at_checked(before).unwrap_or_default();
            merged.extend_from_slice(less);
            merged.push(code);
            old = more;
        }
        merged.extend_from_slice(old);
        merged
    }

    /// Place of each code in [`Dictionary::order`]: compares texts as integers; made when first asked for.
    pub fn ranks(&self) -> &[u32] {
        self.ranks.get_or_init(|| {
            let mut ranks = vec![0; self.len()];
            for (rank, code) in (0u32..).zip(self.order()) {
                if let Some(place) = ranks.get_mut(*code as usize) {
                    *place = rank;
                }
            }
            ranks.into()
        })
    }

    /// Bytes it holds, texts included, shared parts counted in full.
    pub fn memory_bytes(&self) -> usize {
        let texts: usize = self.texts.iter().map(|text| text.len() + 32).sum();
        let layers: usize = self
            .layers
            .iter()
            .map(|layer| layer.allocation_size())
            .sum();
        let ranks = self.order.get().map_or(0, |order| order.len() * 4)
            + self.ranks.get().map_or(0, |ranks| ranks.len() * 4)
            + self.earlier.as_ref().map_or(0, |order| order.len() * 4);
        texts + layers + ranks
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn copies_share_and_do_not_disturb_each_other() {
        let mut first = Dictionary::default();
        for at in 0..10_000 {
            assert_eq!(first.intern(&format!("text {at}").into()), Ok(at));
        }
        let before = first.order().to_vec();
        let mut second = first.clone();
        assert_eq!(second.intern(&"text 7".into()), Ok(7));
        assert_eq!(second.intern(&"a new one".into()), Ok(10_000));
        assert_eq!(first.code("a new one"), None);
        assert_eq!(first.intern(&"another".into()), Ok(10_000));
        assert_eq!(second.code("another"), None);
        assert_eq!(second.get(10_000).map(|text| &**text), Some("a new one"));
        assert_eq!(second.order().first(), Some(&10_000));
        assert_eq!(second.order()[1..], before);
        assert!(
            Arc::ptr_eq(&first.texts.segments[0], &second.texts.segments[0]),
            "full segments are shared"
        );
    }

    #[test]
    fn many_generations_keep_few_layers() {
        let mut dictionary = Dictionary::default();
        for at in 0..50_000u32 {
            let keeper = dictionary.clone();
            dictionary.intern(&at.to_string().into()).unwrap();
            assert_eq!(keeper.len() + 1, dictionary.len());
        }
        assert!(dictionary.layers.len() <= 6, "{}", dictionary.layers.len());
        for at in 0..50_000u32 {
            assert_eq!(dictionary.code(&at.to_string()), Some(at));
        }
    }

    proptest! {
        #[test]
        fn order_and_ranks_follow_the_texts(words in prop::collection::vec("[a-c京]{0,3}", 0..60), asked in 0usize..60) {
            let mut dictionary = Dictionary::default();
            for (at, word) in words.iter().enumerate() {
                dictionary.intern(&word.as_str().into()).unwrap();
                if at == asked {
                    dictionary.order();
                }
            }
            let mut texts: Vec<_> = dictionary.texts.iter().cloned().collect();
            texts.sort();
            texts.dedup();
            prop_assert_eq!(texts.len(), dictionary.len());
            let ordered: Vec<_> = dictionary.order().iter().map(|code| dictionary.texts[*code as usize].clone()).collect();
            prop_assert_eq!(ordered, texts);
            for (rank, code) in dictionary.order().iter().enumerate() {
                prop_assert_eq!(dictionary.ranks()[*code as usize] as usize, rank);
            }
        }
    }
}
