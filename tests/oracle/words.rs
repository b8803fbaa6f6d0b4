//! What is printed can be read: printing and parsing are inverse, in both tongues.

use tamis::base::source::Sources;
use tamis::language::parser::parse_expression;
use tamis::language::printer;
use tamis::language::typed::{Node, Typed};
use tamis::language::words::Tongue;

use crate::case::Case;

/// Nodes that no text says: constants that stand for nothing, and sums over others of
/// more than a field.
fn unsayable(typed: &Typed) -> bool {
    format!("{typed:?}").contains("Missing,")
        || format!("{typed:?}").contains("RelatedAggregate") && !matches!(typed.node, Node::Not(_))
}

/// Print, parse, print.
pub fn holds(case: &Case) -> Result<(), String> {
    for typed in case.questions.iter().filter(|typed| !unsayable(typed)) {
        for tongue in [Tongue::English, Tongue::Chinese] {
            let text = printer::typed(&case.rules, None, typed, tongue);
            let source = Sources::default().add("<expression>", text.clone());
            let read = parse_expression(&text, source)
                .map_err(|diagnostics| format!("{text}\n{diagnostics:?}"))?;
            let again = printer::expression(&read, tongue);
            if again != text {
                return Err(format!("printed {text}\n  again {again}"));
            }
        }
    }
    Ok(())
}
