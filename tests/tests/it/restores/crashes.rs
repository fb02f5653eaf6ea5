//! A lost answer, and a process that dies amid a restore: nothing is created twice.

use std::time::Duration;

use b24delete::{Effect, ErrorKind};
use b24delete_emulator::faults::{Fault, FaultRule, Moment};
use b24delete_jobs::{RestoreOptions, RestoredStatus};
use b24delete_tests::in_process::pass;
use serde_json::Value;

use super::{Scene, leads};

fn rule(method: &str, nth: u64, moment: Moment, fault: Fault) -> FaultRule {
    FaultRule { nth: Some(nth), moment, ..FaultRule::new(method, fault) }
}

/// Titles of all leads, which are all different.
fn titles(scene: &Scene) -> Vec<String> {
    let ids = scene.portal.snapshot().unwrap().leads;
    let mut titles: Vec<String> = ids
        .into_iter()
        .map(|id| scene.get("crm.lead.get", id.cast_unsigned()))
        .map(|lead| lead.get("TITLE").and_then(Value::as_str).unwrap().to_owned())
        .collect();
    titles.sort();
    titles
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_looked_up_and_nothing_is_created_twice() {
    let scene = Scene::new(90, 5, 2, 0);
    let before = titles(&scene);
    let job = scene.deleted(leads(1..=90)).await;
    scene.portal.add_faults(vec![
        rule("crm.lead.add", 1, Moment::After, Fault::Reset {}),
        rule("crm.lead.add", 2, Moment::Before, Fault::Reset {}),
        rule("crm.lead.add", 4, Moment::AfterCommands(7), Fault::Reset {}),
        rule("crm.lead.add", 6, Moment::After, Fault::Html { status: 502 }),
        rule("crm.lead.contact.items.set", 2, Moment::After, Fault::Reset {}),
        rule("crm.lead.contact.items.set", 4, Moment::Before, Fault::Truncated {}),
    ]);
    let summary = scene.restored(&job).await;
    assert_eq!((summary.leads, summary.bindings, summary.failed), (90, 180, 0), "{summary:?}");
    assert_eq!(titles(&scene), before);
}

#[tokio::test(start_paused = true)]
async fn a_process_that_dies_with_records_on_the_wire_leaves_them_to_look_up() {
    for moment in [Moment::Before, Moment::After] {
        let scene = Scene::new(30, 0, 0, 0);
        let before = titles(&scene);
        let job = scene.deleted(leads(1..=30)).await;
        let stall = Fault::Stall { seconds: Some(20.0) };
        scene.portal.add_faults(vec![rule("crm.lead.add", 2, moment, stall)]);
        let restore = job.restore(&scene.client, RestoreOptions::default(), |_| {});
        assert!(tokio::time::timeout(Duration::from_secs(10), restore).await.is_err());
        let unsettled = job.restored().unwrap().map(Result::unwrap);
        assert_eq!(unsettled.filter(|row| row.status == RestoredStatus::Unsettled).count(), 10);
        // The old process let go of the file, and its request arrives.
        pass(Duration::from_secs(30)).await;
        let summary = scene.restored(&job).await;
        assert_eq!(summary.failed, 0, "{summary:?}");
        assert_eq!(titles(&scene), before, "{moment:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_look_that_brings_no_list_proves_nothing_and_ends_the_restore() {
    let scene = Scene::new(20, 0, 0, 0);
    let before = titles(&scene);
    let job = scene.deleted(leads(1..=20)).await;
    // An answer is lost, and the look for what it made is answered by something else.
    let text = r#"{"result":{"result":{"r0":[],"r1":{"items":[]}},"result_error":[]}}"#.to_owned();
    let other = Fault::Body { status: 200, content_type: "application/json".to_owned(), text };
    scene.portal.add_faults(vec![
        rule("crm.lead.add", 1, Moment::After, Fault::Reset {}),
        FaultRule { moment: Moment::After, ..FaultRule::new("crm.lead.list", other) },
    ]);
    let error = job.restore(&scene.client, RestoreOptions::default(), |_| {}).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnexpectedAnswer, "{error}");
    scene.portal.clear_faults();
    assert_eq!(scene.restored(&job).await.failed, 0);
    assert_eq!(titles(&scene), before);
}

#[tokio::test(start_paused = true)]
async fn a_right_that_is_missing_ends_the_restore_and_it_goes_on_later() {
    let scene = Scene::new(8, 0, 0, 0);
    let before = titles(&scene);
    let job = scene.deleted(leads(1..=8)).await;
    let denied = Fault::Error { status: 403, code: String::new(), description: "Access denied.".to_owned() };
    scene.portal.add_faults(vec![rule("crm.lead.add", 4, Moment::Before, denied)]);
    let error = job.restore(&scene.client, RestoreOptions::default(), |_| {}).await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::AccessDenied, Effect::Rejected));
    let summary = scene.restored(&job).await;
    // The others of the same request were created.
    assert_eq!((summary.leads, summary.earlier, summary.failed), (1, 7, 0), "{summary:?}");
    assert_eq!(titles(&scene), before);
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_restore_goes_on_later() {
    let scene = Scene::new(50, 3, 1, 0);
    let job = scene.deleted(leads(1..=50)).await;
    let canceller = b24delete::Canceller::new();
    let mut options = RestoreOptions::default();
    options.canceller = Some(canceller.clone());
    let told = |summary: &b24delete_jobs::RestoreSummary| {
        if summary.leads == 10 {
            canceller.cancel();
        }
    };
    let summary = job.restore(&scene.client, options, told).await.unwrap();
    // What was in the same request is seen through.
    assert!(summary.cancelled && summary.leads == 20 && summary.bindings == 0, "{summary:?}");
    let summary = scene.restored(&job).await;
    assert_eq!((summary.leads, summary.bindings, summary.earlier), (30, 50, 20), "{summary:?}");
}
