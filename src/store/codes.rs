//! Every code of trouble with a store, with its page.

use crate::base::code::pages;

pages! { PAGES
    LOCKED "S001" "another process has the store open" {
        why "Two writers of one log would write over each other."
        mend "Ask the process that is named, or stop it; verbs find a running server by themselves."
        test "src/store/tests/trouble.rs" "a_second_opening_names_the_process_that_holds_the_store"
    }
    NOT_A_STORE "S002" "the folder holds other things than a store" {
        why "A store made among other files could not be told from them later."
        mend "Name the folder of the store with `--data`, or an empty one."
        test "src/store/tests/trouble.rs" "folders_that_are_no_stores_are_left_alone"
    }
    OLDER_FORMAT "S003" "the store is written in a format that is no longer read" {
        why "Bytes of another format read as this one would be other facts."
        mend "Go on with the version that is named, or import the files into a new store with this one."
        test "src/store/tests/trouble.rs" "other_formats_are_named"
    }
    NEWER_FORMAT "S004" "the store is written in a format that is not known yet" {
        why "An older program would overlook what the newer one wrote."
        mend "Open it with the version that is named, or a later one."
        test "src/store/tests/trouble.rs" "other_formats_are_named"
    }
    ROLLED_BACK "S010" "the log ends before what was acknowledged" {
        why "The witness saw more facts committed than the log holds: an older copy lies here, or a disk lost writes."
        mend "Put the newest copy of the whole folder back; the positions say how much is missing."
        test "src/store/tests/trouble.rs" "an_older_copy_of_the_log_under_a_newer_witness_is_refused_with_both_positions"
    }
    WITNESS "S011" "the witness cannot be read, or is that of another store" {
        why "Without it nobody can tell whether acknowledged facts are missing."
        mend "Put the whole folder back from one copy, never single files of it, or restore a backup into a new folder."
        test "src/store/tests/trouble.rs" "a_torn_witness_slot_is_survived_and_two_are_not"
    }
    DAMAGED "S012" "bytes of the store are not what was written" {
        why "A fact whose check sum is wrong is not guessed at."
        mend "Keep the folder as it is and restore a backup into a new one, or make one of what can be read with `tamis verify --salvage NEW --backup FILE`; where the store still opens, `tamis verify` names what is affected."
        test "src/store/engine/tests.rs" "garbage_is_an_error_and_no_panic"
    }
    OPEN_TIMEOUT "S013" "opening the store did not end in time" {
        why "A disk that answers nobody would otherwise hold the start up without a word."
        mend "Look at the system's log for trouble with the disk, then start again."
        system "a disk that stops answering while the store is opened"
    }
    NO_SPACE "S020" "the disk is too full to write" {
        why "What could not be written is not acknowledged; reading goes on."
        mend "Make room on the disk of the data folder and send again; what was taken already is counted as repeated."
        test "tests/server/full_disk.rs" "a_full_disk_refuses_facts_answers_questions_and_goes_on"
    }
    TOO_LARGE "S021" "one fact is larger than a block may be" {
        why "A fact lies in one block, whose size bounds what is read at once."
        mend "Shorten the text that is named."
        test "src/store/tests.rs" "a_fact_larger_than_a_block_is_refused_with_its_name"
    }
    BAD_FACT "S022" "a fact that does not fit the schema or the rows" {
        why "A fact without its customer, or with a value of another kind, would be counted wrongly."
        mend "Look at the reason that is given; facts that come by import or over HTTP are checked before."
        test "src/store/tests.rs" "rows_out_of_turn_and_misfits_are_refused_alone"
    }
    KIND_CHANGED "S030" "a field with stored values changed its kind" {
        why "Stored texts cannot be read as numbers without saying what becomes of those that are none."
        mend "Give the new kind a new name, or import into a new store."
        test "src/store/tests/growth.rs" "a_changed_kind_is_refused_with_the_count_of_facts"
    }
    VALUES_REMOVED "S031" "a value of a list was taken out while facts carry it" {
        why "Facts with that value would become missing without a word."
        mend "Put the value back into the list, or import into a new store."
        test "src/store/tests/growth.rs" "a_changed_kind_is_refused_with_the_count_of_facts"
    }
    OTHER_KINDS "S032" "the rules declare none of the kinds of facts in the store" {
        why "Rules of another data set would hide every fact; a server that starts with them moves the store's clock, which never goes back, and tells every filter as new."
        mend "Name the rules that belong to the store with `--rules` or `TAMIS_RULES`. Where all kinds really were given new names, start once with `tamis serve --other-kinds`."
        test "src/store/tests/growth.rs" "rules_that_know_nothing_of_what_is_stored_are_refused_where_that_is_asked"
    }
    OPEN_TO_OTHERS "S043" "others may read the data folder" {
        why "The log names every customer with all facts; a folder that the program makes is its owner's alone, one that was made otherwise is not."
        mend "Run `chmod 700` on the folder. It is a warning: nothing is stopped."
        test "src/store/tests/trouble.rs" "a_folder_that_others_may_read_is_told_of"
    }
    IO "S040" "the system refused to read or prepare a file of the store" {
        why "The path and the system's own reason are given."
        mend "Let the program read and write the data folder."
        system "a file of the store that may not be read"
    }
    WRITE "S041" "a write to the disk failed" {
        why "What the disk holds after a failed write is unknown until the store is opened again."
        mend "Mend the disk, then start again; nothing that was acknowledged is lost."
        test "src/store/tests/trouble.rs" "after_a_failed_write_nothing_more_is_taken"
    }
    STOPPED "S042" "the store takes no more writes" {
        why "A write failed before, or the store is being closed."
        mend "Mend what failed first and start again."
        test "src/store/tests/trouble.rs" "after_a_failed_write_nothing_more_is_taken"
    }
    READER "S050" "the reader of stored facts refused to go on" {
        why "Facts that contradict each other are not made into answers."
        mend "Run `tamis verify`; its report names the place."
        system "facts that the log holds and that cannot become columns"
    }
    BAD_BACKUP "S060" "a backup is not what was written" {
        why "Every frame carries its SHA-256 in a manifest that carries its own; bytes that do not fit are not restored."
        mend "Take another copy of the file, or an earlier backup."
        test "src/store/backup/tests.rs" "a_damaged_backup_is_refused_with_what_is_lost"
    }
    NO_EARLIER_BACKUP "S061" "no earlier backup to follow on" {
        why "An incremental backup holds only what came since another one of the same log."
        mend "Make a full backup first; after `restore`, `compact` and `verify --salvage` the log is another one."
        test "src/store/backup/tests.rs" "an_incremental_one_needs_an_earlier_one_of_the_same_log"
    }
    BACKUP_RUNS "S062" "a backup is being made already" {
        why "One at a time is kept apart from what is written meanwhile."
        mend "Wait until it is done."
        test "src/store/pin.rs" "what_changes_while_it_is_read_reads_as_it_was"
    }
    FOLDER_TAKEN "S063" "a folder that has to be new or empty holds something" {
        why "What is restored takes the name of the folder; nothing that lies there is written over."
        mend "Name another folder, or move what is there away."
        test "src/store/backup/tests.rs" "a_folder_that_holds_something_is_left_alone"
    }
    OTHER_ERASURES "S064" "the erasures are those of another store" {
        why "Erased ids are kept as hashes under a key of their store; hashes under two keys cannot be compared."
        mend "Name a store, or a backup of it, that the restored backup comes from."
        test "src/ingest/erasure/carried.rs" "erasures_of_another_store_are_refused"
    }
    OLDER_ERASURES "S069" "who was erased since cannot be learnt from a state that is not newer" {
        why "A state that is not newer than the backup, and knows nobody else as erased, keeps nobody out; going on would bring back whoever was erased since."
        mend "Name the store itself or a newer backup of it; without `--erased-in` everybody whom the backup knows is restored, and that is said."
        test "src/ingest/erasure/carried.rs" "a_state_that_is_not_newer_is_refused"
    }
    BACKUP_OVERTAKEN "S065" "too much changed while a backup was made" {
        why "What changes while a backup is made is kept in memory until it has been read, up to a limit."
        mend "Make it at a quieter hour, or while the server is stopped."
        test "src/store/pin.rs" "a_reader_that_is_overtaken_is_told"
    }
    BACKUP_STOPPED "S066" "a backup was given up because the store is closed or opened anew" {
        why "A server that ends, or takes up other kinds of facts, does not wait for a backup; the half that was written is removed."
        mend "Make the backup again."
        test "src/store/backup/tests.rs" "a_backup_that_is_given_up_leaves_no_file"
    }
    NOTHING_TO_SALVAGE "S067" "nothing of a damaged store could be read" {
        why "No copy of the log opened, and no backup was named."
        mend "Name a backup with `--backup`, or restore one."
        test "src/store/salvage/tests.rs" "a_log_that_does_not_open_leaves_the_backup"
    }
    CHAIN_BROKEN "S068" "no backup can follow on the newest one" {
        why "An incremental backup is restored with all those it follows on: one of them is missing or damaged, there are as many as are read, or the log, put back from an older copy, never was in that state."
        mend "Make a full backup; keep those that follow on each other together in one folder."
        test "src/store/backup/tests.rs" "nothing_follows_on_a_chain_that_cannot_be_restored"
    }
}
