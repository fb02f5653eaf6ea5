//! Runs a program against a portal and reads from the system what it used.

use std::error::Error;
use std::ffi::OsString;
use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use serde::Deserialize;
use wait4::Wait4 as _;

use crate::emulator::Addresses;

/// A program that takes a webhook, the first lead and how many leads as its last arguments, and prints one line of JSON.
#[derive(Debug, Clone)]
pub(super) struct Program {
    command: Vec<OsString>,
    environment: Vec<(&'static str, OsString)>,
}

/// What a process used from its start to its end.
#[derive(Debug, Clone)]
pub(super) struct Cost {
    /// CPU time in seconds, that of the system included.
    pub(super) cpu: f64,
    /// Seconds by the clock.
    pub(super) wall: f64,
}

/// What a program prints.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Told {
    /// Leads that it deleted.
    done: u64,
    /// How long half of its calls took at most.
    pub(super) median_seconds: Option<f64>,
    /// For how long its event loop was held up at most.
    pub(super) longest_delay_seconds: Option<f64>,
    /// The most MiB that it held at a time. The system's account of a process that has ended begins with the memory of the
    /// one that started it, and so would not do.
    pub(super) peak: Option<f64>,
    /// MiB that it held before and after the part that counts.
    pub(super) resident_before: Option<f64>,
    pub(super) resident_after: Option<f64>,
}

impl Program {
    pub(super) fn new<S: Into<OsString>>(command: impl IntoIterator<Item = S>) -> Self {
        Self { command: command.into_iter().map(Into::into).collect(), environment: Vec::new() }
    }

    pub(super) fn with_environment(mut self, name: &'static str, value: impl Into<OsString>) -> Self {
        self.environment.push((name, value.into()));
        self
    }

    /// Has it delete `count` leads from `first` on.
    ///
    /// # Errors
    ///
    /// When it did not delete all of them.
    pub(super) fn delete(
        &self,
        portal: &Addresses,
        first: u64,
        count: u64,
    ) -> Result<(Cost, Told), Box<dyn Error>> {
        let mut command = self.command()?;
        command.args([&portal.webhook, &first.to_string(), &count.to_string()]);
        trust(&mut command, portal);
        let (cost, printed) = run(&mut command)?;
        let told: Told = serde_json::from_str(printed.lines().last().unwrap_or_default())
            .map_err(|error| format!("{:?} printed `{printed}`: {error}", self.command))?;
        match told.done == count {
            true => Ok((cost, told)),
            false => Err(format!("{:?} deleted {} leads of {count}", self.command, told.done).into()),
        }
    }

    /// Runs it as it is, without a portal.
    ///
    /// # Errors
    ///
    /// When it fails.
    pub(super) fn run(&self) -> Result<Cost, Box<dyn Error>> {
        Ok(run(&mut self.command()?)?.0)
    }

    fn command(&self) -> Result<Command, Box<dyn Error>> {
        let (program, arguments) = self.command.split_first().ok_or("there is no program")?;
        let mut command = Command::new(program);
        command.args(arguments).envs(self.environment.iter().map(|(name, value)| (name, value)));
        Ok(command)
    }
}

/// A portal with TLS has a certificate of its own, and one with a proxy is reached under other names only.
fn trust(command: &mut Command, portal: &Addresses) {
    for name in
        ["http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy"]
    {
        command.env_remove(name);
    }
    command.env("NO_PROXY", "localhost,127.0.0.1");
    if let Some(file) = &portal.ca_file {
        for name in ["SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE"] {
            command.env(name, file);
        }
    }
    if let Some(proxy) = &portal.proxy {
        command.env("HTTPS_PROXY", proxy);
    }
}

fn run(command: &mut Command) -> Result<(Cost, String), Box<dyn Error>> {
    let program = Path::new(command.get_program()).to_owned();
    let started = now();
    let mut process = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("{} cannot be started: {error}", program.display()))?;
    let mut printed = String::new();
    process.stdout.take().ok_or("the program has no output")?.read_to_string(&mut printed)?;
    let ended = process.wait4()?;
    if !ended.status.success() {
        return Err(format!("{} ended with {}", program.display(), ended.status).into());
    }
    let used = ended.rusage;
    let cost = Cost { cpu: (used.utime + used.stime).as_secs_f64(), wall: (now() - started).as_secs_f64() };
    Ok((cost, printed))
}

#[expect(clippy::disallowed_methods, reason = "the clock is what is read here")]
fn now() -> Instant {
    Instant::now()
}
