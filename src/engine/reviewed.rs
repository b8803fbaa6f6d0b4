//! What reviews of tiers said, as plain values: who came to stand where at which date. Who holds a
//! review, and where it is kept, is not known here.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::calendar::Date;
use crate::base::kind::EnumKind;
use crate::engine::rank::{RankTable, Standing};

/// In the place of a class: none.
pub const NOWHERE: u16 = u16::MAX;

/// One review: what changed since the one before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// At whose beginning it was held.
    pub date: Date,
    /// Names of the classes that it knows.
    pub classes: Arc<[Arc<str>]>,
    /// Rows that stand elsewhere than before, ascending, with their class by its place among the names;
    /// [`NOWHERE`] for those that stand in none any more.
    pub moved: Vec<(u32, u16)>,
}

/// Where everyone stands after a review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reviewed {
    /// The review's.
    pub date: Date,
    names: Arc<Vec<Arc<str>>>,
    /// By row, as far as anyone stands anywhere.
    codes: Arc<Vec<u16>>,
}

impl Reviewed {
    /// The class of the customer of a row.
    pub fn class(&self, row: u32) -> Option<&Arc<str>> {
        let code = self.codes.get(row as usize)?;
        self.names.get(usize::from(*code))
    }
}

/// The reviews of the tiers of one name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Course {
    /// By date.
    reviews: Vec<Arc<Review>>,
    /// After the last.
    names: Arc<Vec<Arc<str>>>,
    codes: Arc<Vec<u16>>,
}

impl Course {
    fn take(&mut self, review: Review) {
        let names = Arc::make_mut(&mut self.names);
        let codes: Vec<u16> = review
            .classes
            .iter()
            .map(|class| {
                let known = names.iter().position(|name| name == class);
                let at = known.unwrap_or_else(|| {
                    names.push(Arc::clone(class));
                    names.len() - 1
                });
                u16::try_from(at).unwrap_or(NOWHERE)
            })
            .collect();
        let by_row = Arc::make_mut(&mut self.codes);
        for (row, code) in &review.moved {
            let at = *row as usize;
            if at >= by_row.len() {
                by_row.resize(at + 1, NOWHERE);
            }
            if let Some(place) = by_row.get_mut(at) {
                *place = codes.get(usize::from(*code)).copied().unwrap_or(NOWHERE);
            }
        }
        self.reviews.push(Arc::new(review));
    }

    fn standing(&self) -> Option<Reviewed> {
        Some(Reviewed {
            date: self.reviews.last()?.date,
            names: Arc::clone(&self.names),
            codes: Arc::clone(&self.codes),
        })
    }
}

/// All reviews there are, by the names of the tiers. A clone shares what it can.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reviews(BTreeMap<Arc<str>, Course>);

impl Reviews {
    /// Where everyone stood after the last review not after a date.
    pub fn at(&self, name: &str, date: Date) -> Option<Reviewed> {
        let course = self.0.get(name)?;
        let count = course.reviews.partition_point(|review| review.date <= date);
        if count == course.reviews.len() {
            return course.standing();
        }
        let mut then = Course::default();
        for review in course.reviews.iter().take(count) {
            then.take(Review::clone(review));
        }
        then.standing()
    }

    /// Where everyone stands after the last review.
    pub fn last(&self, name: &str) -> Option<Reviewed> {
        self.0.get(name)?.standing()
    }

    /// All of them, by name and date.
    pub fn iter(&self) -> impl Iterator<Item = (&Arc<str>, &Arc<Review>)> {
        let courses = self.0.iter();
        courses.flat_map(|(name, course)| course.reviews.iter().map(move |review| (name, review)))
    }

    /// Those that `older`, of which this was made, does not have.
    pub fn since<'r>(
        &'r self,
        older: &'r Self,
    ) -> impl Iterator<Item = (&'r Arc<str>, &'r Arc<Review>)> {
        self.0.iter().flat_map(|(name, course)| {
            let known = older.0.get(name).map_or(0, |older| older.reviews.len());
            course.reviews.iter().skip(known).map(move |it| (name, it))
        })
    }

    /// Takes a review; its date is after that of the last one of these tiers.
    pub fn take(&mut self, name: &Arc<str>, review: Review) {
        self.0.entry(Arc::clone(name)).or_default().take(review);
    }

    /// The review at whose end everyone stands where `stands` says, by row: that of the class of some place
    /// among the names.
    pub fn review(
        &self,
        name: &str,
        date: Date,
        classes: Arc<[Arc<str>]>,
        stands: impl Iterator<Item = Option<u16>>,
    ) -> Review {
        let before = self.last(name);
        let class_of = |code: Option<u16>| code.and_then(|code| classes.get(usize::from(code)));
        let moved = (0u32..).zip(stands).filter(|(row, code)| {
            let stood = before.as_ref().and_then(|before| before.class(*row));
            stood != class_of(*code)
        });
        let moved = moved
            .map(|(row, code)| (row, code.unwrap_or(NOWHERE)))
            .collect();
        Review {
            date,
            classes,
            moved,
        }
    }
}

/// The place of a class of that name in a list.
pub fn class_code(classes: &EnumKind, name: &str) -> Option<u16> {
    let mut values = classes.values.iter();
    let at = values.position(|value| &*value.name == name)?;
    u16::try_from(at).ok()
}

/// One customer in a review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TierReview {
    /// The review's.
    pub date: Date,
    /// The class before it.
    pub before: Option<Arc<str>>,
    /// Where the customer stood then, as known today.
    pub standing: Standing,
}

/// What a review came from.
#[derive(Clone, Debug, PartialEq)]
pub struct ReviewShown {
    /// The review's.
    pub date: Date,
    /// Where everyone stood before; `None` = nowhere.
    pub before: Option<Reviewed>,
    /// The ranks at its instant, as known today.
    pub ranks: Arc<RankTable>,
}

/// Tiers that an answer hangs on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TiersShown {
    /// Their name.
    pub name: Arc<str>,
    /// The date of the review that was read; `None` = there was none, and the class follows from the rank alone.
    pub date: Option<Date>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(names: &[&str]) -> Arc<[Arc<str>]> {
        names.iter().map(|name| Arc::from(*name)).collect()
    }

    #[test]
    fn each_date_is_read_as_it_stood() {
        let tiers: Arc<str> = "grade".into();
        let day = |text: &str| Date::parse(text).unwrap();
        let mut reviews = Reviews::default();
        assert_eq!(reviews.at("grade", day("2024-01-05")), None);
        let first = reviews.review(
            "grade",
            day("2024-01-02"),
            named(&["gold", "basic"]),
            [Some(0), None, Some(1)].into_iter(),
        );
        assert_eq!(first.moved, [(0, 0), (2, 1)]);
        reviews.take(&tiers, first);
        let older = reviews.clone();
        // The list of classes is another: the same name is the same class.
        let second = reviews.review(
            "grade",
            day("2024-01-04"),
            named(&["top", "gold", "basic"]),
            [Some(1), Some(0), None].into_iter(),
        );
        assert_eq!(second.moved, [(1, 0), (2, NOWHERE)]);
        reviews.take(&tiers, second);
        let at = |date: &str| {
            let standing = reviews.at("grade", day(date))?;
            let class = |row| standing.class(row).map_or("-", |name| &**name).to_owned();
            Some([class(0), class(1), class(2), class(3)].join(" "))
        };
        assert_eq!(at("2024-01-01"), None);
        assert_eq!(at("2024-01-02").as_deref(), Some("gold - basic -"));
        assert_eq!(at("2024-01-03").as_deref(), Some("gold - basic -"));
        assert_eq!(at("2024-01-04").as_deref(), Some("gold top - -"));
        assert_eq!(at("2030-01-01").as_deref(), Some("gold top - -"));
        assert_eq!(reviews.since(&older).count(), 1);
        assert_eq!(reviews.iter().count(), 2);
    }
}
