//! Conditions: yes, no and, where neither, unknown.

use std::borrow::Cow;

use crate::engine::words;

/// Two-valued sides of a condition: neither = unknown.
#[derive(Clone, Debug, PartialEq)]
pub struct Truth {
    /// Known to hold.
    pub yes: Vec<u64>,
    /// Known not to hold; `None` = wherever not yes.
    pub no: Option<Vec<u64>>,
}

impl Truth {
    /// Decided where `presence` says so.
    pub fn of(mut yes: Vec<u64>, presence: Option<Vec<u64>>) -> Self {
        let no = presence.map(|present| {
            words::and_into(&mut yes, &present);
            words::and_not(&present, &yes)
        });
        Self { yes, no }
    }

    /// The same for every lane.
    pub fn constant(value: Option<bool>, len: usize) -> Self {
        match value {
            Some(true) => Self {
                yes: words::all(len),
                no: None,
            },
            Some(false) => Self {
                yes: words::none(len),
                no: None,
            },
            None => Self {
                yes: words::none(len),
                no: Some(words::none(len)),
            },
        }
    }

    /// The lanes that are *no*.
    pub fn no(&self, len: usize) -> Cow<'_, [u64]> {
        match &self.no {
            Some(no) => Cow::Borrowed(no),
            None => Cow::Owned(words::not(&self.yes, len)),
        }
    }

    /// Lanes that are *yes* or *no*; `None` = all.
    pub fn known(&self) -> Option<Vec<u64>> {
        self.no.as_ref().map(|no| words::or(&self.yes, no))
    }

    /// The other way round; unknown stays.
    pub fn negated(&self, len: usize) -> Self {
        match &self.no {
            Some(no) => Self {
                yes: no.clone(),
                no: Some(self.yes.clone()),
            },
            None => Self {
                yes: words::not(&self.yes, len),
                no: None,
            },
        }
    }

    /// Negated if asked.
    pub fn turned(self, negated: bool, len: usize) -> Self {
        if negated { self.negated(len) } else { self }
    }

    /// One lane.
    pub fn at(&self, lane: usize) -> Option<bool> {
        if words::get(&self.yes, lane) {
            return Some(true);
        }
        match &self.no {
            None => Some(false),
            Some(no) => words::get(no, lane).then_some(false),
        }
    }
}
