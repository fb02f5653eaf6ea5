//! The client over real sockets: against the emulator, and against servers that misbehave.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, and servers that misbehave keep real time"
)]

mod abandoned;
mod bulk;
mod hostile_server;
mod oauth;
mod operations;
mod transport;

use b24delete_emulator::store::Restriction;

/// The webhook's user may not delete this lead.
fn undeletable_lead(id: i64) -> Restriction {
    Restriction { entity_type_id: 1, id, undeletable: true, ..Restriction::default() }
}
