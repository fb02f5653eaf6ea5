//! Rows of lists: pages, filters and forms of values.

use super::*;

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
