//! What the first bytes of a file give away: that it is no text, whatever its name says. Which encoding a
//! text is in is not asked here.

use std::io::{self, Read};
use std::path::Path;

use super::error::ImportError;
use super::form::Form;
use super::open;
use super::text::Decoded;
use super::unfit::Unfit;
use crate::base::limit::HEAD_BYTES_MAX;

/// Bytes decoded at once.
const PIECE_BYTES: usize = 4 << 10;
/// What files of other programs begin with.
const MARKS: [(&[u8], &str); 15] = [
    (b"PK\x03\x04", "a workbook, or another packed folder (zip)"),
    (b"PK\x05\x06", "a packed folder (zip) of nothing"),
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "a workbook or a document of older programs",
    ),
    (b"%PDF-", "a PDF document"),
    (b"{\\rtf", "a document (RTF)"),
    (b"\x89PNG\r\n\x1a\n", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"SQLite format 3\0", "a database (SQLite)"),
    (b"\x1f\x8b", "packed with gzip twice"),
    (b"BZh", "packed with bzip2"),
    (b"\xfd7zXZ\0", "packed with xz"),
    (b"7z\xbc\xaf\x27\x1c", "packed with 7-Zip"),
    (b"\x28\xb5\x2f\xfd", "packed with zstd"),
    (b"Obj\x01", "a file of Avro"),
];
/// Of so many bytes one may be a control character of no meaning to a text.
const BYTES_FOR_CONTROL: usize = 50;
/// So many different ones are no delimiter and no filling.
const CONTROL_KINDS_MIN: u32 = 8;

/// Refuses a file of text that is none.
///
/// # Errors
/// [`ImportError::Unfit`], or that the file cannot be read.
pub fn check(path: &Path, form: &Form) -> Result<(), ImportError> {
    let encoding = match form {
        Form::Parquet => return Ok(()),
        Form::Ndjson => "utf-8",
        Form::Csv(layout) => &layout.encoding,
    };
    let head = head(path)?;
    let marks = MARKS.iter().find(|(mark, _)| head.starts_with(mark));
    let what = match marks {
        Some((_, what)) => Some(*what),
        None if is_noise(&head, encoding) => Some("no text: it is full of control characters"),
        None => None,
    };
    what.map_or(Ok(()), |what| {
        Err(ImportError::Unfit {
            path: path.to_path_buf(),
            why: Unfit::Foreign(what),
        })
    })
}

/// The first bytes of a file, unpacked.
pub fn head(path: &Path) -> Result<Vec<u8>, ImportError> {
    let mut head = Vec::new();
    let stream = open::open(path)?.stream;
    stream
        .take(HEAD_BYTES_MAX)
        .read_to_end(&mut head)
        .map_err(|error| open::read_error(path, error))?;
    Ok(head)
}

/// Whether a text in an encoding has control characters of many kinds.
fn is_noise(head: &[u8], encoding: &str) -> bool {
    let Ok(Some(mut text)) = Decoded::new(io::Cursor::new(head), encoding) else {
        return false;
    };
    let means_nothing = |byte: &&u8| {
        byte.is_ascii_control() && !matches!(byte, b'\t' | b'\n' | 0x0b | 0x0c | b'\r')
    };
    let (mut total, mut count, mut kinds) = (0, 0, 0_u32);
    let mut buffer = vec![0; PIECE_BYTES];
    while let Ok(read @ 1..) = text.read(&mut buffer) {
        let bytes = buffer.get(..read).unwrap_or(&[]);
        total += read;
        for byte in bytes.iter().filter(means_nothing) {
            count += 1;
            kinds |= 1 << (byte & 31);
        }
    }
    kinds.count_ones() >= CONTROL_KINDS_MIN && count * BYTES_FOR_CONTROL > total
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_told_from_other_files() {
        let mut noise = 7_u64;
        let mut random = |count: usize| -> Vec<u8> {
            let mut next = || {
                noise = noise
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                (noise >> 56) as u8
            };
            (0..count).map(|_| next()).collect()
        };
        let of_lines = |line: &str| line.repeat(300).into_bytes();
        let wide = |text: &str| crate::ingest::text::encoded(text, "utf-16le");
        let cases: [(Vec<u8>, &str, bool); 9] = [
            (random(5_000), "utf-8", true),
            (random(5_000), "gb18030", true),
            (random(5_000), "windows-1252", true),
            (of_lines("a\x01b\x01c\n"), "utf-8", false),
            (of_lines("a\0\0\0,b\0\0\n"), "utf-8", false),
            (of_lines("客户,金额\r\n"), "utf-8", false),
            (wide(&"id,name\n".repeat(99)), "utf-16le", false),
            (of_lines("a\x1b[1m,b\n"), "utf-8", false),
            (Vec::new(), "utf-8", false),
        ];
        for (bytes, encoding, wanted) in cases {
            let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(20)]);
            assert_eq!(is_noise(&bytes, encoding), wanted, "{encoding}: {shown}");
        }
    }
}
