//! Runs with a journal: nothing leaves unprepared, nothing is told before the journal has it, and operations that an
//! earlier process may have sent are looked up first.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use b24delete::{
    Attempt, ConfirmedBy, ContactId, Effect, Error, ErrorKind, Journal, JournalFuture, Lost, Operation,
    Outcome, Result, RunOptions, Start, Status, Summary,
};
use b24delete_emulator::Emulator;
use b24delete_emulator::faults::{Fault, FaultRule, Moment};
use b24delete_tests::in_process::{client, options, pass, portal, unlimited};
use futures_util::stream;
use serde_json::json;

/// A journal in memory that refuses what it is told to.
struct Notes {
    portal: Emulator,
    prepared: Mutex<Vec<u64>>,
    settled: Mutex<Vec<u64>>,
    refuses: fn(&Attempt) -> Result<()>,
    fails_at: Option<u64>,
}

impl Notes {
    fn new(portal: &Emulator) -> Self {
        let (prepared, settled) = Default::default();
        Self { portal: portal.clone(), prepared, settled, refuses: |_| Ok(()), fails_at: None }
    }
}

impl Journal for Notes {
    fn prepare<'a>(&'a self, pack: &'a [Attempt]) -> JournalFuture<'a, Result<Vec<Result<()>>>> {
        Box::pin(async move {
            pass(Duration::from_millis(100)).await;
            for attempt in pack {
                let lead_id = attempt.operation.lead_id().map(|id| i64::try_from(id.get()).unwrap());
                let sent = self.portal.executions(0).iter().any(|execution| execution.lead_id == lead_id);
                assert!(!sent || attempt.attempts > 0, "{attempt:?} was sent before it was prepared");
            }
            self.prepared.lock().unwrap().extend(pack.iter().map(|attempt| attempt.seq));
            match pack.iter().any(|attempt| Some(attempt.seq) == self.fails_at) {
                true => Err(Error::not_sent(ErrorKind::Job, "the disk is full")),
                false => Ok(pack.iter().map(self.refuses).collect()),
            }
        })
    }

    fn settled(&self, outcomes: &[Outcome]) {
        self.settled.lock().unwrap().extend(outcomes.iter().map(|outcome| outcome.seq));
    }
}

fn lead(seq: u64) -> Start {
    Start::new(seq, Operation::lead(i64::try_from(seq).unwrap()).unwrap())
}

fn lost(seq: u64, lost: Lost) -> Start {
    Start::in_doubt(seq, lead(seq).operation, lost)
}

async fn run(portal: &Emulator, starts: Vec<Start>, notes: &Arc<Notes>) -> (Vec<Outcome>, Summary) {
    let source = stream::iter(starts.into_iter().map(Ok));
    let mut run =
        client(options(portal)).delete_journalled(source, Arc::clone(notes) as _, RunOptions::default());
    let mut outcomes = Vec::new();
    while let Some(outcome) = run.next().await {
        assert!(notes.settled.lock().unwrap().contains(&outcome.seq), "told before the journal had it");
        outcomes.push(outcome);
    }
    outcomes.sort_by_key(|outcome| outcome.seq);
    (outcomes, run.summary())
}

#[tokio::test(start_paused = true)]
async fn every_pack_is_prepared_before_it_is_sent_and_again_before_it_is_repeated() {
    let portal = portal(unlimited(200));
    portal.add_faults(vec![FaultRule { nth: Some(2), ..FaultRule::new("batch", Fault::RateLimit {}) }]);
    let notes = Arc::new(Notes::new(&portal));
    let (outcomes, summary) = run(&portal, (1..=200).map(lead).collect(), &notes).await;
    assert_eq!((outcomes.len(), summary.deleted), (200, 200));
    let prepared = notes.prepared.lock().unwrap();
    assert!(prepared.len() > 200, "the refused pack was prepared twice");
    assert!((1..=200).all(|seq| prepared.contains(&seq)));
}

#[tokio::test(start_paused = true)]
async fn what_the_journal_refuses_fails_unsent_and_the_rest_goes() {
    let portal = portal(unlimited(10));
    let refuses = |attempt: &Attempt| match attempt.seq % 2 {
        0 => Err(Error::not_sent(ErrorKind::Changed, "the lead was modified since the plan")),
        _ => Ok(()),
    };
    let notes = Arc::new(Notes { refuses, ..Notes::new(&portal) });
    let (outcomes, _) = run(&portal, (1..=10).map(lead).collect(), &notes).await;
    for outcome in &outcomes {
        let expected = if outcome.seq % 2 == 0 { Status::Failed } else { Status::Deleted };
        assert_eq!(outcome.status, expected);
    }
    let error = outcomes[1].error.as_ref().unwrap();
    assert_eq!(
        (error.kind(), error.effect(), outcomes[1].attempts),
        (ErrorKind::Changed, Effect::NotSent, 0)
    );
    assert_eq!(portal.executions(0).len(), 5);
}

#[tokio::test(start_paused = true)]
async fn a_journal_that_fails_stops_the_run_and_its_pack_is_not_sent() {
    let portal = portal(unlimited(50));
    let notes = Arc::new(Notes { fails_at: Some(5), ..Notes::new(&portal) });
    let (outcomes, summary) = run(&portal, (1..=50).map(lead).collect(), &notes).await;
    assert_eq!(summary.stopped_by.as_ref().unwrap().as_str(), "journal");
    assert_eq!(summary.stopped_by.unwrap().error().unwrap().description(), "the disk is full");
    // A first pack of two went before it.
    assert_eq!(portal.executions(0).len(), 2);
    assert!(outcomes[2..].iter().all(|outcome| outcome.status == Status::NotRun));
}

#[tokio::test(start_paused = true)]
async fn what_an_earlier_process_may_have_sent_is_looked_up_first() {
    let portal = portal(unlimited(3));
    client(options(&portal)).delete_lead(b24delete::LeadId::new(1).unwrap()).await.unwrap();
    let before = portal.executions(0).len();
    let notes = Arc::new(Notes::new(&portal));
    let recent = Lost::new(Duration::from_secs(100), 1);
    let long_ago = Lost::new(Duration::from_secs(10_000), 1);
    let started = tokio::time::Instant::now();
    let starts = vec![lost(1, recent.clone()), lost(2, recent), lead(3)];
    let (outcomes, _) = run(&portal, starts, &notes).await;
    let told: Vec<_> = outcomes
        .iter()
        .map(|outcome| (outcome.status, outcome.confirmed_by.unwrap(), outcome.attempts))
        .collect();
    assert_eq!(
        told,
        [
            (Status::Deleted, ConfirmedBy::Lookup, 1),
            (Status::Deleted, ConfirmedBy::Reply, 2),
            (Status::Deleted, ConfirmedBy::Reply, 1),
        ]
    );
    assert_eq!(portal.executions(0).len(), before + 2, "what was gone is not sent again");
    let waited = started.elapsed().as_secs();
    assert!((200..=210).contains(&waited), "the rest of the settle time is waited for: {waited} s");

    let portal = portal_with(1);
    let notes = Arc::new(Notes::new(&portal));
    let started = tokio::time::Instant::now();
    let (outcomes, _) = run(&portal, vec![lost(1, long_ago)], &notes).await;
    assert_eq!(outcomes[0].status, Status::Deleted);
    assert!(started.elapsed() < Duration::from_secs(5), "after the settle time nothing is waited for");
}

fn portal_with(leads: u64) -> Emulator {
    portal(unlimited(leads))
}

#[tokio::test(start_paused = true)]
async fn all_bindings_of_a_lead_go_again_only_if_the_plan_knew_them() {
    let mut settings = unlimited(2);
    (settings.seed.contacts, settings.seed.links_per_lead) = (2, 2);
    let portal = portal(settings);
    let links = portal.snapshot().unwrap().lead_contacts;
    let of_lead = |lead_id: i64| -> Vec<_> {
        let links = links.iter().filter(|link| link.lead_id == lead_id);
        links.map(|link| (ContactId::new(link.contact_id).unwrap(), link.sort)).collect()
    };
    let unlink = |seq: u64, bindings| {
        let operation = Operation::lead_contact_items(i64::try_from(seq).unwrap()).unwrap();
        let mut lost = Lost::new(Duration::from_secs(10_000), 1);
        lost.bindings = bindings;
        Start::in_doubt(seq, operation, lost)
    };
    let notes = Arc::new(Notes::new(&portal));
    let starts = vec![unlink(1, Some(of_lead(1))), unlink(2, None)];
    let (outcomes, _) = run(&portal, starts, &notes).await;
    assert_eq!((outcomes[0].status, outcomes[1].status), (Status::Deleted, Status::Unknown));
}

#[tokio::test(start_paused = true)]
async fn a_write_is_repeated_only_while_nothing_ran() {
    let portal = portal(unlimited(0));
    let add = |title: &str| json!({ "fields": { "TITLE": title } });
    portal.add_faults(vec![
        FaultRule { nth: Some(1), ..FaultRule::new("crm.lead.add", Fault::RateLimit {}) },
        FaultRule { nth: Some(3), moment: Moment::After, ..FaultRule::new("crm.lead.add", Fault::Reset {}) },
    ]);
    let client = client(options(&portal));
    assert!(client.write("crm.lead.add", &add("first")).await.unwrap().result.is_number());
    let error = client.write("crm.lead.add", &add("second")).await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Connection, Effect::MayHaveApplied));
    assert_eq!(portal.snapshot().unwrap().leads.len(), 2, "neither lost nor made twice");
}
