//! `restore`: puts back what a job deleted.

use std::io;
use std::sync::Arc;

use b24delete::{Canceller, Client};
use b24delete_jobs::text::{counted, grouped, shortened};
use b24delete_jobs::{
    Job, RestoreOptions, RestorePlan, RestoreSummary, Restored, RestoredStatus, RestoredThing,
};

use crate::arguments::{Output, RestoreArguments};
use crate::confirm::ask_yes;
use crate::exit_status::ExitStatus;
use crate::failure::{self, Failure};
use crate::interrupt::Interrupts;
use crate::outcome_lines::print_json;
use crate::portal_user::PortalUser;
use crate::printer::Printer;
use crate::progress::Progress;
use crate::settings::ConnectionSettings;

/// Restores the job, or shows what there is to restore.
pub(crate) async fn restore(
    arguments: RestoreArguments,
    printer: &Arc<Printer>,
) -> Result<ExitStatus, Failure> {
    let RestoreArguments { job, dry_run, yes, connection, output } = arguments;
    let job = Job::open(job)?;
    let plan = job.restore_plan()?;
    if plan.without_copy > 0 {
        let operations = counted(plan.without_copy, "operation has", "operations have");
        printer
            .warning(format_args!("{operations} no copy in the job: what they deleted cannot be restored"));
    }
    let targets = targets(&plan);
    if dry_run || plan.is_empty() {
        printer.note(format_args!("can be restored: {targets}"));
        let complete = dry_run || plan.without_copy == 0;
        return Ok(if complete { ExitStatus::Success } else { ExitStatus::Incomplete });
    }
    let connection = ConnectionSettings::resolve(connection)?;
    let progress = Progress::new(printer);
    let client = connection.client(Some(progress.observer()))?;
    connection.warnings.iter().for_each(|warning| printer.warning(warning));
    let mut interrupts = Interrupts::listen().map_err(Failure::incomplete)?;
    let goes_on = tokio::select! {
        answer = ask(&client, &targets, yes, printer) => answer?,
        () = interrupts.next() => return Err(interrupted("interrupted, nothing was restored")),
    };
    if !goes_on {
        printer.note("nothing was restored");
        return Ok(ExitStatus::Incomplete);
    }
    let result = follow(&job, &client, &progress, &mut interrupts, printer).await;
    progress.end();
    let summary = result?;
    print(&job, &summary, output.output, printer).map_err(|error| failure::stdout(&error))?;
    Ok(match (summary.cancelled, summary.failed + summary.without_copy) {
        (true, _) => ExitStatus::Interrupted,
        (false, 0) => ExitStatus::Success,
        (false, _) => ExitStatus::Incomplete,
    })
}

/// What there is to restore, in words.
fn targets(plan: &RestorePlan) -> String {
    let parts = [
        (plan.leads, counted(plan.leads, "lead with a new id", "leads with new ids")),
        (plan.contacts, counted(plan.contacts, "contact with a new id", "contacts with new ids")),
        (
            plan.unlinked,
            format!("the bindings that {} took off", counted(plan.unlinked, "operation", "operations")),
        ),
    ];
    let parts: Vec<_> = parts.into_iter().filter(|(count, _)| *count > 0).map(|(_, text)| text).collect();
    match parts.is_empty() {
        true => "nothing".to_owned(),
        false => parts.join(" and "),
    }
}

fn interrupted(message: &str) -> Failure {
    let mut failure = Failure::interrupted();
    message.clone_into(&mut failure.message);
    failure
}

async fn ask(client: &Client, targets: &str, yes: bool, printer: &Printer) -> Result<bool, Failure> {
    let host = client.host();
    if yes {
        let user = client.user_id();
        let user = user.map_or_else(|| "the application's user".to_owned(), |id| format!("user {id}"));
        printer.note(format_args!("restores {targets} on {host} as {user}"));
        return Ok(true);
    }
    let user = match printer.can_ask() {
        true => format!(" as {}", PortalUser::read(client).await?),
        false => String::new(),
    };
    ask_yes(&format!("Restore {targets} on {host}{user}"), printer).await
}

/// Sees the restore through; the first interrupt ends it after the record at hand, the second at once.
async fn follow(
    job: &Job,
    client: &Client,
    progress: &Progress,
    interrupts: &mut Interrupts,
    printer: &Printer,
) -> Result<RestoreSummary, Failure> {
    let canceller = Canceller::new();
    let mut options = RestoreOptions::default();
    options.canceller = Some(canceller.clone());
    let told = |summary: &RestoreSummary| {
        let done = summary.leads + summary.contacts + summary.bindings + summary.present + summary.failed;
        progress.count(format!("restored {}", counted(done, "record or binding", "records and bindings")));
    };
    let mut restore = std::pin::pin!(job.restore(client, options, told));
    loop {
        tokio::select! {
            summary = &mut restore => return Ok(summary?),
            () = interrupts.next() => {
                if canceller.is_cancelled() {
                    let left = interrupted("left before the last answer: one record may be there and not be noted");
                    return Err(left.hint("the same command goes on, and looks it up first"));
                }
                canceller.cancel();
                printer.warning("stops after the record at hand; Ctrl-C again leaves at once");
            }
        }
    }
}

fn print(job: &Job, summary: &RestoreSummary, output: Output, printer: &Printer) -> io::Result<()> {
    let rows = job.restored().map_err(io::Error::other)?;
    for row in rows {
        let row = row.map_err(io::Error::other)?;
        match output {
            Output::Jsonl => print_json(printer, &row)?,
            Output::Text => printer.data(line(&row))?,
        }
    }
    match output {
        Output::Jsonl => print_json(printer, summary)?,
        Output::Text => print_summary(summary, printer)?,
    }
    printer.flush()
}

fn line(row: &Restored) -> String {
    let thing = match row.thing {
        RestoredThing::Lead(id) => format!("lead {id}"),
        RestoredThing::Contact(id) => format!("contact {id}"),
        RestoredThing::Binding { lead_id, contact_id } => format!("lead {lead_id} contact {contact_id}"),
    };
    let detail = match (&row.error, row.new_id, row.thing) {
        (Some(error), ..) => format!("{}: {}", error.kind(), shortened(error.description(), 200)),
        (None, Some(id), RestoredThing::Lead(old) | RestoredThing::Contact(old)) if id == old => {
            "was there".to_owned()
        }
        (None, Some(id), _) => format!("is {id} now"),
        (None, None, _) if row.status == RestoredStatus::Unsettled => "will be looked up".to_owned(),
        (None, None, _) => String::new(),
    };
    format!("{:<9} {thing:<22} {detail}", row.status.as_str()).trim_end().to_owned()
}

fn print_summary(summary: &RestoreSummary, printer: &Printer) -> io::Result<()> {
    let now = summary.leads + summary.contacts + summary.bindings;
    let left = now + summary.failed + summary.without_copy;
    let mut text = match left == 0 && !summary.cancelled {
        true => "\nnothing was left to restore".to_owned(),
        false => format!(
            "\n{}, {} and {} restored",
            counted(summary.leads, "lead", "leads"),
            counted(summary.contacts, "contact", "contacts"),
            counted(summary.bindings, "binding", "bindings"),
        ),
    };
    for (count, name) in [
        (summary.earlier, "restored before"),
        (summary.present, "still there"),
        (summary.failed, "failed"),
        (summary.without_copy, "without a copy"),
    ] {
        if count > 0 {
            text.push_str(&format!(", {} {name}", grouped(count)));
        }
    }
    printer.data(text)?;
    if !summary.losses.is_empty() {
        printer.data("what does not return:")?;
    }
    summary.losses.iter().try_for_each(|loss| printer.data(format_args!("  {loss}")))
}
