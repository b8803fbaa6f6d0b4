//! The words of a list, found as [`EnumKind::find`] finds them.

use std::collections::HashMap;

use crate::base::kind::EnumKind;

/// Words up to which each is compared.
const COMPARED_MAX: usize = 8;

/// Codes by word.
#[derive(Debug)]
pub struct Words {
    /// Names before labels.
    first: Vec<(Box<str>, u16)>,
    /// All of them, when there are many.
    all: HashMap<Box<str>, u16>,
}

impl Words {
    /// The words of a list.
    pub fn of(list: &EnumKind) -> Self {
        let coded = || (0_u16..).zip(&list.values);
        let names = coded().map(|(code, value)| (Box::from(&*value.name), code));
        let labels = coded().filter_map(|(code, value)| {
            let label = value.label.as_deref()?;
            Some((Box::from(label), code))
        });
        let mut first: Vec<(Box<str>, u16)> = names.chain(labels).collect();
        let mut all = HashMap::new();
        if first.len() > COMPARED_MAX {
            for (word, code) in first.drain(..) {
                all.entry(word).or_insert(code);
            }
        }
        Self { first, all }
    }

    /// The code of a word.
    pub fn find(&self, word: &str) -> Option<u16> {
        match self.all.is_empty() {
            true => {
                let mut words = self.first.iter();
                words
                    .find(|(known, _)| **known == *word)
                    .map(|known| known.1)
            }
            false => self.all.get(word).copied(),
        }
    }
}
