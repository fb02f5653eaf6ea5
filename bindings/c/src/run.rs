//! A run, seen through on the caller's own thread: callbacks run there, between the waits.

use std::ffi::{c_int, c_void};

use b24delete::Result;
use futures_util::{FutureExt, Stream, StreamExt, stream};
use tokio::sync::{mpsc, oneshot};

use crate::canceller::Attached;
use crate::client::Client;
use crate::delete_many::OutcomeCallback;
use crate::engine::Engine;
use crate::gate::invalid;
use crate::operation::Operation;
use crate::outcome::Outcome;
use crate::run_options::{Progress, RunOptions};

/// So many operations are asked for at a time: those of one pack.
const CAPACITY: usize = 50;

/// Operations as they were read, in order. An empty answer is the end.
type Answer = Vec<Result<b24delete::Operation>>;

/// A run under way.
pub(crate) struct Run {
    run: b24delete::Run,
    reading: Option<Reading>,
    _attached: Option<Attached>,
}

/// Operations that the caller's thread reads when the run asks for them.
struct Reading {
    reader: Reader,
    questions: mpsc::Receiver<oneshot::Sender<Answer>>,
}

/// The caller's source of operations.
pub(crate) struct Reader {
    callback: unsafe extern "C" fn(*mut c_void, *mut Operation, usize) -> isize,
    user_data: *mut c_void,
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
    Read(oneshot::Sender<Answer>),
    End,
}

impl Run {
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
        let (ask, questions) = mpsc::channel(1);
        let answers = stream::unfold(ask, |ask| async move {
            let (answer, answered) = oneshot::channel();
            ask.send(answer).await.ok()?;
            let operations = answered.await.ok().filter(|operations: &Answer| !operations.is_empty())?;
            Some((stream::iter(operations), ask))
        });
        Self::start(client, answers.flatten(), Some(Reading { reader, questions }), options)
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
                Next::Read(answer) if goes_on => self.read(answer),
                Next::Tell(_) | Next::Read(_) => {}
            }
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
            Some(answer) = reading.questions.recv() => Next::Read(answer),
        }
    }

    fn read(&self, answer: oneshot::Sender<Answer>) {
        if let Some(reading) = &self.reading {
            // A run that was cancelled meanwhile wants no answer any more.
            let _ = answer.send(reading.reader.read());
        }
    }
}

impl Reader {
    pub(crate) fn new(
        callback: unsafe extern "C" fn(*mut c_void, *mut Operation, usize) -> isize,
        user_data: *mut c_void,
    ) -> Self {
        Self { callback, user_data }
    }

    fn read(&self) -> Answer {
        let mut operations = [Operation::EMPTY; CAPACITY];
        // SAFETY: there is room for so many; the header says what the callback may do.
        let count = unsafe { (self.callback)(self.user_data, operations.as_mut_ptr(), CAPACITY) };
        match usize::try_from(count).ok().and_then(|count| operations.get(..count)) {
            Some(operations) => operations.iter().map(|operation| operation.checked()).collect(),
            None => vec![Err(invalid(format!(
                "the callback that reads operations returned {count}: 0 to {CAPACITY} are allowed"
            )))],
        }
    }
}

impl<'a> Teller<'a> {
    pub(crate) fn new(
        on_outcome: OutcomeCallback,
        user_data: *mut c_void,
        options: Option<&'a RunOptions>,
    ) -> Self {
        let progress = options.and_then(|options| options.progress.as_ref());
        Self { on_outcome, user_data, progress }
    }

    /// Hands an outcome over; false when the caller wants no more.
    fn outcome(&self, outcome: b24delete::Outcome) -> bool {
        let Some(on_outcome) = self.on_outcome else { return true };
        let outcome = Outcome::new(outcome);
        // SAFETY: the header says what the callback may do; the outcome lives until it returns.
        unsafe { on_outcome(self.user_data, &raw const outcome) == 0 }
    }

    fn progress(&self, run: &b24delete::Run) {
        if let Some(progress) = self.progress {
            progress.tell(run.summary());
        }
    }
}
