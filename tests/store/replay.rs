//! A disk that is replayed from records: what it must hold after a power cut (content and names
//! that were fsynced) and what it may hold of the rest.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::model::Random;
use crate::recorder::Step;

const PAGE_BYTES: usize = 4_096;

/// Which of what was not fsynced is there after the cut.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Policy {
    /// Nothing.
    Strict,
    /// Each page at random; of names a random beginning, as a journal keeps their order.
    Random,
    /// As `Random`, and all that `sync_file_range` was asked for.
    Ranges,
}

pub const POLICIES: [Policy; 3] = [Policy::Strict, Policy::Random, Policy::Ranges];

#[derive(Clone, Debug)]
enum Change {
    Write {
        at: usize,
        bytes: Vec<u8>,
        ranged: bool,
    },
    Truncate(usize),
}

#[derive(Clone, Default, Debug)]
struct Node {
    folder: bool,
    synced: Vec<u8>,
    pending: Vec<Change>,
}

/// A name that appears, with its node, or disappears.
#[derive(Clone, Debug)]
struct Naming {
    folder: PathBuf,
    changes: Vec<(PathBuf, Option<u64>)>,
}

/// The disk at one point of a run.
#[derive(Clone, Default, Debug)]
pub struct Disk {
    nodes: BTreeMap<u64, Node>,
    /// The node that an inode is now: the number of one that was removed is given again, while its
    /// name may still be on the disk.
    inodes: BTreeMap<u64, u64>,
    /// As the process sees them.
    names: BTreeMap<PathBuf, u64>,
    synced_names: BTreeMap<PathBuf, u64>,
    pending_names: Vec<Naming>,
}

impl Disk {
    /// What lies below a folder, all of it durable.
    pub fn of(root: &Path) -> Disk {
        let mut disk = Disk::default();
        disk.add(root);
        disk
    }

    fn add(&mut self, path: &Path) {
        let metadata = fs::metadata(path).unwrap();
        let mut node = Node {
            folder: metadata.is_dir(),
            ..Node::default()
        };
        let id = self.made(metadata.ino());
        self.names.insert(path.to_owned(), id);
        self.synced_names.insert(path.to_owned(), id);
        if node.folder {
            for entry in fs::read_dir(path).unwrap() {
                self.add(&entry.unwrap().path());
            }
        } else {
            node.synced = fs::read(path).unwrap();
        }
        self.nodes.insert(id, node);
    }

    /// A new node under an inode.
    fn made(&mut self, inode: u64) -> u64 {
        let id = self.nodes.len() as u64;
        self.nodes.insert(id, Node::default());
        self.inodes.insert(inode, id);
        id
    }

    /// The node that an inode is now.
    fn id(&mut self, inode: u64) -> u64 {
        match self.inodes.get(&inode) {
            Some(id) => *id,
            None => self.made(inode),
        }
    }

    /// Goes one step on.
    pub fn step(&mut self, step: &Step) {
        match step {
            Step::Create { node, path } | Step::Folder { node, path } => {
                let folder = matches!(step, Step::Folder { .. });
                let id = self.made(*node);
                self.node(id).folder = folder;
                self.rename(vec![(path.clone(), Some(id))]);
            }
            Step::Write { node, at, bytes } => {
                let (at, bytes) = (*at, bytes.clone());
                let write = Change::Write {
                    at,
                    bytes,
                    ranged: false,
                };
                let id = self.id(*node);
                self.node(id).pending.push(write);
            }
            Step::Range { node, at, length } => {
                let id = self.id(*node);
                for change in &mut self.node(id).pending {
                    if let Change::Write {
                        at: start,
                        bytes,
                        ranged,
                    } = change
                        && at <= start
                        && *start + bytes.len() <= at + length
                    {
                        *ranged = true;
                    }
                }
            }
            Step::Sync { node } => {
                let id = self.id(*node);
                self.sync(id);
            }
            Step::Truncate { node, length } => {
                let id = self.id(*node);
                self.node(id).pending.push(Change::Truncate(*length));
            }
            Step::Rename { from, to } => {
                let moved = self.names.get(from).copied();
                let mut changes = vec![(from.clone(), None), (to.clone(), moved)];
                // What a folder holds goes with it; what it replaces is gone.
                for (path, node) in &self.names {
                    if let Ok(below) = path.strip_prefix(from)
                        && path != from
                    {
                        changes.push((path.clone(), None));
                        changes.push((to.join(below), Some(*node)));
                    }
                }
                self.rename(changes);
            }
            Step::Remove { path } => self.rename(vec![(path.clone(), None)]),
        }
    }

    fn node(&mut self, node: u64) -> &mut Node {
        self.nodes.entry(node).or_default()
    }

    fn rename(&mut self, changes: Vec<(PathBuf, Option<u64>)>) {
        apply(&mut self.names, &changes);
        let folder = changes[0].0.parent().unwrap().to_owned();
        self.pending_names.push(Naming { folder, changes });
    }

    fn sync(&mut self, node: u64) {
        let names = &self.names;
        let synced_names = &mut self.synced_names;
        self.pending_names.retain(|naming| {
            let synced = names.get(&naming.folder) == Some(&node);
            if synced {
                apply(synced_names, &naming.changes);
            }
            !synced
        });
        let node = self.node(node);
        for change in std::mem::take(&mut node.pending) {
            match change {
                Change::Write { at, bytes, .. } => put(&mut node.synced, at, &bytes),
                Change::Truncate(length) => node.synced.resize(length, 0),
            }
        }
    }

    /// Writes what a policy leaves below `root` to another folder.
    pub fn cut(&self, root: &Path, to: &Path, policy: Policy, random: &mut Random) {
        let mut names = self.synced_names.clone();
        if policy != Policy::Strict {
            let kept = random.below(self.pending_names.len() + 1);
            for naming in &self.pending_names[..kept] {
                apply(&mut names, &naming.changes);
            }
        }
        fs::create_dir_all(to).unwrap();
        for (path, node) in names {
            let Ok(below) = path.strip_prefix(root) else {
                continue;
            };
            let (place, node) = (to.join(below), &self.nodes[&node]);
            // A name whose folder's own name is lost is lost with it.
            if !place.parent().unwrap().is_dir() {
                continue;
            }
            if node.folder {
                fs::create_dir_all(&place).unwrap();
            } else {
                fs::write(&place, node.content(policy, random)).unwrap();
            }
        }
    }
}

impl Node {
    fn content(&self, policy: Policy, random: &mut Random) -> Vec<u8> {
        let mut content = self.synced.clone();
        if policy == Policy::Strict {
            return content;
        }
        // Some cuts keep nearly all, some nearly nothing.
        let of_eight = random.below(9);
        for change in &self.pending {
            match change {
                Change::Truncate(length) => {
                    if random.below(8) < of_eight {
                        content.resize(*length, 0);
                    }
                }
                Change::Write { at, bytes, ranged } => {
                    if *ranged && policy == Policy::Ranges {
                        put(&mut content, *at, bytes);
                        continue;
                    }
                    let mut done = 0;
                    while done < bytes.len() {
                        let start = at + done;
                        let length = (PAGE_BYTES - start % PAGE_BYTES).min(bytes.len() - done);
                        if random.below(8) < of_eight {
                            put(&mut content, start, &bytes[done..done + length]);
                        }
                        done += length;
                    }
                }
            }
        }
        content
    }
}

fn apply(names: &mut BTreeMap<PathBuf, u64>, changes: &[(PathBuf, Option<u64>)]) {
    for (path, node) in changes {
        match node {
            Some(node) => names.insert(path.clone(), *node),
            None => names.remove(path),
        };
    }
}

fn put(content: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    if content.len() < at + bytes.len() {
        content.resize(at + bytes.len(), 0);
    }
    content[at..at + bytes.len()].copy_from_slice(bytes);
}

#[test]
fn only_what_was_fsynced_survives_the_strict_cut() {
    let root = tempfile::tempdir().unwrap();
    let file = root.path().join("a");
    let mut disk = Disk::of(root.path());
    let folder = fs::metadata(root.path()).unwrap().ino();
    let write = |at, bytes: &[u8]| Step::Write {
        node: 1,
        at,
        bytes: bytes.to_vec(),
    };
    let cut = |disk: &Disk, policy| {
        let to = tempfile::tempdir().unwrap();
        disk.cut(root.path(), to.path(), policy, &mut Random::new(3));
        fs::read(to.path().join("a")).ok()
    };
    disk.step(&Step::Create {
        node: 1,
        path: file.clone(),
    });
    disk.step(&write(0, b"one"));
    disk.step(&Step::Sync { node: 1 });
    assert_eq!(cut(&disk, Policy::Strict), None, "its name was not synced");
    disk.step(&Step::Sync { node: folder });
    disk.step(&write(3, b"two"));
    assert_eq!(cut(&disk, Policy::Strict), Some(b"one".to_vec()));
    disk.step(&Step::Range {
        node: 1,
        at: 0,
        length: 10,
    });
    assert_eq!(cut(&disk, Policy::Strict), Some(b"one".to_vec()));
    assert_eq!(cut(&disk, Policy::Ranges), Some(b"onetwo".to_vec()));
    disk.step(&Step::Remove { path: file });
    assert_eq!(cut(&disk, Policy::Strict), Some(b"one".to_vec()));
    // Its inode is given to a folder while its name is still on the disk.
    let path = root.path().join("b");
    disk.step(&Step::Folder { node: 1, path });
    assert_eq!(cut(&disk, Policy::Strict), Some(b"one".to_vec()));
    disk.step(&Step::Sync { node: folder });
    assert_eq!(cut(&disk, Policy::Ranges), None);
}
