//! Blocks: the lanes that are evaluated together, at most 4,096 of them, all of one
//! chunk. Everyone is asked in whole runs of rows, a list in its ascending rows.

use std::collections::BTreeSet;

use super::outcome::{Rows, RunError};
use super::vector::Place;
use super::words;
use crate::columns::column::{BLOCK_ROWS, CHUNK_ROWS};

/// Lanes of one block.
#[derive(Clone, Copy, Debug)]
pub struct Block<'a> {
    /// Which chunk.
    pub chunk: u32,
    /// Rows within the chunk, ascending; a run starts at a multiple of 4,096.
    pub place: Place<'a>,
}

impl Block<'_> {
    /// How many lanes.
    pub fn len(&self) -> usize {
        self.place.len()
    }

    /// The row of a lane.
    pub fn row(&self, lane: usize) -> u32 {
        self.chunk * CHUNK_ROWS + u32::try_from(self.place.at(lane)).unwrap_or(u32::MAX)
    }

    /// Lanes of these rows; `None` = none of them lies in the block.
    pub fn lanes_of(&self, rows: &BTreeSet<u32>) -> Option<Vec<u64>> {
        let last = self.len().checked_sub(1)?;
        let near = rows.range(self.row(0)..=self.row(last));
        let mut lanes = words::none(self.len());
        for row in near {
            let place = (row % CHUNK_ROWS) as usize;
            let lane = match self.place {
                Place::Range { from, .. } => place.checked_sub(from),
                Place::Picks(picks) => picks.binary_search(&(row % CHUNK_ROWS)).ok(),
            };
            if let Some(lane) = lane {
                words::set(&mut lanes, lane);
            }
        }
        (!words::is_none(&lanes)).then_some(lanes)
    }
}

/// One block of the rows asked, as positions among the lanes of all blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Which chunk.
    chunk: u32,
    /// First lane among all.
    pub start: usize,
    /// How many lanes.
    pub len: usize,
}

/// The rows asked, cut into blocks.
#[derive(Debug)]
pub struct Blocks {
    /// In order of their lanes.
    pub parts: Vec<Part>,
    /// Lanes of all blocks.
    pub lanes: usize,
    /// For a list: row within its chunk of each lane.
    picks: Option<Vec<u32>>,
    /// For a list that is not strictly ascending: the lane of each position asked.
    pub order: Option<Vec<u32>>,
}

impl Blocks {
    /// Cuts the rows asked of a snapshot of `rows` rows.
    pub fn new(asked: &Rows, rows: u32) -> Result<Self, RunError> {
        match asked {
            Rows::All => Ok(Self::all(rows)),
            Rows::List(list) => {
                if let Some(row) = list.iter().find(|row| **row >= rows) {
                    return Err(RunError::UnknownRow(*row));
                }
                Ok(Self::list(list))
            }
        }
    }

    fn all(rows: u32) -> Self {
        let parts = (0..rows.div_ceil(BLOCK_ROWS)).map(|block| Part {
            chunk: block / (CHUNK_ROWS / BLOCK_ROWS),
            start: (block * BLOCK_ROWS) as usize,
            len: BLOCK_ROWS.min(rows - block * BLOCK_ROWS) as usize,
        });
        Self {
            parts: parts.collect(),
            lanes: rows as usize,
            picks: None,
            order: None,
        }
    }

    fn list(list: &[u32]) -> Self {
        let ascending = list.is_sorted_by(|left, right| left < right);
        let (rows, order) = if ascending {
            (list.to_vec(), None)
        } else {
            let mut rows = list.to_vec();
            rows.sort_unstable();
            rows.dedup();
            let lane = |row: &u32| rows.partition_point(|other| other < row) as u32;
            let order = list.iter().map(lane).collect();
            (rows, Some(order))
        };
        let mut parts: Vec<Part> = Vec::new();
        for (lane, row) in rows.iter().enumerate() {
            let chunk = row / CHUNK_ROWS;
            match parts.last_mut() {
                Some(part) if part.chunk == chunk && part.len < BLOCK_ROWS as usize => {
                    part.len += 1;
                }
                _ => parts.push(Part {
                    chunk,
                    start: lane,
                    len: 1,
                }),
            }
        }
        Self {
            parts,
            lanes: rows.len(),
            picks: Some(rows.iter().map(|row| row % CHUNK_ROWS).collect()),
            order,
        }
    }

    /// The block of a part.
    pub fn block(&self, part: Part) -> Block<'_> {
        let place = match &self.picks {
            Some(picks) => Place::Picks(
                picks
                    .get(part.start..part.start + part.len)
                    .unwrap_or_default(),
            ),
            None => Place::Range {
                from: part.start % CHUNK_ROWS as usize,
                len: part.len,
            },
        };
        Block {
            chunk: part.chunk,
            place,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everyone_is_cut_at_multiples_of_the_block() {
        let blocks = Blocks::new(&Rows::All, 70_000).unwrap();
        assert_eq!(blocks.parts.len(), 18);
        let block = blocks.block(blocks.parts[16]);
        assert_eq!((block.chunk, block.row(0), block.len()), (1, 65_536, 4_096));
        assert_eq!(blocks.block(blocks.parts[17]).len(), 70_000 - 69_632);
    }

    #[test]
    fn lanes_are_found_by_their_rows() {
        let rows = BTreeSet::from([0, 4_096, 4_099, 65_535, 65_536]);
        let all = Blocks::new(&Rows::All, 70_000).unwrap();
        let lanes = |blocks: &Blocks, part: usize| {
            let found = blocks.block(blocks.parts[part]).lanes_of(&rows);
            found.map(|lanes| words::positions(&lanes).collect::<Vec<_>>())
        };
        assert_eq!(lanes(&all, 1), Some(vec![0, 3]));
        assert_eq!(lanes(&all, 2), None);
        assert_eq!(lanes(&all, 15), Some(vec![4_095]));
        let list = Blocks::new(&Rows::List(vec![4_000, 4_099, 65_536]), 70_000).unwrap();
        assert_eq!(
            (lanes(&list, 0), lanes(&list, 1)),
            (Some(vec![1]), Some(vec![0]))
        );
    }

    #[test]
    fn a_list_is_asked_once_a_row_and_answered_in_its_order() {
        let list = Rows::List(vec![70_000, 3, 70_000, 65_536]);
        let blocks = Blocks::new(&list, 70_001).unwrap();
        assert_eq!(blocks.order, Some(vec![2, 0, 2, 1]));
        assert_eq!(blocks.parts.len(), 2);
        assert_eq!(blocks.block(blocks.parts[1]).row(1), 70_000);
        assert_eq!(
            Blocks::new(&list, 70_000).err(),
            Some(RunError::UnknownRow(70_000))
        );
    }
}
