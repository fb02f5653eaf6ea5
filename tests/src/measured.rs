//! What the programs that `cargo xtask bench` measures have in common: what they are asked for, and what they tell.

use std::env;
use std::error::Error;
use std::fs;
use std::time::{Duration, Instant};

use serde::Serialize;

/// How a measured program ends.
pub type Ended = Result<(), Box<dyn Error>>;

/// The leads that a program is to delete.
#[derive(Debug, Clone)]
pub struct Work {
    /// URL of the portal's webhook.
    pub webhook: String,
    /// The first lead's id.
    pub first: i64,
    /// How many leads, with ids one after the other.
    pub count: i64,
}

impl Work {
    /// What the command line asks for: the webhook's URL, the first lead's id, how many leads.
    ///
    /// # Errors
    /// When it asks for something else.
    pub fn from_arguments() -> Result<Self, Box<dyn Error>> {
        let mut arguments = env::args().skip(1);
        let mut next = || arguments.next().ok_or("arguments: WEBHOOK FIRST COUNT");
        Ok(Self { webhook: next()?, first: next()?.parse()?, count: next()?.parse()? })
    }

    /// The ids.
    pub fn ids(&self) -> std::ops::Range<i64> {
        self.first..self.first + self.count
    }
}

/// Measures single calls.
#[derive(Debug)]
pub struct Stopwatch {
    calls: Vec<Duration>,
    started: Instant,
}

impl Default for Stopwatch {
    fn default() -> Self {
        Self { calls: Vec::new(), started: now() }
    }
}

impl Stopwatch {
    /// A call begins.
    pub fn start(&mut self) {
        self.started = now();
    }

    /// The call that began last has ended.
    pub fn stop(&mut self) {
        self.calls.push(now() - self.started);
    }

    /// Prints how many calls there were and how long half of them took at most.
    pub fn tell(mut self) {
        self.calls.sort();
        let median_seconds = self.calls.get(self.calls.len() / 2).map(Duration::as_secs_f64);
        tell(self.calls.len(), median_seconds);
    }
}

/// Prints how many leads were deleted.
pub fn tell_done(done: usize) {
    tell(done, None);
}

#[derive(Serialize)]
struct Told {
    done: usize,
    median_seconds: Option<f64>,
    peak: Option<f64>,
}

fn tell(done: usize, median_seconds: Option<f64>) {
    println!("{}", serde_json::json!(Told { done, median_seconds, peak: peak() }));
}

/// The most memory that this process has held, in MiB, where the system tells.
fn peak() -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(peak.split_whitespace().next()?.parse::<f64>().ok()? / 1024.0)
}

#[expect(clippy::disallowed_methods, reason = "the clock is what is read here")]
fn now() -> Instant {
    Instant::now()
}
