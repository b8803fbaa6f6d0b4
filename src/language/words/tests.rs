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
    let mut parts: Vec<String> = forms.into_iter().map(expression).collect();
    if !wide.is_empty() {
        parts.push(format!("&wide ~ ({})", wide.join(" | ")));
    }
    parts.join(" | ")
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
