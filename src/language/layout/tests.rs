//! Whole files laid out: what they look like, that they stay as they are when laid out
//! again, and that nothing is said otherwise.

use proptest::prelude::*;

use super::*;
use crate::language::parser::tests::drawn;
use crate::language::printer::tests::random;

/// Laid out, and laid out once more.
#[track_caller]
fn laid(text: &str, to: Option<Tongue>) -> String {
    let names = Lexicon::default();
    let first = file(text, SourceId(0), &names, to)
        .unwrap_or_else(|found| panic!("{}", drawn(text, &found)));
    let again = file(&first, SourceId(0), &names, to)
        .unwrap_or_else(|found| panic!("{}", drawn(&first, &found)));
    assert_eq!(again, first, "laid out twice");
    first
}

const COMMENTED: &str = r#"

#The bank's filters
#  and more


param  large "大额" = 5_000   # a bound


# Who is rich.
filter rich:  assets>=50% *large # half
filter calm: none(purchase,last 90 days)   # silent
   and  # both
   # age matters
   (age > 18 or age < 3)
   # not yet: and city = "Prague"

filter long_one "label": age between 30 and 45 and city in ("Prague", "Brno", "Ostrava", "Plzen") and sum(purchase.amount where channel in (mobile, web), last 365 days) > 50k
event purchase {
  amount: money   # gross

  # how it was bought
  channel "渠道": one of (mobile "手机", # an app
     web), sensitive
}
source x "x.csv" { format csv, delimiter ";" # as exported

  key a
  customer { id = a # the id
   b = if a = "1" then yes else no } }
metric m: case { age < 18: 1, # young
  else: 2 }
# the end
"#;

#[test]
fn comments_stay_where_they_stand() {
    insta::assert_snapshot!("commented_english", laid(COMMENTED, None));
    insta::assert_snapshot!("commented_chinese", laid(COMMENTED, Some(Tongue::Chinese)));
}

#[test]
fn long_lines_are_broken() {
    let text = "filter a: (one_condition > 100 or another_condition > 100 or a_third_condition > 100 or the_last_condition > 5) and count(purchase where amount > 100 and channel in (mobile, web, branch, telephone, letter, agency) and product = \"fund\", last 90 days) > 3\nmetric b: if first_amount_of_all > 100 then first_amount_of_all + second_amount_of_all + third_amount_of_all else default_amount_of_all\n";
    insta::assert_snapshot!("long_lines", laid(text, None));
}

#[test]
fn comments_keep_their_order_in_the_other_tongue() {
    let text = "filter a: top 5 by b\n  # first\n  ties  # second\n  by id\n";
    let chinese = laid(text, Some(Tongue::Chinese));
    assert_eq!(
        chinese.find("# first").max(chinese.find("# second")),
        chinese.find("# second"),
        "{chinese}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    /// Whatever the item and wherever its comments: all of them stay, the meaning stays, and a
    /// second time changes nothing, in the tongue it has and in the other.
    #[test]
    fn any_item_with_comments_anywhere_is_laid_out(
        tree in random::item(),
        places in proptest::collection::vec((any::<u16>(), any::<bool>()), 0..6),
    ) {
        for tongue in Tongue::BOTH {
            let text = commented(&printer::item(&tree, tongue), &places);
            for to in [None, Some(Tongue::English), Some(Tongue::Chinese)] {
                let layout = |text: &str| file(text, SourceId(0), &Lexicon::default(), to);
                let first = layout(&text);
                prop_assert!(first.is_ok(), "{}\n{}", text, drawn(&text, &first.unwrap_err()));
                let first = first.unwrap_or_default();
                let again = layout(&first);
                prop_assert_eq!(again.as_ref(), Ok(&first), "of\n{}", text);
            }
        }
    }
}

/// A text with a comment in the place of some of its blanks.
fn commented(text: &str, places: &[(u16, bool)]) -> String {
    let tokens = token::tokens(text);
    let mut starts: Vec<(usize, bool)> = Vec::new();
    for (place, own) in places {
        let at = usize::from(*place) % tokens.tokens.len();
        let token = &tokens.tokens[at];
        if at > 0 && token.gap != token::Gap::None {
            starts.push((token.start, *own));
        }
    }
    starts.sort_unstable();
    starts.dedup_by_key(|(start, _)| *start);
    let mut out = String::new();
    let mut from = 0;
    for (number, (start, own)) in starts.into_iter().enumerate() {
        out.push_str(&text[from..start]);
        let line = if own { "\n  " } else { " " };
        out.push_str(&format!("{line}# note {number}\n  "));
        from = start;
    }
    out.push_str(&text[from..]);
    out
}

#[test]
fn the_tongue_of_most_words_counts_neither_labels_nor_comments() {
    for (text, tongue) in [
        (
            "# 客户\nfilter old \"年长\": age >= 30 and age < 70",
            Tongue::English,
        ),
        (
            "filter old: 年龄 >= 30 且 年龄 < 70 或 富裕",
            Tongue::Chinese,
        ),
        ("年长", Tongue::Chinese),
        ("age", Tongue::English),
    ] {
        assert_eq!(tongue_of_most(text), tongue, "{text}");
    }
}
