//! I3xx: why a line of a request is refused, beside what a record of a file is refused for.

use crate::base::code::pages;

pages! { PAGES
    NOT_JSON "I301" "a line that is no JSON" {
        why "Each line is one fact; a line that cannot be read refuses itself and not its neighbours."
        mend "Send one JSON object a line, without a comma behind it."
        test "src/ingest/facts/tests/broken.rs" "lines_that_are_no_customers"
    }
    NOT_AN_OBJECT "I302" "JSON, but no object" {
        why "A fact has names for its values."
        mend "Write an object on each line: `{\"id\": …}`."
        test "src/ingest/facts/tests/broken.rs" "lines_that_are_no_customers"
    }
    REPEATED_KEY "I303" "a key that stands twice, by one name or by name and label" {
        why "Of two values one program keeps the first and another the last."
        mend "Send each field once."
        test "src/ingest/facts/tests/broken.rs" "lines_that_are_no_customers"
    }
    NESTED "I304" "an object or a list where one value belongs" {
        why "A field holds one value; only sets are sent as lists."
        mend "Send the parts as fields of their own."
        test "src/ingest/facts/json.rs" "what_cannot_be_read_is_told_by_code"
    }
    TOO_MANY_KEYS "I305" "more keys than a fact may have fields" {
        why "No kind of fact has so many fields."
        mend "Send the fields that the schema has."
        test "src/ingest/facts/json.rs" "what_cannot_be_read_is_told_by_code"
    }
    TOO_MANY_LINES "I306" "more lines than a request may have" {
        why "A request is taken or refused in one go."
        mend "Send several requests: repeating one changes nothing."
        test "src/ingest/facts/tests/broken.rs" "a_request_of_too_many_lines_is_refused_as_a_whole"
    }
    HALF_CHARACTER "I307" "half of a character, written as `\\ud800` without its other half" {
        why "It is no text in any encoding."
        mend "Send the character itself in UTF-8."
        test "src/ingest/facts/json.rs" "what_cannot_be_read_is_told_by_code"
    }
    WRONG_SORT "I308" "a number where text belongs, or the like" {
        why "`\"5\"` and `5` are different values in JSON."
        mend "Send texts in quotes, numbers and yes or no (`true`, `false`) without."
        test "src/ingest/facts/tests/broken.rs" "lines_that_are_no_customers"
    }
    UNKNOWN_KIND "I309" "no event, holding or relation of that name" {
        why "A fact of no kind would be stored and never read."
        mend "Take the name that is suggested: `/v1/schema` lists them."
        test "src/ingest/facts/tests/broken.rs" "lines_that_are_no_events"
    }
    UNKNOWN_FIELD "I310" "no field of that name" {
        why "A field with a slip in its name, passed over, would be missing in every rule."
        mend "Take the name that is suggested."
        test "src/ingest/facts/tests/broken.rs" "lines_that_are_no_events"
    }
    UNKNOWN_WORD "I311" "a word that is none of a list" {
        why "Unlike a file, a request can be corrected at once, so the line is refused."
        mend "Send one of the values that the message names."
        test "src/ingest/facts/tests/broken.rs" "lines_that_are_no_events"
    }
    BAD_ID "I312" "an id with control characters" {
        why "Such an id cannot be typed, and shows as another one."
        mend "Send the id without them."
        test "src/ingest/facts/tests/broken.rs" "lines_that_are_no_events"
    }
    OTHER_CONTENT "I313" "the id is that of an event that says something else" {
        why "An event has happened and does not change; a second one needs an id of its own."
        mend "Send another id, or leave the event as it is."
        test "src/ingest/facts/tests.rs" "an_event_never_changes_by_its_id"
    }
    NO_PART "I314" "a part that a fact cannot do without is not there" {
        why "An event without its customer, or a holding without its key, belongs nowhere."
        mend "Send the part that the message names."
        test "src/ingest/facts/tests/broken.rs" "lines_that_are_no_events"
    }
    OUT_OF_CALENDAR "I315" "an instant outside the years 1 to 9999" {
        why "The calendar of the rules does not have it."
        mend "Correct the year of the instant."
        test "src/ingest/facts/calendar.rs" "instants_as_machines_write_them"
    }
    OTHER_KINDS "I316" "a fact made by kinds that are no longer those of the store" {
        why "The rules changed while the request was on its way."
        mend "Send the request again."
        test "src/ingest/facts/tests.rs" "a_fact_of_other_kinds_is_refused"
    }
}
