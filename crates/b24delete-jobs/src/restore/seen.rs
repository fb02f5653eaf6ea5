//! What the portal has of records that were deleted.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use b24delete::{Answer, Error, ErrorKind, Read, Result};
use serde_json::{Value, json};

use super::Entity;
use super::work::{Work, number};
use crate::clock;

/// The longest pause between two looks for records whose answers were lost.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// What the portal has of some deleted records.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// Old ids that are there.
    pub(super) present: HashSet<u64>,
    /// New ids of records that this job has created already, by old ids.
    pub(super) made: HashMap<u64, u64>,
}

impl Seen {
    /// Looks for up to 50 records.
    ///
    /// # Errors
    /// The portal's.
    pub(super) async fn look(work: &Work<'_>, entity: Entity, ids: &[u64]) -> Result<Self> {
        let list = |filter: Value| Read {
            method: entity.list(),
            parameters: json!({
                "select": ["ID", "ORIGIN_ID"], "filter": filter, "order": { "ID": "ASC" }, "start": -1,
            }),
        };
        let made = json!({ "=ORIGINATOR_ID": work.originator(), "@ORIGIN_ID": ids });
        let mut answers =
            work.client.read_batch(&[list(json!({ "@ID": ids })), list(made)]).await?.into_iter();
        let mut rows = || -> Result<Vec<Value>> {
            let answer: Answer = answers.next().unwrap_or_else(|| Ok(Answer::default()))?;
            // Anything but a list proves nothing: taken for an empty one, it would have records made twice.
            answer.result.as_array().cloned().ok_or_else(|| {
                let text = format!("the answer of {} is not a list", entity.list());
                Error::not_sent(ErrorKind::UnexpectedAnswer, text)
            })
        };
        let present = rows()?.iter().filter_map(|row| number(row.get("ID"))).collect();
        let pair = |row: &Value| number(row.get("ORIGIN_ID")).zip(number(row.get("ID")));
        // The oldest one, should there ever be two.
        let made = rows()?.iter().rev().filter_map(pair).collect();
        Ok(Self { present, made })
    }

    /// Looks for records that were sent at `sent_at`, until all are there or no lost request can be at work any more.
    ///
    /// # Errors
    /// The portal's.
    pub(super) async fn settle(work: &Work<'_>, entity: Entity, ids: &[u64], sent_at: u64) -> Result<Self> {
        let settle_time = u64::try_from(work.client.settle_time().as_millis()).unwrap_or(u64::MAX);
        let until = sent_at.saturating_add(settle_time);
        let mut pause = Duration::from_secs(1);
        loop {
            // Asked before the look: what the look does not find was not there at this time.
            let now = clock::now();
            let seen = Self::look(work, entity, ids).await?;
            if now >= until || ids.iter().all(|id| seen.made.contains_key(id)) {
                return Ok(seen);
            }
            clock::sleep(pause.min(Duration::from_millis(until - now))).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}
