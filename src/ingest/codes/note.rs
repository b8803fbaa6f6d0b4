//! I2xx: what was taken and should be looked at.

use crate::base::code::pages;

pages! { PAGES
    UNKNOWN_WORD "I201" "a word that is none of a list; the field is missing" {
        why "The file has a value that the schema does not know: the record is taken, the field stays missing."
        mend "Add the value to the list of the field, or translate it in the source."
        test "src/ingest/tests/broken.rs" "broken_records_are_kept_with_their_reason_and_can_be_mended"
    }
    REPEATED_KEY "I202" "a key of a lookup that stands more than once; the first record counts" {
        why "One reader expects the first line to count, another the last."
        mend "Let the file have each key once, or choose the lines with `key COLUMN when …`."
        test "src/ingest/tests/facts.rs" "lookups_nest_and_report_repeated_keys"
    }
    SIMILAR_IDS "I203" "ids that differ only in case, width or surrounding space" {
        why "`C1` and `c1` are two customers here; often they are one."
        mend "Bring ids in one form: `upper(trim(COLUMN))`."
        test "src/ingest/tests/facts.rs" "ids_that_look_alike_are_noted"
    }
    NO_RECORDS "I204" "a header without records" {
        why "It may be meant; an export that broke off looks the same."
        mend "Look at the file that was given."
        test "src/ingest/tests/broken.rs" "a_header_without_records_is_noted"
    }
    LOOKUP_ONLY "I205" "a source that is only looked up" {
        why "A file was given for a source that makes no facts of its own: it is read when others look something up in it."
        mend "Nothing, if that was meant."
        test "src/ingest/tests/facts.rs" "only_sources_named_by_hand_are_imported_with_what_they_look_up"
    }
    NEVER_SEEN "I206" "a key that a source uses and no line of its file has" {
        why "A file of JSON lines has no header: a key that was renamed looks like one that nobody filled in."
        mend "Look how the file calls it; names count letter by letter."
        test "src/ingest/tests/forms.rs" "a_key_that_no_line_has_is_noted"
    }
    KEPT_STILL "I207" "rejects of files that were imported before" {
        why "Each imported file has rejects of its own: another one leaves them as they are, so that none is lost."
        mend "Mend their records and import them, import the file itself again, or remove them."
        test "src/ingest/tests/broken.rs" "rejects_stay_until_their_own_file_comes_again"
    }
    OTHER_VALUES "I208" "an event that is there already with other values" {
        why "Customer, kind, instant and id make an event the same: what is stored has happened and does not change, so that a corrected line is not taken."
        mend "Bring the correction as an event with an id of its own."
        test "src/ingest/tests/facts.rs" "an_event_that_comes_again_with_other_values_is_noted"
    }
    OTHER_PLACE "I209" "the id of an event at another time, or with another customer" {
        why "Such events are two: a line whose date or customer was corrected counts beside the one that was wrong."
        mend "Nothing, where ids count anew for each customer or day; else let the file have each event once."
        test "src/ingest/tests/facts.rs" "an_id_that_stands_elsewhere_is_noted"
    }
    SPANNING "I210" "values of several lines" {
        why "Texts may have several lines. So does whatever follows a quote that was never closed, up to a quote that happens to stand where a value ends: the records between are then part of the value."
        mend "Look at the lines that are named, the longest first. If no text has several lines, close the quote, or set `quote \"\"` for a file without quotes."
        test "src/ingest/tests/quotes.rs" "a_value_of_several_lines_is_noted"
    }
}
