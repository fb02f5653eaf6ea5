//! The caller's own pointer beside a callback.

use std::ffi::c_void;
use std::sync::Arc;

/// Frees what `user_data` points to, or does anything else that has to be done once nobody uses it any more. It may run
/// on any thread and must not call this library.
pub type Finalizer = Option<unsafe extern "C" fn(user_data: *mut c_void)>;

/// The caller's pointer. When the last clone is dropped its finalizer runs, once.
#[derive(Clone)]
pub(crate) struct UserData(Arc<Owned>);

struct Owned {
    pointer: *mut c_void,
    finalizer: Finalizer,
}

// SAFETY: the header tells on which threads callbacks run; the pointer is handed to them and never followed here.
unsafe impl Send for Owned {}
// SAFETY: as above.
unsafe impl Sync for Owned {}

impl UserData {
    pub(crate) fn new(pointer: *mut c_void, finalizer: Finalizer) -> Self {
        Self(Arc::new(Owned { pointer, finalizer }))
    }

    pub(crate) fn pointer(&self) -> *mut c_void {
        self.0.pointer
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        if let Some(finalizer) = self.finalizer {
            // SAFETY: the header says what a finalizer may do; this is the only call.
            unsafe { finalizer(self.pointer) };
        }
    }
}
