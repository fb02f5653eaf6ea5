//! A few kills of the real process; `cargo xtask kills` has hundreds.

use std::path::Path;

use b24delete_tests::kills::{Effort, play, print_tally};

// The portal must answer while the test waits for the process.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_job_that_is_killed_again_and_again_loses_nothing() {
    let effort = Effort { kills: 13, each: 2, down: 1, leads: 300 };
    let tally = play(Path::new(env!("CARGO_BIN_EXE_kills")), effort, 1).await.unwrap();
    print_tally(&tally);
    assert!(tally.disagreements.is_empty(), "{:#?}", tally.disagreements);
}
