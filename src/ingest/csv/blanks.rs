//! Cuts one line at any run of blanks. Blanks at either end count for nothing.

/// Writes the fields and where they end. `false`: a quote is not closed.
pub fn cut(line: &[u8], quote: Option<u8>, output: &mut Vec<u8>, ends: &mut Vec<usize>) -> bool {
    let mut bytes = line.iter().copied().peekable();
    loop {
        while bytes.next_if(|byte| is_blank(*byte)).is_some() {}
        let Some(first) = bytes.next() else {
            return true;
        };
        if Some(first) == quote {
            loop {
                match bytes.next() {
                    None => return false,
                    Some(byte) if byte == first => match bytes.next_if_eq(&first) {
                        Some(doubled) => output.push(doubled),
                        None => break,
                    },
                    Some(byte) => output.push(byte),
                }
            }
        } else {
            output.push(first);
        }
        while let Some(byte) = bytes.next_if(|byte| !is_blank(*byte)) {
            output.push(byte);
        }
        ends.push(output.len());
    }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | 0x0b | 0x0c)
}
