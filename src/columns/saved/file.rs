//! One file of columns: a head, slabs of plain values, a directory of what lies where, and the
//! XXH3-64 of each page. Knows nothing of what the values are.

use std::fs::{self, File};
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::map::{Map, Plain, Run};
use crate::base::checksum::{Hasher, xxh3};

/// Bytes before the first slab: one page of memory, so that slabs are aligned.
const HEAD_BYTES: usize = 4_096;
/// Bytes of the head that say something, the last eight of them their checksum.
const SAID_BYTES: usize = 56;
/// Bytes under one checksum.
const PAGE_BYTES: usize = 64 << 10;
const MAGIC: &[u8; 8] = b"TamisCol";
/// Changes whenever any directory or slab is laid out otherwise.
pub const VERSION: u64 = 2;
/// Columns hold what the store knows of people.
const OWNER_ONLY: u32 = 0o600;

/// Where plain values lie in a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Slab {
    at: u64,
    count: u64,
}

/// A file that is written.
pub struct Writing {
    file: BufWriter<File>,
    at: usize,
    page: Hasher,
    sums: Vec<u8>,
    buffer: Vec<u8>,
}

impl Writing {
    /// Begins a file.
    pub fn create(path: &Path) -> io::Result<Self> {
        let mut options = File::options();
        options.write(true).create(true).truncate(true);
        let file = options.mode(OWNER_ONLY).open(path)?;
        let mut writing = Self {
            file: BufWriter::with_capacity(1 << 20, file),
            at: HEAD_BYTES,
            page: Hasher::new(),
            sums: Vec::new(),
            buffer: Vec::new(),
        };
        writing.file.write_all(&[0; HEAD_BYTES])?;
        Ok(writing)
    }

    /// Adds values.
    pub fn slab<T: Plain>(&mut self, values: &[T]) -> io::Result<Slab> {
        self.bytes(&[0; 7], self.at.next_multiple_of(8) - self.at)?;
        let slab = Slab {
            at: self.at as u64,
            count: values.len() as u64,
        };
        for part in values.chunks(PAGE_BYTES / 8) {
            let mut buffer = std::mem::take(&mut self.buffer);
            buffer.clear();
            part.iter().for_each(|value| value.put(&mut buffer));
            self.bytes(&buffer, buffer.len())?;
            self.buffer = buffer;
        }
        Ok(slab)
    }

    /// Adds the first `count` bytes.
    fn bytes(&mut self, bytes: &[u8], count: usize) -> io::Result<()> {
        let mut rest = bytes.get(..count).unwrap_or(bytes);
        self.file.write_all(rest)?;
        while !rest.is_empty() {
            let room = PAGE_BYTES - (self.at - HEAD_BYTES) % PAGE_BYTES;
            let (part, later) = rest.split_at_checked(room).unwrap_or((rest, &[]));
            self.page.write(part);
            self.at += part.len();
            rest = later;
            if part.len() == room {
                self.end_page();
            }
        }
        Ok(())
    }

    fn end_page(&mut self) {
        let page = std::mem::take(&mut self.page);
        self.sums.extend_from_slice(&page.finish().to_le_bytes());
    }

    /// Adds the directory and the checksums; all of it is on the disk when this returns, its name is not.
    /// Gives its bytes.
    pub fn finish(mut self, directory: &impl Serialize) -> io::Result<u64> {
        let directory = postcard::to_allocvec(directory).map_err(io::Error::other)?;
        let at = self.at as u64;
        self.bytes(&directory, directory.len())?;
        if !(self.at - HEAD_BYTES).is_multiple_of(PAGE_BYTES) {
            self.end_page();
        }
        let sums = std::mem::take(&mut self.sums);
        self.file.write_all(&sums)?;
        let mut head = MAGIC.to_vec();
        let numbers = [
            VERSION,
            self.at as u64,
            at,
            directory.len() as u64,
            xxh3(&sums),
        ];
        for number in numbers {
            number.put(&mut head);
        }
        xxh3(&head).put(&mut head);
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(&head)?;
        let file = self
            .file
            .into_inner()
            .map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        Ok((self.at + sums.len()) as u64)
    }
}

/// A file that is read: every page has been held against its checksum.
#[derive(Debug)]
pub struct Reading {
    map: Arc<Map>,
}

impl Reading {
    /// Opens a file and gives its directory; why not, in words.
    pub fn open<D: DeserializeOwned>(folder: &Path, name: &str) -> Result<(Self, D), String> {
        let path = folder.join(name);
        let told = |why: &str| format!("{}: {why}", path.display());
        let file = File::open(&path).map_err(|error| told(&error.to_string()))?;
        let map = Map::of(&file, name).map_err(|error| told(&error.to_string()))?;
        let directory = checked(map.bytes()).map_err(told)?;
        let directory = postcard::from_bytes(directory)
            .map_err(|_| told("its directory is not one of this format"))?;
        Ok((Self { map }, directory))
    }

    /// Values, where they lie.
    pub fn run<T: Plain>(&self, slab: Slab) -> Option<Run<T>> {
        self.map.run(slab.at, slab.count)
    }

    /// Values, copied.
    pub fn list<T: Plain>(&self, slab: Slab) -> Option<Vec<T>> {
        Some(self.run(slab)?.to_vec())
    }
}

/// The directory of a file all of whose checksums hold.
fn checked(bytes: &[u8]) -> Result<&[u8], &'static str> {
    let short = "it is shorter than a head";
    let (said, sum) = bytes
        .get(..SAID_BYTES)
        .and_then(|head| head.split_at_checked(SAID_BYTES - 8))
        .ok_or(short)?;
    if sum != xxh3(said).to_le_bytes() || !said.starts_with(MAGIC) {
        return Err("its head is damaged");
    }
    let number = |at: usize| {
        let bytes = said.get(8 + 8 * at..16 + 8 * at)?;
        usize::try_from(u64::from_le_bytes(bytes.try_into().ok()?)).ok()
    };
    let (Some(version), Some(end), Some(at), Some(count)) =
        (number(0), number(1), number(2), number(3))
    else {
        return Err(short);
    };
    if version as u64 != VERSION {
        return Err("it is of another format");
    }
    let sums = bytes.get(end..).ok_or("it was cut off")?;
    if number(4) != usize::try_from(xxh3(sums)).ok() {
        return Err("its checksums are damaged");
    }
    let payload = bytes.get(HEAD_BYTES..end).ok_or("it was cut off")?;
    let pages = payload.chunks(PAGE_BYTES);
    if pages.len() * 8 != sums.len() {
        return Err("it has other pages than checksums");
    }
    for (page, sum) in pages.zip(sums.chunks(8)) {
        if *sum != xxh3(page).to_le_bytes() {
            return Err("a page is damaged");
        }
    }
    let directory = at.checked_add(count).and_then(|end| bytes.get(at..end));
    directory.ok_or("its directory lies outside")
}

/// Gives a file that is on the disk its name; the name is on the disk once the folder is synced.
pub fn settle(folder: &Path, draft: &str, name: &str) -> io::Result<()> {
    fs::rename(folder.join(draft), folder.join(name))
}

/// Syncs a folder.
pub fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::FileExt;

    #[test]
    fn slabs_come_back_and_every_damage_is_seen() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.col");
        let mut writing = Writing::create(&path).unwrap();
        let numbers: Vec<u16> = (0..70_000).map(|at| (at % 60_000) as u16).collect();
        let first = writing.slab(&[1_u8, 2, 3]).unwrap();
        let second = writing.slab(&numbers).unwrap();
        let none = writing.slab::<i64>(&[]).unwrap();
        let bytes = writing.finish(&(first, second, none, "directory")).unwrap();
        let length = fs::metadata(&path).unwrap().len();
        assert_eq!(length, bytes);
        let open = || Reading::open::<(Slab, Slab, Slab, String)>(folder.path(), "a.col");
        let (reading, directory) = open().unwrap();
        assert_eq!(directory.3, "directory");
        assert_eq!(reading.run::<u8>(first).unwrap()[..], [1, 2, 3]);
        assert_eq!(reading.list::<u16>(second).unwrap(), numbers);
        assert!(reading.list::<i64>(none).unwrap().is_empty());
        drop(reading);
        let whole = fs::read(&path).unwrap();
        let places = (0..56)
            .chain((4_096..length).step_by(997))
            .chain([length - 1]);
        for at in places {
            // Another file each time: nothing is written into one that is mapped.
            fs::remove_file(&path).unwrap();
            fs::write(&path, &whole).unwrap();
            let file = File::options().write(true).open(&path).unwrap();
            file.write_all_at(&[whole[at as usize] ^ 1], at).unwrap();
            assert!(open().is_err(), "{at}");
        }
        for cut in [0, 55, 4_096, 100_000, length - 1] {
            fs::remove_file(&path).unwrap();
            fs::write(&path, &whole[..cut as usize]).unwrap();
            assert!(open().is_err(), "{cut}");
        }
    }
}
