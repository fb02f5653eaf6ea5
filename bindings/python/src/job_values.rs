//! What a job tells of itself, as the data classes of `b24delete.values`.

use b24delete_jobs::{
    Overview, Place, PlanSummary, Planned, RestorePlan, RestoreSummary, Restored, RestoredThing, Verification,
};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use crate::errors::to_python;
use crate::operation::Operation;
use crate::values::{made, summary};

/// `JobOverview`
pub(crate) fn overview(py: Python<'_>, overview: &Overview) -> PyResult<Py<PyAny>> {
    let fields = PyDict::new(py);
    fields.set_item("name", &overview.name)?;
    fields.set_item("host", &overview.host)?;
    fields.set_item("user_id", overview.user_id)?;
    fields.set_item("state", overview.state.as_str())?;
    fields.set_item("created", overview.created)?;
    fields.set_item("started", overview.started)?;
    fields.set_item("finished", overview.finished)?;
    fields.set_item("forgotten", overview.forgotten)?;
    fields.set_item("backup", overview.backup)?;
    fields.set_item("if_unchanged", overview.if_unchanged)?;
    let methods = PyDict::new(py);
    for (method, count) in &overview.methods {
        methods.set_item(method, count)?;
    }
    fields.set_item("methods", methods)?;
    let numbers = [
        ("operations", overview.operations),
        ("duplicates", overview.duplicates),
        ("in_doubt", overview.in_doubt),
        ("backups", overview.backups),
        ("runs", overview.runs),
        ("size", overview.size),
    ];
    set(&fields, &numbers)?;
    fields.set_item("summary", summary(py, &overview.summary)?)?;
    fields.set_item("head", &overview.head)?;
    made(py, "JobOverview", &fields)
}

/// `PlanSummary`
pub(crate) fn plan_summary(py: Python<'_>, plan: &PlanSummary) -> PyResult<Py<PyAny>> {
    let fields = PyDict::new(py);
    let numbers = [
        ("operations", plan.operations),
        ("duplicates", plan.duplicates),
        ("looked_at", plan.looked_at),
        ("not_visible", plan.not_visible),
        ("bindings", plan.bindings),
        ("leads", plan.leads),
        ("deals", plan.deals),
        ("activities", plan.activities),
        ("shared_activities", plan.shared_activities),
    ];
    set(&fields, &numbers)?;
    made(py, "PlanSummary", &fields)
}

/// `Planned`
pub(crate) fn planned(py: Python<'_>, planned: &Planned) -> PyResult<Py<PyAny>> {
    let facts = planned.facts.as_ref();
    let fields = PyDict::new(py);
    fields.set_item("seq", planned.seq)?;
    fields.set_item("operation", Operation(planned.operation))?;
    fields.set_item("visible", facts.map(|facts| facts.visible))?;
    fields.set_item("title", facts.and_then(|facts| facts.title.as_deref()))?;
    fields.set_item("owner", facts.and_then(|facts| facts.owner))?;
    fields.set_item("created", facts.and_then(|facts| facts.created.as_deref()))?;
    fields.set_item("modified", facts.and_then(|facts| facts.modified.as_deref()))?;
    fields.set_item("bindings", planned.bindings())?;
    fields.set_item("activities", facts.and_then(|facts| facts.activities))?;
    fields.set_item("shared_activities", facts.and_then(|facts| facts.shared_activities))?;
    fields.set_item("deals", facts.and_then(|facts| facts.deals))?;
    made(py, "Planned", &fields)
}

/// `Verification`
pub(crate) fn verification(py: Python<'_>, verification: &Verification) -> PyResult<Py<PyAny>> {
    let fields = PyDict::new(py);
    let findings = verification.findings.iter().map(ToString::to_string);
    fields.set_item("findings", PyTuple::new(py, findings.collect::<Vec<_>>())?)?;
    fields.set_item("head", &verification.head)?;
    fields.set_item("entries", verification.entries)?;
    let run = verification.kept_head.and_then(|place| match place {
        Place::Plan => Some(0),
        Place::Run(run) => Some(run),
        _ => None,
    });
    fields.set_item("kept_head_run", run)?;
    made(py, "Verification", &fields)
}

/// `RestorePlan`
pub(crate) fn restore_plan(py: Python<'_>, plan: &RestorePlan) -> PyResult<Py<PyAny>> {
    let fields = PyDict::new(py);
    let numbers = [
        ("leads", plan.leads),
        ("contacts", plan.contacts),
        ("unlinked", plan.unlinked),
        ("without_copy", plan.without_copy),
    ];
    set(&fields, &numbers)?;
    made(py, "RestorePlan", &fields)
}

/// `RestoreSummary`
pub(crate) fn restore_summary(py: Python<'_>, summary: &RestoreSummary) -> PyResult<Py<PyAny>> {
    let fields = PyDict::new(py);
    let numbers = [
        ("leads", summary.leads),
        ("contacts", summary.contacts),
        ("bindings", summary.bindings),
        ("present", summary.present),
        ("earlier", summary.earlier),
        ("failed", summary.failed),
        ("without_copy", summary.without_copy),
    ];
    set(&fields, &numbers)?;
    fields.set_item("cancelled", summary.cancelled)?;
    fields.set_item("losses", PyTuple::new(py, &summary.losses)?)?;
    made(py, "RestoreSummary", &fields)
}

/// `Restored`
pub(crate) fn restored(py: Python<'_>, restored: &Restored) -> PyResult<Py<PyAny>> {
    let (what, lead_id, contact_id) = match restored.thing {
        RestoredThing::Lead(id) => ("lead", Some(id), None),
        RestoredThing::Contact(id) => ("contact", None, Some(id)),
        RestoredThing::Binding { lead_id, contact_id } => ("binding", Some(lead_id), Some(contact_id)),
    };
    let fields = PyDict::new(py);
    fields.set_item("what", what)?;
    fields.set_item("lead_id", lead_id)?;
    fields.set_item("contact_id", contact_id)?;
    fields.set_item("status", restored.status.as_str())?;
    fields.set_item("new_id", restored.new_id)?;
    let error = restored.error.as_ref().map(|error| to_python(py, error).into_value(py));
    fields.set_item("error", error)?;
    made(py, "Restored", &fields)
}

fn set(fields: &Bound<'_, PyDict>, numbers: &[(&str, u64)]) -> PyResult<()> {
    numbers.iter().try_for_each(|(name, number)| fields.set_item(name, number))
}
