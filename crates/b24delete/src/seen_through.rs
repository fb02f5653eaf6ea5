//! Work that its caller's task carries as long as the caller is there, and a task of its own from then on.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::future::BoxFuture;
use tokio::runtime::Handle;

/// A future that goes on in the background when it is dropped before its end: nobody has to start a task for the usual
/// case, in which somebody waits until the end.
pub(crate) struct SeenThrough<T: Send + 'static> {
    rest: Option<BoxFuture<'static, T>>,
    /// Whoever drops it may be outside of the runtime.
    runtime: Handle,
}

impl<T: Send + 'static> SeenThrough<T> {
    /// # Panics
    /// Outside a tokio runtime.
    pub(crate) fn new(work: impl Future<Output = T> + Send + 'static) -> Self {
        Self { rest: Some(Box::pin(work)), runtime: Handle::current() }
    }
}

impl<T: Send + 'static> Future for SeenThrough<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        // Work that panics is not put back: nothing of it can go on.
        let Some(mut rest) = self.rest.take() else { return Poll::Pending };
        let polled = rest.as_mut().poll(context);
        if polled.is_pending() {
            self.rest = Some(rest);
        }
        polled
    }
}

impl<T: Send + 'static> Drop for SeenThrough<T> {
    fn drop(&mut self) {
        if let Some(rest) = self.rest.take() {
            self.runtime.spawn(rest);
        }
    }
}

impl<T: Send + 'static> std::fmt::Debug for SeenThrough<T> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("SeenThrough").field("is_over", &self.rest.is_none()).finish_non_exhaustive()
    }
}
