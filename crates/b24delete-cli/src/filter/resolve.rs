//! Finds the records that a filter means, page by page.

use b24delete::Client;
use roaring::RoaringTreemap;
use serde_json::{Map, Value, json};

use super::check::Verdict;
use super::condition::Filter;
use super::fields::Fields;
use crate::escape::shortened;
use crate::failure::Failure;

/// Rows of a full page of a list method.
const PAGE: usize = 50;

/// Where records are listed.
#[derive(Debug, Clone, Copy)]
struct Methods {
    fields: &'static str,
    list: &'static str,
}

/// Finds records by a filter.
#[derive(Debug)]
pub(crate) struct Resolver<'a> {
    client: &'a Client,
    methods: Methods,
    filter: &'a Filter,
}

/// The records that a filter means.
#[derive(Debug, Default)]
pub(crate) struct Matches {
    /// Their ids.
    pub(crate) ids: RoaringTreemap,
    /// True when the portal shows the user no other records.
    pub(crate) everything: bool,
    /// Rows that the portal returned although they do not meet the filter, and the first of them.
    pub(crate) left_out: u64,
    pub(crate) first_left_out: u64,
    /// Conditions that could be checked here for no row.
    pub(crate) unchecked: Vec<String>,
}

impl<'a> Resolver<'a> {
    /// Finds leads.
    pub(crate) fn leads(client: &'a Client, filter: &'a Filter) -> Self {
        Self { client, methods: Methods { fields: "crm.lead.fields", list: "crm.lead.list" }, filter }
    }

    /// Finds contacts.
    pub(crate) fn contacts(client: &'a Client, filter: &'a Filter) -> Self {
        Self { client, methods: Methods { fields: "crm.contact.fields", list: "crm.contact.list" }, filter }
    }

    /// Reads all pages; `progress` is told how many records were found so far.
    ///
    /// # Errors
    /// When a key is not a field of the portal, or the portal cannot be read.
    pub(crate) async fn find(&self, mut progress: impl FnMut(u64)) -> Result<Matches, Failure> {
        let answer = self.client.read(self.methods.fields, &json!({})).await?;
        let fields = Fields::read(&answer.result).ok_or_else(|| self.unexpected("no fields"))?;
        fields.check(self.filter)?;
        let mut matches = Matches::default();
        let mut checked = vec![false; self.filter.conditions.len()];
        let mut after = self.filter.above;
        loop {
            let rows = self.page(after).await?;
            for row in &rows {
                let id =
                    id(row).filter(|id| *id > after).ok_or_else(|| self.unexpected("rows out of order"))?;
                after = id;
                matches.add(id, self.meets(row, &fields, &mut checked));
            }
            progress(matches.ids.len());
            if rows.len() < PAGE {
                break;
            }
        }
        let unchecked = self.filter.conditions.iter().zip(checked).filter(|(_, checked)| !checked);
        matches.unchecked = unchecked.map(|(condition, _)| shortened(&condition.to_string(), 60)).collect();
        matches.everything = !matches.ids.is_empty() && matches.ids.len() >= self.total().await?;
        Ok(matches)
    }

    async fn page(&self, after: u64) -> Result<Vec<Map<String, Value>>, Failure> {
        let mut select = vec!["ID"];
        select.extend(self.filter.conditions.iter().map(|condition| condition.field.as_str()));
        let params = json!({
            "select": select,
            "filter": self.filter.page(after),
            "order": {"ID": "ASC"},
            "start": -1,
        });
        let answer = self.client.read(self.methods.list, &params).await?;
        let Value::Array(rows) = answer.result else { return Err(self.unexpected("no rows")) };
        let rows = rows.into_iter().map(|row| match row {
            Value::Object(row) => Ok(row),
            _ => Err(self.unexpected("odd rows")),
        });
        rows.collect()
    }

    /// How many records the portal shows without any filter.
    async fn total(&self) -> Result<u64, Failure> {
        let answer = self.client.read(self.methods.list, &json!({"select": ["ID"], "start": 0})).await?;
        answer.total.ok_or_else(|| self.unexpected("no total"))
    }

    fn meets(&self, row: &Map<String, Value>, fields: &Fields, checked: &mut [bool]) -> bool {
        let mut meets = true;
        for (condition, checked) in self.filter.conditions.iter().zip(checked) {
            let verdict = condition.check(row, fields.type_of(&condition.field));
            *checked |= verdict != Verdict::Unclear;
            meets &= verdict != Verdict::Fails;
        }
        meets
    }

    fn unexpected(&self, what: &str) -> Failure {
        Failure::incomplete(format!(
            "the portal answered {} with {what}, nothing was deleted",
            self.methods.list
        ))
    }
}

impl Matches {
    fn add(&mut self, id: u64, meets: bool) {
        if meets {
            self.ids.insert(id);
        } else {
            if self.left_out == 0 {
                self.first_left_out = id;
            }
            self.left_out += 1;
        }
    }
}

/// The id of a row, which is a string in answers of these methods.
fn id(row: &Map<String, Value>) -> Option<u64> {
    match row.get("ID")? {
        Value::String(text) => text.parse().ok(),
        Value::Number(number) => number.as_u64(),
        _ => None,
    }
}
