//! A run, seen through on the caller's own thread: callbacks run there, between the waits.

use std::ffi::{c_int, c_void};

use b24delete::Result;
use b24delete_jobs::{Job, JobRun};
use futures_util::{FutureExt, Stream, StreamExt, stream};
use tokio::sync::oneshot;

use crate::canceller::Attached;
use crate::client::Client;
use crate::delete_many::OutcomeCallback;
use crate::engine::Engine;
use crate::job_run_options::JobRunOptions;
use crate::outcome::Outcome;
use crate::reader::{Question, Reader, Reading};
use crate::run_options::{Progress, RunOptions};

/// A run under way.
pub(crate) struct Run<R> {
    run: R,
    reading: Option<Reading>,
    _attached: Option<Attached>,
}

/// What runs of jobs and others have in common.
pub(crate) trait Running: Stream<Item = b24delete::Outcome> + Unpin {
    /// Sends nothing more.
    fn cancel(&self);
    /// The account so far.
    fn summary(&self) -> b24delete::Summary;
    /// The outcomes of operations that were read for the run and that it did not pull before it ended.
    fn leave_out(&self, operations: Vec<b24delete::Operation>) -> Vec<b24delete::Outcome>;
}

impl Running for b24delete::Run {
    fn cancel(&self) {
        Self::cancel(self);
    }

    fn summary(&self) -> b24delete::Summary {
        Self::summary(self)
    }

    fn leave_out(&self, operations: Vec<b24delete::Operation>) -> Vec<b24delete::Outcome> {
        Self::leave_out(self, operations)
    }
}

impl Running for JobRun {
    fn cancel(&self) {
        Self::cancel(self);
    }

    fn summary(&self) -> b24delete::Summary {
        Self::summary(self)
    }

    /// A job has its operations from its file, where they stay.
    fn leave_out(&self, _: Vec<b24delete::Operation>) -> Vec<b24delete::Outcome> {
        Vec::new()
    }
}

/// The caller's callbacks for what comes out.
pub(crate) struct Teller<'a> {
    on_outcome: Option<unsafe extern "C" fn(*mut c_void, *const Outcome) -> c_int>,
    user_data: *mut c_void,
    progress: Option<&'a Progress>,
}

/// What the caller's thread has to do next.
enum Next {
    Tell(b24delete::Outcome),
    Read(Question),
    End,
}

impl Run<b24delete::Run> {
    /// A run over operations that are all there.
    pub(crate) fn over(
        client: &Client,
        operations: Vec<b24delete::Operation>,
        options: Option<&RunOptions>,
    ) -> Result<Self> {
        Self::start(client, stream::iter(operations.into_iter().map(Ok)), None, options)
    }

    /// A run over operations that are read when they are wanted.
    pub(crate) fn reading(client: &Client, reader: Reader, options: Option<&RunOptions>) -> Result<Self> {
        let (reading, operations) = Reading::new(reader);
        Self::start(client, operations, Some(reading), options)
    }

    fn start(
        client: &Client,
        operations: impl Stream<Item = Result<b24delete::Operation>> + Send + 'static,
        reading: Option<Reading>,
        options: Option<&RunOptions>,
    ) -> Result<Self> {
        let core_options = options.map(|options| options.core.clone()).unwrap_or_default();
        // Nothing is pulled before the canceller is there: one that was used already must find nothing sent.
        let (go, gone) = oneshot::channel::<()>();
        let operations = gone.map(|_| operations).flatten_stream();
        let _entered = client.engine()?.enter();
        let run = client.core().delete_stream(operations, core_options);
        let targets = options.and_then(|options| options.targets.as_ref());
        let attached = targets.map(|targets| targets.attach(run.canceller()));
        drop(go);
        Ok(Self { run, reading, _attached: attached })
    }
}

impl Run<JobRun> {
    /// A run of a job.
    pub(crate) fn of_job(client: &Client, job: Job, options: Option<&JobRunOptions>) -> Result<Self> {
        let core_client = client.core().clone();
        let core_options = options.map(|options| options.core.clone()).unwrap_or_default();
        let targets = options.and_then(|options| options.targets.clone());
        let started = client.engine()?.wait(async move {
            let run = job.run(&core_client, core_options).await?;
            // The run goes on when this thread is free again: a canceller that was used already finds nothing sent.
            let attached = targets.map(|targets| targets.attach(run.canceller()));
            Ok((run, attached))
        });
        started.map(|(run, attached)| Self { run, reading: None, _attached: attached })
    }
}

impl<R: Running> Run<R> {
    /// Hands over every outcome and gives the final account.
    pub(crate) fn see_through(mut self, engine: &Engine, teller: &Teller<'_>) -> b24delete::Summary {
        let mut goes_on = true;
        let mut is_told = true;
        loop {
            let next = match self.run.next().now_or_never() {
                Some(next) => next.map_or(Next::End, Next::Tell),
                None => {
                    if goes_on && !std::mem::replace(&mut is_told, true) {
                        teller.progress(&self.run);
                    }
                    engine.wait_here(self.next())
                }
            };
            match next {
                Next::End => break,
                Next::Tell(outcome) if goes_on => {
                    is_told = false;
                    goes_on = teller.outcome(outcome);
                    if !goes_on {
                        self.run.cancel();
                    }
                }
                Next::Read(question) if goes_on => self.read(question),
                Next::Tell(_) | Next::Read(_) => {}
            }
        }
        for outcome in self.left_out() {
            is_told = false;
            goes_on = goes_on && teller.outcome(outcome);
        }
        if goes_on && !is_told {
            teller.progress(&self.run);
        }
        self.run.summary()
    }

    async fn next(&mut self) -> Next {
        let Some(reading) = &mut self.reading else {
            return self.run.next().await.map_or(Next::End, Next::Tell);
        };
        tokio::select! {
            biased;
            outcome = self.run.next() => outcome.map_or(Next::End, Next::Tell),
            Some(question) = reading.question() => Next::Read(question),
        }
    }

    fn read(&self, question: Question) {
        if let Some(reading) = &self.reading {
            reading.read(question);
        }
    }

    /// Outcomes of what was read too late.
    fn left_out(&self) -> Vec<b24delete::Outcome> {
        self.reading.as_ref().map(|reading| self.run.leave_out(reading.left_over())).unwrap_or_default()
    }
}

impl<'a> Teller<'a> {
    pub(crate) fn new(
        on_outcome: OutcomeCallback,
        user_data: *mut c_void,
        progress: Option<&'a Progress>,
    ) -> Self {
        Self { on_outcome, user_data, progress }
    }

    /// Hands an outcome over; false when the caller wants no more.
    pub(crate) fn outcome(&self, outcome: b24delete::Outcome) -> bool {
        let Some(on_outcome) = self.on_outcome else { return true };
        let outcome = Outcome::new(outcome);
        // SAFETY: the header says what the callback may do; the outcome lives until it returns.
        unsafe { on_outcome(self.user_data, &raw const outcome) == 0 }
    }

    fn progress(&self, run: &impl Running) {
        if let Some(progress) = self.progress {
            progress.tell(run.summary());
        }
    }
}
