//! The command line.

use napi_derive::napi;

/// How a program of Rust ends after a panic.
const PANICKED: u8 = 101;

/// Runs the command with these arguments, the first of which is the program's name, and returns its exit code.
///
/// It blocks the calling thread: only so do Ctrl-C and stdin belong to the command and not to Node.js.
#[napi]
pub fn run_command(arguments: Vec<String>) -> u8 {
    std::panic::catch_unwind(|| b24delete_cli::run(arguments).code()).unwrap_or(PANICKED)
}
