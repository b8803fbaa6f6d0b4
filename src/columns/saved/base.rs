//! Everything of a snapshot but its events: one file. Versions held for single instants are
//! not saved; they are made again when asked for.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::file::{Reading, Slab, Writing};
use super::parts::{
    SavedEdges, SavedHoldings, SavedPacked, SavedTexts, read_one, read_texts, write_one,
    write_texts,
};
use crate::columns::attribute::{AttributeStore, Dated, History};
use crate::columns::cell::blocks;
use crate::columns::column::Column;
use crate::columns::dictionary::Dictionary;
use crate::columns::homes::Homes;
use crate::columns::link::{Chunks, LinkChunk, LinkStore};
use crate::columns::packed::Packed;
use crate::columns::periods::Periods;
use crate::columns::snapshot::Snapshot;
use crate::columns::tenure::{TenureChunk, TenureStore};
use crate::schema::Field;

/// The directory.
#[derive(Debug, Serialize, Deserialize)]
pub struct SavedBase {
    pub rows: u32,
    ids: SavedTexts,
    attributes: Vec<SavedAttribute>,
    pub events: Vec<SavedKind>,
    holdings: Vec<SavedTenure>,
    relations: Vec<SavedLinks>,
}

/// What belongs to all events of a kind.
#[derive(Debug, Serialize, Deserialize)]
pub struct SavedKind {
    pub count: u64,
    pub members: u64,
    pub dictionaries: Vec<Option<SavedTexts>>,
}

#[derive(Debug, Serialize, Deserialize)]
struct SavedAttribute {
    chunks: Vec<Option<SavedPacked>>,
    dictionary: Option<SavedTexts>,
    histories: Vec<Option<SavedDated>>,
}

#[derive(Debug, Serialize, Deserialize)]
struct SavedDated {
    rows: Slab,
    since: SavedPacked,
    values: Option<SavedPacked>,
    /// Rows of the chunk.
    count: u64,
}

#[derive(Debug, Serialize, Deserialize)]
struct SavedTenure {
    keys: SavedTexts,
    dictionaries: Vec<Option<SavedTexts>>,
    chunks: Vec<Option<(SavedHoldings, Option<SavedPacked>)>>,
    homes: Vec<Slab>,
    travellers: Vec<(u32, Vec<u32>)>,
    count: u64,
    members: u64,
}

#[derive(Debug, Serialize, Deserialize)]
struct SavedLinks {
    out: Vec<Option<SavedEdges>>,
    into: Vec<Option<SavedEdges>>,
    texts: Option<SavedTexts>,
    count: u64,
}

/// What a base holds, read.
pub struct Base {
    pub rows: u32,
    pub ids: Dictionary,
    pub attributes: Vec<Arc<AttributeStore>>,
    pub holdings: Vec<Arc<TenureStore>>,
    pub relations: Vec<Arc<LinkStore>>,
}

impl SavedBase {
    pub fn write(snapshot: &Snapshot, to: &mut Writing) -> io::Result<Self> {
        let attributes = snapshot.attributes.iter();
        let holdings = snapshot.holdings.iter();
        let relations = snapshot.relations.iter();
        Ok(Self {
            rows: snapshot.rows,
            ids: SavedTexts::write(&snapshot.ids, to)?,
            attributes: attributes
                .map(|store| write_attribute(store, to))
                .collect::<io::Result<_>>()?,
            events: snapshot
                .events
                .iter()
                .map(|events| {
                    Ok(SavedKind {
                        count: events.count,
                        members: events.members,
                        dictionaries: write_texts(&events.dictionaries, to)?,
                    })
                })
                .collect::<io::Result<_>>()?,
            holdings: holdings
                .map(|store| write_tenure(store, to))
                .collect::<io::Result<_>>()?,
            relations: relations
                .map(|store| write_links(store, to))
                .collect::<io::Result<_>>()?,
        })
    }

    /// `None`: it is not one of this schema.
    pub fn read(&self, fields: &[Field], from: &Reading) -> Option<Base> {
        (fields.len() == self.attributes.len()).then_some(())?;
        let attributes = self.attributes.iter().zip(fields);
        Some(Base {
            rows: self.rows,
            ids: self.ids.read(from)?,
            attributes: attributes
                .map(|(saved, field)| read_attribute(saved, field, from).map(Arc::new))
                .collect::<Option<_>>()?,
            holdings: self
                .holdings
                .iter()
                .map(|saved| read_tenure(saved, from).map(Arc::new))
                .collect::<Option<_>>()?,
            relations: self
                .relations
                .iter()
                .map(|saved| read_links(saved, from).map(Arc::new))
                .collect::<Option<_>>()?,
        })
    }
}

fn write_text(texts: Option<&Arc<Dictionary>>, to: &mut Writing) -> io::Result<Option<SavedTexts>> {
    texts.map(|texts| SavedTexts::write(texts, to)).transpose()
}

fn read_text(saved: Option<&SavedTexts>, from: &Reading) -> Option<Option<Arc<Dictionary>>> {
    match saved {
        None => Some(None),
        Some(saved) => saved.read(from).map(|texts| Some(Arc::new(texts))),
    }
}

fn write_attribute(store: &AttributeStore, to: &mut Writing) -> io::Result<SavedAttribute> {
    let chunks = store.timeless.chunks.iter();
    let chunks = chunks
        .map(|chunk| write_one(chunk.as_deref(), to))
        .collect::<io::Result<_>>()?;
    let histories = store.histories.iter();
    let histories = histories
        .map(|history| {
            let Some(history) = history else {
                return Ok(None);
            };
            Ok(Some(SavedDated {
                rows: to.slab(&history.dated.rows)?,
                since: SavedPacked::write(&history.dated.since, to)?,
                values: write_one(history.dated.values.as_ref(), to)?,
                count: history.rows as u64,
            }))
        })
        .collect::<io::Result<_>>()?;
    Ok(SavedAttribute {
        chunks,
        dictionary: write_text(store.dictionary(), to)?,
        histories,
    })
}

fn read_attribute(saved: &SavedAttribute, field: &Field, from: &Reading) -> Option<AttributeStore> {
    let chunks = saved.chunks.iter();
    let chunks: Vec<Option<Arc<Packed>>> = chunks
        .map(|chunk| Some(read_one(chunk.as_ref(), from)?.map(Arc::new)))
        .collect::<Option<_>>()?;
    let (mut histories, mut dated) = (Vec::new(), 0);
    for (at, history) in saved.histories.iter().enumerate() {
        let Some(history) = history else {
            histories.push(None);
            continue;
        };
        let rows: Vec<u16> = from.list(history.rows)?;
        dated += rows.len() as u64;
        histories.push(Some(Arc::new(History {
            dated: Arc::new(Dated {
                blocks: blocks(&rows),
                rows,
                since: history.since.read(from)?,
                values: read_one(history.values.as_ref(), from)?,
            }),
            base: chunks.get(at).cloned().flatten(),
            rows: usize::try_from(history.count).ok()?,
            versions: Periods::default(),
            sinces: Periods::default(),
        })));
    }
    Some(AttributeStore {
        timeless: Arc::new(Column {
            kind: field.kind.clone(),
            chunks,
            dictionary: read_text(saved.dictionary.as_ref(), from)?,
        }),
        histories,
        dated,
    })
}

fn write_tenure(store: &TenureStore, to: &mut Writing) -> io::Result<SavedTenure> {
    let chunks = store.chunks.iter();
    let chunks = chunks
        .map(|chunk| {
            let Some(chunk) = chunk else {
                return Ok(None);
            };
            Ok(Some((
                SavedHoldings::write(&chunk.all, to)?,
                write_one(chunk.until.as_ref(), to)?,
            )))
        })
        .collect::<io::Result<_>>()?;
    let homes = store.homes.segments.iter();
    let travellers = store.homes.travellers.iter();
    Ok(SavedTenure {
        keys: SavedTexts::write(&store.keys, to)?,
        dictionaries: write_texts(&store.dictionaries, to)?,
        chunks,
        homes: homes
            .map(|segment| to.slab(segment))
            .collect::<io::Result<_>>()?,
        travellers: travellers
            .map(|(key, chunks)| (*key, chunks.iter().copied().collect()))
            .collect(),
        count: store.count,
        members: store.members,
    })
}

fn read_tenure(saved: &SavedTenure, from: &Reading) -> Option<TenureStore> {
    let chunks = saved.chunks.iter().map(|chunk| {
        let Some((all, until)) = chunk else {
            return Some(None);
        };
        Some(Some(Arc::new(TenureChunk {
            all: Arc::new(all.read(from)?),
            until: read_one(until.as_ref(), from)?,
            versions: Periods::default(),
        })))
    });
    let homes = saved.homes.iter();
    let travellers = saved.travellers.iter();
    let travellers: BTreeMap<_, _> = travellers
        .map(|(key, chunks)| (*key, chunks.iter().copied().collect()))
        .collect();
    Some(TenureStore {
        keys: Arc::new(saved.keys.read(from)?),
        dictionaries: read_texts(&saved.dictionaries, from)?,
        chunks: chunks.collect::<Option<_>>()?,
        homes: Homes {
            segments: homes
                .map(|slab| from.list(*slab).map(Arc::new))
                .collect::<Option<_>>()?,
            travellers: Arc::new(travellers),
        },
        count: saved.count,
        members: saved.members,
    })
}

fn write_links(store: &LinkStore, to: &mut Writing) -> io::Result<SavedLinks> {
    let mut write = |chunks: &Chunks| {
        chunks
            .iter()
            .map(|chunk| {
                let chunk = chunk.as_ref();
                let saved = chunk.map(|chunk| SavedEdges::write(&chunk.all, to));
                saved.transpose()
            })
            .collect::<io::Result<Vec<_>>>()
    };
    Ok(SavedLinks {
        out: write(&store.out)?,
        into: write(&store.into)?,
        texts: write_text(store.texts.as_ref(), to)?,
        count: store.count,
    })
}

fn read_links(saved: &SavedLinks, from: &Reading) -> Option<LinkStore> {
    let read = |chunks: &[Option<SavedEdges>]| {
        let chunks = chunks.iter().map(|chunk| match chunk {
            None => Some(None),
            Some(saved) => Some(Some(Arc::new(LinkChunk {
                all: Arc::new(saved.read(from)?),
                versions: Periods::default(),
                sets: Periods::default(),
            }))),
        });
        chunks.collect::<Option<Chunks>>()
    };
    Some(LinkStore {
        out: read(&saved.out)?,
        into: read(&saved.into)?,
        texts: read_text(saved.texts.as_ref(), from)?,
        count: saved.count,
    })
}
