//! `--dry-run`: what would go, without deleting anything.

use b24delete::Client;
use b24delete_jobs::text::{counted, grouped, shortened, target};
use b24delete_jobs::{Estimate, Planned, look};

use super::job_run::tell_estimate;
use crate::arguments::Output;
use crate::failure::{self, Failure};
use crate::outcome_lines::print_json;
use crate::printer::Printer;
use crate::progress::Progress;
use crate::settings::DeleteSettings;
use crate::targets::Plan;

/// Targets that are looked at together.
const AT_ONCE: usize = 50;

/// Shows every target of the plan.
pub(super) async fn dry_run(
    client: &Client,
    plan: Plan,
    settings: &DeleteSettings,
    printer: &Printer,
    progress: &Progress,
) -> Result<(), Failure> {
    let (kind, count, output) = (plan.kind(), plan.len(), settings.output);
    progress.start(count, 0);
    let (mut seq, mut visible, mut method) = (0, 0, None);
    let mut operations = plan.into_operations();
    loop {
        let pack = operations.by_ref().take(AT_ONCE).collect::<Result<Vec<_>, _>>()?;
        let Some(first) = pack.first() else { break };
        method = Some(first.method());
        for (operation, facts) in pack.iter().zip(look(client, &pack).await?) {
            visible += u64::from(facts.visible);
            let planned = Planned::new(seq, *operation, Some(facts));
            seq += 1;
            print(printer, output, &planned).map_err(|error| failure::shown(&error))?;
        }
        printer.flush().map_err(|error| failure::shown(&error))?;
        progress.advance(pack.len() as u64);
    }
    progress.end();
    printer.note(format_args!("would delete {}; nothing was deleted", kind.count(count)));
    if let Some(method) = method {
        let (rate, operating) = (settings.connection.limits.value, settings.connection.operating.value);
        let extra = (settings.job.backup, settings.job.if_unchanged);
        tell_estimate(&Estimate::of(&[(method, count)], extra, rate, operating), printer);
    }
    let hidden = count.saturating_sub(visible);
    if hidden > 0 {
        let (hidden, count) = (grouped(hidden), grouped(count));
        printer.note(format_args!("not visible to this user: {hidden} of {count}"));
    }
    Ok(())
}

fn print(printer: &Printer, output: Output, planned: &Planned) -> std::io::Result<()> {
    match output {
        Output::Jsonl => print_json(printer, planned),
        Output::Text => printer.data(line(planned)),
    }
}

/// What a delete would do to one target, as far as the user may see it.
fn line(planned: &Planned) -> String {
    let target = target(planned.operation);
    let Some(facts) = planned.facts.as_ref().filter(|facts| facts.visible) else {
        return format!("not visible   {target}");
    };
    let mut details = Vec::new();
    details.extend(planned.bindings().map(|count| counted(count, "binding", "bindings")));
    details.extend(facts.activities.map(|count| counted(count, "activity", "activities")));
    let some = |count: Option<u64>| count.filter(|count| *count > 0);
    details.extend(
        some(facts.shared_activities).map(|count| counted(count, "shared activity", "shared activities")),
    );
    details.extend(some(facts.deals).map(|count| counted(count, "deal", "deals")));
    details.extend(facts.title.as_ref().map(|title| format!("\"{}\"", shortened(title, 60))));
    format!("would delete  {target:<22} {}", details.join(", "))
}
