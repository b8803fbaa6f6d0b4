//! Any rule or expression in plain words of either tongue, to be read aloud: a sentence, or lines below
//! each other where a sentence would be ambiguous. Made from the typed tree and the word table;
//! nothing of a rule is left out. The rule's own notation is the printer's.

mod aggregate;
mod amount;
mod arithmetic;
mod care;
mod clause;
mod compare;
mod condition;
mod facts;
mod function;
mod lines;
mod name;
mod population;
mod report;
mod rule;
mod score;
mod sequence;
mod series;
mod shape;
mod test;
mod value;
mod window;

use super::typed::{
    CarePlan, Definition, EventPart, Param, Report, RuleTest, Rules, Subject, Typed,
};
use super::words::Tongue;
use crate::base::calendar::Zone;
use crate::base::kind::Kind;
use lines::Line;

/// One of two texts: the reader's tongue chooses. Both may name what stands around them.
macro_rules! say {
    ($reader:expr, $english:literal, $chinese:literal) => {
        match $reader.tongue {
            $crate::language::words::Tongue::English => format!($english),
            $crate::language::words::Tongue::Chinese => format!($chinese),
        }
    };
}
use say;

/// A rule of a set.
#[derive(Clone, Copy, Debug)]
pub enum Rule<'a> {
    /// A metric, filter, score, stages or tiers.
    Definition(&'a Definition),
    /// A report.
    Report(&'a Report),
    /// A care plan.
    Care(&'a CarePlan),
    /// A test.
    Test(&'a RuleTest),
    /// A named part of events.
    Part(&'a EventPart),
    /// A number that rules share.
    Param(&'a Param),
}

impl<'a> Rule<'a> {
    /// The rule of that name, else of that label; of several kinds the first in this order: definitions, reports,
    /// care plans, tests, parts of events, params.
    pub fn find(rules: &'a Rules, name: &str) -> Option<Self> {
        let definition = rules.find(name).and_then(|id| rules.definition(id));
        let mut tests = rules.tests.iter();
        definition
            .map(Rule::Definition)
            .or_else(|| rules.report(name).map(Rule::Report))
            .or_else(|| rules.care_plan(name).map(Rule::Care))
            .or_else(|| tests.find(|test| &*test.name == name).map(Rule::Test))
            .or_else(|| {
                let parts = rules.event_parts.iter();
                called(parts, name, |part| (&part.name, part.label.as_deref())).map(Rule::Part)
            })
            .or_else(|| {
                let params = rules.params.iter();
                called(params, name, |param| (&param.name, param.label.as_deref())).map(Rule::Param)
            })
    }
}

/// The one of that name, else of that label.
fn called<'r, T>(
    list: impl Iterator<Item = &'r T> + Clone,
    wanted: &str,
    names: impl Fn(&'r T) -> (&'r str, Option<&'r str>),
) -> Option<&'r T> {
    let by_name = list.clone().find(|one| names(one).0 == wanted);
    by_name.or_else(|| {
        let mut list = list;
        list.find(|one| names(one).1 == Some(wanted))
    })
}

/// A rule in words: a line or several, each ended.
pub fn rule<'a>(rules: &'a Rules, rule: Rule<'a>, tongue: Tongue) -> String {
    let mut reader = Reader::new(rules, tongue);
    let line = match rule {
        Rule::Definition(definition) => reader.definition(definition),
        Rule::Report(report) => reader.report(report),
        Rule::Care(plan) => reader.care(plan),
        Rule::Test(test) => reader.test(test),
        Rule::Part(part) => reader.event_part(part),
        Rule::Param(param) => reader.shared_number(param),
    };
    line.write(tongue)
}

/// An expression about a customer in words: whom a condition means, or what a value is.
pub fn expression(rules: &Rules, typed: &Typed, tongue: Tongue) -> String {
    let mut reader = Reader::new(rules, tongue);
    let line = match typed.kind {
        Kind::Bool => reader.customers(typed),
        _ => reader.value_line(typed),
    };
    line.write(tongue)
}

/// Of whom or of what is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// The customer asked about.
    Customer,
    /// A customer at the other end of a relation.
    Other,
    /// A fact of the customer.
    Fact(Subject),
    /// A record of a source.
    Record,
    /// The rows of a group.
    Group,
}

/// Puts one rule into words.
struct Reader<'a> {
    rules: &'a Rules,
    tongue: Tongue,
    zone: Zone,
    place: Place,
    /// Parts that the line at hand speaks of by their marks.
    apart: Vec<Line>,
    /// Marks given so far.
    marks: usize,
    /// The report at hand.
    report: Option<&'a Report>,
}

impl<'a> Reader<'a> {
    fn new(rules: &'a Rules, tongue: Tongue) -> Self {
        Self {
            rules,
            tongue,
            zone: Zone::load(&rules.schema.settings.time_zone).unwrap_or_else(Zone::utc),
            place: Place::Customer,
            apart: Vec::new(),
            marks: 0,
            report: None,
        }
    }

    /// Speaks of something else for a while.
    fn about<R>(&mut self, place: Place, speak: impl FnOnce(&mut Self) -> R) -> R {
        let before = std::mem::replace(&mut self.place, place);
        let said = speak(self);
        self.place = before;
        said
    }

    /// A line with the parts below it that it speaks of.
    fn line(&mut self, speak: impl FnOnce(&mut Self) -> String) -> Line {
        let before = std::mem::take(&mut self.apart);
        let text = speak(self);
        let below = std::mem::replace(&mut self.apart, before);
        Line::of(text, below)
    }

    /// The mark under which a part stands on lines of its own.
    fn set_apart(&mut self, speak: impl FnOnce(&mut Self) -> Line) -> String {
        let mark = self.next_mark();
        let line = speak(self);
        self.apart.push(line.marked(&mark));
        mark
    }

    fn next_mark(&mut self) -> String {
        const LETTERS: usize = 26;
        let mut letters = String::new();
        let mut rest = self.marks;
        self.marks += 1;
        loop {
            let letter = u8::try_from(rest % LETTERS).unwrap_or_default();
            letters.insert(0, char::from(b'a' + letter));
            if rest < LETTERS {
                break;
            }
            rest = rest / LETTERS - 1;
        }
        say!(self, "({letters})", "（{letters}）")
    }
}
