//! Reviews of tiers as the store keeps them, for good, like facts: of each what changed since the one
//! before. Who stands where, and when a review is held, is not known here.
//!
//! On the shelf of reviews lie two sorts of records, both under the hash of the tiers' name and the date:
//! `c` + number, a part of what changed, and `r`, the review itself. A review is there once its `r` is;
//! parts that none leads to are overwritten when the review is held again.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::base::calendar::Date;
use crate::base::checksum::xxh3;
use crate::base::limit::REVIEW_PART_ROWS;
use crate::engine::reviewed::{Review, Reviews};
use crate::store::{Record, Shelf, Store, StoreError};

const PART: u8 = b'c';
const REVIEW: u8 = b'r';
/// Version of [`Stored`].
const VERSION: u8 = 1;

/// The wire form of a review.
#[derive(Serialize, Deserialize)]
struct Stored {
    version: u8,
    tiers: String,
    date: i32,
    classes: Vec<String>,
    parts: u32,
}

/// The wire form of a part: how far each row lies after the one before, the first after 0, and its class.
type Part = Vec<(u32, u16)>;

/// The records of a review: parts, which may be written ahead, and the one that makes it true.
pub(super) fn records(tiers: &str, review: &Review) -> (Vec<Record>, Record) {
    let chunks = review.moved.chunks(REVIEW_PART_ROWS);
    let parts: Vec<Record> = (0u32..)
        .zip(chunks)
        .map(|(number, moved)| {
            let mut last = 0;
            let gaps = moved.iter().map(|(row, code)| {
                let gap = row - last;
                last = *row;
                (gap, *code)
            });
            let gaps: Part = gaps.collect();
            Record {
                shelf: Shelf::Review,
                key: key(PART, tiers, review.date, Some(number)),
                value: postcard::to_allocvec(&gaps).ok(),
            }
        })
        .collect();
    let stored = Stored {
        version: VERSION,
        tiers: tiers.to_owned(),
        date: review.date.0,
        classes: review.classes.iter().map(ToString::to_string).collect(),
        parts: u32::try_from(parts.len()).unwrap_or(u32::MAX),
    };
    let whole = Record {
        shelf: Shelf::Review,
        key: key(REVIEW, tiers, review.date, None),
        value: postcard::to_allocvec(&stored).ok(),
    };
    (parts, whole)
}

/// All reviews that the store keeps.
pub fn load(store: &Store) -> Result<Reviews, StoreError> {
    let mut heads: Vec<Stored> = Vec::new();
    store.records_between(Shelf::Review, &[REVIEW], &[REVIEW + 1], &mut |_, value| {
        let head: Stored = postcard::from_bytes(value).map_err(|_| damaged("unreadable"))?;
        if head.version != VERSION {
            return Err(damaged("of another version"));
        }
        heads.push(head);
        Ok(true)
    })?;
    heads.sort_by(|one, other| (&one.tiers, one.date).cmp(&(&other.tiers, other.date)));
    let mut reviews = Reviews::default();
    for head in heads {
        let date = Date(head.date);
        let mut moved = Vec::new();
        for number in 0..head.parts {
            let key = key(PART, &head.tiers, date, Some(number));
            let part = store.record(Shelf::Review, &key)?;
            let part = part.and_then(|part| postcard::from_bytes::<Part>(&part).ok());
            let part = part.ok_or_else(|| damaged("without all of its parts"))?;
            let mut row = 0;
            for (gap, code) in part {
                row += gap;
                moved.push((row, code));
            }
        }
        let review = Review {
            date,
            classes: head
                .classes
                .iter()
                .map(|class| class.as_str().into())
                .collect(),
            moved,
        };
        reviews.take(&Arc::from(head.tiers.as_str()), review);
    }
    Ok(reviews)
}

fn key(first: u8, tiers: &str, date: Date, part: Option<u32>) -> Vec<u8> {
    let mut key = vec![first];
    key.extend_from_slice(&xxh3(tiers.as_bytes()).to_be_bytes());
    // Dates before 1970 sort first.
    key.extend_from_slice(&(date.0 ^ i32::MIN).to_be_bytes());
    if let Some(part) = part {
        key.extend_from_slice(&part.to_be_bytes());
    }
    key
}

fn damaged(how: &str) -> StoreError {
    StoreError::Damaged {
        what: format!("a review of tiers is {how}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Schema;

    #[test]
    fn reviews_come_back_and_half_a_one_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), &Schema::default()).unwrap();
        assert_eq!(load(&store).unwrap(), Reviews::default());
        let classes: Arc<[Arc<str>]> = ["金", "basic"].into_iter().map(Arc::from).collect();
        let mut wanted = Reviews::default();
        let rows = REVIEW_PART_ROWS * 2 + 5;
        for (tiers, date) in [("grade", -3), ("grade", 9), ("other", 9)] {
            let stands = (0..rows)
                .map(|row| [None, Some(0), Some(1)][(row * 7 + usize::from(date > 0)) % 3]);
            let review = wanted.review(tiers, Date(date), Arc::clone(&classes), stands);
            let (parts, whole) = records(tiers, &review);
            assert!(tiers != "grade" || date != -3 || parts.len() == 2);
            for record in parts.into_iter().chain([whole]) {
                store.append_with(Vec::new(), vec![record]).unwrap();
            }
            wanted.take(&tiers.into(), review);
        }
        // Cut off before it became true.
        let cut = wanted.review("grade", Date(10), classes, (0..rows).map(|_| Some(0)));
        let (parts, _) = records("grade", &cut);
        store.append_with(Vec::new(), parts).unwrap();
        store.close().unwrap();
        let store = Store::open(folder.path(), &Schema::default()).unwrap();
        assert_eq!(load(&store).unwrap(), wanted);
    }
}
