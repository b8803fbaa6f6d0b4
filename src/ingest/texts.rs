//! Memory that is used again: texts that came before, as a column of words or names says the same few over
//! and over, and lists of values that were written.

use std::cell::RefCell;
use std::sync::Arc;

use crate::base::checksum::xxh3;
use crate::base::value::Value;
use crate::store::fact::Fact;

/// Texts remembered; a power of two.
const SLOTS: usize = 4_096;
/// Longer texts are seldom said twice.
const BYTES_MAX: usize = 64;

/// What is used again.
#[derive(Debug)]
pub struct Texts {
    /// The last text of each slot.
    slots: RefCell<Vec<Option<Arc<str>>>>,
    /// Events whose lists are filled again.
    spent: RefCell<Vec<Fact>>,
}

impl Default for Texts {
    fn default() -> Self {
        Self {
            slots: RefCell::new(vec![None; SLOTS]),
            spent: RefCell::default(),
        }
    }
}

impl Texts {
    /// The text as it is kept.
    pub fn keep(&self, text: &str) -> Arc<str> {
        if text.len() > BYTES_MAX {
            return Arc::from(text);
        }
        let slot = xxh3(text.as_bytes()) as usize % SLOTS;
        let mut slots = self.slots.borrow_mut();
        match slots.get_mut(slot) {
            Some(Some(known)) if **known == *text => Arc::clone(known),
            Some(place) => Arc::clone(place.insert(Arc::from(text))),
            None => Arc::from(text),
        }
    }

    /// An empty list for values.
    pub fn list(&self) -> Vec<Option<Value>> {
        match self.spent.borrow_mut().pop() {
            Some(Fact::Event { mut fields, .. }) => {
                fields.clear();
                fields
            }
            _ => Vec::new(),
        }
    }

    /// Gives events away that nobody needs any more.
    pub fn refill(&self, spent: Vec<Fact>) {
        if !spent.is_empty() {
            *self.spent.borrow_mut() = spent;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_said_again_is_the_same() {
        let texts = Texts::default();
        let first = texts.keep("web");
        assert!(Arc::ptr_eq(&first, &texts.keep("web")));
        let long = "x".repeat(BYTES_MAX + 1);
        assert_eq!(*texts.keep(&long), *long);
        for number in 0..3 * SLOTS {
            assert_eq!(*texts.keep(&number.to_string()), *number.to_string());
        }
    }
}
