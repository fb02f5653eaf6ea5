//! The `b24delete` command as a library, for the command itself and for packages that bring it along.

mod arguments;
mod commands;
mod confirm;
mod environment;
mod escape;
mod exit_status;
mod failure;
mod filter;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
mod interrupt;
mod logging;
mod outcome_lines;
mod portal_user;
mod printer;
mod progress;
mod settings;
mod targets;

use std::ffi::OsString;
use std::sync::Arc;

use clap::Parser as _;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use self::arguments::{Arguments, Command};
pub use self::exit_status::ExitStatus;
use self::failure::Failure;
use self::printer::Printer;
pub use self::settings::{client_options_from_environment, client_options_from_profile};
use self::targets::Kind;

/// Runs the command with these arguments, the first of which is the program's name.
///
/// It reads stdin, writes stdout and stderr and listens to Ctrl-C as the command does, but does not end the process.
pub fn run<I>(arguments: I) -> ExitStatus
where
    I: IntoIterator<Item: Into<OsString> + Clone>,
{
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => return not_parsed(&with_the_word_meant(error)),
    };
    let printer = Arc::new(Printer::new(arguments.verbosity.quiet));
    logging::start(arguments.verbosity.verbose, &printer);
    match carry_out(arguments.command, &printer) {
        Ok(status) => status,
        Err(failure) => {
            if failure.is_told() {
                printer.failure(&failure);
            }
            failure.status
        }
    }
}

/// Tells help or what is wrong with the arguments.
fn not_parsed(error: &clap::Error) -> ExitStatus {
    let printer = Printer::new(false);
    let text = error.render().ansi().to_string();
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            // Help for a reader who has gone needs no complaint.
            let _ = printer.data(text.trim_end()).and_then(|()| printer.flush());
            ExitStatus::Success
        }
        _ => {
            printer.raw_message(&text);
            ExitStatus::Usage
        }
    }
}

/// Names the command for words that others use; clap only knows words that look alike, and `undo` looks like `run`.
fn with_the_word_meant(mut error: clap::Error) -> clap::Error {
    let Some(ContextValue::String(typed)) = error.get(ContextKind::InvalidSubcommand) else { return error };
    let meant = match typed.as_str() {
        "undo" | "undelete" | "recover" | "rollback" => "restore",
        "resume" | "continue" | "start" | "apply" => "run",
        "status" | "list" | "jobs" | "ls" | "verify" => "show",
        "login" => "auth login",
        "leads" => "lead",
        "contacts" => "contact",
        _ => return error,
    };
    error.insert(ContextKind::SuggestedSubcommand, ContextValue::Strings(vec![meant.to_owned()]));
    error
}

fn carry_out(command: Command, printer: &Arc<Printer>) -> Result<ExitStatus, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::incomplete(format!("no threads can be started: {error}")))?;
    let result = runtime.block_on(async {
        match command {
            Command::Lead(arguments) => commands::delete(Kind::Lead, arguments, printer).await,
            Command::Contact(arguments) => commands::delete(Kind::Contact, arguments, printer).await,
            Command::LeadContact(arguments) => commands::delete(Kind::LeadContact, arguments, printer).await,
            Command::LeadContactItems(arguments) => {
                commands::delete(Kind::LeadContactItems, arguments, printer).await
            }
            Command::Run(arguments) => commands::run(arguments, printer).await,
            Command::Show(arguments) => commands::show(&arguments, printer),
            Command::Forget(arguments) => commands::forget(&arguments, printer).await,
            Command::Report(arguments) => commands::report(arguments, printer).await,
            Command::Restore(arguments) => commands::restore(arguments, printer).await,
            Command::Check(arguments) => commands::check(arguments, printer).await,
            Command::Auth(arguments) => commands::auth(arguments, printer).await,
            Command::Emulator(arguments) => commands::emulator(arguments, printer).await,
            Command::Demo => commands::demo(printer).await,
            Command::Completions { shell } => commands::completions(shell, printer),
        }
    });
    // A thread that still reads stdin must not keep the command from ending.
    runtime.shutdown_background();
    result
}
