//! Finds the records that a filter means, page by page.

use b24delete::Client;
use roaring::RoaringTreemap;
use serde_json::{Map, Value, json};

use super::check::Verdict;
use super::condition::Filter;
use super::fields::Fields;
use crate::escape::shown;
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
        let any = matches.left_out > 0 || !matches.ids.is_empty();
        let unchecked = self.filter.conditions.iter().zip(checked).filter(|(_, checked)| any && !checked);
        matches.unchecked = unchecked.map(|(condition, _)| shown(&condition.to_string())).collect();
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use b24delete::ClientOptions;
    use b24delete::transport::{Reply, Request, SendFuture, Transport};

    use super::*;

    /// A portal that ignores every filter but `>ID`, and says that it has so many records.
    struct Portal {
        rows: Vec<Value>,
        total: u64,
    }

    impl Transport for Portal {
        fn send(&self, request: Request) -> SendFuture {
            let sent: Value = serde_json::from_slice(request.body()).unwrap();
            let above: u64 = sent["filter"][">ID"].as_str().map_or(0, |id| id.parse().unwrap());
            let reply = if request.url().contains("crm.lead.fields") {
                json!({"result": {"ID": {"type": "integer"}, "STATUS_ID": {"type": "crm_status"}}})
            } else if sent["start"] == 0 {
                json!({"result": [], "total": self.total})
            } else {
                let rows = self.rows.iter().filter(|row| id(row.as_object().unwrap()) > Some(above));
                json!({"result": rows.take(PAGE).collect::<Vec<_>>(), "total": 0})
            };
            Box::pin(async move { Ok(Reply::new(200, reply.to_string().into_bytes())) })
        }
    }

    fn find(rows: Vec<Value>, total: u64, filter: &str) -> Result<Matches, Failure> {
        let mut options = ClientOptions::webhook("https://example.bitrix24.com/rest/1/s3cretcode/");
        options.transport = Some(Arc::new(Portal { rows, total }));
        let client = Client::new(options).unwrap();
        let filter = Filter::parse(&[filter.to_owned()]).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(Resolver::leads(&client, &filter).find(|_| {}))
    }

    fn rows() -> Vec<Value> {
        let row = |id: u64| json!({"ID": id.to_string(), "STATUS_ID": if id.is_multiple_of(2) { "JUNK" } else { "NEW" }});
        (1..=120).map(row).collect()
    }

    #[test]
    fn rows_that_do_not_meet_the_filter_are_left_out() {
        let matches = find(rows(), 120, "STATUS_ID=JUNK").unwrap();
        assert_eq!((matches.ids.len(), matches.left_out, matches.first_left_out), (60, 60, 1));
        assert!(matches.ids.iter().all(|id| id.is_multiple_of(2)));
        assert!(!matches.everything && matches.unchecked.is_empty());
    }

    #[test]
    fn a_filter_that_matches_everything_is_noticed() {
        let matches = find(rows(), 120, ">ID=0").unwrap();
        assert!(matches.everything);
        let matches = find(rows(), 120, ">ID=100").unwrap();
        assert_eq!((matches.ids.len(), matches.everything), (20, false));
        let matches = find(rows(), 120, "%=STATUS_ID=J%").unwrap();
        assert!(matches.everything, "what cannot be checked here is caught by the count");
        assert_eq!(matches.unchecked, ["%=STATUS_ID=J%"]);
    }

    #[test]
    fn rows_that_do_not_advance_end_the_search() {
        let failure = find(vec![json!({"ID": "5"}), json!({"ID": "5"})], 2, "STATUS_ID=JUNK").unwrap_err();
        assert!(failure.message.contains("crm.lead.list with rows out of order"), "{failure:?}");
    }
}
