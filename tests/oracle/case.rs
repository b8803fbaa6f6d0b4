//! One random case: a zone, rules, a log, questions and an instant.

use std::fmt;

use proptest::prelude::*;
use tamis::base::calendar::{Instant, Zone};
use tamis::base::kind::Kind;
use tamis::language::typed::{Report, Rules, Typed};
use tamis::store::fact::{Fact, Row};

use crate::expression::{expression, rules};
use crate::scope::Scope;
use crate::table::report;
use crate::tape::{Tape, tape};
use crate::world::{Log, ZONES, field_kinds, now, schema};

/// Numbers that decide everything.
#[derive(Clone)]
pub struct Tapes {
    pub zone: usize,
    pub schema: Vec<u32>,
    pub rules: Vec<u32>,
    pub facts: Vec<u32>,
    pub questions: Vec<u32>,
    pub table: Vec<u32>,
    pub now: Vec<u32>,
    /// Customers that enter before anything else.
    pub crowd: u32,
    /// How deep expressions nest.
    pub depth: u32,
}

/// Short: the case itself is told beside the seed that gives it again.
impl fmt::Debug for Tapes {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lengths = [
            &self.schema,
            &self.rules,
            &self.facts,
            &self.questions,
            &self.now,
        ];
        write!(out, "tapes of {:?}", lengths.map(Vec::len))
    }
}

/// What the tapes say.
pub struct Case {
    pub zone: Zone,
    pub rules: Rules,
    pub facts: Vec<Fact>,
    pub rows: u32,
    pub questions: Vec<Typed>,
    pub table: Report,
    pub now: Instant,
}

/// Tapes of small worlds.
pub fn small() -> impl Strategy<Value = Tapes> {
    (
        0..ZONES.len(),
        tape(40),
        tape(80),
        tape(1_500),
        tape(240),
        tape(160),
        tape(6),
        1..20u32,
        1..5u32,
    )
        .prop_map(
            |(zone, schema, rules, facts, questions, table, now, crowd, depth)| Tapes {
                zone,
                schema,
                rules,
                facts,
                questions,
                table,
                now,
                crowd,
                depth,
            },
        )
}

/// Tapes of worlds of more than one chunk of rows, with few facts at their edges.
pub fn crowded() -> impl Strategy<Value = Tapes> {
    let crowd = prop_oneof![Just(65_535u32), Just(65_536), Just(65_540), Just(131_080)];
    (small(), crowd).prop_map(|(tapes, crowd)| Tapes { crowd, ..tapes })
}

/// Few rows and the edges of blocks, chunks and words hold most facts.
fn some_row(tape: &mut Tape, rows: u32) -> u32 {
    let edges = [
        0, 1, 63, 64, 4_095, 4_096, 65_535, 65_536, 65_537, 131_071, 131_072,
    ];
    let near: Vec<u32> = edges.into_iter().filter(|row| *row < rows).collect();
    match rows > 100 && tape.chance(70) {
        true => *tape.one(&near),
        false => tape.below(rows as usize) as u32,
    }
}

impl Tapes {
    /// Reads the tapes.
    pub fn case(&self) -> Case {
        let zone = Zone::load(ZONES[self.zone]).unwrap();
        let schema = schema(&mut Tape::new(&self.schema), ZONES[self.zone]);
        let rules = rules(&mut Tape::new(&self.rules), schema, &zone, self.depth);
        let mut log = Log::new(&rules.schema, &zone);
        for _ in 0..self.crowd {
            log.enter_with(self.crowd);
        }
        log.fill(&mut Tape::new(&self.facts), &some_row);
        let (facts, rows) = (log.facts, log.rows);
        let now = now(&mut Tape::new(&self.now), &zone, &facts);
        let questions = questions(&mut Tape::new(&self.questions), &rules, &zone, self.depth);
        let table = report(&mut Tape::new(&self.table), &rules, &zone, self.depth);
        Case {
            zone,
            rules,
            facts,
            rows,
            questions,
            table,
            now,
        }
    }
}

/// A condition, then things of any kind.
fn questions(tape: &mut Tape, rules: &Rules, zone: &Zone, depth: u32) -> Vec<Typed> {
    let scope = Scope::new(rules, zone);
    let mut questions = vec![expression(tape, scope, &Kind::Bool, depth)];
    while !tape.ended() && questions.len() < 4 {
        let kind = match tape.below(2) {
            0 => Kind::Bool,
            _ => tape.one(&field_kinds()).clone(),
        };
        questions.push(expression(tape, scope, &kind, depth));
    }
    questions
}

/// Facts and rules in full when few, so that a failing case can be read.
impl fmt::Display for Case {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            out,
            "zone {} now {:?} ({})",
            self.zone.name(),
            self.now,
            self.zone.format(self.now)
        )?;
        let told = self
            .facts
            .iter()
            .filter(|fact| !matches!(fact, Fact::Customer { row: Row(row), .. } if *row > 5));
        for fact in told.take(60) {
            writeln!(out, "  {fact:?}")?;
        }
        for definition in &self.rules.definitions {
            writeln!(
                out,
                "{} = {:?}",
                definition.name, definition.expression.node
            )?;
        }
        for param in &self.rules.params {
            writeln!(out, "{} = {:?}", param.name, param.value)?;
        }
        Ok(())
    }
}
