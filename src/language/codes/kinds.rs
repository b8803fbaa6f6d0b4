//! E3xx: values of kinds that do not go together, and parts of scores and stages that do not.

use crate::base::code::pages;

pages! { KINDS
    MISMATCH "E301" "values of two kinds that do not go together" {
        why "Money is not compared with text, nor a date with a number: any answer would be an accident."
        mend "Compare with a value of the same kind. A number in quotes is text: take the quotes away."
        rules "filter a: assets > \"500000\""
    }
    WANTED_CONDITION "E302" "a value where a condition is wanted" {
        why "`and`, `not` and a filter want yes or no; an amount is neither."
        mend "Compare the value with something: `assets > 0`, `city is present`."
        rules "filter a: assets"
    }
    WRONG_OPERATION "E303" "an operation that this kind does not have" {
        why "Texts are not multiplied and the values of a list have no order, so the question has no answer."
        mend "Ask what this kind can answer; the message names both."
        rules "filter a: gender > female"
    }
    ARGUMENT_COUNT "E304" "too few or too many arguments" {
        why "What is left out or too much would have to be guessed."
        mend "Give as many as the message names."
        rules "metric a: clamp(age, 1)"
    }
    ARGUMENT_KIND "E305" "an argument of the wrong kind" {
        why "The function works on another kind of value."
        mend "Give a value of the kind that the message names."
        rules "metric a: length(assets)"
    }
    NUMBER_RANGE "E306" "a number that its kind cannot hold" {
        why "Money counts to four places and whole numbers have none: rounding it silently would move the line."
        mend "Write the number with fewer places, or within the range named."
        rules "filter a: assets > 0.00001"
    }
    AGGREGATE_SHAPE "E307" "an aggregate without the field it needs, or with one it cannot take" {
        why "`sum(purchase)` does not say of what; `count(purchase.amount)` counts events whatever the field."
        mend "Write `sum(purchase.amount)`, `count(purchase)`; the message names the form."
        rules "metric a: sum(purchase)"
    }
    HOURS_SINCE "E308" "`hours since` or `minutes since` outside a comparison with a constant" {
        why "The number changes by itself from minute to minute: members of filters could not be kept exact. Compared with a constant, the moment of change is known."
        mend "Compare it with a number, `hours since seen > 48`, or use `days since`."
        rules "metric a: hours since seen"
    }
    WINDOW "E309" "a window that has no meaning here" {
        why "Events of the future are never seen, and a relation has no dates to look at."
        mend "Use `last`, `since` or `between`; take the window away from a relation."
        rules "metric a: count(purchase, next 7 days)"
    }
    WINDOW_HOLDING "E310" "a window over a holding" {
        why "A loan is a state, not a moment: one reader means loans opened in these days, another loans that were running."
        mend "Ask for a date of the holding: `count(loan where due in next 90 days)`."
        rules "metric a: count(loan, last 90 days)"
    }
    PATTERN "E311" "a regular expression or a date pattern that is none" {
        why "A pattern that cannot be read matches nothing, and one that is too large would cost more than it may."
        mend "Close the brackets of the pattern, make it smaller, or use `contains`, `starts with`, `ends with`."
        rules "filter a: city matches \"a(b\""
    }
    WANTED_CONSTANT "E312" "something computed where a constant is wanted" {
        why "A pattern, the places of a rounding or the bound of a bin is the same for every customer."
        mend "Write a number or a text, or the name of a `param`."
        rules "filter a: city matches name"
    }
    TIME_LENGTH "E314" "a length of time where it has no meaning" {
        why "Days are added to dates; beside an amount they mean nothing."
        mend "Add it to a date, or compare it with `days since …`."
        rules "filter a: assets > 5 days"
    }
    KIND_UNKNOWN "E315" "a value whose kind cannot be known" {
        why "`missing` alone could be a missing date or a missing amount."
        mend "Give one branch a value of its kind."
        rules "metric a: case { rich: missing }"
    }
    RELATION_STEPS "E316" "a relation over more steps than are followed" {
        why "After a few steps everyone is related to everyone: such a rule costs much and tells nothing."
        mend "Ask for fewer steps; the message names how many are followed."
        rules "filter a: any guarantor within 7 steps (rich)"
    }
    SEQUENCE "E317" "a sequence of events with a step that makes no sense" {
        why "A step that does not come needs a time within which it is waited for: without one nobody can say that it did not come."
        mend "Write from two steps on, and an absent one with its time: `no login within 2 days`."
        rules "filter a: followed(purchase, no login)"
    }
    BIN_GAP "E320" "a row of a scorecard whose bins leave values out" {
        why "A customer between two bins would get no points, or no score at all, and the author meant something."
        mend "Add the bin that the message names, or `else`."
        rules "scorecard a { children: 0 -> 5 | 2.. -> 8 | missing -> 0 }"
    }
    BIN_MISSING "E321" "a row of a scorecard that does not say what a missing value gives" {
        why "One reader gives no points to a customer whose value is unknown, another no score."
        mend "Add `missing -> POINTS`."
        rules "scorecard a { children: < 2 -> 5 | else -> 8 }"
    }
    BIN_ORDER "E322" "`missing` or `else` twice in a row of a scorecard, or a bin after `else`" {
        why "`else` takes everything that is left: a bin after it would never hold."
        mend "Put `else` behind the other bins, and say each of the two once."
        rules "scorecard a { children: else -> 1 | 3 -> 2 | missing -> 0 }"
    }
    SCORE_RANGE "E323" "a range of a score that ends before it begins" {
        why "Every value would be cut to an end that lies on the wrong side."
        mend "Write the smaller end first."
        rules "score a range 100..0: children"
    }
    STAGE_ORDER "E324" "an `else` that is not the last of its list" {
        why "`else` takes everyone who is left: a stage after it would stay empty."
        mend "Put `else` behind the other stages."
        rules "stages a { other: else  big: rich }"
    }
    TIER_ORDER "E325" "a tier that reaches no further than the one before, or an `else` that is not the last" {
        why "Who is not in the first tier is looked at for the next: one that reaches no further stays empty."
        mend "Let each tier reach further than the one before, as in `gold: top 5%  silver: top 20%  basic: else`."
        rules "tiers a by assets { gold: top 20%  silver: top 5%  basic: else }"
    }
}
