//! Rule texts with words dropped, doubled, exchanged: the checker answers each with
//! findings in place or a set that keeps its promises, the same twice, and never fails.

use super::{case, compiled, sound};
use crate::base::source::Sources;

/// A generator that repeats: 64-bit multiply and xor-shift.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        let mixed = self.0 ^ (self.0 >> 29);
        (mixed >> 16) as usize % end.max(1)
    }
}

fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut wordy = false;
    for letter in text.chars() {
        let is_word = letter.is_alphanumeric() || letter == '_';
        match words.last_mut() {
            Some(last) if wordy && is_word => last.push(letter),
            _ => words.push(letter.to_string()),
        }
        wordy = is_word;
    }
    words
}

fn mutant(words: &[String], dice: &mut Dice) -> String {
    let mut words = words.to_vec();
    for _ in 0..=dice.below(3) {
        let (a, b) = (dice.below(words.len()), dice.below(words.len()));
        match dice.below(4) {
            0 => drop(words.remove(a)),
            1 => words.insert(a, words[b].clone()),
            2 => words.swap(a, b),
            _ => words[a] = words[b].clone(),
        }
    }
    words.concat()
}

fn in_place(sources: &Sources, text: &str, compiled: &crate::language::compile::Compiled) {
    for finding in &compiled.diagnostics {
        for label in &finding.labels {
            let source = sources.get(label.span.source).unwrap();
            let range = label.span.start as usize..label.span.end as usize;
            assert!(source.text.get(range).is_some(), "{finding:?}\n{text}");
        }
        assert!(!finding.message.is_empty());
    }
}

#[test]
fn no_text_brings_the_checker_down() {
    let mut dice = Dice(20_240_630);
    let mut sound_sets = 0;
    for name in [
        "fine.tamis",
        "warnings.tamis",
        "kinds.tamis",
        "sources.tamis",
    ] {
        let words = words(&case(name));
        for _ in 0..40 {
            let text = mutant(&words, &mut dice);
            let (sources, first) = compiled(&text);
            in_place(&sources, &text, &first);
            if first.is_sound() {
                sound_sets += 1;
                sound::assert(&first.rules);
            }
            let (_, second) = compiled(&text);
            assert_eq!(first.diagnostics, second.diagnostics, "{text}");
        }
    }
    assert!(
        sound_sets > 0,
        "every mutant was refused: they test too little"
    );
}
