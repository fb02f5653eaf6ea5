//! Deleting and unlinking, and every refusal of it.

use super::*;

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
