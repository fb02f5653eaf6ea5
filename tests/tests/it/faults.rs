//! A few faults of each kind over real sockets; `cargo xtask faults` has many of each.

use std::path::Path;

use b24delete_tests::faults::{play_all, print_table};

// Filling a portal keeps a thread busy for a while, which must not hold up the answers of the others.
#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn no_outcome_disagrees_with_the_portal_whatever_goes_wrong() {
    let rows = play_all(Path::new(env!("CARGO_BIN_EXE_fault_table")), 2).await.unwrap();
    print_table(&rows);
    let disagreements: Vec<_> = rows.iter().flat_map(|row| &row.disagreements).collect();
    assert!(disagreements.is_empty(), "{disagreements:#?}");
}
