//! What a call or a run ends with, as the data classes of `b24delete.values`.

use b24delete::{Deletion, PortalTime, Summary};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{IntoPyDict as _, PyDict, PyModule};
use serde_json::json;

use crate::errors::to_python;

/// `Deletion`
pub(crate) fn deletion(py: Python<'_>, deletion: &Deletion) -> PyResult<Py<PyAny>> {
    let time = deletion.time.as_ref().map(|time| portal_time(py, time)).transpose()?;
    let fields = [
        ("status", deletion.status.as_str().into_pyobject(py)?.into_any()),
        ("confirmed_by", deletion.confirmed_by.as_str().into_pyobject(py)?.into_any()),
        ("attempts", deletion.attempts.into_pyobject(py)?.into_any()),
        ("time", time.into_pyobject(py)?),
    ];
    made(py, "Deletion", &fields.into_py_dict(py)?)
}

fn portal_time(py: Python<'_>, time: &PortalTime) -> PyResult<Py<PyAny>> {
    let fields = PyDict::new(py);
    let numbers = [
        ("start", time.start),
        ("finish", time.finish),
        ("duration", time.duration),
        ("processing", time.processing),
        ("operating", time.operating),
        ("operating_reset_at", time.operating_reset_at),
    ];
    for (name, number) in numbers {
        fields.set_item(name, number)?;
    }
    fields.set_item("date_start", &time.date_start)?;
    fields.set_item("date_finish", &time.date_finish)?;
    made(py, "PortalTime", &fields)
}

/// `Summary`
pub(crate) fn summary(py: Python<'_>, summary: &Summary) -> PyResult<Py<PyAny>> {
    let fields =
        py.import("json")?.call_method1("loads", (json!(summary).to_string(),))?.cast_into::<PyDict>()?;
    for head in ["v", "type"] {
        fields.del_item(head)?;
    }
    let error = summary.stopped_by.as_ref().and_then(|reason| reason.error());
    fields.set_item("error", error.map(|error| to_python(py, error).into_value(py)))?;
    made(py, "Summary", &fields)
}

/// An object of that class of `b24delete.values`.
pub(crate) fn made(py: Python<'_>, class: &str, fields: &Bound<'_, PyDict>) -> PyResult<Py<PyAny>> {
    static VALUES: PyOnceLock<Py<PyModule>> = PyOnceLock::new();
    let values = VALUES.get_or_try_init(py, || py.import("b24delete.values").map(Bound::unbind))?;
    values.bind(py).getattr(class)?.call((), Some(fields)).map(Bound::unbind)
}
