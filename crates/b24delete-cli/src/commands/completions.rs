//! `completions`: a script for a shell.

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::arguments::Arguments;
use crate::exit_status::ExitStatus;
use crate::failure::Failure;
use crate::printer::Printer;

/// Prints the completion script.
pub(crate) fn completions(shell: Shell, printer: &Printer) -> Result<ExitStatus, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "b24delete", &mut script);
    let script = String::from_utf8_lossy(&script);
    printer
        .data(script.trim_end())
        .and_then(|()| printer.flush())
        .map_err(|error| crate::failure::stdout(&error))?;
    Ok(ExitStatus::Success)
}
