//! The forms of the language that are no functions: windows of time, conditions, and what an
//! item is for. One line and one example each; the reference is made from it. Computes nothing.

use super::words::{self, Word};

/// A form with its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form {
    /// One line for the reference.
    pub doc: &'static str,
    /// One use of it: a whole expression.
    pub example: &'static str,
}

const fn form(doc: &'static str, example: &'static str) -> Form {
    Form { doc, example }
}

/// Windows of time.
#[rustfmt::skip]
pub static WINDOWS: &[Form] = &[
    form("so many dates up to and including today; of months and longer from the day after the same day back then", "any(purchase, last 90 days)"),
    form("so many whole units before the one that holds today", "count(purchase, last 3 whole months)"),
    form("a length of time up to now, in hours or minutes", "any(login, last 72 hours)"),
    form("as many units again before the last ones", "count(purchase, previous 90 days)"),
    form("days as lengths of time: 24 hours each, up to this minute", "count(login, rolling 7 days)"),
    form("today and the dates after it; for dates that come", "anniversary(birth_date) in next 7 days"),
    form("the unit of the calendar that holds today", "sum(purchase.amount, this month)"),
    form("the unit of the calendar before this one", "sum(purchase.amount, previous month)"),
    form("from then on, that moment included", "count(login, since last(complaint).at)"),
    form("before then, that moment not included", "count(purchase, before 2024-04-01)"),
    form("both ends included", "count(purchase, between 2024-01-01 and 2024-03-31)"),
    form("from then to so much later", "any(purchase, within 30 days after opened_on)"),
];

/// Conditions and choices.
#[rustfmt::skip]
pub static CONDITIONS: &[Form] = &[
    form("all of them; `and` beside `or` needs brackets", "assets >= 500k and agrees"),
    form("at least one of them", "high_value or any(loan)"),
    form("the opposite; of unknown it is unknown", "not high_value"),
    form("so many of a list", "at least 2 of (high_value, active, any(loan))"),
    form("compared: `= != < <= > >=`", "balance < 1000"),
    form("within two bounds, both included", "age between 30 and 45"),
    form("within two bounds as a chain; each end as its sign says", "50k <= assets < 500k"),
    form("one of a list of values or ranges", "age in (18..25, 60..65)"),
    form("none of a list", "city not in (\"上海\", \"北京\")"),
    form("a text within a text, or a member of a set", "manager contains \"Wang\""),
    form("how a text begins", "name starts with \"Lin\""),
    form("how a text ends", "mail ends with \"example.com\""),
    form("a regular expression found anywhere in a text", "phone matches \"^138\""),
    form("equal but for capitals, width and surrounding blanks", "occupation ~= \"Teacher\""),
    form("asks whether a value is not there; never unknown itself", "income is missing"),
    form("asks whether it is", "income is present"),
    form("another value where one is missing", "income default 0"),
    form("one of two values", "if age < 30 then \"young\" else \"other\""),
    form("the value of the first condition that is yes", "case { assets >= 1m: \"top\", assets >= 100k: \"middle\", else: \"basic\" }"),
    form("completed units since a date", "months since opened_on"),
    form("whole days between two dates", "today - opened_on"),
    form("a date some time later", "opened_on + 90 days <= today"),
    form("another customer at the end of a relation; the condition is about that one", "any guarantor (high_value)"),
    form("every one of them; yes when there is none", "all guarantor (high_value)"),
    form("not one of them", "none guarantor (high_value)"),
    form("how many others", "count(guarantor where high_value)"),
    form("among the first by a value; a part or a number", "top 20% by assets among active per branch"),
    form("events one after the other, each within some time of the one before", "followed(a: credit, b: withdrawal where b.amount < a.amount within 3 days)"),
    form("an event that another does not follow", "followed(complaint, no login within 30 days)"),
];

/// What an item is for.
pub static ITEMS: &[(Word, &str)] = &[
    (
        words::SETTINGS,
        "the time zone, and a clock for demos and tests",
    ),
    (
        words::CUSTOMER,
        "what a customer has: names, kinds, parts played",
    ),
    (
        words::EVENT,
        "a dated fact with fields, or a named part of such facts",
    ),
    (
        words::HOLDING,
        "a fact with a key and a state, such as a loan",
    ),
    (words::RELATION, "who or what a customer is tied to"),
    (words::SOURCE, "how a file of records becomes facts"),
    (words::PARAM, "a number that rules share"),
    (words::METRIC, "a named value of each customer"),
    (
        words::FILTER,
        "a named condition; its members are a segment",
    ),
    (words::SCORE, "a number made of parts that add up"),
    (words::SCORECARD, "a score of points by rows and bins"),
    (words::STAGES, "classes of which the first that fits holds"),
    (words::TIERS, "classes by rank"),
    (
        words::REPORT,
        "a table: groups of rows and what is told of each",
    ),
    (
        words::CARE,
        "who is cared for, when, within which bounds, in which steps",
    ),
    (
        words::TEST,
        "made-up customers and what is expected of them",
    ),
];
