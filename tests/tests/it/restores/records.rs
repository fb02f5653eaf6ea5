//! Leads and contacts that are created anew.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use b24delete::Operation;
use b24delete_jobs::{Job, RestoredStatus, RestoredThing};
use serde_json::{Value, json};

use super::{Scene, leads};

/// Old ids of leads with their new ones.
fn new_leads(job: &Job) -> HashMap<u64, u64> {
    let rows = job.restored().unwrap().map(Result::unwrap);
    rows.filter_map(|row| match row.thing {
        RestoredThing::Lead(id) => Some((id, row.new_id?)),
        _ => None,
    })
    .collect()
}

/// Names of the fields in which two records differ, ids of phone rows left out.
fn differences(before: &Value, after: &Value) -> BTreeSet<String> {
    let (before, after) = (before.as_object().unwrap(), after.as_object().unwrap());
    let names = before.keys().chain(after.keys());
    let plain = |value: Option<&Value>| {
        let mut value = value.cloned().unwrap_or_default();
        for row in value.as_array_mut().into_iter().flatten() {
            row.as_object_mut().unwrap().remove("ID");
        }
        value
    };
    names.filter(|name| plain(before.get(*name)) != plain(after.get(*name))).cloned().collect()
}

fn dress(scene: &Scene, id: u64) {
    // Every other lead has texts that no batch may carry.
    let reference = if id.is_multiple_of(2) { "$result[d0]" } else { "result" };
    let title = format!("Lead {id}: {reference} & \"quotes\" <b> \u{202e}\u{1b}[2J 100 % {{}} Привет");
    let fields = json!({
        "TITLE": title, "COMMENTS": format!("one\ntwo {reference}"), "OPPORTUNITY": "12.50", "CURRENCY_ID": "USD",
        "BIRTHDATE": "1990-02-03", "UTM_SOURCE": "spring=1&x", "UF_CRM_COLOUR": "red", "ORIGINATOR_ID": "shop",
        "PHONE": [{"VALUE": format!("+4930{id}"), "VALUE_TYPE": "WORK"}],
        "EMAIL": [{"VALUE": format!("a{id}@example.com"), "VALUE_TYPE": "HOME"}],
    });
    scene.act("crm.lead.update", json!({ "id": id, "fields": fields }));
    for number in 0..2 {
        let fields =
            json!({ "ENTITY_ID": id, "ENTITY_TYPE": "lead", "COMMENT": format!("Note {number} of {id}") });
        scene.act("crm.timeline.comment.add", json!({ "fields": fields }));
    }
    let rows = json!([{"PRODUCT_NAME": "Chair", "PRICE": 12.5, "QUANTITY": 2}]);
    scene.act("crm.lead.productrows.set", json!({ "id": id, "rows": rows }));
}

#[tokio::test(start_paused = true)]
async fn five_hundred_leads_return_with_their_bindings_under_new_ids() {
    let scene = Scene::new(500, 120, 3, 2);
    (1..=500).for_each(|id| dress(&scene, id));
    let records: Vec<Value> = (1..=500).map(|id| scene.get("crm.lead.get", id)).collect();
    let links: Vec<Value> = (1..=500).map(|id| scene.get("crm.lead.contact.items.get", id)).collect();
    let job = scene.deleted(leads(1..=500)).await;
    assert!(scene.portal.snapshot().unwrap().leads.is_empty());

    let summary = scene.restored(&job).await;
    assert_eq!((summary.leads, summary.bindings, summary.failed), (500, 1500, 0), "{summary:?}");
    let new = new_leads(&job);
    let mut differ: BTreeMap<String, u64> = BTreeMap::new();
    for ((id, before), links) in (1..).zip(&records).zip(&links) {
        let after = scene.get("crm.lead.get", new[&id]);
        for name in differences(before, &after) {
            *differ.entry(name).or_default() += 1;
        }
        assert_eq!(scene.get("crm.lead.contact.items.get", new[&id]), *links, "lead {id}");
        let rows = scene.get("crm.lead.productrows.get", new[&id]);
        assert_eq!((&rows[0]["PRODUCT_NAME"], &rows[0]["PRICE"]), (&json!("Chair"), &json!(12.5)));
        assert_eq!(after["ORIGIN_ID"], json!(id.to_string()));
    }
    println!("fields that differ, and in how many of 500 leads: {differ:#?}");
    println!("told: {:#?}", summary.losses);
    let differ: Vec<&str> = differ.keys().map(String::as_str).collect();
    assert_eq!(
        differ,
        [
            "DATE_CREATE",
            "DATE_MODIFY",
            "ID",
            "LAST_ACTIVITY_TIME",
            "MOVED_TIME",
            "ORIGINATOR_ID",
            "ORIGIN_ID"
        ]
    );
    let told = summary.losses.join("\n");
    for part in ["1,000 activities", "1,000 timeline comments", "500 own `ORIGINATOR_ID`", "DATE_CREATE"] {
        assert!(told.contains(part), "{part} is not in\n{told}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_restored_is_not_restored_again() {
    let scene = Scene::new(30, 10, 2, 0);
    let job = scene.deleted(leads(1..=30)).await;
    scene.restored(&job).await;
    let new = new_leads(&job);
    // Somebody works on with a restored lead.
    scene.act("crm.lead.contact.items.delete", json!({ "id": new[&1] }));
    let before = scene.portal.snapshot().unwrap();
    let again = scene.restored(&job).await;
    assert_eq!((again.leads, again.bindings, again.earlier), (0, 0, 90), "{again:?}");
    assert_eq!(scene.portal.snapshot().unwrap(), before);
    assert!(again.losses.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_contact_returns_to_its_place_in_the_leads_that_stayed() {
    let scene = Scene::new(6, 3, 3, 0);
    scene.act("crm.contact.update", json!({ "id": 1, "fields": {"POST": "Head", "COMPANY_ID": 0} }));
    let before: Vec<Value> = (1..=6).map(|id| scene.get("crm.lead.contact.items.get", id)).collect();
    let old = scene.get("crm.contact.get", 1);
    let job = scene.deleted(vec![Operation::contact(1).unwrap()]).await;
    assert_eq!(scene.get("crm.lead.contact.items.get", 1)[0]["CONTACT_ID"], json!(2));

    let summary = scene.restored(&job).await;
    assert_eq!((summary.contacts, summary.bindings, summary.failed), (1, 6, 0), "{summary:?}");
    let row = job.restored().unwrap().map(Result::unwrap).find(|row| row.thing == RestoredThing::Contact(1));
    let new = row.unwrap().new_id.unwrap();
    for (id, before) in (1..).zip(before) {
        let mut wanted = before;
        for row in wanted.as_array_mut().unwrap().iter_mut().filter(|row| row["CONTACT_ID"] == json!(1)) {
            row["CONTACT_ID"] = json!(new);
        }
        assert_eq!(scene.get("crm.lead.contact.items.get", id), wanted, "lead {id}");
    }
    let after = scene.get("crm.contact.get", new);
    assert_eq!((&after["NAME"], &after["PHONE"][0]["VALUE"]), (&old["NAME"], &old["PHONE"][0]["VALUE"]));
}

#[tokio::test(start_paused = true)]
async fn leads_and_contacts_of_one_job_find_each_other() {
    let scene = Scene::new(4, 4, 2, 0);
    let before: Vec<Value> = (1..=4).map(|id| scene.get("crm.lead.contact.items.get", id)).collect();
    let contacts = (1..=4).map(|id| Operation::contact(id).unwrap());
    // Leads 1 and 2 lose their contacts before they go, 3 and 4 while they have them.
    let operations = leads(3..=4).into_iter().chain(contacts).chain(leads(1..=2)).collect();
    let job = scene.deleted(operations).await;
    let summary = scene.restored(&job).await;
    assert_eq!((summary.leads, summary.contacts, summary.failed), (4, 4, 0), "{summary:?}");
    let rows: Vec<_> = job.restored().unwrap().map(Result::unwrap).collect();
    assert!(rows.iter().all(|row| row.status == RestoredStatus::Restored));
    let new: HashMap<_, _> = rows.iter().filter_map(|row| Some((row.thing, row.new_id?))).collect();
    for (id, before) in (1..).zip(before) {
        let mut wanted = before;
        for row in wanted.as_array_mut().unwrap() {
            row["CONTACT_ID"] = json!(new[&RestoredThing::Contact(row["CONTACT_ID"].as_u64().unwrap())]);
        }
        let id = new[&RestoredThing::Lead(id)];
        assert_eq!(scene.get("crm.lead.contact.items.get", id), wanted, "lead {id}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_record_that_came_back_by_itself_is_left_alone() {
    let scene = Scene::new(3, 0, 0, 0);
    let job = scene.deleted(leads(2..=3)).await;
    // As from the recycle bin: with the old id.
    let database = scene.portal.snapshot().unwrap().leads;
    assert_eq!(database, [1]);
    scene.act("crm.lead.add", json!({ "fields": {"TITLE": "another"} }));
    let summary = scene.restored(&job).await;
    assert_eq!(summary.leads + summary.present, 2);
}
