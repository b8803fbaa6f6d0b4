//! I1xx: why one record of a file, or one line of a request, is refused.

use crate::base::code::pages;

pages! { PAGES
    INVALID_TEXT "I101" "bytes that are not text in the file's encoding" {
        why "Replacing them would change a name for good."
        mend "Name the right `encoding` in the source, or mend the record: rejected ones are kept."
        test "src/ingest/csv/tests.rs" "wrong_width_and_invalid_text_refuse_only_their_record"
    }
    FIELD_COUNT "I102" "more or fewer fields than the header" {
        why "A delimiter inside a field, or one too few, shifts every field behind it into its neighbour."
        mend "Quote the field that holds the delimiter."
        test "src/ingest/csv/tests.rs" "wrong_width_and_invalid_text_refuse_only_their_record"
    }
    TOO_LONG "I103" "a record beyond the limit" {
        why "A record of megabytes is mostly a quote that was never closed."
        mend "Look for the open quote; cut long texts. A row of Parquet counts by the columns that the source reads."
        test "src/ingest/csv/tests.rs" "a_line_of_ten_megabytes_is_refused_and_the_next_read"
    }
    OPEN_QUOTE "I104" "a quote that never closes" {
        why "Everything behind it would become one field."
        mend "Close the quote in the record."
        test "src/ingest/csv/tests.rs" "an_open_quote_costs_its_line_alone"
    }
    NO_NUMBER "I105" "no number, or one that does not fit" {
        why "`12 pcs` is 12 for one reader and nothing for another."
        mend "Bring plain digits, or cut the rest off in the source: `number(…)`."
        test "src/ingest/expression/tests.rs" "texts_are_read_as_every_kind_or_refused"
    }
    NO_MONEY "I106" "no amount of money, more than four places, or one that does not fit" {
        why "Money is exact to four places and is never rounded in silence."
        mend "Bring the amount with a point and without a currency, or `round` it in the source."
        test "src/ingest/expression/tests.rs" "texts_are_read_as_every_kind_or_refused"
    }
    NO_DATE "I107" "no date" {
        why "30 February exists in no calendar, and 03/04 is two different dates."
        mend "Say how dates are written: `date(COLUMN, \"dd.MM.yyyy\")`."
        test "src/ingest/expression/tests.rs" "texts_are_read_as_every_kind_or_refused"
    }
    NO_TIME "I108" "no instant" {
        why "A time without its date does not say when."
        mend "Say how instants are written: `time(COLUMN, \"yyyy-MM-dd HH:mm\")`."
        test "src/ingest/expression/tests.rs" "texts_are_read_as_every_kind_or_refused"
    }
    NO_BOOL "I109" "neither yes nor no" {
        why "`maybe` and `2` are not guessed."
        mend "Compare in the source: `agrees = COLUMN = \"Y\"`."
        test "src/ingest/expression/tests.rs" "texts_are_read_as_every_kind_or_refused"
    }
    LONG_TEXT "I110" "a text beyond the limit" {
        why "Texts stay in memory to be searched."
        mend "Cut it in the source: `left(COLUMN, 200)`."
        test "src/ingest/facts/tests/broken.rs" "sizes_are_bounded"
    }
    NO_ID "I111" "no customer id, or no key" {
        why "Without it nobody knows whom the record is about."
        mend "Fill the column in, or `skip when` it is missing."
        test "src/ingest/tests/broken.rs" "broken_records_are_kept_with_their_reason_and_can_be_mended"
    }
    UNKNOWN_CUSTOMER "I112" "the customer appears neither in the import nor in the store" {
        why "Events of customers that nobody knows are mostly from another system's numbers."
        mend "Import the customers first, or correct the id."
        test "src/ingest/tests/broken.rs" "broken_records_are_kept_with_their_reason_and_can_be_mended"
    }
    NO_INSTANT "I113" "an event without a date" {
        why "Every window asks when."
        mend "Fill the column in, or skip such records: `skip when`."
        test "src/ingest/tests/broken.rs" "broken_records_are_kept_with_their_reason_and_can_be_mended"
    }
    OVERFLOW "I114" "a result that does not fit its kind" {
        why "A number too large for money would come out as another one."
        mend "Look at the record: mostly a field lacks its point."
        test "src/ingest/expression/tests.rs" "texts_and_numbers_are_cut_and_computed"
    }
    ERASED "I115" "the customer was erased and is not let in again" {
        why "Someone asked to be forgotten; a later export must not bring them back."
        mend "Nothing, if the erasure was meant. Such records are kept nowhere."
        test "src/ingest/tests/erased.rs" "nothing_is_taken_of_whom_was_erased_and_no_reject_keeps_it"
    }
    CONTROL "I116" "an id or a key with control characters" {
        why "Such an id cannot be typed, and shows as another one; a request with it is refused too."
        mend "Take them out of the record, or in the source: `replace(COLUMN, …)`."
        test "src/ingest/tests/broken.rs" "ids_with_control_characters_are_refused"
    }
}
