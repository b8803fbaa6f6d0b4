//! Regular expressions in linear time within stated limits.

use super::limit::{PATTERN_BYTES_MAX, PATTERN_CHARACTERS_MAX, PATTERN_NESTING_MAX};
use super::text::fold;

/// A compiled expression, found anywhere in a text.
#[derive(Clone, Debug)]
pub struct Pattern {
    regex: regex::Regex,
    folded: bool,
}

impl Pattern {
    /// Compiles. `folded` ignores case, and width and surrounding space of the text. The error is one
    /// sentence for a person.
    pub fn new(pattern: &str, folded: bool) -> Result<Self, String> {
        let characters = pattern.chars().count();
        if characters > PATTERN_CHARACTERS_MAX {
            return Err(format!(
                "the pattern has {characters} characters, at most {PATTERN_CHARACTERS_MAX} are taken"
            ));
        }
        regex::RegexBuilder::new(pattern)
            .case_insensitive(folded)
            .size_limit(PATTERN_BYTES_MAX)
            .dfa_size_limit(PATTERN_BYTES_MAX)
            .nest_limit(PATTERN_NESTING_MAX)
            .build()
            .map(|regex| Self { regex, folded })
            .map_err(|error| match error {
                regex::Error::CompiledTooBig(_) => {
                    "the pattern is too large when compiled; shorten its repetitions".to_owned()
                }
                // The last line of the library's message is the sentence, the rest a drawing.
                other => other
                    .to_string()
                    .lines()
                    .last()
                    .unwrap_or_default()
                    .trim()
                    .trim_start_matches("error: ")
                    .to_owned(),
            })
    }

    /// Whether it is found in the text.
    pub fn is_match(&self, text: &str) -> bool {
        if self.folded {
            self.regex.is_match(&fold(text))
        } else {
            self.regex.is_match(text)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bombs_and_faults_are_refused_with_a_sentence() {
        assert!(
            Pattern::new("(a{1000}){1000}", false)
                .unwrap_err()
                .contains("too large")
        );
        assert!(
            Pattern::new("(", false)
                .unwrap_err()
                .contains("unclosed group")
        );
        assert!(
            Pattern::new(&"a".repeat(1_001), false)
                .unwrap_err()
                .contains("1001 characters")
        );
        assert!(Pattern::new(&"(".repeat(60), false).is_err());
    }

    #[test]
    fn is_found_anywhere() {
        assert!(
            Pattern::new("^金.+卡$", false)
                .unwrap()
                .is_match("金葵花卡")
        );
        assert!(
            Pattern::new("vip", true)
                .unwrap()
                .is_match("the ＶＩＰ room")
        );
        assert!(!Pattern::new("vip", false).unwrap().is_match("VIP"));
    }
}
