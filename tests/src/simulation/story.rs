//! A run as a whole, ready to be judged and told.

use std::fmt::Write as _;

use b24delete::{Operation, Summary};
use b24delete_emulator::Statistics;
use b24delete_emulator::store::{Execution, ExecutionResult, Snapshot};

use super::history::{Events, Fate, Sent, Verdict};
use super::setup::{Setup, Work};
use super::thing::Thing;
use super::truth::Truth;

/// Everything that is known about a run after its end.
#[derive(Debug)]
pub(crate) struct Story {
    /// How it was set up.
    pub(crate) setup: Setup,
    /// What happened between the client and the portal.
    pub(crate) events: Events,
    /// What executed on the portal.
    pub(crate) log: Vec<Execution>,
    /// What existed when.
    pub(crate) truth: Truth,
    /// What existed long after the end.
    pub(crate) end: Snapshot,
    /// What the portal counted.
    pub(crate) statistics: Statistics,
    /// The client's own account of a run.
    pub(crate) summary: Option<Summary>,
    /// False when the run had not ended after days.
    pub(crate) finished: bool,
}

/// A delete that the portal executed for the client.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OwnExecution<'a> {
    /// The entry of the log.
    pub(crate) execution: &'a Execution,
    /// What it was to delete.
    pub(crate) thing: Thing,
    /// The request that carried it.
    pub(crate) request: Option<&'a Sent>,
    /// The operation that it belongs to.
    pub(crate) operation: Option<usize>,
}

impl Story {
    /// The thing that an operation is about.
    pub(crate) fn thing(&self, operation: usize) -> Option<Thing> {
        self.events.pulled.get(operation).map(Thing::of)
    }

    /// The verdict on an operation.
    pub(crate) fn verdict(&self, operation: usize) -> Option<&Verdict> {
        self.events.verdicts.iter().find(|verdict| verdict.operation == operation)
    }

    /// The client's own executions, in order.
    pub(crate) fn own_executions(&self) -> impl Iterator<Item = OwnExecution<'_>> {
        self.log.iter().filter(|execution| execution.request > 0).filter_map(|execution| {
            let thing = executed_thing(execution)?;
            let number = Some(execution.request);
            let request = self.events.requests.iter().find(|request| request.number == number);
            let command =
                request.and_then(|request| request.commands.iter().find(|command| command.thing == thing));
            let operation = command.and_then(|command| command.operation);
            Some(OwnExecution { execution, thing, request, operation })
        })
    }

    /// The executions of one operation, in order.
    pub(crate) fn executions_of(&self, operation: usize) -> impl Iterator<Item = OwnExecution<'_>> {
        self.own_executions().filter(move |own| own.operation == Some(operation))
    }

    /// True when this is about links of a lead to which somebody else linked something.
    pub(crate) fn others_linked(&self, thing: Thing) -> bool {
        let lead = matches!(thing, Thing::Link(..) | Thing::Links(_)).then(|| thing.lead()).flatten();
        lead.is_some()
            && self
                .log
                .iter()
                .any(|execution| execution.method == "crm.lead.contact.add" && execution.lead_id == lead)
    }

    /// True when an answer to a delete was lost.
    pub(crate) fn has_losses(&self) -> bool {
        let lost = |request: &Sent| {
            request.commands.iter().any(|command| command.deletes && command.fate == Fate::Lost)
        };
        self.events.requests.iter().any(lost)
    }

    /// True when the portal worked on a delete whose answer had been lost before.
    pub(crate) fn ran_on(&self) -> bool {
        self.own_executions().any(|own| {
            own.request.is_some_and(|request| {
                request.landed.is_some_and(|landed| own.execution.sequence > landed.executed)
            })
        })
    }

    /// True when lookups lagged, or left out links that were there.
    pub(crate) fn lookups_misled(&self) -> bool {
        let lagged = self.statistics.faults.contains_key("linger");
        let hidden = |request: &Sent| {
            request.landed.is_some_and(|landed| {
                request.commands.iter().any(|command| match (&command.fate, command.thing) {
                    (Fate::Done(rows), Thing::Links(lead)) if !command.deletes => {
                        (1..=i64::try_from(self.setup.portal.records.contacts).unwrap_or_default()).any(
                            |contact| {
                                self.truth.exists(Thing::Link(lead, contact), landed.executed)
                                    && !rows.iter().any(|(shown, _)| *shown == contact)
                            },
                        )
                    }
                    _ => false,
                })
            })
        };
        let looked = |request: &Sent| request.commands.iter().any(|command| !command.deletes);
        let requests = &self.events.requests;
        requests.iter().any(hidden) || (lagged && requests.iter().any(looked))
    }

    /// The part of what happened that concerns some operations; all of it without any.
    pub(crate) fn tell(&self, about: &[usize]) -> String {
        let things: Vec<_> = about.iter().filter_map(|operation| self.thing(*operation)).collect();
        let mut lines: Vec<(std::time::Duration, u64, String)> = Vec::new();
        for request in &self.events.requests {
            self.tell_request(request, &things, &mut lines);
        }
        for verdict in &self.events.verdicts {
            let thing = self.thing(verdict.operation);
            if things.is_empty() || thing.is_some_and(|thing| concerns(&things, thing)) {
                let name = thing.map(|thing| thing.to_string()).unwrap_or_default();
                let Verdict { operation, status, confirmed_by, attempts, error, .. } = verdict;
                let text = format!(
                    "verdict on {operation} ({name}): {status} {confirmed_by:?} {attempts:?} attempts {error:?}"
                );
                lines.push((verdict.given.at, verdict.given.executed, text));
            }
        }
        if let Some(ended) = self.events.ended {
            lines.push((ended.at, ended.executed, "the caller cancels or leaves".to_owned()));
        }
        lines.sort();
        let mut text = String::new();
        for (at, executed, line) in lines {
            // Writing into a String cannot fail.
            let _ = writeln!(text, "  {:>10.3} s, {executed:>3} executed: {line}", at.as_secs_f64());
        }
        self.tell_log(&things, &mut text);
        text
    }

    fn tell_request(
        &self,
        request: &Sent,
        things: &[Thing],
        lines: &mut Vec<(std::time::Duration, u64, String)>,
    ) {
        let commands = request.commands.iter();
        let commands: Vec<_> = commands
            .filter(|command| things.is_empty() || concerns(things, command.thing))
            .map(|command| {
                let verb = if command.deletes { "delete" } else { "look at" };
                format!("{verb} {} ({:?})", command.thing, command.fate)
            })
            .collect();
        if commands.is_empty() {
            return;
        }
        let number = request.number.map_or("never arrived".to_owned(), |number| format!("no. {number}"));
        let (Sent { sent, landed, .. }, commands) = (request, commands.join(", "));
        lines.push((sent.at, sent.executed, format!("request {number} sent: {commands}")));
        if let Some(landed) = landed {
            lines.push((landed.at, landed.executed, format!("request {number} landed")));
        }
    }

    fn tell_log(&self, things: &[Thing], text: &mut String) {
        for execution in &self.log {
            let lead = execution.lead_id.map(Thing::Lead);
            let contact = execution.contact_id.map(Thing::Contact);
            let shown = things.is_empty()
                || things.iter().any(|thing| {
                    thing.lead().map(Thing::Lead).is_some_and(|own| Some(own) == lead)
                        || thing.contact().map(Thing::Contact).is_some_and(|own| Some(own) == contact)
                });
            if shown {
                let Execution { sequence, method, lead_id, contact_id, request, result, .. } = execution;
                let who = if *request == 0 { "others".to_owned() } else { format!("request no. {request}") };
                let _ = writeln!(
                    text,
                    "  log {sequence:>3}: {method} lead {lead_id:?} contact {contact_id:?} by {who}: {result:?}"
                );
            }
        }
    }
}

fn concerns(things: &[Thing], other: Thing) -> bool {
    things.iter().any(|thing| {
        thing.is_shown_by(other) || *thing == other || thing.lead() == other.lead() && other.lead().is_some()
    })
}

/// What an execution of a deleting method was to delete.
fn executed_thing(execution: &Execution) -> Option<Thing> {
    match (execution.method, execution.lead_id, execution.contact_id) {
        ("crm.lead.delete" | "crm.item.delete", Some(lead), _) => Some(Thing::Lead(lead)),
        ("crm.contact.delete" | "crm.item.delete", None, Some(contact)) => Some(Thing::Contact(contact)),
        ("crm.lead.contact.delete", Some(lead), Some(contact)) => Some(Thing::Link(lead, contact)),
        ("crm.lead.contact.items.delete", Some(lead), _) => Some(Thing::Links(lead)),
        _ => None,
    }
}

impl OwnExecution<'_> {
    /// True when it changed something.
    pub(crate) fn applied(&self) -> bool {
        self.execution.result == ExecutionResult::Applied
    }

    /// True when the portal called it a success.
    pub(crate) fn succeeded(&self) -> bool {
        !matches!(self.execution.result, ExecutionResult::Refused { .. })
    }
}

impl Story {
    /// The operations as they were pulled.
    pub(crate) fn pulled(&self) -> &[Operation] {
        &self.events.pulled
    }
}

impl Story {
    /// True when the caller takes verdicts as they come, so that the times of both are the same.
    pub(crate) fn caller_keeps_up(&self) -> bool {
        !matches!(&self.setup.work, Work::Run(plan) if plan.slowness > 0.0)
    }

    /// True when an operation is a call with a deadline.
    pub(crate) fn has_deadline(&self, operation: usize) -> bool {
        matches!(&self.setup.work, Work::Calls(calls)
            if calls.get(operation).is_some_and(|call| call.deadline.is_some()))
    }
}
