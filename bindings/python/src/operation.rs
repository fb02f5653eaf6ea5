//! `Operation`: one of the four deletes with its ids.

use b24delete::Operation as Delete;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use crate::errors::OrRaise as _;
use crate::id;

/// One of the four deletes, with its ids. It is immutable and can be compared, hashed and pickled.
///
/// >>> Operation.lead(123)
/// Operation.lead(123)
/// >>> Operation.lead_contact(lead_id=1, contact_id=1010).method
/// 'crm.lead.contact.delete'
#[pyclass(frozen, eq, hash, module = "b24delete")]
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Operation(pub(crate) Delete);

#[pymethods]
impl Operation {
    /// Deletes a lead: `crm.lead.delete`.
    ///
    /// Raises `InvalidRequestError` of kind `invalid_id` unless `lead_id` is a whole number from 1 to 2^53-1; so do the
    /// other three.
    #[staticmethod]
    fn lead(lead_id: &Bound<'_, PyAny>) -> PyResult<Self> {
        let lead_id = id::lead(lead_id).or_raise(lead_id.py())?;
        Ok(Self(Delete::DeleteLead { lead_id }))
    }

    /// Deletes a contact: `crm.contact.delete`.
    #[staticmethod]
    fn contact(contact_id: &Bound<'_, PyAny>) -> PyResult<Self> {
        let contact_id = id::contact(contact_id).or_raise(contact_id.py())?;
        Ok(Self(Delete::DeleteContact { contact_id }))
    }

    /// Takes one contact off a lead: `crm.lead.contact.delete`. Both records stay.
    #[staticmethod]
    #[pyo3(signature = (*, lead_id, contact_id))]
    fn lead_contact(lead_id: &Bound<'_, PyAny>, contact_id: &Bound<'_, PyAny>) -> PyResult<Self> {
        let py = lead_id.py();
        let (lead_id, contact_id) = (id::lead(lead_id).or_raise(py)?, id::contact(contact_id).or_raise(py)?);
        Ok(Self(Delete::DeleteLeadContact { lead_id, contact_id }))
    }

    /// Takes all contacts off a lead: `crm.lead.contact.items.delete`. All records stay.
    #[staticmethod]
    fn lead_contact_items(lead_id: &Bound<'_, PyAny>) -> PyResult<Self> {
        let lead_id = id::lead(lead_id).or_raise(lead_id.py())?;
        Ok(Self(Delete::DeleteLeadContactItems { lead_id }))
    }

    /// The REST method, such as `crm.lead.delete`.
    #[getter]
    fn method(&self) -> &'static str {
        self.0.method()
    }

    /// The lead, if the operation has one.
    #[getter]
    pub(crate) fn lead_id(&self) -> Option<u64> {
        self.0.lead_id().map(b24delete::LeadId::get)
    }

    /// The contact, if the operation has one.
    #[getter]
    pub(crate) fn contact_id(&self) -> Option<u64> {
        self.0.contact_id().map(b24delete::ContactId::get)
    }

    pub(crate) fn __repr__(&self) -> String {
        match self.0 {
            Delete::DeleteLead { lead_id } => format!("Operation.lead({lead_id})"),
            Delete::DeleteContact { contact_id } => format!("Operation.contact({contact_id})"),
            Delete::DeleteLeadContact { lead_id, contact_id } => {
                format!("Operation.lead_contact(lead_id={lead_id}, contact_id={contact_id})")
            }
            Delete::DeleteLeadContactItems { lead_id } => format!("Operation.lead_contact_items({lead_id})"),
        }
    }

    /// For pickle and copy: the maker and its arguments.
    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyTuple>)> {
        let class = py.get_type::<Self>();
        let (maker, id) = match self.0 {
            Delete::DeleteLead { lead_id } => ("lead", lead_id.get()),
            Delete::DeleteContact { contact_id } => ("contact", contact_id.get()),
            Delete::DeleteLeadContactItems { lead_id } => ("lead_contact_items", lead_id.get()),
            Delete::DeleteLeadContact { lead_id, contact_id } => {
                let ids = PyDict::new(py);
                ids.set_item("lead_id", lead_id.get())?;
                ids.set_item("contact_id", contact_id.get())?;
                let maker = class.getattr("lead_contact")?;
                let partial = py.import("functools")?.getattr("partial")?.call((maker,), Some(&ids))?;
                return Ok((partial, PyTuple::empty(py)));
            }
        };
        Ok((class.getattr(maker)?, PyTuple::new(py, [id])?))
    }
}
