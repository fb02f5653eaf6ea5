//! `Outcome`: the verdict on one operation.

use b24delete::{ConfirmedBy, Effect, Error, ErrorKind, Outcome as Verdict, Status};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{IntoPyDict as _, PyDict, PyTuple};

use crate::errors::{invalid_argument, to_python};
use crate::operation::Operation;

const STATUSES: [Status; 5] =
    [Status::Deleted, Status::Absent, Status::Failed, Status::Unknown, Status::NotRun];

/// The final, single verdict of a run on one operation. It is immutable and can be compared and pickled.
#[pyclass(frozen, module = "b24delete")]
pub(crate) struct Outcome {
    verdict: Verdict,
    /// Made when it is asked for: most outcomes have none, and few are looked at.
    exception: PyOnceLock<Py<PyAny>>,
}

impl Outcome {
    pub(crate) fn new(verdict: Verdict) -> Self {
        Self { verdict, exception: PyOnceLock::new() }
    }

    /// The line of JSON that the command prints.
    fn line(&self) -> String {
        serde_json::json!(self.verdict).to_string()
    }
}

#[pymethods]
impl Outcome {
    /// An outcome as a run gives it, for tests and for what was kept elsewhere.
    #[new]
    #[pyo3(signature = (*, seq, operation, status, confirmed_by = None, attempts = 0, error = None))]
    fn make(
        py: Python<'_>,
        seq: u64,
        operation: &Bound<'_, Operation>,
        status: &str,
        confirmed_by: Option<&str>,
        attempts: u32,
        error: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let status = STATUSES.into_iter().find(|known| known.as_str() == status).ok_or_else(|| {
            invalid_argument(
                py,
                format!("`{status}` is not a status: {}", STATUSES.map(Status::as_str).join(", ")),
            )
        })?;
        let mut verdict = Verdict::new(seq, operation.get().0, status);
        verdict.confirmed_by = match confirmed_by {
            None => None,
            Some("reply") => Some(ConfirmedBy::Reply),
            Some("lookup") => Some(ConfirmedBy::Lookup),
            Some(other) => {
                return Err(invalid_argument(py, format!("`{other}` confirms nothing: reply or lookup")));
            }
        };
        verdict.attempts = attempts;
        let exception = PyOnceLock::new();
        if let Some(error) = error {
            verdict.error = Some(from_python(error)?);
            let _ = exception.set(py, error.clone().unbind());
        }
        Ok(Self { verdict, exception })
    }

    /// Place of the operation among those of the run, from 0.
    #[getter]
    fn seq(&self) -> u64 {
        self.verdict.seq
    }

    /// The operation.
    #[getter]
    fn operation(&self) -> Operation {
        Operation(self.verdict.operation)
    }

    /// The REST method, such as `crm.lead.delete`.
    #[getter]
    fn method(&self) -> &'static str {
        self.verdict.operation.method()
    }

    /// The lead, if the operation has one.
    #[getter]
    fn lead_id(&self) -> Option<u64> {
        Operation(self.verdict.operation).lead_id()
    }

    /// The contact, if the operation has one.
    #[getter]
    fn contact_id(&self) -> Option<u64> {
        Operation(self.verdict.operation).contact_id()
    }

    /// `deleted`, `absent`, `failed`, `unknown` or `not_run`.
    #[getter]
    fn status<'py>(&self, py: Python<'py>) -> &Bound<'py, PyAny> {
        let word = match self.verdict.status {
            Status::Deleted => intern!(py, "deleted"),
            Status::Absent => intern!(py, "absent"),
            Status::Failed => intern!(py, "failed"),
            Status::Unknown => intern!(py, "unknown"),
            Status::NotRun => intern!(py, "not_run"),
        };
        word.as_any()
    }

    /// What the verdict rests on: `reply` or `lookup`; `None` for `unknown` and `not_run`.
    #[getter]
    fn confirmed_by(&self) -> Option<&'static str> {
        self.verdict.confirmed_by.map(ConfirmedBy::as_str)
    }

    /// How often the delete was sent in a way that could have executed it.
    #[getter]
    fn attempts(&self) -> u32 {
        self.verdict.attempts
    }

    /// The reason of a refusal, of an absence that the portal reported, or of a doubt.
    #[getter]
    fn error(&self, py: Python<'_>) -> Option<&Py<PyAny>> {
        let error = self.verdict.error.as_ref()?;
        Some(self.exception.get_or_init(py, || to_python(py, error).into_value(py).into_any()))
    }

    /// What the command prints as a line of JSON.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        py.import("json")?.call_method1("loads", (self.line(),))
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.line() == other.line()
    }

    fn __hash__(&self) -> u64 {
        self.verdict.seq
    }

    fn __repr__(&self) -> String {
        let Verdict { seq, status, .. } = &self.verdict;
        let operation = Operation(self.verdict.operation).__repr__();
        match &self.verdict.error {
            Some(error) => format!("<Outcome {seq}: {operation} {status}, {}>", error.kind()),
            None => format!("<Outcome {seq}: {operation} {status}>"),
        }
    }

    /// For pickle and copy: the maker and its arguments.
    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyTuple>)> {
        let arguments = [
            ("seq", self.seq().into_pyobject(py)?.into_any()),
            ("operation", self.operation().into_pyobject(py)?.into_any()),
            ("status", self.status(py).clone()),
            ("confirmed_by", self.confirmed_by().into_pyobject(py)?),
            ("attempts", self.attempts().into_pyobject(py)?.into_any()),
            ("error", self.error(py).into_pyobject(py)?),
        ];
        let arguments: Bound<'py, PyDict> = arguments.into_py_dict(py)?;
        let maker = py.import("functools")?.getattr("partial")?;
        Ok((maker.call((py.get_type::<Self>(),), Some(&arguments))?, PyTuple::empty(py)))
    }
}

/// What of an exception of ours goes into the JSON line of an outcome.
fn from_python(exception: &Bound<'_, PyAny>) -> PyResult<Error> {
    let py = exception.py();
    let word = |name: &str| exception.getattr(name)?.extract::<String>();
    let (kind, effect) = (word("kind")?, word("effect")?);
    let kind =
        ErrorKind::from_word(&kind).ok_or_else(|| invalid_argument(py, format!("`{kind}` is not a kind")))?;
    let effect = Effect::from_word(&effect)
        .ok_or_else(|| invalid_argument(py, format!("`{effect}` is not an effect")))?;
    let error = Error::not_sent(kind, word("description")?).with_effect(effect).with_code(word("code")?);
    Ok(match exception.getattr("http_status")?.extract::<Option<u16>>()? {
        Some(status) => error.with_http_status(status),
        None => error,
    })
}
