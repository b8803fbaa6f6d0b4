//! Lines in which nothing is quoted, cut many at once, eight bytes at a time. What is not plain is left to
//! the state machine of delimited text: a quote, a carriage return that stands alone, an empty line, a line
//! with another number of fields.

/// One in each byte.
const ONES: u64 = 0x0101_0101_0101_0101;
/// All but the highest bit of each byte.
const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
const WORD_BYTES: usize = size_of::<u64>();

/// How lines are cut.
#[derive(Clone, Copy, Debug)]
pub struct Plain {
    /// Between two fields.
    pub delimiter: u8,
    /// Where there is one, the line is not plain.
    pub quote: Option<u8>,
    /// Fields of a line; `None` = any number.
    pub width: Option<usize>,
}

/// Takes lines.
pub trait Take {
    /// A field ends so many bytes from the beginning of its line.
    fn end(&mut self, at: usize);
    /// The line of the fields told since the last one is whole, without its line end; whether more are wanted.
    fn line(&mut self, start: usize, end: usize) -> bool;
}

impl Plain {
    /// Cuts plain lines from the beginning of some bytes on, until one is none or not whole. How many bytes
    /// they take with their line ends.
    pub fn cut(&self, bytes: &[u8], take: &mut impl Take) -> usize {
        let mut cutting = Cutting {
            plain: *self,
            bytes,
            start: 0,
            fields: 0,
            take,
        };
        let mut at = 0;
        let mut words = bytes.chunks_exact(WORD_BYTES);
        for word in words.by_ref() {
            let word = word.try_into().map_or(0, u64::from_le_bytes);
            let mut marks = self.marks(word);
            while marks != 0 {
                let place = at + marks.trailing_zeros() as usize / WORD_BYTES;
                if !cutting.mark(place) {
                    return cutting.start;
                }
                marks &= marks - 1;
            }
            at += WORD_BYTES;
        }
        for (place, byte) in (at..).zip(words.remainder()) {
            if self.is_mark(*byte) && !cutting.mark(place) {
                break;
            }
        }
        cutting.start
    }

    /// The highest bit of each byte that means something.
    fn marks(&self, word: u64) -> u64 {
        let found = equal(word, self.delimiter) | equal(word, b'\n') | equal(word, b'\r');
        self.quote.map_or(found, |quote| found | equal(word, quote))
    }

    fn is_mark(&self, byte: u8) -> bool {
        byte == self.delimiter || matches!(byte, b'\n' | b'\r') || self.quote == Some(byte)
    }
}

/// The highest bit of each byte of a word that is that byte.
fn equal(word: u64, byte: u8) -> u64 {
    let rest = word ^ ONES.wrapping_mul(u64::from(byte));
    !(((rest & LOW) + LOW) | rest | LOW)
}

struct Cutting<'a, T> {
    plain: Plain,
    bytes: &'a [u8],
    /// Where the line at hand begins.
    start: usize,
    /// Its fields so far.
    fields: usize,
    take: &'a mut T,
}

impl<T: Take> Cutting<'_, T> {
    /// Looks at a byte that means something; whether to go on.
    fn mark(&mut self, place: usize) -> bool {
        // The line feed of a pair was taken with its line.
        if place < self.start {
            return true;
        }
        let byte = self.bytes.get(place).copied();
        if byte == Some(self.plain.delimiter) {
            self.take.end(place - self.start);
            self.fields += 1;
            return true;
        }
        let next = match byte {
            Some(b'\n') => place + 1,
            Some(b'\r') if self.bytes.get(place + 1) == Some(&b'\n') => place + 2,
            _ => return false,
        };
        let width = self.fields + 1;
        if place == self.start || self.plain.width.is_some_and(|wanted| wanted != width) {
            return false;
        }
        self.take.end(place - self.start);
        let goes_on = self.take.line(self.start, place);
        self.start = next;
        self.fields = 0;
        goes_on
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Taken {
        ends: Vec<usize>,
        lines: Vec<(usize, usize)>,
    }

    impl Take for Taken {
        fn end(&mut self, at: usize) {
            self.ends.push(at);
        }

        fn line(&mut self, start: usize, end: usize) -> bool {
            self.lines.push((start, end));
            true
        }
    }

    fn cut(text: &str, quote: Option<u8>, width: Option<usize>) -> (usize, Vec<&str>, Vec<usize>) {
        let mut taken = Taken::default();
        let plain = Plain {
            delimiter: b',',
            quote,
            width,
        };
        let used = plain.cut(text.as_bytes(), &mut taken);
        let lines = taken.lines.iter().map(|(start, end)| &text[*start..*end]);
        (used, lines.collect(), taken.ends)
    }

    #[test]
    fn plain_lines_are_cut_and_others_left() {
        let quote = Some(b'"');
        assert_eq!(
            cut("a,bc\nlonger than a word,x\r\nrest", quote, Some(2)),
            (27, vec!["a,bc", "longer than a word,x"], vec![1, 4, 18, 20])
        );
        for (text, lines) in [
            ("a,b\n\nc,d\n", vec!["a,b"]),
            ("a,b\n\"c\",d\n", vec!["a,b"]),
            ("a,b\nc\rd,e\n", vec!["a,b"]),
            ("a,b\nc,d\r", vec!["a,b"]),
            ("a,b\nc\nd,e\n", vec!["a,b"]),
            ("\na,b\n", vec![]),
            ("客户,b\n,\n", vec!["客户,b", ","]),
            ("", vec![]),
        ] {
            let (used, found, _) = cut(text, quote, Some(2));
            assert_eq!(found, lines, "{text:?}");
            assert!(lines.is_empty() || text[..used].ends_with('\n'));
        }
        assert_eq!(cut("a\"b,c\nd\n", None, None).1, ["a\"b,c", "d"]);
    }

    #[test]
    fn each_byte_of_a_word_is_looked_at_alone() {
        for at in 0..WORD_BYTES {
            for other in [0, 1, b',' - 1, b',' + 1, 0x80 | b',', 0xff] {
                let mut bytes = [other; WORD_BYTES];
                bytes[at] = b',';
                assert_eq!(
                    equal(u64::from_le_bytes(bytes), b','),
                    0x80 << (at * WORD_BYTES)
                );
            }
        }
    }
}
