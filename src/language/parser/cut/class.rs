//! What a word may follow and what may follow it, as far as cutting needs it: two values
//! never touch, a sign stands between them. Not the grammar, only its coarse shape.

use super::run::{After, Before};
use crate::language::words::{self, Role, Word};

/// Places in an expression, as bits: all that may hold at once.
pub type States = u8;

/// A value is wanted.
pub const WANTS: States = 1;
/// A value stands before.
pub const HAS: States = 1 << 1;
/// The name of a field is wanted.
pub const FIELD: States = 1 << 2;
/// A bracket must follow.
const CALL: States = 1 << 3;
/// The name of a relation is wanted.
pub const RELATION: States = 1 << 4;
/// The name of a relation stands before.
const RELATED: States = 1 << 5;
/// A unit of time is wanted.
pub const UNIT: States = 1 << 6;

/// What a part of a run may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// A name.
    Name,
    /// A number, a date, a length of time, a window.
    Value,
    /// Before a value: 非, 若, 自.
    Prefix,
    /// Between values: 且, 介于, 超过.
    Infix,
    /// As [`Class::Infix`], and between names of relations: 或.
    Either,
    /// After a value: 缺失, 以上, 起.
    Postfix,
    /// Before a bracket: 合计, 全部满足.
    Call,
    /// 任一, 没有
    Quantifier,
    /// 按, before a unit or a value
    By,
    /// 天 after 按
    Unit,
    /// 2步内
    Steps,
}

/// The places at which a run begins.
pub fn first(before: Before) -> States {
    match before {
        Before::Wants => WANTS,
        Before::Has => HAS,
        Before::Point => FIELD,
        Before::Open => WANTS | HAS | RELATION | RELATED | UNIT,
    }
}

/// The places at which a run may end.
pub fn last(after: After) -> States {
    match after {
        After::Round => WANTS | HAS | CALL | RELATED,
        After::Curly => HAS | CALL,
        After::Quote => WANTS,
        After::Point | After::End => HAS,
        After::Minus => WANTS | HAS,
        After::Open => WANTS | HAS | RELATION | RELATED | UNIT,
    }
}

/// The places behind a part of that class.
pub fn step(states: States, class: Class) -> States {
    let when = |from: States, to: States| if states & from == 0 { 0 } else { to };
    match class {
        Class::Name => when(WANTS | FIELD, HAS) | when(RELATION, RELATED),
        Class::Value => when(WANTS, HAS),
        Class::Prefix => when(WANTS, WANTS),
        Class::Infix => when(HAS, WANTS),
        Class::Either => when(HAS, WANTS) | when(RELATED, RELATION),
        Class::Postfix => when(HAS, HAS),
        Class::Call => when(WANTS, CALL),
        Class::Quantifier => when(WANTS, RELATION),
        Class::By => when(HAS, UNIT | WANTS),
        Class::Unit => when(UNIT, HAS),
        Class::Steps => when(RELATED, RELATED),
    }
}

/// What a word of the table may be in a run; nothing for words that only stand alone.
pub fn classes(word: &Word, care: bool) -> &'static [Class] {
    let same = |other: Word| word.name == other.name;
    match word.role {
        Role::Operator if same(words::OR) => &[Class::Either],
        Role::Operator
            if [words::IF, words::NOT, words::TOP, words::BOTTOM]
                .into_iter()
                .any(same) =>
        {
            &[Class::Prefix]
        }
        Role::Operator if [words::BETWEEN, words::NOT_BETWEEN].into_iter().any(same) => {
            &[Class::Infix, Class::Prefix]
        }
        Role::Operator if [words::IS_MISSING, words::IS_PRESENT].into_iter().any(same) => {
            &[Class::Postfix]
        }
        Role::Operator
            if [words::ALL_OF, words::ANY_OF, words::CASE]
                .into_iter()
                .any(same) =>
        {
            &[Class::Call]
        }
        Role::Operator if [words::AT_LEAST, words::OF_ITEMS].into_iter().any(same) => &[],
        Role::Operator if same(words::BY) => &[Class::By],
        Role::Operator if [words::AMONG, words::TIES_BY_ID].into_iter().any(same) => {
            &[Class::Infix, Class::Postfix]
        }
        Role::Operator | Role::Compare => &[Class::Infix],
        Role::CompareAfter => &[Class::Postfix],
        Role::Literal => &[Class::Value],
        Role::Since => &[Class::Prefix, Class::Call],
        Role::Unit => &[Class::Unit],
        Role::Quantifier if same(words::STEPS) => &[],
        Role::Quantifier => &[Class::Quantifier],
        Role::Aggregate | Role::Function | Role::LaterFunction | Role::Kind => &[Class::Call],
        Role::BuiltIn => &[Class::Name],
        Role::Schema if same(words::KEY) => &[Class::Name],
        Role::Item if same(words::CUSTOMER) => &[Class::Name],
        Role::Window if same(words::SINCE) => &[Class::Prefix],
        Role::Window
            if [words::SINCE_END, words::BEFORE, words::BETWEEN_END]
                .into_iter()
                .any(same) =>
        {
            &[Class::Postfix]
        }
        Role::Window if word.name.starts_with("THIS_") || word.name.starts_with("PREVIOUS_") => {
            &[Class::Value]
        }
        Role::Care
            if care
                && [words::FOR, words::EXCLUDE, words::GOAL]
                    .into_iter()
                    .any(same) =>
        {
            &[Class::Prefix]
        }
        _ => &[],
    }
}
