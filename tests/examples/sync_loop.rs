//! What `cargo xtask bench` measures a job file against: one page written and synced for every pack of 50, on a thread
//! that may block, and nothing else. No journal that keeps intents can take less.

use std::fs::File;
use std::io::Write;
use std::sync::Arc;

use b24delete_tests::measured::{Ended, Work, tell_done};

const PAGE: [u8; 4096] = [0; 4096];

#[tokio::main(flavor = "current_thread")]
async fn main() -> Ended {
    let work = Work::from_arguments()?;
    // Below `target/`, as the job file of `job_loop`.
    let file = tempfile::tempfile_in(std::env::current_exe()?.parent().ok_or("no directory")?)?;
    let file = Arc::new(file);
    let ids = work.ids();
    let deletes = ids.clone().count();
    for _ in ids.step_by(50) {
        let file = Arc::clone(&file);
        tokio::task::spawn_blocking(move || write(&file)).await??;
    }
    tell_done(deletes);
    Ok(())
}

fn write(mut file: &File) -> std::io::Result<()> {
    file.write_all(&PAGE)?;
    file.sync_data()
}
