//! Signals are the program's affair: none is ever handled on a thread of this library.

use std::mem::MaybeUninit;
use std::ptr;

/// Runs `body` with all signals blocked, which threads that it starts inherit. That goes for SIGPIPE too: a write to a
/// closed connection is an error to them and never ends the process.
pub(crate) fn blocked<T>(body: impl FnOnce() -> T) -> T {
    let mut all = MaybeUninit::<libc::sigset_t>::uninit();
    let mut before = MaybeUninit::<libc::sigset_t>::uninit();
    // SAFETY: both sets have room; `sigfillset` fills the first before it is read.
    let is_blocked = unsafe {
        libc::sigfillset(all.as_mut_ptr());
        libc::pthread_sigmask(libc::SIG_SETMASK, all.as_ptr(), before.as_mut_ptr()) == 0
    };
    let result = body();
    if is_blocked {
        // SAFETY: the first call has filled `before`.
        unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, before.as_ptr(), ptr::null_mut()) };
    }
    result
}
