//! W6xx: what is taken, and someone should look at. No warning refuses a set.

use crate::base::code::pages;

pages! { WARNINGS
    NEVER "W601" "a condition that can never hold" {
        why "The rule chooses nobody, whoever comes: most often two bounds were swapped or `or` was meant."
        mend "Swap the bounds, write `or` for `and`, or take the condition away."
        rules "filter a: age > 30 and age < 20"
    }
    ALWAYS "W602" "a condition that always holds" {
        why "It chooses everyone whose value is known, so it says nothing; often `and` was meant."
        mend "Write `and` for `or`, correct the bound, or take the condition away. To ask whether a value is known, write `is present`."
        rules "filter a: age > 20 or age < 30"
    }
    SAME_FILTERS "W603" "two filters that are the same" {
        why "Someone will change one of them and not the other."
        mend "Leave one out, or let it refer to the other by name."
        rules "filter a: children > 2\nfilter b: 子女数 > 2"
    }
    UNUSED_PARAM "W604" "a param that no rule uses" {
        why "Whoever changes it expects something to change."
        mend "Use it in a rule, or take it away."
        rules "param share = 5"
    }
    NEGATED_MISSING "W605" "a negated test on a field that is often missing" {
        why "`city != \"Brno\"` is unknown, not yes, for a customer without a city: these are left out though many readers count them in. How many lack it is measured on the data."
        mend "Say what is meant: `city != \"Brno\" or city is missing`, or `(city default \"\") != \"Brno\"`."
        rules "filter a: city != \"Brno\""
    }
    CHOICE_AND_NAME "W606" "a word that is both a value of the list and a name" {
        why "`channel = mobile` is taken as the value of the list; another reader takes the rule of that name."
        mend "Quote the value, `channel = \"mobile\"`, or give the rule another name."
        rules "metric mobile: 5\nfilter a: any(purchase where channel = mobile)"
    }
    LOOKALIKE "W607" "a name that mixes scripts or looks like another" {
        why "No reader can tell the two names apart: a Cyrillic а looks like the Latin a and is another letter."
        mend "Type the name anew in one script."
        rules "metric аssets: 5"
    }
    ROW_IDENTITY "W608" "customers identified by their place in a file" {
        why "When a line is added or left out, every customer below it becomes another one."
        mend "Use a column that names the customer."
        rules "source a \"a.csv\" { format csv  customer { id = row } }"
    }
    IDLE_SOURCE "W609" "a source that makes nothing" {
        why "The file is read and nothing comes of it; mostly a route or a key was forgotten."
        mend "Add a route (`customer { … }`, `event NAME { … }`) or a `key`, or take the source away."
        rules "source a \"a.csv\" { format csv }"
    }
    NEAR_CHOICE "W610" "a column whose name is nearly a value of the list" {
        why "In a source a bare word is a column of the file; here it is one letter away from a value of the list."
        mend "Write the value correctly, or quote the column in backticks if it is meant."
        rules "source a \"a.csv\" { format csv  customer { id = a  gender = if b = \"F\" then femal else male } }"
    }
    SAID_AGAIN "W611" "something that is said already" {
        why "Said twice it changes nothing; most often something else was meant the second time."
        mend "Take it away, or write what was meant."
        rules "filter a: any guarantor or guarantor (rich)"
    }
    WINDOW_BEFORE_DATA "W612" "a window that begins before the data" {
        why "Nothing is known of the time before the first event, so that `none` and `count … = 0` hold for want of data and not of deeds. Where the data begin is measured."
        mend "Take a window that the data cover, or remember when reading the answer that it is of a shorter time."
        rules "filter a: none(login, last 5 years)"
    }
    UNUSED_METRIC "W613" "a metric that no rule uses" {
        why "Either it was forgotten where it should count, or it costs every reader a line. What is declared for questions and tables is described by a comment above it."
        mend "Use it, take it away, or say in a comment above it what it is for."
        rules "metric net: assets - sum(loan.amount)\nfilter a: age > 30"
    }
    BIN_OVERLAP "W620" "bins of a scorecard that overlap" {
        why "The first bin that holds counts: a value that two bins take gets the points of the first, which the second does not show."
        mend "Let each bin begin where the one before ends: `< 3`, `3..<5`, `>= 5`."
        rules "scorecard a { children: 0..3 -> 1 | 2..4 -> 2 | else -> 3 | missing -> 0 }"
    }
    BIN_UNREACHABLE "W621" "a bin of a scorecard that can never hold" {
        why "Bins before it take every value that it names, so its points are never given."
        mend "Put it before them, or take it away."
        rules "scorecard a { children: < 3 -> 1 | 1..2 -> 4 | else -> 3 | missing -> 0 }"
    }
}
