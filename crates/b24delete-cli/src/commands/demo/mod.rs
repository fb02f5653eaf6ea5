//! `demo`: deletions on a local portal, told as they happen and compared with the portal's own log.

mod audit;
mod portal;
mod scenes;

use std::io;
use std::sync::Arc;

use anstyle::Style;
use b24delete::{
    Client, ClientOptions, ConfirmedBy, Effect, Event, OperatingLimit, Outcome, RateLimit, Status,
};
use b24delete_jobs::text::{counted, spell};

use self::portal::{Portal, SETUP};
use self::scenes::Scene;
use crate::exit_status::ExitStatus;
use crate::failure::{self, Failure};
use crate::interrupt::Interrupts;
use crate::outcome_lines::OutcomeLine;
use crate::printer::Printer;

const TITLE: Style = Style::new().bold();
const ASIDE: Style = Style::new().dimmed();

/// Opens a portal, deletes on it over HTTP and compares the outcomes with what it did.
pub(crate) async fn demo(printer: &Arc<Printer>) -> Result<ExitStatus, Failure> {
    let mut interrupts = Interrupts::listen().map_err(Failure::incomplete)?;
    let portal = Portal::open().await?;
    let told = tokio::select! {
        told = tell(&portal, printer) => told,
        () = interrupts.next() => Err(Failure::interrupted()),
    };
    portal.close().await;
    told
}

async fn tell(portal: &Portal, printer: &Arc<Printer>) -> Result<ExitStatus, Failure> {
    let say = |line: String| say(printer, &line);
    let client = client(portal, printer)?;
    say(format!(
        "{TITLE}A Bitrix24 portal for this demo{TITLE:#} listens on {}: {}.",
        client.host(),
        portal.contents()?
    ))?;
    say(format!("{}.\nAll that follows are real requests over HTTP.", SETUP.in_words()))?;
    let mut outcomes = Vec::new();
    for scene in scenes::all(portal)? {
        outcomes.extend(play(&client, &scene, printer).await?);
    }
    say(format!("\n{TITLE}The portal's own log{TITLE:#}"))?;
    let audit = audit::compare(&outcomes, &portal.executions(), &portal.snapshot()?);
    match audit {
        Ok(audit) => {
            let outcomes = counted(audit.outcomes, "outcome", "outcomes");
            let deletions = counted(audit.deletions, "deletion", "deletions");
            say(format!(
                "  {outcomes} compared with {deletions} in the log and with what is left: they agree"
            ))?;
            printer.hint(
                "`b24delete check --webhook-file FILE` looks at a portal of your own and deletes nothing",
            );
            Ok(ExitStatus::Success)
        }
        Err(difference) => {
            Err(Failure::incomplete(format!("the outcomes and the portal's log differ: {difference}")))
        }
    }
}

/// A client that keeps the portal's limits and tells when it has to wait.
fn client(portal: &Portal, printer: &Arc<Printer>) -> Result<Client, Failure> {
    let mut options = ClientOptions::webhook(portal.webhook());
    options.rate_limit = RateLimit::new(SETUP.requests, SETUP.per_second)?;
    options.operating_limit = OperatingLimit::new(SETUP.budget, SETUP.window)?;
    let printer = Arc::clone(printer);
    options.observer = Some(Arc::new(move |event: &Event<'_>| {
        let line = match event {
            Event::Waiting { reason, duration } => format!("waits {}: {}", spell(*duration), reason.as_str()),
            Event::Retrying { operations, error } if error.effect() == Effect::MayHaveApplied => {
                let doubtful = counted(*operations as u64, "operation", "operations");
                format!("lost the answer for {doubtful}, looks at what became of them: {}", error.kind())
            }
            Event::Retrying { error, .. } => {
                format!("refused, nothing ran, sent again: {}", failure::describe(error))
            }
            _ => return,
        };
        // The scene itself ends when stdout is gone.
        let _ = say(&printer, &format!("  {ASIDE}… {line}{ASIDE:#}"));
    }));
    Ok(Client::new(options)?)
}

async fn play(client: &Client, scene: &Scene, printer: &Printer) -> Result<Vec<Outcome>, Failure> {
    say(printer, &format!("\n{TITLE}{}{TITLE:#}", scene.title))?;
    let mut run = client.delete_many(scene.operations.clone(), b24delete::RunOptions::default());
    let mut outcomes = Vec::new();
    while let Some(outcome) = run.next().await {
        outcomes.push(outcome);
    }
    for confirmed_by in [ConfirmedBy::Reply, ConfirmedBy::Lookup] {
        let alike = |outcome: &&Outcome| {
            outcome.status == Status::Deleted && outcome.confirmed_by == Some(confirmed_by)
        };
        let mut deleted = outcomes.iter().filter(alike);
        if let Some(first) = deleted.next() {
            let others = deleted.count();
            let more = if others > 0 { format!(" (and {others} more)") } else { String::new() };
            say(printer, &format!("  {}{more}", OutcomeLine(first)))?;
        }
    }
    for outcome in outcomes.iter().filter(|outcome| outcome.status != Status::Deleted) {
        say(printer, &format!("  {}", OutcomeLine(outcome)))?;
    }
    Ok(outcomes)
}

fn say(printer: &Printer, line: &str) -> Result<(), Failure> {
    let said: io::Result<()> = printer.data(line).and_then(|()| printer.flush());
    said.map_err(|error| failure::stdout(&error))
}
