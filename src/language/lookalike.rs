//! Characters that deceive a reader: text that turns its direction, names that mix
//! scripts whose letters look alike. Judges texts; reports nothing itself.

use unicode_security::{RestrictionLevel, RestrictionLevelDetection};

/// Whether the character changes the direction in which its neighbours are shown.
fn turns_direction(character: char) -> bool {
    matches!(
        character,
        '\u{061C}'
            | '\u{200E}'
            | '\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2066}'..='\u{2069}'
    )
}

/// Every character of the text that changes its direction, with its byte position.
pub fn turning(text: &str) -> impl Iterator<Item = (usize, char)> {
    text.char_indices()
        .filter(|(_, character)| turns_direction(*character))
}

/// Whether the name mixes scripts in a way in which honest names do not:
/// Latin beside Cyrillic or Greek, or several such. Latin beside Han, kana or hangul is fine.
/// Brackets, spaces and other signs of a label have no script.
pub fn mixes_scripts(name: &str) -> bool {
    let letters: String = name.chars().filter(|each| each.is_alphanumeric()).collect();
    letters.as_str().detect_restriction_level() >= RestrictionLevel::MinimallyRestrictive
}

/// What the name looks like: two names with one skeleton are told apart by no reader.
pub fn skeleton(name: &str) -> String {
    unicode_security::skeleton(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn honest_names_pass() {
        for name in [
            "assets",
            "年龄",
            "近90天消费额",
            "VIP客户",
            "Größe",
            "x轴_1",
            "姓名（备用）",
            "net flow, 90 days",
        ] {
            assert!(!mixes_scripts(name), "{name}");
        }
    }

    #[test]
    fn a_cyrillic_letter_in_a_latin_name_is_seen() {
        assert!(mixes_scripts("аssets"));
        assert_eq!(skeleton("аssets"), skeleton("assets"));
    }

    #[test]
    fn turning_characters_are_found_with_their_place() {
        let found: Vec<_> = turning("a\u{202E}b\u{2066}").collect();
        assert_eq!(found, vec![(1, '\u{202E}'), (5, '\u{2066}')]);
        assert_eq!(turning("年龄 > 30").count(), 0);
    }
}
