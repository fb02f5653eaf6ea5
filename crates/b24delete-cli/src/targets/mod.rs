//! What to delete: read and checked completely before anything is sent, then read again while it is deleted.

mod csv_row;
mod file;
mod kind;
mod plan;
mod rows;
mod spool;

pub(crate) use self::kind::Kind;
pub(crate) use self::plan::{Operations, Plan};
