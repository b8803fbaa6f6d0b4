//! Folders and backups as released versions wrote them: each must open for ever. A folder lies
//! in `formats/` as one packed file; `TAMIS_FORMATS=write` makes that of this version's format,
//! where it is not there yet.

use std::fs;
use std::path::{Path, PathBuf};

use tamis::store::backup::{Chain, Job, restore};
use tamis::store::{Options, Store};

use crate::model::{self, Size, Turns, WRITERS};

/// Turns of each writer in the fixtures.
const TURNS: u32 = 12;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/store/formats")
}

/// The number in a store's `FORMAT`.
fn format_of(data: &Path) -> String {
    let text = fs::read_to_string(data.join("FORMAT")).unwrap();
    let line = text.lines().nth(1).unwrap();
    line.strip_prefix("format ").unwrap().to_owned()
}

/// Files below a folder as paths, lengths and bytes, packed.
fn pack(folder: &Path) -> Vec<u8> {
    fn add(root: &Path, folder: &Path, out: &mut Vec<u8>) {
        let entries = fs::read_dir(folder).unwrap();
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        for path in paths {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap();
            let bytes = match path.is_dir() {
                true => None,
                false => Some(fs::read(&path).unwrap()),
            };
            let length = bytes.as_ref().map_or(u64::MAX, |bytes| bytes.len() as u64);
            out.extend((name.len() as u64).to_le_bytes());
            out.extend(name.as_bytes());
            out.extend(length.to_le_bytes());
            match bytes {
                None => add(root, &path, out),
                Some(bytes) => out.extend(bytes),
            }
        }
    }
    let mut raw = Vec::new();
    add(folder, folder, &mut raw);
    zstd::bulk::compress(&raw, 19).unwrap()
}

fn unpack(packed: &[u8], folder: &Path) {
    let raw = zstd::bulk::decompress(packed, 256 << 20).unwrap();
    let mut rest = &raw[..];
    let mut take = |count: usize| {
        let (taken, later) = rest.split_at(count);
        rest = later;
        taken.to_vec()
    };
    let mut left = raw.len();
    while left > 0 {
        let number = |bytes: Vec<u8>| u64::from_le_bytes(bytes.try_into().unwrap());
        let name = number(take(8)) as usize;
        let path = folder.join(String::from_utf8(take(name)).unwrap());
        let length = number(take(8));
        left -= 16 + name;
        if length == u64::MAX {
            fs::create_dir_all(&path).unwrap();
            continue;
        }
        left -= length as usize;
        fs::write(&path, take(length as usize)).unwrap();
    }
}

fn expected() -> Turns {
    [TURNS; WRITERS as usize]
}

/// A store closed in order, its columns saved, and a backup of it.
fn make(data: &Path, kept: &Path) -> PathBuf {
    let store = model::open(data).unwrap();
    model::bring_customers(&store).unwrap();
    model::write(&store, Size::Small, TURNS, &|_, _| {});
    model::columns(&store).unwrap().save(&store).unwrap();
    let job = Job {
        folder: kept,
        incremental: false,
        stop: &|| false,
    };
    let made = store.backup(&job).unwrap().path;
    // Opened once more, so that sled has written its table of pages.
    store.reopen(&model::schema()).unwrap().close().unwrap();
    made
}

#[test]
fn a_folder_of_every_released_format_opens() {
    if std::env::var("TAMIS_FORMATS").is_ok_and(|said| said == "write") {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let backup = make(&data, &folder.path().join("kept"));
        let place = fixtures().join(format_of(&data));
        assert!(!place.exists(), "a released format is never written again");
        fs::create_dir_all(&place).unwrap();
        fs::write(place.join("data.zst"), pack(&data)).unwrap();
        fs::copy(backup, place.join("backup.tbk")).unwrap();
    }
    let mut formats = 0;
    for entry in fs::read_dir(fixtures()).unwrap() {
        let place = entry.unwrap().path();
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        fs::create_dir(&data).unwrap();
        unpack(&fs::read(place.join("data.zst")).unwrap(), &data);
        assert_eq!(
            place.file_name().unwrap().to_str().unwrap(),
            format_of(&data)
        );
        let store = model::open(&data).unwrap();
        assert_eq!(model::check(&store), Ok(expected()), "{}", place.display());
        // It is not only read.
        model::write(&store, Size::Small, 1, &|_, _| {});
        store.close().unwrap();
        model::check_folder(&data, &[TURNS + 1; WRITERS as usize]).unwrap();
        let chain = Chain::of(&place.join("backup.tbk")).unwrap();
        let to = folder.path().join("restored");
        restore(&chain, &to, &Options::default(), &mut |_: &Store| Ok(())).unwrap();
        model::check_folder(&to, &expected()).unwrap();
        formats += 1;
    }
    println!("{formats} formats open");
    assert!(formats > 0);
}

#[test]
fn what_is_packed_comes_out_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let from = folder.path().join("from");
    fs::create_dir_all(from.join("empty")).unwrap();
    fs::create_dir_all(from.join("full")).unwrap();
    fs::write(from.join("full/a"), [7; 9_000]).unwrap();
    fs::write(from.join("b"), "").unwrap();
    let to = folder.path().join("to");
    fs::create_dir(&to).unwrap();
    unpack(&pack(&from), &to);
    assert_eq!(fs::read(to.join("full/a")).unwrap(), [7; 9_000]);
    assert!(to.join("empty").is_dir());
    assert_eq!(fs::read(to.join("b")).unwrap(), b"");
}
