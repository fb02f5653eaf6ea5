//! Pages of list methods.

use serde_json::Value;

use crate::store::field::{Entity, Field};
use crate::store::query::{Column, Condition, Query};
use crate::store::records::Record;

use super::{Answer, Call, Refusal, params};

/// Rows in a page, whatever is asked for.
const PAGE: u64 = 50;

/// A page that a list method is to answer.
#[derive(Debug)]
pub(super) struct Request {
    /// Which records.
    pub(super) condition: Condition,
    /// By which columns to sort; by number when empty.
    pub(super) order: Vec<(Column, bool)>,
    /// Which system fields to read.
    pub(super) fields: Vec<&'static Field>,
}

/// A page of records with its place in the whole list.
#[derive(Debug)]
pub(super) struct Page {
    /// The records.
    pub(super) records: Vec<Record>,
    total: u64,
    next: Option<u64>,
}

impl Page {
    /// Reads the page that `start` asks for; -1 means the first without counting.
    pub(super) fn read(call: &Call<'_>, entity: &'static Entity, request: Request) -> Result<Self, Refusal> {
        let start = params::find(call.params, "start").and_then(params::integer).unwrap_or_default();
        let offset = u64::try_from(start).unwrap_or_default();
        let Request { condition, order, fields } = request;
        let total = if start < 0 { 0 } else { call.store.count(entity, &condition)? };
        let query = Query { condition, order, fields, offset, limit: PAGE };
        let records = call.store.list(entity, &query)?;
        let next = Some(offset.saturating_add(PAGE)).filter(|next| *next < total);
        Ok(Self { records, total, next })
    }

    /// The reply with that `result`.
    pub(super) fn answer(&self, result: Value) -> Answer {
        Answer { result, total: Some(self.total), next: self.next }
    }
}
