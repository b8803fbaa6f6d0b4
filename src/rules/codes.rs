//! Every code of a rules folder that cannot be read, with its page.

use crate::base::code::pages;

pages! { PAGES
    UNREADABLE_FILE "R001" "a rule file or folder cannot be read" {
        why "A set without that file would be another set; nothing of the folder is taken."
        mend "Let the program read it, or take it out of the folder."
        test "src/rules/tests.rs" "a_link_that_leads_nowhere_or_in_a_circle_is_an_error"
    }
    NO_RULES "R002" "there is no rule file below the folder" {
        why "An empty set answers nothing, and a wrong path looks the same."
        mend "Put rule files (`*.tamis`) there, or name another folder with `--rules`."
        test "src/rules/tests.rs" "what_cannot_be_read_is_an_error_and_never_passed_over"
    }
    FILE_TOO_LARGE "R003" "a rule file, or all of them together, is too large" {
        why "What is read at once is bounded, so that a wrong file cannot fill the memory."
        mend "Part it over several files, or take out what is no rule."
        test "src/rules/tests.rs" "what_cannot_be_read_is_an_error_and_never_passed_over"
    }
    NOT_UTF8 "R004" "a rule file is not UTF-8" {
        why "In another encoding the same bytes are other letters; the first wrong byte is shown with its place."
        mend "Save the file as UTF-8."
        test "src/rules/tests.rs" "a_wrong_byte_is_named_with_its_place"
    }
    TOO_MANY_FILES "R005" "there are too many rule files, or folders inside each other" {
        why "A link that leads back into the folder would be read without end."
        mend "Look for such a link, and keep only rules below the folder."
        test "src/rules/tests.rs" "a_link_that_leads_nowhere_or_in_a_circle_is_an_error"
    }
}
