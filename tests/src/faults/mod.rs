//! Faults over real sockets: a portal that fails on purpose, the real client in a process of its own so that its memory
//! can be told, and a judge who compares every outcome with the portal's log and state.

mod cases;
mod client;
mod judge;
mod scene;
mod table;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use b24delete::Operation;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

pub use self::client::serve as serve_client;
pub use self::scene::Row;
pub use self::table::print as print_table;

/// A failure of the harness itself, which no outcome stands for.
pub type Broken = Box<dyn Error + Send + Sync>;

/// The code of the webhook: it must appear in no error, log or event.
const SECRET: &str = "s3cretwebhookcode";

/// Scenes at a time: they mostly wait, but a client that is starved of time sees timeouts that nobody injected.
const SCENES_AT_ONCE: usize = 12;

/// Each run has records of its own: so many leads, and the contacts of the same numbers, each linked to its lead.
const RECORDS_PER_RUN: i64 = 24;

/// Plays every case until each fault has struck so often, with `program` as the client.
///
/// # Errors
/// When the harness itself fails, or a case does not come to its end.
pub async fn play_all(program: &Path, faults: u64) -> Result<Vec<Row>, Broken> {
    let places = Arc::new(Semaphore::new(SCENES_AT_ONCE));
    let mut scenes = JoinSet::new();
    for (number, case) in cases::all().into_iter().enumerate() {
        let (places, program) = (Arc::clone(&places), PathBuf::from(program));
        scenes.spawn(async move {
            let _place = places.acquire().await?;
            let row = scene::play(&case, faults, &program).await;
            row.map(|row| (number, row)).map_err(|error| format!("`{}`: {error}", case.name).into())
        });
    }
    let mut rows = Vec::new();
    while let Some(row) = scenes.join_next().await {
        rows.push(row.map_err(Broken::from).flatten()?);
    }
    rows.sort_by_key(|(number, _)| *number);
    Ok(rows.into_iter().map(|(_, row)| row).collect())
}

/// What the run of that number, from 0, is to delete: all four operations on records that no other one touches.
fn operations(run: i64) -> b24delete::Result<Vec<Operation>> {
    let first = run * RECORDS_PER_RUN + 1;
    let operation = |place: i64| match place {
        0..12 => Operation::lead(first + place),
        12..16 => Operation::lead_contact_items(first + place),
        16..20 => Operation::lead_contact(first + place, first + place),
        _ => Operation::contact(first + place),
    };
    // Another order than that of the records, so that packs are mixed.
    (0..RECORDS_PER_RUN).map(|place| operation(place * 7 % RECORDS_PER_RUN)).collect()
}
