//! The `tamis` program: hands its arguments to [`tamis::cli`] and nothing else.

fn main() -> std::process::ExitCode {
    tamis::base::memory::set_up();
    tamis::cli::main()
}
