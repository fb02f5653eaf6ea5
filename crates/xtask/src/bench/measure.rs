//! Runs a program against an emulator and reads from the system what it used.

use std::error::Error;
use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use wait4::Wait4 as _;

use crate::emulator::Emulator;

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

/// Starts a portal without limits, with that many leads, whose ids are 1, 2, 3…
pub(super) fn portal(program: &Path, leads: u64) -> Result<Emulator, Box<dyn Error>> {
    Emulator::start(program, ["--limits", "off", "--operating", "off", "--leads", &leads.to_string()])
}

/// Has a program delete the first `operations` leads.
///
/// # Errors
///
/// When it did not delete all of them.
pub(super) fn measure(program: &Path, emulator: &Emulator, operations: u64) -> Result<Cost, Box<dyn Error>> {
    let started = now();
    let mut process = Command::new(program)
        .args([emulator.addresses.webhook.as_str(), "1", &operations.to_string()])
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
