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
fn the_four_deletes_succeed_with_true() {
    let mut portal = linked();
    let link = json!({"id": "1", "fields": {"CONTACT_ID": "1"}});
    assert_eq!(portal.result("crm.lead.contact.delete", link), json!(true));
    assert_eq!(portal.result("crm.lead.contact.items.delete", json!({"id": 2})), json!(true));
    assert_eq!(portal.result("crm.contact.delete", json!({"ID": 3})), json!(true));
    assert_eq!(portal.result("crm.lead.delete", json!({"id": 3})), json!(true));
    let snapshot = portal.store.snapshot().unwrap();
    assert_eq!((snapshot.leads, snapshot.contacts), (vec![1, 2], vec![1, 2]));
    let links: Vec<_> = snapshot.lead_contacts.iter().map(|link| (link.lead_id, link.contact_id)).collect();
    assert_eq!(links, vec![(1, 2)]);
    assert_eq!(portal.result("crm.lead.get", json!({"id": 1}))["CONTACT_ID"], "2");
    assert_eq!(portal.result("crm.lead.get", json!({"id": 2}))["CONTACT_ID"], Value::Null);
}

#[test]
fn documented_refusals() {
    let mut portal = linked();
    let absent = json!({"id": 99, "fields": {"CONTACT_ID": 1}});
    for method in ["crm.lead.delete", "crm.contact.delete", "crm.lead.get", "crm.contact.get"] {
        for bad in [json!({}), json!({"id": 0}), json!({"id": "x"}), json!({"id": -1}), json!({"id": [1]})] {
            assert_eq!(portal.refusal(method, bad), refused("", "ID is not defined or invalid."), "{method}");
        }
    }
    assert_eq!(portal.refusal("crm.lead.delete", absent.clone()), refused("", "Not found"));
    assert_eq!(
        portal.refusal("crm.contact.delete", absent.clone()),
        refused("ERROR_CORE", "Element not found")
    );
    for method in ["crm.lead.contact.delete", "crm.lead.contact.items.delete", "crm.lead.contact.items.get"] {
        assert_eq!(portal.refusal(method, absent.clone()), refused("NOT_FOUND", "Not found."), "{method}");
        assert_eq!(portal.refusal(method, json!({})), refused("", ""), "{method}");
    }
    assert_eq!(portal.refusal("crm.lead.contact.delete", json!({"id": 1, "fields": {}})), refused("", ""));
    portal.profile.language = Language::Russian;
    assert_eq!(portal.refusal("crm.contact.delete", absent), refused("ERROR_CORE", "Элемент не найден"));
}

#[test]
fn observed_refusals() {
    let mut portal = linked();
    portal.profile.answers = Answers::Observed;
    let absent = json!({"id": 99, "fields": {"CONTACT_ID": 1}});
    assert_eq!(portal.refusal("crm.lead.contact.delete", absent.clone()), refused("", "Not found."));
    let expected = refused("", "The parameter 'ownerEntityID' is invalid or not defined.");
    assert_eq!(portal.refusal("crm.lead.contact.delete", json!({})), expected);
    let expected = refused("", "The parameter ownerEntityID is invalid or not defined.");
    assert_eq!(portal.refusal("crm.lead.contact.items.delete", json!({})), expected);
    let expected = refused("", "The parameter 'item' must be array.");
    assert_eq!(portal.refusal("crm.lead.contact.delete", json!({"id": 1, "fields": 5})), expected);
    let expected = refused("", "The parameter 'fields' is not valid.");
    assert_eq!(
        portal.refusal("crm.lead.contact.delete", json!({"id": 1, "fields": {"CONTACT_ID": 0}})),
        expected
    );
    assert_eq!(portal.result("crm.lead.contact.items.delete", absent.clone()), json!(true));
    assert_eq!(portal.result("crm.lead.contact.items.get", absent.clone()), json!([]));
    assert_eq!(portal.refusal("crm.deal.contact.items.get", absent), refused("", "Not found."));
}

#[test]
fn an_unlinked_contact_is_answered_as_set() {
    let mut portal = linked();
    let call = json!({"id": 1, "fields": {"CONTACT_ID": 3}});
    assert_eq!(portal.result("crm.lead.contact.delete", call.clone()), json!(false));
    portal.profile.unlinked = Unlinked::True;
    assert_eq!(portal.result("crm.lead.contact.delete", call.clone()), json!(true));
    portal.profile.unlinked = Unlinked::NotFound;
    assert_eq!(portal.refusal("crm.lead.contact.delete", call), refused("NOT_FOUND", "Not found."));
    assert_eq!(portal.store.snapshot().unwrap().lead_contacts.len(), 6);
}

#[test]
fn the_log_tells_what_really_applied() {
    let mut portal = linked();
    let unlinked = json!({"id": 1, "fields": {"CONTACT_ID": 3}});
    portal.result("crm.lead.delete", json!({"id": 2}));
    portal.refusal("crm.lead.delete", json!({"id": 2}));
    portal.profile.unlinked = Unlinked::True;
    portal.result("crm.lead.contact.delete", unlinked);
    portal.result("crm.lead.get", json!({"id": 1}));
    portal.result("crm.item.delete", json!({"entityTypeId": 3, "id": 1}));
    portal.result("crm.lead.add", json!({"fields": {"TITLE": "new"}}));
    let log = portal.store.executions(0);
    let ids: Vec<_> = log.iter().map(|entry| (entry.sequence, entry.lead_id, entry.contact_id)).collect();
    let expected = vec![
        (1, Some(2), None),
        (2, Some(2), None),
        (3, Some(1), Some(3)),
        (4, None, Some(1)),
        (5, Some(4), None),
    ];
    assert_eq!(ids, expected);
    assert_eq!(log[0].result, ExecutionResult::Applied);
    assert!(matches!(&log[1].result, ExecutionResult::Refused { code, .. } if code.is_empty()));
    assert_eq!(log[2].result, ExecutionResult::NothingToDo, "whatever the reply says");
    assert_eq!(log[3].method, "crm.item.delete");
    assert_eq!(&*log[4].credential, "webhook 1");
    assert_eq!(portal.store.executions(4).len(), 1);
    assert!(portal.store.executions(5).is_empty());
    let line = serde_json::to_value(&portal.store.executions(0)[0]).unwrap();
    assert_eq!(line["result"], json!({"outcome": "applied"}));
}

#[test]
fn restricted_records() {
    let mut portal = linked();
    let restriction = |id| Restriction { entity_type_id: 1, id, ..Restriction::default() };
    portal.store.restrict(&Restriction { unreadable: true, ..restriction(1) }).unwrap();
    portal.store.restrict(&Restriction { undeletable: true, ..restriction(2) }).unwrap();
    portal.store.restrict(&Restriction { unlisted: true, ..restriction(3) }).unwrap();
    assert_eq!(portal.ids("crm.lead.list", json!({})), vec![2]);
    assert_eq!(portal.call("crm.lead.list", json!({})).unwrap().total, Some(1));
    assert_eq!(portal.refusal("crm.lead.get", json!({"id": 1})), refused("", "Access denied"));
    assert_eq!(portal.result("crm.lead.get", json!({"id": 3}))["ID"], "3");
    assert_eq!(portal.refusal("crm.lead.delete", json!({"id": 2})), refused("", "Access denied"));
    let denied = refused("ACCESS_DENIED", "Access denied!");
    assert_eq!(portal.refusal("crm.lead.contact.items.delete", json!({"id": 2})), denied);
    let denied = refused("ACCESS_DENIED", "Access denied");
    assert_eq!(portal.refusal("crm.item.delete", json!({"entityTypeId": 1, "id": 2})), denied);
    portal.store.restrict(&restriction(2)).unwrap();
    assert_eq!(portal.result("crm.lead.delete", json!({"id": 2})), json!(true));
    assert_eq!(portal.refusal("crm.lead.delete", json!({"id": 2})), refused("", "Not found"));
}

#[test]
fn links_to_hidden_records_are_left_out() {
    let mut portal = linked();
    let all = portal.result("crm.lead.contact.items.get", json!({"id": 1}));
    let first = all[0]["CONTACT_ID"].as_i64().unwrap();
    portal
        .store
        .restrict(&Restriction { entity_type_id: 3, id: first, unlisted: true, ..Restriction::default() })
        .unwrap();
    let shown = portal.result("crm.lead.contact.items.get", json!({"id": 1}));
    assert_eq!(shown.as_array().unwrap().len() + 1, all.as_array().unwrap().len());
    let unlink = json!({"id": 1, "fields": {"CONTACT_ID": first}});
    assert_eq!(portal.result("crm.lead.contact.delete", unlink), json!(true), "it is there all the same");
}

#[test]
fn pages_of_fifty() {
    let mut portal = Portal::new(Seed { leads: 120, ..Seed::default() });
    let first = portal.call("crm.lead.list", json!({})).unwrap();
    assert_eq!((first.total, first.next), (Some(120), Some(50)));
    assert_eq!(first.result.as_array().unwrap().len(), 50);
    let last = portal.call("crm.lead.list", json!({"start": "100"})).unwrap();
    assert_eq!((last.total, last.next), (Some(120), None));
    assert_eq!(last.result.as_array().unwrap().len(), 20);
    let whole = portal.call("crm.lead.list", json!({"filter": {"<=ID": 50}})).unwrap();
    assert_eq!((whole.total, whole.next), (Some(50), None), "a full last page has no next");
    let uncounted = json!({"start": -1, "order": {"ID": "ASC"}, "filter": {">ID": 100}});
    let uncounted = portal.call("crm.lead.list", uncounted).unwrap();
    assert_eq!((uncounted.total, uncounted.next), (Some(0), None));
    assert_eq!(uncounted.result[0]["ID"], "101");
    let item = portal.call("crm.item.list", json!({"entityTypeId": 1, "order": {"id": "DESC"}})).unwrap();
    assert_eq!((item.total, item.next), (Some(120), Some(50)));
    assert_eq!(item.result["items"][0]["id"], 120);
}

#[test]
fn filters_of_old_methods() {
    let mut portal = Portal::new(Seed { leads: 10, ..Seed::default() });
    for (id, fields) in [
        (
            1,
            json!({"TITLE": "50% off", "OPPORTUNITY": "10.50", "UF_CRM_1": "red", "PHONE": [{"VALUE": "+1"}]}),
        ),
        (2, json!({"TITLE": "50 off", "COMPANY_ID": 5, "UF_CRM_1": "blue"})),
    ] {
        portal.result("crm.lead.update", json!({"id": id, "fields": fields}));
    }
    let rest: Vec<i64> = (3..=10).collect();
    for (filter, expected) in [
        (json!({"ID": 3}), vec![3]),
        (json!({"@ID": ["3", 4]}), vec![3, 4]),
        (json!({"ID": [3, 4]}), vec![3, 4]),
        (json!({"!@ID": [1, 2]}), rest.clone()),
        (json!({">=ID": 9}), vec![9, 10]),
        (json!({"<ID": "3", ">ID": 1}), vec![2]),
        (json!({"%TITLE": "50%"}), vec![1]),
        (json!({"%=TITLE": "50%"}), vec![1, 2]),
        (json!({"=%TITLE": "%OFF"}), vec![1, 2]),
        (json!({"!%TITLE": "off"}), rest.clone()),
        (json!({"TITLE": "50 OFF"}), vec![2]),
        (json!({"!COMPANY_ID": 5, "<ID": 4}), vec![1, 3]),
        (json!({"COMPANY_ID": "", "<ID": 4}), vec![1, 3]),
        (json!({"!COMPANY_ID": ""}), vec![2]),
        (json!({"OPPORTUNITY": 10.5}), vec![1]),
        (json!({"UF_CRM_1": "red"}), vec![1]),
        (json!({"!UF_CRM_1": ["red", "blue"]}), rest),
        (json!({"PHONE": "+1"}), vec![1]),
        (json!({">DATE_MODIFY": "2025-06-15T00:00:00+03:00"}), vec![1, 2]),
        (json!({"ID": "abc"}), vec![]),
        (json!({"NO_SUCH_FIELD": 1}), (1..=10).collect()),
        (json!({"UF_CRM_UNKNOWN": 1}), (1..=10).collect()),
    ] {
        assert_eq!(portal.ids("crm.lead.list", filter.clone()), expected, "{filter}");
    }
    assert_eq!(
        portal.refusal("crm.lead.list", json!({"filter": 5})),
        refused("", "Parameter 'filter' must be array.")
    );
}

#[test]
fn filters_of_item_methods() {
    let mut portal = linked();
    let mut ids = |filter: Value| -> Vec<i64> {
        let result =
            portal.result("crm.item.list", json!({"entityTypeId": 1, "filter": filter, "select": ["id"]}));
        result["items"].as_array().unwrap().iter().map(|item| item["id"].as_i64().unwrap()).collect()
    };
    assert_eq!(ids(json!({"@id": [1, 3]})), vec![1, 3]);
    assert_eq!(ids(json!({"logic": "OR", "0": {"id": 1}, "1": {"=id": 2}})), vec![1, 2]);
    assert_eq!(ids(json!({">id": 1, "0": {"logic": "OR", "0": {"id": 1}, "1": {"id": 2}}})), vec![2]);
    assert_eq!(ids(json!({"contactIds": 1})), vec![1, 2], "links of leads 1 to 3: 1 2, 3 1, 2 3");
    for (params, text) in [
        (json!({"filter": {"wrong": 1}}), "Invalid filter: field 'wrong' is not allowed in filter"),
        (json!({"filter": {"id": "x"}}), "Invalid filter: field 'id' has invalid value"),
        (json!({"order": {"wrong": "ASC"}}), "Invalid order: field 'wrong' is not allowed in order"),
        (
            json!({"order": {"id": "UP"}}),
            "Invalid order: allowed sort directions are ASC, DESC. But got 'UP' for field 'id'",
        ),
    ] {
        let mut params = params;
        params["entityTypeId"] = json!("1");
        assert_eq!(portal.refusal("crm.item.list", params), refused("INVALID_ARG_VALUE", text));
    }
}

#[test]
fn old_methods_answer_texts() {
    let mut portal = Portal::new(Seed { contacts: 1, ..Seed::default() });
    let fields = json!({
        "TITLE": "Fair", "OPPORTUNITY": 999.9, "CONTACT_ID": 1, "UF_CRM_1": 5, "ID": 77, "NOTHING": 1,
        "EMAIL": [{"VALUE": "a@example.com", "VALUE_TYPE": "HOME"}],
    });
    let id = portal.result("crm.lead.add", json!({"fields": fields}));
    assert_eq!(id, json!(1));
    let lead = portal.result("crm.lead.get", json!({"id": id}));
    for (name, expected) in [
        ("ID", json!("1")),
        ("TITLE", json!("Fair")),
        ("OPPORTUNITY", json!("999.90")),
        ("CONTACT_ID", json!("1")),
        ("IS_RETURN_CUSTOMER", json!("Y")),
        ("COMPANY_ID", Value::Null),
        ("BIRTHDATE", json!("")),
        ("STATUS_ID", json!("NEW")),
        ("HAS_EMAIL", json!("Y")),
        ("HAS_PHONE", json!("N")),
        ("ASSIGNED_BY_ID", json!("1")),
        ("DATE_CREATE", json!("2025-06-15T18:06:40+03:00")),
        ("UF_CRM_1", json!("5")),
        ("EMAIL", json!([{"ID": "3", "VALUE_TYPE": "HOME", "VALUE": "a@example.com", "TYPE_ID": "EMAIL"}])),
    ] {
        assert_eq!(lead[name], expected, "{name}");
    }
    assert!(lead.get("PHONE").is_none() && lead.get("NOTHING").is_none());
    let row = &portal.result("crm.lead.list", json!({}))[0];
    assert!(row.get("EMAIL").is_none() && row.get("UF_CRM_1").is_none() && row.get("TITLE").is_some());
    let row = &portal.result("crm.lead.list", json!({"select": ["TITLE", "EMAIL", "UF_*"]}))[0];
    assert_eq!(row.as_object().unwrap().keys().collect::<Vec<_>>(), ["ID", "TITLE", "UF_CRM_1", "EMAIL"]);
    let links = portal.result("crm.lead.contact.items.get", json!({"id": 1}));
    assert_eq!(links, json!([{"CONTACT_ID": 1, "SORT": 10, "ROLE_ID": 0, "IS_PRIMARY": "Y"}]));
    let untitled = portal.result("crm.lead.add", json!({"fields": []}));
    assert_eq!(portal.result("crm.lead.get", json!({"id": untitled}))["TITLE"], "Lead #2");
}

#[test]
fn item_methods_answer_numbers() {
    let mut portal = Portal::new(Seed { contacts: 2, ..Seed::default() });
    let fields = json!({
        "title": "Fair", "opportunity": 999.9, "contactIds": [2, 1], "ufCrm_5": "x",
        "fm": [{"typeId": "PHONE", "valueType": "WORK", "value": "+6"}],
    });
    let item = portal.result("crm.item.add", json!({"entityTypeId": 1, "fields": fields}))["item"].clone();
    for (name, expected) in [
        ("id", json!(1)),
        ("title", json!("Fair")),
        ("opportunity", json!(999.9)),
        ("contactId", json!(2)),
        ("contactIds", json!([2, 1])),
        ("companyId", json!(0)),
        ("hasPhone", json!("Y")),
        ("createdTime", json!("2025-06-15T18:06:40+03:00")),
        ("ufCrm_5", json!("x")),
        ("fm", json!([{"id": 5, "valueType": "WORK", "value": "+6", "typeId": "PHONE"}])),
        ("entityTypeId", json!(1)),
    ] {
        assert_eq!(item[name], expected, "{name}");
    }
    let original = json!({"entityTypeId": 1, "id": 1, "useOriginalUfNames": "Y"});
    assert_eq!(portal.result("crm.item.get", original)["item"]["UF_CRM_5"], "x");
    let change = json!({"entityTypeId": 1, "id": 1, "fields": {"opportunity": "1000", "contactId": 1}});
    let item = portal.result("crm.item.update", change)["item"].clone();
    assert_eq!((&item["opportunity"], &item["contactId"]), (&json!(1000), &json!(1)));
    assert_eq!(item["ufCrm_5"], "x", "an update keeps other user fields");
    assert_eq!(portal.result("crm.item.delete", json!({"entityTypeId": 1, "id": 1})), json!([]));
    let again = portal.refusal("crm.item.delete", json!({"entityTypeId": 1, "id": 1}));
    assert_eq!(again, refused("NOT_FOUND", "Item not found"));
    let unknown = portal.refusal("crm.item.delete", json!({"entityTypeId": 999, "id": 1}));
    assert_eq!(unknown, refused("NOT_FOUND", "SPA not found"));
    let listed = portal.result("crm.item.list", json!({"entityTypeId": 3, "select": ["id", "name"]}));
    assert_eq!(listed["items"][0], json!({"id": 1, "name": "Anna"}));
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
