//! The words of the language: what each is called in English and in Chinese, and
//! what else is read for it. Grammar, printer and tools take their words from here.
//! The grammar that puts the words in order is in `grammar/`.

mod table;
mod tongue;

#[cfg(test)]
mod tests;

pub use table::*;
pub use tongue::Tongue;

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::base::calendar::Unit;

/// Where a word stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Opens an item.
    Item,
    /// Names a kind; `number text date time` are functions too.
    Kind,
    /// Stands in schema, sources and heads.
    Schema,
    /// Stands between, before or after operands.
    Operator,
    /// A comparison in words; printed as its sign.
    Compare,
    /// `50万以上`: after the value compared with.
    CompareAfter,
    /// Stands for a value.
    Literal,
    /// `days since`
    Since,
    /// Opens, joins or closes a window.
    Window,
    /// A unit of time.
    Unit,
    /// `any R (…)`
    Quantifier,
    /// The name of an aggregate.
    Aggregate,
    /// The name of a scalar function.
    Function,
    /// The name of a function that this version does not understand.
    LaterFunction,
    /// A built-in name, such as the instant of an event; never hides a declared name.
    BuiltIn,
    /// Stands in a care plan.
    Care,
    /// Stands in a test.
    Test,
    /// The name of a channel.
    Channel,
    /// Stands in a report.
    Report,
}

impl Role {
    /// Whether the grammar has a rule for each word of this role. The others are
    /// names to the grammar and told apart by this table.
    pub const fn in_grammar(self) -> bool {
        !matches!(
            self,
            Role::Aggregate | Role::Function | Role::LaterFunction | Role::BuiltIn | Role::Channel
        )
    }
}

/// One word in both tongues.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word {
    /// Its name in this table; the grammar's rule is `kw_` and this in small letters.
    pub name: &'static str,
    /// Where it stands.
    pub role: Role,
    /// Printed in English; empty where English has no word.
    pub english: &'static str,
    /// Printed in Chinese; empty where Chinese has no word.
    pub chinese: &'static str,
    /// Read as well.
    pub read: &'static [&'static str],
}

impl Word {
    /// How it is printed.
    pub const fn text(&self, tongue: Tongue) -> &'static str {
        match tongue {
            Tongue::English => self.english,
            Tongue::Chinese => self.chinese,
        }
    }

    /// Every form that is read.
    pub fn forms(&self) -> impl Iterator<Item = &'static str> {
        [self.english, self.chinese]
            .into_iter()
            .chain(self.read.iter().copied())
    }

    /// Whether this text is one of its forms; letters of either case.
    pub fn is(&self, text: &str) -> bool {
        !text.is_empty() && self.forms().any(|form| form.eq_ignore_ascii_case(text))
    }
}

/// The words of each form, in the order of the table; small letters.
static BY_FORM: LazyLock<HashMap<String, Vec<&'static Word>>> = LazyLock::new(|| {
    let mut by_form: HashMap<String, Vec<&'static Word>> = HashMap::new();
    for word in ALL {
        for form in word.forms().filter(|form| !form.is_empty()) {
            let words = by_form.entry(form.to_ascii_lowercase()).or_default();
            words.push(word);
        }
    }
    by_form
});

/// The first word of one of these roles that has this form.
pub fn find(text: &str, roles: &[Role]) -> Option<&'static Word> {
    let words = if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        BY_FORM.get(&text.to_ascii_lowercase())
    } else {
        BY_FORM.get(text)
    }?;
    words
        .iter()
        .copied()
        .find(|word| roles.contains(&word.role))
}

/// What may stand before `(` as a function: aggregates, functions, later ones.
pub fn function(text: &str) -> Option<&'static Word> {
    const ROLES: &[Role] = &[Role::Aggregate, Role::Function, Role::LaterFunction];
    const KINDS: &[Word] = &[NUMBER, TEXT, DATE, TIME];
    find(text, ROLES).or_else(|| KINDS.iter().find(|word| word.is(text)))
}

/// The English form of a built-in name (`时间` is `at`, `本人` is `self`), for names
/// that nothing declares: declared names come first.
pub fn built_in(text: &str) -> Option<&'static str> {
    const OTHERS: &[Word] = &[KEY, CUSTOMER];
    find(text, &[Role::BuiltIn])
        .or_else(|| OTHERS.iter().find(|word| word.is(text)))
        .map(|word| word.english)
}

/// Whether an unquoted name may not read like this.
pub fn is_reserved(text: &str) -> bool {
    RESERVED.iter().any(|word| word.eq_ignore_ascii_case(text))
}

/// The unit of that form.
pub fn unit(text: &str) -> Option<Unit> {
    UNITS
        .iter()
        .find(|(_, word)| word.is(text))
        .map(|(unit, _)| *unit)
}

/// The word of a unit.
pub fn unit_word(unit: Unit) -> Word {
    match unit {
        Unit::Minute => MINUTE,
        Unit::Hour => HOUR,
        Unit::Day => DAY,
        Unit::Week => WEEK,
        Unit::Month => MONTH,
        Unit::Quarter => QUARTER,
        Unit::Year => YEAR,
    }
}

const UNITS: &[(Unit, Word)] = &[
    (Unit::Minute, MINUTE),
    (Unit::Hour, HOUR),
    (Unit::Day, DAY),
    (Unit::Week, WEEK),
    (Unit::Month, MONTH),
    (Unit::Quarter, QUARTER),
    (Unit::Year, YEAR),
];
