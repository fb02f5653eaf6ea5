//! `forget`: titles and copies leave a job file for good.

use b24delete_jobs::Job;
use b24delete_jobs::text::counted;

use crate::arguments::ForgetArguments;
use crate::confirm::ask_yes;
use crate::exit_status::ExitStatus;
use crate::failure::Failure;
use crate::printer::Printer;

/// Removes them.
pub(crate) async fn forget(arguments: &ForgetArguments, printer: &Printer) -> Result<ExitStatus, Failure> {
    let job = Job::open(&arguments.job)?;
    let copies = counted(job.overview()?.backups, "copy", "copies");
    let question = format!("Remove all titles and {copies} from `{}` for good", job.path().display());
    if !arguments.yes && !ask_yes(&question, printer).await? {
        printer.note("nothing was removed");
        return Ok(ExitStatus::Incomplete);
    }
    job.forget()?;
    printer.note(format_args!("titles and {copies} are removed; ids and outcomes stay"));
    Ok(ExitStatus::Success)
}
