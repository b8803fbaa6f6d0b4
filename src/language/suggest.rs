//! Near names for help lines, in any script. Knows no schema: words in, a word out.

use super::foreign;
use super::traditional::simplified;

/// How many edits a slip in a word of that many characters may have. A name of two
/// characters (most Chinese ones) allows one, a single character none.
fn distance_max(characters: usize) -> usize {
    match characters {
        0 | 1 => 0,
        2..=4 => 1,
        5..=9 => 2,
        _ => 3,
    }
}

/// The candidate that `word` most probably meant: the smallest number of inserted,
/// dropped, changed or swapped characters, letter case aside; of equals the first.
/// `None` when none is near.
pub fn near<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let wanted = folded(word);
    let allowed = distance_max(wanted.chars().count());
    let mut best: Option<(usize, &'c str)> = None;
    for candidate in candidates {
        if candidate == word {
            continue;
        }
        let folded = folded(candidate);
        let gap = folded.chars().count().abs_diff(wanted.chars().count());
        if gap > allowed {
            continue;
        }
        let distance = strsim::osa_distance(&wanted, &folded);
        if distance <= allowed && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Letter case and the script of Chinese characters aside.
fn folded(word: &str) -> String {
    simplified(&word.to_lowercase()).into_owned()
}

/// The help sentence for an unknown word: its near name, else `otherwise`.
pub fn help<'c>(
    word: &str,
    candidates: impl IntoIterator<Item = &'c str>,
    otherwise: &str,
) -> String {
    match near(word, candidates) {
        Some(candidate) => format!("did you mean `{candidate}`?"),
        None => otherwise.to_owned(),
    }
}

/// The same for a word of a rule, which may be brought from another language: a name that differs in
/// letter case or script alone, else what is written here instead, else the near name.
pub fn help_with_rule<'c>(
    word: &str,
    candidates: impl IntoIterator<Item = &'c str>,
    otherwise: &str,
) -> String {
    let near = near(word, candidates);
    let same = near.is_some_and(|candidate| folded(candidate) == folded(word));
    match (near, foreign::advice(word)) {
        (_, Some(advice)) if !same => advice.to_owned(),
        (Some(candidate), _) => format!("did you mean `{candidate}`?"),
        (None, _) => otherwise.to_owned(),
    }
}

/// At most `most` words as a list for a help line: `a, b, c, …`.
pub fn some_of<'c>(words: impl IntoIterator<Item = &'c str>, most: usize) -> String {
    let mut text = String::new();
    for (at, word) in words.into_iter().enumerate() {
        if at > 0 {
            text.push_str(", ");
        }
        if at == most {
            text.push('…');
            break;
        }
        text.push_str(word);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_in_either_script() {
        assert_eq!(near("purchse", ["login", "purchase"]), Some("purchase"));
        assert_eq!(near("Assets", ["assets"]), Some("assets"));
        assert_eq!(near("amuont", ["amount"]), Some("amount"));
        assert_eq!(near("年令", ["城市", "年龄"]), Some("年龄"));
        assert_eq!(near("性", ["年", "龄"]), None);
        assert_eq!(near("資產總額", ["资产", "资产总额"]), Some("资产总额"));
        assert_eq!(near("city", ["gender"]), None);
    }

    #[test]
    fn the_nearest_wins_and_ties_go_to_the_first() {
        assert_eq!(near("acb", ["abc", "acd"]), Some("abc"));
        assert_eq!(near("statu", ["stats", "status"]), Some("stats"));
        assert_eq!(near("loans", ["loan_sum", "loan"]), Some("loan"));
    }

    #[test]
    fn lists_say_that_there_is_more() {
        assert_eq!(some_of(["a", "b", "c"], 2), "a, b, …");
        assert_eq!(some_of(["a", "b"], 2), "a, b");
    }
}
