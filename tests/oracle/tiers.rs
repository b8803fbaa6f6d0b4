//! Tiers over random rules and facts, some customers placed by a review: the kernels and
//! the reference say the same of everyone.

use std::sync::Arc;

use tamis::base::calendar::Date;
use tamis::base::decimal::Decimal;
use tamis::base::kind::Kind;
use tamis::base::span::Span;
use tamis::base::value::Value;
use tamis::columns::person::Person;
use tamis::engine::external::NoPlugins;
use tamis::engine::reference::People;
use tamis::engine::reference::people::{FactPeople, from_facts};
use tamis::engine::reviewed::{Reviewed, Reviews};
use tamis::engine::{Rows, RunOptions};
use tamis::language::typed::{
    CompareOp, Definition, DefinitionId, DefinitionKind, Detail, Node, Population, TiersDetail,
    Typed,
};
use tamis::live::ranks::Ranks;
use tamis::live::run::{Prepared, View};
use tamis::plan::{Statistics, optimise};

use crate::answers::{expected, given, plan, same, snapshot};
use crate::case::Case;
use crate::expression::{expression, typed};
use crate::scope::Scope;
use crate::tape::Tape;
use crate::values::enum_kind;

/// People of whom a review has spoken.
struct Placed {
    people: FactPeople,
    reviewed: Option<Reviewed>,
}

impl People for Placed {
    fn person(&self, row: u32) -> Arc<Person> {
        self.people.person(row)
    }

    fn rows(&self) -> u32 {
        self.people.rows()
    }

    fn reviewed(&self, _tiers: &str, row: u32) -> Option<Arc<str>> {
        self.reviewed.as_ref()?.class(row).cloned()
    }
}

fn tiers(tape: &mut Tape, case: &Case, depth: u32) -> Definition {
    let kind = enum_kind(3);
    let Kind::Enum(classes) = &kind else {
        unreachable!("a list");
    };
    let scope = Scope::new(&case.rules, &case.zone);
    let of = [Kind::Int, Kind::Number, Kind::Money, Kind::Date][tape.below(4)].clone();
    let per = match tape.chance(30) {
        true => vec![expression(tape, scope, &Kind::Bool, depth)],
        false => Vec::new(),
    };
    let population = Population {
        value: expression(tape, scope, &of, depth),
        among: None,
        per,
        ties_by_id: false,
    };
    let share = |part: i64| Decimal::new(part.into(), 2);
    let first = tape.between(1, 60);
    let mut detail = TiersDetail {
        classes: Arc::clone(classes),
        population,
        reaches: vec![
            share(first),
            share(first + tape.between(1, 40)),
            tape.chance(50).then(|| share(100)).flatten(),
        ],
        keep: share(tape.between(0, 30)).unwrap(),
        by_rank: typed(Node::Missing, kind.clone()),
        sets: Vec::new(),
    };
    let class = |code: u16| typed(Node::Literal(Value::Enum(code)), kind.clone());
    let within = |code| detail.within(usize::from(code), false, Span::default());
    let arms = (0..3).filter_map(|code| Some((within(code)?, class(code))));
    let node = Node::Case {
        arms: arms.collect(),
        otherwise: within(2).is_none().then(|| Box::new(class(2))),
    };
    detail.by_rank = typed(node, kind.clone());
    let node = Node::Default {
        value: Box::new(typed(Node::Reviewed("grade".into()), kind.clone())),
        fallback: Box::new(detail.by_rank.clone()),
    };
    Definition {
        kind: DefinitionKind::Tiers,
        name: "grade".into(),
        label: None,
        description: None,
        expression: typed(node, kind),
        detail: Detail::Tiers(Box::new(detail)),
        span: Span::default(),
    }
}

fn questions(id: DefinitionId, kind: &Kind) -> Vec<Typed> {
    let grade = || typed(Node::Definition(id), kind.clone());
    let is = |code: u16| {
        let node = Node::Compare {
            op: CompareOp::Equal,
            left: Box::new(grade()),
            right: Box::new(typed(Node::Literal(Value::Enum(code)), kind.clone())),
        };
        typed(node, Kind::Bool)
    };
    let missing = Node::IsMissing {
        value: Box::new(grade()),
        negated: false,
    };
    vec![
        grade(),
        is(0),
        typed(Node::Or(vec![is(1), is(2)]), Kind::Bool),
        typed(Node::Not(Box::new(is(1))), Kind::Bool),
        typed(missing, Kind::Bool),
    ]
}

/// Numbers that follow from the case alone.
fn numbers(case: &Case) -> Vec<u32> {
    let mut state = case.now.0 as u64 ^ (u64::from(case.rows) << 40) ^ case.facts.len() as u64;
    let next = |_| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) as u32
    };
    (0..400).map(next).collect()
}

fn holds(case: &Case) -> Result<(), String> {
    let numbers = numbers(case);
    let mut tape = Tape::new(&numbers);
    let definition = tiers(&mut tape, case, 2);
    let Kind::Enum(classes) = definition.expression.kind.clone() else {
        unreachable!("a list");
    };
    let mut rules = case.rules.clone();
    let id = DefinitionId(rules.definitions.len() as u32);
    rules.definitions.push(definition);
    // Of a class that the rules no longer know, too.
    let mut names: Vec<Arc<str>> = classes.values.iter().map(|it| it.name.clone()).collect();
    names.push("gone".into());
    let today = case.zone.date_of(case.now);
    let placed = (0..case.rows).map(|_| tape.chance(50).then(|| tape.below(names.len()) as u16));
    let placed: Vec<Option<u16>> = placed.collect();
    let mut reviews = Reviews::default();
    let review = reviews.review("grade", today, names.into(), placed.into_iter());
    reviews.take(&"grade".into(), review);
    // One to come is not seen.
    let later = reviews.review("grade", Date(today.0 + 1), [].into(), std::iter::empty());
    reviews.take(&"grade".into(), later);
    let people = Placed {
        people: from_facts(&rules.schema, &case.facts),
        reviewed: reviews.at("grade", today),
    };
    let snapshot = snapshot(&rules, &case.zone, &case.facts);
    let ranks = Arc::new(Ranks::new(&snapshot, case.now).reviewed(&Arc::new(reviews)));
    let options = RunOptions::default();
    let view = View {
        snapshot: &snapshot,
        plugins: &NoPlugins,
        now: case.now,
        ranks: Some(&ranks),
        options: &options,
    };
    let asked = questions(id, &Kind::Enum(classes));
    let written = plan(&rules, &asked);
    let optimised = optimise(written.clone(), &Statistics::default());
    for plan in [written, optimised] {
        let outcome = Prepared::new(plan).run(view, &Rows::All).unwrap();
        for (question, output) in asked.iter().zip(&outcome.outputs) {
            let right = expected(&rules, &people, question, case.now, &case.zone);
            for (row, right) in right.iter().enumerate() {
                let said = given(output, row);
                if !same(&said, right) {
                    return Err(format!("row {row}: {said:?} {right:?}\n{question:?}"));
                }
            }
        }
    }
    Ok(())
}

#[test]
fn tiers_answer_as_the_reference_does() {
    crate::runner::hold_all(crate::case::small(), crate::runner::cases(), holds);
}
