//! The hash chain over the plan and the record: what anybody needs to know who wants to check it with other means.
//!
//! SHA-256 over plain bytes: numbers are 8 bytes, the lowest first; texts are their length and their UTF-8; what is
//! missing is the number 2^64-1. The plan's hash is the first link. Each run's link is the hash over the link before it
//! and everything that the run recorded, in order.

use std::fmt::Write as _;

use b24delete::{Operation, Outcome};
use sha2::{Digest as _, Sha256};

use crate::store::{Facts, JobRow, RunRow, columns, confirmed_number, status_number};

const MISSING: u64 = u64::MAX;

/// A link of the chain that is being made.
#[derive(Debug, Clone)]
pub(crate) struct Link(Sha256);

impl Link {
    /// The first link begins with the job itself.
    pub(crate) fn of_plan(job: &JobRow) -> Self {
        let mut link = Self(Sha256::new());
        link.text("b24delete job 1");
        link.text(&job.name);
        link.text(&job.host);
        link.number(job.user_id.unwrap_or(MISSING));
        link.number(job.created_at);
        link.text(&serde_json::to_string(&job.settings).unwrap_or_default());
        link
    }

    /// Each operation of the plan, in order.
    pub(crate) fn operation(&mut self, operation: &Operation) {
        let (kind, lead, contact) = columns(operation);
        self.numbers([kind.cast_unsigned(), lead.unwrap_or(MISSING), contact.unwrap_or(MISSING)]);
    }

    /// The plan ends with its counts and the digest of what it found.
    pub(crate) fn end_plan(&mut self, job: &JobRow) {
        self.number(job.operations);
        self.number(job.duplicates);
        self.bytes(job.facts_digest.as_deref().unwrap_or_default());
    }

    /// What the plan found has a digest of its own, so that the plan can be checked after it is forgotten.
    pub(crate) fn of_facts() -> Self {
        Self(Sha256::new())
    }

    /// What the plan found about the record of an operation.
    pub(crate) fn facts(&mut self, seq: u64, facts: &Facts) {
        self.number(seq);
        self.number(facts.visible.into());
        self.number(facts.owner.unwrap_or(MISSING));
        for text in [&facts.title, &facts.created, &facts.modified] {
            self.optional_text(text.as_deref());
        }
        for number in [facts.leads, facts.deals, facts.activities, facts.shared_activities] {
            self.number(number.unwrap_or(MISSING));
        }
        self.number(facts.bindings.as_ref().map_or(MISSING, |bindings| bindings.len() as u64));
        for binding in facts.bindings.iter().flatten() {
            self.number(binding.contact_id);
            self.number(binding.sort.cast_unsigned());
            self.number(binding.is_primary.into());
            self.number(binding.role_id.cast_unsigned());
        }
    }

    /// A run begins with the link before it.
    pub(crate) fn of_run(before: &[u8], run: u64, started_at: u64) -> Self {
        let mut link = Self(Sha256::new());
        link.bytes(before);
        link.number(run);
        link.number(started_at);
        link
    }

    /// Each outcome that the run recorded, in order.
    pub(crate) fn entry(&mut self, outcome: &Outcome, entry: u64, at: u64) {
        self.numbers([entry, outcome.seq]);
        self.operation(&outcome.operation);
        let status = status_number(outcome.status).cast_unsigned();
        let confirmed = outcome.confirmed_by.map(|by| confirmed_number(by).cast_unsigned());
        self.numbers([status, confirmed.unwrap_or(MISSING), outcome.attempts.into(), at]);
        match &outcome.error {
            None => self.number(MISSING),
            Some(error) => {
                self.text(error.kind().as_str());
                self.text(error.effect().as_str());
                self.text(error.code());
                self.text(error.description());
                self.number(error.http_status().map_or(MISSING, u64::from));
            }
        }
    }

    /// How the run ended; missing after a crash.
    pub(crate) fn end_run(&mut self, run: &RunRow) {
        self.number(run.ended_at.unwrap_or(MISSING));
        self.optional_text(run.stopped_by.as_deref());
        self.number(run.requests);
    }

    /// The head so far.
    pub(crate) fn head(&self) -> Vec<u8> {
        self.0.clone().finalize().to_vec()
    }

    fn number(&mut self, number: u64) {
        self.0.update(number.to_le_bytes());
    }

    fn numbers<const COUNT: usize>(&mut self, numbers: [u64; COUNT]) {
        self.0.update(numbers.map(u64::to_le_bytes).as_flattened());
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        self.0.update(bytes);
    }

    fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    fn optional_text(&mut self, text: Option<&str>) {
        match text {
            Some(text) => self.text(text),
            None => self.number(MISSING),
        }
    }
}

/// A head as people write it: 64 hexadecimal digits.
pub(crate) fn hex(head: &[u8]) -> String {
    head.iter().fold(String::with_capacity(2 * head.len()), |mut text, byte| {
        // Writing into a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
