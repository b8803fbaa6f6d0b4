//! libFuzzer over the grammar: any bytes that are UTF-8, read and laid out.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tamis::base::span::SourceId;
use tamis::language::layout;
use tamis::language::lexicon::Lexicon;
use tamis::language::parser;

fuzz_target!(|text: &str| {
    let _ = parser::parse_items(text, SourceId(0));
    let _ = parser::parse_expression(text, SourceId(0));
    if let Ok(laid_out) = layout::file(text, SourceId(0), &Lexicon::default(), None) {
        let again = layout::file(&laid_out, SourceId(0), &Lexicon::default(), None);
        assert_eq!(again.as_ref(), Ok(&laid_out));
    }
});
