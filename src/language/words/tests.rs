//! The table against itself and against the grammar's keyword file.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::*;

fn grammar(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("grammar")
        .join(file)
}

fn starts_like_a_word(form: &str) -> bool {
    form.starts_with(|letter: char| letter.is_alphabetic())
}

/// Full-width letters, small and large: what an input method left in that state types.
fn widened(form: &str) -> [String; 2] {
    let widen = |large: bool| {
        form.chars()
            .map(|letter| match letter {
                'a'..='z' => {
                    let small = char::from_u32(letter as u32 - 0x61 + 0xff41).unwrap();
                    let capital = char::from_u32(letter as u32 - 0x61 + 0xff21).unwrap();
                    if large { capital } else { small }
                }
                other => other,
            })
            .collect()
    };
    [widen(false), widen(true)]
}

/// A form as a pest expression; its words are parted by any gap.
fn expression(form: &str) -> String {
    let quoted = |part: &str| {
        if part.is_ascii() {
            format!("^\"{part}\"")
        } else {
            format!("\"{part}\"")
        }
    };
    let parts: Vec<String> = form.split(' ').map(quoted).collect();
    parts.join(" ~ gap ~ ")
}

/// Longest first: pest takes the first alternative that fits and never returns.
fn alternatives(forms: impl Iterator<Item = &'static str>) -> String {
    let mut forms: Vec<&str> = forms
        .filter(|form| starts_like_a_word(form))
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    forms.sort_by_key(|form| std::cmp::Reverse(form.chars().count()));
    let wide: Vec<String> = forms
        .iter()
        .filter(|form| form.is_ascii())
        .flat_map(|form| widened(form))
        .map(|form| expression(&form))
        .collect();
    let (latin, others): (Vec<&str>, Vec<&str>) =
        forms.into_iter().partition(|form| form.is_ascii());
    let mut parts: Vec<String> = latin.into_iter().map(expression).collect();
    let mut beyond: Vec<String> = others.into_iter().map(expression).collect();
    if !wide.is_empty() {
        beyond.push(format!("&wide ~ ({})", wide.join(" | ")));
    }
    // One look at the letter saves the comparisons with every form that begins beyond ASCII.
    if parts.is_empty() {
        parts = beyond;
    } else if !beyond.is_empty() {
        parts.push(format!("&beyond_ascii ~ ({})", beyond.join(" | ")));
    }
    parts.join(" | ")
}

/// How much of a Latin form a guard looks at.
#[derive(Clone, Copy)]
enum Look {
    /// Its first two letters: few names begin as these words do.
    Two,
    /// The range its first letter lies in: many words, and something else seldom stands there.
    One,
}

/// What the forms of some words begin with, so that a rule which tries them all is entered
/// only where one may stand.
fn beginnings(forms: impl Iterator<Item = &'static str>, look: Look, more: &str) -> String {
    let forms: Vec<&str> = forms.filter(|form| starts_like_a_word(form)).collect();
    let latin = forms.iter().copied().filter(|form| form.is_ascii());
    let mut parts: Vec<String> = match look {
        Look::Two => {
            let starts: BTreeSet<&str> = latin.map(|form| &form[..form.len().min(2)]).collect();
            starts.into_iter().map(expression).collect()
        }
        Look::One => ranges(
            latin
                .filter_map(|form| form.chars().next())
                .chain(more.chars()),
        ),
    };
    let beyond: BTreeSet<char> = forms
        .iter()
        .filter_map(|form| form.chars().next())
        .filter(|letter| !letter.is_ascii())
        .collect();
    let beyond: Vec<String> = beyond
        .iter()
        .map(|letter| format!("\"{letter}\""))
        .collect();
    let beyond = [beyond.as_slice(), &["wide".to_owned()]].concat();
    parts.push(format!("&beyond_ascii ~ ({})", beyond.join(" | ")));
    parts.join(" | ")
}

/// Letters as pest ranges, neighbours together, small and capital.
fn ranges(letters: impl Iterator<Item = char>) -> Vec<String> {
    let mut runs: Vec<(char, char)> = Vec::new();
    for letter in letters.collect::<BTreeSet<_>>() {
        match runs.last_mut() {
            Some((_, last)) if *last as u32 + 1 == letter as u32 => *last = letter,
            _ => runs.push((letter, letter)),
        }
    }
    let large = |letter: char| letter.to_ascii_uppercase();
    let small = runs.iter().map(|(from, to)| format!("'{from}'..'{to}'"));
    let capital = runs
        .iter()
        .map(|(from, to)| format!("'{}'..'{}'", large(*from), large(*to)));
    small.chain(capital).collect()
}

/// The small letters with which none of these begins.
fn other_letters(forms: impl Iterator<Item = &'static str>) -> String {
    let initials: BTreeSet<char> = forms.filter_map(|form| form.chars().next()).collect();
    let others = ('a'..='z').filter(|letter| !initials.contains(letter));
    let all = ranges(others);
    let (small, _) = all.split_at(all.len() / 2);
    small.join(" | ")
}

/// The forms of the words so named, of every role that the grammar has.
fn forms_of(names: &'static [&'static str]) -> impl Iterator<Item = &'static str> {
    for name in names {
        assert!(
            ALL.iter()
                .any(|word| word.name == *name && word.role.in_grammar()),
            "{name}"
        );
    }
    ALL.iter()
        .filter(|word| word.role.in_grammar() && names.contains(&word.name))
        .flat_map(Word::forms)
}

fn forms_in(role: Role) -> impl Iterator<Item = &'static str> {
    ALL.iter()
        .filter(move |word| word.role == role)
        .flat_map(Word::forms)
}

/// The guards: a name and what may begin there.
fn guards() -> Vec<(&'static str, String)> {
    use Look::{One, Two};
    let value = forms_of(&[
        "ALL_OF",
        "ANY_OF",
        "AT_LEAST",
        "FOLLOWED",
        "TOP",
        "BOTTOM",
        "ANY_RELATION",
        "ALL_RELATION",
        "NONE_RELATION",
        "CASE",
        "YES",
        "NO",
        "TODAY",
        "NOW",
        "MISSING",
    ]);
    let window = forms_in(Role::Window).chain(forms_of(&["BETWEEN", "WITHIN"]));
    let prefix = || forms_of(&["NOT", "IF"]).chain(forms_in(Role::Since));
    let clause = forms_of(&["WHERE", "BY", "AMONG", "PER", "TIES_BY_ID", "WITHIN"]);
    let link = forms_of(&[
        "AND",
        "OR",
        "IS_MISSING",
        "IS_PRESENT",
        "NOT_IN",
        "IN",
        "DEFAULT",
        "THEN",
        "ELSE",
        "NOT_BETWEEN",
        "BETWEEN",
        "BETWEEN_AND",
        "BETWEEN_END",
        "NOT_CONTAINS",
        "CONTAINS",
        "STARTS_WITH",
        "ENDS_WITH",
        "MATCHES",
    ])
    .chain(forms_in(Role::Compare));
    vec![
        ("may_open_value", beginnings(value, Two, "")),
        ("may_open_window", beginnings(window, Two, "")),
        (
            "may_open_half_life",
            beginnings(forms_of(&["HALF_LIFE"]), Two, ""),
        ),
        ("may_open_prefix", beginnings(prefix(), Two, "")),
        ("never_opens_prefix", other_letters(prefix())),
        ("may_open_clause", beginnings(clause, Two, "")),
        ("may_be_since", beginnings(forms_in(Role::Since), Two, "")),
        ("may_be_unit", beginnings(forms_in(Role::Unit), Two, "")),
        (
            "may_be_reserved",
            beginnings(RESERVED.iter().copied(), Two, ""),
        ),
        // `is`, `like`, `rlike` are read there too.
        ("may_be_link", beginnings(link, One, "ilr")),
    ]
}

fn keyword_file() -> String {
    let mut text = String::from(
        "// The keywords, one atomic rule each, made from the table in src/language/words/table.rs.\n\
         // `kw_` is a whole word; `zh_` is its Chinese form glued to what follows (近90天).\n\n",
    );
    for word in ALL.iter().filter(|word| word.role.in_grammar()) {
        let rule = word.name.to_lowercase();
        writeln!(
            text,
            "kw_{rule} = @{{ ({}) ~ !word_character }}",
            alternatives(word.forms())
        )
        .unwrap();
        if matches!(
            word.role,
            Role::Window | Role::Unit | Role::CompareAfter | Role::Care | Role::Report
        ) || ["AT_LEAST", "OF_ITEMS", "STEPS", "BY", "TOP", "BOTTOM"].contains(&word.name)
        {
            let glued = alternatives(word.forms().filter(|form| !form.is_ascii()));
            if !glued.is_empty() {
                writeln!(text, "zh_{rule} = @{{ {glued} }}").unwrap();
            }
        }
    }
    let reserved = alternatives(RESERVED.iter().copied());
    writeln!(text, "\nreserved = @{{ ({reserved}) ~ !word_character }}").unwrap();
    for (rule, role) in [
        ("item_word", Role::Item),
        ("compare_word", Role::Compare),
        ("plain_unit", Role::Unit),
        ("since_word", Role::Since),
    ] {
        let words: Vec<String> = ALL
            .iter()
            .filter(|word| word.role == role)
            .map(|word| format!("kw_{}", word.name.to_lowercase()))
            .collect();
        writeln!(text, "{rule} = _{{ {} }}", words.join(" | ")).unwrap();
    }
    text.push_str(
        "\n// What those words begin with: the rules that try many are entered only there.\n",
    );
    for (rule, starts) in guards() {
        writeln!(text, "{rule} = _{{ {starts} }}").unwrap();
    }
    text
}

/// `TAMIS_WORDS=write cargo test words::` writes the file anew.
#[test]
fn keyword_rules_are_the_table() {
    let path = grammar("words.pest");
    let wanted = keyword_file();
    if std::env::var("TAMIS_WORDS").as_deref() == Ok("write") {
        std::fs::write(&path, &wanted).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap();
    assert!(
        found == wanted,
        "grammar/words.pest is not what the table makes; run: TAMIS_WORDS=write cargo test words::"
    );
}

#[test]
fn forms_are_unique_within_a_role_and_folded() {
    for word in ALL {
        for form in word.forms() {
            assert_eq!(form, form.to_lowercase(), "{}", word.name);
            let others = ALL.iter().filter(|other| {
                other.role == word.role && other.name != word.name && other.is(form)
            });
            for other in others {
                let by_place = ["", "and", "前", "每天", "每日"].contains(&form);
                assert!(by_place, "{form}: {} and {}", word.name, other.name);
            }
        }
        let chinese = !word.chinese.is_ascii();
        assert!(chinese || word.chinese.is_empty(), "{}", word.name);
    }
}

#[test]
fn words_are_found_in_either_tongue() {
    assert_eq!(function("合计").unwrap().english, "sum");
    assert_eq!(function("SUM").unwrap().english, "sum");
    assert_eq!(function("文本").unwrap().english, "text");
    assert_eq!(function("nothing"), None);
    assert_eq!(built_in("时间"), Some("at"));
    assert_eq!(unit("个月"), Some(Unit::Month));
    assert!(is_reserved("AND") && is_reserved("介于") && !is_reserved("source"));
    for word in RESERVED {
        let opens_a_form = |entry: &Word| {
            entry
                .forms()
                .any(|form| form.split(' ').next() == Some(word))
        };
        assert!(ALL.iter().any(opens_a_form), "{word}");
    }
}
