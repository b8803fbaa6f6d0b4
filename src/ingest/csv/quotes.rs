//! A second, strict look at the quotes of a record that spans lines. Cutting is lenient: text behind a quote
//! that closes goes on as the same field, so that a quote which was never meant to open closes at the next
//! one, however many lines further down.

use crate::ingest::buffer::first_break;

/// Where a byte of a record stands.
#[derive(Clone, Copy)]
enum At {
    /// A field begins.
    Start,
    /// In a field that nothing quotes.
    Bare,
    /// Behind the quote that opened here.
    Quoted(usize),
    /// Behind a second quote; where the first one opened.
    Closed(usize),
    /// Behind blanks that follow it.
    Blank(usize),
}

/// Whether a field holds a line end and goes on behind the quote that closes it. Blanks may stand there.
pub fn runs_on(record: &[u8], delimiter: u8, quote: u8) -> bool {
    let mut at = At::Start;
    for (place, byte) in record.iter().copied().enumerate() {
        at = match at {
            At::Start if byte == quote => At::Quoted(place + 1),
            At::Quoted(opened) if byte == quote => At::Closed(opened),
            At::Quoted(_) => at,
            At::Closed(opened) if byte == quote => At::Quoted(opened),
            _ if byte == delimiter || matches!(byte, b'\r' | b'\n') => At::Start,
            At::Closed(opened) | At::Blank(opened) if byte == b' ' => At::Blank(opened),
            At::Closed(opened) | At::Blank(opened) => {
                let field = record.get(opened..place).unwrap_or(&[]);
                if first_break(field).is_some() {
                    return true;
                }
                At::Bare
            }
            At::Start | At::Bare => At::Bare,
        };
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_behind_a_quote_is_told_from_a_value_of_several_lines() {
        let cases: [(&[u8], bool); 14] = [
            (b"a,\"b\nc\",d", false),
            (b"a,\"b\r\nc\"", false),
            (b"a,\"b\nc\" ,d", false),
            (b"a,\"b\n\"\"c\"\"\",d", false),
            (b"a,\"b\nc,\"\"\",\"d\"", false),
            (b"\"Alpha\" Ltd,\"b\nc\"", false),
            (b"a,b\"c\nd", false),
            (b"a,\"b,1\nc,\"d,1", true),
            (b"a,\"b,1\r\nc,\"d,1", true),
            (b"a,\"b,1\rc,\"d,1", true),
            (b"a,\"b,1\nc,\" d", true),
            (b"\"b\n\" \"c", true),
            (b"a,\"b\nc\",\"d\ne\"f", true),
            (b"a,\"b\nsaid \"\"hi\"\" \"and\" left\"", true),
        ];
        for (record, wanted) in cases {
            let shown = String::from_utf8_lossy(record);
            assert_eq!(runs_on(record, b',', b'"'), wanted, "{shown}");
            let other: Vec<u8> = record
                .iter()
                .map(|byte| match byte {
                    b',' => b'\t',
                    b'"' => b'\'',
                    byte => *byte,
                })
                .collect();
            assert_eq!(runs_on(&other, b'\t', b'\''), wanted, "{shown}");
        }
    }
}
