//! The program `plenary`.

fn main() -> std::process::ExitCode {
    plenary::cli::run(std::env::args_os())
}
