//! Operations that the caller's own thread reads when they are wanted.

use std::collections::VecDeque;
use std::ffi::c_void;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use b24delete::Result;
use futures_util::{Stream, stream};
use tokio::sync::{mpsc, oneshot};

use crate::gate::invalid;
use crate::operation::Operation;

/// So many operations are asked for at a time: those of one pack.
const CAPACITY: usize = 50;

/// The caller's source of operations.
pub(crate) struct Reader {
    callback: unsafe extern "C" fn(*mut c_void, *mut Operation, usize) -> isize,
    user_data: *mut c_void,
}

/// A question for more operations. The answer is false at the end.
pub(crate) type Question = oneshot::Sender<bool>;

/// The caller's side of a stream of operations.
pub(crate) struct Reading {
    reader: Reader,
    questions: mpsc::Receiver<Question>,
    ahead: Ahead,
}

/// What was read and not pulled yet.
#[derive(Clone, Default)]
struct Ahead(Arc<Mutex<VecDeque<Result<b24delete::Operation>>>>);

impl Reader {
    pub(crate) fn new(
        callback: unsafe extern "C" fn(*mut c_void, *mut Operation, usize) -> isize,
        user_data: *mut c_void,
    ) -> Self {
        Self { callback, user_data }
    }

    /// The next operations, in order; behind one that is wrong there are no more.
    fn read(&self) -> VecDeque<Result<b24delete::Operation>> {
        let mut operations = [Operation::EMPTY; CAPACITY];
        // SAFETY: there is room for so many; the header says what the callback may do.
        let count = unsafe { (self.callback)(self.user_data, operations.as_mut_ptr(), CAPACITY) };
        let Some(operations) = usize::try_from(count).ok().and_then(|count| operations.get(..count)) else {
            let text =
                format!("the callback that reads operations returned {count}: 0 to {CAPACITY} are allowed");
            return VecDeque::from([Err(invalid(text))]);
        };
        let mut read = VecDeque::with_capacity(operations.len());
        for operation in operations.iter().map(|operation| operation.checked()) {
            let is_wrong = operation.is_err();
            read.push_back(operation);
            if is_wrong {
                break;
            }
        }
        read
    }
}

impl Reading {
    /// Both sides of what `reader` gives.
    pub(crate) fn new(
        reader: Reader,
    ) -> (Self, impl Stream<Item = Result<b24delete::Operation>> + Send + 'static) {
        let (ask, questions) = mpsc::channel::<Question>(1);
        let ahead = Ahead::default();
        let operations = stream::unfold((ask, ahead.clone()), |(ask, ahead)| async move {
            loop {
                let next = ahead.locked().pop_front();
                if let Some(next) = next {
                    return Some((next, (ask, ahead)));
                }
                let (answer, answered) = oneshot::channel();
                ask.send(answer).await.ok()?;
                answered.await.ok().filter(|is_more| *is_more)?;
            }
        });
        (Self { reader, questions, ahead }, operations)
    }

    /// Waits until more is wanted; `None` when nothing will be any more.
    pub(crate) async fn question(&mut self) -> Option<Question> {
        self.questions.recv().await
    }

    /// Has the caller read, on this thread.
    pub(crate) fn read(&self, question: Question) {
        let read = self.reader.read();
        let is_more = !read.is_empty();
        self.ahead.locked().extend(read);
        // A run that was cancelled meanwhile wants no answer any more.
        let _ = question.send(is_more);
    }

    /// What was read and never pulled.
    pub(crate) fn left_over(&self) -> Vec<b24delete::Operation> {
        self.ahead.locked().drain(..).filter_map(Result::ok).collect()
    }
}

impl Ahead {
    fn locked(&self) -> MutexGuard<'_, VecDeque<Result<b24delete::Operation>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
