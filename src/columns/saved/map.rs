//! A file as memory, and runs of plain values that lie in it or are owned. The only place in the
//! program that turns bytes of a file into values without copying them, and so the only unsafe one.

use std::fmt;
use std::fs::File;
use std::io;
use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::Arc;

use memmap2::Mmap;

mod sealed {
    pub trait Sealed {}
}

/// Values whose every bit pattern is one, without gaps between their bytes.
pub trait Plain: sealed::Sealed + Copy + PartialEq + fmt::Debug + Send + Sync + 'static {
    /// Its bytes, the lowest first.
    fn put(self, out: &mut Vec<u8>);
}

macro_rules! plain {
    ($($kind:ty)*) => {$(
        impl sealed::Sealed for $kind {}
        impl Plain for $kind {
            fn put(self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_le_bytes());
            }
        }
    )*};
}

plain! { u8 u16 u32 u64 i64 f64 }

/// A file that is mapped as long as anything points into it.
pub struct Map {
    bytes: Mmap,
    name: Arc<str>,
}

impl Map {
    /// Maps a file that this program wrote under another name, synced, and renamed into its place:
    /// nobody writes to such a file afterwards, it is only ever unlinked.
    #[expect(
        unsafe_code,
        reason = "a mapping is sound as long as nobody changes the file: files of columns are written once, \
                  under another name, and then only read or unlinked, which leaves a mapping as it is"
    )]
    pub fn of(file: &File, name: &str) -> io::Result<Arc<Self>> {
        // SAFETY: see the reason above. A stranger who writes into the data folder can change
        // answers, as one can who writes into the log; values are plain, so that no bytes are invalid.
        // A page that cannot be read, because the disk fails or a stranger cut the file off, ends the
        // process by a signal (SIGBUS): no value is made up, and nothing is lost that a kill would not lose.
        let bytes = unsafe { Mmap::map(file)? };
        Ok(Arc::new(Self {
            bytes,
            name: name.into(),
        }))
    }

    /// All bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The file's name in its folder.
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// The `count` values at a place; `None` when they do not lie in the file as such values must,
    /// or the machine reads them otherwise.
    pub fn run<T: Plain>(self: &Arc<Self>, at: u64, count: u64) -> Option<Run<T>> {
        let (at, len) = (usize::try_from(at).ok()?, usize::try_from(count).ok()?);
        let end = len.checked_mul(size_of::<T>())?.checked_add(at)?;
        let fits = end <= self.bytes.len() && at.is_multiple_of(align_of::<T>());
        (fits && cfg!(target_endian = "little")).then(|| {
            Run(Inner::Mapped {
                map: Arc::clone(self),
                at,
                len,
                kind: PhantomData,
            })
        })
    }
}

impl fmt::Debug for Map {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Map({})", self.name)
    }
}

/// Plain values in a row.
pub struct Run<T: Plain>(Inner<T>);

enum Inner<T> {
    Owned(Vec<T>),
    /// Checked by [`Map::run`]: `len` values lie at `at`, which is a multiple of their alignment.
    Mapped {
        map: Arc<Map>,
        at: usize,
        len: usize,
        kind: PhantomData<T>,
    },
}

impl<T: Plain> Deref for Run<T> {
    type Target = [T];

    #[expect(
        unsafe_code,
        reason = "place, length and alignment were held against the file when the run was made; the map begins \
                  at a page, lives as long as the run, and every bit pattern is a value"
    )]
    fn deref(&self) -> &[T] {
        match &self.0 {
            Inner::Owned(values) => values,
            // SAFETY: see the reason above.
            Inner::Mapped { map, at, len, .. } => unsafe {
                std::slice::from_raw_parts(map.bytes.as_ptr().add(*at).cast::<T>(), *len)
            },
        }
    }
}

impl<T: Plain> Run<T> {
    /// The file it lies in; `None` when it is owned.
    pub fn file(&self) -> Option<&Arc<Map>> {
        match &self.0 {
            Inner::Owned(_) => None,
            Inner::Mapped { map, .. } => Some(map),
        }
    }

    /// Values it has room for in memory of its own, or has in a file.
    pub fn capacity(&self) -> usize {
        match &self.0 {
            Inner::Owned(values) => values.capacity(),
            Inner::Mapped { len, .. } => *len,
        }
    }

    /// The same with another length; a mapped one is copied.
    pub fn resize(&mut self, len: usize, value: T) {
        let mut values = match &mut self.0 {
            Inner::Owned(values) => std::mem::take(values),
            Inner::Mapped { .. } => self.to_vec(),
        };
        values.resize(len, value);
        self.0 = Inner::Owned(values);
    }
}

impl<T: Plain> Default for Run<T> {
    fn default() -> Self {
        Self(Inner::Owned(Vec::new()))
    }
}

impl<T: Plain> Clone for Run<T> {
    fn clone(&self) -> Self {
        Self(match &self.0 {
            Inner::Owned(values) => Inner::Owned(values.clone()),
            Inner::Mapped { map, at, len, kind } => Inner::Mapped {
                map: Arc::clone(map),
                at: *at,
                len: *len,
                kind: *kind,
            },
        })
    }
}

impl<T: Plain> PartialEq for Run<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: Plain> fmt::Debug for Run<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, out)
    }
}

impl<T: Plain> From<Vec<T>> for Run<T> {
    fn from(values: Vec<T>) -> Self {
        Self(Inner::Owned(values))
    }
}

impl<T: Plain> FromIterator<T> for Run<T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        Self(Inner::Owned(values.into_iter().collect()))
    }
}

impl<'a, T: Plain> IntoIterator for &'a Run<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn runs_of_a_file_are_its_values_and_never_reach_past_it() {
        let mut file = tempfile::tempfile().unwrap();
        let bytes: Vec<u8> = (0..64).collect();
        file.write_all(&bytes).unwrap();
        let map = Map::of(&file, "x").unwrap();
        let words: Run<u16> = map.run(8, 4).unwrap();
        assert_eq!(words[..], [0x0908, 0x0b0a, 0x0d0c, 0x0f0e]);
        assert_eq!(words.file().map(|map| &**map.name()), Some("x"));
        for (at, count) in [
            (60, 3),
            (64, 1),
            (u64::MAX, 1),
            (0, u64::MAX),
            (9, 1),
            (65, 0),
        ] {
            assert!(map.run::<u16>(at, count).is_none(), "{at} {count}");
        }
        assert!(map.run::<i64>(4, 1).is_none() && map.run::<i64>(56, 1).is_some());
        assert!(map.run::<u16>(64, 0).unwrap().is_empty());
        let mut owned = words.clone();
        owned.resize(5, 7);
        assert_eq!(owned[..], [0x0908, 0x0b0a, 0x0d0c, 0x0f0e, 7]);
        assert!(owned.file().is_none() && owned != words);
        drop(map);
        assert_eq!(words.iter().count(), 4);
    }
}
