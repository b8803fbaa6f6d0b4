//! Every code of the running core and of saved filters, with its page.

use crate::base::code::pages;

pages! { CORE
    BUSY "L001" "too much waits to be written already" {
        why "Queues are bounded: what cannot be taken now is refused at once, not forgotten later."
        mend "Wait a little and send it again; what was taken already is counted as repeated."
        test "src/server/heart.rs" "trouble_of_the_core_has_its_status"
    }
    CORE_STOPPED "L002" "the server is stopping" {
        why "Nothing is begun that might not be finished."
        mend "Send it again when the server has started."
        test "src/server/heart.rs" "trouble_of_the_core_has_its_status"
    }
    HALTED "L003" "nothing is written any more" {
        why "Something failed that leaves the state on the disk unknown; reading goes on, writing does not."
        mend "Mend the cause that is named and start the server again; nothing acknowledged is lost."
        test "src/server/heart.rs" "trouble_of_the_core_has_its_status"
    }
    COLUMNS "L004" "stored facts do not become columns" {
        why "Facts that contradict each other are not made into answers."
        mend "Run `tamis verify`; it names them."
        system "a store that holds facts no version of the program writes"
    }
    RUN "L005" "a rule could not be answered" {
        why "Memberships are exact or not told at all."
        mend "Run `tamis check`; the message names what could not be worked out."
        system "a rule that was checked and whose run still fails"
    }
    FOLLOWER "L006" "the care plans could not follow a change of memberships" {
        why "Memberships and what plans do about them are one batch: neither is written alone."
        mend "Look at the care plans that are named; nothing of this round was written."
        system "a care plan that refuses a round"
    }
    THREAD "L007" "no thread could be started" {
        why "The writing side has a thread of its own; without it nothing would be taken."
        mend "Raise the system's limit of threads."
        system "a system that allows no more threads"
    }
    ZONE "L008" "the rules name a time zone that does not exist" {
        why "Dates depend on the zone; a wrong one would move every date."
        mend "Write an IANA name such as \"Asia/Shanghai\" in settings."
        system "a time zone that was known when the rules were checked and is gone"
    }
    SCHEMA "L009" "a rule set would change what is stored" {
        why "Facts with values of a kind or list that the new set lacks would become missing without a word."
        mend "Widen the schema only, or import into a new store."
        test "tests/reload/schema.rs" "wider_kinds_are_taken_and_changed_ones_refused_with_their_count"
    }
    KEY "L010" "no key for hashes of erased ids could be made" {
        why "Erased ids are kept as hashes under a key of the store's own, so that they cannot be guessed."
        mend "Look at the system's log: it gives no random bytes."
        system "a system without random bytes"
    }
}

pages! { SAVED
    SAVED_NAME "V001" "a name or label that cannot be one" {
        why "A saved filter is an item of a rule file like any other."
        mend "Take letters of any script, digits and `_`, not starting with a digit."
        test "src/live/saved/tests.rs" "names_are_names_of_any_script"
    }
    SAVED_TEXT "V002" "the expression of a saved filter is wrong" {
        why "A filter is saved when it is sound with all that serve; the findings point into what was typed."
        mend "Mend what the findings name."
        test "src/live/saved/tests.rs" "findings_point_into_what_was_typed"
    }
    STALE "V003" "the filter was changed by someone else" {
        why "Your change would undo theirs without either of you knowing."
        mend "Read it again, and change what it says now."
        test "src/live/saved/tests.rs" "who_changed_another_revision_is_told_the_current_one"
    }
    TAKEN "V004" "something else has that name or label" {
        why "One name for two rules would mean whichever was read last."
        mend "Choose another name or label."
        test "src/live/saved/tests.rs" "what_is_written_by_hand_is_left_alone"
    }
    HAND_WRITTEN "V005" "the filter is written by hand in a rule file" {
        why "A program that rewrites people's files loses what they put between the lines."
        mend "Change the file, or save under another name."
        test "src/live/saved/tests.rs" "what_is_written_by_hand_is_left_alone"
    }
    NO_SAVED "V006" "no saved filter has that name" {
        why "Removing what is not there may mean that another name was meant."
        mend "Ask for the list of filters."
        test "src/live/saved/tests.rs" "what_is_written_by_hand_is_left_alone"
    }
    USED "V007" "other rules use the filter" {
        why "Without it they would say nothing."
        mend "Change the rules that are named first."
        test "src/live/saved/tests.rs" "a_filter_that_others_use_stays"
    }
    CHANGED_ON_DISK "V008" "the file of the filter was changed and is not taken yet" {
        why "A save would write over a change that nobody has read."
        mend "Look at the file; it is taken once all rule files are sound."
        test "src/live/saved/tests.rs" "files_are_replaced_whole_and_a_strangers_change_is_kept"
    }
    UNWRITABLE "V009" "the rules folder cannot be written" {
        why "A filter that serves and is not on the disk would be gone after a restart."
        mend "Let the program write the folder `saved` in the rules folder."
        test "src/live/saved/tests.rs" "a_folder_that_cannot_be_written_is_named"
    }
}
