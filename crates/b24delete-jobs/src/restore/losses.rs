//! What does not return.

use std::collections::BTreeSet;

use super::fields::Lost;
use crate::backup::Backup;
use crate::text::counted;

/// What does not return with the records that are created anew.
#[derive(Debug, Default)]
pub(super) struct Losses {
    records: u64,
    activities: u64,
    comments: u64,
    files: u64,
    origins: u64,
    converted: u64,
    read_only: BTreeSet<String>,
}

impl Losses {
    /// Counts what one record loses.
    pub(super) fn count(&mut self, copy: &Backup, lost: Lost) {
        self.records += 1;
        self.activities += copy.activities.len() as u64;
        self.comments += copy.comments.len() as u64;
        self.files += lost.files;
        self.origins += u64::from(lost.origin);
        let lead = copy.record.as_ref().and_then(|record| record.get("LEAD_ID"));
        self.converted +=
            u64::from(lead.and_then(serde_json::Value::as_str).is_some_and(|id| !id.is_empty()));
        self.read_only.extend(lost.read_only);
    }

    /// A sentence for each kind of loss.
    pub(super) fn told(&self) -> Vec<String> {
        if self.records == 0 {
            return Vec::new();
        }
        let mut told = vec![
            "the old ids: links from elsewhere, such as deals, tasks and chats, still point to them"
                .to_owned(),
            "history, files in comments and activities, requisites, addresses as objects, and observers"
                .to_owned(),
        ];
        for (count, one, many, rest) in [
            (self.activities, "activity", "activities", "the job file keeps a copy"),
            (self.comments, "timeline comment", "timeline comments", "the job file keeps a copy"),
            (self.files, "file field", "file fields", "the portal gives no way to read files into a copy"),
            (
                self.origins,
                "own `ORIGINATOR_ID` or `ORIGIN_ID`",
                "own `ORIGINATOR_ID` or `ORIGIN_ID`",
                "they name the job and the old id now; the job file keeps a copy",
            ),
            (
                self.converted,
                "link of a contact to the lead that it was made from",
                "links of contacts to the leads that they were made from",
                "`LEAD_ID`",
            ),
        ] {
            if count > 0 {
                told.push(format!("{}: {rest}", counted(count, one, many)));
            }
        }
        if !self.read_only.is_empty() {
            let names: Vec<&str> = self.read_only.iter().map(String::as_str).collect();
            told.push(format!("what only the portal sets: {}", names.join(", ")));
        }
        told
    }
}
