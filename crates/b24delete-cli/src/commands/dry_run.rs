//! `--dry-run`: what would go, without deleting anything.

use std::collections::BTreeMap;

use b24delete::{Answer, Client, ContactId, Operation, Read};
use b24delete_jobs::text::{counted, grouped, shortened};
use serde::Serialize;
use serde_json::{Value, json};

use crate::arguments::Output;
use crate::failure::{self, Failure};
use crate::outcome_lines::{Target, print_json};
use crate::printer::Printer;
use crate::progress::Progress;
use crate::targets::{Kind, Plan};

/// Targets that are looked at in one request: one list and at most two counts for each make 49 of the 50 reads.
const AT_ONCE: usize = 24;

/// Rows of a full page of a list method.
const PAGE: u64 = 50;

/// Answers with all bindings at once, without pages.
const BINDINGS_OF_LEAD: &str = "crm.lead.contact.items.get";

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
    /// Bindings between leads and contacts that would go.
    bindings: Option<u64>,
    /// Activities of a record that would go.
    activities: Option<u64>,
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
    let mut seen = Seen { client, kind, seq: 0, visible: 0 };
    let mut operations = plan.into_operations();
    loop {
        let pack = operations.by_ref().take(AT_ONCE).collect::<Result<Vec<_>, _>>()?;
        if pack.is_empty() {
            break;
        }
        for planned in seen.look_at(&pack).await? {
            print(printer, output, &planned.0, planned.1).map_err(|error| failure::stdout(&error))?;
        }
        printer.flush().map_err(|error| failure::stdout(&error))?;
        progress.advance(pack.len() as u64);
    }
    progress.end();
    printer.note(format_args!("would delete {}; nothing was deleted", kind.count(count)));
    let hidden = count.saturating_sub(seen.visible);
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
    fn line(&self, operation: Operation) -> String {
        let target = Target(operation);
        if !self.visible {
            return format!("not visible   {target}");
        }
        let mut details = Vec::new();
        details.extend(self.bindings.map(|count| counted(count, "binding", "bindings")));
        details.extend(self.activities.map(|count| counted(count, "activity", "activities")));
        details.extend(self.title.as_ref().map(|title| format!("\"{}\"", shortened(title, 60))));
        format!("would delete  {target:<22} {}", details.join(", "))
    }
}

/// Looks at targets, pack by pack.
struct Seen<'a> {
    client: &'a Client,
    kind: Kind,
    seq: u64,
    visible: u64,
}

impl Seen<'_> {
    async fn look_at(&mut self, pack: &[Operation]) -> Result<Vec<(Planned, Operation)>, Failure> {
        let mut reads = vec![self.titles(pack)];
        for operation in pack {
            reads.extend(counts(operation));
        }
        let answers = self.client.read_batch(&reads).await?;
        let mut answers = answers.into_iter().map(Result::ok);
        let titles = answers.next().flatten().map(|answer| titles_of(&answer)).unwrap_or_default();
        let mut planned = Vec::with_capacity(pack.len());
        for operation in pack {
            let title = titles.get(&record_id(operation)).cloned();
            let mut counted = [None; 2];
            for (place, read) in counted.iter_mut().zip(counts(operation)) {
                let answer = answers.next().flatten().filter(|_| title.is_some());
                *place = match answer {
                    Some(answer) => self.number(operation, &read, answer).await?,
                    None => None,
                };
            }
            planned.push((self.planned(operation, title, counted), *operation));
        }
        Ok(planned)
    }

    /// What a count came to. A full page is counted by the portal, because there may be more of them.
    async fn number(
        &self,
        operation: &Operation,
        read: &Read,
        answer: Answer,
    ) -> Result<Option<u64>, Failure> {
        match operation {
            Operation::DeleteLeadContact { contact_id, .. } => {
                Ok(is_linked(*contact_id, &answer).map(u64::from))
            }
            _ if read.method == BINDINGS_OF_LEAD => Ok(rows(&answer)),
            _ if answer.total.is_some() => Ok(answer.total),
            _ if rows(&answer).is_some_and(|rows| rows < PAGE) => Ok(rows(&answer)),
            _ => Ok(self.client.read(read.method, &read.parameters).await?.total),
        }
    }

    fn planned(
        &mut self,
        operation: &Operation,
        title: Option<String>,
        [bindings, activities]: [Option<u64>; 2],
    ) -> Planned {
        let visible = title.is_some();
        let seq = self.seq;
        self.seq += 1;
        self.visible += u64::from(visible);
        Planned {
            v: 1,
            r#type: "planned",
            seq,
            method: operation.method(),
            lead_id: operation.lead_id().map(|id| id.get()),
            contact_id: operation.contact_id().map(|id| id.get()),
            visible,
            title,
            bindings,
            activities,
        }
    }

    /// One read for the titles of all records of a pack.
    fn titles(&self, pack: &[Operation]) -> Read {
        let ids: Vec<_> = pack.iter().map(record_id).collect();
        let (method, select) = match self.kind {
            Kind::Contact => ("crm.contact.list", json!(["ID", "NAME", "LAST_NAME"])),
            Kind::Lead | Kind::LeadContact | Kind::LeadContactItems => {
                ("crm.lead.list", json!(["ID", "TITLE"]))
            }
        };
        let parameters =
            json!({ "select": select, "filter": { "@ID": ids }, "order": { "ID": "ASC" }, "start": -1 });
        Read { method, parameters }
    }
}

/// The record whose title is shown: the contact when it is the one to go, else the lead.
fn record_id(operation: &Operation) -> u64 {
    match *operation {
        Operation::DeleteContact { contact_id } => contact_id.get(),
        Operation::DeleteLead { lead_id }
        | Operation::DeleteLeadContact { lead_id, .. }
        | Operation::DeleteLeadContactItems { lead_id } => lead_id.get(),
    }
}

fn has_activities(operation: &Operation) -> bool {
    matches!(operation, Operation::DeleteLead { .. } | Operation::DeleteContact { .. })
}

/// The reads that count what hangs on a target: its bindings, then its activities where they would go too.
fn counts(operation: &Operation) -> Vec<Read> {
    let id = record_id(operation);
    let bindings = match operation {
        Operation::DeleteContact { .. } => Read {
            method: "crm.item.list",
            parameters: json!({ "entityTypeId": 1, "select": ["id"], "filter": { "contactIds": id } }),
        },
        _ => Read { method: BINDINGS_OF_LEAD, parameters: json!({ "id": id }) },
    };
    let owner_type = if matches!(operation, Operation::DeleteContact { .. }) { 3 } else { 1 };
    let owner = json!([{ "OWNER_TYPE_ID": owner_type, "OWNER_ID": id }]);
    let activities = Read {
        method: "crm.activity.list",
        parameters: json!({ "select": ["ID"], "filter": { "BINDINGS": owner } }),
    };
    let mut reads = vec![bindings];
    reads.extend(has_activities(operation).then_some(activities));
    reads
}

fn titles_of(answer: &Answer) -> BTreeMap<u64, String> {
    let text = |row: &Value, key: &str| row.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let entry = |row: &Value| {
        let id = match row.get("ID")? {
            Value::String(id) => id.parse().ok()?,
            id => id.as_u64()?,
        };
        let title = match row.get("TITLE") {
            Some(_) => text(row, "TITLE"),
            None => format!("{} {}", text(row, "NAME"), text(row, "LAST_NAME")).trim().to_owned(),
        };
        Some((id, title))
    };
    answer.result.as_array().into_iter().flatten().filter_map(entry).collect()
}

fn is_linked(contact_id: ContactId, answer: &Answer) -> Option<bool> {
    let rows = answer.result.as_array()?;
    Some(rows.iter().any(|row| match row.get("CONTACT_ID") {
        Some(Value::String(id)) => *id == contact_id.to_string(),
        id => id.and_then(Value::as_u64) == Some(contact_id.get()),
    }))
}

/// How many rows an answer holds.
fn rows(answer: &Answer) -> Option<u64> {
    let rows = answer.result.get("items").unwrap_or(&answer.result);
    rows.as_array().map(|rows| rows.len() as u64)
}
