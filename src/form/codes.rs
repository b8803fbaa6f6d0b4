//! Every code of a refused request, with its page. Status and wording stand in
//! `server::refusal`.

use crate::base::code::pages;

pages! { PAGES
    REFUSED "A000" "the request was refused before anyone read it" {
        why "A refusal of the transport that has no code of its own."
        mend "Look at the status; the request does not have the form of HTTP."
        system "a request that the transport refuses"
    }
    MALFORMED "A001" "the body is not what its type says" {
        why "Half a text, another encoding or a key given twice could be read in two ways; it is not read at all."
        mend "Send whole JSON in UTF-8, each key once, gzipped only if the head says so."
        test "tests/server/bad_input.rs" "json_is_read_strictly"
    }
    WRONG_FORM "A002" "the body or a parameter does not have the form of the endpoint" {
        why "A key with a slip in it, passed over, would ask another question."
        mend "Compare it with `/openapi.json`."
        test "tests/server/bad_input.rs" "json_is_read_strictly"
    }
    AS_OF "A003" "`as_of` is neither a date nor an instant" {
        why "An answer for another day is another answer."
        mend "Write 2024-06-30, or 2024-06-30T09:30."
        test "tests/server/bad_input.rs" "json_is_read_strictly"
    }
    NO_ENDPOINT "A004" "there is no such endpoint" {
        why "The path is none that this server answers."
        mend "`/openapi.json` lists what there is."
        test "tests/server/answers.rs" "questions_and_customers"
    }
    METHOD "A005" "the endpoint does not take the method" {
        why "Reading and changing are apart: a GET never changes anything."
        mend "The head `Allow` names the methods."
        test "tests/server/answers.rs" "questions_and_customers"
    }
    NO_CUSTOMER "A006" "no customer has that id" {
        why "Nobody is not a customer of whom nothing holds."
        mend "Compare the id letter for letter, case and width included."
        test "tests/server/answers.rs" "questions_and_customers"
    }
    NO_FILTER "A007" "no filter has that name" {
        why "An unknown name may be a slip; it is not an empty filter."
        mend "GET /v1/filters lists them."
        test "tests/server/answers.rs" "questions_and_customers"
    }
    TOO_LARGE "A008" "the body is too large" {
        why "What is held at once is bounded, so that one caller cannot fill the memory."
        mend "Send it in several parts; facts sent again are counted as repeated."
        test "tests/server/bad_input.rs" "bodies_have_their_limits"
    }
    MEDIA "A009" "the body has another type than the endpoint takes" {
        why "Forms of other sites can send some types without being asked; those are kept out."
        mend "Say `Content-Type: application/json`, or the type that `/openapi.json` names."
        test "tests/server/bad_input.rs" "bodies_have_their_limits"
    }
    HOST "A010" "the request is meant for another host" {
        why "A name that someone else's page points at this machine must not open it."
        mend "Use the address that the server printed."
        test "tests/server/bad_input.rs" "other_hosts_and_other_sites_are_refused"
    }
    ORIGIN "A011" "the request comes from a page of another site" {
        why "A page elsewhere could otherwise ask in your name."
        mend "Use the console of this server, or a program that is no browser."
        test "tests/server/bad_input.rs" "other_hosts_and_other_sites_are_refused"
    }
    RATE "A012" "too many requests a second" {
        why "One caller must not hold up the others."
        mend "Wait as long as `Retry-After` says, and send facts in batches."
        test "tests/server/bad_input.rs" "too_many_requests_are_refused"
    }
    BUSY "A013" "too many questions at once" {
        why "Questions wait in a bounded queue; what would wait too long is refused at once."
        mend "Ask again after `Retry-After`."
        test "tests/server/import.rs" "one_file_at_a_time_and_one_that_breaks_off_leaves_nothing"
    }
    TOO_LONG "A014" "the answer took too long" {
        why "A question is called off rather than let half an answer out."
        mend "Narrow the question, or look at `tamis explain --analyze` for what costs."
        test "tests/server/crowd.rs" "a_question_that_waits_too_long_is_called_off"
    }
    TOO_SLOW "A015" "the body came too slowly" {
        why "A caller who sends nothing must not hold a place."
        mend "Send it at once, in smaller parts."
        test "tests/server/bad_input.rs" "slow_clients_hold_nobody_up"
    }
    ACCEPT "A016" "no form that the request accepts" {
        why "An answer in a form that was not asked for would be read wrongly."
        mend "Accept `application/json`, `text/csv`, `application/x-ndjson` or `text/plain` as the endpoint offers."
        test "tests/server/bad_input.rs" "paths_and_parameters_are_read_strictly"
    }
    STREAMS "A017" "too many streams at once" {
        why "Each stream holds a place for as long as it is read."
        mend "Close those that nobody reads."
        test "tests/server/crowd.rs" "streams_beyond_their_number_are_refused_until_one_is_closed"
    }
    TOO_OLD "A018" "what was asked for is no longer kept" {
        why "A stream that begins later than asked would hide what lies between."
        mend "Begin at the number that is given, and read the members anew."
        test "src/server/heart.rs" "a_stream_that_is_too_old_says_where_it_may_begin"
    }
    NO_GOOD_LINE "A019" "no line of the body was good" {
        why "Each line has its outcome; when none was taken the request as a whole failed."
        mend "Mend what the lines are told, or look at the source's form."
        test "tests/server/facts.rs" "each_line_has_its_outcome_and_what_is_taken_is_seen"
    }
    TEXT "A020" "the texts of the request have faults" {
        why "A rule or condition is answered when it is sound; the diagnostics say where it is not."
        mend "Mend what the diagnostics name; each has a page of its own."
        test "tests/server/bad_input.rs" "json_is_read_strictly"
    }
    STOPPING "A021" "the server is stopping" {
        why "Nothing is begun that might not be finished."
        mend "Ask again when it has started."
        test "tests/server/import.rs" "an_import_that_the_end_of_the_server_stops_is_known_until_it_was_sent_whole"
    }
    FAULT "A022" "a question could not be answered, and the fault is the server's" {
        why "No answer is better than a wrong one."
        mend "Keep the message and tell those who look after the server."
        system "a sound question whose run fails"
    }
    NO_PLAN "A023" "no care plan has that name" {
        why "An unknown name may be a slip; a plan that is not there sends nothing."
        mend "`tamis care status` and GET /v1/care list them."
        test "tests/server/care.rs" "a_plan_is_started_sends_and_sets_tasks"
    }
    NO_TASK "A024" "no task has that id" {
        why "Ids of tasks are given by the server; another one is a slip or was done."
        mend "GET /v1/tasks lists those that are open."
        test "tests/server/care.rs" "a_plan_is_started_sends_and_sets_tasks"
    }
    NO_MESSAGE "A025" "no message that waits for a decision has that id" {
        why "Only what nobody knows the outcome of is decided by hand, and once."
        mend "`tamis care messages` and GET /v1/messages list them."
        test "tests/server/care.rs" "a_message_that_was_given_up_is_listed_and_settled"
    }
    NO_ANSWER "A026" "what is asked of a care plan has no answer as things stand" {
        why "A plan without a goal has no outcome, and one that is not running takes nobody in."
        mend "The message says what is lacking."
        test "tests/server/care.rs" "what_a_plan_cannot_answer_is_a_conflict"
    }
    NO_SOURCE "A027" "no source of the rules has that name" {
        why "A file without a source says nothing about facts."
        mend "GET /v1/schema lists the sources."
        test "tests/server/import.rs" "files_that_are_none_are_refused_by_name"
    }
    NO_SCORE "A030" "no score has that name, or it cannot be asked so" {
        why "Classes have no highest, and filters no points."
        mend "GET /v1/scores lists them; the message says what the name is."
        test "tests/server/scores.rs" "names_that_are_no_scores"
    }
    NO_REPORT "A032" "no report has that name" {
        why "An unknown name may be a slip; it is not an empty table."
        mend "GET /v1/reports lists them."
        test "tests/server/described.rs" "every_route_is_described_and_every_answer_is_as_described"
    }
    NO_TABLE "A033" "a report has no table" {
        why "The file of its source cannot be read, or an instant has no meaning for raw records."
        mend "Put the file back, or ask without `as_of`."
        test "src/report/tests.rs" "records_are_read_as_they_stand"
    }
    FULL "A034" "the answer would hold more groups or values than are held" {
        why "A table cut short would look whole."
        mend "Group by something coarser, or leave rows out with `where`."
        test "src/report/tests.rs" "too_many_groups_are_refused"
    }
    NO_CODE "A040" "no diagnostic has that code" {
        why "Codes are a letter and three digits, and each has its page."
        mend "docs/DIAGNOSTICS.md lists them."
        test "tests/server/answers.rs" "checks_know_the_data_and_codes_have_pages"
    }
}
