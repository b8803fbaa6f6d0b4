//! E1xx: a text that cannot be read.

use crate::base::code::pages;

pages! { READING
    UNCLOSED_QUOTE "E101" "a quote is opened and never closed on its line" {
        why "Without its end nobody can say where the text stops: the next word could be meant as part of it or as the next word of the rule. A text never runs over the end of its line."
        mend "Close the text with the quote that opened it: `\"…\"`, `“…”` or `「…」`; a name in backticks or 【】 likewise."
        rules "filter a: city = \"Brno"
    }
    UNCLOSED_BRACKET "E102" "a bracket is opened and never closed, or closed by one of another kind" {
        why "One reader closes the bracket at the end of the line, another before the next word, and the condition means two things."
        mend "Write the missing bracket where the part ends. The place where it was opened is shown too."
        rules "filter a: (age > 30 and rich"
    }
    UNOPENED_BRACKET "E103" "a closing bracket that closes nothing" {
        why "Somewhere before it an opening bracket was forgotten or one closed too many; the rule does not say which."
        mend "Take the bracket away, or open it where the part begins."
        rules "filter a: age > 30)"
    }
    OUTSIDE_ITEM "E104" "text that belongs to no item" {
        why "A line in the first column begins an item with its word (`filter`, 筛选, `metric`, 指标 …). This one begins with no such word, often by a slip of the hand, and would otherwise be passed over silently."
        mend "Begin the line with the word of its item, put `#` before a remark, or indent the line if it goes on from the one before."
        rules "fliter a: age > 30"
    }
    ITEM_NAME "E105" "an item has no name, or a name that is a word of the language" {
        why "A rule called `and` could be read as the rule or as the word wherever it stands."
        mend "Choose another name, or put this one in backticks or 【】 everywhere."
        rules "filter and: age > 30"
    }
    ITEM_HEAD "E106" "an item's head lacks its mark (`:`, `=`, `{`) or has the wrong one" {
        why "The mark tells where the name ends and the rule begins: `:` before what is worked out anew each time, `=` before what is set once, `{` before a list of parts."
        mend "Write the mark that the message names."
        rules "filter a = age > 30"
    }
    MISSING_VALUE "E107" "a value is missing before or after a word or sign" {
        why "`age >` asks whether age is above something and does not say above what; guessing would make another rule."
        mend "Write the missing value, or take the word or sign away."
        rules "filter a: age >"
    }
    MISSING_OPERATOR "E108" "two values stand side by side with nothing between them" {
        why "`rich agrees` could mean both or either. A field of an event is written with a point: `purchase.amount`."
        mend "Put `and`, `or` or a sign between them; a name of several words stands in backticks or 【】."
        rules "filter a: rich agrees"
    }
    DOUBLE_OPERATOR "E109" "two signs or words stand in a row where one belongs" {
        why "Either one of the two is too many or the value between them was forgotten."
        mend "Take one of the two away, or write the value between them."
        rules "filter a: age > 30 and and rich"
    }
    MIXED_AND_OR "E110" "`and` beside `or` without brackets" {
        why "Half of all readers take `a and b or c` as `(a and b) or c`, half as `a and (b or c)`: these choose different customers."
        mend "Put brackets around what belongs together; both ways are written out in the help."
        rules "filter a: rich and agrees or age > 30"
    }
    COMPARE_CHAIN "E111" "a chain of comparisons that is not a range" {
        why "`18 <= age < 65` is a range that everyone reads alike; `a = b = c` and `a < b > c` are not."
        mend "Join two comparisons with `and`."
        rules "filter a: 20 < age > 30"
    }
    DEFAULT_BESIDE_ARITHMETIC "E112" "`default` beside arithmetic without brackets" {
        why "`a + b default 0` could give 0 for a missing `b` or for a missing sum."
        mend "Put brackets around the part that takes the default."
        rules "metric a: assets + assets default 0"
    }
    WRONG_SEPARATOR "E113" "a wrong separator between the parts of a list" {
        why "The parts of a list are parted by commas alone, so that a semicolon that ends a line elsewhere is not taken for one."
        mend "Write `,` or ，; after an item write nothing at all."
        rules "filter a: city in (\"Brno\"; \"Praha\")"
    }
    MALFORMED_NUMBER "E114" "a number that cannot be read, or with letters glued to it" {
        why "`3abc` may be a slip for 3, for a unit or for a name; `.5` and `1.2.3` are read in several ways."
        mend "Write digits with at most one point; `k`, `m`, `%`, 千, 万 and 亿 may follow at once, other words after a space."
        rules "filter a: age > 3abc"
    }
    MALFORMED_DATE "E115" "a date in another form, or one that the calendar does not have" {
        why "03/04/2024 is in March for one reader and in April for another; 2024-6-3 could be a subtraction."
        mend "Write four digits, two and two: `2024-06-03`, or `2024年6月3日`; an instant is `2024-06-03T09:30`."
        rules "filter a: opened_on > 2024-6-3"
    }
    FOREIGN_WORD "E116" "a sign or word of another language" {
        why "People bring words from databases, spreadsheets and programs. What means one thing here is simply read; this one has no meaning here, or more than one."
        mend "Write the form that the help names."
        rules "filter a: city like \"B%\""
    }
    NOT_YET "E117" "a construct that this version does not understand yet" {
        why "It belongs to the language and is refused rather than read as something else."
        mend "Leave it out, or use a version that has it."
        rules "metric a: purchase.next_offer()"
    }
    INCOMPLETE_CHOICE "E118" "an `if` or `case` with a part missing" {
        why "A choice without `else` does not say what the others get, and one without `then` does not say where the condition ends."
        mend "Write `if CONDITION then VALUE else VALUE`, or `case { CONDITION: VALUE, else: VALUE }`."
        rules "metric a: if rich then 1"
    }
    INCOMPLETE_WINDOW "E119" "a window with a part missing or a wrong unit" {
        why "`last 5` is five days for one reader and five months for another."
        mend "Write count and unit: `last 30 days`, 近30天; the help shows the form of this window."
        rules "filter a: any(purchase, last 5)"
    }
    INCOMPLETE_LIST "E120" "a list that is missing, empty, or has an empty place" {
        why "A place left empty may be a forgotten value or a comma too many."
        mend "Write the value or take the comma away."
        rules "filter a: city in (\"Brno\",, \"Praha\")"
    }
    UNKNOWN_KIND "E121" "a kind that is none" {
        why "The kind decides what may be asked of a field, so it is never guessed."
        mend "Write one of bool, int, number, money, text, date, time, `one of (a, b)`, `set of text`."
        alone "customer { city: strin }"
    }
    UNKNOWN_LINE "E122" "a line that says nothing in its block" {
        why "A line that means nothing here is often a slip of the hand; passed over, a setting would silently not hold."
        mend "Write one of the lines that the help names, or take it away."
        alone "settings { zone \"Europe/Prague\" }"
    }
    SAID_TWICE "E123" "something that may be said once is said twice" {
        why "Of two windows or two formats one reader takes the first and another the last."
        mend "Leave one of them; join two conditions with `and`."
        rules "metric a: count(purchase, last 3 days, last 4 days)"
    }
    UNKNOWN_CHARACTER "E124" "a character that means nothing here" {
        why "A sign that no rule knows is most often a slip of the hand."
        mend "Take it away, or put a name that holds it in backticks or 【】."
        rules "filter a: age @ 30"
    }
    RELATION_FORM "E125" "a relation test without its brackets" {
        why "The brackets tell which words are about the other customer: without them the rest of the rule could be about either."
        mend "Write `any guarantor (CONDITION)`, or `any(guarantor)` if only being there counts."
        rules "filter a: any guarantor"
    }
    UNREADABLE "E126" "an item that does not have the form of its kind" {
        why "Nothing more exact could be found out. A text that brings this about shows a gap in the messages and should be reported."
        mend "Compare the item with an example of its kind; break it into smaller items to find the part."
        test "src/language/parser/tests/nasty.rs" "token_soup_is_answered"
    }
    SINGLE_QUOTE "E127" "text in single quotes" {
        why "An apostrophe stands inside names and words, so that a text in single quotes would end in the wrong place."
        mend "Write `\"text\"` or “text”."
        rules "filter a: city = 'Brno'"
    }
    WRONG_COUNT "E128" "a count that is not a whole number" {
        why "A day and a half is 36 hours for one reader and two dates for another."
        mend "Write a whole number of the next smaller unit: `36 hours`, 15天."
        rules "filter a: opened_on > 1.5 days ago"
    }
    UNKNOWN_STEP "E129" "a step that does nothing known" {
        why "A step that cannot be carried out must not wait in a plan until its day comes."
        mend "Write one of `send`, `task`, `tag`, `wait`, `stop`, or an `if` over these."
        rules "care call { for rich  when enters  step a: telephone \"x\" }"
    }
    CLOCK_TIME "E130" "a time of day, or a day of the year, that does not exist" {
        why "A plan at 25:00 or on 30 February would never run, and nobody would be told."
        mend "Times of day run from 00:00 to 23:59; days of the year are written MM-DD."
        rules "care call { for rich  when every day at 25:00  step a: stop }"
    }
    CARE_CLAUSE "E131" "a care plan that lacks what it must say" {
        why "A plan acts on customers by itself: whom it is for, when they enter and what is done are never assumed."
        mend "Add the clause that the message names: `for CONDITION`, `when …`, `step NAME: …`."
        rules "care call { for rich  step a: stop }"
    }
    TWO_READINGS "E132" "words without spaces that can be read in two ways" {
        why "Words written together are cut where known names and words meet; here two ways to cut them make two different rules."
        mend "Put a space where one word ends; both ways are shown in the help."
        rules "filter 农户: children > 1\nfilter 非农户: children = 0\nfilter a: 营销同意且非农户"
    }
    UNKNOWN_PART "E133" "words without spaces of which one part is neither a name nor a word" {
        why "Between parts that are known stands one that is not, mostly by a slip in one character."
        mend "Correct the part that is marked; the nearest name is suggested."
        rules "filter a: 年龄大于30且城视=\"上海\""
    }
    LAYOUT "E134" "a text that cannot be laid out without changing what it says" {
        why "The formatter compares what the text says before and after. Where these would differ, it leaves the text alone and says so."
        mend "Move the comment to a line of its own, or lay the item out by hand."
        test "src/language/layout/tests.rs" "any_item_with_comments_anywhere_is_laid_out"
    }
}
