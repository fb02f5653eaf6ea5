//! The methods, called as a request calls them.

mod deletes;
mod lists;

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Answer, Call, Origin, Refusal, all, find};
use crate::profile::{Answers, Language, Profile, Unlinked};
use crate::store::{ExecutionResult, Restriction, Seed, Store};

const NOW: f64 = 1_750_000_000.0;

struct Portal {
    store: Store,
    profile: Profile,
    application: bool,
}

#[expect(clippy::needless_pass_by_value, reason = "calls read better without borrowing each literal")]
impl Portal {
    fn new(seed: Seed) -> Self {
        let mut store = Store::open(None).unwrap();
        store.seed(&seed, NOW).unwrap();
        Self { store, profile: Profile::default(), application: false }
    }

    fn call(&mut self, method: &str, params: Value) -> Result<Answer, Refusal> {
        let origin = Origin { credential: Arc::from("webhook 1"), request: 7 };
        let mut call = Call {
            store: &mut self.store,
            params: params.as_object().unwrap(),
            profile: &self.profile,
            now: NOW,
            application: self.application,
            scopes: &["crm".to_owned()],
            origin: &origin,
        };
        find(&method.to_lowercase()).expect(method).run(&mut call)
    }

    fn result(&mut self, method: &str, params: Value) -> Value {
        self.call(method, params).unwrap_or_else(|refusal| panic!("{method}: {refusal:?}")).result
    }

    fn refusal(&mut self, method: &str, params: Value) -> (String, String) {
        let refusal = self.call(method, params).expect_err(method);
        (refusal.code.into_owned(), refusal.description.into_owned())
    }

    /// The ids of a list's rows.
    fn ids(&mut self, method: &str, filter: Value) -> Vec<i64> {
        let result = self.result(method, json!({"filter": filter, "select": ["ID"]}));
        let rows = result.as_array().unwrap();
        rows.iter().map(|row| row["ID"].as_str().unwrap().parse().unwrap()).collect()
    }
}

fn refused(code: &str, description: &str) -> (String, String) {
    (code.to_owned(), description.to_owned())
}

fn linked() -> Portal {
    Portal::new(Seed {
        leads: 3,
        contacts: 3,
        links_per_lead: 2,
        activities_per_lead: 1,
        shared_activities: 1,
    })
}

#[test]
fn every_name_is_found_once() {
    let mut names: Vec<_> = all().map(|method| method.name).collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
    assert!(find("crm.item.batchimport").is_some());
    assert!(find("crm.nothing").is_none());
}

#[test]
fn imports_take_dates_and_twenty_at_most() {
    let mut portal = Portal::new(Seed::default());
    let row = json!({"title": "old", "createdTime": "2020-01-01T00:00:00+03:00"});
    let bad = json!({"title": "bad", "companyId": "x"});
    let result = portal.result("crm.item.batchImport", json!({"entityTypeId": 1, "data": [row, bad]}));
    assert_eq!(result["items"][0], json!({"item": {"id": 1}}));
    assert_eq!(result["items"][1]["error"], "CRM_FIELD_ERROR_VALUE_NOT_VALID");
    assert_eq!(portal.result("crm.lead.get", json!({"id": 1}))["DATE_CREATE"], "2020-01-01T00:00:00+03:00");
    let many = json!({"entityTypeId": 1, "data": vec![json!({}); 21]});
    assert_eq!(portal.refusal("crm.item.batchImport", many).0, "MAX_IMPORT_BATCH_SIZE_EXCEEDED");
}

#[test]
fn links_are_added_and_replaced() {
    let mut portal = Portal::new(Seed { leads: 1, contacts: 3, ..Seed::default() });
    let add = |contact: i64, primary: &str| json!({"id": 1, "fields": {"CONTACT_ID": contact, "IS_PRIMARY": primary}});
    assert_eq!(portal.result("crm.lead.contact.add", add(1, "N")), json!(true));
    assert_eq!(portal.result("crm.lead.contact.add", add(1, "N")), json!(false));
    assert_eq!(portal.result("crm.lead.contact.add", add(2, "Y")), json!(true));
    let items = portal.result("crm.lead.contact.items.get", json!({"id": 1}));
    assert_eq!(items[1], json!({"CONTACT_ID": 2, "SORT": 10, "ROLE_ID": 0, "IS_PRIMARY": "Y"}));
    portal.profile.answers = Answers::Observed;
    portal.result("crm.lead.contact.add", add(3, "N"));
    let items = portal.result("crm.lead.contact.items.get", json!({"id": 1}));
    assert_eq!(items[2]["SORT"], 20, "the siblings take the next free place");
    let set = json!({"id": 1, "items": [{"CONTACT_ID": 3}, {"CONTACT_ID": "1", "SORT": 5}, {"SORT": 1}]});
    assert_eq!(portal.result("crm.lead.contact.items.set", set), json!(true));
    let items = portal.result("crm.lead.contact.items.get", json!({"id": 1}));
    let first = json!({"CONTACT_ID": 1, "SORT": 5, "ROLE_ID": 0, "IS_PRIMARY": "Y"});
    assert_eq!(items, json!([first, {"CONTACT_ID": 3, "SORT": 10, "ROLE_ID": 0, "IS_PRIMARY": "N"}]));
    assert_eq!(portal.result("crm.lead.get", json!({"id": 1}))["CONTACT_ID"], "1");
    portal.result("crm.lead.contact.items.set", json!({"id": 1, "items": []}));
    assert_eq!(portal.result("crm.lead.contact.items.get", json!({"id": 1})), json!([]));
}

#[test]
fn activities_and_their_bindings() {
    let mut portal = linked();
    let call = json!({"OWNER_TYPE_ID": 1, "OWNER_ID": 1, "TYPE_ID": 2, "SUBJECT": "Call", "RESPONSIBLE_ID": 1,
        "COMMUNICATIONS": [{"VALUE": "+1", "ENTITY_ID": 2, "ENTITY_TYPE_ID": 3}]});
    let id = portal.result("crm.activity.add", json!({"fields": call}));
    let bindings = portal.result("crm.activity.binding.list", json!({"activityId": id}));
    assert_eq!(bindings, json!([{"entityTypeId": 1, "entityId": 1}, {"entityTypeId": 3, "entityId": 2}]));
    let by_owner = portal.ids("crm.activity.list", json!({"OWNER_TYPE_ID": 1, "OWNER_ID": 1}));
    assert_eq!(by_owner, vec![1, 4, 5]);
    let by_binding = json!({"BINDINGS": [{"OWNER_TYPE_ID": 1, "OWNER_ID": 2}]});
    assert_eq!(portal.ids("crm.activity.list", by_binding), vec![2, 4]);
    let second = json!({"activityId": id, "entityTypeId": 3, "entityId": 2});
    assert_eq!(portal.result("crm.activity.binding.delete", second), json!(true));
    let last = json!({"activityId": id, "entityTypeId": 1, "entityId": 1});
    assert_eq!(portal.refusal("crm.activity.binding.delete", last).0, "LAST_BINDING_CANNOT_BE_DELETED");
    let missing = portal.refusal("crm.activity.binding.list", json!({"activityId": 99}));
    assert_eq!(missing, refused("NOT_FOUND", "Element not found"));
    portal.result("crm.lead.delete", json!({"id": 1}));
    assert_eq!(portal.refusal("crm.activity.get", json!({"id": id})), refused("", "Activity is not found"));
    assert_eq!(portal.result("crm.activity.get", json!({"id": 4}))["OWNER_ID"], "2");
    assert_eq!(portal.result("crm.activity.delete", json!({"id": 4})), json!(true));
}

#[test]
fn comments_and_their_bindings() {
    let mut portal = linked();
    let comment = json!({"fields": {"ENTITY_ID": 1, "ENTITY_TYPE": "lead", "COMMENT": "hello"}});
    let id = portal.result("crm.timeline.comment.add", comment);
    let contact = json!({"fields": {"OWNER_ID": id, "ENTITY_ID": 2, "ENTITY_TYPE": "contact"}});
    assert_eq!(portal.result("crm.timeline.bindings.bind", contact), json!(true));
    let bindings = portal.call("crm.timeline.bindings.list", json!({"filter": {"OWNER_ID": id}})).unwrap();
    assert_eq!(bindings.total, Some(2));
    assert_eq!(bindings.result[0], json!({"OWNER_ID": "1", "ENTITY_ID": "1", "ENTITY_TYPE": "lead"}));
    portal.result("crm.lead.delete", json!({"id": 1}));
    let filter = json!({"filter": {"ENTITY_ID": 2, "ENTITY_TYPE": "contact"}});
    let list = portal.call("crm.timeline.comment.list", filter).unwrap();
    assert_eq!((list.total, &list.result[0]["COMMENT"]), (Some(1), &json!("hello")));
    assert_eq!(list.result[0]["FILES"], json!({}));
    let missing = json!({"fields": {"OWNER_ID": id, "ENTITY_ID": 2, "ENTITY_TYPE": "lead"}});
    assert_eq!(portal.refusal("crm.timeline.bindings.unbind", missing), refused("", "Not found."));
    portal.result("crm.contact.delete", json!({"id": 2}));
    assert!(portal.store.snapshot().unwrap().comments.is_empty());
}

#[test]
fn companies_deals_and_products() {
    let mut portal = Portal::new(Seed { contacts: 1, leads: 1, ..Seed::default() });
    portal.result("crm.company.add", json!({"fields": {"TITLE": "Acme"}}));
    let link = json!({"id": 1, "fields": {"COMPANY_ID": 1}});
    assert_eq!(portal.result("crm.contact.company.add", link), json!(true));
    assert_eq!(portal.result("crm.contact.get", json!({"id": 1}))["COMPANY_ID"], "1");
    let items = portal.result("crm.contact.company.items.get", json!({"id": 1}));
    assert_eq!(items, json!([{"COMPANY_ID": 1, "SORT": 10, "ROLE_ID": 0, "IS_PRIMARY": "Y"}]));
    portal.result("crm.company.delete", json!({"id": 1}));
    assert_eq!(portal.result("crm.contact.company.items.get", json!({"id": 1})), json!([]));
    portal.result("crm.deal.add", json!({"fields": {"CONTACT_IDS": [1]}}));
    portal.result("crm.contact.delete", json!({"id": 1}));
    assert_eq!(portal.result("crm.deal.contact.items.get", json!({"id": 1})), json!([]));
    assert_eq!(portal.result("crm.deal.get", json!({"id": 1}))["CONTACT_ID"], Value::Null);
    let rows = json!({"id": 1, "rows": [{"PRODUCT_NAME": "Chair", "PRICE": 10, "QUANTITY": 2}]});
    portal.result("crm.lead.productrows.set", rows);
    let rows = portal.result("crm.lead.productrows.get", json!({"id": 1}));
    assert_eq!((&rows[0]["PRODUCT_NAME"], &rows[0]["OWNER_ID"]), (&json!("Chair"), &json!("1")));
}

#[test]
fn methods_about_the_portal() {
    let mut portal = Portal::new(Seed::default());
    assert_eq!(portal.result("server.time", json!({})), "2025-06-15T18:06:40+03:00");
    assert_eq!(portal.result("scope", json!({})), json!(["crm"]));
    assert_eq!(portal.result("scope", json!({"full": true})), json!(["crm", "user"]));
    let known = json!({"isExisting": true, "isAvailable": true});
    assert_eq!(portal.result("method.get", json!({"name": "crm.Lead.delete"})), known);
    assert_eq!(portal.result("method.get", json!({"name": "batch"})), known);
    let foreign = json!({"isExisting": true, "isAvailable": false});
    assert_eq!(portal.result("method.get", json!({"name": "user.current"})), foreign);
    assert_eq!(portal.result("method.get", json!({"name": "x"}))["isExisting"], false);
    assert_eq!(portal.result("crm.settings.mode.get", json!({})), json!(1));
    let denied = refused("ACCESS_DENIED", "Access denied! Application context required");
    assert_eq!(portal.refusal("app.info", json!({})), denied);
    portal.application = true;
    assert!(portal.result("app.info", json!({}))["LICENSE"].is_string());
    assert_eq!(portal.result("crm.lead.fields", json!({}))["CONTACT_ID"]["type"], "crm_contact");
    let fields = portal.result("crm.item.fields", json!({"entityTypeId": 3}));
    assert_eq!(fields["fields"]["createdTime"]["upperName"], "DATE_CREATE");
}
