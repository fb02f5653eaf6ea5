//! A compact set of operations.

use b24delete::{Error, ErrorKind, Operation, Result};
use roaring::RoaringTreemap;

use crate::store::{Fault, Pairs};

/// Operations, each once: ids in compressed bitmaps, so that ten million take a few megabytes; pairs of ids in a file in
/// the directory for temporary ones, which goes with the set.
#[derive(Debug, Default)]
pub struct Distinct {
    leads: RoaringTreemap,
    contacts: RoaringTreemap,
    all_bindings: RoaringTreemap,
    bindings: Option<Box<Pairs>>,
}

impl Distinct {
    /// Adds an operation; false when it was there already.
    ///
    /// # Errors
    /// `job` when the temporary file cannot be written.
    pub fn insert(&mut self, operation: &Operation) -> Result<bool> {
        Ok(match *operation {
            Operation::DeleteLead { lead_id } => self.leads.insert(lead_id.get()),
            Operation::DeleteContact { contact_id } => self.contacts.insert(contact_id.get()),
            Operation::DeleteLeadContactItems { lead_id } => self.all_bindings.insert(lead_id.get()),
            Operation::DeleteLeadContact { lead_id, contact_id } => self
                .pairs()
                .and_then(|pairs| pairs.insert(lead_id.get(), contact_id.get()))
                .map_err(failed)?,
        })
    }

    /// Takes an operation out; false when it is not there.
    ///
    /// # Errors
    /// As [`insert`](Self::insert).
    pub fn remove(&mut self, operation: &Operation) -> Result<bool> {
        Ok(match *operation {
            Operation::DeleteLead { lead_id } => self.leads.remove(lead_id.get()),
            Operation::DeleteContact { contact_id } => self.contacts.remove(contact_id.get()),
            Operation::DeleteLeadContactItems { lead_id } => self.all_bindings.remove(lead_id.get()),
            Operation::DeleteLeadContact { lead_id, contact_id } => self
                .pairs()
                .and_then(|pairs| pairs.remove(lead_id.get(), contact_id.get()))
                .map_err(failed)?,
        })
    }

    /// How many operations it holds.
    pub fn len(&self) -> u64 {
        let bindings = self.bindings.as_ref().map_or(0, |pairs| pairs.len());
        self.leads.len() + self.contacts.len() + self.all_bindings.len() + bindings
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Made when there is a first pair.
    fn pairs(&mut self) -> Result<&mut Pairs, Fault> {
        let pairs = match self.bindings.take() {
            Some(pairs) => pairs,
            None => Box::new(Pairs::new()?),
        };
        Ok(self.bindings.insert(pairs))
    }
}

fn failed(fault: Fault) -> Error {
    let text = match fault {
        Fault::Text(text) => text,
        Fault::Sql(error) => error.to_string(),
    };
    Error::not_sent(
        ErrorKind::Job,
        format!("the temporary file that finds duplicates cannot be used: {text}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_in_it_once() {
        fn shared<T: Send + Sync>(value: T) -> T {
            value
        }
        let mut set = shared(Distinct::default());
        let operations = [
            Operation::lead(1).unwrap(),
            Operation::contact(1).unwrap(),
            Operation::lead_contact_items(1).unwrap(),
            Operation::lead_contact(1, 2).unwrap(),
            Operation::lead_contact(2, 1).unwrap(),
        ];
        for operation in &operations {
            assert!(set.insert(operation).unwrap() && !set.insert(operation).unwrap(), "{operation}");
        }
        assert_eq!(set.len(), 5);
        for operation in &operations {
            assert!(set.remove(operation).unwrap() && !set.remove(operation).unwrap(), "{operation}");
        }
        assert!(set.is_empty());
    }
}
