//! Texts that came before: a column of words or names says the same few over and over, and each needs
//! its memory once.

use std::cell::RefCell;
use std::sync::Arc;

use crate::base::checksum::xxh3;

/// Texts remembered; a power of two.
const SLOTS: usize = 4_096;
/// Longer texts are seldom said twice.
const BYTES_MAX: usize = 64;

/// The last text of each slot.
#[derive(Debug)]
pub struct Texts(RefCell<Vec<Option<Arc<str>>>>);

impl Default for Texts {
    fn default() -> Self {
        Self(RefCell::new(vec![None; SLOTS]))
    }
}

impl Texts {
    /// The text as it is kept.
    pub fn keep(&self, text: &str) -> Arc<str> {
        if text.len() > BYTES_MAX {
            return Arc::from(text);
        }
        let slot = xxh3(text.as_bytes()) as usize % SLOTS;
        let mut slots = self.0.borrow_mut();
        match slots.get_mut(slot) {
            Some(Some(known)) if **known == *text => Arc::clone(known),
            Some(place) => Arc::clone(place.insert(Arc::from(text))),
            None => Arc::from(text),
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
