//! The native half of `b24delete.Client` and `b24delete.AsyncClient`.

use std::sync::{Mutex, MutexGuard, PoisonError};

use b24delete::{Canceller, Client as Engine, ClientOptions, Effect, Error, ErrorKind, OAuth, Secret};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyTuple};

use crate::async_run::AsyncRun;
use crate::call::{self, Call};
use crate::errors::{OrRaise as _, local};
use crate::feed::{Feed, Source};
use crate::logging;
use crate::operation::Operation;
use crate::options::{call_options, client_options, run_options};
use crate::panic_gate::guarded;
use crate::process::{self, Own, Process};
use crate::run::Run;
use crate::work::{Account, Work, Working};

/// One portal, its limits, and the calls that share them.
#[pyclass(frozen, module = "b24delete._native")]
pub(crate) struct Client {
    options: ClientOptions,
    /// None once it is closed.
    engine: Mutex<Option<Own<Engine>>>,
    /// Tokens in memory alone do not survive in a forked child.
    keeps_tokens_in_memory: bool,
}

impl Client {
    fn make(py: Python<'_>, base: ClientOptions, given: &Bound<'_, PyDict>) -> PyResult<Self> {
        logging::start(py)?;
        let options = client_options(base, given)?;
        let keeps_tokens_in_memory = options.oauth.as_ref().is_some_and(|oauth| oauth.store.is_none());
        let engine = guarded(py, || Engine::new(options.clone()).or_raise(py))?;
        Ok(Self { options, engine: Mutex::new(Some(Own::new(engine))), keeps_tokens_in_memory })
    }

    /// The engine and its threads; in a forked child new ones.
    pub(crate) fn engine(&self, py: Python<'_>) -> PyResult<(&'static Process, Engine)> {
        logging::refresh(py)?;
        let process = process::current().or_raise(py)?;
        let Some(engine) = self.locked().as_ref().map(|own| own.get().cloned()) else {
            return Err(local(py, ErrorKind::Config, Effect::NotSent, "the client is closed", 0));
        };
        if let Some(engine) = engine {
            return Ok((process, engine));
        }
        if self.keeps_tokens_in_memory {
            let text =
                "the tokens are in the memory of the process that forked this one: give `OAuth` a `store`";
            return Err(local(py, ErrorKind::Config, Effect::NotSent, text, 0));
        }
        let fresh = Engine::new(self.options.clone()).or_raise(py)?;
        *self.locked() = Some(Own::new(fresh.clone()));
        Ok((process, fresh))
    }

    fn login(&self, py: Python<'_>) -> PyResult<(&'static Process, OAuth)> {
        let (process, engine) = self.engine(py)?;
        let text = "the client has a webhook: only an application (`oauth`) logs in";
        let login = engine.oauth().ok_or_else(|| Error::not_sent(ErrorKind::Config, text)).or_raise(py)?;
        Ok((process, login))
    }

    /// Held for moments in which nothing of Python is called: a thread that waits for it may have the interpreter.
    fn locked(&self) -> MutexGuard<'_, Option<Own<Engine>>> {
        self.engine.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn log_in(login: OAuth, code: &str) -> Work {
    let code = Secret::new(code);
    Work::new(|_| async move { login.log_in(&code).await.map(|_| Account::Done) })
}

fn refresh(login: OAuth) -> Work {
    Work::new(|_| async move { login.refresh().await.map(|_| Account::Done) })
}

#[pymethods]
impl Client {
    #[new]
    fn new(py: Python<'_>, options: &Bound<'_, PyDict>) -> PyResult<Self> {
        Self::make(py, ClientOptions::default(), options)
    }

    /// A client for the portal that the environment names.
    #[staticmethod]
    fn from_env(py: Python<'_>, options: &Bound<'_, PyDict>) -> PyResult<Self> {
        logging::start(py)?;
        Self::make(py, b24delete_cli::client_options_from_environment().or_raise(py)?, options)
    }

    /// A client for the portal of that name in the user's file of profiles.
    #[staticmethod]
    fn from_profile(py: Python<'_>, name: &str, options: &Bound<'_, PyDict>) -> PyResult<Self> {
        logging::start(py)?;
        Self::make(py, b24delete_cli::client_options_from_profile(name).or_raise(py)?, options)
    }

    /// Carries one operation out.
    #[pyo3(signature = (operation, deadline = None))]
    fn delete(
        &self,
        py: Python<'_>,
        operation: &Bound<'_, Operation>,
        deadline: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Py<PyAny>> {
        let options = call_options(deadline, &Canceller::new()).or_raise(py)?;
        let (_, engine) = self.engine(py)?;
        guarded(py, || call::wait_for(py, &engine, operation.get().0, options))
    }

    /// Starts one operation; `settle` is called with a deletion or an error.
    #[pyo3(signature = (operation, settle, deadline = None))]
    fn start(
        &self,
        py: Python<'_>,
        operation: &Bound<'_, Operation>,
        settle: Py<PyAny>,
        deadline: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Call> {
        let options = call_options(deadline, &Canceller::new()).or_raise(py)?;
        let (process, engine) = self.engine(py)?;
        guarded(py, || Ok(Call::start(process, engine, operation.get().0, options, settle)))
    }

    /// A run over what an iterable gives.
    #[pyo3(signature = (operations, max_failures = None, stop_if_first_absent = None))]
    fn run(
        &self,
        py: Python<'_>,
        operations: &Bound<'_, PyAny>,
        max_failures: Option<&Bound<'_, PyAny>>,
        stop_if_first_absent: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Run> {
        let options = run_options(max_failures, stop_if_first_absent).or_raise(py)?;
        let at_hand = operations.is_instance_of::<PyList>() || operations.is_instance_of::<PyTuple>();
        let source = Source::new(operations.try_iter()?.unbind(), at_hand);
        let (process, engine) = self.engine(py)?;
        guarded(py, || {
            let _runtime = process.runtime.enter();
            let (feed, stream) = Feed::new();
            Ok(Run::new(engine.delete_stream(stream, options), feed, source))
        })
    }

    /// A run that an event loop feeds.
    #[pyo3(signature = (max_failures = None, stop_if_first_absent = None))]
    fn async_run(
        &self,
        py: Python<'_>,
        max_failures: Option<&Bound<'_, PyAny>>,
        stop_if_first_absent: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<AsyncRun> {
        let options = run_options(max_failures, stop_if_first_absent).or_raise(py)?;
        let (process, engine) = self.engine(py)?;
        guarded(py, || {
            let _runtime = process.runtime.enter();
            let (feed, stream) = Feed::new();
            Ok(AsyncRun::new(engine.delete_stream(stream, options), feed))
        })
    }

    /// The page where a user lets the application in.
    fn authorize_url(&self, py: Python<'_>, state: &str) -> PyResult<String> {
        Ok(self.login(py)?.1.authorize_url(state))
    }

    /// Logs in with a code while the caller waits.
    fn log_in(&self, py: Python<'_>, code: &str) -> PyResult<Py<PyAny>> {
        let (_, login) = self.login(py)?;
        guarded(py, || log_in(login, code).wait_for(py, None))
    }

    /// Starts to log in with a code.
    fn start_log_in(&self, py: Python<'_>, code: &str, settle: Py<PyAny>) -> PyResult<Working> {
        let (process, login) = self.login(py)?;
        guarded(py, || Ok(log_in(login, code).start(process, settle, None)))
    }

    /// Renews the tokens while the caller waits.
    fn refresh(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let (_, login) = self.login(py)?;
        guarded(py, || refresh(login).wait_for(py, None))
    }

    /// Starts to renew the tokens.
    fn start_refresh(&self, py: Python<'_>, settle: Py<PyAny>) -> PyResult<Working> {
        let (process, login) = self.login(py)?;
        guarded(py, || Ok(refresh(login).start(process, settle, None)))
    }

    /// Host of the portal.
    #[getter]
    fn host(&self, py: Python<'_>) -> PyResult<String> {
        Ok(self.engine(py)?.1.host())
    }

    /// The user in whose name calls are made, where it is known.
    #[getter]
    fn user_id(&self, py: Python<'_>) -> PyResult<Option<u64>> {
        Ok(self.engine(py)?.1.user_id())
    }

    fn __repr__(&self, py: Python<'_>) -> String {
        match self.engine(py) {
            Ok((_, engine)) => match engine.user_id() {
                Some(user_id) => format!("{}, user {user_id}", engine.host()),
                None => engine.host(),
            },
            Err(error) => error.value(py).to_string(),
        }
    }

    /// Lets connections go. Runs and calls under way go on.
    fn close(&self) {
        let engine = self.locked().take();
        drop(engine);
    }
}
