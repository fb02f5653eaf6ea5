//! The hash chain, and what `forget` leaves.

use b24delete::ErrorKind;
use b24delete_jobs::{Finding, Job, JobRunOptions, Place as InChain, PlanOptions};
use b24delete_tests::in_process::{client, options, portal, unlimited};
use rusqlite::Connection;

use super::{Place, leads, recorded, run};

/// A finished job of two runs, and the head that the first of them printed.
async fn finished(place: &Place) -> (Job, String) {
    let portal = portal(unlimited(80));
    let client = client(options(&portal));
    let mut plan = PlanOptions::default();
    plan.look = true;
    let job = Job::plan(place.file(), &client, leads(1..=80), plan).await.unwrap();
    let mut first = job.run(&client, JobRunOptions::default()).await.unwrap();
    first.next().await.unwrap();
    first.cancel();
    while first.next().await.is_some() {}
    let head = first.head();
    run(&job, &client).await;
    (job, head)
}

fn tamper(job: &Job, sql: &str) {
    let connection = Connection::open(job.path()).unwrap();
    assert!(connection.execute(sql, []).unwrap() > 0, "{sql}");
}

#[tokio::test(start_paused = true)]
async fn edits_are_found_and_told() {
    for (sql, finding) in [
        ("UPDATE operations SET ids = json_set(ids, '$[5]', 99)", Finding::Plan),
        ("UPDATE job SET host = 'other.example'", Finding::Plan),
        ("UPDATE facts SET title = 'nothing of value' WHERE seq = 3", Finding::Facts),
        ("UPDATE outcomes SET status = 2 WHERE seq = 0", Finding::Run(1)),
        ("UPDATE outcomes SET confirmed_by = 1 WHERE seq + count > 70", Finding::Run(2)),
        ("UPDATE outcomes SET count = count - 1 WHERE seq + count > 70", Finding::Run(2)),
        ("DELETE FROM outcomes WHERE seq + count > 70", Finding::Run(2)),
        ("UPDATE runs SET stopped_by = NULL WHERE run = 1", Finding::Run(1)),
        ("DELETE FROM superseded", Finding::Run(1)),
    ] {
        let place = Place::new();
        let (job, _) = finished(&place).await;
        assert!(job.verify(None).unwrap().is_intact());
        tamper(&job, sql);
        assert!(job.verify(None).unwrap().findings.contains(&finding), "{sql}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_kept_head_shows_what_was_cut_off() {
    let place = Place::new();
    let (job, first) = finished(&place).await;
    let verification = job.verify(Some(&first)).unwrap();
    assert_eq!((verification.is_intact(), verification.kept_head), (true, Some(InChain::Run(1))));
    let last = verification.head;
    tamper(&job, "DELETE FROM outcomes WHERE entry >= (SELECT first_entry FROM runs WHERE run = 2)");
    tamper(&job, "DELETE FROM superseded");
    tamper(&job, "DELETE FROM runs WHERE run = 2");
    let findings = job.verify(Some(&last)).unwrap().findings;
    assert!(findings.contains(&Finding::KeptHead), "{findings:?}");
    let error = job.verify(Some("12ab")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    assert!(error.description().contains("`12ab`"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn forgetting_leaves_ids_and_outcomes_and_no_trace_of_titles() {
    let place = Place::new();
    let (job, _) = finished(&place).await;
    let titles: Vec<String> =
        job.planned().unwrap().filter_map(|row| row.unwrap().facts.and_then(|facts| facts.title)).collect();
    assert_eq!(titles.len(), 80);
    let before = recorded(&job);
    job.forget().unwrap();
    assert_eq!(recorded(&job), before);
    assert!(job.planned().unwrap().all(|row| row.unwrap().facts.is_none()));
    for entry in std::fs::read_dir(place.0.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        assert!(titles.iter().all(|title| !text.contains(title)), "a title is still in a file");
    }
    assert!(job.overview().unwrap().forgotten.is_some());
    assert!(job.verify(None).unwrap().is_intact(), "what was forgotten on purpose is no finding");
}
