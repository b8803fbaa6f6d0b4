//! Bytes of any encoding become UTF-8 without hiding a fault: what is no text in the
//! file's encoding comes out as the byte FF, which no UTF-8 text holds, so that the
//! record around it is refused and the rest is read. UTF-8 itself passes unchanged.

use std::borrow::Cow;
use std::io::{self, Read};

use encoding_rs::{Decoder, DecoderResult, Encoding, REPLACEMENT, UTF_8};

/// Bytes taken from the file at once.
const INPUT_BYTES: usize = 64 << 10;
/// Room that a reader must offer: one character and one mark.
const OUTPUT_BYTES_MIN: usize = 16;

/// Stands for bytes that are no text.
pub const FAULT_MARK: u8 = 0xff;

/// Whether there is an encoding of that name (a WHATWG label).
pub fn is_known(label: &str) -> bool {
    find(label).is_some()
}

fn find(label: &str) -> Option<&'static Encoding> {
    Encoding::for_label(label.trim().as_bytes()).filter(|encoding| *encoding != REPLACEMENT)
}

/// Whether a file begins with a byte order mark.
pub fn has_mark(head: &[u8]) -> bool {
    Encoding::for_bom(head).is_some()
}

/// Bytes beyond ASCII, told apart by how they stand: in pairs as Chinese text has them in GB18030, or alone
/// as the accented letters of other encodings.
#[derive(Debug, Default)]
pub struct HighBytes {
    pairs: u64,
    odd: u64,
    /// The byte before was the first of a pair, or one alone.
    is_open: bool,
}

impl HighBytes {
    /// Looks at the next bytes of a text.
    pub fn see(&mut self, bytes: &[u8]) {
        for byte in bytes {
            let is_high = (0xa1..=0xfe).contains(byte);
            match (self.is_open, is_high) {
                (true, true) => self.pairs += 1,
                (true, false) => self.odd += 1 + u64::from(!byte.is_ascii()),
                (false, false) => self.odd += u64::from(!byte.is_ascii()),
                (false, true) => {}
            }
            self.is_open = is_high && !self.is_open;
        }
    }

    /// Whether most of them stand in pairs: characters beyond the common ones have other second bytes.
    pub fn are_mostly_pairs(&self) -> bool {
        self.pairs > self.odd + u64::from(self.is_open)
    }

    /// Whether all of them stand in pairs.
    pub fn are_pairs(&self) -> bool {
        self.pairs > 0 && self.odd == 0 && !self.is_open
    }
}

/// Whether every byte beyond ASCII is one of a pair as Chinese text has them in GB18030; accented
/// letters of other encodings stand alone.
pub fn looks_like_gb18030(bytes: &[u8]) -> bool {
    let mut high = HighBytes::default();
    high.see(bytes);
    high.are_pairs()
}

/// Bytes as text for whoever reads them: what is no UTF-8 as GB18030 where it looks so, else with marks in
/// the place of what cannot be read.
pub fn shown(bytes: &[u8]) -> Cow<'_, str> {
    if std::str::from_utf8(bytes).is_err() && looks_like_gb18030(bytes) {
        return encoding_rs::GB18030.decode_without_bom_handling(bytes).0;
    }
    String::from_utf8_lossy(bytes)
}

/// A text in an encoding, for tests. UTF-16 is written without a mark.
#[cfg(test)]
pub fn encoded(text: &str, label: &str) -> Vec<u8> {
    match label {
        "utf-16le" => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        "utf-16be" => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        _ => find(label).unwrap().encode(text).0.into_owned(),
    }
}

/// A stream of UTF-8.
pub struct Decoded<R> {
    input: R,
    /// `None`: UTF-8, passed through.
    decoder: Option<Decoder>,
    buffer: Vec<u8>,
    at: usize,
    filled: usize,
    ended: bool,
    /// The decoder has taken in the last byte.
    finished: bool,
    /// A fault mark is due.
    faulty: bool,
}

impl<R: Read> Decoded<R> {
    /// A byte order mark is taken off and wins over the label. `None`: no encoding of that name.
    pub fn new(input: R, label: &str) -> io::Result<Option<Self>> {
        let Some(named) = find(label) else {
            return Ok(None);
        };
        let mut decoded = Self {
            input,
            decoder: None,
            buffer: vec![0; INPUT_BYTES],
            at: 0,
            filled: 0,
            ended: false,
            finished: false,
            faulty: false,
        };
        while decoded.filled < 3 && !decoded.ended {
            decoded.fill()?;
        }
        let head = decoded.buffer.get(..decoded.filled).unwrap_or(&[]);
        let (encoding, mark) = match Encoding::for_bom(head) {
            Some((encoding, mark)) => (encoding, mark),
            None => (named, 0),
        };
        decoded.at = mark;
        if encoding != UTF_8 {
            decoded.decoder = Some(encoding.new_decoder_without_bom_handling());
        }
        Ok(Some(decoded))
    }

    /// Adds to the buffer.
    fn fill(&mut self) -> io::Result<()> {
        if self.at == self.filled {
            (self.at, self.filled) = (0, 0);
        }
        let Some(free) = self.buffer.get_mut(self.filled..) else {
            return Ok(());
        };
        match self.input.read(free) {
            Ok(0) => self.ended = true,
            Ok(count) => self.filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }

    fn pass(&mut self, output: &mut [u8]) -> io::Result<usize> {
        let held = self.buffer.get(self.at..self.filled).unwrap_or(&[]);
        if held.is_empty() {
            return self.input.read(output);
        }
        let count = held.len().min(output.len());
        for (to, from) in output.iter_mut().zip(held) {
            *to = *from;
        }
        self.at += count;
        Ok(count)
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, output: &mut [u8]) -> io::Result<usize> {
        if self.decoder.is_none() {
            return self.pass(output);
        }
        if output.len() < OUTPUT_BYTES_MIN {
            return Err(io::Error::other("too little room to decode into"));
        }
        loop {
            if self.faulty {
                self.faulty = false;
                if let Some(first) = output.first_mut() {
                    *first = FAULT_MARK;
                }
                return Ok(1);
            }
            if self.finished {
                return Ok(0);
            }
            if self.at == self.filled && !self.ended {
                self.fill()?;
                continue;
            }
            let held = self.buffer.get(self.at..self.filled).unwrap_or(&[]);
            let Some(decoder) = self.decoder.as_mut() else {
                return Ok(0);
            };
            let (result, taken, written) =
                decoder.decode_to_utf8_without_replacement(held, output, self.ended);
            self.at += taken;
            match result {
                DecoderResult::Malformed(..) => self.faulty = true,
                DecoderResult::InputEmpty if self.ended => self.finished = true,
                DecoderResult::InputEmpty | DecoderResult::OutputFull => {}
            }
            if written > 0 {
                return Ok(written);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives one byte at a time, so that every split of a character is met.
    struct Slowly<'a>(&'a [u8]);

    impl Read for Slowly<'_> {
        fn read(&mut self, output: &mut [u8]) -> io::Result<usize> {
            let Some((first, rest)) = self.0.split_first() else {
                return Ok(0);
            };
            output[0] = *first;
            self.0 = rest;
            Ok(1)
        }
    }

    fn decoded(bytes: &[u8], label: &str) -> Vec<u8> {
        let mut all = Vec::new();
        let mut slow = Vec::new();
        let mut stream = Decoded::new(bytes, label).unwrap().unwrap();
        let mut buffer = [0; 64];
        loop {
            match stream.read(&mut buffer).unwrap() {
                0 => break,
                count => all.extend_from_slice(&buffer[..count]),
            }
        }
        let mut stream = Decoded::new(Slowly(bytes), label).unwrap().unwrap();
        loop {
            match stream.read(&mut buffer).unwrap() {
                0 => break,
                count => slow.extend_from_slice(&buffer[..count]),
            }
        }
        assert_eq!(all, slow, "{label}: splits change nothing");
        all
    }

    #[test]
    fn every_dress_becomes_utf8() {
        let wide = |text: &str, big: bool| -> Vec<u8> {
            text.encode_utf16()
                .flat_map(|unit| {
                    if big {
                        unit.to_be_bytes()
                    } else {
                        unit.to_le_bytes()
                    }
                })
                .collect()
        };
        let cases: [(&str, Vec<u8>, &str); 9] = [
            ("utf-8", "客户,a\n".into(), "客户,a\n"),
            ("utf-8", b"\xef\xbb\xbfid\n".to_vec(), "id\n"),
            ("gb18030", b"\xbf\xcd\xbb\xa7,|".to_vec(), "客户,|"),
            ("gb18030", b"\x81\x30\x81\x30".to_vec(), "\u{80}"),
            ("utf-16le", wide("客户", false), "客户"),
            (
                "utf-8",
                [b"\xff\xfe".to_vec(), wide("客户", false)].concat(),
                "客户",
            ),
            (
                "utf-8",
                [b"\xfe\xff".to_vec(), wide("客户", true)].concat(),
                "客户",
            ),
            ("windows-1250", b"Jesen\xedk".to_vec(), "Jeseník"),
            ("utf-8", Vec::new(), ""),
        ];
        for (label, bytes, wanted) in cases {
            assert_eq!(
                String::from_utf8(decoded(&bytes, label)).unwrap(),
                wanted,
                "{label}"
            );
        }
        assert!(Decoded::new(&b""[..], "utf-9").unwrap().is_none());
        assert!(!is_known("iso-2022-kr") && is_known("GBK"));
    }

    #[test]
    fn pairs_of_high_bytes_are_told_from_single_ones() {
        let high = |bytes: &[u8]| {
            let (mut whole, mut parted) = (HighBytes::default(), HighBytes::default());
            whole.see(bytes);
            bytes.chunks(1).for_each(|byte| parted.see(byte));
            let said = (whole.are_mostly_pairs(), whole.are_pairs());
            assert_eq!(said, (parted.are_mostly_pairs(), parted.are_pairs()));
            said
        };
        assert_eq!(high(b"id;\xbf\xcd\xbb\xa7"), (true, true));
        // A rare character among common ones.
        assert_eq!(high(b"\xbf\xcd\xbb\xa7\xe9\x46"), (true, false));
        assert_eq!(high(b"M\xfcller, Caf\xe9"), (false, false));
        assert_eq!(high(b"caf\xe9"), (false, false));
        assert_eq!(high(b"plain"), (false, false));
        assert_eq!(shown(b"\xbf\xcd"), "\u{5ba2}");
        assert_eq!(shown(b"M\xfcl"), "M\u{fffd}l");
        assert_eq!(shown("é".as_bytes()), "é");
    }

    #[test]
    fn a_fault_is_marked_and_the_rest_is_read() {
        assert_eq!(
            decoded(b"a\xff\n\xbf\xcd\n", "gb18030"),
            b"a\xff\n\xe5\xae\xa2\n"
        );
        assert_eq!(decoded(b"a\x00\x00\xd8b\x00", "utf-16le"), b"a\xffb");
        assert_eq!(
            decoded(b"ok\xbf", "gb18030"),
            b"ok\xff",
            "cut inside a character"
        );
        assert_eq!(
            decoded(b"a\xc3\n", "utf-8"),
            b"a\xc3\n",
            "left to the record"
        );
    }
}
