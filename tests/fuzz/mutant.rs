//! Mutants of texts, made from a seed alone.

use tamis::language::words;

/// SplitMix64: the same numbers on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    fn of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
}

/// Signs that open, close, part or deceive.
const SIGNS: &[&str] = &[
    "(",
    ")",
    "（",
    "）",
    "{",
    "}",
    "[",
    "\"",
    "“",
    "”",
    "`",
    "【",
    "】",
    "#",
    ":",
    "：",
    ",",
    "，",
    ".",
    "..",
    "..<",
    "=",
    "==",
    "<",
    ">=",
    "!",
    "&&",
    "->",
    "-",
    "%",
    "~",
    "\n",
    " ",
    "\u{3000}",
    "\u{feff}",
    "\u{202e}",
    "9",
    "9999999999",
    "2024-06-30",
    "2024-6-3",
    "90天",
    "50万",
    "３",
    "é",
    "e\u{301}",
    "😀",
    "\u{0}",
];

/// One mutant: a text of the corpus after up to eight changes.
pub fn of(texts: &[String], seed: u64) -> String {
    let mut random = Random(seed);
    let mut letters: Vec<char> = random.of(texts).chars().collect();
    for _ in 0..=random.below(8) {
        let at = random.below(letters.len() + 1);
        let end = (at + 1 + random.below(12)).min(letters.len());
        match random.below(6) {
            0 => drop(letters.drain(at..end)),
            1 => put(&mut letters, at, SIGNS[random.below(SIGNS.len())]),
            2 => {
                let word = random.of(words::ALL);
                let form = if random.below(2) == 0 {
                    word.english
                } else {
                    word.chinese
                };
                let glue = if random.below(2) == 0 { " " } else { "" };
                put(&mut letters, at, &format!("{glue}{form}{glue}"));
            }
            3 => {
                let copy: String = letters[at..end].iter().collect();
                put(&mut letters, at, &copy.repeat(1 + random.below(6)));
            }
            4 => {
                let other: Vec<char> = random.of(texts).chars().collect();
                let from = random.below(other.len());
                let to = (from + random.below(200)).min(other.len());
                let part: String = other[from..to].iter().collect();
                put(&mut letters, at, &part);
            }
            _ => {
                let other = random.below(letters.len() + 1);
                if at < letters.len() && other < letters.len() {
                    letters.swap(at, other);
                }
            }
        }
    }
    letters.into_iter().collect()
}

fn put(letters: &mut Vec<char>, at: usize, text: &str) {
    letters.splice(at..at, text.chars());
}
