//! The handle by which a single call is cancelled.

use b24delete::Canceller;
use napi_derive::napi;

/// Cancels the calls that it is given to.
#[derive(Debug, Default)]
#[napi]
pub struct NativeCanceller {
    pub(crate) inner: Canceller,
}

#[napi]
impl NativeCanceller {
    /// One that is not cancelled yet.
    #[napi(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// Ends the calls; a request on the wire is seen through.
    #[napi]
    pub fn cancel(&self) {
        self.inner.cancel();
    }
}
