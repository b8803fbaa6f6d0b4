//! E4xx: schema, sources, care plans and tests that say what cannot be.

use crate::base::code::pages;

pages! { SOURCES
    PART "E401" "a part that does not exist, or does not fit" {
        why "`as email` tells which field is the mail address: one that does not fit would send to nowhere, two would leave it open which."
        mend "Take a part that exists (email, phone, consent, do_not_contact, time_zone, language, branch, manager) for one field of the right kind."
        alone "customer { mail: text, as emial }"
    }
    ZONE "E402" "a time zone that does not exist" {
        why "What `today` is depends on the zone; a wrong one would move every date."
        mend "Write a name like `Europe/Prague` or `Asia/Shanghai`."
        alone "settings { time_zone \"Europe/Prag\" }"
    }
    SECOND_BLOCK "E403" "`settings` or `customer` given twice" {
        why "Two blocks could contradict each other, and the order of files would decide."
        mend "Put both into one block."
        alone "customer { city: text }\ncustomer { age: int }"
    }
    KIND_SHAPE "E404" "a kind that cannot be declared so" {
        why "A relation to texts has no way back: there is no customer at its other end."
        mend "Take the `inverse` away, or let the relation lead to `customer`."
        alone "customer { city: text }\nrelation boss inverse staff: customer -> text"
    }
    FORMAT "E405" "a file format that does not exist, or an option it does not have" {
        why "A file read in another format would come in as nonsense or not at all."
        mend "Write `csv`, `ndjson` or `parquet`; delimiter, quote, header and encoding belong to `csv` alone."
        rules "source a \"a.csv\" { format cvs  key a }"
    }
    FORMAT_OPTION "E406" "a delimiter, quote or header that cannot work" {
        why "A delimiter of two characters cuts nowhere, and a column named twice is two columns for a reader."
        mend "Write one character; give each column its own name."
        rules "source a \"a.csv\" { format csv, delimiter \";;\"  key a }"
    }
    ENCODING "E407" "an encoding that does not exist" {
        why "Names in another encoding come in garbled."
        mend "Write `utf-8`, `gbk`, `gb18030`, `big5`, `windows-1250` or another name of the web's list."
        rules "source a \"a.csv\" { format csv, encoding \"utf-9\"  key a }"
    }
    REQUIRED "E408" "a route that lacks what it must give" {
        why "A customer without an id, or an event without its instant, belongs nowhere."
        mend "Assign the field that the message names."
        rules "source a \"a.csv\" { format csv  event login { customer = a } }"
    }
    ASSIGNED_TWICE "E409" "a field that a route gives twice" {
        why "Of two values one reader keeps the first and another the last."
        mend "Leave one of the two assignments."
        rules "source a \"a.csv\" { format csv  event login { customer = a  at = b  at = c } }"
    }
    FILE "E410" "a file that does not lie beside the rule file" {
        why "A rule file names files of its own folder only, so that a set can be moved whole and reads nothing it should not."
        mend "Put the file beside the rule file, or give it at the import: `tamis import NAME=FILE`."
        rules "source a \"../a.csv\" { format csv  key a }"
    }
    NO_KEY "E411" "a lookup in a source without a key" {
        why "Without a key nobody knows which line is the one sought."
        mend "Add `key COLUMN` to the source that is looked up."
        rules "source plain \"p.csv\" { format csv  event login { customer = a  at = b } }\nsource c \"c.csv\" { format csv  customer { id = a  city = lookup(plain, a).b } }"
    }
    NOT_READABLE "E412" "a kind that cannot be made of what is given" {
        why "A number is no instant, and how it should become one would be a guess."
        mend "Say how it is read: `date(COLUMN, \"yyyyMMdd\")`, `time(COLUMN, \"…\")`, `number(COLUMN)`."
        rules "source a \"a.csv\" { format csv  event login { customer = a  at = 5 } }"
    }
    CLEAR "E413" "`clear` or `missing` where nothing is assigned" {
        why "Nothing is equal to a missing value: the comparison would never hold."
        mend "Test with `is missing`; assign `clear` only where a field is given."
        rules "source a \"a.csv\" { format csv  customer { id = a  agrees = b = missing } }"
    }
    CLOCK "E414" "a source that asks for the clock" {
        why "The same file read tomorrow would give other facts, and importing it twice would change them."
        mend "Use a date of the file; keep `today` for rules."
        rules "source a \"a.csv\" { format csv  customer { id = a  birth_date = today } }"
    }
    PARAM_RANGE "E415" "a param whose range does not hold its value" {
        why "The range says what may be set, so the value itself must be one of these."
        mend "Change the value or the range."
        rules "param share = 5 range 10..20\nfilter a: age > share"
    }
    CARE_NUMBER "E416" "a limit, a share or a length of time that a care plan cannot have" {
        why "A limit of 0 sends nothing, a share above 100 % holds back more than everyone: neither can be meant."
        mend "Write a number within what the message names."
        rules "care call { for rich  when enters  holdout 101%  step a: stop }"
    }
    CHANNEL "E417" "a message that cannot be addressed" {
        why "Mail needs an address, and no field of the customer says which it is."
        mend "Declare it: `mail: text, as email` in `customer`."
        rules "care call { for rich  when enters  step a: send email \"hello\" }"
    }
    WANTED_START "E418" "a test that expects something of a care plan it does not start" {
        why "A plan that never ran sends nothing: the expectation would hold or fail for the wrong reason."
        mend "Add `PLAN started DATE` to the test."
        rules "care call { for rich  when enters  step a: stop }\ntest \"hello\" as of 2024-06-30 { customer c1 { assets = 1m }  expect c1 receives call.a }"
    }
}
