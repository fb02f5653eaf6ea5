//! `--dry-run`: what would go, without deleting anything.

use b24delete::{Client, Operation};
use b24delete_jobs::text::{counted, grouped, shortened, target};
use b24delete_jobs::{Facts, look};
use serde::Serialize;

use crate::arguments::Output;
use crate::failure::{self, Failure};
use crate::outcome_lines::print_json;
use crate::printer::Printer;
use crate::progress::Progress;
use crate::targets::Plan;

/// Targets that are looked at together.
const AT_ONCE: usize = 50;

/// What a delete would do to one target, as far as the user may see it.
#[derive(Debug, Serialize)]
struct Planned {
    v: u32,
    r#type: &'static str,
    seq: u64,
    method: &'static str,
    lead_id: Option<u64>,
    contact_id: Option<u64>,
    /// False when the record is not there or hidden from the user: the portal does not tell which.
    visible: bool,
    title: Option<String>,
    /// The user who is responsible for the record.
    owner: Option<u64>,
    created: Option<String>,
    modified: Option<String>,
    /// Bindings between leads and contacts that would go.
    bindings: Option<u64>,
    /// Activities of a record that would go.
    activities: Option<u64>,
    /// Activities that would only lose a link.
    shared_activities: Option<u64>,
    /// Deals that use a contact.
    deals: Option<u64>,
}

/// Shows every target of the plan.
pub(super) async fn dry_run(
    client: &Client,
    plan: Plan,
    output: Output,
    printer: &Printer,
    progress: &Progress,
) -> Result<(), Failure> {
    let (kind, count) = (plan.kind(), plan.len());
    progress.start(count);
    let (mut seq, mut visible) = (0, 0);
    let mut operations = plan.into_operations();
    loop {
        let pack = operations.by_ref().take(AT_ONCE).collect::<Result<Vec<_>, _>>()?;
        if pack.is_empty() {
            break;
        }
        for (operation, facts) in pack.iter().zip(look(client, &pack).await?) {
            let planned = Planned::new(seq, operation, facts);
            (seq, visible) = (seq + 1, visible + u64::from(planned.visible));
            print(printer, output, &planned, *operation).map_err(|error| failure::stdout(&error))?;
        }
        printer.flush().map_err(|error| failure::stdout(&error))?;
        progress.advance(pack.len() as u64);
    }
    progress.end();
    printer.note(format_args!("would delete {}; nothing was deleted", kind.count(count)));
    let hidden = count.saturating_sub(visible);
    if hidden > 0 {
        let (hidden, count) = (grouped(hidden), grouped(count));
        printer.note(format_args!("not visible to this user: {hidden} of {count}"));
    }
    Ok(())
}

fn print(printer: &Printer, output: Output, planned: &Planned, operation: Operation) -> std::io::Result<()> {
    match output {
        Output::Jsonl => print_json(printer, planned),
        Output::Text => printer.data(planned.line(operation)),
    }
}

impl Planned {
    fn new(seq: u64, operation: &Operation, facts: Facts) -> Self {
        Self {
            v: 1,
            r#type: "planned",
            seq,
            method: operation.method(),
            lead_id: operation.lead_id().map(|id| id.get()),
            contact_id: operation.contact_id().map(|id| id.get()),
            visible: facts.visible,
            title: facts.title,
            owner: facts.owner,
            created: facts.created,
            modified: facts.modified,
            bindings: facts.bindings.map(|bindings| bindings.len() as u64).or(facts.leads),
            activities: facts.activities,
            shared_activities: facts.shared_activities,
            deals: facts.deals,
        }
    }

    fn line(&self, operation: Operation) -> String {
        let target = target(operation);
        if !self.visible {
            return format!("not visible   {target}");
        }
        let mut details = Vec::new();
        details.extend(self.bindings.map(|count| counted(count, "binding", "bindings")));
        details.extend(self.activities.map(|count| counted(count, "activity", "activities")));
        let some = |count: Option<u64>| count.filter(|count| *count > 0);
        details.extend(
            some(self.shared_activities).map(|count| counted(count, "shared activity", "shared activities")),
        );
        details.extend(some(self.deals).map(|count| counted(count, "deal", "deals")));
        details.extend(self.title.as_ref().map(|title| format!("\"{}\"", shortened(title, 60))));
        format!("would delete  {target:<22} {}", details.join(", "))
    }
}
