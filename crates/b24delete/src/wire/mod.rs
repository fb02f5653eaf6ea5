//! The REST interface's JSON: requests written, replies read. Nothing here decides what a reply means for a run.

pub(crate) mod delete;
pub(crate) mod envelope;
pub(crate) mod lookup;
pub(crate) mod object;
pub(crate) mod sections;
