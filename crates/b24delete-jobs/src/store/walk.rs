//! Operations and their last outcomes, side by side.

use std::vec;

use b24delete::{Operation, Status};
use roaring::RoaringTreemap;

use super::operations::{Finder, columns};
use super::spans::Span;
use super::{Result, Store};

/// So many operations are read from the file at once.
const AT_ONCE: usize = 1000;

/// An operation and its last outcome, if it has one.
pub(super) type Standing = (u64, Operation, Option<Span>);

/// Goes through the operations, in their order.
pub(super) struct Walk<'a> {
    store: &'a Store,
    next: u64,
    page: vec::IntoIter<Standing>,
}

/// An operation that is still to be carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Open {
    pub(crate) seq: u64,
    pub(crate) operation: Operation,
    /// An earlier run left it in doubt: when that was recorded, in milliseconds since the job was made, and its sends.
    pub(crate) unknown: Option<(u64, u32)>,
}

impl Store {
    /// The operations from `seq` on.
    pub(super) fn walk(&self, seq: u64) -> Walk<'_> {
        Walk { store: self, next: seq, page: Vec::new().into_iter() }
    }

    /// At most `limit` operations from `seq` on that have no final outcome, with the outcome that they have.
    pub(crate) fn open_operations(&self, seq: u64, limit: usize) -> Result<Vec<Open>> {
        let open = |standing| match standing {
            Err(fault) => Some(Err(fault)),
            Ok((seq, operation, None)) => Some(Ok(Open { seq, operation, unknown: None })),
            Ok((seq, operation, Some(Span { status, at, attempts, .. }))) => match status {
                Status::Unknown => Some(Ok(Open { seq, operation, unknown: Some((at, attempts)) })),
                Status::NotRun => Some(Ok(Open { seq, operation, unknown: None })),
                _ => None,
            },
        };
        self.walk(seq).filter_map(open).take(limit).collect()
    }

    /// Leads that the job took contacts off, or may have: by operations that were sent, and by those in doubt.
    pub(crate) fn unlinked_leads(&self, in_doubt: impl Iterator<Item = u64>) -> Result<RoaringTreemap> {
        let mut leads = RoaringTreemap::new();
        let mut unlinked = |operation: &Operation| {
            let lead = operation.lead_id().filter(|_| columns(operation).0 >= 2);
            leads.extend(lead.map(|id| id.get()));
        };
        for standing in self.walk(0) {
            let (_, operation, span) = standing?;
            if span.is_some_and(|span| span.attempts > 0) {
                unlinked(&operation);
            }
        }
        let mut operations = Finder::new(self);
        for seq in in_doubt {
            operations.find(seq)?.iter().for_each(&mut unlinked);
        }
        Ok(leads)
    }
}

impl Walk<'_> {
    fn turn_page(&mut self) -> Result<()> {
        let operations = self.store.operations(self.next, AT_ONCE)?;
        let Some((last, _)) = operations.last() else { return Ok(()) };
        let from = std::mem::replace(&mut self.next, last.saturating_add(1));
        let spans = self.store.spans(from, self.next)?;
        let mut spans = spans.iter().peekable();
        let mut standings = Vec::with_capacity(operations.len());
        for (seq, operation) in operations {
            while spans.next_if(|span| span.end() <= seq).is_some() {}
            let span = spans.peek().and_then(|span| span.part(seq, seq + 1));
            standings.push((seq, operation, span));
        }
        self.page = standings.into_iter();
        Ok(())
    }
}

impl Iterator for Walk<'_> {
    type Item = Result<Standing>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.page.len() == 0
            && let Err(fault) = self.turn_page()
        {
            return Some(Err(fault));
        }
        self.page.next().map(Ok)
    }
}
