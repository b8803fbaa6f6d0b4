//! E2xx: names that stand for nothing, for something else or for too much.

use crate::base::code::pages;

pages! { NAMES
    UNKNOWN_NAME "E201" "a name that stands for no value here" {
        why "A slip in a name must not become a rule about nothing."
        mend "Take the name that is suggested, or declare it: `metric NAME: …`. Inside `where` the fields of the event are known too."
        rules "filter a: asets > 500k"
    }
    UNKNOWN_FUNCTION "E202" "a function that does not exist" {
        why "Functions have fixed names; those of spreadsheets and databases are mostly answered with the one to use here."
        mend "Take the function that is suggested, or write what it does with `if`, `default` and the aggregates."
        rules "metric a: squre(age)"
    }
    UNKNOWN_SUBJECT "E203" "an event, holding or relation that is not declared" {
        why "Counting events of a kind that does not exist would give 0 for everyone, which looks like an answer."
        mend "Take the kind that is suggested, or declare it with `event`, `holding` or `relation`."
        rules "filter a: any(purchse, last 90 days)"
    }
    UNKNOWN_FIELD "E204" "a field that the event, holding or customer does not have" {
        why "A field that nobody has would be missing for everyone, and the rule would silently choose nobody."
        mend "Take the field that is suggested, or add it where the kind is declared."
        rules "metric a: sum(purchase.amuont)"
    }
    DUPLICATE "E205" "a name or label that is declared twice" {
        why "Of two rules of one name one reader means the first and another the second. A label is a second name, so it counts too."
        mend "Give one of them another name."
        rules "metric rich: 5"
    }
    RESERVED "E206" "a name that is built in" {
        why "The name stands already for something that every customer, event or class has."
        mend "Choose another name for this one; those that are built in stay as they are."
        rules "metric id: 5"
    }
    NOT_A_VALUE "E207" "an event, holding, relation or source used as a value" {
        why "A customer has many purchases or none: `purchase > 5` could mean how many, how much, or the last one."
        mend "Say which: `count(purchase)`, `sum(purchase.amount)`, `last(purchase).amount`."
        rules "filter a: purchase > 5"
    }
    CYCLE "E208" "rules that refer to each other in a circle" {
        why "Each waits for the other, so none has a value."
        mend "Take one of the references away; the whole circle is written out."
        rules "metric a: b + 1\nmetric b: a + 1"
    }
    UNKNOWN_CHOICE "E209" "a word that is none of the values of a list" {
        why "A field with a list of values can hold only these: the comparison would never hold."
        mend "Take the value that is suggested, or add it to the list where the field is declared."
        rules "filter a: gender = femal"
    }
    DIRECTION "E210" "a character that turns the direction of the text" {
        why "Such characters are invisible and make a rule show other than it is read: someone would approve what they did not see."
        mend "Delete the character at the place shown; typing the line anew is the surest way."
        rules "filter a: city = \"a\u{202e}b\""
    }
    NOT_HERE "E211" "a name or function that has no meaning in this place" {
        why "`at` is the instant of an event and known only inside `where`; `row` is a line of a file; others belong to reports or sources."
        mend "Move it to where it has a meaning; the help names that place."
        rules "filter a: at > 2024-01-01"
    }
    UNKNOWN_SOURCE "E212" "a source that is not declared" {
        why "A lookup in a file that nobody names would find nothing."
        mend "Take the source that is suggested, or declare it: `source NAME \"file.csv\" { … }`."
        rules "report a over source nothing { n: count }"
    }
    UNKNOWN_PLUGIN "E213" "a plugin or function of a plugin that is not there" {
        why "A score that cannot be asked for would be missing for everyone."
        mend "Take the name that is suggested, or install the plugin: `tamis plugin list` shows those that are there."
        rules "filter a: plugin.chrun() > 0.5"
    }
    PLUGIN_INPUT "E214" "an input of a plugin that does not fit the rule set" {
        why "The plugin's manifest asks for a value that these rules do not have, or of another kind."
        mend "Declare a metric of the name that the plugin asks for, or change its plugin.toml."
        rules "filter a: plugin.income() > 5"
    }
}
