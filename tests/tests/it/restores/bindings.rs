//! Bindings of leads that stayed.

use b24delete::Operation;
use b24delete_jobs::RestoredStatus;
use serde_json::{Value, json};

use super::Scene;

fn lists(scene: &Scene, leads: u64) -> Vec<Value> {
    (1..=leads).map(|id| scene.get("crm.lead.contact.items.get", id)).collect()
}

/// The main contact stands last, and two share a place.
fn arrange(scene: &Scene, lead: u64) {
    let items = json!([
        {"CONTACT_ID": 1, "SORT": 30, "IS_PRIMARY": "N"}, {"CONTACT_ID": 2, "SORT": 30, "IS_PRIMARY": "N"},
        {"CONTACT_ID": 3, "SORT": 700, "IS_PRIMARY": "Y"},
    ]);
    scene.act("crm.lead.contact.items.set", json!({ "id": lead, "items": items }));
}

#[tokio::test(start_paused = true)]
async fn single_bindings_return_exactly_as_they_were() {
    let scene = Scene::new(60, 4, 0, 0);
    (1..=60).for_each(|lead| arrange(&scene, lead));
    let before = lists(&scene, 60);
    let operations =
        (1..=60).flat_map(|lead| [3, 1].map(|contact| Operation::lead_contact(lead, contact).unwrap()));
    let job = scene.deleted(operations.collect()).await;
    assert_eq!(lists(&scene, 1)[0].as_array().unwrap().len(), 1);
    let summary = scene.restored(&job).await;
    assert_eq!((summary.bindings, summary.failed), (120, 0), "{summary:?}");
    assert!(summary.losses.is_empty());
    assert_eq!(lists(&scene, 60), before);
}

#[tokio::test(start_paused = true)]
async fn whole_lists_return_and_what_was_added_meanwhile_stays() {
    let scene = Scene::new(2, 5, 0, 0);
    (1..=2).for_each(|lead| arrange(&scene, lead));
    let before = lists(&scene, 2);
    let operations = (1..=2).map(|lead| Operation::lead_contact_items(lead).unwrap()).collect();
    let job = scene.deleted(operations).await;
    scene.act("crm.lead.contact.add", json!({ "id": 2, "fields": {"CONTACT_ID": 5, "SORT": 40} }));
    scene.restored(&job).await;
    let after = lists(&scene, 2);
    assert_eq!(after[0], before[0]);
    let row = |contact, sort, primary| json!({"CONTACT_ID": contact, "SORT": sort, "ROLE_ID": 0, "IS_PRIMARY": primary});
    assert_eq!(after[1], json!([row(1, 30, "N"), row(2, 30, "N"), row(5, 40, "N"), row(3, 700, "Y")]));
}

#[tokio::test(start_paused = true)]
async fn the_plan_serves_where_there_is_no_copy() {
    let scene = Scene::new(1, 3, 0, 0);
    arrange(&scene, 1);
    let before = lists(&scene, 1);
    let job = scene.planned(vec![Operation::lead_contact_items(1).unwrap()], false).await;
    job.run(&scene.client, Default::default()).await.unwrap().finish().await;
    assert_eq!(lists(&scene, 1), [json!([])]);
    assert_eq!(scene.restored(&job).await.bindings, 3);
    assert_eq!(lists(&scene, 1), before);
}

#[tokio::test(start_paused = true)]
async fn a_contact_that_is_gone_is_told_and_the_others_return() {
    let scene = Scene::new(1, 3, 0, 0);
    arrange(&scene, 1);
    let job = scene.deleted(vec![Operation::lead_contact_items(1).unwrap()]).await;
    scene.act("crm.contact.delete", json!({ "id": 2 }));
    let summary = scene.restored(&job).await;
    assert_eq!((summary.bindings, summary.failed), (2, 1));
    let failed = job.restored().unwrap().map(Result::unwrap).find(|row| row.status == RestoredStatus::Failed);
    assert_eq!(failed.unwrap().error.unwrap().description(), "contact 2 is not there any more, or hidden");
    assert_eq!(lists(&scene, 1)[0].as_array().unwrap().len(), 2);
}
