//! What is not the same does not read the same: random expressions, many of them the same words
//! with brackets in other places, have readings of their own.

use std::collections::BTreeMap;

use super::fixture::Fixture;

/// A generator that repeats: 64-bit multiply and xor-shift.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        let mixed = self.0 ^ (self.0 >> 29);
        (mixed >> 16) as usize % end
    }

    fn one_of<'t>(&mut self, choices: &[&'t str]) -> &'t str {
        choices[self.below(choices.len())]
    }
}

/// A number about a customer; `fact`: within the `where` of purchases.
fn number(dice: &mut Dice, depth: usize, fact: bool) -> String {
    if depth == 0 {
        return match fact {
            true => dice
                .one_of(&["amount", "assets", "100", "balance"])
                .to_owned(),
            false => dice
                .one_of(&["assets", "balance", "income", "100", "spend_90d"])
                .to_owned(),
        };
    }
    let below = depth - 1;
    match dice.below(9) {
        0 => format!(
            "({} + {})",
            number(dice, below, fact),
            number(dice, below, fact)
        ),
        1 => format!(
            "({} - {})",
            number(dice, below, fact),
            number(dice, below, fact)
        ),
        2 => format!("({} * 3)", number(dice, below, fact)),
        3 => format!("(0.5 * {})", number(dice, below, fact)),
        4 => format!("({} default 0)", number(dice, below, fact)),
        5 => format!(
            "max({}, {})",
            number(dice, below, fact),
            number(dice, below, fact)
        ),
        6 => format!("(-{})", number(dice, below, fact)),
        7 => format!(
            "(if {} then {} else {})",
            condition(dice, below, fact),
            number(dice, below, fact),
            number(dice, below, fact)
        ),
        _ => {
            let condition = condition(dice, below, true);
            let window = dice.one_of(&[
                "",
                ", last 90 days",
                ", since last(complaint).at",
                ", this month",
            ]);
            let function = dice.one_of(&["sum", "avg", "max"]);
            format!("{function}(purchase.amount where {condition}{window})")
        }
    }
}

fn condition(dice: &mut Dice, depth: usize, fact: bool) -> String {
    if depth == 0 {
        return match fact {
            true => dice.one_of(&[
                "channel = mobile",
                "high_value",
                "product is missing",
                "amount > 5",
            ]),
            false => dice.one_of(&[
                "high_value",
                "agrees",
                "any(loan)",
                "none(login)",
                "city = \"a\"",
            ]),
        }
        .to_owned();
    }
    let below = depth - 1;
    match dice.below(9) {
        0 | 1 => format!(
            "({} and {})",
            condition(dice, below, fact),
            condition(dice, below, fact)
        ),
        2 => format!(
            "({} or {})",
            condition(dice, below, fact),
            condition(dice, below, fact)
        ),
        3 => format!("(not {})", condition(dice, below, fact)),
        4 => {
            let sign = dice.one_of(&["<", "<=", ">", ">="]);
            format!(
                "({} {sign} {})",
                number(dice, below, fact),
                number(dice, below, fact)
            )
        }
        5 => format!(
            "at least 2 of ({}, {}, {})",
            condition(dice, below, fact),
            condition(dice, below, fact),
            condition(dice, below, fact)
        ),
        6 if !fact => {
            let quantifier = dice.one_of(&["any", "all", "none"]);
            format!("{quantifier} guarantor ({})", condition(dice, below, false))
        }
        7 => format!("top 10% by {}", number(dice, below, false)),
        _ => {
            let function = dice.one_of(&["any", "none"]);
            let window =
                dice.one_of(&["", ", last 90 days", ", within 3 days after last(login).at"]);
            format!(
                "{function}(purchase where {}{window})",
                condition(dice, below, true)
            )
        }
    }
}

/// Every way to put few words together, at most `depth` deep: the same words with brackets in other places.
fn every_way(depth: usize) -> Vec<String> {
    let Some(below) = depth.checked_sub(1) else {
        return ["high_value", "agrees", "channel = web"]
            .map(str::to_owned)
            .to_vec();
    };
    let parts = every_way(below);
    let mut all = parts.clone();
    for one in &parts {
        all.push(format!("(not {one})"));
        all.push(format!("any guarantor ({one})"));
        all.push(format!("none guarantor ({one})"));
        all.push(format!("(count(guarantor where {one}) >= 2)"));
        all.push(format!("any(purchase where {one})"));
        all.push(format!("(sum(purchase.amount where {one}) > 5)"));
        all.push(format!("(top 10% by assets among {one})"));
    }
    // Two at once grow too fast: each with the words themselves, on either side.
    let words = every_way(0);
    for one in &parts {
        for word in &words {
            for joint in ["and", "or"] {
                all.push(format!("({one} {joint} {word})"));
                all.push(format!("({word} {joint} {one})"));
            }
        }
    }
    all
}

/// Readings with what they are readings of.
#[derive(Default)]
struct Told {
    readings: [BTreeMap<String, String>; 2],
    count: usize,
}

impl Told {
    fn tell(&mut self, fixture: &Fixture, text: &str) {
        let Some((printed, words)) = fixture.read(text) else {
            return;
        };
        // Said twice the opposite is the thing itself.
        let printed = printed.replace("not not ", "").replace("not not ", "");
        self.count += 1;
        for (words, readings) in words.into_iter().zip(&mut self.readings) {
            assert!(
                !words.contains('?') && !words.contains("  ,"),
                "{printed}\n{words}"
            );
            let before = readings.entry(words).or_insert_with(|| printed.clone());
            assert_eq!(*before, printed, "both read alike");
        }
    }
}

#[test]
fn the_same_words_bracketed_otherwise_read_otherwise() {
    let fixture = Fixture::new();
    let mut told = Told::default();
    let deepest = every_way(3);
    // All small ones, and every few of the rest.
    for text in every_way(2).iter().chain(deepest.iter().step_by(5)) {
        told.tell(&fixture, text);
    }
    assert!(told.count > 1_000, "{}", told.count);
}

#[test]
fn what_is_not_the_same_does_not_read_the_same() {
    const WANTED: usize = 2_000;
    let fixture = Fixture::new();
    let mut dice = Dice(20_240_630);
    let mut told = Told::default();
    for at in 0..4 * WANTED {
        let depth = 1 + at % 4;
        let text = match dice.below(2) {
            0 => number(&mut dice, depth, false),
            _ => condition(&mut dice, depth, false),
        };
        told.tell(&fixture, &text);
        if told.count == WANTED {
            return;
        }
    }
    panic!(
        "{} of the expressions were sound: they test too little",
        told.count
    );
}
