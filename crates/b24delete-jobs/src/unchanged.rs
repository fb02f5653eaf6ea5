//! `if_unchanged`: a record that was modified since the plan is not deleted.

use std::collections::HashMap;

use b24delete::{Attempt, Client, Error, ErrorKind, Operation, Result};

use crate::handle::Handle;
use crate::look::{self, Record};

/// One verdict for each operation: whether its record is as the plan found it.
///
/// # Errors
/// When the portal or the job file cannot be read.
pub(crate) async fn check(client: &Client, handle: &Handle, pack: &[Attempt]) -> Result<Vec<Result<()>>> {
    let operations: Vec<Operation> = pack.iter().map(|attempt| attempt.operation).collect();
    let today = look::modified(client, &operations).await?;
    let seqs: Vec<u64> = pack.iter().map(|attempt| attempt.seq).collect();
    let planned = handle
        .call(move |store| seqs.into_iter().map(|seq| store.facts_of(seq)).collect::<Result<Vec<_>, _>>())
        .await?;
    let verdict = |(attempt, planned): (&Attempt, Option<crate::Facts>)| {
        let record = Record::of(&attempt.operation);
        judge(record, planned.and_then(|facts| facts.modified).as_deref(), &today)
    };
    Ok(pack.iter().zip(planned).map(verdict).collect())
}

fn judge(record: Record, planned: Option<&str>, today: &HashMap<Record, String>) -> Result<()> {
    let changed = |text: String| Err(Error::not_sent(ErrorKind::Changed, text));
    match (planned, today.get(&record)) {
        (Some(planned), Some(today)) if planned == today => Ok(()),
        (Some(planned), Some(today)) => {
            changed(format!("the {record} was modified at {today}; when it was planned, last at {planned}"))
        }
        // Gone or hidden since: the delete itself tells.
        (Some(_), None) => Ok(()),
        (None, _) => changed(format!("the {record} was not visible when it was planned")),
    }
}
