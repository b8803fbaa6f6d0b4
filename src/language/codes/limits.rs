//! E5xx: limits, and E60x: tests of rules.

use crate::base::code::pages;

pages! { LIMITS
    NESTED_TOO_DEEP "E501" "nested deeper than a person reads" {
        why "So many brackets inside brackets are generated or a mistake, and reading them must not exhaust the program."
        mend "Name a part as a metric or a filter and use the name."
        test "src/language/parser/tests/nasty.rs" "nesting_is_bounded_and_named"
    }
    TEXT_TOO_LONG "E502" "a rule file, expression, name or text that is too long" {
        why "Every text has a bound, so that one file cannot stop the others from being answered."
        mend "Split the file, or put long lists into a source that is looked up."
        test "src/language/parser/tests/nasty.rs" "long_texts_are_refused_or_read"
    }
    LIST_TOO_LONG "E503" "a list with too many parts" {
        why "A list of many thousands is data, not a rule."
        mend "Put the values into a file and read them as a source, or tag the customers."
        test "src/language/parser/tests/nasty.rs" "chains_without_brackets_are_bounded_and_named"
    }
    TOO_MANY_FAULTS "E504" "more faults than are shown" {
        why "The first faults are shown; often one of them is the cause of the rest. Errors are shown before warnings."
        mend "Mend what is shown and check again."
        test "src/language/parser/tests/nasty.rs" "long_texts_are_refused_or_read"
    }
    TOO_MANY "E505" "more fields, kinds or values than a rule set may have" {
        why "Each field is a column in memory: a set beyond the bound was made by a program and means something else."
        mend "Leave out what no rule reads; keep long lists of values as text."
        test "src/language/check/tests/bound.rs" "declarations_are_bounded"
    }
    CHAIN "E506" "a chain of references that is too long" {
        why "A rule that is explained through so many others is explained to nobody."
        mend "Let the rule refer to what lies further down the chain at once."
        test "src/language/check/tests/bound.rs" "a_chain_of_references_is_bounded_and_does_not_overflow"
    }
    TIME_TOO_LONG "E507" "a window or length of time that is out of bounds" {
        why "So long a time leaves the calendar, or is a slip by some zeros; one of no length holds nothing."
        mend "Write a length within the bounds; for all time leave the window out."
        rules "metric a: count(purchase, last 900000 days)"
    }
    TEST_FAILED "E601" "a test whose expectation does not hold" {
        why "The rules say of the customer in the test something else than the test expects. One of the two is wrong, and the set is refused until they agree."
        mend "Read why the customer does or does not match (it is told below the place), then mend the rule or the test."
        rules "test \"hello\" as of 2024-06-30 { customer c1 { assets = 400k }  expect c1 in rich }"
    }
    TEST_TOO_LONG "E602" "tests that take more steps than a load may" {
        why "Tests run whenever a set is loaded; a test that takes for ever would keep the rules from serving."
        mend "Give the tests fewer customers and events, or shorten what they expect."
        test "src/rules/testing/tests.rs" "patience_ends"
    }
    TEST_PLUGIN "E603" "a test that asks a plugin" {
        why "Whether a test holds must follow from the rule files alone, and a plugin's answer may change with the plugin."
        mend "Test the rules around the plugin; test the plugin with `tamis plugin test`."
        rules "filter leaving: plugin.churn() > 0.5\ntest \"hello\" as of 2024-06-30 { customer c1 { children = 1 }  expect c1 in leaving }"
    }
}
