//! Standard output for data and standard error for talk. A reader that closes the
//! pipe ends the program without complaint.

use std::io::{BufWriter, ErrorKind, IsTerminal, Stdout, Write};

use super::failure::Failure;

/// Buffered standard output.
pub(super) struct Output {
    out: BufWriter<Stdout>,
}

impl Output {
    /// The process's standard output.
    pub(super) fn new() -> Self {
        Self {
            out: BufWriter::with_capacity(64 << 10, std::io::stdout()),
        }
    }

    /// One line of data.
    pub(super) fn line(&mut self, text: &str) -> Result<(), Failure> {
        self.write(text)?;
        self.write("\n")
    }

    /// Data as it is.
    pub(super) fn write(&mut self, text: &str) -> Result<(), Failure> {
        self.out.write_all(text.as_bytes()).map_err(failed)
    }

    /// Bytes as they are.
    pub(super) fn bytes(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.out.write_all(bytes).map_err(failed)
    }

    /// What is still held back goes out.
    pub(super) fn finish(&mut self) -> Result<(), Failure> {
        self.out.flush().map_err(failed)
    }
}

/// A sink for formatters that write bytes.
impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.out.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.out.flush()
    }
}

/// What an error of standard output means.
pub(super) fn failed(error: std::io::Error) -> Failure {
    match error.kind() {
        ErrorKind::BrokenPipe => Failure::ReaderGone,
        _ => Failure::Store(format!("cannot write to standard output: {error}")),
    }
}

/// One line of talk. Nobody is left to tell when standard error is gone.
pub(super) fn say(text: &str) {
    let _ = writeln!(anstream::stderr(), "{text}");
}

/// Whether talk is drawn in colour.
pub(super) fn talk_in_color() -> bool {
    std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}

/// Columns of the terminal, if standard output is one.
pub(super) fn terminal_width() -> Option<u16> {
    if !std::io::stdout().is_terminal() {
        return None;
    }
    std::env::var("COLUMNS")
        .ok()
        .and_then(|text| text.parse().ok())
        .or(Some(120))
}
