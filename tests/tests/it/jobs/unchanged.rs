//! Own changes and those of strangers, where a lead has several operations in a job.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use b24delete::transport::{Request, SendFuture, Transport};
use b24delete::{Client, ErrorKind, Operation, Status};
use b24delete_emulator::Emulator;
use b24delete_jobs::{Job, JobRunOptions, PlanOptions};
use b24delete_tests::in_process::{InProcess, client, options, portal, unlimited};
use serde_json::json;

use super::{Place, recorded};

const BINDINGS: i64 = 30;

/// Shows the last change of every record as that of another user, from some time on.
struct Changed {
    inner: Arc<InProcess>,
    by_a_stranger: AtomicBool,
}

impl Transport for Changed {
    fn send(&self, request: Request) -> SendFuture {
        let reply = self.inner.send(request);
        let by_a_stranger = self.by_a_stranger.load(Ordering::Relaxed);
        Box::pin(async move {
            let mut reply = reply.await?;
            if by_a_stranger {
                let text = String::from_utf8_lossy(&reply.body).into_owned();
                reply.body = text.replace(r#""MODIFY_BY_ID":"1""#, r#""MODIFY_BY_ID":"7""#).into_bytes();
            }
            Ok(reply)
        })
    }
}

struct Scene {
    portal: Emulator,
    transport: Arc<Changed>,
    client: Client,
    place: Place,
}

impl Scene {
    /// A portal with one lead of many contacts, where a few deletes fill a request.
    fn new() -> Self {
        let mut settings = unlimited(1);
        settings.seed.contacts = BINDINGS.unsigned_abs();
        settings.cost = vec!["crm.lead.contact.delete=5".parse().unwrap()];
        let portal = portal(settings);
        for contact in 1..=BINDINGS {
            let parameters = json!({ "id": 1, "fields": {"CONTACT_ID": contact} });
            portal.act("crm.lead.contact.add", parameters.as_object().unwrap()).unwrap();
        }
        let inner = InProcess::new(portal.clone());
        let transport = Arc::new(Changed { inner, by_a_stranger: AtomicBool::new(false) });
        let mut options = options(&portal);
        options.transport = Some(Arc::clone(&transport) as _);
        Self { portal, transport, client: client(options), place: Place::new() }
    }

    async fn planned(&self) -> Job {
        let mut plan = PlanOptions::default();
        plan.if_unchanged = true;
        let operations = (1..=BINDINGS).map(|contact| Operation::lead_contact(1, contact).unwrap());
        Job::plan(self.place.file(), &self.client, operations, plan).await.unwrap()
    }

    /// Runs the job; with every outcome the lead is modified. Ends after so many outcomes.
    async fn run(&self, job: &Job, outcomes: usize) {
        let mut run = job.run(&self.client, JobRunOptions::default()).await.unwrap();
        let mut told = 0;
        while run.next().await.is_some() {
            let update = json!({ "id": 1, "fields": {"COMMENTS": format!("modified {told} times")} });
            self.portal.act("crm.lead.update", update.as_object().unwrap()).unwrap();
            told += 1;
            if told == outcomes {
                run.cancel();
            }
        }
    }
}

fn count(job: &Job, status: Status) -> usize {
    recorded(job).iter().filter(|outcome| outcome.status == status).count()
}

#[tokio::test(start_paused = true)]
async fn what_the_job_itself_changes_is_not_taken_for_a_strangers_change() {
    let scene = Scene::new();
    let job = scene.planned().await;
    scene.run(&job, 1).await;
    let first = count(&job, Status::Deleted);
    assert!((1..15).contains(&first), "{first}");
    // Another process knows what this one did.
    scene.run(&job, usize::MAX).await;
    assert_eq!(count(&job, Status::Deleted), 30);
}

#[tokio::test(start_paused = true)]
async fn a_stranger_who_changes_a_lead_amid_its_operations_keeps_the_rest() {
    let scene = Scene::new();
    let job = scene.planned().await;
    scene.run(&job, 1).await;
    let first = count(&job, Status::Deleted);
    scene.transport.by_a_stranger.store(true, Ordering::Relaxed);
    scene.run(&job, usize::MAX).await;
    assert_eq!((count(&job, Status::Deleted), count(&job, Status::Failed)), (first, 30 - first));
    let kinds = recorded(&job).into_iter().filter_map(|outcome| Some(outcome.error?.kind()));
    assert!(kinds.into_iter().all(|kind| kind == ErrorKind::Changed));
}

#[tokio::test(start_paused = true)]
async fn a_lead_that_the_job_has_not_touched_is_spared_whoever_changed_it() {
    let scene = Scene::new();
    let job = scene.planned().await;
    b24delete_tests::in_process::pass(std::time::Duration::from_secs(60)).await;
    let update = json!({ "id": 1, "fields": {"TITLE": "still needed"} });
    scene.portal.act("crm.lead.update", update.as_object().unwrap()).unwrap();
    scene.run(&job, usize::MAX).await;
    assert_eq!(count(&job, Status::Failed), 30);
}
