//! The `b24delete` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    b24delete_cli::run(std::env::args_os()).into()
}
