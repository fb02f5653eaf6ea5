//! What a plan holds about one operation.

use b24delete::Operation;
use serde::ser::{Serialize, SerializeStruct as _, Serializer};

use crate::store::Facts;

/// Version of the line of JSON.
const VERSION: u32 = 1;

/// One operation of a plan, with what was found about its record.
///
/// Its JSON is a line of type `planned`. What is not known is null there.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Planned {
    /// Its place among the operations, from 0.
    pub seq: u64,
    /// What is to be deleted.
    pub operation: Operation,
    /// What was found about its record; none for a plan that did not look.
    pub facts: Option<Facts>,
}

impl Planned {
    /// An operation that was looked at, or was not.
    pub fn new(seq: u64, operation: Operation, facts: Option<Facts>) -> Self {
        Self { seq, operation, facts }
    }

    /// How many bindings between leads and contacts would go.
    pub fn bindings(&self) -> Option<u64> {
        let facts = self.facts.as_ref()?;
        facts.bindings.as_ref().map(|bindings| bindings.len() as u64).or(facts.leads)
    }
}

impl Serialize for Planned {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let facts = self.facts.as_ref();
        let mut line = serializer.serialize_struct("Planned", 15)?;
        line.serialize_field("v", &VERSION)?;
        line.serialize_field("type", "planned")?;
        line.serialize_field("seq", &self.seq)?;
        line.serialize_field("method", self.operation.method())?;
        line.serialize_field("lead_id", &self.operation.lead_id().map(|id| id.get()))?;
        line.serialize_field("contact_id", &self.operation.contact_id().map(|id| id.get()))?;
        line.serialize_field("visible", &facts.map(|facts| facts.visible))?;
        line.serialize_field("title", &facts.map(|facts| &facts.title))?;
        line.serialize_field("owner", &facts.map(|facts| facts.owner))?;
        line.serialize_field("created", &facts.map(|facts| &facts.created))?;
        line.serialize_field("modified", &facts.map(|facts| &facts.modified))?;
        line.serialize_field("bindings", &self.bindings())?;
        line.serialize_field("activities", &facts.map(|facts| facts.activities))?;
        line.serialize_field("shared_activities", &facts.map(|facts| facts.shared_activities))?;
        line.serialize_field("deals", &facts.map(|facts| facts.deals))?;
        line.end()
    }
}
