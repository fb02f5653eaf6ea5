//! Runs one of the Rust examples of the pages: `page_example NAME`. The webhook is in the environment.

use std::error::Error;

/// What an example ends with.
type Ended = Result<(), Box<dyn Error>>;

type Example = fn() -> Ended;

include!(concat!(env!("OUT_DIR"), "/examples.rs"));

fn main() -> Ended {
    let wanted = std::env::args().nth(1).ok_or("usage: page_example NAME")?;
    let example = EXAMPLES.iter().find(|(name, _)| *name == wanted);
    let (_, run) = example.ok_or_else(|| format!("there is no example `{wanted}`"))?;
    run()
}
