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
    UNKNOWN_STEP "E129" "a step that does nothing known"
    CLOCK_TIME "E130" "a time of day, or a day of the year, that does not exist"
    CARE_CLAUSE "E131" "a care plan that lacks what it must say"
    TWO_READINGS "E132" "words without spaces that can be read in two ways"
    UNKNOWN_PART "E133" "words without spaces of which one part is neither a name nor a word"
    LAYOUT "E134" "a text that cannot be laid out without changing what it says"

    // E2xx: names (check)
    UNKNOWN_NAME "E201" "a name that stands for no value here"
    UNKNOWN_FUNCTION "E202" "a function that does not exist"
    UNKNOWN_SUBJECT "E203" "an event, holding or relation that is not declared"
    UNKNOWN_FIELD "E204" "a field that the event, holding or customer does not have"
    DUPLICATE "E205" "a name or label that is declared twice"
    RESERVED "E206" "a name that is built in"
    NOT_A_VALUE "E207" "an event, holding, relation or source used as a value"
    CYCLE "E208" "rules that refer to each other in a circle"
    UNKNOWN_CHOICE "E209" "a word that is none of the values of a list"
    DIRECTION "E210" "a character that turns the direction of the text"
    NOT_HERE "E211" "a name or function that has no meaning in this place"
    UNKNOWN_SOURCE "E212" "a source that is not declared"
    UNKNOWN_PLUGIN "E213" "a plugin or function of a plugin that is not there"
    PLUGIN_INPUT "E214" "an input of a plugin that does not fit the rule set"

    // E3xx: kinds (check)
    MISMATCH "E301" "values of two kinds that do not go together"
    WANTED_CONDITION "E302" "a value where a condition is wanted"
    WRONG_OPERATION "E303" "an operation that this kind does not have"
    ARGUMENT_COUNT "E304" "too few or too many arguments"
    ARGUMENT_KIND "E305" "an argument of the wrong kind"
    NUMBER_RANGE "E306" "a number that its kind cannot hold"
    AGGREGATE_SHAPE "E307" "an aggregate without the field it needs, or with one it cannot take"
    HOURS_SINCE "E308" "`hours since` or `minutes since` outside a comparison with a constant"
    WINDOW "E309" "a window that has no meaning here"
    WINDOW_HOLDING "E310" "a window over a holding"
    PATTERN "E311" "a regular expression or a date pattern that is none"
    WANTED_CONSTANT "E312" "something computed where a constant is wanted"
    TIME_LENGTH "E314" "a length of time where it has no meaning"
    KIND_UNKNOWN "E315" "a value whose kind cannot be known"
    RELATION_STEPS "E316" "a relation over more steps than are followed"
    SEQUENCE "E317" "a sequence of events with a step that makes no sense"

    BIN_GAP "E320" "a row of a scorecard whose bins leave values out"
    BIN_MISSING "E321" "a row of a scorecard that does not say what a missing value gives"
    BIN_ORDER "E322" "`missing` or `else` twice in a row of a scorecard, or a bin after `else`"
    SCORE_RANGE "E323" "a range of a score that ends before it begins"
    STAGE_ORDER "E324" "an `else` that is not the last of its list"

    // E4xx: schema and sources (check)
    PART "E401" "a part that does not exist, or does not fit"
    ZONE "E402" "a time zone that does not exist"
    SECOND_BLOCK "E403" "`settings` or `customer` given twice"
    KIND_SHAPE "E404" "a kind that cannot be declared so"
    FORMAT "E405" "a file format that does not exist, or an option it does not have"
    FORMAT_OPTION "E406" "a delimiter, quote or header that cannot work"
    ENCODING "E407" "an encoding that does not exist"
    REQUIRED "E408" "a route that lacks what it must give"
    ASSIGNED_TWICE "E409" "a field that a route gives twice"
    FILE "E410" "a file that does not lie beside the rule file"
    NO_KEY "E411" "a lookup in a source without a key"
    NOT_READABLE "E412" "a kind that cannot be made of what is given"
    CLEAR "E413" "`clear` or `missing` where nothing is assigned"
    CLOCK "E414" "a source that asks for the clock"
    PARAM_RANGE "E415" "a param whose range does not hold its value"
    CARE_NUMBER "E416" "a limit, a share or a length of time that a care plan cannot have"
    CHANNEL "E417" "a message that cannot be addressed"
    WANTED_START "E418" "a test that expects something of a care plan it does not start"

    // E5xx: limits
    NESTED_TOO_DEEP "E501" "nested deeper than a person reads"
    TEXT_TOO_LONG "E502" "a rule file, expression, name or text that is too long"
    LIST_TOO_LONG "E503" "a list with too many parts"
    TOO_MANY_FAULTS "E504" "more faults than are shown"
    TOO_MANY "E505" "more fields, kinds or values than a rule set may have"
    CHAIN "E506" "a chain of references that is too long"
    TIME_TOO_LONG "E507" "a window or length of time that is out of bounds"

    // E60x: tests (rules)
    TEST_FAILED "E601" "a test whose expectation does not hold"
    TEST_TOO_LONG "E602" "tests that take more steps than a load may"
    TEST_PLUGIN "E603" "a test that asks a plugin"

    // W6xx: warnings (check)
    NEVER "W601" "a condition that can never hold"
    ALWAYS "W602" "a condition that always holds"
    SAME_FILTERS "W603" "two filters that are the same"
    UNUSED_PARAM "W604" "a param that no rule uses"
    NEGATED_MISSING "W605" "a negated test on a field that is often missing"
    CHOICE_AND_NAME "W606" "a word that is both a value of the list and a name"
    LOOKALIKE "W607" "a name that mixes scripts or looks like another"
    ROW_IDENTITY "W608" "customers identified by their place in a file"
    IDLE_SOURCE "W609" "a source that makes nothing"
    NEAR_CHOICE "W610" "a column whose name is nearly a value of the list"
    SAID_AGAIN "W611" "something that is said already"
    BIN_OVERLAP "W620" "bins of a scorecard that overlap"
    BIN_UNREACHABLE "W621" "a bin of a scorecard that can never hold"
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
