//! The threads that the engine works on, shared by every environment (main thread or worker) of the process.

use std::panic::AssertUnwindSafe;
use std::sync::OnceLock;

use b24delete::{Error, ErrorKind, Result};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use napi::bindgen_prelude::{Env, Object, ToNapiValue};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;

use crate::reply::{Reply, panicked, reply};

/// The engine mostly waits: one thread serves every client. Two would hand each other every request and reply.
const THREADS: usize = 1;

/// The runtime, started at the first use.
///
/// # Errors
/// `internal` when the system gives no threads.
pub(crate) fn runtime() -> Result<&'static Runtime> {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    if let Some(runtime) = RUNTIME.get() {
        return Ok(runtime);
    }
    let started = Builder::new_multi_thread().worker_threads(THREADS).enable_all().build();
    let started = started.map_err(|error| {
        Error::not_sent(ErrorKind::Internal, format!("no threads can be started: {error}"))
    })?;
    // Another environment may have been faster; its runtime counts.
    Ok(RUNTIME.get_or_init(|| started))
}

/// A promise for what `work` ends with. It never rejects, and it keeps the process alive until it is resolved.
pub(crate) fn promise<T, F>(env: &Env, work: F) -> napi::Result<Object<'_>>
where
    T: ToNapiValue + Send + 'static,
    F: Future<Output = Result<T>> + Send + 'static,
{
    let (deferred, promise) = env.create_deferred()?;
    let settled = |result: Result<T>| move |_env: Env| Ok::<Reply<T>, napi::Error>(reply(result));
    match runtime() {
        Ok(runtime) => {
            // One type for all work: for each of its own, tokio's tasks would be compiled once more.
            let work: BoxFuture<'static, ()> = Box::pin(async move {
                let result = AssertUnwindSafe(work).catch_unwind().await;
                deferred.resolve(settled(result.unwrap_or_else(|_| Err(panicked()))));
            });
            runtime.spawn(work);
        }
        Err(error) => deferred.resolve(settled(Err(error))),
    }
    Ok(promise)
}

/// As [`promise`], for work that blocks: it is done on a thread of its own, so that runs go on meanwhile.
pub(crate) fn blocking<T, W>(env: &Env, work: W) -> napi::Result<Object<'_>>
where
    T: ToNapiValue + Send + 'static,
    W: FnOnce() -> Result<T> + Send + 'static,
{
    let (give, result) = oneshot::channel();
    let work: Box<dyn FnOnce() + Send> = Box::new(move || drop(give.send(work())));
    promise(env, async move {
        tokio::task::spawn_blocking(work);
        result.await.unwrap_or_else(|_| Err(panicked()))
    })
}
