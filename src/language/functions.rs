//! The function table: one entry for each scalar function and each aggregate, with
//! its parameters, result, a line of explanation and an example. It drives the
//! checker; the reference and completion are made from it. Computes nothing.

use super::typed::{AggregateFunction, Decay, Function};
use super::words::{self, Role, Tongue};
use crate::base::calendar::Unit;
use crate::base::limit::MODES_MAX;

/// What an argument must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wants {
    /// Int, Number or Money, kept as it is.
    Numeric,
    /// A Number; Int and Money are read as one.
    Number,
    /// An Int.
    Int,
    /// A constant Int within bounds, both included.
    Places(i64, i64),
    /// Text.
    Text,
    /// A constant text.
    ConstantText,
    /// A constant pattern of a date (`yyyyMMdd`).
    DatePattern,
    /// A constant pattern of an instant (`yyyy-MM-dd HH:mm`).
    TimePattern,
    /// A constant name of a time zone.
    Zone,
    /// Date or Time, kept as it is.
    Day,
    /// A Date; a Time is read as its date.
    Date,
    /// One numeric kind, Date or Time, common to all arguments that want it.
    Ordered,
    /// Text, Int, Number or Money.
    NumberSource,
    /// Text, Date or Time.
    DateSource,
    /// Anything but a set.
    Printable,
    /// Anything.
    Any,
}

impl Wants {
    /// How the want is called in diagnostics.
    pub fn describe(self) -> &'static str {
        match self {
            Wants::Numeric | Wants::Number => "a number or money",
            Wants::Int => "a whole number",
            Wants::Places(..) => "a constant whole number",
            Wants::Text => "text",
            Wants::ConstantText => "a constant text",
            Wants::DatePattern => "a pattern such as \"yyyyMMdd\"",
            Wants::TimePattern => "a pattern such as \"yyyy-MM-dd HH:mm\"",
            Wants::Zone => "the name of a time zone",
            Wants::Day | Wants::Date => "a date or an instant",
            Wants::Ordered => "a number, money, a date or an instant",
            Wants::NumberSource => "text or a number",
            Wants::DateSource => "text, a date or an instant",
            Wants::Printable => "one value",
            Wants::Any => "a value",
        }
    }
}

/// One parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// As the reference shows it.
    pub name: &'static str,
    /// What it takes.
    pub wants: Wants,
    /// Whether it may be left out; only at the end.
    pub optional: bool,
    /// Whether it may be given again and again; only the last.
    pub repeated: bool,
}

/// What comes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gives {
    /// yes or no
    Bool,
    /// a whole number
    Int,
    /// a number
    Number,
    /// text
    Text,
    /// a date
    Date,
    /// an instant
    Time,
    /// The kind of the first argument.
    First,
    /// Int, but Money of money; with a second argument the kind of the first.
    Whole,
    /// The kind of the aggregated field.
    Field,
    /// Money of money, else Number.
    Mean,
}

/// What an entry names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Callee {
    /// Of values.
    Scalar(Function),
    /// Of facts, or of customers at the other end of a relation.
    Aggregate(AggregateFunction),
    /// Of a customer among others, or of all of them.
    Ranked(Ranked),
    /// With brackets of its own form.
    Form(Form),
}

/// Functions that look at many customers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ranked {
    /// `percentile(x)`
    Percentile,
    /// `rank(x)`
    Rank,
    /// `quintile(x)`
    Quintile,
    /// `quantile(x, n)`
    Quantile,
    /// `overall(AGG(x))`
    Overall,
}

/// Calls whose brackets hold something other than values or one field of facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `modes(purchase.category, 3)`
    Modes,
    /// `peak(count(withdrawal), 7 days)`
    Peak,
    /// `streak(login by day)`
    Streak,
    /// `trend(sum(purchase.amount) by month, W)`
    Trend,
    /// `rising(sum(purchase.amount) by month, W)`
    Rising,
    /// `falling(sum(purchase.amount) by month, W)`
    Falling,
    /// `months(C, last 6 whole months)`, of that unit.
    Periods(Unit),
    /// `recorded(income)`
    Recorded,
    /// `elapsed(a: question, b: reply where b.case = a.case)`
    Elapsed,
}

/// One line of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The English word, which is also the key of the word table.
    pub name: &'static str,
    /// What it names.
    pub callee: Callee,
    /// In order. Those of an aggregate say what its field must be; empty = takes no field.
    pub parameters: &'static [Parameter],
    /// What comes out.
    pub gives: Gives,
    /// Only inside a source.
    pub source_only: bool,
    /// One line for the reference.
    pub doc: &'static str,
    /// One use of it.
    pub example: &'static str,
}

const fn takes(name: &'static str, wants: Wants) -> Parameter {
    Parameter {
        name,
        wants,
        optional: false,
        repeated: false,
    }
}

const fn may_take(name: &'static str, wants: Wants) -> Parameter {
    Parameter {
        name,
        wants,
        optional: true,
        repeated: false,
    }
}

const fn repeats(name: &'static str, wants: Wants) -> Parameter {
    Parameter {
        name,
        wants,
        optional: false,
        repeated: true,
    }
}

const fn entry(
    name: &'static str,
    callee: Callee,
    parameters: &'static [Parameter],
    gives: Gives,
    doc: &'static str,
    example: &'static str,
) -> Entry {
    Entry {
        name,
        callee,
        parameters,
        gives,
        source_only: false,
        doc,
        example,
    }
}

const fn scalar(
    name: &'static str,
    function: Function,
    parameters: &'static [Parameter],
    gives: Gives,
    doc: &'static str,
    example: &'static str,
) -> Entry {
    entry(
        name,
        Callee::Scalar(function),
        parameters,
        gives,
        doc,
        example,
    )
}

const fn aggregate(
    name: &'static str,
    function: AggregateFunction,
    parameters: &'static [Parameter],
    gives: Gives,
    doc: &'static str,
    example: &'static str,
) -> Entry {
    entry(
        name,
        Callee::Aggregate(function),
        parameters,
        gives,
        doc,
        example,
    )
}

const fn ranked(
    name: &'static str,
    function: Ranked,
    parameters: &'static [Parameter],
    gives: Gives,
    doc: &'static str,
    example: &'static str,
) -> Entry {
    entry(
        name,
        Callee::Ranked(function),
        parameters,
        gives,
        doc,
        example,
    )
}

const fn form(
    name: &'static str,
    form: Form,
    parameters: &'static [Parameter],
    gives: Gives,
    doc: &'static str,
    example: &'static str,
) -> Entry {
    entry(name, Callee::Form(form), parameters, gives, doc, example)
}

/// Every function and aggregate.
#[rustfmt::skip]
pub static TABLE: &[Entry] = &[
    aggregate("count", AggregateFunction::Count, &[], Gives::Int, "how many facts; none is 0", "count(purchase, last 90 days)"),
    aggregate("sum", AggregateFunction::Sum, &[takes("field", Wants::Numeric)], Gives::Field, "the sum of a field; of nothing 0", "sum(purchase.amount, last 90 days)"),
    aggregate("avg", AggregateFunction::Avg, &[takes("field", Wants::Numeric)], Gives::Mean, "the mean of a field; of nothing missing", "avg(purchase.amount)"),
    aggregate("min", AggregateFunction::Min, &[takes("field", Wants::Ordered)], Gives::Field, "the smallest value of a field; of nothing missing", "min(purchase.amount)"),
    aggregate("max", AggregateFunction::Max, &[takes("field", Wants::Ordered)], Gives::Field, "the greatest value of a field; of nothing missing", "max(purchase.amount)"),
    aggregate("distinct", AggregateFunction::Distinct, &[takes("field", Wants::Printable)], Gives::Int, "how many different values a field has; of nothing 0", "distinct(purchase.product)"),
    aggregate("first", AggregateFunction::First, &[takes("field", Wants::Any)], Gives::Field, "a field of the first fact", "first(purchase).at"),
    aggregate("last", AggregateFunction::Last, &[takes("field", Wants::Any)], Gives::Field, "a field of the last fact", "last(purchase where amount > 1k).product"),
    aggregate("any", AggregateFunction::Any, &[], Gives::Bool, "whether there is such a fact", "any(complaint, last 90 days)"),
    aggregate("none", AggregateFunction::None, &[], Gives::Bool, "whether there is no such fact", "none(purchase, last 90 days)"),
    aggregate("decay", AggregateFunction::Decay(Decay { half_life_days: 30 }), &[takes("sum or count", Wants::Numeric)], Gives::Number, "a sum or a count in which a fact weighs half as much for every half-life of its age in dates", "decay(sum(purchase.amount), half-life 30 days)"),

    scalar("min", Function::Min, &[takes("a", Wants::Ordered), repeats("b", Wants::Ordered)], Gives::First, "the smallest of several values", "min(assets, 100k)"),
    scalar("max", Function::Max, &[takes("a", Wants::Ordered), repeats("b", Wants::Ordered)], Gives::First, "the greatest of several values", "max(assets, 0)"),
    scalar("clamp", Function::Clamp, &[takes("x", Wants::Ordered), takes("low", Wants::Ordered), takes("high", Wants::Ordered)], Gives::First, "the value, kept within two bounds", "clamp(age, 18, 90)"),
    scalar("round", Function::Round, &[takes("x", Wants::Numeric), may_take("places", Wants::Places(0, 9))], Gives::Whole, "rounded half away from zero, to whole units or to some places", "round(assets / 1000, 2)"),
    scalar("floor", Function::Floor, &[takes("x", Wants::Numeric)], Gives::Whole, "the next whole unit below", "floor(assets / 1000)"),
    scalar("abs", Function::Abs, &[takes("x", Wants::Numeric)], Gives::First, "the value without its sign", "abs(balance)"),
    scalar("log", Function::Log, &[takes("x", Wants::Number)], Gives::Number, "the natural logarithm; of zero and below missing", "log(assets)"),
    scalar("exp", Function::Exp, &[takes("x", Wants::Number)], Gives::Number, "the number e to the power of the value", "exp(0 - 0.1 * age)"),
    scalar("sqrt", Function::Sqrt, &[takes("x", Wants::Number)], Gives::Number, "the square root; below zero missing", "sqrt(assets)"),
    scalar("scale", Function::Scale, &[takes("x", Wants::Number), takes("low", Wants::Number), takes("high", Wants::Number)], Gives::Number, "where the value lies between two bounds, 0 to 1, clamped", "scale(months since opened_on, 0, 120)"),
    scalar("weighted", Function::Weighted, &[takes("value: weight", Wants::Number), repeats("value: weight", Wants::Number)], Gives::Number, "the mean of values by their weights; missing values are skipped, and weights need not add up", "weighted(value: 0.4, potential: 0.6)"),

    scalar("left", Function::Left, &[takes("text", Wants::Text), takes("count", Wants::Int)], Gives::Text, "the first characters of a text", "left(birth_number, 2)"),
    scalar("right", Function::Right, &[takes("text", Wants::Text), takes("count", Wants::Int)], Gives::Text, "the last characters of a text", "right(phone, 4)"),
    scalar("middle", Function::Middle, &[takes("text", Wants::Text), takes("from", Wants::Int), takes("count", Wants::Int)], Gives::Text, "characters from a position on; the first is 1", "middle(birth_number, 3, 2)"),
    scalar("length", Function::Length, &[takes("text", Wants::Text)], Gives::Int, "how many characters a text has", "length(name)"),
    scalar("upper", Function::Upper, &[takes("text", Wants::Text)], Gives::Text, "in capital letters", "upper(city)"),
    scalar("lower", Function::Lower, &[takes("text", Wants::Text)], Gives::Text, "in small letters", "lower(mail)"),
    scalar("trim", Function::Trim, &[takes("text", Wants::Text)], Gives::Text, "without surrounding space", "trim(city)"),
    scalar("replace", Function::Replace, &[takes("text", Wants::Text), takes("what", Wants::Text), takes("with", Wants::Text)], Gives::Text, "with every occurrence replaced", "replace(phone, \" \", \"\")"),
    scalar("before", Function::Before, &[takes("text", Wants::Text), takes("mark", Wants::Text)], Gives::Text, "what stands before the first mark; no mark is missing", "before(mail, \"@\")"),
    scalar("after", Function::After, &[takes("text", Wants::Text), takes("mark", Wants::Text)], Gives::Text, "what stands after the first mark; no mark is missing", "after(mail, \"@\")"),
    scalar("number", Function::ToNumber, &[takes("x", Wants::NumberSource)], Gives::Number, "a text or money read as a number", "number(assets) / 1000"),
    scalar("text", Function::ToText, &[takes("x", Wants::Printable)], Gives::Text, "a value written as text", "text(channel)"),
    scalar("date", Function::ToDate, &[takes("x", Wants::DateSource), may_take("pattern", Wants::DatePattern)], Gives::Date, "a text read as a date, or the date of an instant", "date(last(login).at)"),
    scalar("time", Function::ToTime, &[takes("x", Wants::DateSource), may_take("pattern", Wants::TimePattern), may_take("zone", Wants::Zone)], Gives::Time, "a text read as an instant, or the start of a date", "time(opened_on)"),
    scalar("year", Function::Year, &[takes("date", Wants::Day)], Gives::Int, "the year of a date", "year(opened_on)"),
    scalar("quarter", Function::Quarter, &[takes("date", Wants::Day)], Gives::Int, "the quarter of a date, 1 to 4", "quarter(opened_on)"),
    scalar("month", Function::Month, &[takes("date", Wants::Day)], Gives::Int, "the month of a date, 1 to 12", "month(birth_date)"),
    scalar("day", Function::Day, &[takes("date", Wants::Day)], Gives::Int, "the day of a date, 1 to 31", "day(birth_date)"),
    scalar("weekday", Function::Weekday, &[takes("date", Wants::Day)], Gives::Int, "the day of the week, Monday 1 to Sunday 7", "weekday(last(login).at)"),
    scalar("anniversary", Function::Anniversary, &[takes("date", Wants::Date)], Gives::Date, "when the day next returns; 29 February on the 28th in other years", "anniversary(birth_date) in next 7 days"),
    ranked("percentile", Ranked::Percentile, &[takes("x", Wants::Ordered)], Gives::Number, "how many customers have a smaller value, of all the others, 0 to 1", "percentile(assets among active per branch) >= 90%"),
    ranked("rank", Ranked::Rank, &[takes("x", Wants::Ordered)], Gives::Int, "1 and how many customers have a greater value; equal values share it", "rank(assets per branch) <= 10"),
    ranked("quintile", Ranked::Quintile, &[takes("x", Wants::Ordered)], Gives::Int, "which fifth of all customers the value lies in, 1 to 5", "quintile(assets ties by id) = 5"),
    ranked("quantile", Ranked::Quantile, &[takes("x", Wants::Ordered), takes("parts", Wants::Places(2, 1_000))], Gives::Int, "which of so many equal parts of all customers the value lies in, from 1", "quantile(assets, 10 among active) = 10"),
    ranked("overall", Ranked::Overall, &[takes("aggregate", Wants::Any)], Gives::First, "one number over all customers: count, sum, avg, min, max, median, stddev", "assets > 2 * overall(median(assets) among active)"),
    Entry { source_only: true, ..scalar("missing_if", Function::MissingIf, &[takes("text", Wants::Text), repeats("mark", Wants::ConstantText)], Gives::Text, "the text, but missing where it is one of the marks", "missing_if(pdays, \"-1\", \"999\")") },

    aggregate("median", AggregateFunction::Median, &[takes("field", Wants::Numeric)], Gives::Mean, "the middle value of a field, or midway between the two; of nothing missing", "median(purchase.amount)"),
    aggregate("stddev", AggregateFunction::Stddev, &[takes("field", Wants::Numeric)], Gives::Mean, "how far the values of a field lie from their mean, as of a sample; below two missing", "stddev(purchase.amount)"),
    aggregate("mode", AggregateFunction::Mode, &[takes("field", Wants::Printable)], Gives::Field, "the most frequent value of a field, of several the smallest; of nothing missing", "mode(purchase.channel)"),
    aggregate("share", AggregateFunction::Share, &[], Gives::Number, "the part of the facts for which the condition is yes; unknown ones left aside", "share(purchase where channel = mobile)"),
    aggregate("gap", AggregateFunction::Gap, &[], Gives::Int, "the greatest number of days between neighbours; below two missing", "gap(purchase)"),
    form("modes", Form::Modes, &[takes("field", Wants::Printable), takes("count", Wants::Places(1, MODES_MAX as i64))], Gives::Field, "the most frequent values of a field, as a set; ties to the smallest", "modes(purchase.product, 3)"),
    form("peak", Form::Peak, &[takes("count or sum", Wants::Numeric), takes("dates", Wants::Any)], Gives::First, "the greatest count or sum of any run of so many dates", "peak(count(withdrawal), 7 days)"),
    form("streak", Form::Streak, &[takes("facts by unit", Wants::Any)], Gives::Int, "the longest run of days, weeks or months with a fact", "streak(login by day)"),
    form("trend", Form::Trend, &[takes("aggregate by unit", Wants::Numeric)], Gives::Mean, "the slope of the line of least squares through the complete units of the window", "trend(sum(purchase.amount) by month, last 6 months)"),
    form("rising", Form::Rising, &[takes("aggregate by unit", Wants::Numeric)], Gives::Bool, "whether each complete unit of the window has more than the one before it", "rising(sum(purchase.amount) by month, last 6 whole months)"),
    form("falling", Form::Falling, &[takes("aggregate by unit", Wants::Numeric)], Gives::Bool, "whether each complete unit of the window has less than the one before it", "falling(count(login) by week, last 4 whole weeks)"),
    form("days", Form::Periods(Unit::Day), &[takes("condition", Wants::Any)], Gives::Int, "on how many days the condition held", "days(any(login), last 30 whole days)"),
    form("weeks", Form::Periods(Unit::Week), &[takes("condition", Wants::Any)], Gives::Int, "in how many weeks the condition held", "weeks(count(login) >= 2, last 8 whole weeks)"),
    form("months", Form::Periods(Unit::Month), &[takes("condition", Wants::Any)], Gives::Int, "in how many months the condition held, aggregates without a window read over each", "months(sum(purchase.amount) > 1k, last 6 whole months)"),
    form("quarters", Form::Periods(Unit::Quarter), &[takes("condition", Wants::Any)], Gives::Int, "in how many quarters the condition held", "quarters(any(purchase), last 4 whole quarters)"),
    form("years", Form::Periods(Unit::Year), &[takes("condition", Wants::Any)], Gives::Int, "in how many years the condition held", "years(any(purchase), last 3 whole years)"),
    form("elapsed", Form::Elapsed, &[takes("a: event", Wants::Any), takes("b: event", Wants::Any)], Gives::Number, "mean hours from each event to the first of another kind after it; those without one left out", "elapsed(a: complaint, b: purchase, last 90 days)"),
    form("recorded", Form::Recorded, &[takes("attribute", Wants::Any)], Gives::Time, "since when an attribute has its value", "days since recorded(assets)"),
];

/// The English word of a function in either tongue.
pub fn english(written: &str) -> Option<&'static str> {
    words::function(written).map(|word| word.english)
}

/// Whether the word names a function that this version does not understand, or only in a report.
pub fn is_later(word: &str) -> bool {
    let known = |word: &words::Word| {
        aggregate_of(word.english).is_some() || form_of(word.english).is_some()
    };
    words::find(word, &[Role::LaterFunction]).is_some()
        || words::find(word, &[Role::Aggregate]).is_some_and(|word| !known(word))
}

/// The scalar function of that English word.
pub fn scalar_of(word: &str) -> Option<&'static Entry> {
    TABLE
        .iter()
        .find(|entry| entry.name == word && matches!(entry.callee, Callee::Scalar(_)))
}

/// The aggregate of that English word.
pub fn aggregate_of(word: &str) -> Option<(&'static Entry, AggregateFunction)> {
    TABLE.iter().find_map(|entry| match entry.callee {
        Callee::Aggregate(function) if entry.name == word => Some((entry, function)),
        _ => None,
    })
}

/// The function of that English word that looks at many customers.
pub fn ranked_of(word: &str) -> Option<(&'static Entry, Ranked)> {
    TABLE.iter().find_map(|entry| match entry.callee {
        Callee::Ranked(function) if entry.name == word => Some((entry, function)),
        _ => None,
    })
}

/// The form of that English word.
pub fn form_of(word: &str) -> Option<(&'static Entry, Form)> {
    TABLE.iter().find_map(|entry| match entry.callee {
        Callee::Form(form) if entry.name == word => Some((entry, form)),
        _ => None,
    })
}

impl Entry {
    /// The word in that tongue.
    pub fn word(&self, tongue: Tongue) -> &'static str {
        words::function(self.name).map_or(self.name, |word| word.text(tongue))
    }

    /// Fewest and most arguments; `None` = any number.
    pub fn arity(&self) -> (usize, Option<usize>) {
        let least = self
            .parameters
            .iter()
            .filter(|parameter| !parameter.optional)
            .count();
        let repeated = self.parameters.last().is_some_and(|last| last.repeated);
        (least, (!repeated).then_some(self.parameters.len()))
    }

    /// `round(x, places)` as help lines show it.
    pub fn shape(&self) -> String {
        let mut text = format!("{}(", self.name);
        for (at, parameter) in self.parameters.iter().enumerate() {
            if at > 0 {
                text.push_str(", ");
            }
            text.push_str(parameter.name);
            if parameter.repeated {
                text.push_str(", …");
            }
            if parameter.optional {
                text.push('?');
            }
        }
        text.push(')');
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn optional_and_repeated_parameters_stand_last() {
        for entry in TABLE {
            let mut optional = false;
            for (at, parameter) in entry.parameters.iter().enumerate() {
                assert!(parameter.optional || !optional, "{}", entry.name);
                optional |= parameter.optional;
                let last = at + 1 == entry.parameters.len();
                assert!(!parameter.repeated || last, "{}", entry.name);
            }
        }
    }

    #[test]
    fn every_example_uses_its_entry() {
        for entry in TABLE {
            assert!(
                entry.example.contains(&format!("{}(", entry.name)),
                "{}",
                entry.name
            );
            assert!(!entry.doc.is_empty());
        }
    }

    #[test]
    fn every_entry_is_a_word_in_both_tongues() {
        for entry in TABLE {
            assert_eq!(english(entry.name), Some(entry.name));
            assert_eq!(english(entry.word(Tongue::Chinese)), Some(entry.name));
            assert!(!is_later(entry.name), "{}", entry.name);
        }
        assert!(is_later("all") && is_later("全为"));
    }
}
