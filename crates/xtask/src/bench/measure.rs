//! Runs a program against an emulator and reads from the system what it used.

use std::error::Error;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use serde::Deserialize;
use wait4::Wait4 as _;

/// What a process used from its start to its end.
#[derive(Clone, Copy)]
pub(super) struct Cost {
    /// CPU time in seconds, that of the system included.
    pub(super) cpu: f64,
    /// The most memory that it held at a time.
    pub(super) peak_mebibytes: f64,
    /// Seconds by the clock.
    pub(super) wall: f64,
}

/// A portal in a process of its own, without limits.
pub(super) struct Emulator {
    process: Child,
    webhook: String,
}

#[derive(Deserialize)]
struct Addresses {
    webhook: String,
}

impl Emulator {
    /// Starts a portal with that many leads, whose ids are 1, 2, 3…
    pub(super) fn start(program: &Path, leads: u64) -> Result<Self, Box<dyn Error>> {
        let mut process = Command::new(program)
            .args(["emulator", "--limits", "off", "--operating", "off", "--leads", &leads.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        BufReader::new(process.stdout.take().ok_or("the emulator has no output")?).read_line(&mut line)?;
        let Addresses { webhook } =
            serde_json::from_str(&line).map_err(|error| format!("the emulator did not start: {error}"))?;
        Ok(Self { process, webhook })
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        // It serves until its input closes; how it ends is of no interest here.
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

/// Has a program delete the first `operations` leads.
///
/// # Errors
///
/// When it did not delete all of them.
pub(super) fn measure(program: &Path, emulator: &Emulator, operations: u64) -> Result<Cost, Box<dyn Error>> {
    let started = now();
    let mut process = Command::new(program)
        .args([emulator.webhook.as_str(), "1", &operations.to_string()])
        .stdout(Stdio::piped())
        .spawn()?;
    let mut deleted = String::new();
    process.stdout.take().ok_or("the program has no output")?.read_to_string(&mut deleted)?;
    let ended = process.wait4()?;
    if !ended.status.success() || deleted.trim() != operations.to_string() {
        return Err(format!("{} deleted `{}` of {operations}", program.display(), deleted.trim()).into());
    }
    let used = ended.rusage;
    Ok(Cost {
        cpu: (used.utime + used.stime).as_secs_f64(),
        peak_mebibytes: used.maxrss as f64 / (1024.0 * 1024.0),
        wall: (now() - started).as_secs_f64(),
    })
}

#[expect(clippy::disallowed_methods, reason = "the clock is what is read here")]
fn now() -> Instant {
    Instant::now()
}
