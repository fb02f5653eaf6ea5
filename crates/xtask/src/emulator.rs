//! A portal in a process of its own.

use std::error::Error;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde::Deserialize;

/// A portal that serves until it is dropped.
pub(crate) struct Emulator {
    process: Child,
    pub(crate) addresses: Addresses,
}

/// What the emulator prints when it is ready.
#[derive(Deserialize)]
pub(crate) struct Addresses {
    pub(crate) webhook: String,
    #[serde(default)]
    pub(crate) oauth_rest: String,
    #[serde(default)]
    pub(crate) oauth_token: String,
    #[serde(default)]
    pub(crate) client_id: String,
    #[serde(default)]
    pub(crate) client_secret: String,
    #[serde(default)]
    pub(crate) refresh_token: String,
    /// The certificate to trust, of a portal with TLS.
    pub(crate) ca_file: Option<PathBuf>,
    /// The proxy that leads every host to a portal that has one.
    pub(crate) proxy: Option<String>,
}

impl Emulator {
    /// Starts the emulator with these options.
    ///
    /// # Errors
    ///
    /// When it does not come up.
    pub(crate) fn start<'a>(
        program: &Path,
        options: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, Box<dyn Error>> {
        Self::serve(Command::new(program).arg("emulator").args(options))
    }

    /// Starts any program that prints where it serves and then serves until its input closes.
    ///
    /// # Errors
    ///
    /// When it does not come up.
    pub(crate) fn serve(command: &mut Command) -> Result<Self, Box<dyn Error>> {
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        BufReader::new(process.stdout.take().ok_or("the emulator has no output")?).read_line(&mut line)?;
        let addresses =
            serde_json::from_str(&line).map_err(|error| format!("the emulator did not start: {error}"))?;
        Ok(Self { process, addresses })
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        // It serves until its input closes; how it ends is of no interest here.
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}
