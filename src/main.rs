//! The `tamis` program: hands its arguments to [`tamis::cli`] and nothing else.

fn main() -> std::process::ExitCode {
    tamis::cli::main()
}
