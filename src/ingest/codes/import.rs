//! I0xx: what stops an import as a whole.

use crate::base::code::pages;

pages! { PAGES
    NOT_FOUND "I001" "a source's file is not there" {
        why "An import without one of its files would leave customers without their events."
        mend "Put the file beside its rule file, or name it: `tamis import SOURCE=FILE`."
        test "src/ingest/open/tests.rs" "a_file_lies_beside_its_rules_plain_or_packed"
    }
    NOT_A_FILE "I002" "a folder, a device or a pipe where a file belongs" {
        why "Such a thing has no end or no size, and cannot be read a second time."
        mend "Name a file that holds the records."
        test "src/ingest/open/tests.rs" "a_file_lies_beside_its_rules_plain_or_packed"
    }
    NOT_READABLE "I003" "the system refuses to read the file" {
        why "The message holds the system's own reason, mostly permissions or a broken disk."
        mend "Let the user who runs tamis read the file."
        test "src/ingest/error.rs" "every_error_has_a_code_of_its_own"
    }
    GZIP "I004" "gzip data that are cut short or damaged" {
        why "What lies behind the damage is lost; how far the file was good is told."
        mend "Fetch the file anew and import it again: nothing of the damaged one was shown, or, through a server, what is there is not stored twice."
        test "src/ingest/open/tests.rs" "gzip_cut_anywhere_is_an_error_with_its_place"
    }
    EXPANDS "I005" "gzip data that expand beyond all reason" {
        why "A small file that unpacks to terabytes is made to fill the disk."
        mend "Look at where the file comes from; unpack it by hand if it is meant."
        test "src/ingest/open/tests.rs" "gzip_that_swells_is_stopped"
    }
    EMPTY "I006" "a file without even a header" {
        why "An empty file is more often an export that failed than a bank without customers."
        mend "Export it again; a file that is meant to be empty keeps its header."
        test "src/ingest/tests/broken.rs" "a_wrong_file_stops_the_import_before_anything_is_written"
    }
    MISSING_COLUMNS "I007" "columns that the source names are not in the file" {
        why "A column that was renamed would come in as missing for everyone."
        mend "Correct the names in the source, its `header`, or the delimiter: the columns found are listed."
        test "src/ingest/header.rs" "faults_name_what_is_there"
    }
    REPEATED_COLUMN "I008" "a column name that stands twice in the header" {
        why "Which of the two is meant, the file does not say."
        mend "Rename one of them, or give the names with `header (…)`."
        test "src/ingest/header.rs" "faults_name_what_is_there"
    }
    ENCODING "I009" "an encoding that does not exist" {
        why "Texts cannot be read without knowing how they are written."
        mend "Name an encoding of the web's list, such as `utf-8`, `gbk`, `windows-1250`."
        test "src/ingest/tests/broken.rs" "encodings_formats_and_lookups_are_checked_first"
    }
    PARQUET "I010" "a Parquet file that is none, is damaged or cut short" {
        why "What its pages hold behind the damage is lost, and half a table must not pass for a whole one."
        mend "Fetch the file anew; if it is no Parquet, say its format in the source."
        test "src/ingest/parquet/tests/broken.rs" "a_file_cut_or_damaged_anywhere_is_an_error"
    }
    OPEN_QUOTES "I011" "one open quote after the other" {
        why "In a file where quote after quote stays open, quotes are plain characters, and reading on would join lines at will."
        mend "Set `quote \"\"` for a file without quotes, or export it anew."
        test "src/ingest/csv/tests.rs" "a_file_of_open_quotes_is_given_up"
    }
    UNKNOWN_SOURCE "I012" "a source by a name that does not exist" {
        why "The file named on the command line belongs to no source of the rules."
        mend "Take one of the names that are listed."
        test "src/ingest/error.rs" "every_error_has_a_code_of_its_own"
    }
    LOOKUP_RING "I013" "lookups that lead back to themselves" {
        why "Each of the files would have to be read before the other."
        mend "Take one of the lookups away; the ring is written out."
        test "src/ingest/tests/broken.rs" "encodings_formats_and_lookups_are_checked_first"
    }
    LOOKUP_SIZE "I014" "a lookup too large to be held" {
        why "A file that is looked up is held in memory whole."
        mend "Leave out columns that no rule reads, or bring the value in the file itself."
        test "src/ingest/error.rs" "every_error_has_a_code_of_its_own"
    }
    UNSUPPORTED "I015" "something that cannot be asked of a record" {
        why "Facts are made of one line of a file; what needs other customers or the clock is known later."
        mend "Bring the raw value in, and work it out in a metric."
        test "src/ingest/error.rs" "every_error_has_a_code_of_its_own"
    }
    ZONE "I016" "a time zone that does not exist" {
        why "Dates without a zone would be read an hour off."
        mend "Write a name like `Europe/Prague`."
        test "src/ingest/error.rs" "every_error_has_a_code_of_its_own"
    }
    UNNAMED_EVENTS "I017" "too many different events without an id" {
        why "Events without an id are told apart by counting equal ones, which is held in memory."
        mend "Give the route an `id`, if the file has one, or import the file in parts."
        test "src/ingest/error.rs" "every_error_has_a_code_of_its_own"
    }
    REJECTS "I018" "rejected records cannot be kept" {
        why "A record is never dropped without being kept: if there is no room for it, the import stops."
        mend "Make room in the data folder, or let it be written to."
        test "src/ingest/error.rs" "every_error_has_a_code_of_its_own"
    }
    CANCELLED "I019" "the import was stopped from outside" {
        why "Nothing of it is shown; what was stored until then waits for the same import."
        mend "Import the same again: it goes on where it was stopped."
        test "src/ingest/tests/broken.rs" "an_import_is_watched_and_stopped"
    }
    STORE "I020" "the store refuses" {
        why "The sentence behind it is the store's own."
        mend "See docs/STORE.md; mostly the disk is full or another process holds the store."
        test "src/ingest/error.rs" "every_error_has_a_code_of_its_own"
    }
    COLUMNS "I021" "the facts cannot be laid out in memory" {
        why "The facts are stored; only looking at them failed."
        mend "Run `tamis verify`, and see docs/STORE.md."
        test "src/ingest/error.rs" "every_error_has_a_code_of_its_own"
    }
    ENCRYPTED "I022" "a Parquet file that is encrypted" {
        why "This program holds no keys of other systems."
        mend "Write the file without encryption, and carry it over a way that is encrypted."
        test "src/ingest/parquet/tests/broken.rs" "what_cannot_be_read_is_named"
    }
    CODEC "I023" "a Parquet column packed in a way that cannot be unpacked" {
        why "Snappy, gzip, lz4 and zstd are understood; brotli and lzo are not."
        mend "Write the file with one of these codecs: most writers have an option `compression`."
        test "src/ingest/parquet/tests/broken.rs" "what_cannot_be_read_is_named"
    }
    COLUMN_KIND "I024" "a Parquet column that has no single value of a kind that can be read" {
        why "A field of a fact is one value; which one of a list, or which part of a group, is meant, nobody said."
        mend "Name the part that is meant (`\"address.city\"`), or write the column flat. Columns that no source uses may be anything."
        test "src/ingest/parquet/tests/broken.rs" "what_cannot_be_read_is_named"
    }
    TWO_FILES "I025" "a source that is given two files" {
        why "Which of the two came first decides what holds; that is not for the order of arguments to say."
        mend "Import one file, then the other."
        test "src/ingest/tests/forms.rs" "one_import_takes_one_file_of_a_source"
    }
    MANY_FILES "I026" "more files than one import takes" {
        why "An import that is cut off is known again by its files, whose names are kept in one place."
        mend "Import some sources with their files first, `tamis import SOURCE=FILE …`, and the others after them."
        test "src/ingest/tests/many.rs" "more_files_than_one_import_takes_are_refused_before_any_is_opened"
    }
    NO_TEXT "I030" "a workbook, a picture or another file that is no text" {
        why "Its bytes, cut at commas and line ends, would come in as customers that nobody knows."
        mend "Save a workbook as CSV, unpack what is packed; what is Parquet should be called so."
        test "src/ingest/tests/unfit.rs" "what_is_no_text_is_refused"
    }
    NO_RECORD "I031" "a file of which no record can be read, where rules are to be sketched" {
        why "There is nothing to guess from; the first fault is told."
        mend "A JSON array is not JSON lines: write one object on each line, without brackets around and commas between. Else see the code of the fault."
        test "src/ingest/sketch/tests/files.rs" "a_file_of_no_records_is_no_empty_one"
    }
    NO_ROWS "I032" "columns without a row, where rules are to be sketched" {
        why "Of what kind a column is, only its values say."
        mend "Take a file that has some rows."
        test "src/ingest/sketch/tests/files.rs" "a_file_of_no_records_is_no_empty_one"
    }
}
