//! Every diagnostic code of the language with its one-line meaning, in one place.
//! Not the messages themselves: those are written where the fault is found.

macro_rules! codes {
    ($($name:ident $code:literal $meaning:literal)*) => {
        $(#[doc = $meaning] pub const $name: &str = $code;)*
        /// Every code with its meaning, in the order of the codes.
        pub const ALL: &[(&str, &str)] = &[$(($code, $meaning)),*];
    };
}

codes! {
    // E1xx: the text cannot be read (parser)
    UNCLOSED_QUOTE "E101" "a quote is opened and never closed on its line"
    UNCLOSED_BRACKET "E102" "a bracket is opened and never closed, or closed by one of another kind"
    UNOPENED_BRACKET "E103" "a closing bracket that closes nothing"
    OUTSIDE_ITEM "E104" "text that belongs to no item"
    ITEM_NAME "E105" "an item has no name, or a name that is a word of the language"
    ITEM_HEAD "E106" "an item's head lacks its mark (`:`, `=`, `{`) or has the wrong one"
    MISSING_VALUE "E107" "a value is missing before or after a word or sign"
    MISSING_OPERATOR "E108" "two values stand side by side with nothing between them"
    DOUBLE_OPERATOR "E109" "two signs or words stand in a row where one belongs"
    MIXED_AND_OR "E110" "`and` beside `or` without brackets"
    COMPARE_CHAIN "E111" "a chain of comparisons that is not a range"
    DEFAULT_BESIDE_ARITHMETIC "E112" "`default` beside arithmetic without brackets"
    WRONG_SEPARATOR "E113" "a wrong separator between the parts of a list"
    MALFORMED_NUMBER "E114" "a number that cannot be read, or with letters glued to it"
    MALFORMED_DATE "E115" "a date in another form, or one that the calendar does not have"
    FOREIGN_WORD "E116" "a sign or word of another language"
    NOT_YET "E117" "a construct that this version does not understand yet"
    INCOMPLETE_CHOICE "E118" "an `if` or `case` with a part missing"
    INCOMPLETE_WINDOW "E119" "a window with a part missing or a wrong unit"
    INCOMPLETE_LIST "E120" "a list that is missing, empty, or has an empty place"
    UNKNOWN_KIND "E121" "a kind that is none"
    UNKNOWN_LINE "E122" "a line that says nothing in its block"
    SAID_TWICE "E123" "something that may be said once is said twice"
    UNKNOWN_CHARACTER "E124" "a character that means nothing here"
    RELATION_FORM "E125" "a relation test without its brackets"
    UNREADABLE "E126" "an item that does not have the form of its kind"
    SINGLE_QUOTE "E127" "text in single quotes"
    WRONG_COUNT "E128" "a count that is not a whole number"

    // E2xx: names (check)

    // E3xx: kinds (check)

    // E4xx: schema and sources (check)

    // E5xx: limits
    NESTED_TOO_DEEP "E501" "nested deeper than a person reads"
    TEXT_TOO_LONG "E502" "a rule file, expression, name or text that is too long"
    LIST_TOO_LONG "E503" "a list with too many parts"
    TOO_MANY_FAULTS "E504" "more faults than are shown"
}

#[cfg(test)]
mod tests {
    use super::ALL;

    #[test]
    fn codes_are_unique_and_sorted() {
        for pair in ALL.windows(2) {
            assert!(pair[0].0 < pair[1].0, "{} before {}", pair[0].0, pair[1].0);
        }
    }
}
