//! Random lives of a rules folder: what serves in the end, and on the way, is what a
//! compilation from nothing gives.

use std::collections::BTreeMap;
use std::sync::Arc;

use tamis::engine::RunOptions;
use tamis::live::members::{Members, View};
use tamis::live::rule_set::Outcome;
use tamis::live::saved::{Draft, Expected};
use tamis::rules;

use crate::bank::{Place, Running};

/// A small generator of its own, so that a seed is a life.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

const CONDITIONS: &[&str] = &[
    "age >= 50",
    "age < 30 or city = \"Brno\"",
    "not (city = \"Praha\")",
    "m > 3",
    "none(login)",
    "age >=",
    "nobody",
    "f0 and age > 10",
    "f1 or age > 80",
    "m",
];

fn some_file(chance: &mut Chance, file: u64) -> String {
    let metric = match file {
        0 => format!("metric m: age / {}\n", chance.below(20) + 1),
        _ => String::new(),
    };
    let condition =
        |chance: &mut Chance| CONDITIONS[chance.below(CONDITIONS.len() as u64) as usize];
    format!("{metric}filter f{file}: {}\n", condition(chance))
}

/// What serves says what its texts say, and its members are who they should be.
fn check(bank: &Running) {
    let live = bank.core.settled().unwrap();
    let texts: rules::Texts = live
        .moment
        .sources
        .iter()
        .map(|(_, source)| (source.name.clone(), source.text.clone()))
        .collect();
    assert_eq!(rules::revision_of(&texts), live.rule_set.accepted.revision);
    let scratch = rules::load_texts(texts);
    assert!(scratch.is_sound());
    assert_eq!(scratch.rules, *live.moment.rules);
    let options = RunOptions::default();
    let view = View {
        snapshot: &live.moment.snapshot,
        plugins: &*live.moment.plugins,
        now: live.moment.now,
        ranks: Some(&live.moment.ranks),
        options: &options,
    };
    let right = Members::compute(&scratch.rules, view).unwrap();
    let sets = |members: &Members| -> BTreeMap<Arc<str>, Vec<u32>> {
        let sets = members.iter();
        sets.map(|(name, set)| (Arc::clone(name), set.rows().collect()))
            .collect()
    };
    assert_eq!(sets(&live.members), sets(&right));
}

#[test]
fn lives_of_a_folder() {
    for seed in 1..=4_u64 {
        let mut chance = Chance(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let place = Place::new(&[
            ("f0.tamis", "metric m: age / 10\nfilter f0: age > 20\n"),
            ("f1.tamis", "filter f1: m > 2\n"),
            ("f2.tamis", "filter f2: none(login)\n"),
        ]);
        let mut bank = place.start().unwrap();
        bank.send_people();
        for step in 0..14 {
            match chance.below(8) {
                0 => {
                    bank.stop();
                    bank = place.start().unwrap();
                }
                1 | 2 => {
                    let name = format!("s{}", chance.below(3));
                    let expression = format!("age > {}", chance.below(100));
                    let draft = Draft {
                        name: &name,
                        label: None,
                        expression: &expression,
                    };
                    let saved = bank.reloader.save_filter(draft, Expected::Any, "me");
                    saved.unwrap();
                }
                _ => {
                    let file = chance.below(3);
                    let text = some_file(&mut chance, file);
                    place.write(&format!("f{file}.tamis"), &text);
                }
            }
            let sound = rules::load(&place.rules()).unwrap().is_sound();
            let revision = rules::revision_of(&rules::read(&place.rules()).unwrap());
            if sound {
                bank.until(&format!("seed {seed}, step {step}"), |live| {
                    live.rule_set.accepted.revision == revision
                });
            } else {
                bank.until_told(&place.rules(), Outcome::Refused);
            }
            check(&bank);
        }
        bank.stop();
    }
}
