//! The command line: one verb a file. Data on stdout, talk on stderr.

/// Runs the program on the process's arguments.
pub fn main() -> std::process::ExitCode {
    std::process::ExitCode::SUCCESS
}
