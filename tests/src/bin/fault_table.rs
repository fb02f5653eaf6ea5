//! What `cargo xtask faults` prints: every kind of fault, struck so many times over real sockets, and what became of
//! the deletes. `fault_table COUNT` plays the portal and starts itself as the client, `fault_table client WEBHOOK`.

use std::env;

use b24delete_tests::faults::{Broken, play_all, print_table, serve_client};

// Filling a portal keeps a thread busy for a while, which must not hold up the answers of the others.
#[tokio::main(worker_threads = 8)]
async fn main() -> Result<(), Broken> {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["client", webhook] => serve_client(webhook).await,
        [faults] => {
            let rows = play_all(&env::current_exe()?, faults.parse()?).await?;
            print_table(&rows);
            let disagreements: usize = rows.iter().map(|row| row.disagreements.len()).sum();
            match disagreements {
                0 => Ok(()),
                _ => Err(format!("{disagreements} disagreements").into()),
            }
        }
        _ => Err("usage: fault_table COUNT".into()),
    }
}
