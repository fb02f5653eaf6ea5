//! The caller: asks the client for its work and notes every verdict.

use std::sync::Arc;
use std::time::Duration;

use b24delete::{
    CallOptions, Client, ConfirmedBy, Effect, Error, ErrorKind, MaxFailures, Operation, Outcome, Run,
    RunOptions, Status, Summary,
};
use futures_util::{Stream, stream};

use super::clock::Clock;
use super::history::{History, Verdict};
use super::mutant::Mutant;
use super::setup::{Call, Ending, Pulling, RunPlan, Work};

/// Has the client do its work; the summary of a run whose caller stayed to its end.
pub(crate) async fn drive(
    client: Client,
    work: Work,
    history: Arc<History>,
    mutant: Option<Mutant>,
) -> Option<Summary> {
    match work {
        Work::Run(plan) => run(&client, &plan, &history, mutant).await,
        Work::Calls(calls) => {
            for (place, planned) in calls.iter().enumerate() {
                call(&client, place, planned, &history).await;
            }
            None
        }
    }
}

async fn run(
    client: &Client,
    plan: &RunPlan,
    history: &Arc<History>,
    mutant: Option<Mutant>,
) -> Option<Summary> {
    let mut options = RunOptions::default();
    options.max_failures = plan.max_failures.map(MaxFailures::Count);
    let mut run = client.delete_stream(source(plan, Arc::clone(history)), options);
    let mut leave_at = f64::INFINITY;
    match plan.ending {
        Ending::Cancel(seconds) => cancel_later(&run, seconds, Arc::clone(history)),
        Ending::LeaveAt(seconds) => leave_at = seconds,
        Ending::LeaveAfter(_) | Ending::Wait => {}
    }
    let leaving = Clock::sleep(leave_at.min(1e7));
    tokio::pin!(leaving);
    let mut had = 0;
    while plan.ending != Ending::LeaveAfter(had) {
        let next = tokio::select! {
            biased;
            () = &mut leaving, if leave_at.is_finite() => break,
            next = run.next() => next,
        };
        let Some(outcome) = next else { return Some(summary_of(&run, history)) };
        note(&outcome, history, mutant);
        had += 1;
        Clock::sleep(plan.slowness).await;
    }
    history.ended();
    drop(run);
    None
}

fn summary_of(run: &Run, history: &History) -> Summary {
    let summary = run.summary();
    history.inspect(summary.stopped_by.as_ref().and_then(|reason| reason.error()));
    history.inspect_text(&format!("{summary:?}"));
    summary
}

/// The operations of a run, as they are pulled.
fn source(
    plan: &RunPlan,
    history: Arc<History>,
) -> impl Stream<Item = Result<Operation, Error>> + Send + use<> {
    let (operations, pulling) = (plan.operations.clone(), plan.pulling);
    stream::unfold(0, move |place| {
        let operation = operations.get(place).copied();
        let history = Arc::clone(&history);
        async move {
            if let Pulling::Paced(seconds) = pulling {
                Clock::sleep(seconds).await;
            }
            if pulling == Pulling::FailsAfter(place) {
                // Any error of the caller's own will do.
                return Operation::lead(0).err().map(|error| (Err(error), usize::MAX));
            }
            let operation = operation?;
            history.pulled(operation);
            Some((Ok(operation), place + 1))
        }
    })
}

fn cancel_later(run: &Run, seconds: f64, history: Arc<History>) {
    let canceller = run.canceller();
    tokio::spawn(async move {
        Clock::sleep(seconds).await;
        history.ended();
        canceller.cancel();
    });
}

fn note(outcome: &Outcome, history: &History, mutant: Option<Mutant>) {
    history.inspect(outcome.error.as_ref());
    history.inspect_text(&serde_json::to_string(outcome).unwrap_or_default());
    let mut verdict = Verdict {
        operation: usize::try_from(outcome.seq).unwrap_or(usize::MAX),
        status: outcome.status,
        confirmed_by: outcome.confirmed_by,
        attempts: Some(outcome.attempts),
        error: outcome.error.as_ref().map(|error| (error.kind(), error.effect())),
        given: history.mark(),
        late: 0.0,
    };
    if mutant == Some(Mutant::AbsentAfterLoss) && verdict.confirmed_by == Some(ConfirmedBy::Lookup) {
        (verdict.status, verdict.confirmed_by) = (Status::Absent, Some(ConfirmedBy::Reply));
    }
    history.given(verdict);
}

async fn call(client: &Client, place: usize, planned: &Call, history: &Arc<History>) {
    history.pulled(planned.operation);
    let started = history.mark().at;
    let mut options = CallOptions::default();
    options.deadline = planned.deadline.map(Duration::from_secs_f64);
    let answer = client.delete(planned.operation, options);
    let answer = tokio::select! {
        biased;
        () = Clock::sleep(planned.abandoned.unwrap_or_default()), if planned.abandoned.is_some() => return,
        answer = answer => answer,
    };
    let given = history.mark();
    let late =
        planned.deadline.map_or(0.0, |deadline| given.at.as_secs_f64() - started.as_secs_f64() - deadline);
    let blank = Verdict {
        operation: place,
        status: Status::Unknown,
        confirmed_by: None,
        attempts: None,
        error: None,
        given,
        late,
    };
    history.inspect(answer.as_ref().err());
    history.given(match answer {
        Ok(deletion) => Verdict {
            status: deletion.status,
            confirmed_by: Some(deletion.confirmed_by),
            attempts: Some(deletion.attempts),
            ..blank
        },
        Err(error) => Verdict {
            status: promised(&error),
            confirmed_by: (error.kind() == ErrorKind::NotFound).then_some(ConfirmedBy::Reply),
            attempts: Some(error.attempts()),
            error: Some((error.kind(), error.effect())),
            ..blank
        },
    });
}

/// What the error of a single call promises about the operation.
fn promised(error: &Error) -> Status {
    match (error.kind(), error.effect()) {
        (_, Effect::MayHaveApplied) => Status::Unknown,
        (ErrorKind::NotFound, _) => Status::Absent,
        (_, Effect::Rejected) => Status::Failed,
        (_, Effect::NotSent) => Status::NotRun,
    }
}
